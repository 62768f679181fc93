"""A small world for grants: Zalo's token endpoint, three stores, and clocks that a test moves.

Every store call and every request is a numbered step; a plan says at which steps something else
happens than usual. Same plan, same course.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import count
from typing import Any, TypeVar
from urllib.parse import parse_qs

from functions.errors import Conflict, OperatorNeeded, Transient
from functions.zalo.errors import AmbiguousDelivery, NotSent, PageNotConnected, TokenRefused
from functions.zalo.grants import LEASE, KeptGrant, StoredPointer, TokenPointer, secret_name
from functions.zalo.http import API_DEADLINES, Answer, Deadlines, ZaloHttp
from functions.zalo.oauth import App, OAuth
from functions.zalo.tokens import TokenReader, TokenRefresher

START = datetime(2026, 11, 1, tzinfo=UTC)
ACCESS_LIFE = timedelta(hours=25)
APP = App("1111111111111111111", "app-secret")

_T = TypeVar("_T")


class Twist(StrEnum):
    """What may happen at a step instead of the usual."""

    CRASH_BEFORE = "crash_before"
    CRASH_AFTER = "crash_after"
    FAIL = "fail"
    """Nothing happened, and we are told so."""
    LOSE = "lose"
    """It happened, and the answer is lost."""
    OTHER = "other"
    """Another process looks after the page in between."""
    OTHER_AFTER_LEASE = "other_after_lease"
    """We are frozen for longer than the lease, and another process looks after the page."""
    OTHER_AT_LAST_CHANCE = "other_at_last_chance"
    """We are frozen for half a day, and another process looks after the page, twice."""
    FREEZE = "freeze"
    MALFORMED = "malformed"
    """Zalo does it and answers 200 with half of what it should say."""
    REFUSED = "refused"
    """Zalo does nothing and says why, with HTTP 200."""
    OUTAGE = "outage"
    """Zalo does it and answers 500."""


OF_STORES = list(Twist)[:8]
OF_ZALO = list(Twist)


class Crash(BaseException):
    """The process is gone; nothing of ours may catch it."""


class World:
    """One course of events."""

    def __init__(
        self,
        plan: Mapping[int, Twist] | None = None,
        *,
        reuse_revokes: bool = True,
        rotation_ends_access: bool = False,
        has_lines: bool = True,
        refresher: type[TokenRefresher] = TokenRefresher,
    ) -> None:
        self.plan = plan or {}
        self.now = START
        self.steps: list[str] = []
        self.zalo = FakeZalo(self, reuse_revokes, rotation_ends_access)
        self.pointers = MemoryPointers(self)
        self.secrets = MemorySecrets(self)
        self.escrow = MemoryEscrow(self)
        self.has_lines = has_lines
        self._refresher = refresher
        self._ids = count(1)

    def refresher(self) -> TokenRefresher:
        """A fresh process that renews."""
        return self._refresher(
            self.pointers,
            self.secrets,
            self.escrow,
            OAuth(self.zalo, "https://oauth.example"),
            app_of=lambda page_id: APP,
            now=lambda: self.now,
            monotonic=self.monotonic,
            new_id=lambda: f"attempt-{next(self._ids)}",
            pause=lambda seconds: self.advance(timedelta(seconds=seconds)),
            lines=self.escrow if self.has_lines else None,
        )

    def reader(self) -> TokenReader:
        """A fresh process that sends."""
        return TokenReader(
            self.pointers, self.secrets, now=lambda: self.now, monotonic=self.monotonic
        )

    def monotonic(self) -> float:
        """Seconds since the start."""
        return (self.now - START).total_seconds()

    def advance(self, by: timedelta) -> None:
        """Let time pass."""
        self.now += by

    def connect(self, *pages: str) -> None:
        """Consent for these pages, without any twist."""
        plan, self.plan = self.plan, {}
        for page in pages:
            self.refresher().connect(page, self.zalo.consent(page), None)
        self.plan = plan
        self.steps.clear()

    def send(self, page: str) -> None:
        """What a sender does, without any twist: Zalo may refuse the token."""
        plan, steps = self.plan, self.steps
        self.plan, self.steps = {}, []
        with suppress(TokenRefused, PageNotConnected):
            reader = self.reader()
            token = reader.access_token(page)
            if self.zalo.access_until.get(token, START) <= self.now:
                reader.access_token(page, refused=token)
        self.plan, self.steps = plan, steps

    def stored(self, page: str) -> TokenPointer:
        """The page's pointer."""
        return self.pointers.kept[page][0]

    def kept(self, page: str) -> KeptGrant:
        """The grant that the page's pointer points to."""
        versions = self.secrets.kept[secret_name(page)]
        return KeptGrant.model_validate_json(versions[self.stored(page).secret_version])

    def step(self, name: str, page: str, act: Callable[[], _T], fail: Exception) -> _T:
        """One step of a store, with its twist if the plan has one."""
        twist = self.plan.get(len(self.steps))
        self.steps.append(name)
        match twist:
            case None:
                return act()
            case Twist.CRASH_BEFORE:
                raise Crash
            case Twist.FAIL:
                raise fail
            case Twist.CRASH_AFTER:
                act()
                raise Crash
            case Twist.LOSE:
                act()
                raise fail
            case _:
                self.meanwhile(twist, page)
                return act()

    def meanwhile(self, twist: Twist, page: str) -> None:
        """What others do while we stand still."""
        if twist is Twist.FREEZE:
            self.advance(timedelta(seconds=61))
        if twist is Twist.OTHER_AFTER_LEASE:
            self.advance(LEASE + timedelta(seconds=1))
        if twist is Twist.OTHER_AT_LAST_CHANCE:
            self.look_after(page)
            self.now = max(self.now, START + ACCESS_LIFE - timedelta(hours=2))
            self.advance(timedelta(minutes=3))
            self.look_after(page)
        if twist in (Twist.OTHER, Twist.OTHER_AFTER_LEASE, Twist.OTHER_AT_LAST_CHANCE):
            self.look_after(page)

    def look_after(self, page: str) -> None:
        """One call of a fresh refresher, which may die of it."""
        try:
            self.refresher().refresh_due(page)
        except (Crash, Transient, OperatorNeeded):
            return


