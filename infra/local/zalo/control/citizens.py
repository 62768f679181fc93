"""Citizens: who they are and what they do on their phones."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.routing import Route

from infra.local.zalo import chat
from infra.local.zalo.citizens import Citizen
from infra.local.zalo.clock import from_milliseconds, to_text
from infra.local.zalo.control.bodies import (
    Body,
    Wrong,
    citizen_in_path,
    endpoint,
    page_named,
    read,
    read_object,
)
from infra.local.zalo.gate import world_of
from infra.local.zalo.messages import Message
from infra.local.zalo.settings import CitizenSettings

_WITH_FILE = ("image", "video", "audio", "file", "gif")


class OnPage(Body):
    page: str


class Follow(OnPage):
    source: str = "oa_profile"


class Tap(OnPage):
    payload: str


class React(OnPage):
    message_id: str
    icon: str = "/-heart"


class Share(OnPage):
    """Name and phone are the citizen's own; `is_old` gives the older of the two shapes."""

    address: str = ""
    ward: str = ""
    district: str = ""
    city: str = ""
    is_old: bool = False


class Say(OnPage):
    type: Literal[
        "text",
        "image",
        "video",
        "audio",
        "file",
        "gif",
        "location",
        "sticker",
        "link",
        "business_card",
    ]
    text: str = ""
    media_path: str | tuple[str, ...] = ()
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    sticker: str = chat.STICKERS[0]
    url: str = ""
    phone: str = ""
    quote_message_id: str = ""


async def citizens(request: Request) -> object:
    world = world_of(request)
    return [_as_json(request, citizen) for citizen in world.citizens.all()]


async def add(request: Request) -> object:
    settings = CitizenSettings.model_validate(await read_object(request))
    citizen = world_of(request).citizens.add(settings)
    world_of(request).stream.publish("citizen", user_id=citizen.user_id)
    return {"user_id": citizen.user_id, "user_id_by_app": citizen.user_id_by_app}


async def change(request: Request) -> object:
    citizen = citizen_in_path(request)
    citizen = world_of(request).citizens.change(citizen, await read_object(request))
    world_of(request).stream.publish("citizen", user_id=citizen.user_id)
    return _as_json(request, citizen)


async def follow(request: Request) -> object:
    body = await read(request, Follow)
    page, citizen = page_named(request, body.page), citizen_in_path(request)
    chat.follow(world_of(request), page, citizen, source=body.source, is_follower=True)
    return {}


async def unfollow(request: Request) -> object:
    body = await read(request, Follow)
    page, citizen = page_named(request, body.page), citizen_in_path(request)
    chat.follow(world_of(request), page, citizen, source=body.source, is_follower=False)
    return {}


async def chat_now(request: Request) -> object:
    """Zalo sends the event once, when the two never chatted; `happened` says whether."""
    body = await read(request, OnPage)
    page = page_named(request, body.page)
    return {"happened": chat.click_chat_now(world_of(request), page, citizen_in_path(request))}


async def withdraw(request: Request) -> object:
    body = await read(request, OnPage)
    chat.withdraw(world_of(request), page_named(request, body.page), citizen_in_path(request))
    return {}


async def look(request: Request) -> object:
    body = await read(request, OnPage)
    chat.look(world_of(request), page_named(request, body.page), citizen_in_path(request))
    return {}


async def share(request: Request) -> object:
    body = await read(request, Share)
    chat.share_information(
        world_of(request),
        page_named(request, body.page),
        citizen_in_path(request),
        body.model_dump(include={"address", "ward", "district", "city"}),
        is_old=body.is_old,
    )
    return {}


async def react(request: Request) -> object:
    body = await read(request, React)
    page = page_named(request, body.page)
    chat.react(world_of(request), page, citizen_in_path(request), body.message_id, body.icon)
    return {}


async def tap(request: Request) -> object:
    body = await read(request, Tap)
    page, citizen = page_named(request, body.page), citizen_in_path(request)
    message = chat.tap(world_of(request), page, citizen, body.payload)
    if message is None:
        keys = chat.keys_on_phone(world_of(request), page, citizen)
        raise Wrong(409, "there is no such key", payloads=[key["payload"] for key in keys])
    return {"msg_id": message.message_id}


