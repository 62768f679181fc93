"""The server lives in the world's time."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from infra.local.tasks.schedule import LONGEST_LIFE

from .running import TasksServer, as_datetime, moment
from .stand_ins import StillWorld, Worker, eventually


def test_a_task_goes_out_as_soon_as_the_clock_jumps_to_its_time(
    server: TasksServer, queue: str, worker: Worker, path: str, world: StillWorld
) -> None:
    due = moment(world.now() + timedelta(days=3))
    server.add(queue, worker.url + path, schedule_time=due)
    jumped_at = time.monotonic()
    world.advance(timedelta(days=3))
    (request,) = worker.wait_for(path)
    # 0.2 s are meant; a busy machine gets as much again.
    assert request.at - jumped_at < 0.4


def test_a_task_does_not_go_out_before_its_time(
    server: TasksServer,
    queue: str,
    worker: Worker,
    path: str,
    world: StillWorld,
    passed: Callable[[], None],
) -> None:
    due = moment(world.now() + timedelta(days=3))
    server.add(queue, worker.url + path, schedule_time=due)
    world.advance(timedelta(days=2, hours=23))
    passed()
    assert worker.received(path) == []


def test_a_task_goes_out_when_its_time_comes_by_itself(
    server: TasksServer, queue: str, worker: Worker, path: str, world: StillWorld
) -> None:
    due = world.now() + timedelta(milliseconds=200)
    server.add(queue, worker.url + path, schedule_time=moment(due))
    worker.wait_for(path)
    assert world.now() >= due


def test_a_task_of_31_days_is_deleted_though_it_never_ran(
    server: TasksServer, paused: str, worker: Worker, world: StillWorld
) -> None:
    server.add(paused, worker.url)
    world.advance(LONGEST_LIFE)
    assert eventually(lambda: server.task_ids(paused), lambda ids: ids == []) == []


def test_while_the_world_is_away_its_last_clock_stays(
    own_server: Callable[..., TasksServer],
) -> None:
    world = StillWorld(timedelta(days=5))
    server = own_server(world_url=world.url)
    server.start()
    world.close()
    eventually(server.log.read_text, lambda log: "the world cannot be asked" in log)
    task = server.add(server.make_queue(), "http://127.0.0.1:1/")
    ahead = as_datetime(task.schedule_time) - datetime.now(UTC)
    assert abs(ahead - timedelta(days=5)) < timedelta(seconds=5)
