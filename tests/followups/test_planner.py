"""The planner: a table of ends, and what holds for every life that a follow-up can have."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.errors import Ambiguous, OperatorNeeded, Rejected, TinBaoError, Transient
from functions.followups.model import PENDING, FollowUp, Kind, State
from functions.followups.planner import (
    CHECK_AFTER,
    GIVE_UP_AFTER,
    LEASE,
    RETRY_AFTER,
    Step,
    cancel,
    checked,
    delivered,
    not_delivered,
    plan,
    release,
)
from functions.zalo.errors import Deferral, DeferredUntil, PermanentForCitizen, WindowClosed
from tests.emulators import MovableClock

NOW = MovableClock().now()
HOUR = timedelta(hours=1)


def owed(**fields: object) -> FollowUp:
    known = {"id": "f", "kind": Kind.OUTCOME, "citizen": "c", "page_id": "p", "unit_id": "u"}
    times = {"created_at": NOW, "due_at": NOW, "next_at": NOW}
    return FollowUp.model_validate({**known, "sentence": "outcome_fined", **times, **fields})


def claimed(now: datetime = NOW, **fields: object) -> FollowUp:
    planned = plan(owed(**fields), now=now, attempt_id="a")
    assert planned.step is Step.SEND
    return planned.followup


def deferred(until: datetime | None) -> DeferredUntil:
    return DeferredUntil("not now", reason=Deferral.NIGHT, until=until)


@pytest.mark.parametrize("state", sorted(set(State) - PENDING))
def test_what_is_done_or_held_is_left_alone(state: State) -> None:
    followup = owed(state=state)

    assert plan(followup, now=NOW + 1000 * HOUR, attempt_id="a").step is Step.NOTHING


@pytest.mark.parametrize("state", PENDING)
def test_what_is_pending_is_left_alone_until_its_time(state: State) -> None:
    followup = owed(state=state, next_at=NOW + timedelta(microseconds=1))

    planned = plan(followup, now=NOW, attempt_id="a")

    assert (planned.step, planned.followup) == (Step.NOTHING, followup)


def test_a_claim_is_a_lease_with_a_name() -> None:
    followup = claimed()

    assert followup.state is State.SENDING
    assert followup.attempt is not None
    assert (followup.attempt.id, followup.attempt.started_at) == ("a", NOW)
    assert followup.next_at == followup.attempt.lease_until == NOW + LEASE


@pytest.mark.parametrize(
    ("end", "state", "next_at"),
    [
        (Transient("busy"), State.DUE, NOW + RETRY_AFTER[0]),
        (TinBaoError("whatever"), State.DUE, NOW + RETRY_AFTER[0]),
        (Ambiguous("no answer"), State.UNKNOWN, NOW + CHECK_AFTER[0]),
        (WindowClosed("closed"), State.HELD, None),
        (PermanentForCitizen("blocked"), State.HELD, None),
        (OperatorNeeded("no grant"), State.HELD, None),
        (Rejected("too long"), State.FAILED, None),
        (deferred(NOW + 7 * HOUR), State.DUE, NOW + 7 * HOUR),
        (deferred(NOW + GIVE_UP_AFTER), State.HELD, None),
        (deferred(None), State.HELD, None),
    ],
)
def test_an_attempt_ends(end: TinBaoError, state: State, next_at: datetime | None) -> None:
    after = not_delivered(claimed(), end, now=NOW)

    assert after.state is state
    assert (after.problem, after.sentence_for_officer) == (type(end).__name__, end.sentence)
    if next_at is not None:
        assert after.next_at == next_at


def test_it_is_tried_again_at_growing_distances_and_given_up_after_a_day() -> None:
    followup, waits = owed(), []
    while followup.state is State.DUE:
        now = followup.next_at
        followup = not_delivered(
            plan(followup, now=now, attempt_id="a").followup, Transient("busy"), now=now
        )
        waits.append(followup.next_at - now)

    minutes = [wait // timedelta(minutes=1) for wait in waits]
    assert minutes[:6] == [1, 5, 15, 60, 60, 60]
    assert followup.state is State.FAILED
    assert GIVE_UP_AFTER <= followup.next_at - LEASE - NOW < GIVE_UP_AFTER + HOUR


def test_found_it_is_sent() -> None:
    unknown = not_delivered(claimed(), Ambiguous("no answer"), now=NOW)

    found = checked(unknown, found=True, now=NOW + HOUR)

    assert (found.state, found.sent_at, found.problem) == (State.SENT, NOW + HOUR, None)


def test_absent_twice_it_is_due_again() -> None:
    unknown = not_delivered(claimed(), Ambiguous("no answer"), now=NOW)

    once = checked(unknown, found=False, now=NOW)
    assert (once.state, once.next_at) == (State.UNKNOWN, NOW + CHECK_AFTER[1])
    twice = checked(once, found=False, now=NOW)
    assert (twice.state, twice.next_at) == (State.DUE, NOW + RETRY_AFTER[0])


def test_without_evidence_it_is_held_after_the_last_look() -> None:
    followup = not_delivered(claimed(), Ambiguous("no answer"), now=NOW)

    for _ in CHECK_AFTER:
        assert followup.state is State.UNKNOWN
        followup = checked(followup, found=None, now=NOW)

    assert (followup.state, followup.problem) == (State.HELD, "delivery unclear")


@pytest.mark.parametrize("state", sorted(set(State) - {State.HELD}))
def test_only_what_is_held_can_be_released(state: State) -> None:
    followup = owed(state=state)

    assert release(followup, now=NOW + HOUR) == followup


@pytest.mark.parametrize(
    "followup",
    [
        owed(),
        not_delivered(claimed(), Transient("busy"), now=NOW),
        not_delivered(claimed(), WindowClosed("closed"), now=NOW),
    ],
    ids=["fresh", "tried in vain", "held"],
)
def test_what_is_surely_not_on_its_way_can_be_cancelled(followup: FollowUp) -> None:
    cancelled = cancel(followup, problem="superseded", sentence="Đã thay bằng kết quả mới hơn.")

    assert cancelled is not None
    assert (cancelled.state, cancelled.problem) == (State.CANCELLED, "superseded")


@pytest.mark.parametrize(
    "followup",
    [
        claimed(),
        not_delivered(claimed(), Ambiguous("no answer"), now=NOW),
        owed(state=State.HELD, checks=len(CHECK_AFTER)),
        delivered(claimed(), message_id="m", at=NOW),
        owed(state=State.FAILED),
    ],
    ids=["claimed", "unknown", "held for lack of evidence", "sent", "failed"],
)
def test_what_may_be_on_its_way_or_is_done_cannot_be_cancelled(followup: FollowUp) -> None:
    assert cancel(followup, problem="superseded", sentence="…") is None


@dataclass
class Life:
    """A follow-up in a world that may fail in every way, but never lies."""

    followup: FollowUp = field(default_factory=owed)
    now: datetime = NOW
    deliveries: int = 0
    sends: list[str] = field(default_factory=list)

    def step(self, data: st.DataObject) -> None:
        """The next thing that has to be done, at its time or somewhat later."""
        late = data.draw(st.sampled_from([0, 0, 0, 30, 3600]))
        self.now = max(self.now, self.followup.next_at) + timedelta(seconds=late)
        planned = plan(self.followup, now=self.now, attempt_id=f"a{len(self.sends)}")
        assert planned.step is not Step.NOTHING
        if planned.step is Step.CHECK:
            found = data.draw(st.sampled_from([self.deliveries > 0, None]))
            self.followup = checked(planned.followup, found=found, now=self.now)
            return
        self.followup = planned.followup
        assert planned.followup.attempt is not None
        self.sends.append(planned.followup.attempt.id)
        self._send(data.draw(st.sampled_from(_ENDS)))

    def _send(self, end: str) -> None:
        if end in {"delivered", "delivered, no answer", "delivered, killed"}:
            self.deliveries += 1
        if end == "delivered":
            self.followup = delivered(self.followup, message_id="m", at=self.now)
        elif error := self._error(end):
            self.followup = not_delivered(self.followup, error, now=self.now)

    def _error(self, end: str) -> TinBaoError | None:
        """None: the sender was killed before it could say anything."""
        errors: dict[str, TinBaoError] = {
            "busy": Transient("busy"),
            "no answer": Ambiguous("no answer"),
            "delivered, no answer": Ambiguous("no answer"),
            "closed": WindowClosed("closed"),
            "no grant": OperatorNeeded("no grant"),
            "rejected": Rejected("too long"),
            "night": deferred(self.now + 8 * HOUR),
        }
        return errors.get(end)


_ENDS = (
    *("delivered", "delivered, no answer", "delivered, killed"),
    *("busy", "busy", "busy", "no answer", "killed", "closed", "no grant", "rejected", "night"),
)
_MOST_STEPS = 200


@given(st.data())
@settings(deadline=None)
def test_every_life_ends_with_at_most_one_delivery_and_one_send_for_each_claim(
    data: st.DataObject,
) -> None:
    life = Life()
    for _ in range(_MOST_STEPS):
        if not life.followup.is_pending:
            break
        life.step(data)

    end = life.followup
    assert not end.is_pending
    assert life.deliveries <= 1
    assert len(set(life.sends)) == len(life.sends)
    assert plan(end, now=life.now + 1000 * HOUR, attempt_id="a").step is Step.NOTHING
    if end.state is State.SENT:
        assert life.deliveries == 1
    else:
        assert end.problem is not None
        assert end.sentence_for_officer is not None
    if end.state is State.FAILED:
        assert life.deliveries == 0


@given(st.data())
@settings(deadline=None)
def test_no_life_is_longer_than_the_limit_says(data: st.DataObject) -> None:
    life = Life()
    lateness = timedelta(0)
    while life.followup.is_pending:
        due = life.followup.next_at
        life.step(data)
        lateness += life.now - max(due, NOW)

    # Five attempts at least, however late the first: their waits and looks come on top.
    slack = sum(RETRY_AFTER, timedelta(0)) + 6 * (LEASE + sum(CHECK_AFTER, timedelta(0)))
    assert life.now - NOW <= GIVE_UP_AFTER + slack + lateness


@given(st.data())
@settings(deadline=None)
def test_released_again_and_again_it_still_arrives_at_most_once(data: st.DataObject) -> None:
    life = Life()
    for _ in range(60):
        if life.followup.state is State.HELD:
            life.followup = release(life.followup, now=life.now)
        if not life.followup.is_pending:
            break
        life.step(data)

    assert life.deliveries <= 1
