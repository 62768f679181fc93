"""Tasks are created the same over gRPC and over plain HTTP, on the local tasks server."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import urllib3
from google.cloud.tasks_v2 import ListTasksRequest, Task, types
from pydantic import BaseModel

from functions.cloud.rest import ATTEMPT_SECONDS, TasksOverRest
from functions.cloud.tasks import NEAR, Queue, TaskQueues, connect_tasks
from functions.errors import Transient
from tests.emulators import MovableClock
from tests.local.tasks.running import REPOSITORY, TasksServer
from tests.zalo.scripted_server import ScriptedServer, answering, hanging_up

ACCOUNT = "tasks@tin-bao-local.iam.gserviceaccount.com"
ADDRESS = "http://127.0.0.1:1/upload"


class KeepPiece(BaseModel):
    """A body as tasks carry it."""

    evidence: str


BODY = KeepPiece(evidence="piece1")


@pytest.fixture(scope="module")
def tasks_server(
    tmp_path_factory: pytest.TempPathFactory, signing_key_file: Path
) -> Iterator[TasksServer]:
    """The local tasks server, with our queues."""
    folder = tmp_path_factory.mktemp("tasks")
    queues = REPOSITORY / "infra/queues.json"
    with TasksServer(folder, signing_key_file, queues=queues) as server:
        yield server


def _queue(server: TasksServer, queue: Queue) -> str:
    return f"projects/tin-bao/locations/asia-southeast1/queues/{queue.value}"


@pytest.fixture
def waiting(tasks_server: TasksServer) -> Iterator[Callable[[Queue], list[Task]]]:
    """The tasks of a queue from which none goes out, in full."""
    client = tasks_server.client
    for queue in Queue:
        client.pause_queue(name=_queue(tasks_server, queue))
        client.purge_queue(name=_queue(tasks_server, queue))

    def read(queue: Queue) -> list[Task]:
        asked = ListTasksRequest(
            parent=_queue(tasks_server, queue), response_view=types.Task.View.FULL
        )
        return list(client.list_tasks(asked))

    yield read


def _queues(
    server: TasksServer, clock: MovableClock, *, location: str = "asia-southeast1"
) -> TaskQueues:
    return TaskQueues(
        server.client,
        project="tin-bao",
        location=location,
        service_account=ACCOUNT,
        addresses=dict.fromkeys(Queue, ADDRESS),
        now=clock.now,
    )


@pytest.fixture
def queues(tasks_server: TasksServer, clock: MovableClock) -> TaskQueues:
    # The server's clock is the machine's.
    clock.moment = datetime.now(UTC)
    return _queues(tasks_server, clock)


@pytest.fixture
def over_rest(tasks_server: TasksServer, pool: urllib3.PoolManager) -> TasksOverRest:
    return _over_rest(tasks_server.url, pool)


def _over_rest(address: str, pool: urllib3.PoolManager) -> TasksOverRest:
    return TasksOverRest(
        address,
        lambda: "our.token",
        project="tin-bao",
        location="asia-southeast1",
        service_account=ACCOUNT,
    )


def test_a_task_calls_our_function_with_its_body_and_our_identity(
    queues: TaskQueues, waiting: Callable[[Queue], list[Task]]
) -> None:
    queues.enqueue(Queue.MEDIA, BODY)

    [task] = waiting(Queue.MEDIA)
    request = task.http_request
    assert (request.url, request.body) == (ADDRESS, b'{"evidence":"piece1"}')
    assert request.http_method == types.HttpMethod.POST
    assert request.headers["Content-Type"] == "application/json"
    assert request.oidc_token.service_account_email == ACCOUNT
    assert request.oidc_token.audience == ADDRESS


def test_a_task_waits_until_its_time(
    queues: TaskQueues, waiting: Callable[[Queue], list[Task]], clock: MovableClock
) -> None:
    at = clock.now() + timedelta(minutes=30)

    queues.enqueue(Queue.SEND, BODY, at=at)

    [task] = waiting(Queue.SEND)
    assert task.schedule_time == at


def test_two_tasks_for_the_same_thing_are_two(
    queues: TaskQueues, waiting: Callable[[Queue], list[Task]]
) -> None:
    for _ in range(2):
        queues.enqueue(Queue.INBOX, BODY)

    assert len(waiting(Queue.INBOX)) == 2


def _differing(task: Task) -> dict[str, object]:
    """What must be the same of two tasks."""
    read = types.Task.to_dict(task)
    return {name: read[name] for name in ("http_request", "schedule_time", "dispatch_deadline")}


def test_plain_http_creates_the_same_task(
    queues: TaskQueues,
    over_rest: TasksOverRest,
    waiting: Callable[[Queue], list[Task]],
    tasks_server: TasksServer,
    clock: MovableClock,
) -> None:
    at = clock.now() + timedelta(minutes=10)

    queues.enqueue(Queue.MEDIA, BODY, at=at)
    over_rest.create("media", ADDRESS, BODY.model_dump_json().encode(), seconds=5, at=at)

    one, other = map(_differing, waiting(Queue.MEDIA))
    assert one == other


def test_both_give_an_attempt_the_same_time(
    queues: TaskQueues, waiting: Callable[[Queue], list[Task]]
) -> None:
    queues.enqueue(Queue.MEDIA, BODY)

    [task] = waiting(Queue.MEDIA)
    assert types.Task.to_dict(task)["dispatch_deadline"] == f"{ATTEMPT_SECONDS}s"


def test_a_task_over_http_goes_with_our_token(
    server: ScriptedServer, pool: urllib3.PoolManager
) -> None:
    server.will(answering({}))

    _over_rest(server.url, pool).create("inbox", ADDRESS, b"{}", seconds=5)

    [asked] = server.received
    assert asked.path == "/v2/projects/tin-bao/locations/asia-southeast1/queues/inbox/tasks"
    assert asked.headers["authorization"] == "Bearer our.token"
    assert "name" not in asked.json()["task"]


def test_a_task_over_http_without_a_clear_answer_may_be_lost(
    server: ScriptedServer, pool: urllib3.PoolManager
) -> None:
    server.will(answering({}, 503), hanging_up, server.silent)

    for _ in range(3):
        with pytest.raises(Transient):
            _over_rest(server.url, pool).create("inbox", ADDRESS, b"{}", seconds=0.1)


def test_a_queue_that_does_not_exist_is_told(
    tasks_server: TasksServer, clock: MovableClock
) -> None:
    with pytest.raises(Transient):
        _queues(tasks_server, clock, location="nowhere").enqueue(Queue.MEDIA, BODY)


def test_a_wake_up_that_is_lost_is_no_error(tasks_server: TasksServer, clock: MovableClock) -> None:
    _queues(tasks_server, clock, location="nowhere").wake(Queue.MEDIA, BODY)


def test_a_wake_up_is_created_when_it_is_near(
    queues: TaskQueues, waiting: Callable[[Queue], list[Task]], clock: MovableClock
) -> None:
    queues.wake(Queue.SEND, BODY)
    queues.wake(Queue.SEND, BODY, at=clock.now() + NEAR)

    assert len(waiting(Queue.SEND)) == 2


def test_a_wake_up_that_is_far_is_left_to_the_sweep(
    queues: TaskQueues, waiting: Callable[[Queue], list[Task]], clock: MovableClock
) -> None:
    queues.wake(Queue.SEND, BODY, at=clock.now() + NEAR + timedelta(seconds=1))

    assert waiting(Queue.SEND) == []


def test_a_tasks_server_that_is_away_loses_no_time(clock: MovableClock) -> None:
    queues = TaskQueues(
        connect_tasks("127.0.0.1:1"),
        project="tin-bao",
        location="asia-southeast1",
        service_account=ACCOUNT,
        addresses=dict.fromkeys(Queue, ADDRESS),
        now=clock.now,
    )

    with pytest.raises(Transient):
        queues.enqueue(Queue.MEDIA, BODY)
