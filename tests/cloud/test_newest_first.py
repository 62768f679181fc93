"""Ids that run from new to old."""

from datetime import UTC, datetime, timedelta

from functions.cloud import newest_first
from functions.cloud.firestore import ID, Where

NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)


def test_the_later_comes_first() -> None:
    moments = [NOON, NOON + timedelta(seconds=1), NOON + timedelta(days=400)]
    assert sorted(moments, key=newest_first.prefix) == moments[::-1]


def test_a_period_holds_both_its_ends_and_nothing_beyond() -> None:
    since, until = NOON, NOON + timedelta(hours=1)
    upper, lower = newest_first.bounds("log", since=since, until=until, after=None)
    assert (upper.operator, lower.operator) == (">=", "<=")

    def is_within(moment: datetime) -> bool:
        return str(upper.value) <= f"log/{newest_first.prefix(moment)}-abc" <= str(lower.value)

    assert is_within(since)
    assert is_within(until)
    assert not is_within(since - timedelta(seconds=1))
    assert not is_within(until + timedelta(seconds=1))


def test_a_list_goes_on_behind_what_was_shown() -> None:
    found = newest_first.bounds("log", since=None, until=None, after="1-a")
    assert found == [Where(ID, ">", "log/1-a")]
