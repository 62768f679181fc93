"""The JSON of every event, to the letter of fact sheet section 3."""

from typing import Any

import pytest

from tests.local.zalo.simulator import APP, BUSINESS, Simulator

TIME = "1795230000000"


@pytest.fixture
def user_id(simulator: Simulator) -> str:
    return simulator.citizen(None)


def by_app(simulator: Simulator) -> str:
    user_id_by_app: str = simulator.control("citizens")[0]["user_id_by_app"]
    return user_id_by_app


def send(simulator: Simulator, user_id: str, kind: str, **body: Any) -> str:
    message_id: str = simulator.act(user_id, "send", type=kind, **body)["msg_id"]
    return message_id


def send_file(simulator: Simulator, user_id: str, kind: str, *names: str, **form: str) -> str:
    answer = simulator.http.post(
        f"/control/citizens/{user_id}/send",
        data={"page": BUSINESS, "type": kind, **form},
        files=[("file", (name, b"bytes of " + name.encode())) for name in names],
    )
    assert answer.status_code == 200, answer.text
    message_id: str = answer.json()["msg_id"]
    return message_id


def content(simulator: Simulator, url: str) -> bytes:
    assert url.startswith(f"{simulator.origin}/media/")
    return simulator.http.get(url).content


def test_a_text(simulator: Simulator, user_id: str) -> None:
    message_id = send(simulator, user_id, "text", text="Tôi muốn phản ánh")
    event = simulator.event("user_send_text")
    assert event == {
        "app_id": APP,
        "user_id_by_app": by_app(simulator),
        "event_name": "user_send_text",
        "timestamp": TIME,
        "sender": {"id": user_id},
        "recipient": {"id": BUSINESS},
        "message": {"text": "Tôi muốn phản ánh", "msg_id": message_id},
    }


def test_ids_look_as_on_zalo(simulator: Simulator, user_id: str) -> None:
    message_id = send(simulator, user_id, "text", text="Xin chào")
    assert (len(user_id), user_id.isdigit(), len(by_app(simulator))) == (19, True, 19)
    assert (len(message_id), set(message_id) <= set("0123456789abcdef")) == (20, True)


def test_a_text_that_quotes(simulator: Simulator, user_id: str) -> None:
    first = send(simulator, user_id, "text", text="Xin chào")
    send(simulator, user_id, "text", text="Còn đây", quote_message_id=first)
    assert simulator.event("user_send_text")["message"]["quote_msg_id"] == first


def test_an_image_with_a_caption(simulator: Simulator, user_id: str) -> None:
    message_id = send_file(simulator, user_id, "image", "a.jpg", text="Biển số xe")
    message = simulator.event("user_send_image")["message"]
    (attachment,) = message.pop("attachments")
    assert message == {"text": "Biển số xe", "msg_id": message_id}
    assert (attachment["type"], set(attachment["payload"])) == ("image", {"thumbnail", "url"})
    assert content(simulator, attachment["payload"]["url"]) == b"bytes of a.jpg"
    assert content(simulator, attachment["payload"]["thumbnail"]) == b"bytes of a.jpg"


def test_an_image_without_a_caption_has_no_text(simulator: Simulator, user_id: str) -> None:
    send_file(simulator, user_id, "image", "a.jpg")
    assert "text" not in simulator.event("user_send_image")["message"]


def test_an_album_is_one_event_with_several_attachments(simulator: Simulator, user_id: str) -> None:
    send_file(simulator, user_id, "image", "a.jpg", "b.jpg")
    attachments = simulator.event("user_send_image")["message"]["attachments"]
    urls = [attachment["payload"]["url"] for attachment in attachments]
    assert [content(simulator, url) for url in urls] == [b"bytes of a.jpg", b"bytes of b.jpg"]


def test_a_video(simulator: Simulator, user_id: str) -> None:
    send_file(simulator, user_id, "video", "a.mp4")
    (attachment,) = simulator.event("user_send_video")["message"]["attachments"]
    assert set(attachment["payload"]) == {"thumbnail", "description", "url"}
    assert content(simulator, attachment["payload"]["url"]) == b"bytes of a.mp4"
    assert content(simulator, attachment["payload"]["thumbnail"]).startswith(b"\xff\xd8\xff")


