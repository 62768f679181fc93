"""What a page may send, to whom, when and at which price (fact sheet sections 0 and 4)."""

from typing import Any

import pytest

from infra.local.zalo.sending import REFUSED_PERSONAS
from tests.local.zalo.simulator import APP, BUSINESS, GOVERNMENT, HELLO, V2, V3, Simulator


@pytest.mark.parametrize(
    ("page", "path", "code"),
    [(BUSINESS, V3, 0), (BUSINESS, V2, -240), (GOVERNMENT, V2, 0), (GOVERNMENT, V3, -235)],
)
def test_each_kind_of_page_has_its_endpoint(
    shared: Simulator, page: str, path: str, code: int
) -> None:
    user_id = shared.citizen(page)
    body = {"recipient": {"user_id": user_id}, "message": HELLO}
    answer = shared.call("POST", path, page=page, json=body).json()
    assert answer["error"] == code


def test_an_answer_names_the_message_on_the_phone(simulator: Simulator) -> None:
    user_id = simulator.citizen()
    answer = simulator.send(user_id)
    (shown,) = simulator.phone(user_id)
    assert answer == {
        "data": {
            "message_id": shown["message_id"],
            "user_id": user_id,
            "sent_time": "1795230000000",
        },
        "error": 0,
        "message": "Success",
    }


def test_a_free_message_can_show_the_old_reply_quota(simulator: Simulator) -> None:
    simulator.control(f"pages/{BUSINESS}/settings", {"shows_reply_quota": True})
    quota = simulator.send(simulator.citizen())["data"]["quota"]
    assert quota == {"quota_type": "reply", "remain": "8", "total": "8"}


@pytest.mark.parametrize("page", [BUSINESS, GOVERNMENT])
@pytest.mark.parametrize("code", [-232, -213])
def test_who_never_interacted_cannot_be_messaged(
    simulator: Simulator, page: str, code: int
) -> None:
    simulator.control(f"pages/{page}/settings", {"never_interacted_code": code})
    assert simulator.send(simulator.citizen(None), page=page)["error"] == code


@pytest.mark.parametrize(
    "act",
    [
        ("follow", {}),
        ("send", {"type": "text", "text": "Xin chào"}),
        ("tap", {"payload": "#tracuu"}),
        ("share", {}),
    ],
    ids=lambda act: act[0],
)
def test_an_interaction_opens_the_window_again(
    simulator: Simulator, act: tuple[str, dict[str, Any]]
) -> None:
    user_id = simulator.citizen()
    simulator.advance("P8D")
    simulator.act(user_id, act[0], **act[1])
    assert simulator.send(user_id)["error"] == 0


def test_chat_now_opens_the_window_once(simulator: Simulator) -> None:
    user_id = simulator.citizen(None)
    happened = [simulator.act(user_id, "chat_now")["happened"] for _ in range(2)]
    assert (happened, simulator.send(user_id)["error"]) == ([True, False], 0)


@pytest.mark.parametrize("act", ["unfollow", "look"])
def test_other_acts_do_not_open_the_window(simulator: Simulator, act: str) -> None:
    user_id = simulator.citizen()
    simulator.advance("P8D")
    simulator.act(user_id, act)
    assert simulator.send(user_id)["error"] == -230


def test_a_paid_message_takes_its_price_from_the_linked_account(simulator: Simulator) -> None:
    user_id = simulator.citizen()
    simulator.control(f"pages/{BUSINESS}/settings", {"balance": 100})
    simulator.advance("P3D")
    assert simulator.send(user_id)["data"]["quota"]["quota_type"] == "zbs"
    assert simulator.send(user_id)["error"] == -321
    assert simulator.control("pages")[0]["balance"] == 45


def test_purchased_messages_are_used_before_the_account(simulator: Simulator) -> None:
    user_id = simulator.citizen()
    settings = {"purchased_messages": 1, "linked_account": False}
    simulator.control(f"pages/{BUSINESS}/settings", settings)
    simulator.advance("P3D")
    assert simulator.send(user_id)["data"]["quota"]["quota_type"] == "purchase_quota"
    assert simulator.send(user_id)["error"] == -320


@pytest.mark.parametrize(("persona", "code"), REFUSED_PERSONAS.items())
def test_a_persona_that_takes_no_messages_answers_its_code(
    shared: Simulator, persona: str, code: int
) -> None:
    user_id = shared.citizen(persona=persona)
    assert shared.send(user_id)["error"] == code


def test_a_citizen_can_block_the_pages_and_relent(simulator: Simulator) -> None:
    user_id = simulator.citizen(blocked=True)
    assert simulator.send(user_id)["error"] == -217
    simulator.control(f"citizens/{user_id}/settings", {"blocked": False})
    assert simulator.send(user_id)["error"] == 0


@pytest.mark.parametrize(
    ("setting", "code"),
    [
        ({"is_enabled": False}, -204),
        ({"is_granted": False}, -223),
        ({"has_tier": False}, -224),
    ],
)
def test_a_page_that_lacks_something_is_refused(
    simulator: Simulator, setting: dict[str, Any], code: int
) -> None:
    simulator.control(f"pages/{BUSINESS}/settings", setting)
    assert simulator.send(simulator.citizen())["error"] == code


@pytest.mark.parametrize(
    ("setting", "code"),
    [
        ({"is_removed": True}, -219),
        ({"is_active": False}, -209),
        ({"is_registered": False}, -212),
        ({"requires_appsecret_proof": True}, -242),
    ],
)
def test_an_app_that_lacks_something_is_refused(
    simulator: Simulator, setting: dict[str, Any], code: int
) -> None:
    simulator.control(f"apps/{APP}/settings", setting)
    assert simulator.send(simulator.citizen())["error"] == code


def test_the_rate_limit_ends_with_the_minute_and_is_told_in_headers(simulator: Simulator) -> None:
    simulator.control(f"apps/{APP}/settings", {"calls_per_minute": 1})
    answers = [simulator.call("GET", "/v2.0/oa/getoa") for _ in range(2)]
    simulator.advance("PT1M")
    answers.append(simulator.call("GET", "/v2.0/oa/getoa"))
    assert [answer.json()["error"] for answer in answers] == [0, -32, 0]
    assert answers[0].headers["X-RateLimit-Limit"] == "1"
    assert answers[0].headers["X-RateLimit-Remain"] == "0"


def test_a_path_that_zalo_does_not_have_is_not_found(simulator: Simulator) -> None:
    answer = simulator.call("POST", "/v3.0/oa/message", json={})
    assert answer.status_code == 404
    assert answer.json()["message"] == "You are accessing an empty or invalid API"
