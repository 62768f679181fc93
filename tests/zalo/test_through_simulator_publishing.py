"""Articles, broadcasts and template messages against the simulator."""

from dataclasses import replace
from datetime import timedelta

import pytest

from functions.zalo.api import PageAccess, ZaloApi
from functions.zalo.articles import ArticleDraft, BroadcastTarget, Paragraph
from functions.zalo.errors import (
    ConfigurationRefused,
    Deferral,
    DeferredUntil,
    InvalidMessage,
    PermanentForCitizen,
    RetryLater,
    ZaloError,
)
from functions.zalo.templates import TemplateMessage
from tests.zalo.expected_codes import TEMPLATE, pairs
from tests.zalo.simulator import Simulator

TEMPLATE_MESSAGE = TemplateMessage(
    template_id="7895417",
    fields={"ma_ho_so": "PA-000123", "trang_thai": "Đã xử lý"},
    tracking_id="PA-000123-2",
)


def test_article_is_made_broadcast_and_removed(
    simulator: Simulator, live_api: ZaloApi, state_body: PageAccess
) -> None:
    draft = ArticleDraft(
        title="Cảnh báo lừa đảo",
        author="Công an phường",
        description="Thủ đoạn mới",
        cover_url="https://example.com/a.jpg",
        body=(Paragraph(content="Nội dung"),),
        is_shown=True,
    )
    simulator.advance_to_hour(9)
    state_body = replace(state_body, access_token=simulator.grant(state_body.page_id))
    token = live_api.articles.create(state_body, draft)
    with pytest.raises(RetryLater) as caught:
        live_api.articles.verify(state_body, token)
    assert caught.value.code == -214
    simulator.advance(timedelta(minutes=1))
    article = live_api.articles.verify(state_body, token)
    assert live_api.articles.broadcast(state_body, article, BroadcastTarget(gender="0"))
    simulator.advance_to_hour(23)
    state_body = replace(state_body, access_token=simulator.grant(state_body.page_id))
    with pytest.raises(DeferredUntil) as night:
        live_api.articles.broadcast(state_body, article)
    assert night.value.reason is Deferral.NIGHT
    live_api.articles.remove(state_body, article)


@pytest.fixture
def by_day(simulator: Simulator, state_body: PageAccess) -> PageAccess:
    """The state_body body's page at half past nine in the morning."""
    simulator.advance_to_hour(9)
    return replace(state_body, access_token=simulator.grant(state_body.page_id))


def test_template_reaches_number_and_user(
    simulator: Simulator, live_api: ZaloApi, by_day: PageAccess
) -> None:
    citizen = simulator.citizen(writes_to=by_day.page_id, phone="84987650002")
    simulator.advance(timedelta(days=8))
    page = replace(by_day, access_token=simulator.grant(by_day.page_id))
    by_phone = live_api.templates.send_by_phone(page, "84987650002", TEMPLATE_MESSAGE)
    by_user = live_api.templates.send_by_user_id(page, citizen, TEMPLATE_MESSAGE)
    assert by_phone.left_today is not None
    assert [message["message_id"] for message in simulator.phone(citizen, page.page_id)[1:]] == [
        by_phone.message_id,
        by_user.message_id,
    ]


@pytest.mark.parametrize(
    ("persona", "number", "code"),
    [
        ("no_zalo", "84987650011", -118),
        ("cannot_receive", "84987650012", -119),
        ("rejects", "84987650013", -114),
        ("opted_out", "84987650014", -139),
        ("no_opt_in", "84987650015", -134),
        ("refuses_page", "84987650016", -141),
    ],
)
def test_number_that_cannot_be_reached_is_permanent(
    simulator: Simulator,
    live_api: ZaloApi,
    by_day: PageAccess,
    persona: str,
    number: str,
    code: int,
) -> None:
    simulator.citizen(writes_to=by_day.page_id, phone=number, persona=persona)
    with pytest.raises(PermanentForCitizen) as caught:
        live_api.templates.send_by_phone(by_day, number, TEMPLATE_MESSAGE)
    assert caught.value.code == code


def test_template_at_night_waits_for_six_in_the_morning(
    simulator: Simulator, live_api: ZaloApi, state_body: PageAccess
) -> None:
    simulator.citizen(writes_to=state_body.page_id, phone="84987650003")
    simulator.advance_to_hour(23)
    state_body = replace(state_body, access_token=simulator.grant(state_body.page_id))
    with pytest.raises(DeferredUntil) as caught:
        live_api.templates.send_by_phone(state_body, "84987650003", TEMPLATE_MESSAGE)
    until = caught.value.until
    assert until is not None
    assert (until + timedelta(hours=7)).hour == 6
    assert timedelta(hours=6) < until - simulator.now() < timedelta(hours=7)


@pytest.mark.parametrize(
    ("template_id", "kind"),
    [
        ("1", ConfigurationRefused),
        ("7895419", ConfigurationRefused),
        ("7895420", ConfigurationRefused),
    ],
)
def test_template_that_may_not_be_used_is_an_operators(
    live_api: ZaloApi, by_day: PageAccess, template_id: str, kind: type[ZaloError]
) -> None:
    message = TEMPLATE_MESSAGE.model_copy(update={"template_id": template_id})
    with pytest.raises(kind):
        live_api.templates.send_by_phone(by_day, "84987650004", message)


def test_template_without_user_ids_needs_a_number(
    simulator: Simulator, live_api: ZaloApi, by_day: PageAccess
) -> None:
    citizen = simulator.citizen(writes_to=by_day.page_id)
    message = TemplateMessage(template_id="7895418", fields={"ma": "1234"}, tracking_id="t")
    with pytest.raises(InvalidMessage) as caught:
        live_api.templates.send_by_user_id(by_day, citizen, message)
    assert caught.value.code == -249


@pytest.mark.parametrize(("code", "kind"), pairs(TEMPLATE))
def test_every_code_of_templates_becomes_its_class(
    simulator: Simulator,
    live_api: ZaloApi,
    state_body: PageAccess,
    code: int,
    kind: type[ZaloError],
) -> None:
    simulator.fault("send_error", code=code)
    with pytest.raises(kind) as caught:
        live_api.templates.send_by_phone(state_body, "84987650009", TEMPLATE_MESSAGE)
    assert type(caught.value) is kind
