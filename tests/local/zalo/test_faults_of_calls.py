"""Faults of the API, OAuth and the media host, each as its line in the README says."""

import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.local.zalo.faults import KINDS, TASKS, Kind
from tests.local.zalo.granting import refresh, works
from tests.local.zalo.simulator import (
    APP,
    BUSINESS,
    GOVERNMENT,
    PHOTO,
    Grounds,
    Simulator,
    wait_for,
)
from tests.local.zalo.webhook import Webhook

HELLO = {"text": "Đã tiếp nhận phản ánh."}
CUT = (httpx.RemoteProtocolError, httpx.ReadError)
"""How httpx says that a connection was cut."""


def is_delivered(simulator: Simulator, user_id: str) -> bool:
    return bool(simulator.phone(user_id))


def ask_to_send(simulator: Simulator, user_id: str, **more: Any) -> httpx.Response:
    body = {"recipient": {"user_id": user_id}, "message": HELLO}
    return simulator.call("POST", "/v3.0/oa/message/cs", json=body, **more)


def test_send_error(simulator: Simulator) -> None:
    simulator.fault("send_error", code=-211, message="Out of quota today", count=1)
    user_id = simulator.citizen()
    assert simulator.send(user_id, HELLO) == {"error": -211, "message": "Out of quota today"}
    assert not is_delivered(simulator, user_id)
    assert simulator.send(user_id, HELLO)["error"] == 0


def test_deliver_but_error(simulator: Simulator) -> None:
    simulator.fault("deliver_but_error")
    user_id = simulator.citizen()
    assert simulator.send(user_id, HELLO) == {"error": -200, "message": "Send message failed"}
    assert is_delivered(simulator, user_id)


@pytest.mark.parametrize(
    ("name", "delivered"), [("send_timeout_before", False), ("deliver_but_timeout", True)]
)
def test_send_timeouts(simulator: Simulator, name: str, delivered: bool) -> None:
    simulator.fault(name)
    user_id = simulator.citizen()
    with pytest.raises(httpx.ReadTimeout):
        ask_to_send(simulator, user_id, timeout=0.2)
    assert is_delivered(simulator, user_id) is delivered


def test_a_send_timeout_ends_with_a_cut(simulator: Simulator) -> None:
    simulator.fault("send_timeout_before", seconds=0.1)
    with pytest.raises(CUT):
        ask_to_send(simulator, simulator.citizen())


def test_deliver_but_drop(simulator: Simulator) -> None:
    simulator.fault("deliver_but_drop")
    user_id = simulator.citizen()
    with pytest.raises(CUT):
        ask_to_send(simulator, user_id)
    assert is_delivered(simulator, user_id)


@pytest.mark.parametrize(
    ("name", "status", "delivered"),
    [("send_5xx", 503, False), ("deliver_but_5xx", 502, True), ("send_garbage", 200, False)],
)
def test_a_web_page_instead_of_an_answer(
    simulator: Simulator, name: str, status: int, delivered: bool
) -> None:
    simulator.fault(name)
    user_id = simulator.citizen()
    answer = ask_to_send(simulator, user_id)
    assert (answer.status_code, answer.headers["content-type"]) == (
        status,
        "text/html; charset=utf-8",
    )
    assert is_delivered(simulator, user_id) is delivered


def test_rate_limit(simulator: Simulator) -> None:
    simulator.fault("rate_limit")
    assert simulator.call("GET", "/v2.0/oa/getoa").json()["error"] == -32


def test_api_error(simulator: Simulator) -> None:
    simulator.fault("api_error", code=-221, path="/v2.0/oa/getoa")
    user_id = simulator.citizen()
    assert simulator.call("GET", "/v2.0/oa/getoa").json()["error"] == -221
    assert simulator.send(user_id, HELLO)["error"] == 0


def test_api_5xx(simulator: Simulator) -> None:
    simulator.fault("api_5xx", status=500)
    assert simulator.call("GET", "/v2.0/oa/getoa").status_code == 500


