"""The state machine of one citizen's conversation. Pure: (conversation, messages) -> what follows.

Messages are folded in the order of Zalo's event times, whatever order they arrive in. A report is
being gathered from the first message until "Xong" or silence; a message that arrives late belongs
to the report that was being gathered when it was sent, where that is the present or the one before.

What one fold is given makes one result in every order. Over several folds each message ends in
exactly one report and each report is finished at most once, but which report it is may depend on
what was known by then: a report closed by silence is not opened again for a message that was on
its way for longer, and one older than the two reports that we remember may join or begin another.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from functions.intake.submissions import Act, Submission


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Gathering(_Record):
    """The report that the citizen is sending now."""

    report_id: str
    opened_at: datetime
    last_at: datetime
    close_at: datetime
    """Silence until then closes it."""


class Gathered(_Record):
    """The report that was sent last, for messages that arrive late."""

    report_id: str
    opened_at: datetime
    closed_at: datetime

    def holds(self, at: datetime, silence: timedelta) -> bool:
        """Whether a message of that time would have fallen into it."""
        return self.opened_at - silence < at <= self.closed_at


class Conversation(_Record):
    """Where a citizen's conversation with a page stands."""

    citizen: str
    page_id: str
    gathering: Gathering | None = None
    previous: Gathered | None = None
    finished_at: datetime | None = None
    """The last "Xong", which may overtake what was sent before it."""
    last_in_at: datetime | None = None
    """The citizen's last touch: Zalo's sending window counts from it."""
    withdrawn_at: datetime | None = None
    """When they last took their consent back."""

    @property
    def is_known(self) -> bool:
        """Whether the vault holds who they are: they turned to us, and took nothing back since."""
        touched, withdrawn = self.last_in_at, self.withdrawn_at
        return touched is not None and (withdrawn is None or withdrawn < touched)


class Because(StrEnum):
    """Why a report counts as complete."""

    DONE = "done"
    SILENCE = "silence"


@dataclass(frozen=True, slots=True)
class Begin:
    """A new report."""

    report_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Add:
    """A message belongs to that report."""

    report_id: str
    submission: Submission


@dataclass(frozen=True, slots=True)
class Finish:
    """That report is complete as sent."""

    report_id: str
    at: datetime
    because: Because


@dataclass(frozen=True, slots=True)
class Say:
    """The citizen is told something: `sentence` is a key of the catalogue."""

    sentence: str
    cause: str
    """The message or report that calls for it; one cause is answered once."""


@dataclass(frozen=True, slots=True)
class LookUp:
    """The citizen asks where a report stands: that with the code (which may be none), or latest."""

    code: str | None
    cause: str


Effect = Begin | Add | Finish | Say | LookUp


@dataclass(slots=True)
class _Fold:
    conversation: Conversation
    silence: timedelta
    draw_report_id: Callable[[], str]
    effects: list[Effect] = field(default_factory=list)

    def take(self, submission: Submission) -> None:
        if submission.act.is_touch:
            self._set(last_in_at=_later(self.conversation.last_in_at, submission.at))
        match submission.act:
            case Act.TELL:
                self._tell(submission)
            case Act.FINISH:
                self._finish(submission)
            case Act.HOW_TO:
                self.effects.append(Say("how_to_report", submission.key))
            case Act.SUPPORT:
                self.effects.append(Say("support", submission.key))
            case Act.ARRIVE:
                self.effects.append(Say("welcome", submission.key))
            case Act.LOOK_UP:
                self.effects.append(LookUp(submission.code, submission.key))
            case Act.WITHDRAW:
                self._set(withdrawn_at=_later(self.conversation.withdrawn_at, submission.at))
            case Act.LEAVE | Act.OTHER:
                pass

    def _tell(self, submission: Submission) -> None:
        at = submission.at
        self.close_if_silent(at)
        gathering, previous = self.conversation.gathering, self.conversation.previous
        if previous is not None and previous.holds(at, self.silence):
            self._set(
                previous=previous.model_copy(update={"opened_at": min(previous.opened_at, at)})
            )
            self.effects.append(Add(previous.report_id, submission))
            return
        if gathering is None:
            gathering = Gathering(
                report_id=self.draw_report_id(), opened_at=at, last_at=at, close_at=at
            )
            self.effects.append(Begin(gathering.report_id, at))
        # One older than the report before must not make this one reach over it.
        opens_it = previous is None or at > previous.closed_at
        last_at = max(gathering.last_at, at)
        self._set(
            gathering=gathering.model_copy(
                update={
                    "opened_at": min(gathering.opened_at, at) if opens_it else gathering.opened_at,
                    "last_at": last_at,
                    "close_at": last_at + self.silence,
                }
            )
        )
        self.effects.append(Add(gathering.report_id, submission))

    def _finish(self, submission: Submission) -> None:
        self.close_if_silent(submission.at)
        gathering, previous = self.conversation.gathering, self.conversation.previous
        self._set(finished_at=_later(self.conversation.finished_at, submission.at))
        if gathering is not None and gathering.opened_at <= submission.at:
            self._close(gathering, submission.at, Because.DONE)
        elif gathering is None and (
            previous is None or previous.closed_at + self.silence < submission.at
        ):
            self.effects.append(Say("nothing_to_finish", submission.key))

    def close_if_silent(self, now: datetime) -> None:
        """Close what was left in silence before `now`."""
        gathering = self.conversation.gathering
        if gathering is not None and gathering.close_at <= now:
            self._close(gathering, gathering.close_at, Because.SILENCE)

    def close_if_finished_before(self) -> None:
        """Close what a "Xong" that overtook it had finished."""
        gathering, finished = self.conversation.gathering, self.conversation.finished_at
        if gathering is None or finished is None:
            return
        if gathering.last_at < finished < gathering.close_at:
            self._close(gathering, finished, Because.DONE)

    def announce(self) -> None:
        """Say that a report is being gathered, if it was begun now and still is."""
        gathering = self.conversation.gathering
        begun = {effect.report_id for effect in self.effects if isinstance(effect, Begin)}
        if gathering is not None and gathering.report_id in begun:
            self.effects.append(Say("gathering", gathering.report_id))

    def _close(self, gathering: Gathering, at: datetime, because: Because) -> None:
        closed_at = max(at, gathering.last_at)
        self.effects.append(Finish(gathering.report_id, closed_at, because))
        previous = self.conversation.previous
        if previous is None or previous.closed_at < closed_at:
            previous = Gathered(
                report_id=gathering.report_id,
                opened_at=gathering.opened_at,
                closed_at=closed_at,
            )
        self._set(gathering=None, previous=previous)

    def _set(self, **changes: object) -> None:
        self.conversation = self.conversation.model_copy(update=changes)


def _later(known: datetime | None, at: datetime) -> datetime:
    return at if known is None else max(known, at)


def fold(
    conversation: Conversation,
    submissions: Iterable[Submission],
    *,
    now: datetime,
    silence: timedelta,
    draw_report_id: Callable[[], str],
) -> tuple[Conversation, list[Effect]]:
    """What follows from messages that were not folded before.

    Args:
        conversation: where it stood.
        submissions: new messages, in any order; one given twice is one.
        now: silence is measured up to this moment.
        silence: how long without a message until a report counts as complete.
        draw_report_id: a fresh random id, called once for each report begun.
    """
    run = _Fold(conversation, silence, draw_report_id)
    unique = {submission.key: submission for submission in submissions}
    for submission in sorted(unique.values(), key=lambda each: each.place_in_time):
        run.take(submission)
    run.close_if_finished_before()
    run.close_if_silent(now)
    run.announce()
    return run.conversation, run.effects
