"""How an attachment looks on the phone and in an event. Source: fact sheet 3.2 and 3.3."""

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from infra.local.zalo.citizens import Citizen
from infra.local.zalo.media import Attachment, attachment_of
from infra.local.zalo.pages import Page
from infra.local.zalo.world import World

_FILM = Path(__file__).parent / "pages" / "static" / "film.jpg"
"""The still picture that stands for every video."""


def on_phone(world: World, kind: str, attachment: Attachment) -> dict[str, Any]:
    """The phone keeps what it sent or received: this address does not expire."""
    url = f"{world.origin}/phone/files/{attachment.file}/{quote(attachment.name)}"
    size = world.store.path(attachment.file).stat().st_size
    return {"type": kind, "url": url, "name": attachment.name, "size": size}


def in_event(
    world: World, page: Page, citizen: Citizen, kind: str, attachment: Attachment
) -> dict[str, Any]:
    """The attachment as section 3.2 has it, with fresh links that expire."""
    lifetime = timedelta(seconds=world.settings.media_lifetime_seconds)
    ids = (page.page_id, citizen.user_id)
    url = world.media.link(attachment, lifetime, *ids)
    if kind in ("image", "gif"):
        thumbnail = world.media.link(attachment, lifetime, *ids)
        return {"type": kind, "payload": {"thumbnail": thumbnail, "url": url}}
    if kind == "video":
        still = attachment_of(world.store, "thumbnail.jpg", _FILM.read_bytes())
        thumbnail = world.media.link(still, lifetime, *ids)
        return {"type": kind, "payload": {"thumbnail": thumbnail, "description": "", "url": url}}
    if kind == "audio":
        return {"type": kind, "payload": {"url": url}}
    content = world.store.path(attachment.file).read_bytes()
    if world.faults.happens("media_bad_checksum", page=page.page_id, user_id=citizen.user_id):
        content += b"?"
    checksum = hashlib.md5(content, usedforsecurity=False).hexdigest()
    size = world.store.path(attachment.file).stat().st_size
    payload = {"url": url, "size": str(size), "name": attachment.name, "checksum": checksum}
    return {"type": "file", "payload": payload | {"type": attachment.extension}}


def without_file(
    world: World, kind: str, details: Mapping[str, str]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What a message without a file carries: on the phone, and in the event."""
    if kind == "location":
        place = {"latitude": details["latitude"], "longitude": details["longitude"]}
        return [{"type": kind, "url": "", **place}], [
            {"type": kind, "payload": {"coordinates": place}}
        ]
    if kind == "sticker":
        sticker = details["sticker"]
        url = f"{world.origin}/static/sticker-{sticker}.svg"
        return [{"type": kind, "url": url, "id": sticker}], [
            {"type": kind, "payload": {"id": sticker, "url": url}}
        ]
    if kind == "link":
        payload = {"thumbnail": "", "description": "", "url": details["url"]}
        return [{"type": kind, "url": details["url"]}], [{"type": kind, "payload": payload}]
    if kind == "business_card":
        description = json.dumps({"phone": details["phone"], "qrCodeUrl": ""})
        payload = {"thumbnail": "", "description": description, "url": ""}
        return [{"type": kind, "url": "", "phone": details["phone"]}], [
            {"type": "link", "payload": payload}
        ]
    return [], []
