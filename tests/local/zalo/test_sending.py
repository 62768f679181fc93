"""What a page may send, to whom, when and at which price (fact sheet sections 0 and 4)."""

from typing import Any

import pytest

from infra.local.zalo.sending import REFUSED_PERSONAS
from tests.local.zalo.simulator import APP, BUSINESS, GOVERNMENT, JPEG, Simulator
from tests.local.zalo.webhook import Webhook

HELLO = {"text": "Đã tiếp nhận phản ánh."}
V3, V2 = "/v3.0/oa/message/cs", "/v2.0/oa/message"


def to(user_id: str, message: Any = HELLO) -> dict[str, Any]:
    return {"recipient": {"user_id": user_id}, "message": message}


def media(**element: Any) -> dict[str, Any]:
    payload = {"template_type": "media", "elements": [element]}
    return {"attachment": {"type": "template", "payload": payload}}


def buttons(*keys: Any) -> dict[str, Any]:
    payload = {"buttons": list(keys)}
    return {"text": "Chọn:", "attachment": {"type": "template", "payload": payload}}


KEY = {"title": "Tra cứu", "type": "oa.query.hide", "payload": "#tracuu PA-1"}


@pytest.mark.parametrize(
    ("page", "path", "code"),
    [(BUSINESS, V3, 0), (BUSINESS, V2, -240), (GOVERNMENT, V2, 0), (GOVERNMENT, V3, -235)],
)
def test_each_kind_of_page_has_its_endpoint(
    simulator: Simulator, page: str, path: str, code: int
) -> None:
    user_id = simulator.citizen(page)
    answer = simulator.call("POST", path, page=page, json=to(user_id)).json()
    assert answer["error"] == code


def test_an_answer_names_the_message_on_the_phone(simulator: Simulator) -> None:
    user_id = simulator.citizen()
    answer = simulator.send(user_id, HELLO)
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
    quota = simulator.send(simulator.citizen(), HELLO)["data"]["quota"]
    assert quota == {"quota_type": "reply", "remain": "8", "total": "8"}


@pytest.mark.parametrize("page", [BUSINESS, GOVERNMENT])
@pytest.mark.parametrize("code", [-232, -213])
def test_who_never_interacted_cannot_be_messaged(
    simulator: Simulator, page: str, code: int
) -> None:
    simulator.control(f"pages/{page}/settings", {"never_interacted_code": code})
    assert simulator.send(simulator.citizen(None), HELLO, page=page)["error"] == code


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
    assert simulator.send(user_id, HELLO)["error"] == 0


def test_chat_now_opens_the_window_once(simulator: Simulator) -> None:
    user_id = simulator.citizen(None)
    happened = [simulator.act(user_id, "chat_now")["happened"] for _ in range(2)]
    assert (happened, simulator.send(user_id, HELLO)["error"]) == ([True, False], 0)


@pytest.mark.parametrize("act", ["unfollow", "look"])
def test_other_acts_do_not_open_the_window(simulator: Simulator, act: str) -> None:
    user_id = simulator.citizen()
    simulator.advance("P8D")
    simulator.act(user_id, act)
    assert simulator.send(user_id, HELLO)["error"] == -230


def test_a_paid_message_takes_its_price_from_the_linked_account(simulator: Simulator) -> None:
    user_id = simulator.citizen()
    simulator.control(f"pages/{BUSINESS}/settings", {"balance": 100})
    simulator.advance("P3D")
    assert simulator.send(user_id, HELLO)["data"]["quota"]["quota_type"] == "zbs"
    assert simulator.send(user_id, HELLO)["error"] == -321
    assert simulator.control("pages")[0]["balance"] == 45


def test_purchased_messages_are_used_before_the_account(simulator: Simulator) -> None:
    user_id = simulator.citizen()
    settings = {"purchased_messages": 1, "linked_account": False}
    simulator.control(f"pages/{BUSINESS}/settings", settings)
    simulator.advance("P3D")
    assert simulator.send(user_id, HELLO)["data"]["quota"]["quota_type"] == "purchase_quota"
    assert simulator.send(user_id, HELLO)["error"] == -320


@pytest.mark.parametrize(("persona", "code"), REFUSED_PERSONAS.items())
def test_a_persona_that_takes_no_messages_answers_its_code(
    simulator: Simulator, persona: str, code: int
) -> None:
    user_id = simulator.citizen(persona=persona)
    assert simulator.send(user_id, HELLO)["error"] == code


def test_a_citizen_can_block_the_pages_and_relent(simulator: Simulator) -> None:
    user_id = simulator.citizen(blocked=True)
    assert simulator.send(user_id, HELLO)["error"] == -217
    simulator.control(f"citizens/{user_id}/settings", {"blocked": False})
    assert simulator.send(user_id, HELLO)["error"] == 0


