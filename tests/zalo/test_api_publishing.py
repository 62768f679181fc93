"""Uploads, articles, broadcasts and template messages."""

from collections.abc import Callable

import pytest

from functions.zalo.api import PageAccess, ZaloApi
from functions.zalo.articles import ArticleDraft, BroadcastTarget, Paragraph, Picture
from functions.zalo.errors import (
    AmbiguousDelivery,
    AttachmentExpired,
    InvalidMessage,
    RetryLater,
)
from functions.zalo.messages import TextMessage
from functions.zalo.templates import TemplateMessage
from tests.zalo.samples import CITIZEN
from tests.zalo.scripted_server import (
    ScriptedServer,
    hanging_up,
    refusal,
    success,
)

HELLO = TextMessage(text="Đã tiếp nhận.")
IMAGE = "https://example.com/a.jpg"
JPEG = b"\xff\xd8\xff\xe0 pixels"


def paths(server: ScriptedServer) -> list[str]:
    return [request.path for request in server.received]


def test_uploads_are_multipart(api: ZaloApi, server: ScriptedServer, page: PageAccess) -> None:
    server.will(
        success({"attachment_id": "1"}), success({"attachment_id": 2}), success({"token": "3"})
    )
    assert api.uploads.image(page, JPEG, "a.jpg") == "1"
    assert api.uploads.gif(page, b"GIF89a pixels", "a.gif") == "2"
    assert api.uploads.file(page, b"%PDF", "đơn.pdf") == "3"
    assert paths(server) == [f"/v2.0/oa/upload/{kind}" for kind in ("image", "gif", "file")]
    image = server.received[0]
    assert image.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert b'name="file"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n' + JPEG in image.body


@pytest.mark.parametrize(
    "upload",
    [
        lambda api, page: api.uploads.image(page, b"GIF89a", "a.gif"),
        lambda api, page: api.uploads.gif(page, JPEG, "a.jpg"),
        lambda api, page: api.uploads.file(page, b"MZ", "a.exe"),
    ],
)
def test_upload_that_zalo_would_refuse_is_not_tried(
    api: ZaloApi,
    server: ScriptedServer,
    page: PageAccess,
    upload: Callable[[ZaloApi, PageAccess], str],
) -> None:
    with pytest.raises(InvalidMessage):
        upload(api, page)
    assert server.received == []


DRAFT = ArticleDraft(
    title="Cảnh báo lừa đảo",
    author="Công an phường",
    description="Thủ đoạn mới",
    cover_url=IMAGE,
    body=(Paragraph(content="Nội dung"), Picture(url=IMAGE, caption="Ảnh")),
)


def test_article_is_made_checked_and_removed(
    api: ZaloApi, server: ScriptedServer, page: PageAccess
) -> None:
    server.will(
        success({"token": "t"}),
        refusal(-214, "Article is being processed"),
        success({"id": "a"}),
        success(None),
    )
    assert api.articles.create(page, DRAFT) == "t"
    with pytest.raises(RetryLater):
        api.articles.verify(page, "t")
    assert api.articles.verify(page, "t") == "a"
    api.articles.remove(page, "a")
    assert paths(server) == [f"/v2.0/article/{w}" for w in ("create", "verify", "verify", "remove")]
    article = server.received[0].json()
    assert (article["type"], article["status"], article["comment"]) == ("normal", "hide", "hide")
    assert article["body"] == [
        {"type": "text", "content": "Nội dung"},
        {"type": "image", "url": IMAGE, "caption": "Ảnh"},
    ]


def test_article_made_without_an_answer_is_ambiguous(
    api: ZaloApi, server: ScriptedServer, page: PageAccess
) -> None:
    server.will(hanging_up)
    with pytest.raises(AmbiguousDelivery):
        api.articles.create(page, DRAFT)


@pytest.mark.parametrize(
    "change", [{"title": "đ" * 151}, {"author": "đ" * 51}, {"description": "đ" * 301}]
)
def test_article_beyond_a_limit_cannot_be_made(change: dict[str, str]) -> None:
    with pytest.raises(InvalidMessage):
        ArticleDraft(**{**DRAFT.model_dump(), **change})


def test_article_is_broadcast(api: ZaloApi, server: ScriptedServer, page: PageAccess) -> None:
    server.will(success({"message_id": "m"}))
    assert api.articles.broadcast(page, "a", BroadcastTarget(cities="4", gender="0")) == "m"
    assert server.received[0].path == "/v2.0/oa/message"
    assert server.received[0].json() == {
        "recipient": {"target": {"gender": "0", "cities": "4"}},
        "message": {
            "attachment": {
                "type": "template",
                "payload": {
                    "template_type": "media",
                    "elements": [{"media_type": "article", "attachment_id": "a"}],
                },
            }
        },
    }


TEMPLATE = TemplateMessage(
    template_id="7895417", fields={"ma_ho_so": "PA-000123"}, tracking_id="PA-000123-2"
)


def test_template_goes_to_a_number(api: ZaloApi, server: ScriptedServer, page: PageAccess) -> None:
    server.will(
        success(
            {
                "msg_id": "z",
                "sent_time": "1793260805123",
                "sending_mode": "1",
                "quota": {"dailyQuota": "500", "remainingQuota": "499"},
            }
        )
    )
    sent = api.templates.send_by_phone(page, "84901234567", TEMPLATE, is_development=True)
    assert (sent.message_id, sent.left_today) == ("z", 499)
    assert server.received[0].path == "/message/template"
    assert server.received[0].json() == {
        "phone": "84901234567",
        "template_id": "7895417",
        "template_data": {"ma_ho_so": "PA-000123"},
        "tracking_id": "PA-000123-2",
        "mode": "development",
    }


def test_template_goes_to_a_user_without_tracking_id(
    api: ZaloApi, server: ScriptedServer, page: PageAccess
) -> None:
    server.will(success({"message_id": "z", "user_id": CITIZEN, "sent_time": "1793260805123"}))
    assert api.templates.send_by_user_id(page, CITIZEN, TEMPLATE).message_id == "z"
    assert server.received[0].path == "/v3.0/oa/message/template"
    assert server.received[0].json() == {
        "user_id": CITIZEN,
        "template_id": "7895417",
        "template_data": {"ma_ho_so": "PA-000123"},
    }


def test_template_codes_are_the_templates_own(
    api: ZaloApi, server: ScriptedServer, page: PageAccess
) -> None:
    server.will(refusal(-100), refusal(-100))
    with pytest.raises(RetryLater):
        api.templates.send_by_phone(page, "84901234567", TEMPLATE)
    with pytest.raises(AttachmentExpired):
        api.send(page, CITIZEN, HELLO)


def test_number_in_another_form_is_not_tried(
    api: ZaloApi, server: ScriptedServer, page: PageAccess
) -> None:
    with pytest.raises(InvalidMessage):
        api.templates.send_by_phone(page, "0901234567", TEMPLATE)
    assert server.received == []


@pytest.mark.parametrize("tracking_id", ["", "x" * 49])
def test_tracking_id_has_its_limit(tracking_id: str) -> None:
    with pytest.raises(InvalidMessage):
        TemplateMessage(template_id="1", fields={}, tracking_id=tracking_id)
