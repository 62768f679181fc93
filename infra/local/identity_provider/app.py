"""Pages and endpoints of the identity provider (OpenID Connect Core 1.0, code flow only)."""

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from infra.local.clock import Clock, ClockAway
from infra.local.identity_provider.codes import Codes, Grant
from infra.local.identity_provider.metadata import Metadata
from infra.local.identity_provider.tokens import ID_TOKEN_LIFETIME, SigningKey
from infra.local.province import Officer, Province
from infra.local.settings import UPKEEP_ACCOUNT

_HERE = Path(__file__).parent
_ROLES = {
    "duty_officer": "Cán bộ trực ban",
    "investigator": "Cán bộ xác minh",
    "lead": "Chỉ huy ca, đội",
    "unit_head": "Thủ trưởng đơn vị",
    "inspectorate": "Thanh tra",
    "province_supervisor": "Giám sát cấp tỉnh",
    "knowledge_editor": "Biên tập hỏi đáp",
    "press_officer": "Cán bộ tuyên truyền",
    "auditor": "Kiểm soát nhật ký",
    "administrator": "Quản trị hệ thống",
}
_PAGES = Environment(loader=FileSystemLoader(_HERE), autoescape=True)


@dataclass(frozen=True, slots=True)
class Client:
    """Who may ask for sign-ins, and the exact addresses to which they may return."""

    client_id: str
    client_secret: str
    redirect_uris: tuple[str, ...]

    def has_secret(self, secret: str) -> bool:
        """Whether that is the client's secret."""
        return secrets.compare_digest(secret.encode(), self.client_secret.encode())

    def origins(self) -> tuple[str, ...]:
        """Where the client lives."""
        parts = (urlsplit(uri) for uri in self.redirect_uris)
        return tuple(sorted({f"{part.scheme}://{part.netloc}" for part in parts}))


