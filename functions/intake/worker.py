"""One worker for each citizen: takes all that waits, folds it, commits once.

Exactly once by construction: the commit is guarded by the conversation as it was read and creates
each message's timeline item under the event's key. If the worker dies after the commit and before
the inbox rows are settled, the conversation still names them, and the next fold only settles them.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import ValidationError

from functions.cloud.clock import Clock
from functions.cloud.firestore import Commit, Database, compare_and_set
from functions.errors import OperatorNeeded, Rejected
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
    LookUp,
    Say,
    fold,
)
from functions.intake.drafts import Drafts
from functions.intake.replies import look_up_answer, reply
from functions.intake.store import MOST_EVENTS, ConversationStore, Inbox, PendingEvent
from functions.intake.submissions import Submission
from functions.reports.codes import code_from
from functions.reports.lifecycle import open_report
from functions.reports.model import Report
from functions.reports.store import ReportStore
from functions.units.model import Unit
from functions.units.store import UnitStore

_log = logging.getLogger(__name__)

_MOST_WRITES = 440
"""For messages, of the 500 of a commit: the conversation and what is released go in too."""
_WRITES_OF_MESSAGE = 8
"""At most: an item, a reply, and a report that it begins and silence closes (six)."""
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
        gathering = known.conversation.gathering if known else None
        is_silent = is_all and gathering is not None and gathering.close_at <= now
        if not taken and not is_silent:
            self._settle(known.conversation if known else None, events, folded)
            return WakeUps(), is_all
        before = known.conversation if known else _first(taken[0].person)
        after, effects = fold(
            before,
            [message.submission for message in taken],
            # Silence cannot be told from what was not taken yet.
            now=now if is_all else taken[-1].submission.at,
            silence=self.silence,
            draw_report_id=lambda: self.draw(16).hex(),
        )
        if after.is_known and not before.is_known:
            # Before the commit: whoever has a report can be answered.
            self.people.remember(taken[0].person)
        folded |= {message.submission.key for message in taken}
        commit = self.database.commit()
        self.conversations.add(
            commit, known, after, [event.key for event in events if event.key in folded]
        )
        drafts, followups = self._drafted(after, effects, now)
        drafts.add_to(commit)
        for followup in followups:
            self.followups.add_new(commit, followup)
        if known is not None and any(message.submission.act.is_touch for message in taken):
            followups += self._add_released(commit, citizen, now)
        commit.send()
        self._settle(after, events, folded)
        return WakeUps(
            evidence=drafts.evidence,
            followups=tuple((owed.id, owed.next_at) for owed in followups),
            silence_at=after.gathering.close_at if after.gathering else None,
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

    def _drafted(
        self, conversation: Conversation, effects: Sequence[Effect], now: datetime
    ) -> tuple[Drafts, list[FollowUp]]:
        unit = self._unit_of(conversation.page_id)
        drafts = Drafts(self.reports, self.evidence)
        owed: list[FollowUp] = []
        for effect in effects:
            match effect:
                case Begin(report_id, at):
                    drafts.begin(
                        open_report(
                            report_id=report_id,
                            code=code_from(self.draw(5)),
                            unit_id=unit.id,
                            page_id=conversation.page_id,
                            citizen=conversation.citizen,
                            at=at,
                        )
                    )
                case Add(report_id, submission):
                    drafts.take(report_id, submission, now=now)
                case Finish(report_id, at, because):
                    received = drafts.finish(report_id, at=at, because=because.value)
                    owed.append(receipt(received, unit, now=now))
                case Say():
                    owed.append(reply(effect, conversation, unit, now=now, silence=self.silence))
                case LookUp():
                    found = self._looked_up(effect, conversation, drafts)
                    owed.append(look_up_answer(effect, found, conversation, unit, now=now))
        return drafts, owed

    def _looked_up(
        self, asked: LookUp, conversation: Conversation, drafts: Drafts
    ) -> Report | None:
        if asked.code is None:
            return drafts.latest_of(conversation.citizen)
        stored = self.reports.find_by_code(asked.code) if asked.code else None
        return stored.report if stored else None

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
