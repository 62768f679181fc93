"""The collection `evidence`. A pending row carries `pending_shard`; settled rows do not."""

from dataclasses import dataclass
from datetime import datetime

from functions.cloud.firestore import REMOVED, Commit, Database, Stored, Where
from functions.cloud.shards import ALL_SHARDS, shard_of
from functions.evidence.model import Evidence, EvidenceState


@dataclass(frozen=True, slots=True)
class StoredEvidence:
    """A piece of evidence as it was read, with what guards its next change."""

    evidence: Evidence
    stored: Stored


def _read(stored: Stored) -> StoredEvidence:
    return StoredEvidence(Evidence(id=stored.id, **stored.fields), stored)


class EvidenceStore:
    """Reads evidence, and adds its writes to a commit that the caller opened."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, evidence_id: str) -> StoredEvidence | None:
        """That piece, or None.

        Raises:
            Transient: no answer.
        """
        stored = self._database.read(f"evidence/{evidence_id}")
        return None if stored is None else _read(stored)

    def of_report(self, report_id: str, limit: int = 200) -> list[Evidence]:
        """A report's evidence in the order in which it was sent.

        Raises:
            Transient: no answer.
        """
        found = self._database.find(
            "evidence",
            where=[Where("report_id", "==", report_id)],
            order=[("sent_at", "ASCENDING")],
            limit=limit,
        )
        return [_read(stored).evidence for stored in found]

    def overdue(self, before: datetime, limit: int = 200) -> list[Evidence]:
        """Pending evidence that should have been looked at before that moment.

        Raises:
            Transient: no answer.
        """
        found = self._database.find(
            "evidence",
            where=[
                Where("pending_shard", "in", ALL_SHARDS),
                Where("next_at", "<=", before),
            ],
            order=[("next_at", "ASCENDING")],
            limit=limit,
        )
        return [_read(stored).evidence for stored in found]

    @staticmethod
    def add_new(commit: Commit, evidence: Evidence) -> None:
        """Add a piece that did not exist."""
        fields = evidence.model_dump(exclude={"id"})
        fields["pending_shard"] = shard_of(evidence.id)
        commit.create(f"evidence/{evidence.id}", fields)

    @staticmethod
    def add_change(commit: Commit, before: StoredEvidence, after: Evidence) -> None:
        """Add a change, valid only if the piece is still as it was read."""
        was = before.evidence.model_dump(exclude={"id"})
        fields = {
            name: value
            for name, value in after.model_dump(exclude={"id"}).items()
            if value != was[name]
        }
        if after.state is not EvidenceState.PENDING:
            fields["pending_shard"] = REMOVED
        commit.update(before.stored, fields)
