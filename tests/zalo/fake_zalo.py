"""Zalo's token endpoint in a grant's world: single-use tokens, and a family that reuse revokes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from functions.zalo.errors import AmbiguousDelivery, NotSent
from functions.zalo.grants import LEASE
from functions.zalo.http import Answer, Deadlines, ZaloHttp
from functions.zalo.oauth import App
from tests.zalo.twists import Crash, Twist

if TYPE_CHECKING:
    from tests.zalo.grant_world import World

ACCESS_LIFE = timedelta(hours=25)
APP = App("1111111111111111111", "app-secret")

UNANSWERED = frozenset({Twist.CRASH_AFTER, Twist.LOSE, Twist.OUTAGE})


@dataclass(frozen=True)
class Request:
    """A request that reached Zalo; `is_refused`: and was told no, so nothing is unclear."""

    moment: datetime
    token: str
    is_refused: bool


class FakeZalo(ZaloHttp):
    """Zalo's token endpoint: single-use refresh tokens, and a family that reuse may revoke.

    Attributes:
        valid: page → the pair that Zalo honours now; missing when the family was revoked.
        requests: every request that reached Zalo.
        issued: every token ever given out, and when.
        always: a twist at every request, whatever the plan says.
    """

    def __init__(self, world: "World", reuse_revokes: bool, rotation_ends_access: bool) -> None:
        super().__init__()
        self._world = world
        self._reuse_revokes = reuse_revokes
        self._rotation_ends_access = rotation_ends_access
        self._numbers = count(1)
        self._in_flight: dict[str, datetime] = {}
        self.valid: dict[str, tuple[str, str]] = {}
        self.access_until: dict[str, datetime] = {}
        self.requests: list[Request] = []
        self.issued: dict[str, datetime] = {}
        self.always: Twist | None = None

    def consent(self, page: str) -> str:
        """A code, as an administrator's consent gives one."""
        return f"code:{page}"

    def call(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None = None,
        deadlines: Deadlines | None = None,
    ) -> Answer:
        """Answer a token request, as the plan's twist has it."""
        assert headers["secret_key"] == APP.secret
        form = {name: values[0] for name, values in parse_qs((body or b"").decode()).items()}
        token = form.get("refresh_token") or form["code"]
        page = token.split(":")[1]
        twist = self.always or self._world.plan.get(len(self._world.steps))
        self._world.steps.append("zalo")
        if twist is Twist.CRASH_BEFORE:
            raise Crash
        if twist is Twist.FAIL:
            raise NotSent("zalo")
        if twist is Twist.REFUSED:
            self.requests.append(Request(self._world.now, token, is_refused=True))
            return _answer({"error": -14002, "error_name": "App is not active"})
        others = self._in_flight.get(token)
        assert others is None or self._world.now - others > LEASE, "T1"
        self._in_flight[token] = self._world.now
        answer = self._rotate(page, token, is_code="code" in form)
        is_refused = b"error_name" in answer.body and twist not in UNANSWERED
        self.requests.append(Request(self._world.now, token, is_refused=is_refused))
        if twist is not None:
            self._world.meanwhile(twist, page)
        self._in_flight.pop(token, None)
        match twist:
            case Twist.CRASH_AFTER:
                raise Crash
            case Twist.LOSE:
                raise AmbiguousDelivery("zalo")
            case Twist.OUTAGE:
                return Answer(500, b"<html>")
            case Twist.MALFORMED:
                return _answer({**json.loads(answer.body), "refresh_token": ""})
            case _:
                return answer

    def _rotate(self, page: str, token: str, *, is_code: bool) -> Answer:
        valid = self.valid.get(page)
        if not is_code and (valid is None or valid[1] != token):
            if self._reuse_revokes and valid is not None:
                self.access_until.pop(valid[0], None)
                del self.valid[page]
            return _answer({"error": -14014, "error_name": "Invalid refresh token"})
        if valid is not None and self._rotation_ends_access:
            self.access_until.pop(valid[0], None)
        number = next(self._numbers)
        access, refresh = f"a:{page}:{number}", f"r:{page}:{number}"
        self.valid[page] = access, refresh
        self.access_until[access] = self._world.now + ACCESS_LIFE
        self.issued |= {access: self._world.now, refresh: self._world.now}
        return _answer({"access_token": access, "refresh_token": refresh, "expires_in": "90000"})


def _answer(content: dict[str, Any]) -> Answer:
    return Answer(200, json.dumps(content).encode())
