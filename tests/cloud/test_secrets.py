"""Versions of a secret, on the local Secret Manager."""

import base64
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3

from functions.cloud.secrets import SecretVersions
from functions.errors import OperatorNeeded, Transient
from tests import emulators
from tests.zalo.scripted_server import Behaviour, ScriptedServer, answering, hanging_up

SECRET = "zalo-grant-1"
_ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def secret_manager(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The local Secret Manager; gives its address."""
    port, folder = emulators.free_port(), tmp_path_factory.mktemp("secrets")
    command = (
        *("env", f"PYTHONPATH={_ROOT}", sys.executable, "-m", "infra.local.secret_manager"),
        *("--port", str(port), "--data", str(folder)),
    )
    with emulators.running("secret_manager", command, port, folder) as address:
        yield f"http://{address}"


@pytest.fixture
def versions(
    secret_manager: str, pool: urllib3.PoolManager, request: pytest.FixtureRequest
) -> SecretVersions:
    """The secrets of a project of the test's own, with one secret that has no version."""
    project = f"test-{abs(hash(request.node.name))}"
    made = pool.request(
        "POST", f"{secret_manager}/v1/projects/{project}/secrets?secretId={SECRET}", body=b"{}"
    )
    assert made.status == 200
    return SecretVersions(secret_manager, pool, lambda: "token", project=project)


@pytest.mark.parametrize("payload", [b"one", bytes(range(256)), "một".encode(), b"x" * 65_536])
def test_a_version_is_read_as_it_was_added(versions: SecretVersions, payload: bytes) -> None:
    number = versions.add(SECRET, payload)

    assert versions.access(SECRET, number) == (number, payload)


def test_the_newest_version_counts_and_the_older_stay(versions: SecretVersions) -> None:
    first, second = versions.add(SECRET, b"one"), versions.add(SECRET, b"two")

    assert second > first
    assert versions.access(SECRET) == (second, b"two")
    assert versions.access(SECRET, first) == (first, b"one")


def test_a_destroyed_version_cannot_be_read(versions: SecretVersions) -> None:
    number = versions.add(SECRET, b"one")
    versions.add(SECRET, b"two")

    versions.destroy(SECRET, number)

    with pytest.raises(OperatorNeeded):
        versions.access(SECRET, number)


def test_destroying_what_is_gone_is_fine(versions: SecretVersions) -> None:
    number = versions.add(SECRET, b"one")

    versions.destroy(SECRET, number)
    versions.destroy(SECRET, number)
    versions.destroy(SECRET, number + 1)


def test_a_secret_without_a_version_needs_an_operator(versions: SecretVersions) -> None:
    with pytest.raises(OperatorNeeded):
        versions.access(SECRET)


def test_a_secret_that_does_not_exist_needs_an_operator(versions: SecretVersions) -> None:
    with pytest.raises(OperatorNeeded):
        versions.add("another", b"one")


def test_a_payload_that_is_too_large_needs_an_operator(versions: SecretVersions) -> None:
    with pytest.raises(OperatorNeeded):
        versions.add(SECRET, b"x" * 65_537)


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        (answering({}, 400), OperatorNeeded),
        (answering({}, 403), OperatorNeeded),
        (answering({}, 404), OperatorNeeded),
        (answering({}, 401), Transient),
        (answering({}, 429), Transient),
        (answering({}, 500), Transient),
        (answering({}, 503), Transient),
        (hanging_up, Transient),
    ],
    ids=["400", "403", "404", "401", "429", "500", "503", "hung up"],
)
def test_a_refusal_says_who_can_do_something_about_it(
    server: ScriptedServer,
    pool: urllib3.PoolManager,
    behaviour: Behaviour,
    error: type[Exception],
) -> None:
    server.will(behaviour)
    versions = SecretVersions(server.url, pool, lambda: "token", project="p1")

    with pytest.raises(error):
        versions.access(SECRET)


def test_nobody_but_an_operator_may_destroy_what_is_forbidden(
    server: ScriptedServer, pool: urllib3.PoolManager
) -> None:
    server.will(answering({}, 403))

    with pytest.raises(OperatorNeeded):
        SecretVersions(server.url, pool, lambda: "token", project="p1").destroy(SECRET, 1)


def test_a_version_is_asked_for_with_our_token_and_never_in_the_address(
    server: ScriptedServer, pool: urllib3.PoolManager
) -> None:
    server.will(answering({"name": "projects/1/secrets/s/versions/7"}))

    SecretVersions(server.url, pool, lambda: "our.token", project="p1").add(SECRET, b"payload")

    [asked] = server.received
    assert asked.path == f"/v1/projects/p1/secrets/{SECRET}:addVersion"
    assert asked.headers["authorization"] == "Bearer our.token"
    assert base64.b64decode(asked.json()["payload"]["data"]) == b"payload"
