"""The send calls: `/v3.0/oa/message/cs` and `/v2.0/oa/message`. Source: fact sheet 0 and 4."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from infra.local.zalo import articles, chat, events, limits, uploads
from infra.local.zalo.answers import Refusal, invalid
from infra.local.zalo.citizens import Citizen
from infra.local.zalo.clock import from_milliseconds
from infra.local.zalo.content import read_message
from infra.local.zalo.gate import Caller, Hangup, Outage, json_in
from infra.local.zalo.limits import Window
from infra.local.zalo.messages import Message, Origin, Sender
from infra.local.zalo.pages import Page
from infra.local.zalo.settings import Persona
from infra.local.zalo.world import World

GOVERNMENT, BUSINESS = 4, 2

REFUSED_PERSONAS: Mapping[Persona, int] = {
    Persona.RESTRICTED: -244,
    Persona.OPTED_OUT: -244,
    Persona.REFUSES_PAGE: -217,
    Persona.BANNED: -222,
    Persona.INACTIVE: -227,
    Persona.RECEIVED_ENOUGH: -218,
}
"""What a message to such a citizen answers."""


async def send_v3(world: World, caller: Caller, request: Request) -> Mapping[str, object]:
    """`/v3.0/oa/message/cs`: business pages; a government page gets -235."""
    body = await json_in(request)
    strike_before(world, caller, request, _aimed_at(world, caller, body))
    if caller.page.settings.oa_type == GOVERNMENT:
        raise Refusal(-235)
    return _send(world, caller, request, body, allows_list=False)


async def send_v2(world: World, caller: Caller, request: Request) -> Mapping[str, object]:
    """`/v2.0/oa/message`: government pages; a business page gets -240.

    Broadcasts and reactions stayed here for both.
    """
    body = await json_in(request)
    strike_before(world, caller, request, _aimed_at(world, caller, body))
    recipient = body.get("recipient")
    if isinstance(recipient, dict) and "target" in recipient:
        return articles.broadcast(world, caller, body)
    if "sender_action" in body:
        return _react(world, caller, body)
    if caller.page.settings.oa_type == BUSINESS:
        raise Refusal(-240)
    return _send(world, caller, request, body, allows_list=True)


async def send_removed(world: World, caller: Caller, request: Request) -> Mapping[str, object]:
    """`transaction` and `promotion` by user id ended on 1 March 2026."""
    raise Refusal(-233)


def strike_before(world: World, caller: Caller, request: Request, user_id: str) -> None:
    """Faults by which nothing is delivered."""
    place = _place(caller, request, user_id)
    strikes = world.faults.strikes
    if silence := strikes("send_timeout_before", **place):
        raise Hangup(float(silence["seconds"]), "send_timeout_before")
    if outage := strikes("send_5xx", **place):
        raise Outage(int(outage["status"]), "send_5xx")
    if world.faults.happens("send_garbage", **place):
        raise Outage(200, "send_garbage")
    if error := strikes("send_error", **place):
        caller.call.fault = "send_error"
        raise Refusal(int(error["code"]), str(error["message"]) or None)


def strike_after(world: World, caller: Caller, request: Request, user_id: str) -> None:
    """Faults by which a message was delivered, and its sender does not learn it."""
    place = _place(caller, request, user_id)
    strikes = world.faults.strikes
    if silence := strikes("deliver_but_timeout", **place):
        raise Hangup(float(silence["seconds"]), "deliver_but_timeout")
    if world.faults.happens("deliver_but_drop", **place):
        raise Hangup(0, "deliver_but_drop")
    if outage := strikes("deliver_but_5xx", **place):
        raise Outage(int(outage["status"]), "deliver_but_5xx")
    if error := strikes("deliver_but_error", **place):
        caller.call.fault = "deliver_but_error"
        raise Refusal(int(error["code"]), str(error["message"]) or None)


def refuse_persona(citizen: Citizen) -> None:
    """Raises Refusal when the citizen takes no messages of the page."""
    if citizen.settings.blocked:
        raise Refusal(-217)
    if code := REFUSED_PERSONAS.get(citizen.settings.persona):
        raise Refusal(code)


def _send(
    world: World, caller: Caller, request: Request, body: dict[str, Any], *, allows_list: bool
) -> Mapping[str, object]:
    page = caller.page
    citizen = _recipient(world, page, body.get("recipient"))
    draft = read_message(body.get("message"), allows_list=allows_list)
    if draft.kind == "article":
        raise Refusal(-233)
    if draft.kind == "sticker" and draft.handle not in chat.STICKERS:
        raise invalid("attachment_id")
    if draft.quote_message_id:
        quoted = world.messages.get(draft.quote_message_id)
        if quoted is None or (quoted.page_id, quoted.user_id) != (page.page_id, citizen.user_id):
            raise invalid("quote_message_id")
    upload = None
    if draft.handle and draft.kind != "sticker":
        upload = uploads.find(world, page.page_id, draft.handle, draft.kind)
    refuse_persona(citizen)
    quota = _pay(world, page, citizen)
    shown = []
    if draft.kind == "sticker":
        url = f"{world.origin}/static/sticker-{draft.handle}.svg"
        shown = [{"type": "sticker", "url": url, "id": draft.handle}]
    message = chat.put(world, page, citizen, draft, origin=Origin.API, upload=upload, shown=shown)
    strike_after(world, caller, request, citizen.user_id)
    return sent(world, page, message) | ({"quota": quota} if quota else {})


def sent(world: World, page: Page, message: Message) -> dict[str, object]:
    """The answer's `data`."""
    return {
        "message_id": message.message_id,
        "user_id": world.citizens.shown_id(page.page_id, message.user_id),
        "sent_time": str(message.time),
    }


