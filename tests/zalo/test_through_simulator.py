"""The API client against the simulator: both kinds of page, every refusal, faults of sending."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from functions.zalo.api import Endpoint, PageAccess, ZaloApi
from functions.zalo.errors import (
    AmbiguousDelivery,
    AttachmentExpired,
    ConfigurationRefused,
    Deferral,
    DeferredUntil,
    PermanentForCitizen,
    RetryLater,
    TokenRefused,
    WindowClosed,
    ZaloError,
)
from functions.zalo.messages import (
    FileMessage,
    ImageMessage,
    LinkButton,
    PhoneButton,
    QueryButton,
    RequestUserInfo,
    SmsButton,
    TextMessage,
)
from functions.zalo.templates import TemplateMessage
from tests.zalo.expected_codes import OFFICIAL_ACCOUNT, pairs
from tests.zalo.simulator import Simulator

HELLO = TextMessage(text="Đã tiếp nhận phản ánh.")
PNG = b"\x89PNG\r\n\x1a\n and pixels"
STATE, BUSINESS = 4, 2


TEMPLATE_MESSAGE = TemplateMessage(
    template_id="7895417",
    fields={"ma_ho_so": "PA-000123", "trang_thai": "Đã xử lý"},
    tracking_id="PA-000123-2",
)


def test_message_reaches_the_phone_by_the_endpoint_of_each_kind_of_page(
    simulator: Simulator, live_api: ZaloApi, state_body: PageAccess, business: PageAccess
) -> None:
    for page, endpoint in ((state_body, Endpoint.V2), (business, Endpoint.V3)):
        citizen = simulator.citizen(writes_to=page.page_id)
        sent = live_api.send(page, citizen, HELLO)
        assert sent.endpoint is endpoint
        *_, last = simulator.phone(citizen, page.page_id)
        assert (last["text"], last["message_id"]) == (HELLO.text, sent.message_id)


def test_wrong_pin_is_corrected(
    simulator: Simulator, live_api: ZaloApi, state_body: PageAccess, business: PageAccess
) -> None:
    for page, wrong, right in (
        (state_body, Endpoint.V3, Endpoint.V2),
        (business, Endpoint.V2, Endpoint.V3),
    ):
        citizen = simulator.citizen(writes_to=page.page_id)
        assert live_api.send(replace(page, pinned_endpoint=wrong), citizen, HELLO).endpoint is right


def test_every_kind_of_message_is_taken(
    simulator: Simulator, live_api: ZaloApi, state_body: PageAccess
) -> None:
    citizen = simulator.citizen(writes_to=state_body.page_id)
    (theirs,) = simulator.phone(citizen, state_body.page_id)
    buttons = (
        QueryButton(title="Tra cứu", payload="#tracuu"),
        LinkButton(title="Trang web", url="https://congan.example.vn"),
        PhoneButton(title="Gọi trực ban", phone="842363888888"),
        SmsButton(title="Nhắn SMS", phone="842363888888", content="PA"),
    )
    image = live_api.uploads.image(state_body, PNG, "a.png")
    document = live_api.uploads.file(state_body, b"%PDF-1.7", "a.pdf")
    for message in (
        TextMessage(text="đ" * 2_000, quote_message_id=theirs["message_id"]),
        TextMessage(text="Chọn:", buttons=buttons),
        ImageMessage(attachment_id=image, text="Ảnh"),
        ImageMessage(url="https://example.com/a.jpg"),
        FileMessage(token=document),
        RequestUserInfo(
            title="Thông tin", subtitle="Mời điền", image_url="https://example.com/a.jpg"
        ),
    ):
        assert live_api.send(state_body, citizen, message).message_id
    assert len(simulator.phone(citizen, state_body.page_id)) == 7


def test_quote_of_a_message_that_is_gone_is_dropped(
    simulator: Simulator, live_api: ZaloApi, state_body: PageAccess
) -> None:
    citizen = simulator.citizen(writes_to=state_body.page_id)
    live_api.send(
        state_body, citizen, TextMessage(text="Vâng", quote_message_id="93f8c4b28f589705ce4a")
    )
    assert simulator.phone(citizen, state_body.page_id)[-1]["quote_message_id"] is None


def test_window_opens_costs_and_closes(
    simulator: Simulator, live_api: ZaloApi, state_body: PageAccess, business: PageAccess
) -> None:
    paying, poor = (simulator.citizen(writes_to=page.page_id) for page in (state_body, business))
    simulator.advance(timedelta(days=3))
    state_body, business = (
        replace(page, access_token=simulator.grant(page.page_id)) for page in (state_body, business)
    )
    quota = live_api.send(state_body, paying, HELLO).quota
    assert quota is not None
    assert quota.kind == "zbs"
    with pytest.raises(ConfigurationRefused) as caught:
        live_api.send(business, poor, HELLO)
    assert caught.value.code == -320
    simulator.advance(timedelta(days=5))
    state_body = replace(state_body, access_token=simulator.grant(state_body.page_id))
    with pytest.raises(WindowClosed) as closed:
        live_api.send(state_body, paying, HELLO)
    assert closed.value.code == -230


def test_citizen_who_never_interacted_is_out_of_reach(
    simulator: Simulator, live_api: ZaloApi, state_body: PageAccess
) -> None:
    citizen = simulator.citizen()
    simulator.ask("POST", f"/control/citizens/{citizen}/unfollow", {"page": state_body.page_id})
    with pytest.raises(WindowClosed) as caught:
        live_api.send(state_body, citizen, HELLO)
    assert caught.value.code == -232


def test_upload_expires(simulator: Simulator, live_api: ZaloApi, state_body: PageAccess) -> None:
    image = live_api.uploads.image(state_body, PNG, "a.png")
    simulator.advance(timedelta(days=7, seconds=1))
    state_body = replace(state_body, access_token=simulator.grant(state_body.page_id))
    citizen = simulator.citizen(writes_to=state_body.page_id)
    with pytest.raises(AttachmentExpired):
        live_api.send(state_body, citizen, ImageMessage(attachment_id=image))


@pytest.mark.parametrize(
    ("persona", "code"),
    [
        ("restricted", -244),
        ("refuses_page", -217),
        ("banned", -222),
        ("inactive", -227),
    ],
)
def test_citizen_who_cannot_or_will_not_be_reached(
    simulator: Simulator, live_api: ZaloApi, state_body: PageAccess, persona: str, code: int
) -> None:
    citizen = simulator.citizen(writes_to=state_body.page_id, persona=persona)
    with pytest.raises(PermanentForCitizen) as caught:
        live_api.send(state_body, citizen, HELLO)
    assert caught.value.code == code


def test_citizen_who_received_enough_waits(
    simulator: Simulator, live_api: ZaloApi, state_body: PageAccess
) -> None:
    citizen = simulator.citizen(writes_to=state_body.page_id, persona="received_enough")
    with pytest.raises(DeferredUntil) as caught:
        live_api.send(state_body, citizen, HELLO)
    assert caught.value.reason is Deferral.CITIZEN_QUOTA


@pytest.mark.parametrize(
    ("knob", "code"), [("is_enabled", -204), ("is_granted", -223), ("has_tier", -224)]
)
def test_page_that_lacks_something_is_an_operators(
    simulator: Simulator, live_api: ZaloApi, business: PageAccess, knob: str, code: int
) -> None:
    citizen = simulator.citizen(writes_to=business.page_id)
    simulator.change_page(business.page_id, **{knob: False})
    try:
        with pytest.raises(ConfigurationRefused) as caught:
            live_api.send(business, citizen, HELLO)
    finally:
        simulator.change_page(business.page_id, **{knob: True})
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("knob", "value", "code"),
    [("is_removed", True, -219), ("is_active", False, -209), ("is_registered", False, -212)],
)
def test_app_that_lacks_something_is_an_operators(
    simulator: Simulator, live_api: ZaloApi, business: PageAccess, knob: str, value: bool, code: int
) -> None:
    simulator.change_app(business.page_id, **{knob: value})
    try:
        with pytest.raises(ConfigurationRefused) as caught:
            live_api.page_profile(business)
    finally:
        simulator.change_app(business.page_id, **{knob: not value})
    assert caught.value.code == code


def test_proof_is_demanded_and_given(
    simulator: Simulator, live_api: ZaloApi, business: PageAccess
) -> None:
    simulator.change_app(business.page_id, requires_appsecret_proof=True)
    try:
        with pytest.raises(ConfigurationRefused) as caught:
            live_api.page_profile(business)
        secret = simulator.app_secrets[simulator.app_of(business.page_id)]
        live_api.page_profile(replace(business, proof_secret=secret))
    finally:
        simulator.change_app(business.page_id, requires_appsecret_proof=False)
    assert caught.value.code == -242


def test_token_that_is_unknown_or_has_ended_is_refused(
    simulator: Simulator, live_api: ZaloApi, state_body: PageAccess
) -> None:
    with pytest.raises(TokenRefused) as unknown:
        live_api.page_profile(replace(state_body, access_token="unknown"))
    simulator.advance(timedelta(hours=25, seconds=1))
    with pytest.raises(TokenRefused) as ended:
        live_api.page_profile(state_body)
    assert (unknown.value.code, ended.value.code) == (-216, -220)


@pytest.mark.parametrize(
    ("code", "kind"), [pair for pair in pairs(OFFICIAL_ACCOUNT) if pair[0] not in (-235, -240)]
)
def test_every_code_of_the_official_account_becomes_its_class(
    simulator: Simulator,
    live_api: ZaloApi,
    state_body: PageAccess,
    code: int,
    kind: type[ZaloError],
) -> None:
    citizen = simulator.citizen(writes_to=state_body.page_id)
    simulator.fault("send_error", code=code)
    with pytest.raises(kind) as caught:
        live_api.send(replace(state_body, pinned_endpoint=Endpoint.V2), citizen, HELLO)
    assert type(caught.value) is kind
    assert len(simulator.phone(citizen, state_body.page_id)) == 1


@pytest.mark.parametrize("code", [-20009, -14014])
def test_code_that_nobody_knows_is_alarmed(
    simulator: Simulator, live_api: ZaloApi, state_body: PageAccess, code: int
) -> None:
    citizen = simulator.citizen(writes_to=state_body.page_id)
    simulator.fault("send_error", code=code, message="Something new")
    with pytest.raises(AmbiguousDelivery) as caught:
        live_api.send(replace(state_body, pinned_endpoint=Endpoint.V2), citizen, HELLO)
    assert caught.value.alarm


@pytest.mark.parametrize(
    ("fault", "parameters", "is_delivered"),
    [
        ("send_timeout_before", {"seconds": 0.2}, False),
        ("send_5xx", {}, False),
        ("send_garbage", {}, False),
        ("deliver_but_error", {}, True),
        ("deliver_but_timeout", {"seconds": 0.2}, True),
        ("deliver_but_drop", {}, True),
        ("deliver_but_5xx", {}, True),
    ],
)
def test_ambiguous_delivery_is_settled_by_reading_the_conversation(
    simulator: Simulator,
    live_api: ZaloApi,
    state_body: PageAccess,
    fault: str,
    parameters: dict[str, float],
    is_delivered: bool,
) -> None:
    citizen = simulator.citizen(writes_to=state_body.page_id)
    simulator.fault(fault, **parameters)
    with pytest.raises(AmbiguousDelivery):
        live_api.send(replace(state_body, pinned_endpoint=Endpoint.V2), citizen, HELLO)
    read_back = [item for item in live_api.conversation(state_body, citizen) if item.is_from_page]
    assert [item.text for item in read_back] == [HELLO.text] * is_delivered


def test_rate_limit_is_retried_later(
    simulator: Simulator, live_api: ZaloApi, state_body: PageAccess
) -> None:
    simulator.fault("rate_limit")
    with pytest.raises(RetryLater) as caught:
        live_api.page_profile(state_body)
    assert caught.value.code == -32


def test_outage_while_asking_is_retried_later(
    simulator: Simulator, live_api: ZaloApi, state_body: PageAccess
) -> None:
    simulator.fault("api_5xx")
    with pytest.raises(RetryLater):
        live_api.page_profile(state_body)


def test_conversation_chats_and_people_are_read(
    simulator: Simulator, live_api: ZaloApi, state_body: PageAccess, business: PageAccess
) -> None:
    for page in (state_body, business):
        citizen = simulator.citizen(writes_to=page.page_id, name="Lê Văn C")
        sent = live_api.send(page, citizen, HELLO)
        newest, oldest = live_api.conversation(page, citizen)
        assert (newest.message_id, newest.is_from_page) == (sent.message_id, True)
        assert (oldest.text, oldest.user_id) == ("Tôi muốn phản ánh", citizen)
        assert live_api.recent_chats(page)[0].user_id == citizen
        detail = live_api.user_detail(page, citizen)
        assert (detail.name, detail.last_interaction) == (
            "Lê Văn C",
            (simulator.now() + timedelta(hours=7)).date(),
        )
        assert live_api.quota(page, citizen).total == 8


def test_shared_details_are_read(
    simulator: Simulator, live_api: ZaloApi, state_body: PageAccess
) -> None:
    citizen = simulator.citizen(writes_to=state_body.page_id, phone="84987650001")
    before = live_api.user_detail(state_body, citizen)
    simulator.ask("POST", f"/control/citizens/{citizen}/share", {"page": state_body.page_id})
    after = live_api.user_detail(state_body, citizen)
    assert before.shared is not None
    assert after.shared is not None
    assert (before.shared.phone, after.shared.phone) == (None, "84987650001")


def test_page_tells_what_it_is(
    live_api: ZaloApi, state_body: PageAccess, business: PageAccess
) -> None:
    profiles = [live_api.page_profile(page) for page in (state_body, business)]
    assert [profile.oa_type for profile in profiles] == [STATE, BUSINESS]
    assert [bool(profile.linked_account) for profile in profiles] == [True, False]
    assert [profile.page_id for profile in profiles] == [state_body.page_id, business.page_id]


def _ask_everything() -> list[Callable[[ZaloApi, PageAccess, str], Any]]:
    return [
        lambda api, page, citizen: api.send(page, citizen, HELLO),
        lambda api, page, citizen: api.user_detail(page, citizen),
        lambda api, page, citizen: api.conversation(page, citizen),
        lambda api, page, citizen: api.recent_chats(page),
        lambda api, page, citizen: api.page_profile(page),
        lambda api, page, citizen: api.quota(page, citizen),
        lambda api, page, citizen: api.uploads.image(page, PNG, "a.png"),
        lambda api, page, citizen: api.articles.remove(page, "1"),
        lambda api, page, citizen: api.templates.send_by_user_id(page, citizen, TEMPLATE_MESSAGE),
        lambda api, page, citizen: api.templates.send_by_phone(
            page, "84987650005", TEMPLATE_MESSAGE
        ),
    ]


@pytest.mark.parametrize("ask", _ask_everything())
def test_every_call_recognises_a_refused_token(
    simulator: Simulator,
    live_api: ZaloApi,
    state_body: PageAccess,
    ask: Callable[[ZaloApi, PageAccess, str], Any],
) -> None:
    citizen = simulator.citizen(writes_to=state_body.page_id)
    with pytest.raises(TokenRefused):
        ask(live_api, replace(state_body, access_token="revoked"), citizen)
