"""The JSON of each webhook event, pure. Shapes: fact sheet section 3; all ids are strings."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stage:
    """Who, where and when: what every event says. `time` in milliseconds."""

    app_id: str
    page_id: str
    user_id: str
    user_id_by_app: str
    time: int


def to_bytes(event: Mapping[str, Any]) -> bytes:
    """The body as sent and signed: UTF-8, compact."""
    text = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    # A lone surrogate has no UTF-8; JSON escapes it instead, as the poison fault needs.
    return text.encode("utf-8", "backslashreplace")


def _head(stage: Stage, name: str) -> Event:
    return {
        "app_id": stage.app_id,
        "user_id_by_app": stage.user_id_by_app,
        "event_name": name,
        "timestamp": str(stage.time),
    }


def _from_citizen(stage: Stage, name: str, message: Event) -> Event:
    people = {"sender": {"id": stage.user_id}, "recipient": {"id": stage.page_id}}
    return _head(stage, name) | people | {"message": message}


def _from_page(stage: Stage, name: str, message: Event, admin_id: str = "") -> Event:
    sender = {"id": stage.page_id} | ({"admin_id": admin_id} if admin_id else {})
    people = {"sender": sender, "recipient": {"id": stage.user_id}}
    return _head(stage, name) | people | {"message": message}


def user_send(
    stage: Stage,
    kind: str,
    *,
    message_id: str,
    text: str = "",
    attachments: Sequence[Mapping[str, Any]] = (),
    quote_message_id: str = "",
) -> Event:
    """`user_send_text`, `_image`, … : text stands first where it is the message itself."""
    message: Event = {"text": text, "msg_id": message_id}
    if quote_message_id:
        message["quote_msg_id"] = quote_message_id
    if attachments:
        message["attachments"] = [dict(attachment) for attachment in attachments]
        if not text and kind != "location":
            del message["text"]
    return _from_citizen(stage, f"user_send_{kind}", message)


def oa_send(
    stage: Stage,
    kind: str,
    *,
    message_id: str,
    text: str = "",
    attachments: Sequence[Mapping[str, Any]] = (),
    admin_id: str = "",
) -> Event:
    """The echo of what a page sent, by API or by a person (`admin_id`)."""
    message: Event = {"text": text} if text else {}
    message["msg_id"] = message_id
    if attachments:
        message["attachments"] = [dict(attachment) for attachment in attachments]
    return _from_page(stage, f"oa_send_{kind}", message, admin_id)


def follow(stage: Stage, source: str, *, is_follower: bool) -> Event:
    return {
        "event_name": "follow" if is_follower else "unfollow",
        "app_id": stage.app_id,
        "oa_id": stage.page_id,
        "follower": {"id": stage.user_id},
        "user_id_by_app": stage.user_id_by_app,
        "source": source,
        "timestamp": str(stage.time),
    }


def user_state(stage: Stage, name: str) -> Event:
    """`user_click_chatnow` and `user_withdraw`."""
    return {
        "event_name": name,
        "app_id": stage.app_id,
        "oa_id": stage.page_id,
        "user_id": stage.user_id,
        "user_id_by_app": stage.user_id_by_app,
        "timestamp": str(stage.time),
    }


def user_submit_info(stage: Stage, info: Mapping[str, Any]) -> Event:
    people = {"sender": {"id": stage.user_id}, "recipient": {"id": stage.page_id}}
    event = _head(stage, "user_submit_info") | people
    return event | {"info": dict(info)}


def receipt(stage: Stage, message_ids: Sequence[str], *, is_seen: bool, by_page: bool) -> Event:
    """`user_seen_message` (a list of ids) or `user_received_message` (one id)."""
    name = "user_seen_message" if is_seen else "user_received_message"
    message: Event = {"msg_ids": list(message_ids)} if is_seen else {"msg_id": message_ids[0]}
    build = _from_page if by_page else _from_citizen
    return build(stage, name, message)


def reaction(stage: Stage, message_id: str, icon: str, *, by_page: bool) -> Event:
    message: Event = {"msg_id": message_id, "react_icon": icon}
    if by_page:
        return _from_page(stage, "oa_reacted_message", message)
    return _from_citizen(stage, "user_reacted_message", message)


def template_received(
    stage: Stage, phone: str, *, message_id: str, tracking_id: str, delivered: int
) -> Event:
    """The ZBS delivery receipt; the recipient is a phone number."""
    return {
        "event_name": "user_received_message",
        "app_id": stage.app_id,
        "sender": {"id": stage.page_id},
        "recipient": {"id": phone},
        "message": {
            "delivery_time": str(delivered),
            "msg_id": message_id,
            "tracking_id": tracking_id,
        },
        "timestamp": str(stage.time),
    }


def unheard_of(stage: Stage) -> Event:
    """An event with a name no documentation holds."""
    return user_state(stage, "user_waved_from_the_moon") | {"wave": {"hands": 2}}


def _nested(depth: int) -> Event:
    return {"in": [_nested(depth - 1)]} if depth else {}


POISONS: Mapping[str, Event] = {
    "deep": {"nested": _nested(200)},
    "huge_text": {"text": "Báo cáo " * 12_500},
    "surrogate": {"text": "nửa ký tự \ud83d"},
    "nfd": {"text": "Pha\u0309n a\u0301nh"},
    "wrong_types": {"msg_id": 17, "text": ["không phải chữ"]},
    "not_json": {},
}
"""What makes an event hard to digest, by the name of the poison."""


def poisoned(event: Event, poison: str) -> bytes:
    """The event's body with the poison in its message, still to be signed."""
    body = to_bytes(event | {"message": event.get("message", {}) | POISONS[poison]})
    return body[:-1] if poison == "not_json" else body
