"""Access and refresh tokens, and the codes of a consent. Source: fact sheet section 1."""

import base64
import hashlib
from dataclasses import dataclass
from random import Random

from infra.local.zalo import limits
from infra.local.zalo.answers import Refusal
from infra.local.zalo.clock import Clock, from_milliseconds
from infra.local.zalo.pages import Page
from infra.local.zalo.store import Store


class Unacceptable(Exception):
    """OAuth refuses the code or the refresh token; `str()` says why."""


@dataclass(frozen=True, slots=True)
class Pair:
    """What a grant or a refresh gives. An unverified page gets no refresh token."""

    access_token: str
    refresh_token: str | None
    page_id: str


class Tokens:
    def __init__(self, store: Store, clock: Clock, random: Random) -> None:
        self._store = store
        self._clock = clock
        self._random = random

    def issue_code(self, page: Page, challenge: str) -> str:
        """A code that works once, for ten minutes."""
        code = self._opaque(40)
        self._store.write(
            "INSERT INTO codes (code, app_id, page_id, challenge, time) VALUES (?, ?, ?, ?, ?)",
            code,
            page.app_id,
            page.page_id,
            challenge,
            self._clock.milliseconds(),
        )
        return code

    def take_code(self, app_id: str, code: str, verifier: str) -> str:
        """Use the code up; the page it was given for. Raises Unacceptable."""
        row = self._store.one("SELECT * FROM codes WHERE code = ? AND app_id = ?", code, app_id)
        if row is None or row["is_used"]:
            raise Unacceptable("Authorization code is invalid or has been used")
        if self._clock.now() - from_milliseconds(row["time"]) > limits.CODE_AGE:
            raise Unacceptable("Authorization code is expired")
        if row["challenge"] and _challenge(verifier) != row["challenge"]:
            raise Unacceptable("Code verifier is invalid")
        self._store.write("UPDATE codes SET is_used = 1 WHERE code = ?", code)
        return str(row["page_id"])

    def issue(self, page: Page) -> Pair:
        """A new pair for the page, beside those it has."""
        refresh_token = self._opaque(160) if page.settings.is_verified else None
        pair = Pair(self._opaque(240), refresh_token, page.page_id)
        self._store.write(
            "INSERT INTO tokens (access_token, refresh_token, app_id, page_id, time)"
            " VALUES (?, ?, ?, ?, ?)",
            pair.access_token,
            pair.refresh_token,
            page.app_id,
            page.page_id,
            self._clock.milliseconds(),
        )
        return pair

    def page_of(self, refresh_token: str) -> str | None:
        """The page that the refresh token, dead or alive, belongs to."""
        row = self._store.one("SELECT page_id FROM tokens WHERE refresh_token = ?", refresh_token)
        return str(row["page_id"]) if row else None

    def rotate(self, app_id: str, refresh_token: str, page: Page, *, kills_old: bool) -> Pair:
        """Use the refresh token up for a new pair. Raises Unacceptable when it is not alive."""
        row = self._store.one(
            "SELECT * FROM tokens WHERE refresh_token = ? AND app_id = ?", refresh_token, app_id
        )
        if row is None or row["is_spent"]:
            raise Unacceptable("Refresh token is invalid or has been used")
        if self._clock.now() - from_milliseconds(row["time"]) > limits.REFRESH_TOKEN_AGE:
            raise Unacceptable("Refresh token is expired")
        with self._store.transaction():
            self._store.write(
                "UPDATE tokens SET is_spent = 1, is_killed = max(is_killed, ?)"
                " WHERE refresh_token = ?",
                kills_old,
                refresh_token,
            )
            return self.issue(page)

    def revoke(self, page_id: str) -> None:
        """Kill every token of the page: the admin withdrew the grant."""
        self._store.write(
            "UPDATE tokens SET is_killed = 1, is_spent = 1 WHERE page_id = ?", page_id
        )

    def page_id(self, access_token: str) -> str:
        """The page whose token it is. Raises Refusal -216 (unknown, killed) or -220 (expired)."""
        row = self._store.one("SELECT * FROM tokens WHERE access_token = ?", access_token)
        if row is None or row["is_killed"]:
            raise Refusal(-216)
        age = self._clock.now() - from_milliseconds(row["time"])
        if age.total_seconds() > limits.ACCESS_TOKEN_AGE.most:
            raise Refusal(limits.ACCESS_TOKEN_AGE.code)
        return str(row["page_id"])

    def _opaque(self, length: int) -> str:
        digits = self._random.randbytes(length)
        return base64.urlsafe_b64encode(digits).decode()[:length]


def _challenge(verifier: str) -> str:
    """PKCE S256: base64url without padding of SHA-256."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
