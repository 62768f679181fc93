"""One worker for each citizen: takes all that waits, folds it, commits once.

Exactly once by construction: the commit is guarded by the conversation as it was read and creates
each message's timeline item under the event's key. If the worker dies after the commit and before
the inbox rows are settled, the conversation still names them, and the next fold only settles them.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from pydantic import ValidationError

from functions.cloud.clock import Clock
from functions.cloud.firestore import Commit, Database, compare_and_set
from functions.errors import OperatorNeeded, Rejected
from functions.evidence.store import EvidenceStore
from functions.followups.model import FollowUp
from functions.followups.notices import receipt
from functions.followups.planner import cancel as take_back
from functions.followups.planner import release
from functions.followups.store import FollowUpStore, StoredFollowUp
from functions.identity.store import PersonStore
from functions.identity.vault import Person
from functions.intake.checklists import opening_of
from functions.intake.conversation import (
    GRACE,
    PATIENCE,
    Add,
    Ask,
    AskLater,
    Because,
    Begin,
    Cancel,
    Conversation,
    Describe,
    Drop,
    Effect,
    Explain,
    Finish,
    Learn,
    Move,
    Say,
    fold,
)
from functions.intake.drafts import Drafts
from functions.intake.limits import Limits
from functions.intake.replies import Words, messages, still_ongoing, still_ongoing_id, words
from functions.intake.requests import Requests
from functions.intake.store import MOST_EVENTS, ConversationStore, Inbox, PendingEvent
from functions.intake.submissions import Submission
from functions.reports.account import Account, Fact
from functions.reports.codes import code_from
from functions.reports.lifecycle import (
    Change,
    cancel,
    describe,
    is_touched,
    learn,
    open_report,
    receive,
)
from functions.reports.model import Report
from functions.reports.store import ReportStore
from functions.units.areas import Point
from functions.units.model import Unit, UnitKind
from functions.units.routing import Ground, Whereabouts
from functions.units.store import UnitStore

_log = logging.getLogger(__name__)

_MOST_WRITES = 440
"""For messages, of the 500 of a commit: the conversation and what is released go in too."""
_WRITES_OF_MESSAGE = 13
"""At most: an item, two replies, and a report that it begins and silence closes (ten)."""
_WRITES_OF_MEDIA = 2


@dataclass(frozen=True, slots=True)
class WakeUps:
    """What a fold left to be done, each due at its time."""

    evidence: tuple[str, ...] = ()
    followups: tuple[tuple[str, datetime], ...] = ()
    silence_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """An event as it was read: what the citizen did, and who they are."""

    submission: Submission
    person: Person


@dataclass(frozen=True, slots=True)
class Worker:
    """Folds citizens' pending events. One call, one citizen."""

    inbox: Inbox
    database: Database
    conversations: ConversationStore
    reports: ReportStore
    evidence: EvidenceStore
    followups: FollowUpStore
    people: PersonStore
    units: UnitStore
    clock: Clock
    requests: Requests
    silence: timedelta
    draw: Callable[[int], bytes]
    read_message: Callable[[PendingEvent], Message]
    wake: Callable[[str, WakeUps], None]
    grace: timedelta = GRACE
    notice_version: str = "1"
    limits: Limits = PATIENCE

    def fold(self, citizen: str) -> None:
        """Bring a citizen's report up to date with what they sent, and with silence.

        Raises:
            Transient: a database did not answer; everything pending stays pending.
            Conflict: other folds of this citizen were faster, again and again.
        """
        is_all = False
        while not is_all:
            wake_ups, is_all = compare_and_set(lambda: self._fold_once(citizen))
            self.wake(citizen, wake_ups)

    def _fold_once(self, citizen: str) -> tuple[WakeUps, bool]:
        """One commit's worth; and whether that was all."""
        # In this order: whoever settles an event meanwhile has changed the conversation before.
        known = self.conversations.read(citizen)
        events = self.inbox.pending_for(citizen)
        now = self.clock.now()
        folded = known.folded if known else frozenset()
        messages = self._read(citizen, [event for event in events if event.key not in folded])
        taken = _as_fit(messages)
        is_all = len(taken) == len(messages) and len(events) < MOST_EVENTS
        wake_at = known.conversation.wake_at if known else None
        is_silent = is_all and wake_at is not None and wake_at <= now
        if not taken and not is_silent:
            self._settle(known.conversation if known else None, events, folded)
            return WakeUps(), is_all
        before = known.conversation if known else _first(taken[0].person)
        resolved = self.requests.resolve([one.submission for one in taken], citizen)
        submissions = self.requests.address(resolved, before)
        after, effects, drafts = self._folded(
            before,
            submissions,
            # Silence cannot be told from what was not taken yet.
            now=now if is_all else taken[-1].submission.at,
            is_blocked=known is not None and known.blocks.in_force(now) is not None,
        )
        if after.is_known and not before.is_known:
            # Before the commit: whoever has a report can be answered.
            self.people.remember(taken[0].person)
        if after.is_known:
            for message in taken:
                if message.person.has_shared:
                    self.people.share(message.person)
        unit = self._unit_of(after.page_id)
        followups, changes = self._owed(after, effects, drafts, unit, now)
        folded |= {message.submission.key for message in taken}
        commit = self.database.commit()
        self.conversations.add(
            commit, known, after, [event.key for event in events if event.key in folded]
        )
        drafts.add_to(commit)
        for followup in followups:
            self.followups.add_new(commit, followup)
        for stored, changed in changes:
            self.followups.add_change(commit, stored, changed)
        if known is not None and any(message.submission.act.is_touch for message in taken):
            followups += self._add_released(commit, citizen, now)
        commit.send()
        self._settle(after, events, folded)
        return WakeUps(
            evidence=drafts.evidence,
            followups=tuple((owed.id, owed.next_at) for owed in followups),
            silence_at=after.wake_at,
        ), is_all

    def _read(self, citizen: str, events: Sequence[PendingEvent]) -> list[Message]:
        messages: list[Message] = []
        unreadable: list[PendingEvent] = []
        for event in events:
            try:
                message = self.read_message(event)
                if message.person.citizen != citizen:
                    raise Rejected("an event of somebody else")
                messages.append(message)
            except (ValidationError, Rejected):
                # Kept as it came, out of the way of what follows, for a replay after the fix.
                _log.error("event parked", extra={"event": event.key, "kind": event.event_name})
                unreadable.append(event)
        self.inbox.park(unreadable)
        return messages

    def _settle(
        self,
        conversation: Conversation | None,
        events: Sequence[PendingEvent],
        folded: frozenset[str],
    ) -> None:
        """What follows the commit. It may have to be done again, so it is safe to be."""
        if conversation is not None and not conversation.is_known:
            self.people.forget(conversation.citizen)
        self.inbox.settle([event for event in events if event.key in folded])

    def _folded(
        self,
        before: Conversation,
        submissions: Sequence[Submission],
        *,
        now: datetime,
        is_blocked: bool,
    ) -> tuple[Conversation, list[Effect], Drafts]:
        """The fold, with what officers have touched meanwhile left as it is."""
        touched: set[str] = set()
        ids: list[str] = []
        while True:
            waiting = iter(list(ids))

            def drawn(waiting: Iterator[str] = waiting) -> str:
                """The same ids again, however often it is folded."""
                report_id = next(waiting, None)
                if report_id is None:
                    report_id = self.draw(16).hex()
                    ids.append(report_id)
                return report_id

            after, effects = fold(
                before,
                submissions,
                now=now,
                silence=self.silence,
                draw_report_id=drawn,
                grace=self.grace,
                notice_version=self.notice_version,
                touched=touched,
                is_blocked=is_blocked,
                elsewhere=partial(self._elsewhere, self._unit_of(before.page_id)),
                limits=self.limits,
            )
            drafts = Drafts(self.reports, self.evidence)
            found = self._touched(effects, drafts) - touched
            if not found:
                self._draft(after, effects, drafts, now)
                return after, effects, drafts
            touched |= found

    def _touched(self, effects: Sequence[Effect], drafts: Drafts) -> set[str]:
        """Reports that would be described anew although an officer has worked on them."""
        begun = {effect.report_id for effect in effects if isinstance(effect, Begin)}
        changed = {
            report_id
            for effect in effects
            if isinstance(effect, Describe | Finish | Cancel | Move | Drop)
            for report_id in _named(effect)
        }
        return {one for one in changed - begun if is_touched(drafts.report(one))}

    def _draft(
        self, conversation: Conversation, effects: Sequence[Effect], drafts: Drafts, now: datetime
    ) -> None:
        unit = self._unit_of(conversation.page_id)
        for effect in effects:
            match effect:
                case Begin(report_id, at):
                    drafts.begin(
                        open_report(
                            report_id=report_id,
                            code=code_from(self.draw(5)),
                            unit_id=unit.id,
                            lineage=unit.line,
                            page_id=conversation.page_id,
                            citizen=conversation.citizen,
                            at=at,
                            language=conversation.language,
                            notice_version=conversation.notice_version,
                        )
                    )
                case Add(report_id, submission):
                    drafts.take(report_id, submission, now=now)
                case Move(source, report_id, key):
                    drafts.move(source, report_id, key, now=now)
                case Drop(report_id, key):
                    drafts.drop(report_id, key, now=now)
                case Describe() | Finish() | Cancel() | Learn():
                    drafts.change(effect.report_id, partial(_decided, effect, now))
                case _:
                    pass

    def _owed(
        self,
        conversation: Conversation,
        effects: Sequence[Effect],
        drafts: Drafts,
        unit: Unit,
        now: datetime,
    ) -> tuple[list[FollowUp], list[tuple[StoredFollowUp, FollowUp]]]:
        """What the citizen is told, and messages that are not owed any more."""
        told: list[Words] = []
        owed: list[FollowUp] = []
        changes: list[tuple[StoredFollowUp, FollowUp]] = []
        for effect in effects:
            match effect:
                case Say() | Explain():
                    report_id = effect.report_id if isinstance(effect, Say) else None
                    other_id = effect.unit_id if isinstance(effect, Say) else None
                    told.append(
                        words(
                            effect,
                            conversation,
                            unit,
                            silence=self.silence,
                            notice_version=self.notice_version,
                            report=drafts.report(report_id) if report_id else None,
                            other=self.units.unit(other_id) if other_id else None,
                        )
                    )
                case Finish(report_id) if not effect.is_question and drafts.is_first(report_id):
                    report = drafts.report(report_id)
                    is_silent = effect.because is Because.SILENCE
                    opening = opening_of(report, silence=self.silence) if is_silent else ""
                    owed.append(receipt(report, unit, now=now, opening=opening))
                case AskLater(report_id, at):
                    report = drafts.report(report_id)
                    if at is not None:
                        owed.append(still_ongoing(report, conversation, unit, now=now, at=at))
                    elif report.account.told(Fact.ONGOING):
                        changes += self._not_asked_again(report_id)
                case Ask(submission):
                    owed += self.requests.answer(submission, conversation, drafts, unit, now=now)
                case _:
                    pass
        return [*messages(told, conversation, unit, now=now), *owed], changes

    def _not_asked_again(self, report_id: str) -> list[tuple[StoredFollowUp, FollowUp]]:
        found = self.followups.read(still_ongoing_id(report_id))
        if found is None:
            return []
        after = take_back(found.followup, problem="answered", sentence="Người dân đã trả lời.")
        return [(found, after)] if after is not None else []

    def _add_released(self, commit: Commit, citizen: str, now: datetime) -> list[FollowUp]:
        released: list[FollowUp] = []
        for held in self.followups.held_for(citizen):
            after = release(held.followup, now=now)
            self.followups.add_change(commit, held, after)
            released.append(after)
        return released

    def _elsewhere(self, own: Unit, account: Account) -> str | None:
        """The unit that answers for the place told, where a commune's page was written to."""
        place = account.place
        if own.kind != UnitKind.COMMUNE or place is None:
            return None
        point = None
        if place.latitude is not None and place.longitude is not None:
            point = Point(latitude=place.latitude, longitude=place.longitude)
        where = Whereabouts(text=place.text, point=point)
        route = self.units.directory().route(where, account.track.value, own.id)
        is_other = route.ground in {Ground.COMMUNE, Ground.POINT} and route.unit_id != own.id
        return route.unit_id if is_other else None

    def _unit_of(self, page_id: str) -> Unit:
        page = self.units.page(page_id)
        unit = self.units.living_unit(page.unit_id) if page else None
        if unit is None:
            raise OperatorNeeded("a page without a unit")
        return unit


