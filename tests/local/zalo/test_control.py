"""The control API (DESIGN 5), what it remembers, and what it refuses."""

from typing import Any

import httpx
import pytest

from infra.local.zalo.faults import KINDS
from tests.local.zalo.simulator import APP, BUSINESS, GOVERNMENT, PHOTO, Simulator
from tests.local.zalo.webhook import Webhook


def post(simulator: Simulator, path: str, body: Any) -> httpx.Response:
    return simulator.http.post(f"/control/{path}", json=body)


def test_the_clock_moves_and_everything_is_told_by_it(simulator: Simulator) -> None:
    assert simulator.control("clock") == {
        "now": "2026-11-21T03:00:00.000000Z",
        "offset_seconds": 0,
    }
    moved = simulator.control("clock", {"advance": "P3DT2H0.5S"})
    assert moved == {"now": "2026-11-24T05:00:00.500000Z", "offset_seconds": 266400.5}
    user_id = simulator.citizen()
    simulator.say(user_id)
    assert simulator.phone(user_id)[0]["time"] == moved["now"]


@pytest.mark.parametrize("duration", ["", "P", "PT", "3 days", "-P1D", "P1M", "P1Y", "PT1H1D"])
def test_a_wrong_duration_does_not_move_the_clock(shared: Simulator, duration: str) -> None:
    assert post(shared, "clock", {"advance": duration}).status_code == 400
    assert shared.control("clock")["offset_seconds"] == 0


def test_everything_but_faults_and_calls_survives_a_restart(
    simulator: Simulator, webhook: Webhook
) -> None:
    user_id = simulator.citizen()
    pair = simulator.grant()
    simulator.advance("PT1H")
    simulator.say(user_id)
    url = simulator.link()
    simulator.control(f"pages/{BUSINESS}/settings", {"balance": 5})
    simulator.control("settings", {"article_seconds": 9})
    simulator.fault("rate_limit")
    webhook.wait_for_event("user_send_image")
    simulator.restart()
    headers = {"access_token": pair["access_token"]}
    assert simulator.control("clock")["offset_seconds"] == 3600
    assert simulator.phone(user_id)[0]["text"] == "Xin chào"
    assert simulator.http.get(url.partition("/media")[1] + url.partition("/media")[2]).content == (
        PHOTO
    )
    assert simulator.control("pages")[0]["balance"] == 5
    assert simulator.control("settings")["article_seconds"] == 9
    assert simulator.http.get("/v2.0/oa/getoa", headers=headers).json()["error"] == 0
    assert simulator.control("faults") == {"faults": []}


def test_a_fault_is_listed_counted_down_and_switched_off(simulator: Simulator) -> None:
    answer = simulator.control(
        "faults", {"name": "send_error", "count": 2, "rate": 1, "code": -211}
    )
    simulator.send(simulator.citizen(), {"text": "Chào"})
    (fault,) = simulator.control("faults")["faults"]
    assert fault == {**answer, "count": 1}
    assert (fault["name"], fault["rate"], fault["parameters"]) == ("send_error", 1, {"code": -211})
    simulator.http.delete(f"/control/faults/{fault['id']}")
    assert simulator.control("faults")["faults"] == []


def test_all_faults_are_switched_off_at_once(simulator: Simulator) -> None:
    simulator.fault("rate_limit")
    simulator.fault("drop_tasks", queue="send")
    assert simulator.http.delete("/control/faults").json() == {"faults": []}


def test_an_unknown_fault_is_refused_with_the_names_there_are(shared: Simulator) -> None:
    answer = post(shared, "faults", {"name": "meteor"})
    assert answer.status_code == 400
    assert answer.json()["faults"] == [kind.name for kind in KINDS]


@pytest.mark.parametrize(
    "body",
    [
        {"name": "send_error", "kode": -211},
        {"name": "send_error", "code": "-211"},
        {"name": "poison_event", "kind": "arsenic"},
        {"name": "rate_limit", "rate": 0},
        {"name": "rate_limit", "rate": 2},
        {"name": "rate_limit", "count": 0},
        {},
    ],
    ids=str,
)
def test_a_wrong_fault_is_refused(shared: Simulator, body: dict[str, Any]) -> None:
    assert post(shared, "faults", body).status_code == 400
    assert shared.control("faults") == {"faults": []}


