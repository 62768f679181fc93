"""The door of `send_followup`.

The queue posts which follow-up to send. The officers' page posts an approved opening: only this
function reads the vault.
"""

from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator


class OpenIdentity(BaseModel):
    """An opening that was approved, and the one reading of it that was written down."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    opening: str
    reading: str


class SendFollowUp(BaseModel):
    """The task's body: which follow-up; or an identity to open instead."""

    model_config = ConfigDict(extra="forbid")

    followup: str = ""
    open_identity: OpenIdentity | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if bool(self.followup) == (self.open_identity is not None):
            raise ValueError("a follow-up, or an identity to open")
        return self
