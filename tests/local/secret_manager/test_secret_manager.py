"""The Secret Manager stand-in answers like the real interface, and forgets nothing."""

import base64
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.local.clock import Clock, ClockAway
from infra.local.secret_manager import SecretStore, create_app
from tests.local.browsing import browser_of

_SECRETS = "/v1/projects/tin-bao-local/secrets"


def _noon() -> datetime:
    return datetime(2026, 11, 21, 12, tzinfo=UTC)


def _browser(folder: Path, clock: Clock = _noon) -> httpx.Client:
    return browser_of(create_app(SecretStore(folder, clock)))


@pytest.fixture
def client(tmp_path: Path) -> httpx.Client:
    return _browser(tmp_path)


def _added(client: httpx.Client, payload: bytes) -> dict[str, Any]:
    body = {"payload": {"data": base64.b64encode(payload).decode()}}
    answer = client.post(f"{_SECRETS}/token:addVersion", json=body)
    assert answer.status_code == 200, answer.text
    added: dict[str, Any] = answer.json()
    return added


def _created(client: httpx.Client) -> None:
    answer = client.post(f"{_SECRETS}?secretId=token", json={"replication": {"automatic": {}}})
    assert answer.status_code == 200, answer.text


def _accessed(client: httpx.Client, version: str) -> bytes:
    answer = client.get(f"{_SECRETS}/token/versions/{version}:access")
    assert answer.status_code == 200, answer.text
    return base64.b64decode(answer.json()["payload"]["data"])


def test_a_created_secret_carries_its_name_and_time(client: httpx.Client) -> None:
    answer = client.post(f"{_SECRETS}?secretId=token", json={"replication": {"automatic": {}}})
    assert answer.json() == {
        "name": "projects/tin-bao-local/secrets/token",
        "replication": {"automatic": {}},
        "createTime": "2026-11-21T12:00:00Z",
    }


def test_versions_are_numbered_from_one(client: httpx.Client) -> None:
    _created(client)
    assert _added(client, b"one")["name"].endswith("/secrets/token/versions/1")
    assert _added(client, b"two")["name"].endswith("/secrets/token/versions/2")


def test_latest_is_the_newest_version(client: httpx.Client) -> None:
    _created(client)
    _added(client, b"one")
    _added(client, b"\x00two\xff")
    assert _accessed(client, "latest") == b"\x00two\xff"


def test_an_older_version_stays_readable(client: httpx.Client) -> None:
    _created(client)
    _added(client, b"one")
    _added(client, b"two")
    assert _accessed(client, "1") == b"one"


def test_the_list_is_newest_first_and_shows_no_payload(client: httpx.Client) -> None:
    _created(client)
    _added(client, b"one")
    _added(client, b"two")
    listed = client.get(f"{_SECRETS}/token/versions").json()
    assert [version["name"].rsplit("/", 1)[1] for version in listed["versions"]] == ["2", "1"]
    assert all("data" not in version for version in listed["versions"])
    assert listed["totalSize"] == 2


def test_a_destroyed_version_is_gone_from_the_disk(client: httpx.Client, tmp_path: Path) -> None:
    _created(client)
    _added(client, b"very secret")
    client.post(f"{_SECRETS}/token/versions/1:destroy")
    kept = (tmp_path / "tin-bao-local" / "token.json").read_text()
    assert base64.b64encode(b"very secret").decode() not in kept


@pytest.mark.parametrize(("verb", "state"), [("disable", "DISABLED"), ("destroy", "DESTROYED")])
def test_a_disabled_or_destroyed_version_cannot_be_accessed(
    client: httpx.Client, verb: str, state: str
) -> None:
    _created(client)
    _added(client, b"one")
    assert client.post(f"{_SECRETS}/token/versions/1:{verb}").json()["state"] == state
    answer = client.get(f"{_SECRETS}/token/versions/1:access")
    assert (answer.status_code, answer.json()["error"]["status"]) == (400, "FAILED_PRECONDITION")


def test_an_enabled_version_can_be_accessed_again(client: httpx.Client) -> None:
    _created(client)
    _added(client, b"one")
    client.post(f"{_SECRETS}/token/versions/1:disable")
    client.post(f"{_SECRETS}/token/versions/1:enable")
    assert _accessed(client, "1") == b"one"


def test_a_destroyed_version_cannot_be_enabled(client: httpx.Client) -> None:
    _created(client)
    _added(client, b"one")
    client.post(f"{_SECRETS}/token/versions/1:destroy")
    assert client.post(f"{_SECRETS}/token/versions/1:enable").status_code == 400


def test_a_second_secret_of_the_same_name_is_refused(client: httpx.Client) -> None:
    _created(client)
    answer = client.post(f"{_SECRETS}?secretId=token", json={})
    assert answer.status_code == 409
    assert answer.json()["error"] == {
        "code": 409,
        "message": "Secret [projects/tin-bao-local/secrets/token] already exists.",
        "status": "ALREADY_EXISTS",
    }


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/token"),
        ("GET", "/token/versions"),
        ("GET", "/token/versions/latest:access"),
        ("POST", "/token/versions/1:destroy"),
    ],
)
def test_a_missing_secret_is_not_found(client: httpx.Client, method: str, path: str) -> None:
    answer = client.request(method, _SECRETS + path)
    assert (answer.status_code, answer.json()["error"]["status"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize("version", ["latest", "0", "1", "-1", "x"])
def test_a_missing_version_is_not_found(client: httpx.Client, version: str) -> None:
    _created(client)
    answer = client.get(f"{_SECRETS}/token/versions/{version}:access")
    assert (answer.status_code, answer.json()["error"]["status"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize("name", ["", "a b", "a.b", "x" * 256, "đ"])
def test_a_bad_secret_name_is_refused(client: httpx.Client, name: str) -> None:
    answer = client.post(_SECRETS, params={"secretId": name}, json={})
    assert (answer.status_code, answer.json()["error"]["status"]) == (400, "INVALID_ARGUMENT")


def test_a_name_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "outside.json").write_text("{}")
    client = _browser(tmp_path / "secrets")
    assert client.get("/v1/projects/%2e%2e/secrets/outside").status_code == 400


@pytest.mark.parametrize("body", [{}, {"payload": {}}, {"payload": {"data": "%"}}, [], "x"])
def test_a_version_without_a_readable_payload_is_refused(
    client: httpx.Client, body: object
) -> None:
    _created(client)
    assert client.post(f"{_SECRETS}/token:addVersion", json=body).status_code == 400


def test_a_payload_of_64_kib_is_the_largest(client: httpx.Client) -> None:
    _created(client)
    _added(client, b"x" * 65_536)
    body = {"payload": {"data": base64.b64encode(b"x" * 65_537).decode()}}
    assert client.post(f"{_SECRETS}/token:addVersion", json=body).status_code == 400


def test_what_was_answered_for_survives_a_restart(client: httpx.Client, tmp_path: Path) -> None:
    _created(client)
    _added(client, b"one")
    restarted = _browser(tmp_path)
    assert _accessed(restarted, "latest") == b"one"


def test_secrets_are_readable_by_their_owner_only(client: httpx.Client, tmp_path: Path) -> None:
    _created(client)
    assert (tmp_path / "tin-bao-local" / "token.json").stat().st_mode & 0o077 == 0


def test_without_a_clock_nothing_is_added(tmp_path: Path) -> None:
    def stopped() -> datetime:
        raise ClockAway("nobody told the time")

    client = _browser(tmp_path, stopped)
    assert client.post(f"{_SECRETS}?secretId=token", json={}).status_code == 503
    assert client.get(f"{_SECRETS}/token").status_code == 404
