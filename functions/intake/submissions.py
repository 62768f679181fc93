"""A citizen's message after Zalo's wire format is gone: the conversation's input."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from functions.intake.acts import Act
from functions.intake.commands import act_of

__all__ = ["MOST_MEDIA", "Act", "Media", "Submission", "act_of", "spoken"]

MOST_MEDIA = 200
"""In one message: Zalo's albums are smaller, and more would not fit into one commit."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True)


class Media(_Record):
    """An attachment with an address to fetch it from."""

    kind: str
    address: str
    name: str | None = None
    size: int | None = None
    checksum: str | None = None


class Submission(_Record):
    """One message, or one press of a button, of one citizen."""

    key: str
    at: datetime
    act: Act
    text: str = ""
    media: tuple[Media, ...] = Field(default=(), max_length=MOST_MEDIA)
    latitude: float | None = None
    longitude: float | None = None
    code: str | None = None
    """The report code given; empty where what was typed was meant as one and is none."""
    report_id: str | None = None
    """The report of this citizen that `code` names, once it was looked for (SUPPLEMENT); or about
    which an officer has asked them (TELL)."""
    topic: str | None = None
    """A gap (`functions.reports.account.Gap`) or a procedure, by the act."""
    rest: str = ""
    """What follows the command in the same message, as typed."""
    is_confirmed: bool = False
    """Asked whether they mean it, the citizen said yes (WITHDRAW_REPORT, DELETE_DATA)."""

    @property
    def is_parting(self) -> bool:
        """Whether by it the citizen wants us to forget who they are."""
        is_erasure = self.act is Act.DELETE_DATA and self.is_confirmed
        return is_erasure or self.act is Act.WITHDRAW

    @property
    def place_in_time(self) -> tuple[datetime, str]:
        """What messages are ordered by, whatever order they arrive in."""
        return self.at, self.key


def spoken(*, key: str, at: datetime, text: str) -> Submission:
    """A message of words alone, with what it asks for."""
    command = act_of(text)
    return Submission(
        key=key,
        at=at,
        act=command.act,
        text=text,
        code=command.code,
        topic=command.topic,
        rest=command.rest,
        is_confirmed=command.is_confirmed,
    )
