"""Cloud Scheduler's stand-in."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from random import SystemRandom
from typing import Any

import jwt
import pytest

from infra.local.tasks.identity import TokenSigner
from infra.local.tasks.scheduler import Job, Scheduler, read_jobs
from infra.local.tasks.store import Store
from infra.local.tasks.world import World

from .running import ISSUER, TasksServer
from .stand_ins import PATIENCE, Answer, Received, StillWorld, Worker, eventually

ACCOUNT = "scheduler@tin-bao.iam.gserviceaccount.com"
MINUTE = timedelta(minutes=1)


def entry(url: str, **changes: Any) -> dict[str, Any]:
    """A job of each minute, as it stands in the schedule file."""
    return {
        "name": "upkeep",
        "every_seconds": 60,
        "url": url,
        "service_account": ACCOUNT,
        "audience": "https://upkeep.example",
    } | changes


def time_of(run: Received) -> datetime:
    return datetime.fromisoformat(run.headers["x-cloudscheduler-scheduletime"])


@contextmanager
def kept(url: str, world: StillWorld, file: Path, signing_key: Path) -> Iterator[None]:
    """A scheduler with one job, in a thread of its own, until the end of the block."""

    async def keep() -> None:
        store = Store(file, tombstone=timedelta(hours=1))
        signer = TokenSigner.from_file(signing_key, ISSUER)
        try:
            async with asyncio.TaskGroup() as group:
                asked = World(world.url, SystemRandom())
                await asked.look()
                scheduler = Scheduler(store=store, world=asked, signer=signer)
                group.create_task(asked.watch())
                group.create_task(scheduler.keep(Job.model_validate(entry(url))))
                loop.call_later(0, has_begun.set)
        finally:
            store.close()

    def run() -> None:
        with suppress(asyncio.CancelledError):
            loop.run_until_complete(keeping)
        loop.close()

    has_begun, loop = threading.Event(), asyncio.new_event_loop()
    keeping = loop.create_task(keep())
    thread = threading.Thread(target=run)
    thread.start()
    assert has_begun.wait(PATIENCE)
    try:
        yield
    finally:
        loop.call_soon_threadsafe(keeping.cancel)
        thread.join()


@pytest.fixture
def scheduled(
    own_world: StillWorld, worker: Worker, path: str, tmp_path: Path, signing_key: Path
) -> Iterator[None]:
    """A scheduler that calls the test's path each minute."""
    with kept(worker.url + path, own_world, tmp_path / "tasks.sqlite", signing_key):
        yield


@pytest.mark.usefixtures("scheduled")
def test_a_job_runs_whenever_its_period_has_passed(
    worker: Worker, path: str, own_world: StillWorld
) -> None:
    for runs in (1, 2):
        own_world.advance(MINUTE)
        worker.wait_for(path, runs)
        worker.wait_until_answered(path, runs)
    assert [run.method for run in worker.received(path)] == ["POST", "POST"]


@pytest.mark.usefixtures("scheduled")
def test_a_job_runs_first_after_one_period(
    worker: Worker, path: str, own_world: StillWorld
) -> None:
    begun_at = own_world.now()
    own_world.advance(MINUTE / 2)
    own_world.advance(MINUTE / 2)
    (run,) = worker.wait_for(path)
    assert time_of(run) - begun_at >= MINUTE - timedelta(seconds=5)


@pytest.mark.usefixtures("scheduled")
def test_a_jump_of_days_means_one_run(worker: Worker, path: str, own_world: StillWorld) -> None:
    own_world.advance(timedelta(days=9))
    worker.wait_until_answered(path, 1)
    own_world.advance(MINUTE / 2)
    own_world.advance(MINUTE / 2)
    first, second = worker.wait_for(path, 2)
    assert time_of(second) - time_of(first) >= MINUTE


@pytest.mark.usefixtures("scheduled")
def test_a_failed_run_waits_for_the_next_period(
    worker: Worker, path: str, own_world: StillWorld, caplog: pytest.LogCaptureFixture
) -> None:
    worker.will_answer(path, Answer(500))
    own_world.advance(MINUTE)
    eventually(lambda: caplog.text, lambda log: "scheduled run failed, INTERNAL(13)" in log)
    own_world.advance(MINUTE / 2)
    own_world.advance(MINUTE / 2)
    first, second = worker.wait_for(path, 2)
    assert time_of(second) - time_of(first) >= MINUTE


def test_the_time_of_the_last_run_outlives_the_process(
    worker: Worker, path: str, own_world: StillWorld, tmp_path: Path, signing_key: Path
) -> None:
    file = tmp_path / "tasks.sqlite"
    with kept(worker.url + path, own_world, file, signing_key):
        own_world.advance(MINUTE * 2 / 3)
    with kept(worker.url + path, own_world, file, signing_key):
        own_world.advance(MINUTE / 3)
        assert worker.wait_for(path)


def test_a_server_runs_the_jobs_of_its_file_with_a_token(
    own_server: Callable[..., TasksServer],
    worker: Worker,
    path: str,
    own_world: StillWorld,
    tmp_path: Path,
) -> None:
    schedule = tmp_path / "schedule.json"
    schedule.write_text(json.dumps([entry(worker.url + path)]))
    own_server(schedule=schedule, world_url=own_world.url).start()
    own_world.advance(MINUTE)
    (request,) = worker.wait_for(path)
    token = request.headers["authorization"].removeprefix("Bearer ")
    claims = jwt.decode(token, options={"verify_signature": False})
    told = (claims["iss"], claims["email"], claims["aud"])
    assert told == (ISSUER, ACCOUNT, "https://upkeep.example")


@pytest.mark.parametrize("wrong", [{"every_seconds": 0}, {"cron": "* * * * *"}, {"name": None}])
def test_a_file_that_is_not_a_schedule_is_refused(tmp_path: Path, wrong: dict[str, Any]) -> None:
    file = tmp_path / "schedule.json"
    file.write_text(json.dumps([entry("http://127.0.0.1:1/", **wrong)]))
    with pytest.raises(ValueError, match=next(iter(wrong))):
        read_jobs(file)
