"""Zalo's OAuth v4 for pages: the address where consent is given, and the two token requests.

An answer is judged strictly and only after its raw bytes are safe (`grants.py`): Zalo reports
errors with HTTP 200, and a refresh token works once, so an answer that cannot be read may still be
the only copy of the page's grant.
"""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlencode

from functions.zalo.errors import AmbiguousDelivery, PageNotConnected, RetryLater
from functions.zalo.http import TOKEN_DEADLINES, Answer, ZaloHttp
from functions.zalo.strict_json import UnacceptableJson, read_object

PERMISSION = "/v4/oa/permission"
_RATE_LIMIT = "-32"
ACCESS_TOKEN = "/v4/oa/access_token"  # noqa: S105, an address


@dataclass(frozen=True, slots=True)
class App:
    """Zalo's app that pages grant their rights to; `secret` is the app's, not a page's."""

    app_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What one answer grants. The refresh token works once, within three months."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: timedelta


def new_verifier(random_bytes: Callable[[int], bytes]) -> str:
    """A PKCE verifier: 32 random bytes, base64url without padding (RFC 7636)."""
    return _base64url(random_bytes(32))


def code_challenge(verifier: str) -> str:
    """The challenge of a verifier; Zalo assumes S256."""
    return _base64url(hashlib.sha256(verifier.encode()).digest())


class OAuth:
    """Zalo's OAuth server."""

    def __init__(self, http: ZaloHttp, url: str) -> None:
        self._http = http
        self._url = url.rstrip("/")

    def permission_url(
        self, app_id: str, redirect_uri: str, *, state: str, verifier: str | None
    ) -> str:
        """Where an administrator of a page consents.

        Args:
            redirect_uri: exactly as registered in the console, without a query.
            state: comes back unchanged; the caller's guard against a forged answer.
            verifier: of `new_verifier`, for this request only; None where the console's setting
                forbids a challenge.
        """
        query = {"app_id": app_id, "redirect_uri": redirect_uri, "state": state}
        if verifier is not None:
            query["code_challenge"] = code_challenge(verifier)
        return f"{self._url}{PERMISSION}?{urlencode(query)}"

    def exchange(self, app: App, code: str, verifier: str | None) -> Answer:
        """Trade a code (once, within 10 minutes) for a pair; `judge` the answer when it is safe.

        Raises:
            NotSent: nothing left us; the code is still good.
            AmbiguousDelivery: no answer came; the administrator has to consent again.
        """
        form = {"code": code, "app_id": app.app_id, "grant_type": "authorization_code"}
        if verifier is not None:
            form["code_verifier"] = verifier
        return self._request(app, form)

    def refresh(self, app: App, refresh_token: str) -> Answer:
        """Trade a refresh token, which is then spent, for a new pair; `judge` when it is safe.

        Raises:
            NotSent: nothing left us; the refresh token is still good.
            AmbiguousDelivery: no answer came; the refresh token may be spent.
        """
        return self._request(
            app,
            {
                "refresh_token": refresh_token,
                "app_id": app.app_id,
                "grant_type": "refresh_token",
            },
        )

    def _request(self, app: App, form: dict[str, str]) -> Answer:
        return self._http.call(
            "POST",
            self._url + ACCESS_TOKEN,
            headers={
                "secret_key": app.secret,
                "Content-Type": "application/x-www-form-urlencoded",
            },
            body=urlencode(form).encode(),
            deadlines=TOKEN_DEADLINES,
        )


def judge(answer: Answer, *, spent: TokenPair | None = None) -> TokenPair:
    """The pair in an answer.

    Args:
        answer: of `exchange` or `refresh`.
        spent: the pair that was traded in; an answer that repeats any of it is not believed.

    Raises:
        PageNotConnected: Zalo says clearly that it refuses.
        RetryLater: Zalo says clearly that it is too busy.
        AmbiguousDelivery: anything else that is no complete pair; a refresh token may be spent.
    """
    if answer.status == 429:
        raise RetryLater("token request answered HTTP 429")
    try:
        content = read_object(answer.body)
    except UnacceptableJson:
        raise AmbiguousDelivery(f"token request answered HTTP {answer.status}, no JSON") from None
    code = content.get("error", 0)
    if str(code) == _RATE_LIMIT:
        raise RetryLater("token request answered with the rate limit")
    if code not in (0, "0") or "error_name" in content:
        if answer.status >= 500:
            raise AmbiguousDelivery(f"token request answered HTTP {answer.status}")
        number = int(code) if str(code).lstrip("-").isdecimal() else None
        raise PageNotConnected("token request refused", code=number)
    access, refresh = content.get("access_token"), content.get("refresh_token")
    seconds = _seconds(content.get("expires_in"))
    if (
        answer.status != 200
        or not (isinstance(access, str) and access)
        or not (isinstance(refresh, str) and refresh)
        or not seconds
        or (spent and {access, refresh} & {spent.access_token, spent.refresh_token})
    ):
        raise AmbiguousDelivery("token request answered without a new pair", alarm=True)
    return TokenPair(access, refresh, timedelta(seconds=seconds))


def _seconds(value: object) -> int:
    """Zalo writes the seconds as text. Nothing usable is 0."""
    text = str(value)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
