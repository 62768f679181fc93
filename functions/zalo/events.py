"""Zalo's webhook events as models, tolerant of what they do not know.

An event of a name that we do not use is an `UnknownEvent`. Ids are opaque strings and scoped: a
user id to the page, `user_id_by_app` to the app. Which side of a receipt is the page is decided by
`envelope.page_and_citizen`, not here: Zalo's documents and the field disagree.
"""

from typing import Any

from pydantic import ValidationError

from functions.errors import Rejected
from functions.zalo.attachments import BusinessCard, MediaKind, MediaReference, Place
from functions.zalo.exchanges import CitizenMessage, Event, PageMessage
from functions.zalo.notices import (
    ChatOpened,
    DetailsSubmitted,
    Followed,
    MessageReceived,
    MessagesSeen,
    PageQuotaChanged,
    Reacted,
    SubmittedDetails,
    TemplateReceived,
    TemplateStatusChanged,
    Unfollowed,
    Withdrawn,
)
from functions.zalo.strict_json import UnacceptableJson, read_object

__all__ = [
    "BusinessCard",
    "ChatOpened",
    "CitizenMessage",
    "DetailsSubmitted",
    "Event",
    "Followed",
    "MediaKind",
    "MediaReference",
    "MessageReceived",
    "MessagesSeen",
    "PageMessage",
    "PageQuotaChanged",
    "Place",
    "Reacted",
    "SubmittedDetails",
    "TemplateReceived",
    "TemplateStatusChanged",
    "Unfollowed",
    "UnknownEvent",
    "UnreadableEvent",
    "Withdrawn",
    "read_event",
]


class UnreadableEvent(Rejected):
    """An event of a name that we use, in a shape that we cannot read: it waits for us."""


class UnknownEvent(Event):
    """An event that we do not use, or have never heard of."""


_CITIZEN_SENDS = (
    *("text", "image", "gif", "link", "audio", "video", "sticker", "file", "location"),
    "business_card",
)
_PAGE_SENDS = ("text", "image", "gif", "list", "file", "sticker", "template")
_ANONYMOUS_SENDS = ("text", "image", "file", "sticker")

_BY_NAME: dict[str, type[Event]] = {
    **{f"user_send_{kind}": CitizenMessage for kind in _CITIZEN_SENDS},
    **{f"anonymous_send_{kind}": CitizenMessage for kind in _ANONYMOUS_SENDS},
    **{f"oa_send_{kind}": PageMessage for kind in _PAGE_SENDS},
    **{f"oa_send_anonymous_{kind}": PageMessage for kind in _ANONYMOUS_SENDS},
    "follow": Followed,
    "unfollow": Unfollowed,
    "user_click_chatnow": ChatOpened,
    "user_withdraw": Withdrawn,
    "user_submit_info": DetailsSubmitted,
    "user_seen_message": MessagesSeen,
    "user_received_message": MessageReceived,
    "user_reacted_message": Reacted,
    "oa_reacted_message": Reacted,
    "change_oa_daily_quota": PageQuotaChanged,
    "change_template_status": TemplateStatusChanged,
}


def read_event(body: bytes | str) -> Event:
    """The event in a webhook body.

    Raises:
        UnreadableEvent: it is no event, or one that we use in a shape that we cannot read.
    """
    try:
        content = read_object(body.encode() if isinstance(body, str) else body)
        name = str(content.get("event_name"))
        return _class_of(name, content).model_validate(content)
    except (UnacceptableJson, ValidationError, UnicodeError):
        raise UnreadableEvent("an event that cannot be read") from None


def _class_of(name: str, content: dict[str, Any]) -> type[Event]:
    message = content.get("message")
    if name == "user_received_message" and isinstance(message, dict) and "tracking_id" in message:
        return TemplateReceived
    return _BY_NAME.get(name, UnknownEvent)
