"""A small world for grants: Zalo's token endpoint, three stores, and clocks that a test moves.

Every store call and every request is a numbered step; a plan says at which steps something else
happens than usual. Same plan, same course.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TypeVar

from functions.errors import OperatorNeeded, Transient
from functions.zalo.errors import PageNotConnected, TokenRefused
from functions.zalo.grants import LEASE, KeptGrant, TokenPointer, secret_name
from functions.zalo.oauth import App, OAuth
from functions.zalo.safekeeping import Safekeeping
from functions.zalo.tokens import TokenReader, TokenRefresher
from tests.zalo.fake_zalo import ACCESS_LIFE, APP, FakeZalo
from tests.zalo.memory_stores import MemoryEscrow, MemoryPointers, MemorySecrets
from tests.zalo.twists import Crash, Twist

START = datetime(2026, 11, 1, tzinfo=UTC)
PAGE = "2222222222222222222"

_T = TypeVar("_T")


class World:
    """One course of events; with an `oauth` of its own, Zalo's part is played elsewhere."""

    def __init__(
        self,
        plan: Mapping[int, Twist] | None = None,
        *,
        reuse_revokes: bool = True,
        rotation_ends_access: bool = False,
        has_lines: bool = True,
        refresher: type[TokenRefresher] = TokenRefresher,
        safekeeping: type[Safekeeping] | None = None,
        oauth: OAuth | None = None,
        app: App = APP,
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
        self._safekeeping = safekeeping
        self._oauth = oauth or OAuth(self.zalo, "https://oauth.example")
        self._app = app
        self.is_fake = oauth is None
        self._ids = count(1)

    def refresher(self) -> TokenRefresher:
        """A fresh process that renews."""
        lines = self.escrow if self.has_lines else None
        refresher = self._refresher(
            self.pointers,
            self.secrets,
            self.escrow,
            self._oauth,
            app_of=lambda page_id: self._app,
            now=lambda: self.now,
            monotonic=self.monotonic,
            new_id=lambda: f"attempt-{next(self._ids)}",
            pause=self._pause,
            lines=lines,
        )
        if self._safekeeping is not None:
            refresher._safekeeping = self._safekeeping(
                self.secrets, self.escrow, now=lambda: self.now, pause=self._pause, lines=lines
            )
        return refresher

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

    def _pause(self, seconds: float) -> None:
        self.advance(timedelta(seconds=seconds))


def connected(
    plan: dict[int, Twist] | None = None,
    *,
    has_lines: bool = True,
    rotation_ends_access: bool = False,
) -> World:
    """A world in which `PAGE` has just been connected."""
    world = World(plan, has_lines=has_lines, rotation_ends_access=rotation_ends_access)
    world.connect(PAGE)
    return world


def due(plan: dict[int, Twist] | None = None, **kinds: bool) -> World:
    """A world in which the grant of `PAGE` is due."""
    world = connected(plan, **kinds)
    world.now = world.stored(PAGE).due_at(PAGE)
    return world
