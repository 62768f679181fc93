"""What the API is asked, and what is made of its answers."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from functions.zalo.api import Endpoint, PageAccess, SentMessage, ZaloApi
from functions.zalo.articles import ArticleDraft, BroadcastTarget, Paragraph, Picture
from functions.zalo.errors import (
    AmbiguousDelivery,
    AttachmentExpired,
    InvalidMessage,
    NotSent,
    RetryLater,
    TokenRefused,
    WindowClosed,
    WrongEndpoint,
    ZaloError,
)
from functions.zalo.http import ZaloHttp
from functions.zalo.messages import QueryButton, TextMessage
from functions.zalo.templates import TemplateMessage
from tests.zalo.conftest import NOW
from tests.zalo.samples import CITIZEN, PAGE
from tests.zalo.scripted_server import (
    Behaviour,
    ScriptedServer,
    answering,
    hanging_up,
    refusal,
    success,
)

HELLO = TextMessage(text="Đã tiếp nhận.")
SENT = {"message_id": "96d3cdf3af150460909", "user_id": CITIZEN, "sent_time": "1793260805123"}
V3, V2 = "/v3.0/oa/message/cs", "/v2.0/oa/message"
WRONG_V3 = refusal(-235, "This API does not support this type of OA")
WRONG_V2 = refusal(-240, "MessageV2 API has been shut down, please switch to MessageV3")
IMAGE = "https://example.com/a.jpg"
JPEG = b"\xff\xd8\xff\xe0 pixels"


def paths(server: ScriptedServer) -> list[str]:
    return [request.path for request in server.received]


def test_message_is_sent_as_documented(
    api: ZaloApi, server: ScriptedServer, page: PageAccess
) -> None:
    server.will(success(SENT))
    sent = api.send(page, CITIZEN, HELLO)
    assert sent == SentMessage(
        "96d3cdf3af150460909",
        datetime(2026, 10, 29, 8, 0, 5, 123000, tzinfo=UTC),
        None,
        Endpoint.V3,
    )
    (request,) = server.received
    assert (request.method, request.path) == ("POST", V3)
    assert request.json() == {
        "recipient": {"user_id": CITIZEN},
        "message": {"text": "Đã tiếp nhận."},
    }
    assert request.headers["access_token"] == "the-access-token"
    assert request.headers["content-type"] == "application/json"
    assert "authorization" not in request.headers
    assert "appsecret_proof" not in request.headers


def test_proof_is_sent_where_it_is_demanded(
    api: ZaloApi, server: ScriptedServer, page: PageAccess
) -> None:
    server.will(success(SENT))
    api.send(replace(page, proof_secret="app-secret"), CITIZEN, HELLO)
    expected = hmac.new(b"app-secret", b"the-access-token", hashlib.sha256).hexdigest()
    assert server.received[0].headers["appsecret_proof"] == expected


def test_quota_is_told_when_zalo_tells_it(
    api: ZaloApi, server: ScriptedServer, page: PageAccess
) -> None:
    server.will(success({**SENT, "quota": {"quota_type": "reply", "remain": "7", "total": "8"}}))
    quota = api.send(page, CITIZEN, HELLO).quota
    assert quota is not None
    assert (quota.kind, quota.remaining, quota.total) == ("reply", 7, 8)


@pytest.mark.parametrize(
    "extra",
    [
        {"quota": "none"},
        {"quota": {"quota_type": "reply", "remain": ""}},
        {"sent_time": "soon"},
        {},
    ],
)
def test_what_we_can_do_without_does_not_spoil_a_success(
    api: ZaloApi, server: ScriptedServer, page: PageAccess, extra: dict[str, Any]
) -> None:
    server.will(success({"message_id": "m", **extra}))
    sent = api.send(page, CITIZEN, HELLO)
    assert (sent.message_id, sent.sent_at) == ("m", NOW)


@pytest.mark.parametrize(
    ("pinned", "oa_type", "tried"),
    [
        (None, None, [V3, V2]),
        (None, 2, [V3, V2]),
        (None, 4, [V2, V3]),
        (V2, 2, [V2, V3]),
        (V3, 4, [V3, V2]),
        ("/unheard/of", 4, [V2, V3]),
    ],
)
def test_endpoint_is_pinned_or_follows_the_kind_of_page(
    api: ZaloApi,
    server: ScriptedServer,
    page: PageAccess,
    pinned: str | None,
    oa_type: int | None,
    tried: list[str],
) -> None:
    wrong = {V3: WRONG_V3, V2: WRONG_V2}
    server.will(wrong[tried[0]], success(SENT))
    sent = api.send(replace(page, pinned_endpoint=pinned, oa_type=oa_type), CITIZEN, HELLO)
    assert paths(server) == tried
    assert sent.endpoint == tried[1]


def test_page_that_neither_endpoint_takes_is_an_operators(
    api: ZaloApi, server: ScriptedServer, page: PageAccess
) -> None:
    server.will(WRONG_V3, WRONG_V2)
    with pytest.raises(WrongEndpoint):
        api.send(page, CITIZEN, HELLO)


def test_order_of_endpoints_is_a_setting(server: ScriptedServer, page: PageAccess) -> None:
    api = ZaloApi(
        ZaloHttp(),
        api_url=server.url,
        template_url=server.url,
        now=lambda: NOW,
        endpoint_order=[Endpoint.V2],
    )
    server.will(success(SENT))
    api.send(page, CITIZEN, HELLO)
    assert paths(server) == [V2]


@pytest.mark.parametrize("code", [-200, -201, -216, -230, -233, -32, -9999])
def test_other_refusals_never_try_the_other_endpoint(
    api: ZaloApi, server: ScriptedServer, page: PageAccess, code: int
) -> None:
    server.will(refusal(code))
    with pytest.raises(ZaloError) as caught:
        api.send(page, CITIZEN, HELLO)
    assert caught.value.code == code
    assert len(server.received) == 1


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        (refusal(-230), WindowClosed),
        (refusal(-216), TokenRefused),
        (refusal(-100), AttachmentExpired),
        (answering({"error": "-230", "message": ""}), WindowClosed),
        (answering({"error": -230, "message": ""}, status=400), WindowClosed),
        (hanging_up, AmbiguousDelivery),
        (answering(b"<html>", status=502), AmbiguousDelivery),
        (answering(b""), AmbiguousDelivery),
        (answering([]), AmbiguousDelivery),
        (answering({"data": SENT}), AmbiguousDelivery),
        (success(None), AmbiguousDelivery),
        (success({"message_id": ""}), AmbiguousDelivery),
        (success({"user_id": CITIZEN}), AmbiguousDelivery),
    ],
)
def test_answer_to_a_message_becomes_an_error_to_act_on(
    api: ZaloApi,
    server: ScriptedServer,
    page: PageAccess,
    behaviour: Behaviour,
    error: type[ZaloError],
) -> None:
    server.will(behaviour)
    with pytest.raises(error):
        api.send(page, CITIZEN, HELLO)


def test_success_without_a_message_id_is_alarmed(
    api: ZaloApi, server: ScriptedServer, page: PageAccess
) -> None:
    server.will(success({}))
    with pytest.raises(AmbiguousDelivery) as caught:
        api.send(page, CITIZEN, HELLO)
    assert caught.value.alarm


def test_message_that_could_not_leave_was_not_sent(page: PageAccess) -> None:
    api = ZaloApi(
        ZaloHttp(),
        api_url="http://zalo.invalid",
        template_url="http://zalo.invalid",
        now=lambda: NOW,
    )
    with pytest.raises(NotSent):
        api.send(page, CITIZEN, HELLO)


def test_refused_quote_is_dropped_and_the_text_still_goes(
    api: ZaloApi, server: ScriptedServer, page: PageAccess
) -> None:
    server.will(refusal(-201, "quote_message_id is invalid!"), success(SENT))
    message = TextMessage(
        text="Vâng", quote_message_id="gone", buttons=(QueryButton(title="a", payload="b"),)
    )
    api.send(page, CITIZEN, message)
    first, second = (request.json()["message"] for request in server.received)
    assert first.pop("quote_message_id") == "gone"
    assert first == second


def test_refused_quote_that_we_never_made_is_not_repeated(
    api: ZaloApi, server: ScriptedServer, page: PageAccess
) -> None:
    server.will(refusal(-201, "quote_message_id is invalid!"))
    with pytest.raises(InvalidMessage):
        api.send(page, CITIZEN, HELLO)


def test_user_detail_is_read(api: ZaloApi, server: ScriptedServer, page: PageAccess) -> None:
    server.will(
        success(
            {
                "user_id": CITIZEN,
                "display_name": "Nguyễn Văn A",
                "user_alias": "",
                "is_sensitive": False,
                "user_last_interaction_date": "06/07/2026",
                "user_is_follower": True,
                "avatar": "https://s240-ava-talk.zadn.vn/a",
                "shared_info": {"address": "", "phone": 84900000001, "name": "", "user_dob": ""},
            }
        )
    )
    detail = api.user_detail(page, CITIZEN)
    assert (server.received[0].method, server.received[0].path) == ("GET", "/v3.0/oa/user/detail")
    assert server.received[0].data() == {"user_id": CITIZEN}
    assert (detail.name, detail.alias, detail.is_follower) == ("Nguyễn Văn A", None, True)
    assert detail.last_interaction == date(2026, 7, 6)
    assert detail.shared is not None
    assert (detail.shared.phone, detail.shared.name) == ("84900000001", None)


@pytest.mark.parametrize("shared", [None, {}, {"phone": 0}, "none"])
def test_user_who_shared_nothing_has_no_number(
    api: ZaloApi, server: ScriptedServer, page: PageAccess, shared: object
) -> None:
    server.will(success({"user_id": CITIZEN, "shared_info": shared}))
    detail = api.user_detail(page, CITIZEN)
    assert detail.shared is None or detail.shared.phone is None


def test_state_body_is_asked_by_the_older_call(
    api: ZaloApi, server: ScriptedServer, page: PageAccess
) -> None:
    server.will(WRONG_V3, success({"user_id": CITIZEN, "display_name": "A"}))
    assert api.user_detail(page, CITIZEN).name == "A"
    assert paths(server) == ["/v3.0/oa/user/detail", "/v2.0/oa/getprofile"]


ITEM = {
    "src": 1,
    "time": 1793260800123,
    "type": "text",
    "message": "Alo",
    "message_id": "m",
    "from_id": CITIZEN,
    "to_id": PAGE,
}


def test_conversation_is_read_back(api: ZaloApi, server: ScriptedServer, page: PageAccess) -> None:
    answer = {**ITEM, "src": 0, "from_id": PAGE, "to_id": CITIZEN, "message": "Vâng"}
    server.will(success([ITEM, answer]))
    theirs, ours = api.conversation(page, CITIZEN, offset=10, count=5)
    assert server.received[0].path == "/v2.0/oa/conversation"
    assert server.received[0].data() == {"user_id": CITIZEN, "offset": 10, "count": 5}
    assert (theirs.text, theirs.is_from_page, theirs.user_id) == ("Alo", False, CITIZEN)
    assert (ours.text, ours.is_from_page, ours.user_id) == ("Vâng", True, CITIZEN)
    assert theirs.sent_at == datetime(2026, 10, 29, 8, 0, 0, 123000, tzinfo=UTC)


@pytest.mark.parametrize(("src", "is_from_page"), [(1, False), (0, True)])
def test_source_tells_the_direction_when_ids_are_missing(
    api: ZaloApi, server: ScriptedServer, page: PageAccess, src: int, is_from_page: bool
) -> None:
    server.will(success([{"src": src, "time": "1793260800123", "message_id": "m"}]))
    (item,) = api.recent_chats(page)
    assert item.is_from_page == is_from_page
    assert server.received[0].path == "/v2.0/oa/listrecentchat"


@pytest.mark.parametrize("count", [0, 11])
def test_conversation_is_read_ten_at_a_time(api: ZaloApi, page: PageAccess, count: int) -> None:
    with pytest.raises(InvalidMessage):
        api.conversation(page, CITIZEN, count=count)


def test_page_profile_is_read_in_both_spellings(
    api: ZaloApi, server: ScriptedServer, page: PageAccess
) -> None:
    server.will(
        success(
            {
                "oa_id": PAGE,
                "name": "Công an phường Bến Đò",
                "is_verified": True,
                "oa_type": 4,
                "num_follower": 1234,
                "package_valid_through_date": "31/12/2026",
                "linked_ZCA": "",
            }
        ),
        success({"oaid": PAGE}),
    )
    full, bare = api.page_profile(page), api.page_profile(page)
    assert (full.page_id, full.oa_type, full.followers) == (PAGE, 4, 1234)
    assert (full.package_valid_until, full.linked_account) == (date(2026, 12, 31), None)
    assert bare.page_id == PAGE


@pytest.mark.parametrize(
    ("answer", "remaining"),
    [({"cs_reply": {"remain": "7", "total": "8"}}, 7), ({"cs_reply": {}}, None), ({}, None)],
)
def test_quota_of_a_citizen_is_read_where_zalo_tells_it(
    api: ZaloApi,
    server: ScriptedServer,
    page: PageAccess,
    answer: dict[str, Any],
    remaining: int | None,
) -> None:
    server.will(success(answer))
    assert api.quota(page, CITIZEN).remaining == remaining
    assert server.received[0].json() == {"user_id": CITIZEN}


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


@pytest.mark.parametrize("behaviour", [hanging_up, answering(b"", status=503)])
@pytest.mark.parametrize(
    "ask",
    [
        lambda api, page: api.user_detail(page, CITIZEN),
        lambda api, page: api.conversation(page, CITIZEN),
        lambda api, page: api.page_profile(page),
        lambda api, page: api.quota(page, CITIZEN),
        lambda api, page: api.uploads.image(page, JPEG, "a.jpg"),
        lambda api, page: api.articles.verify(page, "t"),
    ],
)
def test_asking_without_an_answer_may_be_repeated(
    api: ZaloApi,
    server: ScriptedServer,
    page: PageAccess,
    ask: Callable[[ZaloApi, PageAccess], object],
    behaviour: Behaviour,
) -> None:
    server.will(behaviour)
    with pytest.raises(RetryLater):
        ask(api, page)


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
    assert server.received[0].path == V2
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


def test_access_does_not_show_its_secrets(page: PageAccess) -> None:
    shown = repr(replace(page, proof_secret="app-secret"))
    assert "token" not in shown.replace("access_token", "")
    assert "app-secret" not in shown
