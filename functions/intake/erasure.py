"""A citizen has their data erased: the vault forgets them, and their reports name nobody.

The cases stay (Law 91/2025/QH15, articles 14 and 19): what was reported is needed against
violations, who reported it is not. Safe to be done again from the start whenever it breaks off.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from functions.cloud.firestore import Database
from functions.evidence.store import EvidenceStore
from functions.followups.model import Kind
from functions.followups.planner import cancel
from functions.followups.store import FollowUpStore
from functions.identity.store import PersonStore
from functions.reports.lifecycle import part_from_reporter
from functions.reports.store import ReportStore

_AT_ONCE = 50
_ERASED = {
    "problem": "the reporter was erased",
    "sentence": "Không gửi: người dân đã yêu cầu xóa dữ liệu cá nhân.",
}


@dataclass(frozen=True, slots=True)
class Erasure:
    """Cuts every link between a citizen and what they sent."""

    database: Database
    reports: ReportStore
    evidence: EvidenceStore
    followups: FollowUpStore
    people: PersonStore
    draw: Callable[[int], bytes]

    def erase(self, citizen: str, *, now: datetime) -> str:
        """Erase what is on record; returns the pseudonym of nobody that stands in their place.

        Raises:
            Conflict: somebody changed one of the reports or messages meanwhile: do it again.
            Transient: no clear answer.
        """
        self.people.bid_farewell(citizen, now=now)
        nobody = f"erased-{self.draw(16).hex()}"
        while self._part_messages(citizen, nobody) or self._part_reports(citizen, nobody, now):
            pass
        return nobody

    def _part_reports(self, citizen: str, nobody: str, now: datetime) -> int:
        theirs = self.reports.latest_of(citizen, limit=_AT_ONCE)
        for report in theirs:
            self._part_report(report.id, nobody, now)
        return len(theirs)

    def _part_report(self, report_id: str, nobody: str, now: datetime) -> None:
        stored = self.reports.read(report_id)
        if stored is None:
            return
        commit = self.database.commit()
        parted = part_from_reporter(stored.report, nobody=nobody, at=now)
        self.reports.add_change(commit, stored, parted)
        for piece in self.evidence.of_report(report_id):
            kept = self.evidence.read(piece.id)
            if kept is not None:
                unnamed = kept.evidence.model_copy(update={"citizen": nobody})
                self.evidence.add_change(commit, kept, unnamed)
        commit.send()

    def _part_messages(self, citizen: str, nobody: str) -> int:
        commit = self.database.commit()
        for stored in self.followups.of_citizen(citizen, limit=_AT_ONCE):
            # What tells of an erasure names no report.
            if stored.followup.kind is not Kind.FAREWELL:
                after = cancel(stored.followup, **_ERASED) or stored.followup
                parted = after.model_copy(update={"citizen": nobody})
                self.followups.add_change(commit, stored, parted)
        commit.send()
        return commit.writes
