"""The webhook's one path: every row of its table, on the real emulator."""

import io
import json
import logging
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.cloud.logs import JsonLines
from functions.webhook.entrance import FOLD_AFTER, MOST_BYTES
from functions.zalo.inbox import PENDING_FOR
from tests.emulators import MovableClock, Project, free_port, new_project
from tests.intake.desk import ME, row_of
from tests.intake.phone import Phone
from tests.webhook.door import (
    FORMER_SECRET,
    OA_SECRET,
    STORE_REPORT,
    Door,
    listed,
    signature,
    task_body,
)
from tests.zalo.samples import CITIZEN, sample
from tests.zalo.scripted_server import ScriptedServer

VECTOR = (
    '{"app_id":"1111111111111111111","user_id_by_app":"4444444444444444444",'
    '"event_name":"user_send_text","timestamp":"1793260800123",'
    '"sender":{"id":"3333333333333333333"},"recipient":{"id":"2222222222222222222"},'
    '"message":{"text":"Tôi muốn phản ánh","msg_id":"b8de7d84fa1b3043690c"}}'
).encode()
VECTOR_SIGNATURE = "mac=d12102b677ad42db53a3c5b5a24364c70986d78607c72607a1a75fcaf9894230"
LOGGED = sample("user_send_location__logged")
"""The one real event that we have (zalo.md, 3.2)."""


@pytest.fixture
def event(phone: Phone, clock: MovableClock) -> bytes:
    return phone.text("Xe vượt đèn đỏ", at=clock.now())


@pytest.fixture
def phone() -> Phone:
    return Phone()


def test_the_known_vector_is_kept(door: Door) -> None:
    assert door.post(VECTOR, VECTOR_SIGNATURE) == 200

    (row,) = door.rows()
    assert row.fields["raw"] == VECTOR
    assert row.fields[PENDING_FOR] == ME


def test_the_real_logged_event_is_kept(door: Door) -> None:
    assert door.deliver(LOGGED) == 200

    (row,) = door.rows()
    assert row.fields["raw"] == LOGGED
    assert row.fields["event_name"] == "user_send_location"


def test_a_row_holds_what_the_worker_needs(door: Door, event: bytes, clock: MovableClock) -> None:
    clock.advance(timedelta(hours=1))

    door.deliver(event)

    (row,) = door.rows()
    known = row_of(event).fields(received_at=clock.now(), shard=row.fields["pending_shard"])
    assert row.fields == known
    assert row.fields["sent_at"] == clock.now() - timedelta(hours=1)
    assert row.fields["expire_at"] == clock.now() + timedelta(days=31)


def test_the_worker_is_woken_a_moment_later(
    door: Door, event: bytes, tasks: ScriptedServer, clock: MovableClock
) -> None:
    door.deliver(event)

    (request,) = tasks.received
    asked = request.json()["task"]
    assert request.path.endswith("/locations/asia-southeast1/queues/inbox/tasks")
    assert task_body(request) == {"citizen": ME}
    assert asked["httpRequest"]["url"] == STORE_REPORT
    assert asked["httpRequest"]["oidcToken"] == {
        "serviceAccountEmail": "tasks@example",
        "audience": STORE_REPORT,
    }
    woken_at = (clock.now() + FOLD_AFTER).isoformat(timespec="microseconds")
    assert asked["scheduleTime"] == woken_at.replace("+00:00", "Z")


def test_a_redelivered_event_is_one_row(door: Door, event: bytes) -> None:
    statuses = [door.deliver(event) for _ in range(3)]

    assert statuses == [200, 200, 200]
    assert len(door.rows()) == 1


def test_a_burst_of_one_citizen_is_one_wake_up(
    door: Door, event: bytes, tasks: ScriptedServer
) -> None:
    for _ in range(3):
        door.deliver(event)

    assert len(tasks.received) == 1


def test_a_lost_wake_up_does_not_matter(
    project: Project, clock: MovableClock, secrets_file: Path, event: bytes
) -> None:
    door = Door(project, clock, secrets_file, tasks=f"http://127.0.0.1:{free_port()}")

    assert door.deliver(event) == 200
    assert len(door.rows()) == 1


@pytest.mark.parametrize("secret", [OA_SECRET, FORMER_SECRET])
def test_the_present_and_the_former_secret_sign(door: Door, event: bytes, secret: str) -> None:
    assert door.deliver(event, secret) == 200
    assert len(door.rows()) == 1


@pytest.mark.parametrize(
    "name",
    [
        *("oa_send_text", "oa_send_template", "user_seen_message", "user_received_message"),
        *("user_reacted_message", "anonymous_send_text"),
        *("unheard_of_event", "change_template_status"),
    ],
)
def test_a_signed_event_that_we_have_no_use_for_is_answered_and_not_kept(
    door: Door, tasks: ScriptedServer, name: str
) -> None:
    assert door.deliver(sample(name)) == 200
    assert door.rows() == []
    assert tasks.received == []


@pytest.mark.parametrize(
    "name", ["follow", "unfollow", "user_click_chatnow", "user_submit_info", "user_withdraw"]
)
def test_coming_and_going_is_kept(door: Door, name: str) -> None:
    assert door.deliver(sample(name)) == 200
    assert len(door.rows()) == 1