@pytest.mark.parametrize(
    "message",
    [
        None,
        {},
        {"text": ""},
        {"text": "   "},
        {"text": 7},
        {"text": "a", "attachment": {}},
        {"text": "a", "quote_message_id": "96d3cdf3af150460909a"},
        buttons(),
        buttons("key"),
        buttons({**KEY, "title": ""}),
        buttons({**KEY, "type": "oa.open.moon"}),
        buttons({**KEY, "payload": {"url": "https://example.vn"}}),
        buttons({**KEY, "type": "oa.open.url"}),
        buttons({**KEY, "type": "oa.open.url", "payload": {"url": "javascript:alert(1)"}}),
        buttons({**KEY, "type": "oa.open.phone", "payload": {"phone_code": "0236388"}}),
        {"attachment": buttons(KEY)["attachment"]},
        media(media_type="image", attachment_id="never-uploaded"),
        media(media_type="image"),
        media(media_type="image", attachment_id="a", url="https://example.vn/a.jpg"),
        media(media_type="image", url="file:///etc/passwd"),
        media(media_type="sticker", attachment_id="1"),
        {"attachment": {"type": "file", "payload": {"token": "never-uploaded"}}},
        {"attachment": {"type": "file", "payload": {}}},
    ],
    ids=str,
)
def test_a_malformed_message_is_refused_and_reaches_nobody(
    simulator: Simulator, message: Any
) -> None:
    user_id = simulator.citizen()
    assert (simulator.send(user_id, message)["error"], simulator.phone(user_id)) == (-201, [])


@pytest.mark.parametrize(
    "message",
    [
        {"attachment": {"type": "video", "payload": {}}},
        {"attachment": {"type": "template", "payload": {"template_type": "promotion"}}},
        media(media_type="video", attachment_id="a"),
        media(media_type="article", attachment_id="a"),
        {
            "attachment": {
                "type": "template",
                "payload": {"template_type": "list", "elements": [{"title": "Mục"}]},
            }
        },
    ],
    ids=str,
)
def test_an_unsupported_kind_of_message_is_refused(simulator: Simulator, message: Any) -> None:
    assert simulator.send(simulator.citizen(), message)["error"] == -233


@pytest.mark.parametrize("kind", ["transaction", "promotion"])
def test_the_shapes_removed_in_2026_are_refused(simulator: Simulator, kind: str) -> None:
    path = f"/v3.0/oa/message/{kind}"
    assert simulator.call("POST", path, json=to(simulator.citizen())).json()["error"] == -233


@pytest.mark.parametrize(
    "recipient",
    [None, {}, {"user_id": "1"}, {"user_id": 1}, {"message_id": "1"}, {"phone": "84900000001"}],
    ids=str,
)
def test_an_unknown_recipient_is_refused(simulator: Simulator, recipient: Any) -> None:
    body = {"recipient": recipient, "message": HELLO}
    assert simulator.call("POST", V3, json=body).json()["error"] == -201


def test_a_message_can_answer_and_quote_a_citizens_message(simulator: Simulator) -> None:
    user_id = simulator.citizen()
    message_id = simulator.say(user_id)
    message = HELLO | {"quote_message_id": message_id}
    body = {"recipient": {"message_id": message_id}, "message": message}
    assert simulator.call("POST", V3, json=body).json()["error"] == 0
    assert simulator.phone(user_id)[-1]["quote_message_id"] == message_id


def test_buttons_stand_under_the_message_on_the_phone(simulator: Simulator) -> None:
    user_id = simulator.citizen()
    link = {"title": "Trang web", "type": "oa.open.url", "payload": {"url": "https://example.vn"}}
    simulator.send(user_id, buttons(KEY, link))
    assert simulator.phone(user_id)[0]["buttons"] == [KEY, link]


def test_an_uploaded_image_arrives_with_its_bytes(simulator: Simulator) -> None:
    user_id = simulator.citizen()
    file = {"file": ("bien-ban.jpg", JPEG + b"pixels")}
    uploaded = simulator.call("POST", "/v2.0/oa/upload/image", files=file).json()["data"]
    simulator.send(user_id, media(media_type="image", **uploaded) | {"text": "Ảnh"})
    message = simulator.phone(user_id)[0]
    content = simulator.http.get(message["attachments"][0]["url"]).content
    assert (message["kind"], message["text"], content) == ("image", "Ảnh", JPEG + b"pixels")


def test_an_uploaded_file_arrives_with_its_name(simulator: Simulator) -> None:
    user_id = simulator.citizen()
    file = {"file": ("mẫu đơn.docx", b"PK")}
    uploaded = simulator.call("POST", "/v2.0/oa/upload/file", files=file).json()["data"]
    simulator.send(user_id, {"attachment": {"type": "file", "payload": uploaded}})
    (attachment,) = simulator.phone(user_id)[0]["attachments"]
    assert (attachment["name"], attachment["size"]) == ("mẫu đơn.docx", 2)


