"""What a page may read: users, chats, itself, quota, tags. Source: fact sheet section 7."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from starlette.requests import Request

from infra.local.zalo import limits
from infra.local.zalo.answers import Refusal, invalid
from infra.local.zalo.citizens import Bond, Citizen
from infra.local.zalo.clock import VIETNAM, from_milliseconds
from infra.local.zalo.gate import Caller, json_in, parameters_in
from infra.local.zalo.messages import Message, Sender
from infra.local.zalo.sending import BUSINESS, GOVERNMENT
from infra.local.zalo.world import World

_KINDS = {
    "text": "text",
    "image": "photo",
    "gif": "GIF",
    "link": "link",
    "audio": "voice",
    "sticker": "sticker",
    "location": "location",
}
_PERIODS = {"TODAY": 0, "YESTERDAY": 1, "L7D": 7, "L30D": 30}


async def user_detail(world: World, caller: Caller, request: Request) -> Mapping[str, object]:
    citizen = _known(world, caller, parameters_in(request))
    bond = world.citizens.bond(caller.page.page_id, citizen.user_id)
    last = bond.last_interaction
    picture = f"{world.origin}/static/avatar.svg"
    date = from_milliseconds(last).astimezone(VIETNAM).strftime("%d/%m/%Y") if last else ""
    nothing = {"address": "", "city": "", "district": "", "phone": 0, "name": "", "user_dob": ""}
    return {
        "user_id": world.citizens.shown_id(caller.page.page_id, citizen.user_id),
        "user_id_by_app": citizen.user_id_by_app,
        "user_external_id": "",
        "display_name": citizen.settings.name,
        "user_alias": bond.alias,
        "is_sensitive": False,
        "user_last_interaction_date": date,
        "user_is_follower": bond.is_follower,
        "avatar": picture,
        "avatars": {"120": picture, "240": picture},
        "dynamic_param": "",
        "tags_and_notes_info": {"notes": [], "tag_names": _tags(world, bond)},
        "shared_info": nothing | bond.shared,
    }


async def user_list(world: World, caller: Caller, request: Request) -> Mapping[str, object]:
    parameters = parameters_in(request)
    offset, count = _slice(parameters, limits.USERS_OFFSET, limits.USERS)
    bonds = world.citizens.bonds_of_page(caller.page.page_id)
    if tag := parameters.get("tag_name"):
        bonds = [bond for bond in bonds if tag in _tags(world, bond)]
    if (wanted := parameters.get("is_follower")) is not None:
        is_follower = str(wanted).lower() == "true"
        bonds = [bond for bond in bonds if bond.is_follower is is_follower]
    if period := parameters.get("last_interaction_period"):
        bonds = [bond for bond in bonds if _interacted(world, bond, str(period))]
    users = _users(world, caller, bonds[offset : offset + count])
    return {"total": len(bonds), "count": count, "offset": offset, "users": users}


async def profile_v2(world: World, caller: Caller, request: Request) -> Mapping[str, object]:
    """`getprofile`: stopped for business pages on 1 June 2024."""
    _only_government(caller)
    return await user_detail(world, caller, request)


async def followers_v2(world: World, caller: Caller, request: Request) -> Mapping[str, object]:
    """`getfollowers`: stopped for business pages on 1 June 2024."""
    _only_government(caller)
    offset, count = _slice(parameters_in(request), limits.USERS_OFFSET, limits.USERS)
    bonds = world.citizens.bonds_of_page(caller.page.page_id)
    followers = [bond for bond in bonds if bond.is_follower]
    users = _users(world, caller, followers[offset : offset + count])
    return {"total": len(followers), "followers": users}


async def update_user(world: World, caller: Caller, request: Request) -> None:
    body = await json_in(request)
    citizen = _known(world, caller, body)
    bond = world.citizens.bond(caller.page.page_id, citizen.user_id)
    shared = bond.shared | (body.get("shared_info") or {})
    world.citizens.change_bond(
        caller.page.page_id,
        citizen.user_id,
        alias=str(body.get("alias", bond.alias)),
        shared=json.dumps(shared),
    )


async def tag_user(world: World, caller: Caller, request: Request) -> None:
    body = await json_in(request)
    ids = (caller.page.page_id, _tag_name(body), _known(world, caller, body).user_id)
    world.store.write("INSERT OR IGNORE INTO tags VALUES (?, ?, ?)", *ids)


async def untag_user(world: World, caller: Caller, request: Request) -> None:
    body = await json_in(request)
    ids = (caller.page.page_id, _tag_name(body), _known(world, caller, body).user_id)
    world.store.write("DELETE FROM tags WHERE page_id = ? AND name = ? AND user_id = ?", *ids)


async def remove_tag(world: World, caller: Caller, request: Request) -> None:
    name = _tag_name(await json_in(request))
    world.store.write("DELETE FROM tags WHERE page_id = ? AND name = ?", caller.page.page_id, name)


async def tags_of_page(world: World, caller: Caller, request: Request) -> Sequence[str]:
    rows = world.store.all(
        "SELECT DISTINCT name FROM tags WHERE page_id = ? ORDER BY name", caller.page.page_id
    )
    return [row["name"] for row in rows]


async def conversation(
    world: World, caller: Caller, request: Request
) -> Sequence[Mapping[str, object]]:
    """One citizen's messages, newest first, ten at a time."""
    parameters = parameters_in(request)
    citizen = _known(world, caller, parameters)
    offset, count = _slice(parameters, None, limits.CONVERSATION)
    messages = world.messages.between(caller.page.page_id, citizen.user_id)[::-1]
    return [_item(world, caller, message) for message in messages[offset : offset + count]]


