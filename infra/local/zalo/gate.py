"""What every API call passes: the record, the faults, the token, the rate, Zalo's way to answer."""

import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from infra.local.zalo.answers import (
    OA_MESSAGES,
    TEMPLATE_MESSAGES,
    Refusal,
    invalid,
    refusal_body,
    success,
)
from infra.local.zalo.calls import Call
from infra.local.zalo.limits import CALLS
from infra.local.zalo.pages import Page
from infra.local.zalo.world import World

_TOKEN_DEAD = (-216, -220)


@dataclass(frozen=True, slots=True)
class Caller:
    """The page whose token a call carries, and the record of the call."""

    page: Page
    call: Call


class Outage(Exception):
    """Answer with this HTTP status and a web page instead of JSON (a fault)."""

    def __init__(self, status: int, fault: str) -> None:
        super().__init__(fault)
        self.status = status
        self.fault = fault


class Hangup(Exception):
    """Keep the caller waiting for so many seconds, then cut the connection (a fault)."""

    def __init__(self, seconds: float, fault: str) -> None:
        super().__init__(fault)
        self.seconds = seconds
        self.fault = fault


Act = Callable[[World, Caller, Request], Awaitable[object]]
Endpoint = Callable[[Request], Awaitable[Response]]


def openapi(act: Act) -> Endpoint:
    """An endpoint of openapi.zalo.me: `act` returns `data` or raises Refusal."""
    return _endpoint(act, "api", OA_MESSAGES)


def template_api(act: Act) -> Endpoint:
    """An endpoint of business.openapi.zalo.me: the same with its own codes."""
    return _endpoint(act, "template", TEMPLATE_MESSAGES)


def world_of(request: Request) -> World:
    world: World = request.app.state.world
    return world


async def json_in(request: Request) -> dict[str, Any]:
    """The call's JSON object. Raises Refusal -201."""
    try:
        body = json.loads(await request.body())
    except ValueError:
        raise invalid("body") from None
    if not isinstance(body, dict):
        raise invalid("body")
    return body


def parameters_in(request: Request) -> dict[str, Any]:
    """A GET call's parameters: one query parameter `data` with JSON. Raises Refusal -201."""
    try:
        parameters = json.loads(request.query_params.get("data", ""))
    except ValueError:
        raise invalid("data") from None
    if not isinstance(parameters, dict):
        raise invalid("data")
    return parameters


async def hang_up(world: World, request: Request, seconds: float) -> Response:
    """Wait, then cut the connection; the response returned reaches nobody."""
    client = request.client
    wire = world.wires.get((client.host, client.port)) if client else None
    await world.pause(seconds)
    if wire is not None:
        wire.abort()
    return Response(status_code=503)


def _endpoint(act: Act, kind: str, messages: Mapping[int, str]) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        world = world_of(request)
        call = world.calls.begin(kind, request.method, request.url.path)
        headers: dict[str, str] = {}
        try:
            await _record_body(request, call)
            page = _admit(world, request, call, headers)
            body = success(await act(world, Caller(page, call), request))
        except Refusal as refusal:
            if kind == "template" and refusal.code in _TOKEN_DEAD:
                refusal = Refusal(-124)
            body = refusal_body(refusal, messages)
        except Outage as outage:
            call.fault = outage.fault
            world.calls.end(call, outage.status)
            return HTMLResponse("<h1>Service unavailable</h1>", outage.status)
        except Hangup as hangup:
            call.fault = hangup.fault
            world.calls.end(call, None)
            return await hang_up(world, request, hangup.seconds)
        world.calls.end(call, 200, body)
        return JSONResponse(body, headers=headers)

    return endpoint


async def _record_body(request: Request, call: Call) -> None:
    if request.method == "GET":
        call.request = dict(request.query_params)
    elif request.headers.get("content-type", "").startswith("application/json"):
        try:
            call.request = json.loads(await request.body())
        except ValueError:
            call.request = "not JSON"


def _admit(world: World, request: Request, call: Call, headers: dict[str, str]) -> Page:
    """The page that calls. Raises Refusal or Outage; fills in the rate headers."""
    path = request.url.path
    access_token = request.headers.get("access_token", "")
    page = world.pages.get(world.tokens.page_id(access_token))
    if page is None:
        raise Refusal(-205)
    call.page_id = page.page_id
    place = {"page": page.page_id, "path": path}
    if outage := world.faults.strikes("api_5xx", **place):
        raise Outage(int(outage["status"]), "api_5xx")
    app = world.pages.app_of(page)
    rate = world.calls.count(page.app_id)
    headers["X-RateLimit-Limit"] = str(app.calls_per_minute)
    headers["X-RateLimit-Remain"] = str(max(0, app.calls_per_minute - rate))
    if rate > app.calls_per_minute:
        raise Refusal(CALLS.code)
    if world.faults.happens("rate_limit", **place):
        call.fault = "rate_limit"
        raise Refusal(CALLS.code)
    if error := world.faults.strikes("api_error", **place):
        call.fault = "api_error"
        raise Refusal(int(error["code"]), str(error["message"]) or None)
    proof = request.headers.get("appsecret_proof")
    if proof is not None or app.requires_appsecret_proof:
        key = (world.pages.app_secret(page.app_id) or "").encode()
        expected = hmac.new(key, access_token.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected.encode(), (proof or "").encode()):
            raise Refusal(-242)
    for is_fine, code in (
        (not app.is_removed, -219),
        (app.is_active, -209),
        (app.is_registered, -212),
        (page.settings.is_enabled, -204),
        (page.settings.is_granted, -223),
        (page.settings.has_tier, -224),
    ):
        if not is_fine:
            raise Refusal(code)
    return page
