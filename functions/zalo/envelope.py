"""What the webhook needs of an event before it knows its kind: to verify it, key it and keep it.

Standard library only: the webhook's cold start has two seconds.
"""

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any

from functions.errors import Rejected
from functions.zalo.strict_json import UnacceptableJson, read_object

_ID = re.compile(r"[!-~]{1,128}")
_NUMBER = re.compile(r"[0-9]{1,20}")
_MILLISECONDS = re.compile(r"[0-9]{1,14}")
_PLACES = (
    ("oa_id", None),
    ("recipient", "id"),
    ("sender", "id"),
    ("follower", "id"),
    ("user_id", None),
)
_OF_TEMPLATES = {"tracking_id", "delivery_time"}


class MalformedEvent(Rejected):
    """The body cannot be an event of Zalo's."""


class UnknownPage(Rejected):
    """None of the event's parties is a page of ours."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """An event from outside.

    Attributes:
        app_id: Zalo's app, digits.
        event_name: such as `user_send_text`; unheard-of ones are fine.
        timestamp: when it happened, epoch milliseconds as text.
        message_id: of the message that this event *is*; None where it only speaks of one (seen,
            received, reacted), because several such events may speak of the same.
        parties: ids of pages and citizens found in it, without telling which is which.
    """

    app_id: str
    event_name: str
    timestamp: str
    message_id: str | None
    parties: tuple[str, ...]


def read_envelope(body: bytes) -> Envelope:
    """Read an event's outside; the body may come from anybody.

    Raises:
        MalformedEvent: it is not acceptable JSON, or lacks an app, a name or a time.
    """
    try:
        event = read_object(body)
    except UnacceptableJson as error:
        raise MalformedEvent(f"event: {error}") from None
    name = _required(event, "event_name", _ID)
    message = event.get("message")
    message_id = _id(message.get("msg_id")) if isinstance(message, dict) else None
    # The receipt of a template message names the telephone number it went to, not a citizen.
    is_template_receipt = isinstance(message, dict) and bool(_OF_TEMPLATES & message.keys())
    found = (
        _party(event, outer, inner)
        for outer, inner in _PLACES
        if not (is_template_receipt and outer == "recipient")
    )
    return Envelope(
        app_id=_required(event, "app_id", _NUMBER),
        event_name=name,
        timestamp=_required(event, "timestamp", _MILLISECONDS),
        message_id=message_id if "_send_" in name else None,
        parties=tuple(party for party in found if party is not None),
    )


def page_and_citizen(envelope: Envelope, known_pages: Container[str]) -> tuple[str, str | None]:
    """Which id is the page and which the citizen; receipts are seen in both directions.

    Raises:
        UnknownPage: no party is one of `known_pages`.
    """
    page = next((party for party in envelope.parties if party in known_pages), None)
    if page is None:
        raise UnknownPage("event of no known page")
    return page, next((party for party in envelope.parties if party not in known_pages), None)


def _party(event: Mapping[str, Any], outer: str, inner: str | None) -> str | None:
    value = event.get(outer)
    if inner is not None:
        value = value.get(inner) if isinstance(value, dict) else None
    return _id(value)


def _id(value: object) -> str | None:
    """An id as text; Zalo's are strings, a number is taken as one. Nothing is None."""
    if value is None or value == "":
        return None
    text = _text(value)
    if text is None or not _ID.fullmatch(text):
        raise MalformedEvent("event: an id that is none")
    return text


def _required(event: Mapping[str, Any], key: str, pattern: re.Pattern[str]) -> str:
    text = _text(event.get(key))
    if text is None or not pattern.fullmatch(text):
        raise MalformedEvent(f"event: {key} missing or not acceptable")
    return text


def _text(value: object) -> str | None:
    if isinstance(value, bool):
        return None
    return str(value) if isinstance(value, str | int) else None
