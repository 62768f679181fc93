"""The clock and the faults of the simulated world, asked for ten times a second.

How often a fault struck is counted here, in memory: after a restart its count is full again.
"""

import asyncio
import logging
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .exchange import NoAnswer, Request, exchange

logger = logging.getLogger(__name__)

_POLL_SECONDS = 0.1
_DELAY_SECONDS = 600
_PATIENCE_SECONDS = 0.5


class FaultName(StrEnum):
    """The faults that this server obeys."""

    DROP = "drop_tasks"
    DUPLICATE = "duplicate_tasks"
    DELAY = "delay_tasks"
    REFUSE = "refuse_tasks"
    HANG = "hang_create_task"


class Fault(BaseModel):
    """One fault that is switched on; `count` is how often it strikes, without end if None."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    id: str
    name: str
    rate: float = 1.0
    count: int | None = None
    parameters: dict[str, Any] = Field(default_factory=dict)

    @property
    def delay(self) -> timedelta:
        return timedelta(seconds=float(self.parameters.get("seconds", _DELAY_SECONDS)))


class _Clock(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    offset_seconds: float


class _Faults(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    faults: list[Fault]


class World:
    """Time and trouble. Without an address the time is the machine's and nothing goes wrong."""

    def __init__(self, address: str | None, chance: random.Random) -> None:
        self._address = address
        self._chance = chance
        self._offset = timedelta()
        self._faults: list[Fault] = []
        self._struck: dict[str, int] = {}
        self._listeners: list[Callable[[], None]] = []
        self._is_reachable = True

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    def on_jump(self, listener: Callable[[], None]) -> None:
        """Have a function called whenever the clock was moved."""
        self._listeners.append(listener)

    def strikes(self, name: FaultName, queue_id: str) -> Fault | None:
        """The fault that hits this queue now, if one does; that spends one of its count."""
        for fault in self._faults:
            struck = self._struck.get(fault.id, 0)
            if (
                fault.name == name
                and (fault.parameters.get("queue") or queue_id) == queue_id
                and (fault.count is None or struck < fault.count)
                and self._chance.random() < fault.rate
            ):
                self._struck[fault.id] = struck + 1
                return fault
        return None

    async def watch(self) -> None:
        """Follow the world until cancelled."""
        while self._address is not None:
            await asyncio.sleep(_POLL_SECONDS)
            await self.look()

    async def look(self) -> None:
        """Ask once. While there is no answer the last known clock and faults stay."""
        if self._address is None:
            return
        try:
            clock = _Clock.model_validate_json(await self._get("/control/clock"))
            self._follow(timedelta(seconds=clock.offset_seconds))
            faults = _Faults.model_validate_json(await self._get("/control/faults"))
            self._faults = faults.faults
        except (NoAnswer, TimeoutError):
            self._report(is_reachable=False, why="no answer")
        except ValidationError:
            self._report(is_reachable=False, why="an answer of another form")
        else:
            self._report(is_reachable=True, why="")

    def _follow(self, offset: timedelta) -> None:
        if offset != self._offset:
            self._offset = offset
            for listener in self._listeners:
                listener()

    async def _get(self, path: str) -> bytes:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            return (await exchange(Request("GET", f"{self._address}{path}"))).body

    def _report(self, *, is_reachable: bool, why: str) -> None:
        if not is_reachable and self._is_reachable:
            logger.warning("the world cannot be asked, its last clock and faults stay: %s", why)
        self._is_reachable = is_reachable
