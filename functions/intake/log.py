"""What is kept of a conversation: the log of what happened, and the reports as they stand."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from functions.intake.hearing import KEPT_CHARACTERS, Heard, hear
from functions.intake.submissions import Act, Submission
from functions.reports.account import Finding, Gap

MOST_ENTRIES = 200
SETTLED_AFTER = timedelta(hours=24)
"""After its end a report takes late messages for so long."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Entry(_Record):
    """One event, as far as it can matter again."""

    key: str
    at: datetime
    act: Act
    text: str = ""
    media: int = 0
    is_located: bool = False
    topic: str | None = None
    supplements: str | None = None
    """With SUPPLEMENT: the report that it adds to."""
    answers: str | None = None
    """The report about which an officer had asked something when it came."""
    is_erasure: bool = False
    """With DELETE_DATA: they mean it."""
    is_quoting: bool = False
    """With VERIFY: the message to look at comes next."""
    is_kept: bool = False
    """Sent while its citizen was blocked: it begins no report."""
    heard: Heard | None = None
    report_id: str | None = None
    """The report whose timeline holds it."""

    @property
    def place_in_time(self) -> tuple[datetime, str]:
        """What entries are ordered by, whatever order they arrived in."""
        return self.at, self.key

    @property
    def is_bare(self) -> bool:
        """Whether it is words and nothing else."""
        return not self.media and not self.is_located


def entry_of(submission: Submission, *, is_blocked: bool = False) -> Entry:
    """The entry that an event leaves."""
    is_read = submission.act is Act.TELL or (submission.act is Act.CORRECT and submission.rest)
    return Entry(
        key=submission.key,
        at=submission.at,
        act=submission.act,
        text=(submission.text if submission.act is Act.TELL else submission.rest)[:KEPT_CHARACTERS],
        media=len(submission.media),
        is_located=submission.latitude is not None,
        topic=submission.topic,
        supplements=submission.report_id if submission.act is Act.SUPPLEMENT else None,
        answers=submission.report_id if submission.act is Act.TELL else None,
        is_erasure=submission.act is Act.DELETE_DATA and submission.is_confirmed,
        is_quoting=submission.act is Act.VERIFY and not submission.rest,
        is_kept=is_blocked,
        heard=hear(submission) if is_read else None,
    )


class Because(StrEnum):
    """Why a report is not gathered any more."""

    DONE = "done"
    SILENCE = "silence"
    CANCELLED = "cancelled"
    MERGED = "merged"
    """What it held turned out to belong to the one before."""


class Standing(_Record):
    """A report of this conversation as the record holds it."""

    report_id: str
    opened_at: datetime
    last_at: datetime
    closed_at: datetime | None = None
    because: Because | None = None
    silent_at: datetime | None = None
    """When silence closed it, until that is acted on."""
    asked: tuple[Gap, ...] = ()
    said: tuple[str, ...] = ()
    """Sentences that are said once in a report."""
    is_cut: bool = False
    """Its first messages have left the log; `findings` is what they told."""
    findings: tuple[Finding, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it is being gathered."""
        return self.closed_at is None


class Conversation(_Record):
    """Where a citizen's conversation with a page stands."""

    citizen: str
    page_id: str
    log: tuple[Entry, ...] = ()
    standing: tuple[Standing, ...] = ()
    """The reports that may still change, oldest first."""
    wake_at: datetime | None = None
    """When silence closes one of them."""
    last_in_at: datetime | None = None
    """The citizen's last touch: Zalo's sending window counts from it."""
    withdrawn_at: datetime | None = None
    """When they last took their consent back."""
    language: str = "vi"
    language_at: datetime | None = None
    notice_version: str = ""
    """The data notice that was shown last, and when (Law 91/2025, article 9)."""
    notice_at: datetime | None = None
    greeted_at: datetime | None = None
    puzzled_at: datetime | None = None
    """When we last said that we did not understand."""
    slowed_at: datetime | None = None
    blocked_at: datetime | None = None
    """When we last said that somebody writes too fast, or is blocked."""

    @model_validator(mode="before")
    @classmethod
    def _from_before_the_log(cls, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """A report that was being gathered when conversations had no log yet goes on."""
        gathering = fields.get("gathering")
        if gathering is None or "standing" in fields:
            return fields
        carried = {name: gathering[name] for name in ("report_id", "opened_at", "last_at")}
        return {
            **fields,
            "standing": ({**carried, "is_cut": True},),
            "wake_at": gathering["close_at"],
        }

    @property
    def is_known(self) -> bool:
        """Whether the vault holds who they are: they turned to us, and took nothing back since."""
        touched, withdrawn = self.last_in_at, self.withdrawn_at
        return touched is not None and (withdrawn is None or withdrawn < touched)

    @property
    def gathering(self) -> Standing | None:
        """The report that the citizen is sending now."""
        sending = (one for one in self.standing if one.is_open and one.silent_at is None)
        return next(sending, None)
