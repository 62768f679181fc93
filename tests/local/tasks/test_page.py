"""The HTTP port: the page for people and the JSON for tests."""

import json
import os
import re
import urllib.error
import urllib.request
from datetime import datetime, timedelta
from email.message import Message
from typing import Any

import pytest
from google.cloud.tasks_v2 import types

from .running import TasksServer, as_datetime, moment, seconds
from .stand_ins import Answer, StillWorld, Worker, eventually


def post(server: TasksServer, path: str, **headers: str) -> tuple[int, Any]:
    request = urllib.request.Request(  # noqa: S310
        server.url + path,
        method="POST",
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def test_the_page_shows_queues_and_tasks(
    server: TasksServer, paused: str, worker: Worker, path: str
) -> None:
    server.add(paused, worker.url + path, id="shown-on-the-page")
    page = server.get("/").decode()
    assert paused.rsplit("/", 1)[1] in page
    assert "Tạm dừng" in page
    assert "shown-on-the-page" in page


def test_the_page_shows_what_failed(server: TasksServer, worker: Worker, path: str) -> None:
    queue = server.make_queue(retry_config=types.RetryConfig(min_backoff=seconds(3000)))
    worker.will_answer(path, Answer(503))
    server.add(queue, worker.url + path, id="failed-with-503")
    page = eventually(
        lambda: server.get("/").decode(), lambda page: page.count("failed-with-503") == 2
    )
    failure = re.search(r"failed-with-503</td>\s*<td[^>]*>1</td>\s*<td>([^<]*)</td>", page)
    assert failure is not None
    assert failure[1] == "UNAVAILABLE(14): HTTP status code 503"


def test_the_page_shows_how_slow_a_queue_became(
    server: TasksServer, worker: Worker, path: str
) -> None:
    queue_id = os.urandom(8).hex()
    queue = server.make_queue(queue_id)
    worker.will_answer(path, Answer(503))
    server.add(queue, worker.url + path, retry_config=types.RetryConfig(min_backoff=seconds(3000)))
    row = re.compile(rf"{queue_id}</th>(.*?)</tr>", re.DOTALL)
    eventually(lambda: row.findall(server.get("/").decode()), lambda rows: "50%" in rows[0])


def test_the_page_escapes_what_callers_chose(
    server: TasksServer, paused: str, worker: Worker
) -> None:
    server.add(paused, f"{worker.url}/?a=1&b='x'")
    assert "?a=1&amp;b=&#39;x&#39;" in server.get("/").decode()


def test_the_page_lets_no_foreign_content_in(server: TasksServer) -> None:
    with urllib.request.urlopen(server.url) as answer:  # noqa: S310
        headers: Message = answer.headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'")
    assert "unsafe" not in policy


def test_the_page_has_its_style(server: TasksServer) -> None:
    assert b"--paper" in server.get("/page.css")


def test_a_page_that_claims_our_address_as_its_own_is_refused(server: TasksServer) -> None:
    request = urllib.request.Request(server.url, headers={"Host": "evil.example"})  # noqa: S310
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)  # noqa: S310
    with refused.value:
        assert refused.value.code == 400


def test_tasks_are_listed_without_their_bodies(
    server: TasksServer, paused: str, worker: Worker, path: str, world: StillWorld
) -> None:
    queue_id = paused.rsplit("/", 1)[1]
    due = world.now() + timedelta(hours=1)
    task = server.add(
        paused, worker.url + path, id="listed", body=b"secret", schedule_time=moment(due)
    )
    (listed,) = json.loads(server.get(f"/api/tasks?queue={queue_id}"))["tasks"]
    assert datetime.fromisoformat(listed.pop("schedule_time")) == as_datetime(task.schedule_time)
    assert listed == {
        "queue": queue_id,
        "name": f"{paused}/tasks/listed",
        "url": worker.url + path,
        "attempts": 0,
        "last_status": None,
    }


def test_the_list_tells_attempts_and_the_last_answer(
    server: TasksServer, worker: Worker, path: str
) -> None:
    queue = server.make_queue(retry_config=types.RetryConfig(min_backoff=seconds(3000)))
    worker.will_answer(path, Answer(409))
    server.add(queue, worker.url + path)
    (listed,) = eventually(
        lambda: json.loads(server.get(f"/api/tasks?queue={queue}"))["tasks"],
        lambda tasks: bool(tasks[0]["last_status"]),
    )
    assert (listed["attempts"], listed["last_status"]) == (1, 409)


def test_a_purge_of_one_queue_leaves_the_others(
    server: TasksServer, paused: str, worker: Worker
) -> None:
    other = server.make_queue()
    server.client.pause_queue(name=other)
    server.add(paused, worker.url)
    server.add(other, worker.url, id="kept")
    assert post(server, f"/api/purge?queue={paused.rsplit('/', 1)[1]}") == (200, {"purged": 1})
    assert (server.task_ids(paused), server.task_ids(other)) == ([], ["kept"])


def test_a_purge_of_everything_leaves_nothing(
    server: TasksServer, paused: str, worker: Worker
) -> None:
    server.add(paused, worker.url)
    status, _ = post(server, "/api/purge")
    assert (status, json.loads(server.get("/api/tasks"))) == (200, {"tasks": []})


def test_a_purge_of_an_unknown_queue_is_not_found(server: TasksServer) -> None:
    assert post(server, "/api/purge?queue=nowhere")[0] == 404


def test_another_site_cannot_purge(server: TasksServer, paused: str, worker: Worker) -> None:
    server.add(paused, worker.url, id="kept")
    status, _ = post(server, "/api/purge", Sec_Fetch_Site="cross-site")
    assert (status, server.task_ids(paused)) == (403, ["kept"])
