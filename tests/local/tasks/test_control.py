"""Pause, resume, purge and RunTask."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from google.api_core.exceptions import NotFound
from google.cloud.tasks_v2 import types

from .running import TasksServer, as_datetime, moment, seconds
from .stand_ins import Answer, StillWorld, Worker, eventually


def test_a_paused_queue_takes_tasks_but_lets_none_out(
    server: TasksServer, paused: str, worker: Worker, path: str, passed: Callable[[], None]
) -> None:
    server.add(paused, worker.url + path, id="waiting")
    passed()
    assert worker.received(path) == []
    assert server.task_ids(paused) == ["waiting"]


def test_a_resumed_queue_lets_its_tasks_out(
    server: TasksServer, paused: str, worker: Worker, path: str
) -> None:
    server.add(paused, worker.url + path)
    assert server.client.resume_queue(name=paused).state == types.Queue.State.RUNNING
    assert worker.wait_for(path)


def test_a_purge_deletes_all_tasks_and_notes_when(
    server: TasksServer, paused: str, worker: Worker, world: StillWorld
) -> None:
    for _ in range(3):
        server.add(paused, worker.url)
    before = world.now()
    purged = server.client.purge_queue(name=paused)
    assert before <= as_datetime(purged.purge_time) <= world.now()
    assert server.task_ids(paused) == []


def test_run_task_heeds_neither_time_nor_pause(
    server: TasksServer, paused: str, worker: Worker, path: str, world: StillWorld
) -> None:
    tomorrow = moment(world.now() + timedelta(days=1))
    name = server.add(paused, worker.url + path, schedule_time=tomorrow).name
    assert server.client.run_task(name=name).dispatch_count == 1
    assert worker.wait_for(path)


def test_run_task_heeds_neither_rate_nor_concurrency(
    server: TasksServer, worker: Worker, path: str
) -> None:
    queue = server.make_queue(
        rate_limits=types.RateLimits(max_dispatches_per_second=0.01, max_concurrent_dispatches=1)
    )
    release = threading.Event()
    worker.will_answer(path, *[Answer(release=release)] * 2)
    server.add(queue, worker.url + path)
    second = server.add(queue, worker.url + path)
    worker.wait_for(path)
    server.client.run_task(name=second.name)
    at_once = len(worker.wait_for(path, 2))
    release.set()
    assert at_once == 2


def test_the_wait_after_a_failed_run_task_counts_from_its_call(
    server: TasksServer, worker: Worker, path: str
) -> None:
    queue = server.make_queue(retry_config=types.RetryConfig(min_backoff=seconds(10)))
    server.client.pause_queue(name=queue)
    worker.will_answer(path, Answer(500))
    name = server.add(queue, worker.url + path).name
    server.client.run_task(name=name)
    task = eventually(
        lambda: server.client.get_task(name=name),
        lambda task: bool(task.last_attempt.response_time),
    )
    called_at = as_datetime(task.last_attempt.dispatch_time)
    assert as_datetime(task.schedule_time) - called_at == timedelta(seconds=10)


def test_run_task_of_a_finished_task_is_not_found(
    server: TasksServer, queue: str, worker: Worker, path: str
) -> None:
    name = server.add(queue, worker.url + path).name
    eventually(lambda: server.task_ids(queue), lambda ids: ids == [])
    with pytest.raises(NotFound):
        server.client.run_task(name=name)
