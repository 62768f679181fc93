"""What to do with a follow-up now, and what an attempt's end makes of it. Pure.

DUE -> SENDING -> SENT
               -> DUE again (surely not delivered, try later) | FAILED (tries used up)
               -> HELD (window closed, grant missing: a person or the citizen acts first)
               -> UNKNOWN (may have been delivered) -> SENT | DUE | HELD, by evidence only
HELD -> DUE when released (the citizen wrote again, or the page is connected again), or UNKNOWN
        again where it may have been delivered
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from functions.errors import Ambiguous, OperatorNeeded, Rejected, TinBaoError, Undeliverable
from functions.followups.model import Attempt, FollowUp, State
from functions.zalo.errors import (
    ConfigurationRefused,
    DeferredUntil,
    PageNotConnected,
    WrongEndpoint,
)

LEASE = timedelta(seconds=60)
RETRY_AFTER = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
)
"""Then hourly, until `GIVE_UP_AFTER`."""
GIVE_UP_AFTER = timedelta(hours=24)
CHECK_AFTER = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10))
"""When evidence of an unclear attempt is looked for. Absent twice counts as not delivered."""
ABSENT_TWICE = 2

_OF_THE_PAGE = frozenset(
    kind.__name__
    for kind in (OperatorNeeded, ConfigurationRefused, PageNotConnected, WrongEndpoint)
)
_ABSENT = {
    "problem": "absent from the conversation",
    "sentence_for_officer": "Tin chưa đến được người dân.",
}
_UNCLEAR = {
    "problem": "delivery unclear",
    "sentence_for_officer": "Chưa rõ tin đã đến người dân hay chưa. Đề nghị đồng chí kiểm tra hội "
    "thoại trước khi gửi lại.",
}


class Step(StrEnum):
    """What to do now."""

    NOTHING = "nothing"
    SEND = "send"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class Plan:
    """The step, and the follow-up as it must stand in the record before the step is taken."""

    step: Step
    followup: FollowUp


def plan(followup: FollowUp, *, now: datetime, attempt_id: str) -> Plan:
    """What to do with it at `now`."""
    match followup.state:
        case State.DUE if followup.next_at <= now:
            attempt = Attempt(id=attempt_id, started_at=now, lease_until=now + LEASE)
            claimed = followup.model_copy(
                update={
                    "state": State.SENDING,
                    "attempt": attempt,
                    "tries": followup.tries + 1,
                    "checks": 0,
                    "next_at": attempt.lease_until,
                }
            )
            return Plan(Step.SEND, claimed)
        case State.SENDING if followup.next_at <= now:
            # The worker that held the lease died: whether Zalo got the message is not known.
            return Plan(Step.CHECK, followup.model_copy(update={"state": State.UNKNOWN}))
        case State.UNKNOWN if followup.next_at <= now:
            return Plan(Step.CHECK, followup)
        case _:
            return Plan(Step.NOTHING, followup)


def delivered(followup: FollowUp, *, message_id: str | None, at: datetime) -> FollowUp:
    """It reached Zalo."""
    return followup.model_copy(
        update={
            "state": State.SENT,
            "message_id": message_id,
            "sent_at": at,
            "problem": None,
            "sentence_for_officer": None,
        }
    )


def not_delivered(followup: FollowUp, error: TinBaoError, *, now: datetime) -> FollowUp:
    """The attempt ended with `error`."""
    told = {"problem": type(error).__name__, "sentence_for_officer": error.sentence}
    match error:
        case Ambiguous():
            unknown = {"state": State.UNKNOWN, "next_at": now + CHECK_AFTER[0]}
            return followup.model_copy(update=told | unknown)
        case DeferredUntil(until=datetime() as until) if until - followup.due_at < GIVE_UP_AFTER:
            return followup.model_copy(update=told | {"state": State.DUE, "next_at": until})
        case Undeliverable() | OperatorNeeded():
            return followup.model_copy(update=told | {"state": State.HELD})
        case Rejected():
            return followup.model_copy(update=told | {"state": State.FAILED})
        case _:
            return _again_later(followup.model_copy(update=told), now)


def checked(followup: FollowUp, *, found: bool | None, now: datetime) -> FollowUp:
    """Evidence was looked for: found, surely absent, or (None) not to be had."""
    if found:
        return delivered(followup, message_id=followup.message_id, at=now)
    checks = followup.checks + 1
    counted = followup.model_copy(update={"checks": checks, "state": State.UNKNOWN})
    if found is False and checks >= ABSENT_TWICE:
        return _again_later(counted.model_copy(update=_ABSENT), now)
    if checks >= len(CHECK_AFTER):
        return counted.model_copy(update=_UNCLEAR | {"state": State.HELD})
    return counted.model_copy(update={"next_at": now + CHECK_AFTER[checks]})


def release(followup: FollowUp, *, now: datetime) -> FollowUp:
    """A held follow-up may go out: the citizen wrote again, or its page is connected again.

    One that may have arrived is looked for again before anything is sent.
    """
    if followup.state is not State.HELD:
        return followup
    if _may_have_arrived(followup):
        freed = {"state": State.UNKNOWN, "checks": 0}
    else:
        freed = {"state": State.DUE, "tries": 0}
    return followup.model_copy(update=freed | {"next_at": now})


def waits_for_page(followup: FollowUp) -> bool:
    """Whether it is held for want of its page's connection, a right of the page, or money."""
    return followup.state is State.HELD and followup.problem in _OF_THE_PAGE


def cancel(followup: FollowUp, *, problem: str, sentence: str) -> FollowUp | None:
    """It is not owed any more; None where it may be on its way and cannot be called back."""
    if followup.state in {State.DUE, State.HELD} and not _may_have_arrived(followup):
        told = {"problem": problem, "sentence_for_officer": sentence}
        return followup.model_copy(update=told | {"state": State.CANCELLED})
    return None


def _may_have_arrived(followup: FollowUp) -> bool:
    # A claim starts the count anew, so a held one with checks was held for lack of evidence.
    return followup.state is State.HELD and followup.checks > 0


def _again_later(followup: FollowUp, now: datetime) -> FollowUp:
    if now - followup.due_at >= GIVE_UP_AFTER and followup.tries > len(RETRY_AFTER):
        return followup.model_copy(update={"state": State.FAILED})
    wait = RETRY_AFTER[min(followup.tries, len(RETRY_AFTER)) - 1]
    return followup.model_copy(update={"state": State.DUE, "next_at": now + wait})