class IdentityProvider:
    """Signs the officers of a province in."""

    def __init__(
        self, *, issuer: str, key: SigningKey, client: Client, province: Province, clock: Clock
    ) -> None:
        self._issuer = issuer
        self._key = key
        self._client = client
        self._province = province
        self._clock = clock
        self._codes = Codes()
        self._metadata = Metadata(issuer=issuer, key=key, account=UPKEEP_ACCOUNT, clock=clock)
        # A form's answer is a redirect to the client, which browsers hold against `form-action`.
        self._headers = {
            "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; "
            f"frame-ancestors 'none'; form-action 'self' {' '.join(client.origins())}",
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }

    def app(self) -> Starlette:
        """The web application."""
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._discovery),
                Route("/jwks", self._jwks),
                Route("/authorize", self._authorize, methods=["GET", "POST"]),
                Route("/token", self._token, methods=["POST"]),
                Route("/end-session", self._end_session, methods=["GET", "POST"]),
                Route("/page.css", self._style),
                Route("/", self._front_page),
                *self._metadata.routes(),
            ],
            exception_handlers={ClockAway: self._clock_away},
        )

    async def _discovery(self, request: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self._issuer,
                "authorization_endpoint": f"{self._issuer}/authorize",
                "token_endpoint": f"{self._issuer}/token",
                "jwks_uri": f"{self._issuer}/jwks",
                "end_session_endpoint": f"{self._issuer}/end-session",
                "response_types_supported": ["code"],
                "grant_types_supported": ["authorization_code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "scopes_supported": ["openid", "email", "profile"],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": [
                    "client_secret_basic",
                    "client_secret_post",
                ],
            }
        )

    async def _jwks(self, request: Request) -> Response:
        return JSONResponse(self._key.jwks())

    async def _authorize(self, request: Request) -> Response:
        asked = request.query_params
        if asked.get("client_id") != self._client.client_id:
            return self._page("Yêu cầu đăng nhập không hợp lệ", problem="client_id", status=400)
        redirect_uri = asked.get("redirect_uri", "")
        if redirect_uri not in self._client.redirect_uris:
            return self._page("Yêu cầu đăng nhập không hợp lệ", problem="redirect_uri", status=400)
        if error := _flaw(asked):
            return self._back(redirect_uri, asked, error=error)
        if request.method == "GET":
            return self._page("Chọn cán bộ để đăng nhập", query=request.url.query)
        chosen = (await request.form()).get("officer")
        officer = next((one for one in self._province.officers if one.subject == chosen), None)
        if officer is None:
            return self._back(redirect_uri, asked, error="access_denied")
        grant = Grant(officer, redirect_uri, asked.get("nonce"), asked.get("code_challenge"))
        code = self._codes.issue(grant, await run_in_threadpool(self._clock))
        return self._back(redirect_uri, asked, code=code)

    async def _token(self, request: Request) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        client_id, client_secret = _credentials(request, form)
        if client_id != self._client.client_id or not self._client.has_secret(client_secret):
            return JSONResponse({"error": "invalid_client"}, status_code=401)
        if form.get("grant_type") != "authorization_code":
            return JSONResponse({"error": "unsupported_grant_type"}, status_code=400)
        now = await run_in_threadpool(self._clock)
        grant = self._codes.redeem(form.get("code", ""), now)
        if (
            grant is None
            or grant.redirect_uri != form.get("redirect_uri")
            or not grant.is_verified_by(form.get("code_verifier"))
        ):
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        id_token = self._key.id_token(
            grant.officer, issuer=self._issuer, audience=client_id, nonce=grant.nonce, now=now
        )
        return JSONResponse(
            {
                "id_token": id_token,
                # Nothing here takes an access token, but OAuth promises one.
                "access_token": secrets.token_urlsafe(32),
                "token_type": "Bearer",
                "expires_in": int(ID_TOKEN_LIFETIME.total_seconds()),
            },
            headers={"Cache-Control": "no-store"},
        )

    async def _end_session(self, request: Request) -> Response:
        # There is no session to end: every sign-in chooses anew.
        target = request.query_params.get("post_logout_redirect_uri", "")
        parts = urlsplit(target)
        if f"{parts.scheme}://{parts.netloc}" in self._client.origins():
            return RedirectResponse(target, status_code=303)
        return self._page("Đồng chí đã đăng xuất")

    async def _style(self, request: Request) -> Response:
        return FileResponse(_HERE / "page.css", media_type="text/css")

    async def _front_page(self, request: Request) -> Response:
        return self._page("Đăng nhập bắt đầu từ trang cán bộ", links=self._client.origins())

    async def _clock_away(self, request: Request, error: Exception) -> Response:
        return JSONResponse({"error": "temporarily_unavailable"}, status_code=503)

    def _back(self, redirect_uri: str, asked: Mapping[str, str], **answer: str) -> Response:
        if "state" in asked:
            answer["state"] = asked["state"]
        return RedirectResponse(
            f"{redirect_uri}?{urlencode(answer)}", status_code=303, headers=self._headers
        )

    def _page(
        self,
        title: str,
        *,
        query: str = "",
        problem: str = "",
        links: tuple[str, ...] = (),
        status: int = 200,
    ) -> Response:
        page = _PAGES.get_template("page.html").render(
            title=title,
            province=self._province.province.name,
            officers=[self._shown(officer) for officer in self._province.officers] if query else [],
            query=query,
            problem=problem,
            links=links,
        )
        return HTMLResponse(page, status_code=status, headers=self._headers)

    def _shown(self, officer: Officer) -> dict[str, object]:
        units = {unit.id: unit.name for unit in self._province.units}
        roles = [
            {"role": _ROLES.get(given.role, given.role), "unit": units[given.unit_id]}
            for given in officer.roles
        ]
        return {"subject": officer.subject, "name": officer.name, "roles": roles}


def _flaw(asked: Mapping[str, str]) -> str | None:
    """What is wrong with a request of a known client, as OAuth names it (RFC 6749, 4.1.2.1)."""
    if asked.get("response_type") != "code":
        return "unsupported_response_type"
    if "openid" not in asked.get("scope", "").split():
        return "invalid_scope"
    if "code_challenge" in asked and asked.get("code_challenge_method") != "S256":
        return "invalid_request"
    return None


def _credentials(request: Request, form: Mapping[str, str]) -> tuple[str, str]:
    """The client's name and secret, from the header or the form (RFC 6749, 2.3.1)."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return unquote(name), unquote(secret)