def test_a_fault_can_be_limited_to_a_page_and_a_citizen(simulator: Simulator) -> None:
    first, second = simulator.citizen(), simulator.citizen()
    simulator.act(first, "follow", page=GOVERNMENT)
    simulator.fault("send_error", page=BUSINESS, user_id=first)
    codes = [
        simulator.send(first, HELLO)["error"],
        simulator.send(second, HELLO)["error"],
        simulator.send(first, HELLO, page=GOVERNMENT)["error"],
    ]
    assert codes == [-200, 0, 0]


def test_a_fault_with_a_rate_strikes_sometimes(simulator: Simulator) -> None:
    simulator.fault("rate_limit", rate=0.5)
    codes = {simulator.call("GET", "/v2.0/oa/getoa").json()["error"] for _ in range(64)}
    assert codes == {0, -32}


def test_oauth_drop_answer(simulator: Simulator) -> None:
    """The worst case: the old refresh token is spent and the new one reached nobody."""
    simulator.fault("oauth_drop_answer", count=1)
    pair = simulator.grant()
    with pytest.raises(CUT):
        refresh(simulator, pair["refresh_token"])
    assert "error_name" in refresh(simulator, pair["refresh_token"])
    assert works(simulator, pair["access_token"]) == 0


def test_oauth_drop_before(simulator: Simulator) -> None:
    simulator.fault("oauth_drop_before", count=1)
    pair = simulator.grant()
    with pytest.raises(CUT):
        refresh(simulator, pair["refresh_token"])
    assert "access_token" in refresh(simulator, pair["refresh_token"])


def test_oauth_http_200_error(simulator: Simulator) -> None:
    simulator.fault("oauth_http_200_error", count=1)
    pair = simulator.grant()
    assert refresh(simulator, pair["refresh_token"])["error_name"] == "Internal error"
    assert "access_token" in refresh(simulator, pair["refresh_token"])


@pytest.mark.parametrize(("name", "status"), [("oauth_html", 200), ("oauth_5xx", 503)])
def test_oauth_answers_with_a_web_page(simulator: Simulator, name: str, status: int) -> None:
    simulator.fault(name, count=1)
    pair = simulator.grant()
    form = {"app_id": APP, "grant_type": "refresh_token"}
    answer = simulator.http.post(
        "/v4/oa/access_token",
        headers={"secret_key": "app-secret"},
        data={**form, "refresh_token": pair["refresh_token"]},
    )
    assert (answer.status_code, answer.text[:4]) == (status, "<h1>")
    assert "access_token" in refresh(simulator, pair["refresh_token"])


def test_oauth_slow_rotates_at_once_so_the_second_of_two_refreshes_loses(
    simulator: Simulator,
) -> None:
    simulator.fault("oauth_slow", seconds=30, count=1)
    pair = simulator.grant()
    first: list[Any] = []

    def refresh_slowly() -> None:
        with pytest.raises(CUT):
            first.append(refresh(simulator, pair["refresh_token"]))

    slow = threading.Thread(target=refresh_slowly)
    slow.start()
    wait_for(lambda: simulator.control("calls?kind=oauth"))
    second = refresh(simulator, pair["refresh_token"])
    simulator.stop()
    slow.join()
    assert "error_name" in second


@pytest.mark.parametrize("name", ["oauth_numeric_expires", "oauth_missing_refresh_token"])
def test_an_oauth_answer_of_another_shape(simulator: Simulator, name: str) -> None:
    simulator.fault(name)
    answer = refresh(simulator, simulator.grant()["refresh_token"])
    assert {
        "oauth_numeric_expires": answer["expires_in"] == 90000,
        "oauth_missing_refresh_token": "refresh_token" not in answer,
    }[name]
    assert works(simulator, answer["access_token"]) == 0


def test_token_revoked_on_refresh(simulator: Simulator) -> None:
    simulator.fault("token_revoked_on_refresh")
    old = simulator.grant()
    new = refresh(simulator, old["refresh_token"])
    assert works(simulator, old["access_token"]) == -216
    assert works(simulator, new["access_token"]) == 0


def test_refresh_reuse_revokes(simulator: Simulator) -> None:
    simulator.fault("refresh_reuse_revokes")
    old = simulator.grant()
    new = refresh(simulator, old["refresh_token"])
    assert "error_name" in refresh(simulator, old["refresh_token"])
    assert works(simulator, new["access_token"]) == -216
    assert "error_name" in refresh(simulator, new["refresh_token"])


