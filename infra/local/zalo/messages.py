"""What stands in the chats: every message between a citizen and a page."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from infra.local.zalo.store import Store


class Sender(StrEnum):
    CITIZEN = "citizen"
    PAGE = "page"


class Origin(StrEnum):
    """How a message came to be."""

    CITIZEN = "citizen"
    API = "api"
    PERSON = "person"
    TEMPLATE = "template"
    BROADCAST = "broadcast"


@dataclass(frozen=True, slots=True)
class Message:
    """One message; `time` in milliseconds. `attachments` are `{"type", "url", …}`.

    `is_delivered`: of a citizen's message, the webhook took it; of a page's, it is on the phone.
    """

    message_id: str
    page_id: str
    user_id: str
    sender: Sender
    kind: str
    time: int
    text: str = ""
    buttons: Sequence[Mapping[str, Any]] = ()
    attachments: Sequence[Mapping[str, Any]] = ()
    quote_message_id: str = ""
    origin: Origin = Origin.CITIZEN
    is_hidden: bool = False
    is_delivered: bool = False
    is_seen: bool = False


class Messages:
    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, message: Message) -> None:
        self._store.write(
            "INSERT INTO messages (message_id, page_id, user_id, sender, kind, text, buttons,"
            " attachments, quote_message_id, origin, time, is_hidden, is_delivered, is_seen)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            message.message_id,
            message.page_id,
            message.user_id,
            message.sender,
            message.kind,
            message.text,
            json.dumps(message.buttons),
            json.dumps(message.attachments),
            message.quote_message_id,
            message.origin,
            message.time,
            message.is_hidden,
            message.is_delivered,
            message.is_seen,
        )

    def get(self, message_id: str) -> Message | None:
        row = self._store.one("SELECT * FROM messages WHERE message_id = ?", message_id)
        return _message(row) if row else None

    def between(self, page_id: str, user_id: str) -> list[Message]:
        """The whole chat, oldest first."""
        rows = self._store.all(
            "SELECT * FROM messages WHERE user_id = ? AND page_id = ? ORDER BY number",
            user_id,
            page_id,
        )
        return [_message(row) for row in rows]

    def of_citizen(self, user_id: str) -> list[Message]:
        """On all pages, oldest first."""
        rows = self._store.all("SELECT * FROM messages WHERE user_id = ? ORDER BY number", user_id)
        return [_message(row) for row in rows]

    def latest_of_page(self, page_id: str) -> list[Message]:
        """The last message of each chat of the page, newest first."""
        rows = self._store.all(
            "SELECT * FROM messages WHERE number IN (SELECT max(number) FROM messages"
            " WHERE page_id = ? GROUP BY user_id) ORDER BY number DESC",
            page_id,
        )
        return [_message(row) for row in rows]

    def mark_delivered(self, message_id: str) -> Message | None:
        self._store.write("UPDATE messages SET is_delivered = 1 WHERE message_id = ?", message_id)
        return self.get(message_id)

    def mark_seen(self, page_id: str, user_id: str) -> list[str]:
        """The citizen looked at the chat: the ids of the page's messages seen just now."""
        place = "page_id = ? AND user_id = ? AND sender = 'page' AND is_seen = 0"
        rows = self._store.all(
            f"SELECT message_id FROM messages WHERE {place} ORDER BY number",  # noqa: S608
            page_id,
            user_id,
        )
        self._store.write(f"UPDATE messages SET is_seen = 1 WHERE {place}", page_id, user_id)  # noqa: S608
        return [row["message_id"] for row in rows]

    def add_reaction(self, message_id: str) -> None:
        self._store.write(
            "UPDATE messages SET reactions = reactions + 1 WHERE message_id = ?", message_id
        )

    def reactions(self, message_id: str) -> int:
        return self._store.count(
            "SELECT coalesce(sum(reactions), 0) FROM messages WHERE message_id = ?", message_id
        )


def _message(row: Any) -> Message:
    return Message(
        message_id=row["message_id"],
        page_id=row["page_id"],
        user_id=row["user_id"],
        sender=Sender(row["sender"]),
        kind=row["kind"],
        time=row["time"],
        text=row["text"],
        buttons=json.loads(row["buttons"]),
        attachments=json.loads(row["attachments"]),
        quote_message_id=row["quote_message_id"],
        origin=Origin(row["origin"]),
        is_hidden=bool(row["is_hidden"]),
        is_delivered=bool(row["is_delivered"]),
        is_seen=bool(row["is_seen"]),
    )
