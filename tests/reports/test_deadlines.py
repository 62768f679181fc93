"""By when something has to happen."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.reports.deadlines import (
    RULES,
    Step,
    next_deadline,
    rule_for,
    verification_ends,
)
from functions.reports.tracks import Track

VIETNAM = timezone(timedelta(hours=7))
FRIDAY = datetime(2026, 11, 20, 16, 30, tzinfo=VIETNAM)


@pytest.mark.parametrize("track", list(Track))
@pytest.mark.parametrize("step", list(Step))
def test_every_track_has_a_rule_for_every_step(track: Track, step: Step) -> None:
    assert rule_for(track, step, FRIDAY).track is track


def test_a_rule_says_where_it_comes_from() -> None:
    assert all(rule.source for rule in RULES)


def test_a_verification_of_a_violation_lasts_thirty_days_from_acceptance() -> None:
    assert verification_ends(Track.VIOLATION, FRIDAY) == FRIDAY + timedelta(days=30)


def test_working_days_leave_out_the_weekend() -> None:
    due = next_deadline(
        Track.CRIME_TIP, opened_at=FRIDAY, received_at=FRIDAY, verify_until=None, is_urgent=False
    )

    assert due == datetime(2026, 11, 25, 16, 30, tzinfo=VIETNAM)


def test_the_weekend_is_vietnams() -> None:
    # Friday evening in UTC is Saturday in Vietnam.
    late = datetime(2026, 11, 20, 20, tzinfo=UTC)
    due = next_deadline(
        Track.QUESTION, opened_at=late, received_at=late, verify_until=None, is_urgent=False
    )

    assert due == datetime(2026, 11, 22, 20, tzinfo=UTC)
    assert due.astimezone(VIETNAM).strftime("%A") == "Monday"


def test_urgent_is_due_at_once() -> None:
    due = next_deadline(
        Track.ORDER, opened_at=FRIDAY, received_at=None, verify_until=None, is_urgent=True
    )

    assert due == FRIDAY


@pytest.mark.parametrize("track", list(Track))
def test_what_is_reopened_is_due_as_if_it_came_in_that_day(track: Track) -> None:
    reopened_at = FRIDAY + timedelta(days=40)
    reopened, fresh = (
        next_deadline(
            track,
            opened_at=FRIDAY,
            received_at=received_at,
            reopened_at=again,
            verify_until=None,
            is_urgent=False,
        )
        for received_at, again in ((FRIDAY, reopened_at), (reopened_at, None))
    )

    assert reopened == fresh > reopened_at


def test_what_is_urgent_and_reopened_is_due_from_then() -> None:
    due = next_deadline(
        Track.ORDER,
        opened_at=FRIDAY,
        received_at=FRIDAY,
        reopened_at=FRIDAY + timedelta(days=40),
        verify_until=None,
        is_urgent=True,
    )

    assert due == FRIDAY + timedelta(days=40)


def test_what_is_verified_is_due_when_the_verification_ends() -> None:
    end = FRIDAY + timedelta(days=45)

    due = next_deadline(
        Track.VIOLATION, opened_at=FRIDAY, received_at=FRIDAY, verify_until=end, is_urgent=True
    )

    assert due == end


@given(
    st.sampled_from(list(Track)),
    st.integers(0, 1_500 * 24),
)
def test_a_deadline_lies_after_its_start(track: Track, hours: int) -> None:
    start = FRIDAY + timedelta(hours=hours)

    assert all(rule_for(track, step, start).ends(start) > start for step in Step)
