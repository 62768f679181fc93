"""Articles and their broadcast; made asynchronously. Source: fact sheet section 8."""

import json
import uuid
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from infra.local.zalo import chat, limits
from infra.local.zalo.answers import Refusal, invalid
from infra.local.zalo.clock import month_began, to_milliseconds
from infra.local.zalo.content import Draft, read_message
from infra.local.zalo.gate import Caller, json_in
from infra.local.zalo.messages import Origin
from infra.local.zalo.uploads import file_in
from infra.local.zalo.world import World

_BODY_PARTS = {"text": "content", "image": "url", "video": "url"}
_VIDEO_READY = 1


async def create(world: World, caller: Caller, request: Request) -> Mapping[str, object]:
    """Start making an article; `verify` turns the token into its id."""
    content = _checked(await json_in(request))
    page = caller.page
    made = world.store.count(
        "SELECT count(*) FROM articles WHERE page_id = ? AND time >= ?",
        page.page_id,
        to_milliseconds(month_began(world.clock.now())),
    )
    if made >= page.settings.articles_per_month:
        raise Refusal(limits.ARTICLES.code, "OA has reached quota create article")
    article_id = uuid.uuid4().hex[:20]
    world.store.write(
        "INSERT INTO articles (article_id, page_id, content, time) VALUES (?, ?, ?, ?)",
        article_id,
        page.page_id,
        json.dumps(content),
        world.clock.milliseconds(),
    )
    return _token(world, caller, "article", article_id)


async def update(world: World, caller: Caller, request: Request) -> Mapping[str, object]:
    body = await json_in(request)
    article_id = _article(world, caller, body.get("id"))["article_id"]
    world.store.write(
        "UPDATE articles SET content = ? WHERE article_id = ?",
        json.dumps(_checked(body)),
        article_id,
    )
    return _token(world, caller, "article", article_id)


async def verify(world: World, caller: Caller, request: Request) -> Mapping[str, object]:
    """The article's id; -214 while it is being processed."""
    body = await json_in(request)
    row = _by_token(world, caller, "article", body.get("token"))
    if row["ready"] > world.clock.milliseconds():
        raise Refusal(-214)
    return {"id": row["subject"]}


async def remove(world: World, caller: Caller, request: Request) -> None:
    body = await json_in(request)
    article_id = _article(world, caller, body.get("id"))["article_id"]
    world.store.write("UPDATE articles SET is_removed = 1 WHERE article_id = ?", article_id)


async def list_slice(world: World, caller: Caller, request: Request) -> Mapping[str, object]:
    """`getslice?offset&limit&type`, newest first."""
    query = request.query_params
    try:
        offset, most = int(query.get("offset", "0")), int(query.get("limit", "10"))
    except ValueError:
        raise invalid("offset") from None
    rows = world.store.all(
        "SELECT * FROM articles WHERE page_id = ? AND is_removed = 0 ORDER BY number DESC",
        caller.page.page_id,
    )
    wanted = [row for row in rows if _of(row).get("type") == query.get("type", "normal")]
    medias = [
        {
            "id": row["article_id"],
            "title": _of(row)["title"],
            "status": _of(row)["status"],
            "create_date": row["time"],
        }
        for row in wanted[offset : offset + most]
    ]
    return {"medias": medias, "total": len(wanted)}


async def detail(world: World, caller: Caller, request: Request) -> Mapping[str, object]:
    row = _article(world, caller, request.query_params.get("id"))
    return {"id": row["article_id"], **_of(row)}


async def upload_video(world: World, caller: Caller, request: Request) -> Mapping[str, object]:
    name, content = await file_in(request)
    if not name.lower().endswith((".mp4", ".avi")):
        raise Refusal(-201, "file is invalid. We only support avi and mp4")
    limits.ARTICLE_VIDEO.check(len(content))
    return _token(world, caller, "video", world.store.keep(content))


