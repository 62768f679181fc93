"""One worker for each citizen: takes all that waits, folds it, commits once.

Exactly once by construction: the commit is guarded by the conversation as it was read and creates
each message's timeline item under the event's key. If the worker dies after the commit and before
the inbox rows are settled, the conversation still names them, and the next fold only settles them.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import ValidationError

from functions.cloud.clock import Clock
from functions.cloud.firestore import Commit, Database, compare_and_set
from functions.errors import OperatorNeeded, Rejected
from functions.evidence.model import Evidence, evidence_id
from functions.evidence.store import EvidenceStore
from functions.followups.model import FollowUp
from functions.followups.notices import receipt
from functions.followups.planner import release
from functions.followups.store import FollowUpStore
from functions.identity.store import PersonStore
from functions.identity.vault import Person
from functions.intake.conversation import (
    Add,
    Begin,
    Conversation,
    Effect,
    Finish,
    Forget,
    LookUp,
    Say,
    fold,
)
from functions.intake.replies import look_up_answer, reply
from functions.intake.store import ConversationStore, Inbox, PendingEvent
from functions.intake.submissions import Submission
from functions.reports.codes import code_from
from functions.reports.lifecycle import Change, add_items, open_report, receive
from functions.reports.model import ItemKind, Report, TimelineItem
from functions.reports.store import ReportStore, StoredReport
from functions.units.model import Unit
from functions.units.store import UnitStore

_log = logging.getLogger(__name__)


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


@dataclass(slots=True)
class _Draft:
    """A report while one fold changes it."""

    before: StoredReport | None
    change: Change
    items: list[TimelineItem] = field(default_factory=list)


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
    silence: timedelta
    draw: Callable[[int], bytes]
    read_message: Callable[[PendingEvent], Message]
    wake: Callable[[str, WakeUps], None]

    def fold(self, citizen: str) -> None:
        """Bring a citizen's report up to date with what they sent, and with silence.

        Raises:
            Transient: a database did not answer; everything pending stays pending.
            Conflict: other folds of this citizen were faster, again and again.
        """
        wake_ups = compare_and_set(lambda: self._fold_once(citizen))
        if wake_ups is not None:
            self.wake(citizen, wake_ups)

    def _fold_once(self, citizen: str) -> WakeUps | None:
        events = self.inbox.pending_for(citizen)
        known = self.conversations.read(citizen)
        now = self.clock.now()
        folded = known.folded if known else frozenset()
        fresh = [event for event in events if event.key not in folded]
        gathering = known.conversation.gathering if known else None
        if not fresh and (gathering is None or gathering.close_at > now):
            self.inbox.settle(events, unreadable=frozenset())
            return None
        messages, unreadable = self._read(fresh)
        if known is None:
            if not messages:
                self.inbox.settle(events, unreadable=unreadable)
                return None
            # Before the commit: whoever has a report can be answered.
            self.people.remember(messages[0].person)
        before = known.conversation if known else _first(messages[0].person)
        after, effects = fold(
            before,
            [message.submission for message in messages],
            now=now,
            silence=self.silence,
            draw_report_id=lambda: self.draw(16).hex(),
        )
        commit = self.database.commit()
        self.conversations.add(commit, known, after, [event.key for event in events])
        followups = self._add_effects(commit, after, effects, now)
        if messages and known is not None:
            followups += self._add_released(commit, citizen, now)
        commit.send()
        if any(isinstance(effect, Forget) for effect in effects):
            self.people.forget(citizen)
        self.inbox.settle(events, unreadable=unreadable)
        gathering = after.gathering
        return WakeUps(
            evidence=tuple(
                evidence_id(effect.submission.key, place)
                for effect in effects
                if isinstance(effect, Add)
                for place in range(len(effect.submission.media))
            ),
            followups=tuple((owed.id, owed.next_at) for owed in followups),
            silence_at=gathering.close_at if gathering else None,
        )

    def _read(self, events: list[PendingEvent]) -> tuple[list[Message], frozenset[str]]:
        messages: list[Message] = []
        unreadable: set[str] = set()
        for event in events:
            try:
                messages.append(self.read_message(event))
            except (ValidationError, Rejected):
                # Kept as it came, out of the way of what follows, for a replay after the fix.
                _log.error("event parked", extra={"event": event.key, "kind": event.event_name})
                unreadable.add(event.key)
        return messages, frozenset(unreadable)

    def _add_effects(
        self, commit: Commit, conversation: Conversation, effects: list[Effect], now: datetime
    ) -> list[FollowUp]:
        unit = self._unit_of(conversation.page_id)
        drafts: dict[str, _Draft] = {}
        owed: list[FollowUp] = []
        for effect in effects:
            match effect:
                case Begin(report_id, at):
                    opened = open_report(
                        report_id=report_id,
                        code=code_from(self.draw(5)),
                        unit_id=unit.id,
                        page_id=conversation.page_id,
                        citizen=conversation.citizen,
                        at=at,
                    )
                    drafts[report_id] = _Draft(None, opened)
                case Add(report_id, submission):
                    draft = self._draft(drafts, report_id)
                    items = _items_of(submission)
                    draft.items += items
                    report = add_items(draft.change.report, items, submission.at)
                    draft.change = Change(report, draft.change.entries)
                    for piece in _evidence_of(submission, report, now):
                        self.evidence.add_new(commit, piece)
                case Finish(report_id, at, because):
                    draft = self._draft(drafts, report_id)
                    received = receive(draft.change.report, at=at, because=because.value)
                    draft.change = Change(received.report, draft.change.entries + received.entries)
                    owed.append(receipt(received.report, unit, now=now))
                case Say():
                    owed.append(reply(effect, conversation, unit, now=now, silence=self.silence))
                case LookUp():
                    found = self._looked_up(effect, conversation)
                    owed.append(look_up_answer(effect, found, conversation, unit, now=now))
                case Forget():
                    pass
        for draft in drafts.values():
            if draft.before is None:
                self.reports.add_new(commit, draft.change.report, draft.change.entries, draft.items)
            else:
                self.reports.add_change(commit, draft.before, draft.change, draft.items)
        for followup in owed:
            self.followups.add_new(commit, followup)
        return owed

    def _draft(self, drafts: dict[str, _Draft], report_id: str) -> _Draft:
        if report_id not in drafts:
            stored = self.reports.read(report_id)
            if stored is None:
                raise Rejected("the conversation names a report that does not exist")
            drafts[report_id] = _Draft(stored, Change(stored.report))
        return drafts[report_id]

    def _looked_up(self, asked: LookUp, conversation: Conversation) -> Report | None:
        if asked.code is not None:
            stored = self.reports.find_by_code(asked.code)
            return stored.report if stored else None
        latest = self.reports.latest_of(conversation.citizen, limit=1)
        return latest[0] if latest else None

    def _add_released(self, commit: Commit, citizen: str, now: datetime) -> list[FollowUp]:
        released: list[FollowUp] = []
        for held in self.followups.held_for(citizen):
            after = release(held.followup, now=now)
            self.followups.add_change(commit, held, after)
            released.append(after)
        return released

    def _unit_of(self, page_id: str) -> Unit:
        page = self.units.page(page_id)
        unit = self.units.unit(page.unit_id) if page else None
        if unit is None:
            raise OperatorNeeded("a page without a unit")
        return unit


def _first(person: Person) -> Conversation:
    return Conversation(citizen=person.citizen, page_id=person.page_id)


def _items_of(submission: Submission) -> list[TimelineItem]:
    items = [
        TimelineItem(
            id=f"{submission.key}-{place}",
            kind=ItemKind.EVIDENCE,
            at=submission.at,
            evidence_id=evidence_id(submission.key, place),
        )
        for place in range(len(submission.media))
    ]
    if submission.latitude is not None:
        located = TimelineItem(
            id=submission.key,
            kind=ItemKind.LOCATION,
            at=submission.at,
            text=submission.text,
            latitude=submission.latitude,
            longitude=submission.longitude,
        )
        return [located, *items]
    if submission.text:
        text = TimelineItem(
            id=submission.key, kind=ItemKind.TEXT, at=submission.at, text=submission.text
        )
        return [text, *items]
    return items


def _evidence_of(submission: Submission, report: Report, now: datetime) -> list[Evidence]:
    return [
        Evidence(
            id=evidence_id(submission.key, place),
            report_id=report.id,
            unit_id=report.unit_id,
            page_id=report.page_id,
            citizen=report.citizen,
            sent_at=submission.at,
            kind=media.kind,
            name=media.name,
            declared_size=media.size,
            checksum=media.checksum,
            address=media.address,
            next_at=now,
        )
        for place, media in enumerate(submission.media)
    ]
