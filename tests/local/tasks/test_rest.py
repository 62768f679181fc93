"""CreateTask over HTTP and JSON: with Google's own REST transport, and by hand."""

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, cast

import pytest
from google.api_core.exceptions import BadRequest, Conflict, NotFound, ServiceUnavailable
from google.auth.credentials import AnonymousCredentials
from google.cloud.tasks_v2 import CloudTasksClient, types
from google.cloud.tasks_v2.services.cloud_tasks.transports import CloudTasksRestTransport
from starlette.requests import Request
from starlette.types import Message

from infra.local.tasks.rest import rest_route
from infra.local.tasks.service import CloudTasks

from .running import LOCATION, TasksServer, as_datetime, moment
from .stand_ins import PATIENCE, StillWorld, Worker


@pytest.fixture
def client(server: TasksServer) -> Iterator[CloudTasksClient]:
    """Google's client over REST."""
    transport = CloudTasksRestTransport(
        host=f"127.0.0.1:{server.http_port}",
        url_scheme="http",
        credentials=AnonymousCredentials(),  # type: ignore[no-untyped-call]
    )
    with CloudTasksClient(transport=transport) as client:
        yield client


def a_task(url: str, **fields: Any) -> types.Task:
    return types.Task(http_request=types.HttpRequest(url=url, body=b"body"), **fields)


def test_a_task_made_over_rest_is_delivered(
    client: CloudTasksClient, queue: str, worker: Worker, path: str
) -> None:
    client.create_task(parent=queue, task=a_task(worker.url + path))
    (request,) = worker.wait_for(path)
    assert request.body == b"body"


def test_the_answer_is_the_task(
    client: CloudTasksClient, paused: str, worker: Worker, world: StillWorld
) -> None:
    due = world.now() + timedelta(hours=1)
    made = client.create_task(parent=paused, task=a_task(worker.url, schedule_time=moment(due)))
    assert made.name.startswith(f"{paused}/tasks/")
    assert as_datetime(made.schedule_time) == due


def test_a_name_in_use_is_a_conflict(client: CloudTasksClient, paused: str, worker: Worker) -> None:
    task = a_task(worker.url, name=f"{paused}/tasks/same")
    client.create_task(parent=paused, task=task)
    with pytest.raises(Conflict):
        client.create_task(parent=paused, task=task)


def test_a_queue_that_is_not_there_is_not_found(client: CloudTasksClient, worker: Worker) -> None:
    with pytest.raises(NotFound):
        client.create_task(parent=f"{LOCATION}/queues/nowhere", task=a_task(worker.url))


def test_a_task_that_is_not_allowed_is_a_bad_request(client: CloudTasksClient, paused: str) -> None:
    with pytest.raises(BadRequest):
        client.create_task(parent=paused, task=a_task("ftp://127.0.0.1/"))


def test_a_refused_task_is_unavailable(
    client: CloudTasksClient, queue: str, worker: Worker, world: StillWorld
) -> None:
    world.switch_on("refuse_tasks", queue=queue.rsplit("/", 1)[1])
    with pytest.raises(ServiceUnavailable):
        client.create_task(parent=queue, task=a_task(worker.url))


def test_a_hanging_create_ends_with_the_callers_patience(
    server: TasksServer, queue: str, worker: Worker, world: StillWorld
) -> None:
    world.switch_on("hang_create_task", queue=queue.rsplit("/", 1)[1])
    with pytest.raises(TimeoutError):
        post(server, queue, json.dumps({"task": {"httpRequest": {"url": worker.url}}}), seconds=0.2)
    assert server.task_ids(queue) == []


def test_a_create_whose_caller_has_left_is_ended() -> None:
    class Hanging:
        def __init__(self) -> None:
            self.has_ended = asyncio.Event()

        async def create_task(self, _: object) -> None:
            try:
                await asyncio.Event().wait()
            finally:
                self.has_ended.set()

    async def call_and_leave() -> None:
        async def receive() -> Message:
            return next(messages)

        messages: Iterator[Message] = iter(
            [{"type": "http.request", "body": b"{}"}, {"type": "http.disconnect"}]
        )
        headers = [(b"content-type", b"application/json")]
        scope = {"type": "http", "headers": headers, "path_params": {"parent": LOCATION}}
        hanging = Hanging()
        create = rest_route(cast(CloudTasks, hanging)).endpoint
        await asyncio.wait_for(create(Request(scope, receive)), PATIENCE)
        await asyncio.wait_for(hanging.has_ended.wait(), PATIENCE)

    asyncio.run(call_and_leave())


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("{", "application/json"),
        ('{"task": {"no_such_field": 1}}', "application/json"),
        ('{"task": {"httpRequest": {"url": "http://127.0.0.1/"}}}', "text/plain"),
    ],
)
def test_a_body_that_is_no_request_is_refused(
    server: TasksServer, paused: str, body: str, content_type: str
) -> None:
    assert post(server, paused, body, content_type=content_type) == 400
    assert server.task_ids(paused) == []


def post(
    server: TasksServer,
    queue: str,
    body: str,
    *,
    content_type: str = "application/json",
    seconds: float = 5,
) -> int:
    request = urllib.request.Request(  # noqa: S310
        f"{server.url}/v2/{queue}/tasks",
        data=body.encode(),
        headers={"Content-Type": content_type},
    )
    try:
        with urllib.request.urlopen(request, timeout=seconds) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