async def say(request: Request) -> object:
    body, files = await _read_say(request)
    if body.type in _WITH_FILE and not files:
        raise Wrong(400, f"{body.type} needs a file or a media_path")
    if body.type == "text" and not body.text:
        raise Wrong(400, "text needs a text")
    if body.type == "sticker" and body.sticker not in chat.STICKERS:
        raise Wrong(400, "there is no such sticker", stickers=chat.STICKERS)
    message = chat.say(
        world_of(request),
        page_named(request, body.page),
        citizen_in_path(request),
        body.type,
        text=body.text,
        files=files,
        details=_details(body),
        quote_message_id=body.quote_message_id,
    )
    return {"msg_id": message.message_id}


async def messages(request: Request) -> object:
    """What is on the phone, oldest first; of one page with `?page=`."""
    world, citizen = world_of(request), citizen_in_path(request)
    page_id = request.query_params.get("page")
    if page_id is None:
        found = world.messages.of_citizen(citizen.user_id)
    else:
        found = world.messages.between(page_named(request, page_id).page_id, citizen.user_id)
    return [_message_as_json(message) for message in found if not message.is_hidden]


async def _read_say(request: Request) -> tuple[Say, list[tuple[str, bytes]]]:
    """JSON with `media_path`, or a form with the fields and one or more `file`."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        body = await read(request, Say)
        paths = (body.media_path,) if isinstance(body.media_path, str) else body.media_path
        try:
            return body, [(Path(path).name, await _bytes_of(path)) for path in paths]
        except OSError:
            raise Wrong(400, "a media_path cannot be read") from None
    async with request.form() as form:
        fields = {name: value for name, value in form.items() if name != "file"}
        uploads = [one for one in form.getlist("file") if isinstance(one, UploadFile)]
        files = [(upload.filename or "file", await upload.read()) for upload in uploads]
        return Say.model_validate(fields), files


async def _bytes_of(path: str) -> bytes:
    return await asyncio.to_thread(Path(path).read_bytes)


def _details(body: Say) -> Mapping[str, str]:
    if body.type == "location":
        if body.latitude is None or body.longitude is None:
            raise Wrong(400, "location needs latitude and longitude")
        return {"latitude": str(body.latitude), "longitude": str(body.longitude)}
    if body.type == "link" and not body.url:
        raise Wrong(400, "link needs a url")
    return {"sticker": body.sticker, "url": body.url, "phone": body.phone}


def _as_json(request: Request, citizen: Citizen) -> dict[str, object]:
    pages = [
        {
            "page_id": bond.page_id,
            "is_follower": bond.is_follower,
            "last_interaction": to_text(from_milliseconds(bond.last_interaction))
            if bond.last_interaction is not None
            else None,
        }
        for bond in world_of(request).citizens.bonds_of_citizen(citizen.user_id)
    ]
    return {
        "user_id": citizen.user_id,
        "user_id_by_app": citizen.user_id_by_app,
        **citizen.settings.model_dump(),
        "pages": pages,
    }


def _message_as_json(message: Message) -> dict[str, object]:
    return {
        "message_id": message.message_id,
        "page": message.page_id,
        "from": message.sender,
        "origin": message.origin,
        "kind": message.kind,
        "text": message.text,
        "buttons": message.buttons,
        "attachments": message.attachments,
        "quote_message_id": message.quote_message_id or None,
        "time": to_text(from_milliseconds(message.time)),
        "delivered": message.is_delivered,
        "seen": message.is_seen,
    }


_PERSON = "/control/citizens/{user_id}"

ROUTES = [
    Route("/control/citizens", endpoint(citizens), methods=["GET"]),
    Route("/control/citizens", endpoint(add), methods=["POST"]),
    Route(f"{_PERSON}/messages", endpoint(messages), methods=["GET"]),
    *(
        Route(f"{_PERSON}/{name}", endpoint(act), methods=["POST"])
        for name, act in (
            ("settings", change),
            ("follow", follow),
            ("unfollow", unfollow),
            ("chat_now", chat_now),
            ("withdraw", withdraw),
            ("look", look),
            ("share", share),
            ("react", react),
            ("tap", tap),
            ("send", say),
        )
    ),
]
