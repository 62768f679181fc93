"""Who comes in and from where, decided before any view; and the headers of every answer.

Closed by default: what a route demands stands in `access`.
"""

import hmac
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from urllib.parse import urlsplit

from flask import Response, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from functions.admin.door.access import ACCESS, Door
from functions.admin.door.proxy import HEADER, Asserted, Proxy
from functions.admin.door.sessions import Session, Sessions
from functions.cloud.clock import Clock
from functions.errors import Rejected
from functions.units.model import Officer
from functions.units.roles import Permission
from functions.units.store import UnitStore

_log = logging.getLogger(__name__)

ASSETS = frozenset({"static", "htmx", "map_library"})

REFRESH_HEADER = "X-Refresh"
"""Set by a page that refreshes itself: nobody's activity, so it does not keep a session alive."""

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "media-src 'self'",
        "connect-src 'self'",
        "font-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)


class SignedOut(Rejected):
    """Nobody is signed in, and a redirect would lose what was sent: HTTP 401."""

    sentence = "Xin đồng chí đăng nhập lại."


class Forged(Rejected):
    """A form that did not come from our own page in this session: HTTP 403."""

    sentence = "Phiên làm việc đã đổi. Xin mở lại trang rồi thực hiện lại."


class NotAnOfficer(Rejected):
    """Signed in, but no unit is theirs: HTTP 403."""

    sentence = (
        "Tài khoản này chưa được phân công vào đơn vị nào. "
        "Xin đồng chí liên hệ quản trị viên của đơn vị."
    )


@dataclass(frozen=True, slots=True)
class Visit:
    """A request of a signed-in officer."""

    session: Session
    officer: Officer
    now: datetime

    @property
    def unit_ids(self) -> list[str]:
        """The units whose reports the officer sees; none for a mere administrator."""
        return self.officer.unit_ids


def visit() -> Visit:
    """The visit that `Guards` let in."""
    return cast(Visit, g.visit)


class Guards:
    """Stands before and after every view.

    `is_proxy_alone`: there is no issuer of sign-ins, so a session serves nobody but the person
    whom the proxy named when it began and names with every request.
    """

    def __init__(
        self,
        *,
        address: str,
        sessions: Sessions,
        units: UnitStore,
        clock: Clock,
        proxy: Proxy | None = None,
        is_proxy_alone: bool = False,
    ) -> None:
        parts = urlsplit(address)
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self.is_https = parts.scheme == "https"
        # Only a cookie of that prefix is surely ours, and only https may set one (RFC 6265bis).
        self.cookie = "__Host-officer" if self.is_https else "tin_bao_officer"
        self._sessions = sessions
        self._units = units
        self._clock = clock
        self._proxy = proxy
        self._is_proxy_alone = is_proxy_alone

    def admit(self) -> ResponseReturnValue | None:
        """Before a view: let in, send to the sign-in page, or refuse."""
        endpoint = request.endpoint
        if self._proxy is not None and endpoint != "health":
            g.asserted = self._proxy.check(request.headers.get(HEADER))
        demanded = ACCESS.get(endpoint) if endpoint is not None else Door.OPEN
        if demanded is Door.OPEN:
            return None
        session = self.session()
        if session is None:
            return self._to_sign_in()
        g.session = session
        if request.method not in {"GET", "HEAD", "OPTIONS"}:
            self._check_form(session)
        if demanded is Door.SIGNED_IN:
            return None
        officer = self._units.officer(session.subject)
        if officer is None or not officer.roles:
            _log.warning("officer without a unit", extra={"officer": session.subject})
            raise NotAnOfficer("officer without a unit")
        g.visit = Visit(session, officer, self._clock.now())
        if isinstance(demanded, Permission) and not officer.may(demanded):
            # What is not for this officer does not exist for them.
            _log.warning("route refused", extra={"officer": officer.subject, "endpoint": endpoint})
            abort(404)
        return None

    def seal(self, response: Response) -> Response:
        """After a view: the headers that every answer carries (ASVS 3.4, 14.3.2)."""
        headers = response.headers
        headers.setdefault("Content-Security-Policy", POLICY)
        headers["X-Content-Type-Options"] = "nosniff"
        # Not `no-referrer`: with it browsers send `Origin: null` with our own forms (Fetch, 3.2.5).
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        if request.endpoint not in ASSETS:
            headers["Cache-Control"] = "no-store"
        if self.is_https:
            headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        return response

    def session(self) -> Session | None:
        """The session of this browser, if it is signed in; one of somebody else is ended."""
        identifier = request.cookies.get(self.cookie)
        if not identifier:
            return None
        session = self._sessions.find(identifier, active=REFRESH_HEADER not in request.headers)
        if session is None:
            return None
        asserted = self.asserted()
        if session.proxy_subject != (asserted.subject if asserted else None):
            _log.warning("session of somebody else ended", extra={"officer": session.subject})
            self._sessions.end(session)
            return None
        return session

    def asserted(self) -> Asserted | None:
        """Whom the proxy names, where it alone says who somebody is."""
        return g.get("asserted") if self._is_proxy_alone else None

    def check_site(self) -> None:
        """Let pass a form of our own pages.

        Raises:
            Forged: it comes from elsewhere, or does not say where from.
        """
        site = request.headers.get("Sec-Fetch-Site")
        origin = request.headers.get("Origin")
        if site is None and origin is None:
            raise _forged("neither site nor origin")
        if site is not None and site != "same-origin":
            raise _forged("another site")
        if origin is not None and origin != self._origin:
            raise _forged("another origin")

    def _to_sign_in(self) -> ResponseReturnValue:
        if request.method == "GET" and not is_htmx():
            return redirect(url_for("sign_in", next=_return_path()), code=303)
        # Whoever was typing keeps the page: our script says that the session has ended.
        raise SignedOut("no session")

    def _check_form(self, session: Session) -> None:
        self.check_site()
        tokens = request.form.getlist("csrf_token")
        if len(tokens) != 1 or not hmac.compare_digest(
            tokens[0].encode(), session.form_token.encode()
        ):
            raise _forged("form token")


def _forged(reason: str) -> Forged:
    session: Session | None = g.get("session")
    _log.warning(
        "form refused",
        extra={
            "reason": reason,
            "officer": session.subject if session else None,
            "endpoint": request.endpoint,
        },
    )
    return Forged(f"form refused: {reason}")


def is_htmx() -> bool:
    """Whether a fragment is wanted instead of a page."""
    return "HX-Request" in request.headers


def _return_path() -> str | None:
    if request.endpoint == "finish_connection":
        # Zalo's answer carries a code, which is not to travel on in another address.
        return url_for("connections")
    return request.full_path.rstrip("?") if request.path != "/" else None
