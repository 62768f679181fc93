"""The times of a signed token, by a clock that is given."""

from datetime import UTC, datetime, timedelta

import pytest

from functions.cloud.claims import is_current

NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
BEGINS, ENDS = NOON.timestamp(), (NOON + timedelta(hours=1)).timestamp()


@pytest.mark.parametrize(
    ("passed", "holds"),
    [
        (timedelta(seconds=-61), False),
        (timedelta(seconds=-60), True),
        (timedelta(minutes=30), True),
        (timedelta(hours=1, seconds=60), True),
        (timedelta(hours=1, seconds=61), False),
    ],
)
def test_a_minute_between_two_clocks_is_forgiven(passed: timedelta, holds: bool) -> None:
    assert is_current({"iat": BEGINS, "exp": ENDS}, NOON + passed) is holds


def test_nothing_counts_before_the_moment_it_names() -> None:
    later = (NOON + timedelta(minutes=30)).timestamp()
    assert not is_current({"iat": BEGINS, "nbf": later, "exp": ENDS}, NOON + timedelta(minutes=28))