def _named(effect: Describe | Finish | Cancel | Move | Drop) -> tuple[str, ...]:
    if isinstance(effect, Move):
        return effect.source, effect.report_id
    return (effect.report_id,)


def _decided(effect: Describe | Finish | Cancel | Learn, now: datetime, report: Report) -> Change:
    match effect:
        case Describe():
            return describe(
                report,
                effect.account,
                opened_at=effect.opened_at,
                summary=effect.summary,
                is_urgent=effect.is_urgent,
                is_anonymous=effect.is_anonymous,
                suggested_unit_id=effect.suggested_unit_id,
                at=now,
            )
        case Finish():
            return receive(report, at=effect.at, because=effect.because.value)
        case Cancel():
            return cancel(report, at=effect.at, because=effect.because.value)
        case Learn():
            return Change(learn(report, effect.findings))


def _first(person: Person) -> Conversation:
    return Conversation(citizen=person.citizen, page_id=person.page_id)


def _as_fit(messages: Sequence[Message]) -> list[Message]:
    """The oldest messages, as many as fit into one commit for certain; at least one, if any."""
    taken: list[Message] = []
    writes = 0
    for message in messages:
        writes += _WRITES_OF_MESSAGE + _WRITES_OF_MEDIA * len(message.submission.media)
        if taken and writes > _MOST_WRITES:
            break
        taken.append(message)
    return taken
