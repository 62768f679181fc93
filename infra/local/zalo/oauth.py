"""OAuth v4 for pages: consent and tokens. Source: fact sheet section 1."""

from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from infra.local.zalo import rooms
from infra.local.zalo.calls import Call
from infra.local.zalo.gate import hang_up, world_of
from infra.local.zalo.pages import Page
from infra.local.zalo.tokens import Pair, Unacceptable
from infra.local.zalo.world import World

EXPIRES_IN = "90000"
"""Seconds, 25 hours; a string, as Zalo sends it."""

_DOCUMENTATION = "https://developers.zalo.me/docs/official-account/bat-dau/xac-thuc-va-uy-quyen"


async def permission(request: Request) -> Response:
    """The admin's consent: back to the callback with a code.

    With several pages in the app the admin chooses one; the choice comes as `oa_id`, which is
    the simulator's own parameter.
    """
    world = world_of(request)
    query = request.query_params
    call = world.calls.begin("oauth", "GET", request.url.path)
    app_id, redirect_uri = query.get("app_id", ""), query.get("redirect_uri", "")
    app = world.pages.app(app_id)
    if app is None or not app.is_active:
        return _refuse(world, call, "Invalid app id", -14002)
    if not app.callback_url or redirect_uri != app.callback_url:
        return _refuse(world, call, "Invalid redirect uri", -14003)
    pages = world.pages.of_app(app_id)
    chosen = [page for page in pages if page.page_id == query.get("oa_id")]
    if len(pages) > 1 and not chosen:
        world.calls.end(call, 200)
        return rooms.consent(request, pages)
    page = (chosen or pages)[0]
    call.page_id = page.page_id
    challenge = query.get("code_challenge", "")
    answer = {"code": world.tokens.issue_code(page, challenge), "oa_id": page.page_id}
    answer |= {key: query[key] for key in ("state", "code_challenge") if key in query}
    world.calls.end(call, 302)
    return RedirectResponse(f"{redirect_uri}?{urlencode(answer)}", 302)


async def access_token(request: Request) -> Response:
    """Exchange a code, or a refresh token, for a new pair. Refusals come with HTTP 200."""
    world = world_of(request)
    call = world.calls.begin("oauth", "POST", request.url.path)
    async with request.form() as form:
        grant_type, app_id = _field(form, "grant_type"), _field(form, "app_id")
        call.request = {"grant_type": grant_type, "app_id": app_id}
        app = world.pages.app(app_id)
        if app is None or not app.is_active:
            return _refuse(world, call, "Invalid app id", -14002)
        if request.headers.get("secret_key") != world.pages.app_secret(app_id):
            return _refuse(world, call, "Invalid secret key")
        if grant_type == "authorization_code":
            return await _exchange(world, request, call, form)
        if grant_type == "refresh_token":
            return await _refresh(world, request, call, form)
        return _refuse(world, call, "Invalid grant type")


def answer_of(pair: Pair) -> dict[str, object]:
    refresh = {"refresh_token": pair.refresh_token} if pair.refresh_token else {}
    return {"access_token": pair.access_token, **refresh, "expires_in": EXPIRES_IN}


async def _exchange(world: World, request: Request, call: Call, form: FormData) -> Response:
    if response := await _strike_before(world, request, call, ""):
        return response
    code, verifier = _field(form, "code"), _field(form, "code_verifier")
    try:
        page = world.pages.get(world.tokens.take_code(_field(form, "app_id"), code, verifier))
    except Unacceptable as refused:
        return _refuse(world, call, "Invalid authorization code", reason=str(refused))
    if page is None:
        return _refuse(world, call, "Invalid authorization code")
    call.page_id = page.page_id
    return await _answer(world, request, call, page, world.tokens.issue(page))


async def _refresh(world: World, request: Request, call: Call, form: FormData) -> Response:
    refresh_token = _field(form, "refresh_token")
    page = world.pages.get(world.tokens.page_of(refresh_token) or "")
    page_id = page.page_id if page else ""
    call.page_id = page_id
    if response := await _strike_before(world, request, call, page_id):
        return response
    if page is None:
        return _refuse(world, call, "Invalid refresh token")
    kills_old = world.faults.happens("token_revoked_on_refresh", page=page_id)
    try:
        pair = world.tokens.rotate(_field(form, "app_id"), refresh_token, page, kills_old=kills_old)
    except Unacceptable as refused:
        if world.faults.happens("refresh_reuse_revokes", page=page_id):
            world.tokens.revoke(page_id)
        return _refuse(world, call, "Invalid refresh token", reason=str(refused))
    return await _answer(world, request, call, page, pair)


async def _strike_before(
    world: World, request: Request, call: Call, page_id: str
) -> Response | None:
    """Faults before any token changes."""
    happens = world.faults.happens
    if happens("oauth_drop_before", page=page_id):
        call.fault = "oauth_drop_before"
        world.calls.end(call, None)
        return await hang_up(world, request, 0)
    if happens("oauth_http_200_error", page=page_id):
        call.fault = "oauth_http_200_error"
        return _refuse(world, call, "Internal error", reason="Please try again later")
    if happens("oauth_html", page=page_id):
        return _web_page(world, call, 200, "oauth_html")
    if outage := world.faults.strikes("oauth_5xx", page=page_id):
        return _web_page(world, call, int(outage["status"]), "oauth_5xx")
    return None


async def _answer(world: World, request: Request, call: Call, page: Page, pair: Pair) -> Response:
    """The pair exists already; faults may keep it from the caller."""
    happens = world.faults.happens
    if happens("oauth_drop_answer", page=page.page_id):
        call.fault = "oauth_drop_answer"
        world.calls.end(call, None)
        return await hang_up(world, request, 0)
    if slow := world.faults.strikes("oauth_slow", page=page.page_id):
        call.fault = "oauth_slow"
        await world.pause(float(slow["seconds"]))
    answer = answer_of(pair)
    if happens("oauth_numeric_expires", page=page.page_id):
        answer["expires_in"] = int(EXPIRES_IN)
    if happens("oauth_missing_refresh_token", page=page.page_id):
        answer.pop("refresh_token", None)
    world.calls.end(call, 200)
    return JSONResponse(answer)


def _refuse(
    world: World, call: Call, name: str, code: int | None = None, *, reason: str = ""
) -> Response:
    """HTTP 200 with `error_name`; the number is there only where a source knows it."""
    body: dict[str, object] = {} if code is None else {"error": code}
    body |= {
        "error_name": name,
        "error_reason": reason or name,
        "error_description": reason or name,
        "ref_doc": _DOCUMENTATION,
    }
    world.calls.end(call, 200, body)
    return JSONResponse(body)


def _web_page(world: World, call: Call, status: int, fault: str) -> Response:
    call.fault = fault
    world.calls.end(call, status)
    return HTMLResponse("<h1>Service unavailable</h1>", status)


def _field(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""
