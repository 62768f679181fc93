"""When Firestore, Cloud Tasks or both are away: durable, or 503, and always in time."""

import base64
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
import urllib3

from functions.webhook.entrance import Deadlines
from tests.emulators import MovableClock, Project, free_port
from tests.intake.desk import ME, Desk
from tests.intake.phone import USER_ID_BY_APP, Phone
from tests.webhook.door import SEAL_SECRET, Door, task_body
from tests.zalo.samples import CITIZEN
from tests.zalo.scripted_server import ScriptedServer, answering

ANSWER_WITHIN = 1.6


def nowhere() -> str:
    """An address at which nobody listens."""
    return f"http://127.0.0.1:{free_port()}"


@pytest.fixture
def event(clock: MovableClock) -> bytes:
    return Phone().text("Xe vượt đèn đỏ", at=clock.now())


@pytest.fixture
def without_firestore(
    project: Project, clock: MovableClock, secrets_file: Path, tasks: ScriptedServer
) -> Door:
    return Door(project, clock, secrets_file, tasks=tasks.url, firestore=nowhere())


@pytest.fixture
def desk(project: Project, clock: MovableClock) -> Desk:
    desk = Desk(project, clock)
    desk.found()
    return desk


def test_without_firestore_the_event_travels_in_a_task_at_once(
    without_firestore: Door, tasks: ScriptedServer, event: bytes
) -> None:
    assert without_firestore.deliver(event) == 200

    (request,) = tasks.received
    assert request.path.endswith("/queues/inbox/tasks")
    assert "scheduleTime" not in request.json()["task"]
    assert task_body(request).keys() == {"citizen", "sealed"}


def test_nothing_of_it_can_be_read_on_the_way(
    without_firestore: Door, tasks: ScriptedServer, event: bytes
) -> None:
    without_firestore.deliver(event)

    body = task_body(tasks.received[0])
    seen = b" ".join([str(body).encode(), base64.b64decode(body["sealed"])])
    for secret in ("Xe vượt", "user_send_text", CITIZEN, USER_ID_BY_APP):
        assert secret.encode() not in seen
        for shift in range(3):
            encoded = base64.b64encode(b" " * shift + secret.encode())
            assert encoded[4:-4] not in seen


def test_store_report_keeps_what_came_in_the_task_and_folds_it(
    without_firestore: Door, tasks: ScriptedServer, event: bytes, desk: Desk
) -> None:
    without_firestore.deliver(event)

    desk.carry_out(task_body(tasks.received[0]), SEAL_SECRET)

    (row,) = without_firestore.rows()
    assert row.fields["raw"] == event
    assert [report.summary for report in desk.reports.latest_of(ME)] == ["Xe vượt đèn đỏ"]


def test_a_task_delivered_twice_and_a_redelivery_after_the_outage_are_one_message(
    without_firestore: Door, door: Door, tasks: ScriptedServer, event: bytes, desk: Desk
) -> None:
    without_firestore.deliver(event)
    body = task_body(tasks.received[0])

    desk.carry_out(body, SEAL_SECRET)
    door.deliver(event)
    desk.carry_out(body, SEAL_SECRET)

    (report,) = desk.reports.latest_of(ME)
    assert report.messages == 1


def test_a_row_whose_answer_was_lost_and_its_task_are_one_message(
    project: Project,
    clock: MovableClock,
    secrets_file: Path,
    tasks: ScriptedServer,
    event: bytes,
    desk: Desk,
) -> None:
    def applied_but_silent(handler: BaseHTTPRequestHandler) -> None:
        real = f"http://{project.firestore_host}{handler.path}"
        body = between.received[-1].body
        headers = {"Authorization": "Bearer owner"}
        urllib3.PoolManager().request("POST", real, body=body, headers=headers)
        handler.close_connection = True

    with ScriptedServer() as between:
        between.will(applied_but_silent)
        door = Door(project, clock, secrets_file, tasks=tasks.url, firestore=between.url)
        assert door.deliver(event) == 200

    (request,) = tasks.received
    assert len(door.rows()) == 1
    desk.carry_out(task_body(request), SEAL_SECRET)
    (report,) = desk.reports.latest_of(ME)
    assert report.messages == 1


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500, 503])
def test_whatever_firestore_answers_the_event_is_kept(
    project: Project,
    clock: MovableClock,
    secrets_file: Path,
    tasks: ScriptedServer,
    event: bytes,
    status: int,
) -> None:
    with ScriptedServer() as refusing:
        refusing.will(answering({}, status))
        door = Door(project, clock, secrets_file, tasks=tasks.url, firestore=refusing.url)

        assert door.deliver(event) == 200

    assert "sealed" in task_body(tasks.received[0])


def test_nothing_is_acknowledged_that_nobody_keeps(
    project: Project, clock: MovableClock, secrets_file: Path, event: bytes
) -> None:
    door = Door(project, clock, secrets_file, tasks=nowhere(), firestore=nowhere())

    assert door.deliver(event) == 503


def _seconds_until_answered(
    door: Door, event: bytes, status: int, *servers: ScriptedServer
) -> float:
    for server in servers:
        server.will(server.silent)
    begun = time.monotonic()
    assert door.deliver(event) == status
    return time.monotonic() - begun


def test_both_silent_it_answers_503_in_time(
    project: Project, clock: MovableClock, secrets_file: Path, event: bytes
) -> None:
    with ScriptedServer() as firestore, ScriptedServer() as tasks:
        door = Door(
            project,
            clock,
            secrets_file,
            tasks=tasks.url,
            firestore=firestore.url,
            deadlines=Deadlines(),
        )
        # The best of three: this machine may be busy with other tests.
        waits = (_seconds_until_answered(door, event, 503, firestore, tasks) for _ in range(3))
        assert any(seconds < ANSWER_WITHIN for seconds in waits)


def test_a_silent_wake_up_hardly_delays_the_answer(
    project: Project, clock: MovableClock, secrets_file: Path, event: bytes
) -> None:
    deadlines = Deadlines(keep=20)
    with ScriptedServer() as tasks:
        door = Door(project, clock, secrets_file, tasks=tasks.url, deadlines=deadlines)
        waits = (_seconds_until_answered(door, event, 200, tasks) for _ in range(5))
        assert any(seconds < 2 * deadlines.wake for seconds in waits)


def test_the_deadlines_leave_room_within_zalos_two_seconds() -> None:
    deadlines = Deadlines()

    assert deadlines.keep + deadlines.fallback < ANSWER_WITHIN
    assert deadlines.keep + deadlines.wake < ANSWER_WITHIN
