"""Messages to a citizen: how they are sent, and what is made of Zalo's answers."""

import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from functions.zalo.api import Endpoint, PageAccess, SentMessage, ZaloApi
from functions.zalo.errors import (
    AmbiguousDelivery,
    AttachmentExpired,
    InvalidMessage,
    NotSent,
    TokenRefused,
    WindowClosed,
    WrongEndpoint,
    ZaloError,
)
from functions.zalo.http import ZaloHttp
from functions.zalo.messages import QueryButton, TextMessage
from tests.zalo.conftest import NOW
from tests.zalo.samples import CITIZEN
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


def test_access_does_not_show_its_secrets(page: PageAccess) -> None:
    shown = repr(replace(page, proof_secret="app-secret"))
    assert "token" not in shown.replace("access_token", "")
    assert "app-secret" not in shown