def test_an_audio(simulator: Simulator, user_id: str) -> None:
    send_file(simulator, user_id, "audio", "a.amr")
    (attachment,) = simulator.event("user_send_audio")["message"]["attachments"]
    assert set(attachment["payload"]) == {"url"}
    assert content(simulator, attachment["payload"]["url"]) == b"bytes of a.amr"


def test_a_gif(simulator: Simulator, user_id: str) -> None:
    send_file(simulator, user_id, "gif", "a.gif")
    (attachment,) = simulator.event("user_send_gif")["message"]["attachments"]
    assert (attachment["type"], set(attachment["payload"])) == ("gif", {"thumbnail", "url"})


@pytest.mark.parametrize(("name", "extension"), [("đơn.docx", "docx"), ("VID_1.MP4", "mp4")])
def test_a_file(simulator: Simulator, user_id: str, name: str, extension: str) -> None:
    """A video from a phone may come so, too."""
    send_file(simulator, user_id, "file", name)
    (attachment,) = simulator.event("user_send_file")["message"]["attachments"]
    payload = attachment["payload"]
    bytes_sent = b"bytes of " + name.encode()
    assert content(simulator, payload.pop("url")) == bytes_sent
    assert len(payload.pop("checksum")) == 32
    assert payload == {"size": str(len(bytes_sent)), "name": name, "type": extension}


def test_a_location(simulator: Simulator, user_id: str) -> None:
    send(simulator, user_id, "location", latitude=10.7923119, longitude=106.7820651)
    message = simulator.event("user_send_location")["message"]
    coordinates = {"latitude": "10.7923119", "longitude": "106.7820651"}
    assert message["attachments"] == [{"type": "location", "payload": {"coordinates": coordinates}}]
    assert message["text"] == ""


def test_a_location_with_a_name(simulator: Simulator, user_id: str) -> None:
    send(simulator, user_id, "location", latitude=10.5, longitude=106.5, text="Chợ Bến Vân")
    assert simulator.event("user_send_location")["message"]["text"] == "Chợ Bến Vân"


def test_a_sticker(simulator: Simulator, user_id: str) -> None:
    send(simulator, user_id, "sticker")
    (attachment,) = simulator.event("user_send_sticker")["message"]["attachments"]
    assert attachment["payload"]["id"] == "21979"
    assert simulator.http.get(attachment["payload"]["url"]).status_code == 200


def test_a_link(simulator: Simulator, user_id: str) -> None:
    send(simulator, user_id, "link", url="https://example.vn/tin")
    message = simulator.event("user_send_link")["message"]
    assert message["text"] == "https://example.vn/tin"
    payload = {"thumbnail": "", "description": "", "url": "https://example.vn/tin"}
    assert message["attachments"] == [{"type": "link", "payload": payload}]


def test_a_business_card(simulator: Simulator, user_id: str) -> None:
    send(simulator, user_id, "business_card", text="Anh Ba", phone="84900000099")
    message = simulator.event("user_send_business_card")["message"]
    (attachment,) = message["attachments"]
    assert (message["text"], attachment["type"]) == ("Anh Ba", "link")
    assert attachment["payload"]["description"] == '{"phone": "84900000099", "qrCodeUrl": ""}'


@pytest.mark.parametrize("name", ["follow", "unfollow"])
def test_follow_and_unfollow(simulator: Simulator, user_id: str, name: str) -> None:
    simulator.act(user_id, name, source="message_invite")
    assert simulator.event(name) == {
        "event_name": name,
        "app_id": APP,
        "oa_id": BUSINESS,
        "follower": {"id": user_id},
        "user_id_by_app": by_app(simulator),
        "source": "message_invite",
        "timestamp": TIME,
    }


@pytest.mark.parametrize(
    ("act", "name"), [("chat_now", "user_click_chatnow"), ("withdraw", "user_withdraw")]
)
def test_user_states(simulator: Simulator, user_id: str, act: str, name: str) -> None:
    simulator.act(user_id, act)
    assert simulator.event(name) == {
        "event_name": name,
        "app_id": APP,
        "oa_id": BUSINESS,
        "user_id": user_id,
        "user_id_by_app": by_app(simulator),
        "timestamp": TIME,
    }


