"""The world's faults, each limited to the queue of its test."""

import asyncio
import threading
from collections.abc import Callable
from datetime import timedelta
from random import SystemRandom

import pytest
from google.api_core.exceptions import AlreadyExists, DeadlineExceeded, ServiceUnavailable
from google.cloud.tasks_v2 import types

from infra.local.tasks.world import FaultName, World

from .running import TasksServer, as_datetime
from .stand_ins import Answer, StillWorld, Worker, eventually


@pytest.fixture
def queue_id(queue: str) -> str:
    return queue.rsplit("/", 1)[1]


def test_a_dropped_task_is_confirmed_and_never_runs(
    server: TasksServer,
    queue: str,
    queue_id: str,
    worker: Worker,
    path: str,
    world: StillWorld,
    passed: Callable[[], None],
) -> None:
    world.switch_on("drop_tasks", queue=queue_id)
    assert server.add(queue, worker.url + path, id="lost").name == f"{queue}/tasks/lost"
    passed()
    assert (server.task_ids(queue), worker.received(path)) == ([], [])


def test_the_name_of_a_dropped_task_is_used_up(
    server: TasksServer, queue: str, queue_id: str, worker: Worker, path: str, world: StillWorld
) -> None:
    world.switch_on("drop_tasks", queue=queue_id, count=1)
    server.add(queue, worker.url + path, id="lost")
    with pytest.raises(AlreadyExists):
        server.add(queue, worker.url + path, id="lost")


def test_a_duplicated_task_runs_twice_at_once(
    server: TasksServer, queue: str, queue_id: str, worker: Worker, path: str, world: StillWorld
) -> None:
    world.switch_on("duplicate_tasks", queue=queue_id)
    release = threading.Event()
    worker.will_answer(path, Answer(release=release), Answer(release=release))
    server.add(queue, worker.url + path)
    at_once = worker.wait_for(path, 2)
    release.set()
    eventually(lambda: server.task_ids(queue), lambda ids: ids == [])
    assert at_once[0].headers == at_once[1].headers


def test_a_duplicate_that_fails_does_not_bring_a_finished_task_back(
    server: TasksServer,
    queue: str,
    queue_id: str,
    worker: Worker,
    path: str,
    world: StillWorld,
    passed: Callable[[], None],
) -> None:
    world.switch_on("duplicate_tasks", queue=queue_id)
    release = threading.Event()
    worker.will_answer(path, Answer(200), Answer(500, release=release))
    server.add(queue, worker.url + path)
    eventually(lambda: server.task_ids(queue), lambda ids: ids == [])
    release.set()
    worker.wait_until_answered(path, 2)
    passed()
    assert server.task_ids(queue) == []


def test_a_delayed_task_is_late_for_its_time(
    server: TasksServer, queue: str, queue_id: str, worker: Worker, path: str, world: StillWorld
) -> None:
    world.switch_on("delay_tasks", queue=queue_id, seconds=7200)
    task = server.add(queue, worker.url + path)
    world.advance(timedelta(hours=1, minutes=59))
    assert worker.received(path) == []
    world.advance(timedelta(minutes=1))
    (request,) = worker.wait_for(path)
    eta = as_datetime(task.schedule_time).timestamp()
    assert float(request.headers["x-cloudtasks-tasketa"]) == pytest.approx(eta, abs=1e-5)


def test_a_refused_task_is_unavailable_and_not_kept(
    server: TasksServer, queue: str, queue_id: str, worker: Worker, world: StillWorld
) -> None:
    world.switch_on("refuse_tasks", queue=queue_id)
    with pytest.raises(ServiceUnavailable):
        server.add(queue, worker.url)
    assert server.task_ids(queue) == []


def test_a_hanging_create_ends_with_the_callers_patience_and_keeps_nothing(
    server: TasksServer, queue: str, queue_id: str, worker: Worker, world: StillWorld
) -> None:
    world.switch_on("hang_create_task", queue=queue_id)
    task = types.Task(http_request=types.HttpRequest(url=worker.url))
    with pytest.raises(DeadlineExceeded):
        server.client.create_task(parent=queue, task=task, timeout=0.2)
    assert server.task_ids(queue) == []


def test_a_fault_with_a_count_strikes_so_often(
    server: TasksServer, paused: str, queue_id: str, worker: Worker, world: StillWorld
) -> None:
    world.switch_on("refuse_tasks", queue=queue_id, count=2)
    for _ in range(2):
        with pytest.raises(ServiceUnavailable):
            server.add(paused, worker.url)
    server.add(paused, worker.url, id="taken")
    assert server.task_ids(paused) == ["taken"]


def test_a_fault_of_another_queue_does_not_strike(
    server: TasksServer, paused: str, worker: Worker, world: StillWorld
) -> None:
    world.switch_on("refuse_tasks", queue="another")
    server.add(paused, worker.url, id="taken")
    assert server.task_ids(paused) == ["taken"]


def ask(world: StillWorld) -> World:
    """What a server knows of a world after it has asked once."""

    asked = World(world.url, SystemRandom())
    asyncio.run(asked.look())
    return asked


@pytest.mark.parametrize("parameters", [{}, {"queue": ""}])
def test_a_fault_that_names_no_queue_strikes_all(
    own_world: StillWorld, parameters: dict[str, str]
) -> None:
    own_world.switch_on("drop_tasks", **parameters)
    assert ask(own_world).strikes(FaultName.DROP, "any") is not None


def test_a_fault_with_a_rate_strikes_at_that_rate(own_world: StillWorld) -> None:
    own_world.switch_on("drop_tasks", rate=0.3)
    asked = ask(own_world)
    strikes = sum(asked.strikes(FaultName.DROP, "any") is not None for _ in range(1000))
    assert 200 < strikes < 400
