"""Cloud Scheduler's stand-in: calls an address whenever so much of the world's time has passed.

A job first runs one period after the server first knew it. However far the clock jumps, it then
runs once. A run that fails is not repeated before the next period; runs of one job never overlap.
"""

import asyncio
import logging
from datetime import timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from .delivery import send
from .exchange import Request
from .identity import TokenSigner
from .store import Store
from .world import World

logger = logging.getLogger(__name__)

_DEADLINE = timedelta(minutes=3)


class Job(BaseModel):
    """One entry of the schedule file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    every_seconds: float = Field(gt=0)
    url: str = Field(pattern=r"^https?://[!-~]+$")
    service_account: str
    audience: str


def read_jobs(path: Path) -> list[Job]:
    """Raises `ValueError` if the file is not a schedule file, `OSError` if unreadable."""
    return TypeAdapter(list[Job]).validate_json(path.read_bytes())


class Scheduler:
    """Runs jobs, each at its own pace."""

    def __init__(self, *, store: Store, world: World, signer: TokenSigner) -> None:
        self._store = store
        self._world = world
        self._signer = signer

    async def keep(self, job: Job) -> None:
        """Run one job again and again until cancelled."""
        jumped = asyncio.Event()
        self._world.on_jump(jumped.set)
        if self._store.last_run(job.name) is None:
            self._store.put_run(job.name, self._world.now())
        while True:
            last_run = self._store.last_run(job.name) or self._world.now()
            due_at = last_run + timedelta(seconds=job.every_seconds)
            early = (due_at - self._world.now()).total_seconds()
            if early > 0:
                jumped.clear()
                try:
                    async with asyncio.timeout(early):
                        await jumped.wait()
                except TimeoutError:
                    pass
            else:
                await self._run(job)

    async def _run(self, job: Job) -> None:
        now = self._world.now()
        token = self._signer.sign(
            service_account=job.service_account, audience=job.audience, now=now
        )
        headers = {
            "user-agent": "Google-Cloud-Scheduler",
            "x-cloudscheduler": "true",
            "x-cloudscheduler-jobname": job.name,
            "x-cloudscheduler-scheduletime": now.isoformat(),
            "authorization": f"Bearer {token}",
        }
        outcome = await send(Request("POST", job.url, headers, b""), _DEADLINE)
        if not outcome.is_success:
            logger.warning("scheduled run failed, %s: %s", outcome.message, job.name)
        self._store.put_run(job.name, now)
