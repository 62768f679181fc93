"""The door of `upload_media`."""

from pydantic import BaseModel, ConfigDict


class KeepEvidence(BaseModel):
    """The task's body: which attachment."""

    model_config = ConfigDict(extra="forbid")

    evidence: str
