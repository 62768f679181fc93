"""An event on its way from the webhook to the worker: the row `inbox/{event_key}`.

The key follows from the message, so a redelivery is the same row; the row is kept 31 days, longer
than Zalo ever redelivers. Standard library only: the webhook writes it.
"""

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from functions.zalo.envelope import Envelope

KEPT_FOR = timedelta(days=31)
PENDING_FOR = "pending_for"
PENDING_SHARD = "pending_shard"

_KEPT_EVENTS = frozenset(
    {"follow", "unfollow", "user_click_chatnow", "user_submit_info", "user_withdraw"}
)
_KNOWN_ELSEWHERE = ("oa_", "user_seen_", "user_received_", "user_reacted_", "anonymous_")


def is_kept(event_name: str) -> bool:
    """Whether the event says something to us: what citizens send, and their coming and going."""
    return event_name in _KEPT_EVENTS or (
        event_name.startswith("user_send_") and not event_name.startswith("user_send_group_")
    )


def is_known(event_name: str) -> bool:
    """Whether we have heard of such an event, kept or not (echoes of our own, receipts)."""
    return is_kept(event_name) or event_name.startswith(_KNOWN_ELSEWHERE)


def event_key(envelope: Envelope, page_id: str, body: bytes) -> str:
    """The key of the event: of its message where it has one, else of its very bytes."""
    if envelope.message_id is not None:
        identity = "|".join((page_id, envelope.event_name, envelope.message_id)).encode()
    else:
        identity = body
    return base64.b32encode(hashlib.sha256(identity).digest()).decode().rstrip("=").lower()


@dataclass(frozen=True, slots=True)
class InboxRow:
    """An event that waits to be folded into its citizen's report."""

    key: str
    page_id: str
    citizen: str
    event_name: str
    sent_at: datetime
    raw: bytes

    def fields(
        self, *, received_at: datetime, shard: int
    ) -> dict[str, str | int | bytes | datetime]:
        """The document. The two pending fields are removed when the event is folded."""
        return {
            "page_id": self.page_id,
            "event_name": self.event_name,
            "sent_at": self.sent_at,
            "raw": self.raw,
            "received_at": received_at,
            "expire_at": received_at + KEPT_FOR,
            PENDING_FOR: self.citizen,
            PENDING_SHARD: shard,
        }

    def to_json(self) -> bytes:
        """The row as JSON, for the way through a sealed task body."""
        return json.dumps(
            {
                "key": self.key,
                "page_id": self.page_id,
                "citizen": self.citizen,
                "event_name": self.event_name,
                "sent_at": self.sent_at.isoformat(),
                "raw": base64.b64encode(self.raw).decode(),
            }
        ).encode()

    @classmethod
    def from_json(cls, text: bytes) -> "InboxRow":
        """What `to_json` wrote."""
        fields = json.loads(text)
        return cls(
            key=fields["key"],
            page_id=fields["page_id"],
            citizen=fields["citizen"],
            event_name=fields["event_name"],
            sent_at=datetime.fromisoformat(fields["sent_at"]),
            raw=base64.b64decode(fields["raw"]),
        )


def sent_at(envelope: Envelope) -> datetime:
    """When the citizen acted: the event's own time, not the delivery's."""
    return datetime.fromtimestamp(int(envelope.timestamp) / 1000, UTC)
