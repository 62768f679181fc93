"""What follows from a citizen's messages, for the worker to carry out."""

from dataclasses import dataclass
from datetime import datetime

from functions.intake.log import Because
from functions.intake.submissions import Submission
from functions.reports.account import Account, Finding, Gap


@dataclass(frozen=True, slots=True)
class Begin:
    """A new report."""

    report_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Add:
    """A message belongs to that report."""

    report_id: str
    submission: Submission


@dataclass(frozen=True, slots=True)
class Move:
    """A message belongs to another report than was thought."""

    source: str
    report_id: str
    key: str


@dataclass(frozen=True, slots=True)
class Drop:
    """Words that a message before them, which was late, shows to be about something else."""

    report_id: str
    key: str


@dataclass(frozen=True, slots=True)
class Describe:
    """What that report's reporter told, all in all."""

    report_id: str
    account: Account
    opened_at: datetime
    summary: str | None
    """Its first words; None where those have left the log."""
    is_urgent: bool
    is_anonymous: bool
    suggested_unit_id: str | None = None
    """The unit that the place belongs to, where that is another one."""


@dataclass(frozen=True, slots=True)
class Learn:
    """What was told beside what that report knows already."""

    report_id: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Finish:
    """That report is complete as sent."""

    report_id: str
    at: datetime
    because: Because
    is_question: bool = False
    """A question for an officer: its reporter is told that, and gets no receipt."""


@dataclass(frozen=True, slots=True)
class Cancel:
    """That report is not one after all."""

    report_id: str
    at: datetime
    because: Because


@dataclass(frozen=True, slots=True)
class Checklist:
    """What a report has and lacks, and the one thing that is asked for now."""

    account: Account
    missing: tuple[Gap, ...]
    question: Gap | None = None


@dataclass(frozen=True, slots=True)
class Say:
    """The citizen is told something: `sentence` is a key of the catalogue."""

    sentence: str
    cause: str
    """The message or report that calls for it; one cause is answered once."""
    checklist: Checklist | None = None
    report_id: str | None = None
    unit_id: str | None = None
    """Another unit that it speaks of."""


@dataclass(frozen=True, slots=True)
class Explain:
    """A question about a procedure is answered."""

    procedure: str
    cause: str
    more: str = ""
    """With a short question about what was explained just now: its words."""


@dataclass(frozen=True, slots=True)
class Ask:
    """The citizen asks for a service that leaves what is gathered untouched."""

    submission: Submission


@dataclass(frozen=True, slots=True)
class AskLater:
    """Whether that is still going on is to be asked at `at`; with None, not any more."""

    report_id: str
    at: datetime | None


Effect = (
    Begin | Add | Move | Drop | Describe | Learn | Finish | Cancel | Say | Explain | Ask | AskLater
)
