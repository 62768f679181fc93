"""What citizens and pages do to each other, and what follows from it: windows, events, receipts."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from infra.local.zalo import attachments, events
from infra.local.zalo.citizens import Citizen
from infra.local.zalo.content import Draft
from infra.local.zalo.events import Stage
from infra.local.zalo.media import Attachment, attachment_of
from infra.local.zalo.messages import Message, Origin, Sender
from infra.local.zalo.pages import Page
from infra.local.zalo.world import World

STICKERS = ("21979", "21980", "21981", "21982", "21983", "21984")
"""The stickers of the phone page; each is `pages/static/sticker-<id>.svg`."""

_ECHOED_BY_NAME = ("text", "image", "gif", "list", "file", "sticker")


def stage(world: World, page: Page, citizen: Citizen) -> Stage:
    shown_id = world.citizens.shown_id(page.page_id, citizen.user_id)
    now = world.clock.milliseconds()
    return Stage(page.app_id, page.page_id, shown_id, citizen.user_id_by_app, now)


def follow(world: World, page: Page, citizen: Citizen, *, source: str, is_follower: bool) -> None:
    """Follow (an interaction) or unfollow (none)."""
    world.citizens.change_bond(page.page_id, citizen.user_id, is_follower=is_follower)
    if is_follower:
        _interact(world, page, citizen)
    event = events.follow(stage(world, page, citizen), source, is_follower=is_follower)
    world.outbox.post(page, event, user_id=citizen.user_id)
    _tell(world, page, citizen)


def click_chat_now(world: World, page: Page, citizen: Citizen) -> bool:
    """Opens the window; happens once, when they never chatted. Whether it did."""
    if world.citizens.bond(page.page_id, citizen.user_id).has_chatted:
        return False
    _interact(world, page, citizen)
    world.citizens.change_bond(page.page_id, citizen.user_id, has_chatted=True)
    event = events.user_state(stage(world, page, citizen), "user_click_chatnow")
    world.outbox.post(page, event, user_id=citizen.user_id)
    return True


def withdraw(world: World, page: Page, citizen: Citizen) -> None:
    """The citizen withdraws consent: the page is to delete what it holds."""
    world.citizens.change_bond(page.page_id, citizen.user_id, shared="{}")
    event = events.user_state(stage(world, page, citizen), "user_withdraw")
    world.outbox.post(page, event, user_id=citizen.user_id)


def share_information(
    world: World, page: Page, citizen: Citizen, address: Mapping[str, str], *, is_old: bool
) -> None:
    """Answer `request_user_info`, in the newer or the older of the two shapes."""
    settings = citizen.settings
    info: dict[str, object] = {"name": settings.name, "phone": settings.phone}
    if is_old:
        info |= {key: address.get(key, "") for key in ("address", "ward", "district", "city")}
    else:
        full = {f"user_{key}": address.get(key, "") for key in ("city", "ward", "address")}
        info |= {"user_dob": "30/10/1990", "gender": "Nam", "full_address": full}
    shared = {"name": settings.name, "phone": settings.phone, "user_dob": "30/10/1990"}
    shared |= {key: address.get(key, "") for key in ("address", "city", "district")}
    world.citizens.change_bond(page.page_id, citizen.user_id, shared=json.dumps(shared))
    _interact(world, page, citizen)
    event = events.user_submit_info(stage(world, page, citizen), info)
    world.outbox.post(page, event, user_id=citizen.user_id)


def react(world: World, page: Page, citizen: Citizen, message_id: str, icon: str) -> None:
    event = events.reaction(stage(world, page, citizen), message_id, icon, by_page=False)
    world.outbox.post(page, event, user_id=citizen.user_id)


def look(world: World, page: Page, citizen: Citizen) -> None:
    """The citizen sees the chat; the page gets a seen receipt for what was new."""
    message_ids = world.messages.mark_seen(page.page_id, citizen.user_id)
    if message_ids:
        _send_receipt(world, page, citizen, message_ids, is_seen=True)
        _tell(world, page, citizen)


def say(
    world: World,
    page: Page,
    citizen: Citizen,
    kind: str,
    *,
    text: str = "",
    files: Sequence[tuple[str, bytes]] = (),
    details: Mapping[str, str] | None = None,
    quote_message_id: str = "",
    is_hidden: bool = False,
) -> Message:
    """The citizen sends a message: any kind of section 3.2. `details` by kind: `latitude` and
    `longitude`, `sticker`, `url`, `phone`."""
    details = details or {}
    kept = [attachment_of(world.store, name, content) for name, content in files]
    if kept:
        on_phone = [attachments.on_phone(world, kind, one) for one in kept]
        in_event = [attachments.in_event(world, page, citizen, kind, one) for one in kept]
    else:
        on_phone, in_event = attachments.without_file(world, kind, details)
    message = Message(
        message_id=world.new_message_id(),
        page_id=page.page_id,
        user_id=citizen.user_id,
        sender=Sender.CITIZEN,
        kind=kind,
        time=world.clock.milliseconds(),
        text=text,
        attachments=on_phone,
        quote_message_id=quote_message_id,
        is_hidden=is_hidden,
    )
    world.messages.add(message)
    _interact(world, page, citizen)
    world.citizens.change_bond(page.page_id, citizen.user_id, has_chatted=True)
    event = events.user_send(
        stage(world, page, citizen),
        kind,
        message_id=message.message_id,
        text=text or (details.get("url", "") if kind == "link" else ""),
        attachments=in_event,
        quote_message_id=quote_message_id,
    )
    world.outbox.post(page, event, user_id=citizen.user_id)
    _tell(world, page, citizen)
    return message


def tap(world: World, page: Page, citizen: Citizen, payload: str) -> Message | None:
    """Press a button or menu key: its payload arrives as a text. None if there is no such key."""
    keys = {key["payload"]: key["type"] for key in keys_on_phone(world, page, citizen)}
    if payload not in keys:
        return None
    is_hidden = keys[payload] == "oa.query.hide"
    return say(world, page, citizen, "text", text=payload, is_hidden=is_hidden)


def keys_on_phone(world: World, page: Page, citizen: Citizen) -> list[dict[str, str]]:
    """The query keys that the citizen can press: under any message of the chat, and the menu."""
    keys = [key.model_dump() for key in page.settings.menu]
    for message in world.messages.between(page.page_id, citizen.user_id):
        actions = [one.get("default_action") for one in message.attachments]
        for button in [*message.buttons, *filter(None, actions)]:
            if button.get("type", "").startswith("oa.query."):
                keys.append({"type": button["type"], "payload": button["payload"]})
    return keys


def put(
    world: World,
    page: Page,
    citizen: Citizen,
    draft: Draft,
    *,
    origin: Origin,
    upload: Attachment | None = None,
    shown: Sequence[Mapping[str, Any]] = (),
    admin_id: str = "",
    is_announced: bool = True,
) -> Message:
    """A message of the page arrives on the phone; echo and receipts follow if it is announced.

    `shown` is what the phone shows beside text and buttons, when `draft` does not say it.
    """
    if upload is not None:
        shown = [attachments.on_phone(world, draft.kind, upload)]
    elif draft.url:
        shown = [{"type": draft.kind, "url": draft.url}]
    elif draft.elements:
        shown = [{**element, "type": "element"} for element in draft.elements]
    message = Message(
        message_id=world.new_message_id(),
        page_id=page.page_id,
        user_id=citizen.user_id,
        sender=Sender.PAGE,
        kind=draft.kind,
        time=world.clock.milliseconds(),
        text=draft.text,
        buttons=draft.buttons,
        attachments=shown,
        quote_message_id=draft.quote_message_id,
        origin=origin,
        is_delivered=True,
    )
    world.messages.add(message)
    if is_announced:
        _echo(world, page, citizen, message, upload, admin_id)
        _send_receipt(world, page, citizen, [message.message_id], is_seen=False)
    if citizen.settings.reads_at_once:
        look(world, page, citizen)
    _tell(world, page, citizen)
    return message


def _echo(
    world: World,
    page: Page,
    citizen: Citizen,
    message: Message,
    upload: Attachment | None,
    admin_id: str,
) -> None:
    kind = message.kind if message.kind in _ECHOED_BY_NAME else "template"
    echoed: list[dict[str, Any]] = []
    if upload is not None:
        echoed = [attachments.in_event(world, page, citizen, kind, upload)]
    elif kind != "text":
        echoed = [{"type": kind, "payload": dict(one)} for one in message.attachments]
    place = {"page": page.page_id, "user_id": citizen.user_id}
    other_id = world.faults.happens("echo_other_id", **place)
    event = events.oa_send(
        stage(world, page, citizen),
        kind,
        message_id=world.new_message_id() if other_id else message.message_id,
        text=message.text,
        attachments=echoed,
        admin_id=admin_id,
    )
    world.outbox.post(page, event, user_id=citizen.user_id)


def _send_receipt(
    world: World, page: Page, citizen: Citizen, message_ids: Sequence[str], *, is_seen: bool
) -> None:
    if not page.settings.receipts:
        return
    event = events.receipt(
        stage(world, page, citizen),
        message_ids,
        is_seen=is_seen,
        by_page=page.settings.receipt_sender == "page",
    )
    world.outbox.post(page, event, user_id=citizen.user_id)


def _interact(world: World, page: Page, citizen: Citizen) -> None:
    world.citizens.change_bond(
        page.page_id, citizen.user_id, last_interaction=world.clock.milliseconds()
    )


def _tell(world: World, page: Page, citizen: Citizen) -> None:
    world.stream.publish("message", page_id=page.page_id, user_id=citizen.user_id)
