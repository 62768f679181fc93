"""What is left after the server was killed, stopped, or started twice."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from google.cloud.tasks_v2 import types

from infra.local.tasks.admission import admitted
from infra.local.tasks.messages import Queue
from infra.local.tasks.store import Store

from .running import LOCATION, TasksServer, moment
from .stand_ins import Answer, StillWorld, Worker, eventually

NOW = datetime(2026, 11, 21, 8, 0, 0, 123456, tzinfo=UTC)
QUEUE = f"{LOCATION}/queues/inbox"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "tasks.sqlite"


def open_store(file: Path) -> Store:
    return Store(file, tombstone=timedelta(hours=1))


def make_task(task_id: str) -> types.Task:
    request = types.CreateTaskRequest(
        parent=QUEUE,
        task=types.Task(http_request=types.HttpRequest(url="http://127.0.0.1:1/", body=b"body")),
    )
    return admitted(types.CreateTaskRequest.pb(request), now=NOW, task_id=task_id)


@dataclass(frozen=True)
class Killed:
    """A server that was killed with one task delayed and one under way, and started again."""

    server: TasksServer
    queue: str
    delayed: str
    """Path of the task that is due a day later."""
    cut: str
    """Path of the task whose attempt the kill cut."""


@pytest.fixture(scope="module")
def killed(
    tmp_path_factory: pytest.TempPathFactory,
    signing_key: Path,
    worker: Worker,
    shared_world: StillWorld,
) -> Iterator[Killed]:
    folder = tmp_path_factory.mktemp("killed")
    with TasksServer(folder, signing_key, world_url=shared_world.url) as server:
        killed = Killed(server, server.make_queue(), "/delayed", "/cut")
        tomorrow = moment(shared_world.now() + timedelta(days=1))
        server.add(killed.queue, worker.url + killed.delayed, schedule_time=tomorrow, body=b"kept")
        release = threading.Event()
        worker.will_answer(killed.cut, Answer(release=release))
        server.add(killed.queue, worker.url + killed.cut, id="cut")
        worker.wait_for(killed.cut)
        server.kill()
        release.set()
        server.start()
        yield killed


def test_a_task_whose_attempt_was_cut_by_a_kill_is_delivered_again(
    killed: Killed, worker: Worker
) -> None:
    _, again = worker.wait_for(killed.cut, 2)
    eventually(lambda: killed.server.task_ids(killed.queue), lambda ids: "cut" not in ids)
    assert again.headers["x-cloudtasks-taskretrycount"] == "1"


def test_a_delayed_task_is_delivered_after_kill_and_restart(
    killed: Killed, worker: Worker, world: StillWorld
) -> None:
    world.advance(timedelta(days=1))
    (request,) = worker.wait_for(killed.delayed)
    assert request.body == b"kept"


def test_sigterm_stops_within_two_seconds_whatever_is_under_way(
    own_server: Callable[..., TasksServer], worker: Worker, path: str
) -> None:
    world = StillWorld()
    server = own_server(world_url=world.url)
    server.start()
    release = threading.Event()
    worker.will_answer(path, Answer(release=release))
    queue = server.make_queue()
    server.add(queue, worker.url + path)
    worker.wait_for(path)
    world.switch_on("hang_create_task")
    server.create_in_background(queue, worker.url)
    code, duration = server.terminate()
    release.set()
    world.close()
    assert code == 0
    assert duration < 2


def test_tasks_queues_and_names_outlive_the_process(file: Path) -> None:
    store = open_store(file)
    store.put_queue(Queue(name=QUEUE))
    store.add_task(make_task("kept"), due_at=NOW, now=NOW)
    store.add_task(make_task("done"), due_at=NOW, now=NOW)
    store.remove_task(f"{QUEUE}/tasks/done", NOW)
    store.close()
    again = open_store(file)
    assert [queue.name for queue in again.queues()] == [QUEUE]
    assert [task.message for task in again.upcoming()] == [make_task("kept")]
    assert not again.add_task(make_task("done"), due_at=NOW, now=NOW)
    again.close()


def test_a_task_that_ran_when_the_process_died_waits_again(file: Path) -> None:
    store = open_store(file)
    task = make_task("cut")
    store.add_task(task, due_at=NOW, now=NOW)
    store.begin_attempts(task, 2)
    assert store.next_task(QUEUE) is None
    store.close()
    again = open_store(file)
    waiting = again.next_task(QUEUE)
    again.close()
    assert waiting is not None
    assert (waiting.name, waiting.running) == (f"{QUEUE}/tasks/cut", 0)


def test_times_are_kept_to_the_microsecond(file: Path) -> None:
    store = open_store(file)
    due_at = NOW + timedelta(microseconds=1)
    store.add_task(make_task("a"), due_at=due_at, now=NOW)
    (stored,) = store.upcoming()
    store.close()
    assert stored.due_at == due_at


def test_two_processes_cannot_share_a_file(file: Path) -> None:
    store = open_store(file)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        open_store(file)
    store.close()
