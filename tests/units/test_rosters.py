"""Who is on duty, and that a hand-over leaves nothing without somebody who answers for it."""

from datetime import timedelta

import pytest

from functions.errors import Rejected
from functions.units.rosters import Shift, hand_over, next_on_duty, on_duty, planned, take_over
from tests.units.hai_minh import NOON

HOUR = timedelta(hours=1)


def _shift(subject: str = "minh", start: int = 0, end: int = 8, **fields: object) -> Shift:
    base = Shift(
        id=f"{subject}{start}",
        unit_id="pc08",
        subject=subject,
        starts_at=NOON + start * HOUR,
        ends_at=NOON + end * HOUR,
    )
    return base.model_copy(update=fields)


def test_a_shift_lasts_from_its_beginning_until_the_next_begins() -> None:
    roster = [_shift("minh", 0, 8), _shift("dung", 8, 16)]
    on = [
        [one.subject for one in on_duty(roster, NOON + hour * HOUR)] for hour in (-1, 0, 7, 8, 16)
    ]
    assert on == [[], ["minh"], ["minh"], ["dung"], []]


def test_those_on_duty_together_are_told_in_the_order_they_came() -> None:
    roster = [_shift("dung", 2, 10), _shift("minh", 0, 8)]
    assert [one.subject for one in on_duty(roster, NOON + 3 * HOUR)] == ["minh", "dung"]


def test_the_next_on_duty_is_who_begins_first() -> None:
    roster = [_shift("c", 9, 10), _shift("b", 5, 6), _shift("a", 0, 4)]
    assert next_on_duty(roster, NOON) == roster[1]
    assert next_on_duty(roster, NOON + 9 * HOUR) is None


@pytest.mark.parametrize(("start", "end"), [(7, 9), (-1, 1), (2, 3), (-1, 9)])
def test_an_officer_is_not_on_duty_twice(start: int, end: int) -> None:
    with pytest.raises(Rejected):
        planned(_shift("minh", start, end, id="new"), [_shift("minh", 0, 8)])


def test_shifts_that_follow_each_other_or_are_of_others_do_not_collide() -> None:
    roster = [_shift("minh", 0, 8)]
    for fits in (_shift("minh", 8, 9, id="new"), _shift("dung", 0, 8), _shift("minh", 0, 9)):
        assert planned(fits, roster) == fits


def test_a_shift_has_a_length() -> None:
    with pytest.raises(Rejected):
        planned(_shift("minh", 0, 0), [])


def test_until_it_is_taken_a_shift_stays_with_who_hands_it_over() -> None:
    offered = hand_over(_shift(), to="dung", at=NOON + 7 * HOUR, open_points=["r1"])
    for hour in (7, 8, 100):
        assert [one.subject for one in on_duty([offered], NOON + hour * HOUR)] == ["minh"]


def test_who_takes_over_goes_on_with_what_is_open() -> None:
    offered = hand_over(_shift(), to="dung", at=NOON + 7 * HOUR, open_points=["r1", "r2"])
    at = NOON + 9 * HOUR
    ended, begun = take_over(offered, by="dung", at=at, ends_at=at + 8 * HOUR, new_id="next")
    assert [one.subject for one in on_duty([ended, begun], at)] == ["dung"]
    assert begun.open_points == ("r1", "r2")
    assert (begun.taken_from, begun.ends_at) == (offered.id, at + 8 * HOUR)
    assert ended.taken_at == at


@pytest.mark.parametrize(("to", "hour"), [("minh", 1), ("dung", -1), ("dung", 8)])
def test_only_a_shift_that_is_on_is_handed_to_somebody_else(to: str, hour: int) -> None:
    with pytest.raises(Rejected):
        hand_over(_shift(), to=to, at=NOON + hour * HOUR)


@pytest.mark.parametrize("by", ["lan", "minh"])
def test_nobody_takes_what_was_not_offered_to_them(by: str) -> None:
    offered = hand_over(_shift(), to="dung", at=NOON)
    with pytest.raises(Rejected):
        take_over(offered, by=by, at=NOON, ends_at=NOON + HOUR, new_id="next")


def test_a_shift_is_taken_once() -> None:
    offered = hand_over(_shift(), to="dung", at=NOON)
    ended, _ = take_over(offered, by="dung", at=NOON, ends_at=NOON + HOUR, new_id="next")
    with pytest.raises(Rejected):
        take_over(ended, by="dung", at=NOON, ends_at=NOON + HOUR, new_id="next")
