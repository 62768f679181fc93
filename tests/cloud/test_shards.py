"""Pending rows are spread over their shards, and each always finds its own."""

import hashlib
from collections import Counter

from functions.cloud.shards import ALL_SHARDS, SHARDS, shard_of


def test_a_row_keeps_its_shard() -> None:
    # Written down: a shard that moved would hide the rows that are pending already.
    assert [shard_of(identifier) for identifier in ("", "a", "report1")] == [3, 10, 11]


def test_rows_spread_evenly() -> None:
    spread = Counter(shard_of(hashlib.md5(b"%d" % n).hexdigest()) for n in range(16_000))  # noqa: S324

    assert sorted(spread) == ALL_SHARDS == list(range(SHARDS))
    assert all(800 < count < 1_200 for count in spread.values())
