"""What we send, as Zalo's documents show it, and what cannot even be made."""

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import TypeAdapter

from functions.zalo.errors import InvalidMessage
from functions.zalo.messages import (
    FileMessage,
    GifMessage,
    ImageMessage,
    LinkButton,
    Message,
    PhoneButton,
    QueryButton,
    RequestUserInfo,
    SmsButton,
    TextMessage,
)

IMAGE = "https://example.com/a.jpg"


def test_text() -> None:
    assert TextMessage(text="Đã tiếp nhận.").wire() == {"text": "Đã tiếp nhận."}


def test_text_is_composed() -> None:
    assert TextMessage(text="Xe\u0302").wire() == {"text": "Xê"}


def test_quote() -> None:
    message = TextMessage(text="Vâng", quote_message_id="93f8c4b28f589705ce4a")
    assert message.wire() == {"text": "Vâng", "quote_message_id": "93f8c4b28f589705ce4a"}


def test_buttons() -> None:
    message = TextMessage(
        text="Chọn:",
        buttons=(
            QueryButton(title="Tra cứu", payload="#tracuu", is_shown=False),
            QueryButton(title="Hướng dẫn", payload="#huongdan"),
            LinkButton(title="Trang web", url="https://congan.example.vn"),
            PhoneButton(title="Gọi trực ban", phone="842363888888"),
            SmsButton(title="Nhắn SMS", phone="842363888888", content="PA"),
        ),
    )
    assert message.wire()["attachment"] == {
        "type": "template",
        "payload": {
            "buttons": [
                {"title": "Tra cứu", "type": "oa.query.hide", "payload": "#tracuu"},
                {"title": "Hướng dẫn", "type": "oa.query.show", "payload": "#huongdan"},
                {
                    "title": "Trang web",
                    "type": "oa.open.url",
                    "payload": {"url": "https://congan.example.vn"},
                },
                {
                    "title": "Gọi trực ban",
                    "type": "oa.open.phone",
                    "payload": {"phone_code": "842363888888"},
                },
                {
                    "title": "Nhắn SMS",
                    "type": "oa.open.sms",
                    "payload": {"phone_code": "842363888888", "content": "PA"},
                },
            ]
        },
    }


@pytest.mark.parametrize(
    ("message", "element", "text"),
    [
        (
            ImageMessage(attachment_id="1", text="Ảnh"),
            {"media_type": "image", "attachment_id": "1"},
            "Ảnh",
        ),
        (ImageMessage(url=IMAGE), {"media_type": "image", "url": IMAGE}, None),
        (
            GifMessage(attachment_id="2", width=300, height=200),
            {"media_type": "gif", "attachment_id": "2", "width": 300, "height": 200},
            None,
        ),
    ],
)
def test_media(message: Message, element: dict[str, Any], text: str | None) -> None:
    wire = message.wire()
    payload = {"template_type": "media", "elements": [element]}
    assert wire["attachment"] == {"type": "template", "payload": payload}
    assert wire.get("text") == text


def test_file() -> None:
    assert FileMessage(token="t").wire() == {
        "attachment": {"type": "file", "payload": {"token": "t"}}
    }


def test_request_for_details() -> None:
    message = RequestUserInfo(title="Người phản ánh", subtitle="Mời điền", image_url=IMAGE)
    assert message.wire()["attachment"]["payload"] == {
        "template_type": "request_user_info",
        "elements": [{"title": "Người phản ánh", "subtitle": "Mời điền", "image_url": IMAGE}],
    }


def test_message_survives_storage() -> None:
    message = TextMessage(text="Chọn:", buttons=(QueryButton(title="a", payload="b"),))
    adapter: TypeAdapter[Message] = TypeAdapter(Message)
    assert adapter.validate_json(adapter.dump_json(message)) == message


BUTTON = QueryButton(title="a", payload="b")


@pytest.mark.parametrize(
    "make",
    [
        lambda: TextMessage(text=""),
        lambda: TextMessage(text="đ" * 2_001),
        lambda: TextMessage(text="a", buttons=(BUTTON,) * 6),
        lambda: QueryButton(title="đ" * 101, payload="b"),
        lambda: QueryButton(title="", payload="b"),
        lambda: QueryButton(title="a", payload="đ" * 1_001),
        lambda: LinkButton(title="a", url="http://example.com"),
        lambda: LinkButton(title="đ" * 101, url="https://example.com"),
        lambda: PhoneButton(title="a", phone="0901234567"),
        lambda: PhoneButton(title="đ" * 101, phone="84901234567"),
        lambda: SmsButton(title="a", phone="84901234567", content="đ" * 161),
        lambda: SmsButton(title="a", phone="113", content="PA"),
        lambda: ImageMessage(),
        lambda: ImageMessage(attachment_id="1", url=IMAGE),
        lambda: ImageMessage(url="http://example.com/a.jpg"),
        lambda: ImageMessage(attachment_id="1", text="đ" * 2_001),
        lambda: RequestUserInfo(title="đ" * 101, subtitle="a", image_url=IMAGE),
        lambda: RequestUserInfo(title="a", subtitle="đ" * 501, image_url=IMAGE),
        lambda: RequestUserInfo(title="a", subtitle="a", image_url="a.jpg"),
    ],
)
def test_message_beyond_a_limit_cannot_be_made(make: Callable[[], object]) -> None:
    with pytest.raises(InvalidMessage):
        make()
