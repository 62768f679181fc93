"""What a report is."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from functions.reports.audit import START

SUMMARY_CHARACTERS = 160


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Track(StrEnum):
    """Which law and clock applies (facts: Decree 61/2026, Criminal Procedure Code 144-147, …)."""

    VIOLATION = "violation"
    CRIME_TIP = "crime_tip"
    ORDER = "order"
    PETITION = "petition"
    QUESTION = "question"


class ReportState(StrEnum):
    """Where a report stands."""

    GATHERING = "gathering"
    """The citizen is still sending."""
    RECEIVED = "received"
    """Complete as sent, waiting for an officer's decision."""
    CONCLUDED = "concluded"
    """An outcome is recorded."""


class OutcomeCode(StrEnum):
    """How a report can end: the closed list that follows from Decree 61/2026, articles 20 to 22."""

    FINED = "fined"
    RECORD_MADE = "record_made"
    NO_VIOLATION = "no_violation"
    INSUFFICIENT = "insufficient"
    NOT_SANCTIONED = "not_sanctioned"
    """Article 65 of the Law on Handling Administrative Violations: no sanction although proven."""
    TRANSFERRED = "transferred"
    CRIME_SIGNS = "crime_signs"
    FORGED_DATA = "forged_data"
    DUPLICATE = "duplicate"
    EXPIRED = "expired"
    ANSWERED = "answered"


class Outcome(_Record):
    """An officer's decision. A later one gets the next version; none is overwritten."""

    version: int
    code: OutcomeCode
    reason: str
    """What the citizen is told beside the standard sentence; may be empty."""
    note: str
    """For colleagues only."""
    decided_at: datetime
    decided_by: str
    tell_at: datetime
    """When the reporter will be told."""


class EvidenceCount(_Record):
    """How many attachments of a report are still coming, safe, or lost for a stated reason."""

    pending: int = 0
    stored: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        """All attachments the citizen sent."""
        return self.pending + self.stored + self.failed


class Report(_Record):
    """One citizen's account of one happening."""

    id: str
    code: str
    unit_id: str
    page_id: str
    citizen: str
    """The reporter's pseudonym; who that is stands in the vault."""
    state: ReportState
    opened_at: datetime
    received_at: datetime | None = None
    updated_at: datetime
    summary: str = ""
    """The first words, for lists."""
    latitude: float | None = None
    longitude: float | None = None
    messages: int = 0
    evidence: EvidenceCount = Field(default_factory=EvidenceCount)
    outcome: Outcome | None = None
    version: int = 1
    audit_sequence: int = 0
    audit_hash: str = START
    last_operation: str = ""
    """The operation that made this version: whose answer was lost finds itself here."""


class ItemKind(StrEnum):
    """What a timeline item is."""

    TEXT = "text"
    LOCATION = "location"
    EVIDENCE = "evidence"
    OTHER = "other"


class TimelineItem(_Record):
    """Something the reporter sent, as it stands in the report's timeline. Never changed."""

    id: str
    kind: ItemKind
    at: datetime
    text: str = ""
    latitude: float | None = None
    longitude: float | None = None
    evidence_id: str | None = None


class OpenRow(_Record):
    """A report's row in its unit's open list: what a list needs, so that it reads nothing else."""

    report_id: str
    unit_id: str
    code: str
    state: ReportState
    opened_at: datetime
    updated_at: datetime
    summary: str
    messages: int
    evidence: EvidenceCount
    located: bool


def row_of(report: Report) -> OpenRow:
    """The report's row in the open list."""
    return OpenRow(
        report_id=report.id,
        unit_id=report.unit_id,
        code=report.code,
        state=report.state,
        opened_at=report.opened_at,
        updated_at=report.updated_at,
        summary=report.summary,
        messages=report.messages,
        evidence=report.evidence,
        located=report.latitude is not None,
    )
