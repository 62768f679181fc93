"""What acts read before they are carried out, and who carries them out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from functions.admin.acts.drafts import DraftStore
from functions.cloud.firestore import Commit
from functions.errors import OperatorNeeded
from functions.evidence.store import EvidenceStore
from functions.followups import notices
from functions.followups.model import FollowUp
from functions.followups.store import FollowUpStore
from functions.identity.blocks import BlockStore
from functions.reports.model import (
    Report,
)
from functions.reports.store import ReportStore
from functions.units.model import Officer, Unit
from functions.units.store import UnitStore


class Told(TypedDict):
    """Who acts, when, and with which form, for a pure act."""

    officer: str
    at: datetime
    operation: str


@dataclass(frozen=True, slots=True)
class By:
    """Who acts, when, and with which form."""

    officer: Officer
    at: datetime
    operation: str

    @property
    def subject(self) -> str:
        """The officer's subject."""
        return self.officer.subject


@dataclass(frozen=True, slots=True)
class Sources:
    """What acts read before they are carried out."""

    reports: ReportStore
    followups: FollowUpStore
    evidence: EvidenceStore
    units: UnitStore
    drafts: DraftStore
    blocks: BlockStore
    draw: Callable[[int], bytes]

    def unit(self, unit_id: str) -> Unit:
        """That unit.

        Raises:
            OperatorNeeded: there is none.
        """
        unit = self.units.unit(unit_id)
        if unit is None:
            raise OperatorNeeded("report of a unit that does not exist")
        return unit

    def without_proposals(self, *report_ids: str) -> Callable[[Commit], None]:
        """The writes by which nothing that was proposed in these reports is left."""

        def settle(commit: Commit) -> None:
            for report_id in report_ids:
                self.drafts.settle(commit, report_id)

        return settle

    @staticmethod
    def steps(report: Report, notice: Callable[[], FollowUp]) -> tuple[FollowUp, ...]:
        """The notice of a step in between, if the reporter wants to hear of it."""
        return (notice(),) if notices.wants_result(report) else ()


def told(by: By) -> Told:
    """As `functions.reports.casework` takes it."""
    return {"officer": by.subject, "at": by.at, "operation": by.operation}