@pytest.mark.parametrize(
    ("name", "status"), [("media_gone", 404), ("media_forbidden", 403), ("media_error", 503)]
)
def test_a_media_link_that_fails(simulator: Simulator, name: str, status: int) -> None:
    url = simulator.link()
    simulator.fault(name, count=1)
    assert [simulator.http.get(url).status_code for _ in range(2)] == [status, 200]


@pytest.mark.parametrize("to", ["", "http://169.254.169.254/latest/"])
def test_media_redirect(simulator: Simulator, to: str) -> None:
    url = simulator.link()
    simulator.fault("media_redirect", to=to)
    answer = simulator.http.get(url)
    expected = to or f"{simulator.origin}/media/elsewhere/x"
    assert (answer.status_code, answer.headers["location"]) == (307, expected)


def test_media_empty_first(simulator: Simulator) -> None:
    url = simulator.link()
    simulator.fault("media_empty_first")
    assert [simulator.http.get(url).content for _ in range(2)] == [b"", PHOTO]


def test_media_wrong_type(simulator: Simulator) -> None:
    url = simulator.link()
    simulator.fault("media_wrong_type")
    answer = simulator.http.get(url)
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.text.startswith("<!doctype html>")


def test_media_oversize(simulator: Simulator) -> None:
    url = simulator.link()
    simulator.fault("media_oversize")
    with simulator.http.stream("GET", url) as answer:
        assert "content-length" not in answer.headers
        blocks = zip(range(1000), answer.iter_raw(), strict=False)
        assert sum(len(block) for _, block in blocks) > 10_000_000


def test_media_oversize_with_a_length(simulator: Simulator) -> None:
    url = simulator.link()
    simulator.fault("media_oversize", bytes=10**12, declares_length=True)
    with simulator.http.stream("GET", url) as answer:
        assert answer.headers["content-length"] == "1000000000000"


def test_media_truncated(simulator: Simulator) -> None:
    url = simulator.link()
    simulator.fault("media_truncated")
    with pytest.raises(CUT):
        simulator.http.get(url)


def test_media_slow(simulator: Simulator) -> None:
    url = simulator.link()
    simulator.fault("media_slow", seconds=60)
    with simulator.http.stream("GET", url) as answer:
        assert next(answer.iter_raw()) == PHOTO[:1]


def test_media_bad_checksum(simulator: Simulator) -> None:
    checksums = []
    for _ in range(2):
        simulator.link("file", "đơn.pdf")
        (attachment,) = simulator.event("user_send_file")["message"]["attachments"]
        checksums.append(attachment["payload"]["checksum"])
        simulator.fault("media_bad_checksum")
    assert checksums[0] != checksums[1]


def test_media_foreign_host(simulator: Simulator) -> None:
    """The link works, so that whoever follows it is found out by the recorded call."""
    simulator.fault("media_foreign_host")
    url = simulator.link()
    assert url.startswith(simulator.origin.replace("127.0.0.1", "localhost"))
    assert simulator.http.get(url).content == PHOTO


def test_http_media(grounds: Grounds, webhook: Webhook, tmp_path: Path) -> None:
    secure = Simulator(grounds, tmp_path, webhook.url, media_origin="https://f20-zpc.zdn.vn")
    assert secure.link().startswith("https://f20-zpc.zdn.vn/media/")
    secure.fault("http_media")
    assert secure.link().startswith("http://f20-zpc.zdn.vn/media/")
    secure.stop()


@pytest.mark.parametrize("name", [kind.name for kind in KINDS if kind.group == TASKS])
def test_faults_of_the_task_server_are_kept_for_it(simulator: Simulator, name: str) -> None:
    simulator.fault(name, queue="send", count=2)
    (fault,) = simulator.control("faults")["faults"]
    assert (fault["name"], fault["parameters"], fault["count"]) == (name, {"queue": "send"}, 2)


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind.group != TASKS], ids=lambda kind: kind.name
)
def test_every_fault_is_exercised(kind: Kind) -> None:
    folder = Path(__file__).parent
    tests = "".join(path.read_text() for path in folder.glob("test_faults_of_*.py"))
    assert f'"{kind.name}"' in tests
