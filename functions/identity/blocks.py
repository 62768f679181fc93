"""Citizens whose messages begin no report for a while: an officer's act, and one to be undone.

`blocks/{citizen}` in the record's database: all that was ever decided about one citizen stands in
it, in the order in which it was decided, with who and why. Nothing is judged by a machine.
"""

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from functions.cloud.firestore import Commit, Database, Stored
from functions.errors import Rejected


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Block(_Record):
    """One decision of an officer."""

    at: datetime
    by: str
    """The officer's subject."""
    reason: str
    until: datetime
    lifted_at: datetime | None = None
    lifted_by: str | None = None
    lifted_because: str | None = None

    def is_in_force(self, now: datetime) -> bool:
        """Whether it holds at that time."""
        ends = self.until if self.lifted_at is None else min(self.until, self.lifted_at)
        return self.at <= now < ends


class Blocks(_Record):
    """All decisions about one citizen, oldest first."""

    citizen: str
    decisions: tuple[Block, ...] = ()

    def in_force(self, now: datetime) -> Block | None:
        """The one that holds at that time."""
        return next((block for block in self.decisions if block.is_in_force(now)), None)

    def blocked(self, *, by: str, reason: str, until: datetime, at: datetime) -> "Blocks":
        """With one more decision.

        Raises:
            Rejected: one is in force, it would end before it begins, or no reason is given.
        """
        if self.in_force(at) is not None:
            raise Rejected("blocked already", sentence="Tài khoản này đang bị tạm dừng tiếp nhận.")
        if until <= at:
            raise Rejected("it would end before it begins", sentence="Thời hạn phải ở tương lai.")
        decision = Block(at=at, by=by, reason=_reason(reason), until=until)
        return self.model_copy(update={"decisions": (*self.decisions, decision)})

    def lifted(self, *, by: str, reason: str, at: datetime) -> "Blocks":
        """With the one in force undone.

        Raises:
            Rejected: none is in force, or no reason is given.
        """
        current = self.in_force(at)
        if current is None:
            raise Rejected("not blocked", sentence="Tài khoản này không bị tạm dừng tiếp nhận.")
        undone = current.model_copy(
            update={"lifted_at": at, "lifted_by": by, "lifted_because": _reason(reason)}
        )
        decisions = tuple(undone if block is current else block for block in self.decisions)
        return self.model_copy(update={"decisions": decisions})


@dataclass(frozen=True, slots=True)
class StoredBlocks:
    """The decisions as they were read, with what guards the next one."""

    blocks: Blocks
    stored: Stored | None


class BlockStore:
    """Reads decisions, and adds new ones to a commit that the caller opened."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, citizen: str) -> StoredBlocks:
        """All decisions about a citizen; there may be none.

        Raises:
            Transient: no answer.
        """
        stored = self._database.read(f"blocks/{citizen}")
        fields = {} if stored is None else dict(stored.fields)
        return StoredBlocks(Blocks.model_validate({**fields, "citizen": citizen}), stored)

    @staticmethod
    def add_change(commit: Commit, before: StoredBlocks, after: Blocks) -> None:
        """Add a decision, valid only if nobody decided since `before` was read."""
        fields = after.model_dump(exclude={"citizen"})
        if before.stored is None:
            commit.create(f"blocks/{after.citizen}", fields)
        else:
            commit.update(before.stored, fields)


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Rejected("no reason", sentence="Xin ghi rõ lý do.")
    return reason.strip()