def test_an_event_without_a_citizen_is_answered_and_complained_about(
    door: Door, event: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    assert door.deliver(event.replace(CITIZEN.encode(), b"")) == 200
    assert door.rows() == []
    assert "event without a citizen" in caplog.messages


@pytest.mark.parametrize("body", [b"{}", b" {} \n"])
def test_the_consoles_probe_is_answered_and_not_kept(door: Door, body: bytes) -> None:
    assert door.post(body) == 200
    assert door.rows() == []


@pytest.mark.parametrize(
    "signed",
    [
        *(None, "", "mac=", "mac=" + "0" * 64),
        VECTOR_SIGNATURE.upper(),
        VECTOR_SIGNATURE.replace("d12102", "D12102"),
        VECTOR_SIGNATURE[:-1],
        VECTOR_SIGNATURE + "0",
    ],
)
def test_whatever_does_not_prove_its_origin_is_refused(
    door: Door, tasks: ScriptedServer, signed: str | None
) -> None:
    assert door.post(VECTOR, signed) == 401
    assert door.rows() == []
    assert tasks.received == []


def test_an_event_of_another_app_is_refused_though_it_is_signed(door: Door) -> None:
    assert door.deliver(VECTOR.replace(b"1111111111111111111", b"1111111111111111112")) == 401
    assert door.rows() == []


def test_an_event_of_another_page_is_refused_though_its_secret_signed_it(door: Door) -> None:
    stranger = VECTOR.replace(b"2222222222222222222", b"9999999999999999999")

    assert door.deliver(stranger, "the stranger's secret") == 401


def test_an_event_that_names_no_page_is_taken_for_what_our_secret_proves(
    door: Door, tasks: ScriptedServer
) -> None:
    assert door.deliver(sample("user_send_group_text")) == 200
    assert door.rows() == []
    assert tasks.received == []


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"[]", b'"text"', b"{", b"\xff", b'{"app_id":', b'{"app_id":NaN}'),
        *(b'{"a":1,"a":2}', b'{"a":' * 30 + b"1" + b"}" * 30),
        b'{"event_name":"user_send_text","timestamp":"1793260800123"}',
        VECTOR.replace(b'"1793260800123"', b'"yesterday"'),
    ],
)
def test_what_is_no_event_is_refused(door: Door, body: bytes) -> None:
    assert door.post(body, VECTOR_SIGNATURE) == 400
    assert door.rows() == []


def test_the_largest_that_is_taken_is_taken(door: Door, phone: Phone, clock: MovableClock) -> None:
    room = MOST_BYTES - len(phone.text("", at=clock.now()))
    body = phone.text("x" * room, at=clock.now())

    assert len(body) == MOST_BYTES
    assert door.deliver(body) == 200
    assert len(door.rows()) == 1


def test_more_than_the_largest_is_refused_without_being_read(door: Door) -> None:
    class Unread(io.RawIOBase):
        def readinto(self, buffer: object) -> int:
            raise AssertionError("read")

    length = {"CONTENT_LENGTH": str(MOST_BYTES + 1), "wsgi.input": Unread()}

    assert door.post(b"", VECTOR_SIGNATURE, **length) == 413


def test_more_than_the_largest_is_refused_when_its_length_is_not_told(door: Door) -> None:
    chunked = {
        "CONTENT_LENGTH": "",
        "HTTP_TRANSFER_ENCODING": "chunked",
        "wsgi.input_terminated": True,
        "wsgi.input": io.BytesIO(b"x" * (MOST_BYTES + 1)),
    }

    assert door.post(b"", VECTOR_SIGNATURE, **chunked) == 413
    assert door.rows() == []


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_another_method_is_not_allowed(door: Door, method: str) -> None:
    assert door.request(method) == 405


@pytest.fixture(scope="module")
def lonely(
    firestore_host: str, storage_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Door:
    """A webhook with nowhere to keep anything: only what it refuses is not answered 503."""
    path = tmp_path_factory.mktemp("secrets") / "pages.json"
    path.write_text(json.dumps(listed()), encoding="utf-8")
    nowhere = f"http://127.0.0.1:{free_port()}"
    project = new_project(firestore_host, storage_folder)
    return Door(project, MovableClock(), path, tasks=nowhere, firestore=nowhere)


@pytest.mark.parametrize("body", [VECTOR, LOGGED], ids=["vector", "logged"])
def test_unchanged_it_would_be_taken(lonely: Door, body: bytes) -> None:
    assert lonely.deliver(body) == 503


@given(st.sampled_from([VECTOR, LOGGED]), st.data())
@settings(deadline=None, max_examples=300)
def test_any_byte_changed_is_refused(lonely: Door, body: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(body) - 1))
    flip = data.draw(st.integers(1, 255))
    changed = bytearray(body)
    changed[place] ^= flip

    assert lonely.post(bytes(changed), signature(body)) in {400, 401}


def test_no_log_line_holds_anything_of_an_event(
    door: Door, phone: Phone, clock: MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    marked = phone.text("BÍ MẬT 0912345678", at=clock.now())
    door.deliver(marked)
    door.post(marked, "mac=" + "5ec4e7" * 11)
    door.post(marked)
    door.post(marked[:-1], signature(marked))
    door.post(marked.replace(b"user_send_text", b"user sends text"), signature(marked))
    door.deliver(marked.replace(b"user_send_text", b"novelty_0912345678"))
    door.deliver(marked.replace(CITIZEN.encode(), b""))
    door.post(marked * 2000, signature(marked))

    lines = "\n".join(map(JsonLines().format, caplog.records))

    assert len(caplog.records) >= 7
    for secret in ("BÍ MẬT", "0912345678", CITIZEN, OA_SECRET, "5ec4e7"):
        assert secret not in lines
