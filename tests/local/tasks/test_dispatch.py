"""What a worker receives, when it receives it again, and how fast."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from google.api_core.exceptions import NotFound
from google.cloud.tasks_v2 import types
from grpc import StatusCode

from .running import TasksServer, as_datetime, moment, seconds
from .stand_ins import Answer, StillWorld, Worker, eventually

TEN_SECONDS = types.RetryConfig(
    min_backoff=seconds(10), max_backoff=seconds(300), max_doublings=3, max_attempts=-1
)


def failed(server: TasksServer, name: str, attempts: int = 1) -> types.Task:
    """The task once so many of its attempts have failed."""
    return eventually(
        lambda: server.client.get_task(name=name),
        lambda task: task.dispatch_count == attempts and bool(task.last_attempt.response_time),
    )


def is_gone(server: TasksServer, name: str) -> bool:
    try:
        server.client.get_task(name=name)
    except NotFound:
        return True
    return False


def test_a_worker_receives_method_body_and_headers(
    server: TasksServer, queue: str, worker: Worker, path: str
) -> None:
    server.add(
        queue,
        worker.url + path,
        body=b"body",
        headers={"X-Kept": "yes"},
        http_method=types.HttpMethod.PUT,
    )
    (request,) = worker.wait_for(path)
    assert (request.method, request.body, request.headers["x-kept"]) == ("PUT", b"body", "yes")


def test_a_worker_is_told_which_task_it_is(
    server: TasksServer, queue: str, worker: Worker, path: str
) -> None:
    task = server.add(queue, worker.url + path, id="known")
    (request,) = worker.wait_for(path)
    told = {
        name: value for name, value in request.headers.items() if name.startswith("x-cloudtasks-")
    }
    eta = as_datetime(task.schedule_time).timestamp()
    assert float(told.pop("x-cloudtasks-tasketa")) == pytest.approx(eta, abs=1e-5)
    assert told == {
        "x-cloudtasks-queuename": queue.rsplit("/", 1)[1],
        "x-cloudtasks-taskname": "known",
        "x-cloudtasks-taskretrycount": "0",
        "x-cloudtasks-taskexecutioncount": "0",
    }


def test_a_caller_cannot_set_the_headers_of_the_service(
    server: TasksServer, queue: str, worker: Worker, path: str
) -> None:
    forged = {
        "User-Agent": "forged",
        "Host": "forged",
        "Content-Length": "1",
        "X-CloudTasks-TaskName": "forged",
        "X-Google-Forged": "forged",
        "X-AppEngine-Forged": "forged",
    }
    server.add(queue, worker.url + path, headers=forged)
    (request,) = worker.wait_for(path)
    assert request.headers["user-agent"] == "Google-Cloud-Tasks"
    assert "forged" not in request.headers.values()


@pytest.mark.parametrize(
    ("headers", "content_type"),
    [
        ({}, "application/octet-stream"),
        ({"Content-Type": "application/json"}, "application/json"),
    ],
)
def test_a_body_has_a_content_type(
    server: TasksServer,
    queue: str,
    worker: Worker,
    path: str,
    headers: dict[str, str],
    content_type: str,
) -> None:
    server.add(queue, worker.url + path, body=b"{}", headers=headers)
    (request,) = worker.wait_for(path)
    assert request.headers["content-type"] == content_type


@pytest.mark.parametrize("status", [200, 204, 299])
def test_a_success_removes_the_task(
    server: TasksServer, queue: str, worker: Worker, path: str, status: int
) -> None:
    worker.will_answer(path, Answer(status))
    name = server.add(queue, worker.url + path).name
    eventually(lambda: is_gone(server, name), bool)
    assert len(worker.received(path)) == 1


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, StatusCode.INVALID_ARGUMENT),
        (403, StatusCode.PERMISSION_DENIED),
        (404, StatusCode.NOT_FOUND),
        (418, StatusCode.UNKNOWN),
        (500, StatusCode.INTERNAL),
        (503, StatusCode.UNAVAILABLE),
    ],
)
def test_any_other_answer_keeps_the_task_for_a_retry(
    server: TasksServer, worker: Worker, path: str, status: int, code: StatusCode
) -> None:
    queue = server.make_queue(retry_config=TEN_SECONDS)
    worker.will_answer(path, Answer(status))
    task = failed(server, server.add(queue, worker.url + path).name)
    last = task.last_attempt
    assert last.response_status.code == code.value[0]
    assert as_datetime(task.schedule_time) - as_datetime(last.response_time) == timedelta(
        seconds=10
    )


def test_redirects_are_not_followed(server: TasksServer, worker: Worker, path: str) -> None:
    queue = server.make_queue(retry_config=TEN_SECONDS)
    worker.will_answer(path, Answer(302, {"Location": f"{worker.url}{path}/elsewhere"}))
    task = failed(server, server.add(queue, worker.url + path).name)
    assert task.last_attempt.response_status.message == "UNKNOWN(2): HTTP status code 302"
    assert worker.received(f"{path}/elsewhere") == []


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/", "http://a..b/"])
def test_a_worker_that_is_not_there_is_tried_again(server: TasksServer, address: str) -> None:
    queue = server.make_queue(retry_config=TEN_SECONDS)
    task = failed(server, server.add(queue, address).name)
    assert (task.response_count, task.last_attempt.response_status.code) == (0, 14)


def test_a_retry_tells_what_happened_before(
    server: TasksServer, worker: Worker, path: str, world: StillWorld
) -> None:
    queue = server.make_queue(retry_config=TEN_SECONDS)
    worker.will_answer(path, Answer(404))
    name = server.add(queue, worker.url + path).name
    failed(server, name)
    world.advance(timedelta(seconds=10))
    _, retry = worker.wait_for(path, 2)
    assert retry.headers["x-cloudtasks-taskretrycount"] == "1"
    assert retry.headers["x-cloudtasks-taskexecutioncount"] == "1"
    assert retry.headers["x-cloudtasks-taskpreviousresponse"] == "404"


def test_an_answer_of_5xx_is_not_counted_as_execution(
    server: TasksServer, worker: Worker, path: str, world: StillWorld
) -> None:
    queue = server.make_queue(retry_config=TEN_SECONDS)
    worker.will_answer(path, Answer(500))
    failed(server, server.add(queue, worker.url + path).name)
    world.advance(timedelta(seconds=10))
    _, retry = worker.wait_for(path, 2)
    assert retry.headers["x-cloudtasks-taskexecutioncount"] == "0"


def test_waits_grow_from_attempt_to_attempt(
    server: TasksServer, worker: Worker, path: str, world: StillWorld
) -> None:
    queue = server.make_queue(retry_config=TEN_SECONDS)
    worker.will_answer(path, *[Answer(500)] * 3)
    name = server.add(queue, worker.url + path).name
    waits = []
    for attempts in (1, 2, 3):
        task = failed(server, name, attempts)
        wait = as_datetime(task.schedule_time) - as_datetime(task.last_attempt.response_time)
        waits.append(wait.total_seconds())
        world.advance(wait)
    assert waits == [10, 20, 40]


def test_a_worker_may_ask_for_a_longer_wait(server: TasksServer, worker: Worker, path: str) -> None:
    queue = server.make_queue(retry_config=TEN_SECONDS)
    worker.will_answer(path, Answer(503, {"Retry-After": "120"}))
    task = failed(server, server.add(queue, worker.url + path).name)
    wait = as_datetime(task.schedule_time) - as_datetime(task.last_attempt.response_time)
    assert wait == timedelta(seconds=120)


def test_a_wait_is_no_longer_than_a_task_may_live(
    server: TasksServer, worker: Worker, path: str
) -> None:
    centuries = seconds(1e11)
    queue = server.make_queue(
        retry_config=types.RetryConfig(min_backoff=centuries, max_backoff=centuries)
    )
    worker.will_answer(path, Answer(500))
    task = failed(server, server.add(queue, worker.url + path).name)
    wait = as_datetime(task.schedule_time) - as_datetime(task.last_attempt.response_time)
    assert wait == timedelta(days=31)


def test_a_task_vanishes_when_its_attempts_are_used_up(
    server: TasksServer, worker: Worker, path: str, world: StillWorld
) -> None:
    queue = server.make_queue(
        retry_config=types.RetryConfig(max_attempts=2, min_backoff=seconds(10))
    )
    worker.will_answer(path, Answer(500), Answer(500))
    name = server.add(queue, worker.url + path).name
    failed(server, name)
    world.advance(timedelta(seconds=10))
    eventually(lambda: is_gone(server, name), bool)
    assert len(worker.received(path)) == 2


def test_the_retry_settings_of_a_task_go_before_those_of_its_queue(
    server: TasksServer, worker: Worker, path: str
) -> None:
    queue = server.make_queue(retry_config=TEN_SECONDS)
    worker.will_answer(path, Answer(500))
    own = types.RetryConfig(min_backoff=seconds(77))
    task = failed(server, server.add(queue, worker.url + path, retry_config=own).name)
    wait = as_datetime(task.schedule_time) - as_datetime(task.last_attempt.response_time)
    assert wait == timedelta(seconds=77)


def test_tasks_go_out_in_the_order_of_their_times(
    server: TasksServer, worker: Worker, path: str, world: StillWorld
) -> None:
    queue = server.make_queue(rate_limits=types.RateLimits(max_concurrent_dispatches=1))
    server.client.pause_queue(name=queue)
    now = world.now()
    for minutes in (3, 1, 2):
        due = moment(now + timedelta(minutes=minutes))
        server.add(queue, worker.url + path, schedule_time=due, body=str(minutes).encode())
    world.advance(timedelta(minutes=4))
    server.client.resume_queue(name=queue)
    assert [request.body for request in worker.wait_for(path, 3)] == [b"1", b"2", b"3"]


def test_a_queue_runs_no_more_at_once_than_it_may(
    server: TasksServer, worker: Worker, path: str, passed: Callable[[], None]
) -> None:
    queue = server.make_queue(rate_limits=types.RateLimits(max_concurrent_dispatches=2))
    release = threading.Event()
    worker.will_answer(path, *[Answer(release=release)] * 3)
    for _ in range(3):
        server.add(queue, worker.url + path)
    worker.wait_for(path, 2)
    passed()
    running_at_once = len(worker.received(path))
    release.set()
    worker.wait_for(path, 3)
    assert running_at_once == 2


def test_a_queue_is_no_faster_than_its_rate_after_a_burst(
    server: TasksServer, worker: Worker, path: str
) -> None:
    queue = server.make_queue(rate_limits=types.RateLimits(max_dispatches_per_second=5))
    for _ in range(7):
        server.add(queue, worker.url + path)
    arrivals = [request.at for request in worker.wait_for(path, 7)]
    assert arrivals[6] - arrivals[0] >= 0.35


def test_an_answer_of_503_slows_the_whole_queue(
    server: TasksServer, worker: Worker, path: str
) -> None:
    queue = server.make_queue(
        rate_limits=types.RateLimits(max_dispatches_per_second=5), retry_config=TEN_SECONDS
    )
    worker.will_answer(path, Answer(503))
    failed(server, server.add(queue, worker.url + path).name)
    server.add(queue, worker.url + path)
    refused, following = worker.wait_for(path, 2)
    assert following.at - refused.at >= 0.35


def test_a_queue_may_send_all_its_tasks_elsewhere(
    server: TasksServer, worker: Worker, path: str
) -> None:
    host, port = worker.url.removeprefix("http://").split(":")
    queue = server.make_queue(
        http_target=types.HttpTarget(
            uri_override=types.UriOverride(
                scheme=types.UriOverride.Scheme.HTTP,
                host=host,
                port=int(port),
                path_override=types.PathOverride(path=path),
                query_override=types.QueryOverride(query_params="a=1"),
            ),
            http_method=types.HttpMethod.PUT,
            header_overrides=[
                types.HttpTarget.HeaderOverride(
                    header=types.HttpTarget.Header(key="X-Kept", value="of the queue")
                )
            ],
        )
    )
    server.add(queue, "https://tin-bao.example/other?b=2", headers={"x-kept": "of the task"})
    (request,) = worker.wait_for(f"{path}?a=1")
    assert (request.method, request.headers["x-kept"]) == ("PUT", "of the queue")


def test_a_queue_may_fill_in_only_what_a_task_leaves_open(
    server: TasksServer, worker: Worker, path: str
) -> None:
    queue = server.make_queue(
        http_target=types.HttpTarget(
            uri_override=types.UriOverride(
                host="tin-bao.example",
                port=1,
                path_override=types.PathOverride(path="/other"),
                query_override=types.QueryOverride(query_params="a=1"),
                uri_override_enforce_mode=types.UriOverride.UriOverrideEnforceMode.IF_NOT_EXISTS,
            )
        )
    )
    server.add(queue, worker.url + path)
    assert worker.wait_for(f"{path}?a=1")


def test_a_body_is_left_out_where_the_queue_makes_it_a_get(
    server: TasksServer, worker: Worker, path: str
) -> None:
    queue = server.make_queue(http_target=types.HttpTarget(http_method=types.HttpMethod.GET))
    server.add(queue, worker.url + path, body=b"body")
    (request,) = worker.wait_for(path)
    assert (request.method, request.body) == ("GET", b"")