def test_shared_information_in_the_newer_shape(simulator: Simulator, user_id: str) -> None:
    simulator.act(user_id, "share", city="Hải Minh", ward="Bến Vân", address="Số 1")
    event = simulator.event("user_submit_info")
    assert (event["sender"], event["recipient"]) == ({"id": user_id}, {"id": BUSINESS})
    assert event["info"] == {
        "name": "Nguyễn Thị Lan",
        "phone": "84900000000",
        "user_dob": "30/10/1990",
        "gender": "Nam",
        "full_address": {
            "user_city": "Hải Minh",
            "user_ward": "Bến Vân",
            "user_address": "Số 1",
        },
    }


def test_shared_information_in_the_older_shape(simulator: Simulator, user_id: str) -> None:
    simulator.act(user_id, "share", city="Hải Minh", is_old=True)
    info = simulator.event("user_submit_info")["info"]
    assert set(info) == {"name", "phone", "address", "ward", "district", "city"}


def test_a_reaction(simulator: Simulator, user_id: str) -> None:
    simulator.act(user_id, "react", message_id="96d3", icon="/-heart")
    message = simulator.event("user_reacted_message")["message"]
    assert message == {"msg_id": "96d3", "react_icon": "/-heart"}


@pytest.mark.parametrize("kind", ["oa.query.show", "oa.query.hide"])
def test_a_tap_comes_as_a_text_and_only_show_is_seen(
    simulator: Simulator, user_id: str, kind: str
) -> None:
    simulator.say(user_id)
    key = {"title": "Tra cứu", "type": kind, "payload": "#tracuu PA-1"}
    payload = {"buttons": [key]}
    message = {"text": "Chọn:", "attachment": {"type": "template", "payload": payload}}
    simulator.send(user_id, message)
    simulator.act(user_id, "tap", payload="#tracuu PA-1")
    assert simulator.event("user_send_text")["message"]["text"] == "#tracuu PA-1"
    shown = [message["text"] for message in simulator.phone(user_id)]
    assert ("#tracuu PA-1" in shown) is (kind == "oa.query.show")


def test_a_menu_key_can_be_tapped(simulator: Simulator, user_id: str) -> None:
    simulator.act(user_id, "tap", payload="#guiphananh")
    assert simulator.event("user_send_text")["message"]["text"] == "#guiphananh"


def test_a_key_that_is_not_there_cannot_be_tapped(simulator: Simulator, user_id: str) -> None:
    answer = simulator.http.post(
        f"/control/citizens/{user_id}/tap", json={"page": BUSINESS, "payload": "#khac"}
    )
    assert answer.status_code == 409
    assert answer.json()["payloads"] == ["#guiphananh", "#tracuu", "#hotro"]


def test_echoes_of_media_carry_links(simulator: Simulator, user_id: str) -> None:
    simulator.say(user_id)
    uploaded = simulator.call(
        "POST", "/v2.0/oa/upload/image", files={"file": ("a.png", b"\x89PNG\r\n\x1a\n")}
    ).json()["data"]
    element = {"media_type": "image", **uploaded}
    payload = {"template_type": "media", "elements": [element]}
    simulator.send(user_id, {"attachment": {"type": "template", "payload": payload}})
    (attachment,) = simulator.event("oa_send_image")["message"]["attachments"]
    assert content(simulator, attachment["payload"]["url"]) == b"\x89PNG\r\n\x1a\n"


def test_the_echo_of_a_request_for_information_is_a_template(
    simulator: Simulator, user_id: str
) -> None:
    simulator.say(user_id)
    element = {"title": "Thông tin", "image_url": "https://example.vn/a.jpg"}
    payload = {"template_type": "request_user_info", "elements": [element]}
    simulator.send(user_id, {"attachment": {"type": "template", "payload": payload}})
    assert simulator.event("oa_send_template")["message"]["attachments"][0]["type"] == "template"


def test_every_id_and_timestamp_is_a_string(simulator: Simulator, user_id: str) -> None:
    simulator.act(user_id, "follow")
    simulator.say(user_id)
    simulator.send(user_id, {"text": "Chào Ông/Bà"})
    for delivery in simulator.events():
        event = delivery["event"]
        people = [event[key]["id"] for key in ("sender", "recipient", "follower") if key in event]
        ids = [event["app_id"], event["timestamp"], *people]
        assert all(isinstance(value, str) for value in ids), event
