"""The door of `store_report`."""

import base64
import binascii
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from functions.cloud.clock import Clock
from functions.cloud.sealing import unseal
from functions.errors import Rejected
from functions.intake.store import Inbox
from functions.intake.worker import Worker
from functions.zalo.inbox import InboxRow


class StoreReport(BaseModel):
    """The task's body: whose events to fold, and the event itself where the inbox was away."""

    model_config = ConfigDict(extra="forbid")

    citizen: str
    # Left out when the body is written or shown: a log line names ids, and this is no id.
    sealed: str | None = Field(default=None, exclude=True, repr=False)


@dataclass(frozen=True, slots=True)
class Entrance:
    """Takes a task's body to the worker."""

    worker: Worker
    inbox: Inbox
    seal_secret: bytes
    clock: Clock

    def store(self, asked: StoreReport) -> None:
        """Keep the event that came along, if one did, and fold the citizen's events.

        Raises:
            Rejected: what came along was not sealed by us.
            Transient, Conflict: as the worker.
        """
        if asked.sealed is not None:
            self.inbox.keep(self._opened(asked.sealed), now=self.clock.now())
        self.worker.fold(asked.citizen)

    def _opened(self, sealed: str) -> InboxRow:
        try:
            return InboxRow.from_json(unseal(self.seal_secret, base64.b64decode(sealed)))
        except (binascii.Error, ValueError, KeyError):
            raise Rejected("a sealed event that is none") from None