async def verify_video(world: World, caller: Caller, request: Request) -> Mapping[str, object]:
    """The token comes as a header (seen live) or in the query."""
    token = request.headers.get("token") or request.query_params.get("token")
    row = _by_token(world, caller, "video", token)
    is_ready = row["ready"] <= world.clock.milliseconds()
    return {
        "video_id": row["subject"] if is_ready else "",
        "status": _VIDEO_READY if is_ready else 3,
        "convert_percent": 100 if is_ready else 50,
        "convert_error_code": 0,
    }


def broadcast(world: World, caller: Caller, body: Mapping[str, Any]) -> Mapping[str, object]:
    """Send an article to all followers; 06:00 to 22:00 only. Raises Refusal."""
    draft = read_message(body.get("message"), allows_list=False)
    if draft.kind != "article":
        raise Refusal(-233)
    row = _article(world, caller, draft.handle)
    if limits.is_night(world.clock.now()):
        raise Refusal(-234)
    content = _of(row)
    shown = {
        "type": "article",
        "url": f"{world.origin}/articles/{row['article_id']}",
        "title": content["title"],
        "description": content["description"],
    }
    for bond in world.citizens.bonds_of_page(caller.page.page_id):
        citizen = world.citizens.get(bond.user_id)
        if citizen is not None and bond.is_follower:
            article = Draft("article", str(content["title"]))
            chat.put(world, caller.page, citizen, article, origin=Origin.BROADCAST, shown=[shown])
    return {"message_id": world.new_message_id()}


def _checked(body: Mapping[str, Any]) -> dict[str, Any]:
    kind = body.get("type")
    if kind not in ("normal", "video"):
        raise invalid("type")
    for field, most in (
        ("title", limits.ARTICLE_TITLE),
        ("author", limits.ARTICLE_AUTHOR),
        ("description", limits.ARTICLE_DESCRIPTION),
    ):
        value = body.get(field, "")
        if not isinstance(value, str) or not (value or field == "author"):
            raise invalid(field)
        most.check(len(value))
    for switch in ("status", "comment"):
        if body.get(switch, "show") not in ("show", "hide"):
            raise invalid(switch)
    if kind == "video":
        if not isinstance(body.get("video_id"), str):
            raise invalid("video_id")
    else:
        _check_parts(body)
    return {"author": "", "status": "hide", "comment": "show"} | dict(body)


def _check_parts(body: Mapping[str, Any]) -> None:
    cover, parts = body.get("cover"), body.get("body")
    if not isinstance(cover, dict) or cover.get("cover_type") not in ("photo", "video"):
        raise invalid("cover")
    if not isinstance(parts, list) or not parts:
        raise invalid("body")
    for part in parts:
        field = _BODY_PARTS.get(str(part.get("type"))) if isinstance(part, dict) else None
        if field is None or not isinstance(part.get(field), str):
            raise invalid("body")


def _token(world: World, caller: Caller, kind: str, subject: str) -> Mapping[str, object]:
    token = uuid.uuid4().hex
    ready = world.clock.milliseconds() + world.settings.article_seconds * 1000
    world.store.write(
        "INSERT INTO article_tokens VALUES (?, ?, ?, ?, ?)",
        token,
        caller.page.page_id,
        kind,
        subject,
        ready,
    )
    return {"token": token}


def _by_token(world: World, caller: Caller, kind: str, token: object) -> Any:
    row = world.store.one(
        "SELECT * FROM article_tokens WHERE token = ? AND page_id = ? AND kind = ?",
        str(token),
        caller.page.page_id,
        kind,
    )
    if row is None:
        raise invalid("token")
    return row


def _article(world: World, caller: Caller, article_id: object) -> Any:
    row = world.store.one(
        "SELECT * FROM articles WHERE article_id = ? AND page_id = ? AND is_removed = 0",
        str(article_id),
        caller.page.page_id,
    )
    if row is None:
        raise invalid("id")
    return row


def _of(row: Any) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(row["content"])
    return content