async def recent_chats(
    world: World, caller: Caller, request: Request
) -> Sequence[Mapping[str, object]]:
    """The last message of each chat, newest first, ten at a time."""
    offset, count = _slice(parameters_in(request), None, limits.RECENT_CHATS)
    messages = world.messages.latest_of_page(caller.page.page_id)
    return [_item(world, caller, message) for message in messages[offset : offset + count]]


async def page_profile(world: World, caller: Caller, request: Request) -> Mapping[str, object]:
    """`getoa`."""
    settings = caller.page.settings
    bonds = world.citizens.bonds_of_page(caller.page.page_id)
    is_government = settings.oa_type == GOVERNMENT
    return {
        "oa_id": caller.page.page_id,
        "name": settings.name,
        "description": "",
        "oa_alias": "",
        "is_verified": settings.is_verified,
        "oa_type": settings.oa_type,
        "cate_name": "Cơ quan nhà nước" if is_government else "Doanh nghiệp",
        "num_follower": sum(bond.is_follower for bond in bonds),
        "avatar": f"{world.origin}/static/page.svg",
        "cover": "",
        "package_name": "Nâng cao",
        "package_valid_through_date": "31/12/2030",
        "package_auto_renew_date": "",
        "linked_ZCA": f"ZBS {caller.page.page_id}" if settings.linked_account else "",
    }


async def message_quota(world: World, caller: Caller, request: Request) -> object:
    """For one citizen (`user_id`), or the page's purchased messages (`quota_owner`)."""
    body = await json_in(request)
    if "quota_owner" in body:
        bought = str(caller.page.settings.purchased_messages)
        return [{"asset_id": "1", "total": bought, "remain": bought, "valid_through": ""}]
    citizen = _known(world, caller, body)
    last = world.citizens.bond(caller.page.page_id, citizen.user_id).last_interaction
    reply = {"total": 8, "remain": 8}
    return {"last_interaction": str(last or ""), "cs_reply": reply, "promotion": {}}


def _known(world: World, caller: Caller, parameters: Mapping[str, Any]) -> Citizen:
    citizen = world.citizens.known_to(caller.page.page_id, str(parameters.get("user_id", "")))
    if citizen is None:
        raise invalid("user_id")
    return citizen


def _only_government(caller: Caller) -> None:
    if caller.page.settings.oa_type == BUSINESS:
        raise Refusal(-209)


def _slice(
    parameters: Mapping[str, Any], last_offset: limits.Limit | None, most: limits.Limit
) -> tuple[int, int]:
    offset, count = parameters.get("offset", 0), parameters.get("count", most.most)
    if type(offset) is not int or type(count) is not int or offset < 0 or count < 1:
        raise invalid("offset")
    most.check(count)
    if last_offset is not None:
        last_offset.check(offset)
    return offset, count


def _users(world: World, caller: Caller, bonds: Sequence[Bond]) -> list[dict[str, str]]:
    page_id = caller.page.page_id
    return [{"user_id": world.citizens.shown_id(page_id, bond.user_id)} for bond in bonds]


def _interacted(world: World, bond: Bond, period: str) -> bool:
    """Whether the last interaction lies in the period; days begin in Vietnam."""
    if period not in _PERIODS:
        raise invalid("last_interaction_period")
    if bond.last_interaction is None:
        return False
    today = world.clock.now().astimezone(VIETNAM).date()
    day = from_milliseconds(bond.last_interaction).astimezone(VIETNAM).date()
    if period == "YESTERDAY":
        return day == today - timedelta(days=1)
    return day >= today - timedelta(days=_PERIODS[period])


def _tags(world: World, bond: Bond) -> list[str]:
    rows = world.store.all(
        "SELECT name FROM tags WHERE page_id = ? AND user_id = ? ORDER BY name",
        bond.page_id,
        bond.user_id,
    )
    return [row["name"] for row in rows]


def _tag_name(body: Mapping[str, Any]) -> str:
    name = body.get("tag_name")
    if not isinstance(name, str) or not name:
        raise invalid("tag_name")
    return name


def _item(world: World, caller: Caller, message: Message) -> Mapping[str, object]:
    """A message as read back: `src` 1 is from the citizen, 0 from the page."""
    page_id = caller.page.page_id
    citizen = world.citizens.get(message.user_id)
    is_from_citizen = message.sender is Sender.CITIZEN
    page = (page_id, caller.page.settings.name)
    person = (
        world.citizens.shown_id(page_id, message.user_id),
        citizen.settings.name if citizen else "",
    )
    (from_id, from_name), (to_id, to_name) = (person, page) if is_from_citizen else (page, person)
    item: dict[str, object] = {
        "src": 1 if is_from_citizen else 0,
        "time": message.time,
        "type": _KINDS.get(message.kind, "nosupport"),
        "message": message.text,
        "message_id": message.message_id,
        "from_id": from_id,
        "to_id": to_id,
        "from_display_name": from_name,
        "from_avatar": "",
        "to_display_name": to_name,
        "to_avatar": "",
    }
    first = message.attachments[0] if message.attachments else {}
    if message.kind == "location" and first:
        item["location"] = json.dumps({key: first[key] for key in ("latitude", "longitude")})
    elif first.get("url"):
        item["url"] = first["url"]
    return item | ({"quote_id": message.quote_message_id} if message.quote_message_id else {})
