"""Faults of sending and other API calls, each as its line in the README says."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.local.zalo.faults import KINDS, TASKS, Kind
from tests.local.zalo.simulator import BUSINESS, CUT, GOVERNMENT, HELLO, V3, Simulator


def is_delivered(simulator: Simulator, user_id: str) -> bool:
    return bool(simulator.phone(user_id))


def ask_to_send(simulator: Simulator, user_id: str, **more: Any) -> httpx.Response:
    body = {"recipient": {"user_id": user_id}, "message": HELLO}
    return simulator.call("POST", V3, json=body, **more)


def test_send_error(simulator: Simulator) -> None:
    simulator.fault("send_error", code=-211, message="Out of quota today", count=1)
    user_id = simulator.citizen()
    assert simulator.send(user_id) == {"error": -211, "message": "Out of quota today"}
    assert not is_delivered(simulator, user_id)
    assert simulator.send(user_id)["error"] == 0


def test_deliver_but_error(simulator: Simulator) -> None:
    simulator.fault("deliver_but_error")
    user_id = simulator.citizen()
    assert simulator.send(user_id) == {"error": -200, "message": "Send message failed"}
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
    assert simulator.send(user_id)["error"] == 0


def test_api_5xx(simulator: Simulator) -> None:
    simulator.fault("api_5xx", status=500)
    assert simulator.call("GET", "/v2.0/oa/getoa").status_code == 500


def test_a_fault_can_be_limited_to_a_page_and_a_citizen(simulator: Simulator) -> None:
    first, second = simulator.citizen(), simulator.citizen()
    simulator.act(first, "follow", page=GOVERNMENT)
    simulator.fault("send_error", page=BUSINESS, user_id=first)
    codes = [
        simulator.send(first)["error"],
        simulator.send(second)["error"],
        simulator.send(first, page=GOVERNMENT)["error"],
    ]
    assert codes == [-200, 0, 0]


def test_a_fault_with_a_rate_strikes_sometimes(simulator: Simulator) -> None:
    simulator.fault("rate_limit", rate=0.5)
    codes = {simulator.call("GET", "/v2.0/oa/getoa").json()["error"] for _ in range(64)}
    assert codes == {0, -32}


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
