"""What CreateTask takes and what it refuses, and what is then seen of a task."""

from datetime import timedelta
from typing import Any

import pytest
from google.api_core.exceptions import (
    AlreadyExists,
    InvalidArgument,
    MethodNotImplemented,
    NotFound,
)
from google.cloud.tasks_v2 import types

from .running import LOCATION, TasksServer, as_datetime, as_timedelta, moment, seconds
from .stand_ins import StillWorld, Worker, eventually

View = types.Task.View
URL = "http://127.0.0.1:1/"


def test_a_task_without_a_name_gets_one_in_its_queue(server: TasksServer, paused: str) -> None:
    names = {server.add(paused, URL).name for _ in range(2)}
    assert len(names) == 2
    assert all(name.startswith(f"{paused}/tasks/") for name in names)


def test_a_task_without_a_time_is_scheduled_for_now(
    server: TasksServer, paused: str, world: StillWorld
) -> None:
    before = world.now()
    task = server.add(paused, URL)
    assert before - timedelta(seconds=1) <= as_datetime(task.schedule_time) <= world.now()


def test_a_time_in_the_past_is_now(server: TasksServer, paused: str, world: StillWorld) -> None:
    before = world.now()
    task = server.add(paused, URL, schedule_time=moment(before - timedelta(days=2)))
    assert before - timedelta(seconds=1) <= as_datetime(task.schedule_time) <= world.now()


def test_a_time_within_thirty_days_is_kept(
    server: TasksServer, paused: str, world: StillWorld
) -> None:
    wanted = world.now() + timedelta(days=29, microseconds=7)
    task = server.add(paused, URL, schedule_time=moment(wanted))
    assert as_datetime(task.schedule_time) == wanted


def test_a_task_that_names_no_deadline_has_ten_minutes(server: TasksServer, paused: str) -> None:
    deadline = as_timedelta(server.add(paused, URL).dispatch_deadline)
    assert deadline == timedelta(minutes=10)


def test_an_address_is_encoded_once(server: TasksServer, paused: str) -> None:
    task = server.add(paused, "http://127.0.0.1:1/tin báo?q=%20đ")
    assert task.http_request.url == "http://127.0.0.1:1/tin%20b%C3%A1o?q=%20%C4%91"


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "ftp://127.0.0.1/"},
        {"url": "127.0.0.1:1/"},
        {"url": "http://"},
        {"url": "http://[::1/"},
        {"url": "http://127.0.0.1:99999/"},
        {"url": "http://tinbáo.vn/"},
        {"url": "http://127.0.0.1/" + "x" * 2083},
        {"http_method": types.HttpMethod.GET, "body": b"x"},
        {"http_method": types.HttpMethod.DELETE, "body": b"x"},
        {"dispatch_deadline": seconds(14)},
        {"dispatch_deadline": seconds(1801)},
        {"body": b"x" * (100 * 1024)},
        {"headers": {"bad name": "x"}},
        {"headers": {"x-bad": "a\nb"}},
        {"headers": {"x-large": "a" * 81 * 1024}},
        {"id": "a.b"},
        {"id": "x" * 501},
        {"name": f"{LOCATION}/queues/another/tasks/a"},
        {"oidc_token": types.OidcToken(audience="a")},
        {"retry_config": types.RetryConfig(max_attempts=-2)},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_task_that_the_service_does_not_allow_is_refused(
    server: TasksServer, paused: str, wrong: dict[str, Any]
) -> None:
    with pytest.raises(InvalidArgument):
        server.add(paused, **({"url": URL} | wrong))


def test_a_time_more_than_thirty_days_ahead_is_refused(
    server: TasksServer, paused: str, world: StillWorld
) -> None:
    with pytest.raises(InvalidArgument):
        server.add(paused, URL, schedule_time=moment(world.now() + timedelta(days=30, hours=1)))


def test_a_task_without_a_request_is_refused(server: TasksServer, paused: str) -> None:
    with pytest.raises(InvalidArgument):
        server.client.create_task(parent=paused, task=types.Task())


def test_an_app_engine_task_is_refused_as_not_simulated(server: TasksServer, paused: str) -> None:
    task = types.Task(app_engine_http_request=types.AppEngineHttpRequest(relative_uri="/"))
    with pytest.raises(MethodNotImplemented):
        server.client.create_task(parent=paused, task=task)


def test_a_task_for_a_queue_that_is_not_there_is_not_found(server: TasksServer) -> None:
    with pytest.raises(NotFound):
        server.add(f"{LOCATION}/queues/nowhere", URL)


def test_a_name_in_use_is_refused(server: TasksServer, paused: str) -> None:
    server.add(paused, URL, id="same")
    with pytest.raises(AlreadyExists):
        server.add(paused, URL, id="same")


def test_the_name_of_a_finished_task_is_refused(
    server: TasksServer, queue: str, worker: Worker, path: str
) -> None:
    server.add(queue, worker.url + path, id="same")
    eventually(lambda: server.task_ids(queue), lambda ids: ids == [])
    with pytest.raises(AlreadyExists):
        server.add(queue, worker.url + path, id="same")


def test_the_name_of_a_deleted_task_is_refused(server: TasksServer, paused: str) -> None:
    server.client.delete_task(name=server.add(paused, URL, id="same").name)
    with pytest.raises(AlreadyExists):
        server.add(paused, URL, id="same")


def test_a_name_is_free_again_after_an_hour(
    server: TasksServer, paused: str, world: StillWorld
) -> None:
    server.client.delete_task(name=server.add(paused, URL, id="same").name)
    world.advance(timedelta(hours=1))
    server.add(paused, URL, id="same")
    assert server.task_ids(paused) == ["same"]


def test_the_basic_view_has_no_body(server: TasksServer, paused: str) -> None:
    name = server.add(paused, URL, body=b"secret").name
    assert server.client.get_task(name=name).http_request.body == b""


def test_the_full_view_has_the_body(server: TasksServer, paused: str) -> None:
    name = server.add(paused, URL, body=b"secret").name
    task = server.client.get_task(request=types.GetTaskRequest(name=name, response_view=View.FULL))
    assert (task.http_request.body, task.view) == (b"secret", View.FULL)


def test_the_answer_of_create_has_the_view_that_was_asked_for(
    server: TasksServer, paused: str
) -> None:
    task = types.Task(http_request=types.HttpRequest(url=URL, body=b"secret"))
    request = types.CreateTaskRequest(parent=paused, task=task, response_view=View.FULL)
    assert server.client.create_task(request=request).http_request.body == b"secret"


def test_tasks_are_listed_in_pages(server: TasksServer, paused: str) -> None:
    for number in range(5):
        server.add(paused, URL, id=str(number))
    pages = server.client.list_tasks(
        request=types.ListTasksRequest(parent=paused, page_size=2)
    ).pages
    assert [len(page.tasks) for page in pages] == [2, 2, 1]


def test_a_deleted_task_is_not_found(server: TasksServer, paused: str) -> None:
    name = server.add(paused, URL).name
    server.client.delete_task(name=name)
    with pytest.raises(NotFound):
        server.client.delete_task(name=name)