def _recipient(world: World, page: Page, recipient: object) -> Citizen:
    """By user id, or by the citizen's message that is answered."""
    if not isinstance(recipient, dict):
        raise invalid("recipient")
    if isinstance(user_id := recipient.get("user_id"), str):
        citizen = world.citizens.known_to(page.page_id, user_id)
    elif isinstance(message_id := recipient.get("message_id"), str):
        message = world.messages.get(message_id)
        is_of_page = message is not None and message.page_id == page.page_id
        citizen = world.citizens.get(message.user_id) if message and is_of_page else None
        if message is not None and message.sender is not Sender.CITIZEN:
            raise invalid("message_id")
    else:
        raise invalid("recipient")
    if citizen is None:
        raise invalid("user_id")
    return citizen


def _pay(world: World, page: Page, citizen: Citizen) -> Mapping[str, str] | None:
    """Check the window and take the price; the answer's `quota`. Raises Refusal."""
    last = world.citizens.bond(page.page_id, citizen.user_id).last_interaction
    moment = from_milliseconds(last) if last is not None else None
    match limits.window(moment, world.clock.now()):
        case Window.NEVER:
            raise Refusal(page.settings.never_interacted_code)
        case Window.CLOSED:
            raise Refusal(limits.WINDOW.code)
        case Window.FREE:
            eight = {"quota_type": "reply", "remain": "8", "total": "8"}
            return eight if page.settings.shows_reply_quota else None
        case Window.PAID:
            return _charge(world, page)


def _charge(world: World, page: Page) -> Mapping[str, str]:
    bought = page.settings.purchased_messages
    owner = {"owner_type": "OA", "owner_id": page.page_id}
    if bought > 0:
        world.pages.change(page, {"purchased_messages": bought - 1})
        numbers = {"remain": str(bought - 1), "total": str(bought)}
        return {"quota_type": "purchase_quota"} | numbers | owner
    if not page.settings.linked_account:
        raise Refusal(-320)
    if page.settings.balance < limits.PAID_MESSAGE:
        raise Refusal(-321)
    world.pages.pay(page, limits.PAID_MESSAGE)
    return {"quota_type": "zbs"} | owner


def _react(world: World, caller: Caller, body: dict[str, Any]) -> Mapping[str, object]:
    action = body["sender_action"]
    citizen = _recipient(world, caller.page, body.get("recipient"))
    if not isinstance(action, dict) or not isinstance(action.get("react_icon"), str):
        raise invalid("sender_action")
    message_id = str(action.get("react_message_id", ""))
    message = world.messages.get(message_id)
    if message is None or message.user_id != citizen.user_id:
        raise invalid("react_message_id")
    limits.REACTIONS.check(world.messages.reactions(message_id) + 1)
    world.messages.add_reaction(message_id)
    stage = chat.stage(world, caller.page, citizen)
    event = events.reaction(stage, message_id, action["react_icon"], by_page=True)
    world.outbox.post(caller.page, event, user_id=citizen.user_id)
    return {"message_id": message_id, "user_id": stage.user_id}


def _aimed_at(world: World, caller: Caller, body: dict[str, Any]) -> str:
    """The citizen's handle if the call names one, so that a fault can be limited to them."""
    recipient = body.get("recipient")
    shown_id = recipient.get("user_id") if isinstance(recipient, dict) else None
    if not isinstance(shown_id, str):
        return ""
    citizen = world.citizens.known_to(caller.page.page_id, shown_id)
    return citizen.user_id if citizen else ""


def _place(caller: Caller, request: Request, user_id: str) -> dict[str, str]:
    return {"page": caller.page.page_id, "path": request.url.path, "user_id": user_id}
