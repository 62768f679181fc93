"""The webhook's tasks on the real tasks server: they arrive at `store_report`."""

import json
import secrets
from collections.abc import Iterator
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from functions.cloud.clock import SystemClock
from functions.webhook.entrance import FOLD_AFTER
from tests.emulators import MovableClock, Project, free_port
from tests.intake.desk import ME, Desk
from tests.intake.phone import Phone
from tests.local.tasks.running import TasksServer
from tests.local.tasks.stand_ins import Received, Worker
from tests.webhook.door import SEAL_SECRET, Door

QUEUES = Path(__file__).parents[2] / "infra" / "queues.json"


@pytest.fixture
def server(tmp_path: Path, project: Project) -> Iterator[TasksServer]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    path = tmp_path / "signing.pem"
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with TasksServer(tmp_path, path, project=project.name, queues=QUEUES) as running:
        yield running


@pytest.fixture
def store_report() -> Iterator[Worker]:
    worker = Worker()
    yield worker
    worker.close()


def delivered(
    project: Project,
    secrets_file: Path,
    server: TasksServer,
    store_report: Worker,
    event: bytes,
    firestore: str | None = None,
) -> Received:
    """The task that arrives when that event was delivered to the webhook."""
    path = f"/{secrets.token_hex(8)}"
    door = Door(
        project,
        SystemClock(),
        secrets_file,
        tasks=server.url,
        firestore=firestore,
        store_report=store_report.url + path,
    )
    assert door.deliver(event) == 200
    (request,) = store_report.wait_for(path)
    return request


def test_a_wake_up_arrives_as_the_service_account(
    project: Project, secrets_file: Path, server: TasksServer, store_report: Worker
) -> None:
    begun = SystemClock().now()
    event = Phone().text("Xe vượt đèn đỏ", at=begun)

    request = delivered(project, secrets_file, server, store_report, event)

    scheme, _, token = request.headers["authorization"].partition(" ")
    claims = jwt.decode(token, options={"verify_signature": False})
    assert (request.method, json.loads(request.body)) == ("POST", {"citizen": ME})
    assert (scheme, claims["email"]) == ("Bearer", "tasks@example")
    assert claims["aud"] == store_report.url + request.path
    assert SystemClock().now() - begun >= FOLD_AFTER


def test_without_firestore_the_event_itself_arrives_and_is_folded(
    project: Project, secrets_file: Path, server: TasksServer, store_report: Worker
) -> None:
    desk = Desk(project, MovableClock(SystemClock().now()))
    desk.found()
    event = Phone().text("Xe vượt đèn đỏ", at=desk.clock.now())
    nowhere = f"http://127.0.0.1:{free_port()}"

    request = delivered(project, secrets_file, server, store_report, event, nowhere)
    desk.carry_out(json.loads(request.body), SEAL_SECRET)

    assert "Xe vượt đèn đỏ".encode() not in request.body
    assert [report.summary for report in desk.reports.latest_of(ME)] == ["Xe vượt đèn đỏ"]