@pytest.mark.parametrize("path", ["citizens/1/follow", "pages/1/grant", "apps/1/settings"])
def test_who_does_not_exist_is_not_found(shared: Simulator, path: str) -> None:
    assert post(shared, path, {"page": BUSINESS}).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"page": BUSINESS, "type": "song"},
        {"page": BUSINESS, "type": "text"},
        {"page": BUSINESS, "type": "image"},
        {"page": BUSINESS, "type": "image", "media_path": "/no/such/file.jpg"},
        {"page": BUSINESS, "type": "location"},
        {"page": BUSINESS, "type": "location", "latitude": 91, "longitude": 0},
        {"page": BUSINESS, "type": "sticker", "sticker": "1"},
        {"page": BUSINESS, "type": "link"},
        {"page": BUSINESS, "type": "text", "text": "a", "colour": "red"},
    ],
    ids=str,
)
def test_a_wrong_message_is_refused(shared: Simulator, body: dict[str, Any]) -> None:
    user_id = shared.citizen(None)
    assert post(shared, f"citizens/{user_id}/send", body).status_code == 400
    assert shared.control(f"citizens/{user_id}/messages") == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("citizens", {"name": 7}),
        ("citizens", {"name": "A", "persona": "angry"}),
        (f"pages/{BUSINESS}/settings", {"oa_type": 3}),
        (f"pages/{BUSINESS}/settings", {"colour": "red"}),
        (f"apps/{APP}/settings", {"calls_per_minute": 0}),
        ("settings", {"media_lifetime_seconds": 0}),
        ("templates", {"template_id": "1"}),
        ("events", {"page": BUSINESS}),
    ],
    ids=str,
)
def test_a_wrong_setting_is_refused(shared: Simulator, path: str, body: dict[str, Any]) -> None:
    assert post(shared, path, body).status_code == 400


def test_a_body_that_is_not_json_is_refused(shared: Simulator) -> None:
    answers = [
        shared.http.post(f"/control/{path}", content=b"{").status_code
        for path in ("citizens", "clock", f"pages/{BUSINESS}/settings")
    ]
    assert answers == [400, 400, 400]


def test_messages_are_those_of_the_page_that_is_asked_for(simulator: Simulator) -> None:
    user_id = simulator.citizen()
    simulator.say(user_id, "cho phường")
    simulator.say(user_id, "cho tỉnh", page=GOVERNMENT)
    texts = [message["text"] for message in simulator.phone(user_id, GOVERNMENT)]
    everything = [one["text"] for one in simulator.control(f"citizens/{user_id}/messages")]
    assert (texts, everything) == (["cho tỉnh"], ["cho phường", "cho tỉnh"])


def test_citizens_are_listed_with_their_pages(simulator: Simulator) -> None:
    user_id = simulator.citizen(persona="rejects")
    (citizen,) = simulator.control("citizens")
    assert (citizen["user_id"], citizen["name"], citizen["persona"]) == (
        user_id,
        "Nguyễn Thị Lan",
        "rejects",
    )
    assert [(page["page_id"], page["is_follower"]) for page in citizen["pages"]] == [
        (BUSINESS, True)
    ]


def test_calls_are_recorded_with_request_and_error(simulator: Simulator) -> None:
    user_id = simulator.citizen(None)
    simulator.send(user_id, {"text": "Chào"})
    simulator.call("GET", "/v2.0/oa/getoa")
    (call,) = simulator.control("calls?path=/v3.0/oa/message")
    assert (call["page"], call["status"], call["error"]) == (BUSINESS, 200, -232)
    assert call["request"]["message"] == {"text": "Chào"}
    assert len(simulator.control(f"calls?after={call['number']}")) == 1


def test_a_fault_that_struck_stands_in_the_record(simulator: Simulator) -> None:
    simulator.fault("send_5xx")
    user_id = simulator.citizen()
    simulator.call(
        "POST", "/v3.0/oa/message/cs", json={"recipient": {"user_id": user_id}, "message": {}}
    )
    (call,) = simulator.control("calls")
    assert (call["fault"], call["status"]) == ("send_5xx", 503)


def test_calls_can_be_forgotten(simulator: Simulator) -> None:
    simulator.call("GET", "/v2.0/oa/getoa")
    simulator.http.delete("/control/calls")
    assert simulator.control("calls") == []


def test_pages_say_how_they_stand(simulator: Simulator) -> None:
    simulator.citizen()
    business, government = simulator.control("pages")
    assert (business["page_id"], business["followers"], business["webhook_is_enabled"]) == (
        BUSINESS,
        1,
        True,
    )
    assert (government["oa_type"], government["name"]) == (4, "Công an tỉnh")


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://example.com"}, {"Origin": "null"}, {"Host": "example.com"}],
    ids=str,
)
def test_other_web_sites_cannot_drive_this_world(
    simulator: Simulator, headers: dict[str, str]
) -> None:
    answer = simulator.http.post("/control/citizens", json={"name": "A"}, headers=headers)
    assert answer.status_code == 403
    assert simulator.control("citizens") == []


def test_the_server_is_healthy(shared: Simulator) -> None:
    assert shared.http.get("/healthz").json() == {"status": "ok"}
