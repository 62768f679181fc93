"""The pages for people: the citizen's phone, the control room, the consent, an article."""

import json
import mimetypes
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    PlainTextResponse,
    Response,
    StreamingResponse,
)

from infra.local.zalo.clock import VIETNAM, from_milliseconds
from infra.local.zalo.faults import KINDS
from infra.local.zalo.gate import world_of
from infra.local.zalo.pages import Page
from infra.local.zalo.settings import Persona

FOLDER = Path(__file__).parent / "pages"

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self';"
    " img-src 'self'; media-src 'self'; connect-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_FILE_HEADERS = {"Content-Security-Policy": "default-src 'none'; sandbox"}
_SHOWN_INLINE = ("image/", "video/", "audio/")

_templates = Environment(loader=FileSystemLoader(FOLDER), autoescape=True)

PERSONAS = {
    Persona.NORMAL: "Bình thường",
    Persona.RESTRICTED: "Hạn chế tin nhắn từ trang",
    Persona.BANNED: "Tài khoản bị khóa",
    Persona.INACTIVE: "Không hoạt động trên 45 ngày",
    Persona.RECEIVED_ENOUGH: "Đã nhận đủ hạn mức",
    Persona.NO_ZALO: "Số điện thoại không dùng Zalo",
    Persona.OLD_ZALO: "Phiên bản Zalo quá cũ",
    Persona.CANNOT_RECEIVE: "Không nhận được ZNS",
    Persona.REJECTS: "Từ chối nhận ZNS",
    Persona.OPTED_OUT: "Đã hủy nhận loại tin này",
    Persona.NO_OPT_IN: "Chưa đồng ý nhận tin",
    Persona.REFUSES_PAGE: "Từ chối tin của trang",
}


async def phone(request: Request) -> Response:
    return _page("phone.html", personas=PERSONAS)


async def control_room(request: Request) -> Response:
    groups: dict[str, list[object]] = {}
    for kind in KINDS:
        parameters = json.dumps(dict(kind.parameters), ensure_ascii=False)
        groups.setdefault(kind.group, []).append({"kind": kind, "parameters": parameters})
    return _page("room.html", groups=groups)


def consent(request: Request, pages: Sequence[Page]) -> Response:
    """The admin chooses for which page the app may act."""
    links = [(page, str(request.url.include_query_params(oa_id=page.page_id))) for page in pages]
    return _page("consent.html", links=links)


async def article(request: Request) -> Response:
    """The public address of an article, as `https://zalo.me/a/<id>` would be."""
    world = world_of(request)
    row = world.store.one(
        "SELECT * FROM articles WHERE article_id = ? AND is_removed = 0",
        request.path_params["article_id"],
    )
    page = world.pages.get(row["page_id"]) if row else None
    if row is None or page is None:
        return PlainTextResponse("Không tìm thấy bài viết", 404)
    date = from_milliseconds(row["time"]).astimezone(VIETNAM).strftime("%H:%M, ngày %d/%m/%Y")
    content = json.loads(row["content"])
    return _page("article.html", content=content, page=page, date=date)


async def file(request: Request) -> Response:
    """A file on a citizen's phone; harmless to open, whatever it is."""
    world = world_of(request)
    kept, name = request.path_params["kept"], request.path_params["name"]
    path = world.store.path(kept)
    if not kept.isalnum() or not path.is_file():
        return PlainTextResponse("Không tìm thấy tệp", 404)
    content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    shown = content_type.startswith(_SHOWN_INLINE) and content_type != "image/svg+xml"
    return FileResponse(
        path,
        media_type=content_type,
        filename=name,
        content_disposition_type="inline" if shown else "attachment",
        headers={"X-Content-Type-Options": "nosniff"} | ({} if shown else _FILE_HEADERS),
    )


async def stream(request: Request) -> Response:
    """Live news on the topics of `?topics=a,b`."""
    topics = frozenset(request.query_params.get("topics", "").split(","))
    return StreamingResponse(
        world_of(request).stream.listen(topics),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store"},
    )


def _page(name: str, **values: object) -> Response:
    return HTMLResponse(_templates.get_template(name).render(**values), headers=_HEADERS)
