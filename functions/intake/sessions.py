"""Reports as they follow from the log of a conversation. Pure."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from functions.intake.log import Because, Entry
from functions.reports.account import Account, Finding, Gap


class Part(StrEnum):
    """What an entry is in its conversation."""

    CONTENT = "content"
    """It stands in a report's timeline."""
    STEP = "step"
    """It changes what is gathered, or what it is about."""
    QUESTION = "question"
    """A question that we can answer."""
    FORWARDED = "forwarded"
    """A question for an officer: a report of its own."""
    QUOTED = "quoted"
    """The message of which they asked whether it is ours."""
    TALK = "talk"
    SUPPLEMENT = "supplement"
    """Content of a report that was finished before."""
    ANSWER = "answer"
    """The same, where an officer has asked for it."""
    OVER = "over"
    """Content that says in words that it goes on no longer."""
    KEPT = "kept"
    """Of somebody who is blocked: kept, but in no report."""
    IDLE = "idle"
    """There is no report that it could change."""


@dataclass(slots=True)
class Session:
    """One report as it follows from the log."""

    opened_at: datetime
    last_at: datetime
    report_id: str | None = None
    closed_at: datetime | None = None
    because: Because | None = None
    content: list[Entry] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    skipped: set[Gap] = field(default_factory=set)
    passed: set[Gap] = field(default_factory=set)
    """What would have been asked and was not told."""
    awaited: Gap | None = None
    corrects: Gap | None = None
    """What the next message puts right."""
    corrects_any: bool = False
    is_anonymous: bool = False
    is_question: bool = False
    is_denunciation: bool = False
    is_infrastructure: bool = False
    _account: tuple[int, Account] | None = None
    """As of so many findings: they only grow, and each message asks for it."""

    @property
    def account(self) -> Account:
        """What was told so far."""
        if self._account is None or self._account[0] != len(self.findings):
            self._account = len(self.findings), Account(findings=tuple(self.findings))
        return self._account[1]

    @property
    def first_words(self) -> str:
        """What it begins with."""
        return next((entry.text for entry in self.content if entry.text), "")

    @property
    def is_open(self) -> bool:
        """Whether nothing has closed it."""
        return self.closed_at is None

    @property
    def wanted(self) -> tuple[Gap, ...]:
        """What is missing and may still be asked for, the most important first."""
        gaps = [gap for gap in self.account.gaps if gap not in self.skipped]
        return (*(g for g in gaps if g not in self.passed), *(g for g in gaps if g in self.passed))

    def close(self, at: datetime, because: Because) -> None:
        """Nothing more belongs into it."""
        self.closed_at, self.because = max(at, self.last_at), because
