"""What a page may put into a message: shapes and limits, pure. Source: fact sheet 4.2 and 4.3."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from infra.local.zalo import limits
from infra.local.zalo.answers import Refusal, invalid

_PHONE_CODE = re.compile(r"84\d{8,10}")
_QUERIES = ("oa.query.show", "oa.query.hide")


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that has the right shape. `handle` is an upload's attachment_id or token."""

    kind: str
    text: str = ""
    buttons: tuple[Mapping[str, Any], ...] = ()
    handle: str = ""
    url: str = ""
    elements: tuple[Mapping[str, Any], ...] = ()
    quote_message_id: str = ""


def read_message(message: object, *, allows_list: bool) -> Draft:
    """The draft in a send call's `message`. Raises Refusal (-201, -210, -233).

    `allows_list`: the list template is documented for v2 only.
    """
    if not isinstance(message, dict):
        raise invalid("message")
    text = _string(message, "text", "message.text", optional=True)
    limits.TEXT.check(len(text))
    quote = _string(message, "quote_message_id", "message.quote_message_id", optional=True)
    attachment = message.get("attachment")
    if attachment is None:
        if not text.strip():
            raise invalid("message.text")
        return Draft("text", text, quote_message_id=quote)
    if not isinstance(attachment, dict) or not isinstance(attachment.get("payload"), dict):
        raise invalid("message.attachment")
    payload = attachment["payload"]
    if attachment.get("type") == "file":
        return Draft("file", handle=_string(payload, "token", "payload.token"))
    if attachment.get("type") != "template":
        raise Refusal(-233)
    template = payload.get("template_type", "button")
    if template == "button":
        if not text.strip():
            raise invalid("message.text")
        return Draft("text", text, _buttons(payload.get("buttons")), quote_message_id=quote)
    if template == "media":
        return _media(payload, text)
    if template == "request_user_info":
        return _request_user_info(payload)
    if template == "list" and allows_list:
        return _list(payload)
    raise Refusal(-233)


def _media(payload: Mapping[str, Any], text: str) -> Draft:
    element = _elements(payload, limits.MEDIA_ELEMENTS)[0]
    kind = element.get("media_type")
    if kind not in ("image", "gif", "sticker", "article"):
        raise Refusal(-233)
    handle = _string(element, "attachment_id", "attachment_id", optional=True)
    url = _string(element, "url", "url", optional=True)
    if bool(handle) == bool(url) or (url and kind not in ("image", "gif")):
        raise invalid("attachment_id")
    if url and not _is_address(url):
        raise invalid("url")
    return Draft(kind, text, handle=handle, url=url)


def _request_user_info(payload: Mapping[str, Any]) -> Draft:
    elements = _elements(payload, limits.REQUEST_ELEMENTS)
    limits.REQUEST_TITLE.check(len(_string(elements[0], "title", "title")))
    limits.REQUEST_SUBTITLE.check(len(_string(elements[0], "subtitle", "subtitle", optional=True)))
    _string(elements[0], "image_url", "image_url")
    return Draft("request_user_info", elements=elements)


def _list(payload: Mapping[str, Any]) -> Draft:
    elements = _elements(payload, limits.LIST_ELEMENTS)
    for element in elements:
        _string(element, "title", "title")
        if (action := element.get("default_action")) is not None:
            _check_action(action)
    buttons = payload.get("buttons")
    return Draft("list", elements=elements, buttons=_buttons(buttons) if buttons else ())


def _check_action(action: object) -> None:
    """A list element's `default_action`: a query with a payload, or an address."""
    if not isinstance(action, dict):
        raise invalid("default_action")
    if action.get("type") in _QUERIES:
        limits.QUERY_PAYLOAD.check(len(_string(action, "payload", "default_action.payload")))
    elif action.get("type") != "oa.open.url" or not _is_address(action.get("url")):
        raise invalid("default_action")


def _is_address(url: object) -> bool:
    return isinstance(url, str) and url.startswith(("https://", "http://"))


def _elements(payload: Mapping[str, Any], most: limits.Limit) -> tuple[Mapping[str, Any], ...]:
    elements = payload.get("elements")
    if not isinstance(elements, list) or not elements:
        raise invalid("elements")
    most.check(len(elements))
    if not all(isinstance(element, dict) for element in elements):
        raise invalid("elements")
    return tuple(elements)


def _buttons(buttons: object) -> tuple[Mapping[str, Any], ...]:
    if not isinstance(buttons, Sequence) or isinstance(buttons, str) or not buttons:
        raise invalid("buttons")
    limits.BUTTONS.check(len(buttons))
    return tuple(_button(button) for button in buttons)


def _button(button: object) -> Mapping[str, Any]:
    if not isinstance(button, dict):
        raise invalid("buttons")
    limits.BUTTON_TITLE.check(len(_string(button, "title", "button.title")))
    kind, payload = button.get("type"), button.get("payload")
    if kind in _QUERIES:
        limits.QUERY_PAYLOAD.check(len(_string(button, "payload", "button.payload")))
    elif not isinstance(payload, dict):
        raise invalid("button.payload" if kind else "button.type")
    elif kind == "oa.open.url":
        if not _is_address(payload.get("url")):
            raise invalid("button.payload.url")
    elif kind in ("oa.open.phone", "oa.open.sms"):
        if not _PHONE_CODE.fullmatch(_string(payload, "phone_code", "phone_code")):
            raise invalid("phone_code")
        if kind == "oa.open.sms":
            limits.SMS_CONTENT.check(len(_string(payload, "content", "sms.content")))
    else:
        raise invalid("button.type")
    return {"title": button["title"], "type": kind, "payload": payload}


def _string(holder: Mapping[str, Any], key: str, field: str, *, optional: bool = False) -> str:
    value = holder.get(key)
    if value is None and optional:
        return ""
    if not isinstance(value, str) or not (value or optional):
        raise invalid(field)
    return value
