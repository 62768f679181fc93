"""A follow-up: a message we owe a reporter, which is its own outbox row."""

import hashlib
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from functions.followups.sentences import Choice, Language


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Kind(StrEnum):
    """Why we write."""

    WELCOME = "welcome"
    ANSWER = "answer"
    """An answer to something the citizen just asked or pressed."""
    GATHERING = "gathering"
    RECEIPT = "receipt"
    MEDIA_PROBLEM = "media_problem"
    OUTCOME = "outcome"
    STEP = "step"
    """How the report goes on: accepted, extended, transferred."""
    QUESTION = "question"
    """An officer asks the reporter for more."""
    REPLY = "reply"
    """An officer writes to the reporter."""
    DETAILS_REQUEST = "details_request"
    """Asks for name, telephone and address by Zalo's own form (`request_user_info`)."""
    FAREWELL = "farewell"
    """Tells that the citizen's data was erased; with it we forget the last of them."""


class State(StrEnum):
    """Where a follow-up stands."""

    DUE = "due"
    SENDING = "sending"
    """Claimed; past its lease it counts as UNKNOWN."""
    UNKNOWN = "unknown"
    """It may have been delivered: evidence is looked for before anything is sent again."""
    SENT = "sent"
    HELD = "held"
    """Cannot go out now: waits for the citizen's next message, or for an officer."""
    FAILED = "failed"
    """Will not go out; an officer sees it."""
    CANCELLED = "cancelled"
    """Not owed any more: a newer outcome took its place before it went out."""


PENDING = frozenset({State.DUE, State.SENDING, State.UNKNOWN})


class Attempt(_Record):
    """The right to send, taken until a time."""

    id: str
    started_at: datetime
    lease_until: datetime


class FollowUp(_Record):
    """A message we owe."""

    id: str
    kind: Kind
    citizen: str
    page_id: str
    unit_id: str
    report_id: str | None = None
    report_code: str | None = None
    notice: str | None = None
    """The number in the text by which a rare double is recognised, such as TB 7K3F-9Q2D-X/2."""
    sentence: str
    values: dict[str, str] = Field(default_factory=dict)
    language: Language = "vi"
    choices: tuple[Choice, ...] | None = None
    """The buttons, where they depend on more than the sentence."""
    created_at: datetime
    due_at: datetime
    state: State = State.DUE
    next_at: datetime
    """When to look at it next, while it is pending."""
    attempt: Attempt | None = None
    tries: int = 0
    checks: int = 0
    """How often evidence was looked for since the last attempt."""
    message_id: str | None = None
    text: str | None = None
    """What was sent, word for word, from the first attempt on."""
    sent_at: datetime | None = None
    problem: str | None = None
    """Why it is held or failed: a code for the log, with `sentence_for_officer` for people."""
    sentence_for_officer: str | None = None

    @property
    def is_pending(self) -> bool:
        """Whether something is still to be done without anybody's help."""
        return self.state in PENDING


def followup_id(kind: Kind, *cause: str) -> str:
    """The id that follows from the cause, so that one cause has one follow-up."""
    return hashlib.sha256("|".join((kind.value, *cause)).encode()).hexdigest()[:32]
