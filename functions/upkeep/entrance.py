"""The door of `upkeep`: Cloud Scheduler posts here every minute, with an empty body."""

from pydantic import BaseModel, ConfigDict


class Upkeep(BaseModel):
    """The scheduler's body: nothing."""

    model_config = ConfigDict(extra="forbid")
