"""The collection `followups`: one row for each message owed, and its own outbox.

While a row is pending it carries `pending_shard`; while it is held it carries `held_for`, and
`held_by_page` if it waits for its page rather than for the citizen. Rows that are done carry none,
so they are in none of the indexes: the sweep costs the backlog, not history.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from functions.cloud.firestore import REMOVED, Commit, Database, Stored, Where
from functions.cloud.shards import ALL_SHARDS, shard_of
from functions.followups.model import FollowUp, State
from functions.followups.planner import waits_for_page


@dataclass(frozen=True, slots=True)
class StoredFollowUp:
    """A follow-up as it was read, with what guards its next change."""

    followup: FollowUp
    stored: Stored


def _read(stored: Stored) -> StoredFollowUp:
    return StoredFollowUp(FollowUp(id=stored.id, **stored.fields), stored)


class FollowUpStore:
    """Reads follow-ups, and adds their writes to a commit that the caller opened."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, followup_id: str) -> StoredFollowUp | None:
        """That follow-up, or None.

        Raises:
            Transient: no answer.
        """
        stored = self._database.read(f"followups/{followup_id}")
        return None if stored is None else _read(stored)

    def of_report(self, report_id: str, limit: int = 100) -> list[FollowUp]:
        """What we owe or told the reporter of one report, oldest first.

        Raises:
            Transient: no answer.
        """
        found = self._database.find(
            "followups",
            where=[Where("report_id", "==", report_id)],
            order=[("created_at", "ASCENDING")],
            limit=limit,
        )
        return [_read(stored).followup for stored in found]

    def of_citizen(self, citizen: str, limit: int = 100) -> list[StoredFollowUp]:
        """What we owe or told a citizen, the newest first.

        Raises:
            Transient: no answer.
        """
        found = self._database.find(
            "followups",
            where=[Where("citizen", "==", citizen)],
            order=[("created_at", "DESCENDING")],
            limit=limit,
        )
        return [_read(stored) for stored in found]

    def sent_at(self, followup_ids: Sequence[str]) -> dict[str, datetime]:
        """When those of the follow-ups that were sent were sent, in one round trip.

        Raises:
            Transient: no answer.
        """
        found = self._database.read_many([f"followups/{one}" for one in followup_ids])
        followups = (_read(stored).followup for stored in found if stored is not None)
        return {one.id: one.sent_at for one in followups if one.sent_at is not None}

    def held_for(self, citizen: str, limit: int = 20) -> list[StoredFollowUp]:
        """What is held for a citizen until they write again.

        Raises:
            Transient: no answer.
        """
        found = self._database.find(
            "followups", where=[Where("held_for", "==", citizen)], limit=limit
        )
        return [_read(stored) for stored in found]

    def held_by_page(self, page_id: str, limit: int) -> list[StoredFollowUp]:
        """What is held until that page is connected again.

        Raises:
            Transient: no answer.
        """
        found = self._database.find(
            "followups", where=[Where("held_by_page", "==", page_id)], limit=limit
        )
        return [_read(stored) for stored in found]

    def held_on_pages(self, page_ids: Sequence[str], limit: int) -> list[FollowUp]:
        """What is held on those pages, at most 30, for whatever reason.

        Raises:
            Transient: no answer.
        """
        found = self._database.find(
            "followups",
            where=[
                Where("page_id", "in", list(page_ids)),
                Where("state", "==", State.HELD),
            ],
            limit=limit,
        )
        return [_read(stored).followup for stored in found]

    def overdue(self, before: datetime, limit: int = 200) -> list[FollowUp]:
        """Pending follow-ups that should have been looked at before that moment.

        Raises:
            Transient: no answer.
        """
        found = self._database.find(
            "followups",
            where=[
                Where("pending_shard", "in", ALL_SHARDS),
                Where("next_at", "<=", before),
            ],
            order=[("next_at", "ASCENDING")],
            limit=limit,
        )
        return [_read(stored).followup for stored in found]

    @staticmethod
    def add_new(commit: Commit, followup: FollowUp) -> None:
        """Add a follow-up that did not exist."""
        fields = followup.model_dump(exclude={"id"})
        fields["pending_shard"] = shard_of(followup.id)
        commit.create(f"followups/{followup.id}", fields)

    @staticmethod
    def add_change(commit: Commit, before: StoredFollowUp, after: FollowUp) -> None:
        """Add a change, valid only if the follow-up is still as it was read."""
        was = before.followup.model_dump(exclude={"id"})
        fields = {
            name: value
            for name, value in after.model_dump(exclude={"id"}).items()
            if value != was[name]
        }
        fields["pending_shard"] = shard_of(after.id) if after.is_pending else REMOVED
        fields["held_for"] = after.citizen if after.state is State.HELD else REMOVED
        fields["held_by_page"] = after.page_id if waits_for_page(after) else REMOVED
        commit.update(before.stored, fields)

    def change(self, before: StoredFollowUp, after: FollowUp) -> StoredFollowUp:
        """Carry out a change of this follow-up alone; the answer guards the next one.

        Raises:
            Conflict: somebody else changed it since it was read.
            Transient: no clear answer.
        """
        commit = self._database.commit()
        self.add_change(commit, before, after)
        written_at = commit.send()[0]
        return StoredFollowUp(after, replace(before.stored, updated_at=written_at))
