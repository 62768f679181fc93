"""What a report is."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from functions.reports.account import Account
from functions.reports.audit import START
from functions.reports.tracks import Source, Track
from functions.units.roles import audience_of

SUMMARY_CHARACTERS = 160


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class ReportState(StrEnum):
    """Where a report stands."""

    GATHERING = "gathering"
    """The citizen is still sending."""
    RECEIVED = "received"
    """Complete as sent, waiting for an officer's decision."""
    ACCEPTED = "accepted"
    """Under verification (thụ lý; Decree 61/2026, article 21.1): its clock runs."""
    CONCLUDED = "concluded"
    """An outcome is recorded."""
    WITHDRAWN = "withdrawn"
    """Cancelled by the reporter before it was sent off."""

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something."""
        return self not in {ReportState.CONCLUDED, ReportState.WITHDRAWN}


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


class Transfer(_Record):
    """A transfer to another unit that is asked for and not answered yet."""

    from_unit: str
    to_unit: str
    to_lineage: tuple[str, ...]
    reason: str
    asked_at: datetime
    asked_by: str


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
    contact: str = ""
    """The form by which an officer last put into the vault how to reach who told it; "" if none."""
    state: ReportState
    opened_at: datetime
    received_at: datetime | None = None
    reopened_at: datetime | None = None
    """When it was last taken up again after an outcome: its clock began anew."""
    updated_at: datetime
    summary: str = ""
    """The first words, for lists."""
    latitude: float | None = None
    longitude: float | None = None
    messages: int = 0
    evidence: EvidenceCount = Field(default_factory=EvidenceCount)
    outcome: Outcome | None = None
    lineage: tuple[str, ...] = ()
    """The unit's lineage, root first; () in reports from before it was written down."""
    shared_with: tuple[str, ...] = ()
    """Units that see it beside its own: the one it was transferred from, or is offered to."""
    is_restricted: bool = False
    """About an officer: for the inspectorate only."""
    source: Source = Source.ZALO
    track: Track | None = None
    """As an officer set it, or as the account says."""
    account: Account = Field(default_factory=Account)
    """What the reporter told, as far as it could be read."""
    is_urgent: bool = False
    language: str = "vi"
    notice_version: str = ""
    """The data notice that the reporter had read (Law 91/2025, article 9)."""
    wants_result: bool = True
    is_anonymous: bool = False
    withdrawal_asked_at: datetime | None = None
    reopenings: int = 0
    suggested_unit_id: str | None = None
    """The unit that the place belongs to, where that is another one."""
    assignee: str | None = None
    assignee_name: str = ""
    transfer: Transfer | None = None
    accepted_at: datetime | None = None
    """Thụ lý: the clock of article 21.1 of Decree 61/2026 starts."""
    accepted_by: str = ""
    verify_until: datetime | None = None
    extension_reason: str = ""
    asked_at: datetime | None = None
    """Since when the reporter owes us an answer."""
    proposed_at: datetime | None = None
    """Since when an officer's words wait for a superior's approval."""
    proposed_by: str = ""
    unseen: int = 0
    """Messages since an officer last acted."""
    duplicate_of: str | None = None
    linked: tuple[str, ...] = ()
    """Reports of the same incident."""
    split_from: str | None = None
    version: int = 1
    audit_sequence: int = 0
    audit_hash: str = START
    last_operation: str = ""
    """The operation that made this version: whose answer was lost finds itself here."""

    @property
    def line(self) -> tuple[str, ...]:
        """The unit's lineage, also of a report from before it was written down."""
        return self.lineage or (self.unit_id,)

    @property
    def audience(self) -> tuple[str, ...]:
        """Who sees it, by the rule of `functions.units.roles`."""
        return audience_of(
            self.line, shared_with=self.shared_with, is_restricted=self.is_restricted
        )

    @property
    def verified_since(self) -> datetime | None:
        """From when its verification counts: the acceptance, or where it is later the reopening."""
        if self.accepted_at is None or self.reopened_at is None:
            return self.accepted_at
        return max(self.accepted_at, self.reopened_at)

    @property
    def kind(self) -> Track:
        """The track, as an officer set it or else as the account says."""
        return self.track or self.account.track


class ItemKind(StrEnum):
    """What a timeline item is: the first four come from the reporter, the others from officers."""

    TEXT = "text"
    LOCATION = "location"
    EVIDENCE = "evidence"
    OTHER = "other"
    NOTE = "note"
    """For colleagues; never sent."""
    QUESTION = "question"
    """The reporter was asked for more."""
    REPLY = "reply"


class TimelineItem(_Record):
    """Something that was sent or written, as it stands in the report's timeline. Never changed."""

    id: str
    kind: ItemKind
    at: datetime
    text: str = ""
    latitude: float | None = None
    longitude: float | None = None
    evidence_id: str | None = None
    author: str = ""
    """The officer's subject, with NOTE, QUESTION and REPLY."""
    followup_id: str | None = None
    """The message that carries it to the reporter."""
