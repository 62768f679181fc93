"""The door of `send_followup`."""

from pydantic import BaseModel, ConfigDict


class SendFollowUp(BaseModel):
    """The task's body: which follow-up."""

    model_config = ConfigDict(extra="forbid")

    followup: str