class MemoryPointers:
    """`TokenPointers` in memory."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._versions = count(1)
        self.kept: dict[str, tuple[TokenPointer, int]] = {}

    def get(self, page_id: str) -> StoredPointer | None:
        def act() -> StoredPointer | None:
            found = self.kept.get(page_id)
            return None if found is None else StoredPointer(*found)

        return self._world.step("pointers.get", page_id, act, Transient("pointers"))

    def compare_and_set(
        self, page_id: str, pointer: TokenPointer, *, expected: object | None
    ) -> None:
        def act() -> None:
            found = self.kept.get(page_id)
            if (None if found is None else found[1]) != expected:
                raise Conflict("pointers")
            assert found is None or pointer.generation >= found[0].generation, "T2"
            self.kept[page_id] = pointer, next(self._versions)

        self._world.step("pointers.set", page_id, act, Transient("pointers"))


class MemorySecrets:
    """`SecretVersions` in memory; `kept` is secret → version → payload."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.kept: defaultdict[str, dict[int, bytes]] = defaultdict(dict)
        self._versions: defaultdict[str, Any] = defaultdict(lambda: count(1))

    def add(self, secret: str, payload: bytes) -> int:
        pair = KeptGrant.model_validate_json(payload)
        number = pair.access_token.removeprefix("a:")
        assert pair.access_token in self._world.zalo.issued, "T5"
        assert pair.refresh_token == f"r:{number}", "T5"

        def act() -> int:
            version: int = next(self._versions[secret])
            self.kept[secret][version] = payload
            return version

        return self._world.step("secrets.add", self._page(secret), act, Transient("secrets"))

    def access(self, secret: str, version: int | None = None) -> tuple[int, bytes]:
        def act() -> tuple[int, bytes]:
            versions = self.kept[secret]
            wanted = max(versions, default=0) if version is None else version
            if wanted not in versions:
                raise OperatorNeeded("secrets")
            return wanted, versions[wanted]

        return self._world.step("secrets.access", self._page(secret), act, Transient("secrets"))

    def destroy(self, secret: str, version: int) -> None:
        def act() -> None:
            self.kept[secret].pop(version, None)

        self._world.step("secrets.destroy", self._page(secret), act, Transient("secrets"))

    def _page(self, secret: str) -> str:
        return secret.removeprefix(secret_name(""))


class MemoryEscrow:
    """`Escrow` and `EscrowLines` in memory."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.kept: dict[tuple[str, int], bytes] = {}

    def keep(self, page_id: str, generation: int, answer: bytes) -> None:
        def act() -> None:
            self.kept[page_id, generation] = answer

        self._world.step("escrow.keep", page_id, act, RuntimeError("escrow"))

    def find(self, page_id: str, generation: int) -> bytes | None:
        return self._world.step(
            "escrow.find",
            page_id,
            lambda: self.kept.get((page_id, generation)),
            Transient("escrow"),
        )


class FakeZalo(ZaloHttp):
    """Zalo's token endpoint: single-use refresh tokens, and a family that reuse may revoke.

    Attributes:
        valid: page → the pair that Zalo honours now; missing when the family was revoked.
        requests: (moment, token) of every request that reached Zalo.
        issued: every token ever given out, and when.
        always: a twist at every request, whatever the plan says.
    """

    def __init__(self, world: World, reuse_revokes: bool, rotation_ends_access: bool) -> None:
        super().__init__(monotonic=world.monotonic)
        self._world = world
        self._reuse_revokes = reuse_revokes
        self._rotation_ends_access = rotation_ends_access
        self._numbers = count(1)
        self._in_flight: dict[str, datetime] = {}
        self.valid: dict[str, tuple[str, str]] = {}
        self.access_until: dict[str, datetime] = {}
        self.requests: list[tuple[datetime, str]] = []
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
        deadlines: Deadlines = API_DEADLINES,
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
            self.requests.append((self._world.now, token))
            return _answer({"error": -14002, "error_name": "App is not active"})
        others = self._in_flight.get(token)
        assert others is None or self._world.now - others > LEASE, "T1"
        self._in_flight[token] = self._world.now
        self.requests.append((self._world.now, token))
        answer = self._rotate(page, token, is_code="code" in form)
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