def test_an_upload_of_one_page_is_unknown_to_another(simulator: Simulator) -> None:
    user_id = simulator.citizen(GOVERNMENT)
    file = {"file": ("a.jpg", JPEG)}
    uploaded = simulator.call("POST", "/v2.0/oa/upload/image", files=file).json()["data"]
    message = media(media_type="image", **uploaded)
    assert simulator.send(user_id, message, page=GOVERNMENT)["error"] == -201


def test_an_echo_and_the_receipts_follow_a_message(simulator: Simulator, webhook: Webhook) -> None:
    user_id = simulator.citizen()
    message_id = simulator.send(user_id, HELLO)["data"]["message_id"]
    names = [received.event["event_name"] for received in webhook.wait(4)]
    echo = webhook.wait_for_event("oa_send_text").event
    assert names == ["follow", "oa_send_text", "user_received_message", "user_seen_message"]
    assert echo["message"] == {"text": HELLO["text"], "msg_id": message_id}
    assert (echo["sender"], echo["recipient"]) == ({"id": BUSINESS}, {"id": user_id})


@pytest.mark.parametrize("sender", ["page", "citizen"])
def test_receipts_name_either_side_as_sender(simulator: Simulator, sender: str) -> None:
    simulator.control(f"pages/{BUSINESS}/settings", {"receipt_sender": sender})
    user_id = simulator.citizen()
    message_id = simulator.send(user_id, HELLO)["data"]["message_id"]
    seen, received = simulator.event("user_seen_message"), simulator.event("user_received_message")
    expected = {"page": BUSINESS, "citizen": user_id}[sender]
    assert (seen["sender"]["id"], received["sender"]["id"]) == (expected, expected)
    assert (seen["message"], received["message"]) == (
        {"msg_ids": [message_id]},
        {"msg_id": message_id},
    )


def test_a_message_is_seen_when_the_citizen_looks(simulator: Simulator) -> None:
    user_id = simulator.citizen(reads_at_once=False)
    simulator.send(user_id, HELLO)
    assert (simulator.phone(user_id)[0]["seen"], simulator.events(event="user_seen_message")) == (
        False,
        [],
    )
    simulator.act(user_id, "look")
    assert simulator.phone(user_id)[0]["seen"]
    assert len(simulator.events(event="user_seen_message")) == 1


def test_receipts_can_be_off(simulator: Simulator) -> None:
    simulator.control(f"pages/{BUSINESS}/settings", {"receipts": False})
    simulator.send(simulator.citizen(), HELLO)
    assert [one["event_name"] for one in simulator.events()] == ["follow", "oa_send_text"]


def test_an_officer_who_answers_by_hand_is_named_in_the_echo(simulator: Simulator) -> None:
    user_id = simulator.citizen()
    body = {"user_id": user_id, "text": "Chào Ông/Bà", "admin_id": "7000000000000000001"}
    simulator.control(f"pages/{BUSINESS}/reply", body)
    assert simulator.event("oa_send_text")["sender"] == {
        "id": BUSINESS,
        "admin_id": "7000000000000000001",
    }


def test_a_page_reacts_to_a_message(simulator: Simulator) -> None:
    user_id = simulator.citizen()
    message_id = simulator.say(user_id)
    action = {"react_icon": "/-strong", "react_message_id": message_id}
    body = {"recipient": {"user_id": user_id}, "sender_action": action}
    assert simulator.call("POST", V2, json=body).json()["error"] == 0
    reaction = simulator.event("oa_reacted_message")
    assert reaction["message"] == {"msg_id": message_id, "react_icon": "/-strong"}


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
    assert simulator.send(simulator.citizen(), HELLO)["error"] == code


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
    assert simulator.send(simulator.citizen(), HELLO)["error"] == code


def test_the_rate_limit_ends_with_the_minute_and_is_told_in_headers(simulator: Simulator) -> None:
    simulator.control(f"apps/{APP}/settings", {"calls_per_minute": 1})
    answers = [simulator.call("GET", "/v2.0/oa/getoa") for _ in range(2)]
    simulator.advance("PT1M")
    answers.append(simulator.call("GET", "/v2.0/oa/getoa"))
    assert [answer.json()["error"] for answer in answers] == [0, -32, 0]
    assert answers[0].headers["X-RateLimit-Limit"] == "1"
    assert answers[0].headers["X-RateLimit-Remain"] == "0"


def test_a_path_that_zalo_does_not_have_is_not_found(simulator: Simulator) -> None:
    answer = simulator.call("POST", "/v3.0/oa/message", json=to("1"))
    assert answer.status_code == 404
    assert answer.json()["message"] == "You are accessing an empty or invalid API"
