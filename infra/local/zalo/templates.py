"""ZBS template messages by phone and by user id. Source: fact sheet section 9."""

import re
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from infra.local.zalo import chat, events, limits
from infra.local.zalo.answers import Refusal, invalid
from infra.local.zalo.citizens import Citizen
from infra.local.zalo.clock import day_began, to_milliseconds
from infra.local.zalo.content import Draft
from infra.local.zalo.gate import Caller, json_in
from infra.local.zalo.messages import Message, Origin
from infra.local.zalo.pages import Page
from infra.local.zalo.sending import refuse_persona, sent, strike_after, strike_before
from infra.local.zalo.settings import Persona
from infra.local.zalo.store import Store
from infra.local.zalo.world import World

_PHONE = re.compile(r"\+?(84[1-9]\d{8})")

REFUSED_PERSONAS: Mapping[Persona, int] = {
    Persona.RESTRICTED: -141,
    Persona.REFUSES_PAGE: -141,
    Persona.BANNED: -114,
    Persona.INACTIVE: -114,
    Persona.REJECTS: -114,
    Persona.RECEIVED_ENOUGH: -147,
    Persona.NO_ZALO: -118,
    Persona.OLD_ZALO: -110,
    Persona.CANNOT_RECEIVE: -119,
    Persona.OPTED_OUT: -139,
    Persona.NO_OPT_IN: -134,
}
"""What a template message to such a citizen's phone answers."""


class Template(BaseModel):
    """A template as approved: its parameters with their longest value, and its text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    template_id: str
    name: str
    text: str
    """With `<parameter>` where a value goes."""
    parameters: Mapping[str, int] = Field(default_factory=dict)
    status: Literal["enabled", "pending", "disabled"] = "enabled"
    by_user_id: bool = True


TEMPLATES = (
    Template(
        template_id="7895417",
        name="Thông báo tình trạng phản ánh",
        text="Phản ánh <ma_ho_so> của Ông/Bà hiện ở tình trạng: <trang_thai>.",
        parameters={"ma_ho_so": 30, "trang_thai": 100},
    ),
    Template(
        template_id="7895418",
        name="Mã xác thực",
        text="Mã xác thực của Ông/Bà là <ma>.",
        parameters={"ma": 10},
        by_user_id=False,
    ),
    Template(template_id="7895419", name="Mẫu đang chờ duyệt", text="Chờ duyệt.", status="pending"),
    Template(template_id="7895420", name="Mẫu bị khóa", text="Bị khóa.", status="disabled"),
)
"""The templates of a new simulator; the control API adds more."""


def all_templates(store: Store) -> list[Template]:
    rows = store.all("SELECT content FROM templates ORDER BY template_id")
    added = [Template.model_validate_json(row["content"]) for row in rows]
    return [*(one for one in TEMPLATES if one.template_id not in _ids(added)), *added]


def keep_template(store: Store, template: Template) -> None:
    store.write(
        "INSERT OR REPLACE INTO templates VALUES (?, ?)",
        template.template_id,
        template.model_dump_json(),
    )


async def send_by_phone(world: World, caller: Caller, request: Request) -> Mapping[str, object]:
    """`POST /message/template` on business.openapi.zalo.me."""
    try:
        body = await json_in(request)
    except Refusal:
        raise Refusal(-122) from None
    page, settings = caller.page, caller.page.settings
    phone = _PHONE.fullmatch(str(body.get("phone", "")))
    citizen = world.citizens.with_phone(phone[1]) if phone else None
    strike_before(world, caller, request, citizen.user_id if citizen else "")
    if not settings.is_verified:
        raise Refusal(-135)
    if phone is None:
        raise Refusal(-108)
    tracking_id = body.get("tracking_id", "")
    if not isinstance(tracking_id, str):
        raise Refusal(limits.TRACKING_ID.code)
    limits.TRACKING_ID.check(len(tracking_id))
    is_test = body.get("mode") == "development"
    template = _template(world, body.get("template_id"), is_test=is_test)
    text = _filled(template, body.get("template_data"))
    if limits.is_night(world.clock.now()):
        raise Refusal(-133)
    _refuse_by_phone(citizen, is_test=is_test)
    if citizen is None:
        raise Refusal(-118)
    remaining = _take_quota(world, page)
    if not is_test:
        _pay(world, page, limits.TEMPLATE_BY_PHONE, unlinked=-136, empty=-137)
    message = _put(world, page, citizen, template, text, is_announced=False)
    world.store.write(
        "INSERT INTO notices (message_id, page_id, phone, template_id, time)"
        " VALUES (?, ?, ?, ?, ?)",
        message.message_id,
        page.page_id,
        phone[1],
        template.template_id,
        message.time,
    )
    received = events.template_received(
        chat.stage(world, page, citizen),
        phone[1],
        message_id=message.message_id,
        tracking_id=tracking_id,
        delivered=message.time,
    )
    world.outbox.post(page, received, user_id=citizen.user_id, server="ZNS")
    strike_after(world, caller, request, citizen.user_id)
    quota = {"dailyQuota": str(settings.templates_per_day), "remainingQuota": str(remaining)}
    return {
        "msg_id": message.message_id,
        "sent_time": str(message.time),
        "sending_mode": "1",
        "quota": quota,
    }


async def send_by_user_id(world: World, caller: Caller, request: Request) -> Mapping[str, object]:
    """`POST /v3.0/oa/message/template`, with the codes of the OA API."""
    body = await json_in(request)
    page = caller.page
    citizen = world.citizens.known_to(page.page_id, str(body.get("user_id", "")))
    strike_before(world, caller, request, citizen.user_id if citizen else "")
    if citizen is None:
        raise invalid("user_id")
    try:
        template = _template(world, body.get("template_id"), is_test=False)
        text = _filled(template, body.get("template_data"))
    except Refusal as refused:
        field = "template_id" if refused.code in (-109, -131, -146) else "template_data"
        raise invalid(field) from None
    if not template.by_user_id:
        raise Refusal(-249)
    if limits.is_night(world.clock.now()):
        raise Refusal(-234)
    refuse_persona(citizen)
    _pay(world, page, limits.TEMPLATE_BY_USER_ID, unlinked=-320, empty=-321)
    message = _put(world, page, citizen, template, text, is_announced=True)
    strike_after(world, caller, request, citizen.user_id)
    quota = {"quota_type": "zbs", "owner_type": "OA", "owner_id": page.page_id}
    return sent(world, page, message) | {"quota": quota}


async def status(world: World, caller: Caller, request: Request) -> Mapping[str, object]:
    """`GET /message/status?message_id&phone`."""
    row = world.store.one(
        "SELECT * FROM notices WHERE message_id = ? AND page_id = ?",
        request.query_params.get("message_id", ""),
        caller.page.page_id,
    )
    if row is None or row["phone"] != request.query_params.get("phone", "").lstrip("+"):
        raise Refusal(-107)
    return {"delivery_time": str(row["time"]), "status": 1, "message": "The message is delivered"}


async def quota(world: World, caller: Caller, request: Request) -> Mapping[str, object]:
    """`GET /message/quota`."""
    most = caller.page.settings.templates_per_day
    remaining = most - _sent_today(world, caller.page)
    return {"dailyQuota": str(most), "remainingQuota": str(max(0, remaining))}


def _ids(templates: list[Template]) -> set[str]:
    return {template.template_id for template in templates}


def _template(world: World, template_id: object, *, is_test: bool) -> Template:
    found = [one for one in all_templates(world.store) if one.template_id == str(template_id)]
    if not found:
        raise Refusal(-109)
    if found[0].status == "disabled":
        raise Refusal(-146)
    if found[0].status == "pending" and not is_test:
        raise Refusal(-131)
    return found[0]


def _filled(template: Template, values: Any) -> str:
    """The text with the values: exactly the template's parameters, none too long."""
    if not isinstance(values, dict) or (not values and template.parameters):
        raise Refusal(-111)
    if values.keys() != template.parameters.keys():
        raise Refusal(-112)
    text = template.text
    for name, longest in template.parameters.items():
        value = values[name]
        if not isinstance(value, str) or not value:
            raise Refusal(-112)
        if len(value) > longest:
            raise Refusal(-130)
        text = text.replace(f"<{name}>", value)
    return text


