"""Everything of one simulator, built once and handed to every endpoint."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random

from infra.local.zalo.calls import Calls
from infra.local.zalo.citizens import Citizens
from infra.local.zalo.clock import Clock
from infra.local.zalo.deliverer import Deliverer
from infra.local.zalo.faults import Faults
from infra.local.zalo.limits import WEBHOOK_TIMEOUT
from infra.local.zalo.media import MediaHost
from infra.local.zalo.messages import Messages
from infra.local.zalo.outbox import Outbox
from infra.local.zalo.pages import Pages
from infra.local.zalo.province import Province, Secrets
from infra.local.zalo.settings import WorldSettings, changed
from infra.local.zalo.store import Store
from infra.local.zalo.stream import Stream
from infra.local.zalo.tokens import Tokens


class World:
    """The parts, the world's own settings, and whether it is closing.

    `wires` are the open connections by the caller's address, so that a fault can cut one.
    """

    def __init__(
        self,
        *,
        store: Store,
        machine: Callable[[], datetime],
        random: Random,
        province: Province,
        secrets: Secrets,
        origin: str,
        webhook_url: str,
        callback_url: str | None = None,
        media_origin: str | None = None,
        webhook_patience: timedelta = WEBHOOK_TIMEOUT,
    ) -> None:
        self.store = store
        self.random = random
        self.origin = origin
        self.closing = asyncio.Event()
        self.wires: dict[tuple[str, int], asyncio.Transport] = {}
        self.clock = Clock(store, machine)
        self.stream = Stream()
        self.faults = Faults(random)
        self.pages = Pages(store, province, secrets, callback_url)
        self.citizens = Citizens(store, random, self.faults)
        self.messages = Messages(store)
        self.tokens = Tokens(store, self.clock, random)
        self.calls = Calls(self.clock, self.stream)
        self.media = MediaHost(store, self.clock, self.faults, media_origin or origin, origin)
        self.outbox = Outbox(store, self.clock, self.faults, self.pages)
        self.deliverer = Deliverer(
            store=store,
            clock=self.clock,
            faults=self.faults,
            pages=self.pages,
            outbox=self.outbox,
            messages=self.messages,
            stream=self.stream,
            webhook_url=webhook_url,
            patience=webhook_patience,
        )
        self.outbox.watchers.append(lambda: self.stream.publish("delivery"))
        self.clock.watchers.append(lambda: self.stream.publish("clock"))
        self.faults.watchers.append(lambda: self.stream.publish("fault"))
        self.pages.watchers.append(lambda: self.stream.publish("page"))

    @property
    def settings(self) -> WorldSettings:
        row = self.store.one("SELECT value FROM settings WHERE name = 'world'")
        return WorldSettings.model_validate_json(row["value"]) if row else WorldSettings()

    def change_settings(self, changes: dict[str, object]) -> WorldSettings:
        """Raises pydantic's ValidationError."""
        settings = changed(self.settings, changes)
        self.store.write(
            "INSERT OR REPLACE INTO settings VALUES ('world', ?)", settings.model_dump_json()
        )
        return settings

    def close(self) -> None:
        """End whatever waits: streams, hanging answers, slow downloads."""
        self.closing.set()
        self.stream.close()

    async def pause(self, seconds: float) -> None:
        """Wait in real time; it ends early when the simulator closes."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.closing.wait()

    def new_message_id(self) -> str:
        """20 lowercase hexadecimal characters, as Zalo's."""
        return f"{self.random.getrandbits(80):020x}"
