"""Intake's collections: `inbox` (its own database) and `conversations`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from functions.cloud.firestore import REMOVED, Commit, Database, Existing, Stored, Where
from functions.cloud.shards import ALL_SHARDS, shard_of
from functions.errors import Conflict
from functions.identity.blocks import Blocks
from functions.intake.log import Conversation
from functions.zalo.inbox import PENDING_FOR, PENDING_SHARD, InboxRow

MOST_EVENTS = 100
"""One fold takes at most so many events; more stay pending for the next one."""


@dataclass(frozen=True, slots=True)
class PendingEvent:
    """An event that waits, with what guards its row."""

    key: str
    event_name: str
    raw: bytes
    stored: Stored


class Inbox:
    """The events that wait for their citizen's fold."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, row: InboxRow, *, now: datetime) -> None:
        """Put a row in that came through a sealed task; there already is fine.

        Raises:
            Transient: no clear answer.
        """
        commit = self._database.commit()
        commit.create(f"inbox/{row.key}", row.fields(received_at=now, shard=shard_of(row.key)))
        try:
            commit.send()
        except Existing:
            return

    def pending_for(self, citizen: str) -> list[PendingEvent]:
        """A citizen's waiting events, oldest first.

        Raises:
            Transient: no answer.
        """
        found = self._database.find(
            "inbox",
            where=[Where(PENDING_FOR, "==", citizen)],
            order=[("sent_at", "ASCENDING")],
            limit=MOST_EVENTS,
        )
        return [
            PendingEvent(stored.id, stored.fields["event_name"], stored.fields["raw"], stored)
            for stored in found
        ]

    def settle(self, events: Sequence[PendingEvent]) -> None:
        """Take folded events out of the pending index.

        Raises:
            Transient: no clear answer; the next fold settles them.
        """
        self._take_out(events, {})

    def park(self, events: Sequence[PendingEvent]) -> None:
        """Take events that nobody can read out of the way, marked, for a replay after the fix.

        Raises:
            Transient: no clear answer; the next fold parks them.
        """
        self._take_out(events, {"parked": "unreadable"})

    def _take_out(self, events: Sequence[PendingEvent], marks: Mapping[str, object]) -> None:
        commit = self._database.commit()
        for event in events:
            commit.update(event.stored, {**marks, PENDING_FOR: REMOVED, PENDING_SHARD: REMOVED})
        try:
            commit.send()
        except Conflict:
            # Another fold of this citizen took some of them out already.
            if len(events) > 1:
                for event in events:
                    self._take_out([event], marks)

    def overdue(self, before: datetime, limit: int = 500) -> dict[str, datetime]:
        """Citizens whose events arrived before that moment and still wait, and since when.

        Raises:
            Transient: no answer.
        """
        found = self._database.find(
            "inbox",
            where=[
                Where(PENDING_SHARD, "in", ALL_SHARDS),
                Where("received_at", "<=", before),
            ],
            order=[("received_at", "ASCENDING")],
            limit=limit,
            fields=[PENDING_FOR, "received_at"],
        )
        # Newest first, so that of several events the oldest one's time stays.
        return {
            str(stored.fields[PENDING_FOR]): stored.fields["received_at"]
            for stored in reversed(found)
        }


@dataclass(frozen=True, slots=True)
class StoredConversation:
    """A conversation as it was read, with what guards its next change."""

    conversation: Conversation
    folded: frozenset[str]
    """Events of the last fold: their rows may still be pending if it died before settling them."""
    stored: Stored
    blocks: Blocks
    """What officers decided about this citizen's messages."""


class ConversationStore:
    """Reads conversations, and adds their writes to a commit that the caller opened."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, citizen: str) -> StoredConversation | None:
        """That citizen's conversation, or None.

        Raises:
            Transient: no answer.
        """
        stored, blocks = self._database.read_many([f"conversations/{citizen}", f"blocks/{citizen}"])
        if stored is None:
            return None
        return StoredConversation(
            Conversation(citizen=stored.id, **stored.fields),
            frozenset(stored.fields.get("folded", ())),
            stored,
            Blocks(citizen=citizen, **(blocks.fields if blocks else {})),
        )

    def silent(self, before: datetime, limit: int = 500) -> dict[str, datetime]:
        """Citizens whose report silence closes before that moment, and when it does.

        Raises:
            Transient: no answer.
        """
        found = self._database.find(
            "conversations",
            where=[Where(PENDING_SHARD, "in", ALL_SHARDS), Where("close_at", "<=", before)],
            order=[("close_at", "ASCENDING")],
            limit=limit,
            fields=["close_at"],
        )
        return {stored.id: stored.fields["close_at"] for stored in found}

    @staticmethod
    def add(
        commit: Commit,
        before: StoredConversation | None,
        after: Conversation,
        folded: Sequence[str],
    ) -> None:
        """Add the conversation after a fold, valid only if it is still as it was read."""
        fields: dict[str, object] = after.model_dump(exclude={"citizen"})
        fields["folded"] = list(folded)
        wake_at = after.wake_at
        if before is None:
            if wake_at is not None:
                fields |= {PENDING_SHARD: shard_of(after.citizen), "close_at": wake_at}
            commit.create(f"conversations/{after.citizen}", fields)
            return
        fields[PENDING_SHARD] = shard_of(after.citizen) if wake_at else REMOVED
        fields["close_at"] = wake_at or REMOVED
        commit.update(before.stored, fields)