def _refuse_by_phone(citizen: Citizen | None, *, is_test: bool) -> None:
    if is_test and (citizen is None or not citizen.settings.is_admin):
        raise Refusal(-127)
    if citizen is not None and citizen.settings.blocked:
        raise Refusal(-141)
    if citizen is not None and (code := REFUSED_PERSONAS.get(citizen.settings.persona)):
        raise Refusal(code)


def _sent_today(world: World, page: Page) -> int:
    return world.store.count(
        "SELECT count(*) FROM notices WHERE page_id = ? AND time >= ?",
        page.page_id,
        to_milliseconds(day_began(world.clock.now())),
    )


def _take_quota(world: World, page: Page) -> int:
    """What remains of the day after this message. Raises Refusal -144."""
    remaining = page.settings.templates_per_day - _sent_today(world, page) - 1
    if remaining < 0:
        raise Refusal(limits.TEMPLATES.code)
    return remaining


def _pay(world: World, page: Page, price: int, *, unlinked: int, empty: int) -> None:
    if not page.settings.linked_account:
        raise Refusal(unlinked)
    if page.settings.balance < price:
        raise Refusal(empty)
    world.pages.pay(page, price)


def _put(
    world: World, page: Page, citizen: Citizen, template: Template, text: str, *, is_announced: bool
) -> Message:
    return chat.put(
        world,
        page,
        citizen,
        Draft("template", text),
        origin=Origin.TEMPLATE,
        shown=[{"type": "template", "title": template.name, "url": ""}],
        is_announced=is_announced,
    )
