"""The one HTTP server: every address of Zalo, the control API and the pages for people."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from infra.local.zalo import articles, control, oauth, reading, rooms, sending, templates, uploads
from infra.local.zalo.answers import NOT_FOUND
from infra.local.zalo.gate import Act, openapi, template_api, world_of
from infra.local.zalo.world import World

OPENAPI: tuple[tuple[str, str, Act], ...] = (
    ("POST", "/v3.0/oa/message/cs", sending.send_v3),
    ("POST", "/v2.0/oa/message", sending.send_v2),
    ("POST", "/v3.0/oa/message/transaction", sending.send_removed),
    ("POST", "/v3.0/oa/message/promotion", sending.send_removed),
    ("POST", "/v3.0/oa/message/template", templates.send_by_user_id),
    ("POST", "/v2.0/oa/upload/image", uploads.upload_image),
    ("POST", "/v2.0/oa/upload/gif", uploads.upload_gif),
    ("POST", "/v2.0/oa/upload/file", uploads.upload_file),
    ("GET", "/v3.0/oa/user/detail", reading.user_detail),
    ("GET", "/v3.0/oa/user/getlist", reading.user_list),
    ("POST", "/v3.0/oa/user/update", reading.update_user),
    ("GET", "/v2.0/oa/getprofile", reading.profile_v2),
    ("GET", "/v2.0/oa/getfollowers", reading.followers_v2),
    ("POST", "/v2.0/oa/tag/tagfollower", reading.tag_user),
    ("POST", "/v2.0/oa/tag/rmfollowerfromtag", reading.untag_user),
    ("POST", "/v2.0/oa/tag/rmtag", reading.remove_tag),
    ("GET", "/v2.0/oa/tag/gettagsofoa", reading.tags_of_page),
    ("GET", "/v2.0/oa/conversation", reading.conversation),
    ("GET", "/v2.0/oa/listrecentchat", reading.recent_chats),
    ("GET", "/v2.0/oa/getoa", reading.page_profile),
    ("POST", "/v3.0/oa/quota/message", reading.message_quota),
    ("POST", "/v2.0/oa/quota/message", reading.message_quota),
    ("POST", "/v2.0/article/create", articles.create),
    ("POST", "/v2.0/article/update", articles.update),
    ("POST", "/v2.0/article/verify", articles.verify),
    ("POST", "/v2.0/article/remove", articles.remove),
    ("GET", "/v2.0/article/getslice", articles.list_slice),
    ("GET", "/v2.0/article/getdetail", articles.detail),
    ("POST", "/v2.0/article/upload_video/preparevideo", articles.upload_video),
    ("GET", "/v2.0/article/upload_video/verify", articles.verify_video),
)
TEMPLATE_API: tuple[tuple[str, str, Act], ...] = (
    ("POST", "/message/template", templates.send_by_phone),
    ("GET", "/message/status", templates.status),
    ("GET", "/message/quota", templates.quota),
)


async def _media(request: Request) -> Response:
    world = world_of(request)
    call = world.calls.begin("media", "GET", request.url.path)
    response = await world.media.answer(request.path_params["token"], world.closing)
    world.calls.end(call, response.status_code)
    return response


ROUTES = (
    Route("/v4/oa/permission", oauth.permission, methods=["GET"]),
    Route("/v4/oa/access_token", oauth.access_token, methods=["POST"]),
    *(Route(path, openapi(act), methods=[method]) for method, path, act in OPENAPI),
    *(Route(path, template_api(act), methods=[method]) for method, path, act in TEMPLATE_API),
    Route("/media/{token}/{name}", _media, methods=["GET"]),
    *control.ROUTES,
    Route("/", rooms.control_room, methods=["GET"]),
    Route("/phone", rooms.phone, methods=["GET"]),
    Route("/phone/files/{kept}/{name}", rooms.file, methods=["GET"]),
    Route("/articles/{article_id}", rooms.article, methods=["GET"]),
    Route("/stream", rooms.stream, methods=["GET"]),
    Mount("/static", StaticFiles(directory=rooms.FOLDER / "static")),
)


def build_app(world: World) -> Starlette:
    """The application of one world. Its lifespan runs the deliverer and closes the store."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, Any]]:
        delivering = asyncio.create_task(world.deliverer.run())
        yield {"wires": world.wires}
        delivering.cancel()
        with suppress(asyncio.CancelledError):
            await delivering
        world.store.close()

    app = Starlette(
        routes=ROUTES,
        middleware=[Middleware(_Doorkeeper)],
        exception_handlers={404: _not_found},
        lifespan=lifespan,
    )
    app.state.world = world
    return app


class Server(uvicorn.Server):
    """Serves a world on 127.0.0.1; open streams and hanging calls end when it stops."""

    def __init__(self, world: World, port: int) -> None:
        super().__init__(
            uvicorn.Config(
                build_app(world),
                host="127.0.0.1",
                port=port,
                http=_Wire,
                loop="asyncio",
                ws="none",
                lifespan="on",
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=1,
            )
        )
        self._world = world

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._world.close()
        await super().shutdown(sockets)


class _Wire(H11Protocol):
    """A connection that a fault can cut: it stands in the world's `wires` while it is open."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if self.client is not None:
            self.app_state["wires"][self.client] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self.client is not None:
            self.app_state["wires"].pop(self.client, None)


class _Doorkeeper:
    """Keeps other web sites in the same browser from driving this world."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = Request(scope).headers
            host = headers.get("host", "")
            origin = headers.get("origin")
            if urlsplit(f"//{host}").hostname not in ("127.0.0.1", "localhost") or (
                origin is not None and urlsplit(origin).netloc != host
            ):
                refusal = PlainTextResponse("This is a local server.", 403)
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)


async def _not_found(request: Request, error: Exception) -> Response:
    """Zalo's answer to any path it does not have."""
    return JSONResponse({"error": 404, "message": NOT_FOUND}, 404)
