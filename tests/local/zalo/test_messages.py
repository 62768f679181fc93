"""What a page's message may hold, how it arrives, and what follows (fact sheet 3.5, 3.6, 4.2)."""

from typing import Any

import pytest

from tests.local.zalo.simulator import BUSINESS, GOVERNMENT, HELLO, JPEG, V2, V3, Simulator
from tests.local.zalo.webhook import Webhook


def media(**element: Any) -> dict[str, Any]:
    payload = {"template_type": "media", "elements": [element]}
    return {"attachment": {"type": "template", "payload": payload}}


def buttons(*keys: Any) -> dict[str, Any]:
    payload = {"buttons": list(keys)}
    return {"text": "Chọn:", "attachment": {"type": "template", "payload": payload}}


KEY = {"title": "Tra cứu", "type": "oa.query.hide", "payload": "#tracuu PA-1"}


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
        media(media_type="image", attachment_id=7),
    ],
    ids=str,
)
def test_a_malformed_message_is_refused_and_reaches_nobody(shared: Simulator, message: Any) -> None:
    user_id = shared.citizen()
    assert (shared.send(user_id, message)["error"], shared.phone(user_id)) == (-201, [])


@pytest.mark.parametrize(
    "message",
    [
        {"attachment": {"type": "video", "payload": {}}},
        {"attachment": {"type": "template", "payload": {"template_type": "promotion"}}},
        media(),
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
def test_an_unsupported_kind_of_message_is_refused(shared: Simulator, message: Any) -> None:
    assert shared.send(shared.citizen(), message)["error"] == -233


@pytest.mark.parametrize(
    ("action", "code"),
    [
        ({"type": "oa.open.url", "url": "https://example.vn"}, 0),
        ({"type": "oa.query.show", "payload": "#m2"}, 0),
        ({"type": "oa.open.url", "url": "javascript:alert(1)"}, -201),
        ({"type": "oa.query.show"}, -201),
        ("tap", -201),
    ],
    ids=str,
)
def test_a_list_of_a_government_page_needs_proper_actions(
    shared: Simulator, action: Any, code: int
) -> None:
    elements = [{"title": "Mục", "default_action": action}]
    payload = {"template_type": "list", "elements": elements}
    message = {"attachment": {"type": "template", "payload": payload}}
    user_id = shared.citizen(GOVERNMENT)
    assert shared.send(user_id, message, page=GOVERNMENT)["error"] == code


@pytest.mark.parametrize("kind", ["transaction", "promotion"])
def test_the_shapes_removed_in_2026_are_refused(shared: Simulator, kind: str) -> None:
    body = {"recipient": {"user_id": shared.citizen()}, "message": HELLO}
    answer = shared.call("POST", f"/v3.0/oa/message/{kind}", json=body)
    assert answer.json()["error"] == -233


@pytest.mark.parametrize(
    "recipient",
    [None, {}, {"user_id": "1"}, {"user_id": 1}, {"message_id": "1"}, {"phone": "84900000001"}],
    ids=str,
)
def test_an_unknown_recipient_is_refused(shared: Simulator, recipient: Any) -> None:
    body = {"recipient": recipient, "message": HELLO}
    assert shared.call("POST", V3, json=body).json()["error"] == -201


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
    message_id = simulator.send(user_id)["data"]["message_id"]
    names = [received.event["event_name"] for received in webhook.wait(4)]
    echo = webhook.wait_for_event("oa_send_text").event
    assert names == ["follow", "oa_send_text", "user_received_message", "user_seen_message"]
    assert echo["message"] == {"text": HELLO["text"], "msg_id": message_id}
    assert (echo["sender"], echo["recipient"]) == ({"id": BUSINESS}, {"id": user_id})


@pytest.mark.parametrize("sender", ["page", "citizen"])
def test_receipts_name_either_side_as_sender(simulator: Simulator, sender: str) -> None:
    simulator.control(f"pages/{BUSINESS}/settings", {"receipt_sender": sender})
    user_id = simulator.citizen()
    message_id = simulator.send(user_id)["data"]["message_id"]
    seen, received = simulator.event("user_seen_message"), simulator.event("user_received_message")
    expected = {"page": BUSINESS, "citizen": user_id}[sender]
    assert (seen["sender"]["id"], received["sender"]["id"]) == (expected, expected)
    assert (seen["message"], received["message"]) == (
        {"msg_ids": [message_id]},
        {"msg_id": message_id},
    )


def test_a_message_is_seen_when_the_citizen_looks(simulator: Simulator) -> None:
    user_id = simulator.citizen(reads_at_once=False)
    simulator.send(user_id)
    assert (simulator.phone(user_id)[0]["seen"], simulator.events(event="user_seen_message")) == (
        False,
        [],
    )
    simulator.act(user_id, "look")
    assert simulator.phone(user_id)[0]["seen"]
    assert len(simulator.events(event="user_seen_message")) == 1


def test_receipts_can_be_off(simulator: Simulator) -> None:
    simulator.control(f"pages/{BUSINESS}/settings", {"receipts": False})
    simulator.send(simulator.citizen())
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
