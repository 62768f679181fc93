"""Zalo's codes: the class each of them is, and what happens to those nobody knows."""

import unicodedata
from datetime import UTC, datetime, timedelta

import pytest

from functions.errors import (
    Ambiguous,
    OperatorNeeded,
    Rejected,
    TinBaoError,
    Transient,
    Undeliverable,
)
from functions.zalo.errors import (
    AmbiguousDelivery,
    AttachmentExpired,
    ConfigurationRefused,
    Deferral,
    DeferredUntil,
    InvalidMessage,
    PermanentForCitizen,
    QuoteRefused,
    RetryLater,
    TokenRefused,
    WindowClosed,
    WrongEndpoint,
    ZaloError,
)
from functions.zalo.refusals import (
    OFFICIAL_ACCOUNT_REFUSALS,
    TEMPLATE_REFUSALS,
    Product,
    Refusal,
    error_from_reply,
)
from tests.zalo.expected_codes import OFFICIAL_ACCOUNT, TEMPLATE, pairs

NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
"""12:00 in Vietnam."""


def refusal(
    code: int | None,
    message: str = "",
    status: int = 200,
    *,
    product: Product = Product.OFFICIAL_ACCOUNT,
    now: datetime = NOON,
) -> ZaloError:
    return error_from_reply(code, message, status, now=now, product=product)


def _name(row: Refusal) -> str:
    return f"{row.code} {row.text}"


@pytest.mark.parametrize(("code", "kind"), pairs(OFFICIAL_ACCOUNT))
def test_official_account_code_has_its_class(code: int, kind: type[ZaloError]) -> None:
    assert type(refusal(code)) is kind


@pytest.mark.parametrize(("code", "kind"), pairs(TEMPLATE))
def test_template_code_has_its_class(code: int, kind: type[ZaloError]) -> None:
    assert type(refusal(code, product=Product.TEMPLATE)) is kind


def test_no_row_is_untested() -> None:
    assert {row.code for row in OFFICIAL_ACCOUNT_REFUSALS} == {
        code for code, _ in pairs(OFFICIAL_ACCOUNT)
    }
    assert {row.code for row in TEMPLATE_REFUSALS} == {code for code, _ in pairs(TEMPLATE)}


@pytest.mark.parametrize("row", [*OFFICIAL_ACCOUNT_REFUSALS, *TEMPLATE_REFUSALS], ids=_name)
def test_every_row_says_something_to_a_person(row: Refusal) -> None:
    sentence = row.sentence or row.kind.sentence
    assert sentence == unicodedata.normalize("NFC", sentence)
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert "!" not in sentence
    assert sentence != TinBaoError.sentence


@pytest.mark.parametrize(
    ("kind", "who"),
    [
        (RetryLater, Transient),
        (TokenRefused, Transient),
        (DeferredUntil, Undeliverable),
        (WindowClosed, Undeliverable),
        (PermanentForCitizen, Undeliverable),
        (ConfigurationRefused, OperatorNeeded),
        (WrongEndpoint, OperatorNeeded),
        (InvalidMessage, Rejected),
        (AttachmentExpired, Rejected),
        (AmbiguousDelivery, Ambiguous),
    ],
)
def test_class_says_who_can_act(kind: type[ZaloError], who: type[TinBaoError]) -> None:
    assert issubclass(kind, who)


def test_rate_limit_of_the_app_passes_with_the_minute() -> None:
    error = refusal(-32, "Your application reached limit call api")
    assert isinstance(error, RetryLater)
    assert error.retry_after == timedelta(minutes=1)


def test_rate_limit_of_the_page_takes_longer() -> None:
    error = refusal(-32, "Your OA reached limit call api")
    assert isinstance(error, RetryLater)
    assert error.retry_after == timedelta(minutes=5)


def test_missing_grant_is_an_operators_and_article_quota_waits() -> None:
    assert isinstance(refusal(-223, "OA has not authorized this API"), ConfigurationRefused)
    error = refusal(-223, "OA has reached quota create article")
    assert isinstance(error, DeferredUntil)
    assert error.reason is Deferral.ARTICLE_QUOTA


def test_refused_quote_is_told_from_a_refused_text() -> None:
    assert type(refusal(-201, "quote_message_id is invalid!")) is QuoteRefused
    assert type(refusal(-201, "text is invalid!")) is InvalidMessage


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (datetime(2026, 11, 21, 15, 30, tzinfo=UTC), datetime(2026, 11, 21, 23, 0, tzinfo=UTC)),
        (datetime(2026, 11, 21, 22, 59, tzinfo=UTC), datetime(2026, 11, 21, 23, 0, tzinfo=UTC)),
        (datetime(2026, 12, 31, 16, 59, tzinfo=UTC), datetime(2026, 12, 31, 23, 0, tzinfo=UTC)),
    ],
)
def test_night_ends_at_six_in_vietnam(now: datetime, until: datetime) -> None:
    for code, product in ((-234, Product.OFFICIAL_ACCOUNT), (-133, Product.TEMPLATE)):
        error = refusal(code, product=product, now=now)
        assert isinstance(error, DeferredUntil)
        assert (error.reason, error.until) == (Deferral.NIGHT, until)


def test_daily_quota_ends_at_midnight_in_vietnam() -> None:
    error = refusal(-144, product=Product.TEMPLATE)
    assert isinstance(error, DeferredUntil)
    assert error.until == datetime(2026, 11, 21, 17, 0, tzinfo=UTC)


def test_quota_of_unknown_period_has_no_end() -> None:
    error = refusal(-211)
    assert isinstance(error, DeferredUntil)
    assert error.until is None


def test_code_of_the_other_product_is_still_known() -> None:
    assert isinstance(refusal(-118), PermanentForCitizen)
    assert isinstance(refusal(-230, product=Product.TEMPLATE), WindowClosed)


@pytest.mark.parametrize("code", [-20009, -14014, 1, -999999])
def test_unknown_code_is_ambiguous_and_alarmed(code: int) -> None:
    error = refusal(code, "Something new")
    assert isinstance(error, AmbiguousDelivery)
    assert (error.code, error.alarm) == (code, True)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_outage_is_ambiguous_without_alarm(status: int) -> None:
    error = refusal(None, "", status)
    assert isinstance(error, AmbiguousDelivery)
    assert not error.alarm


@pytest.mark.parametrize("status", [200, 302, 400, 403])
def test_answer_that_is_not_zalos_is_ambiguous_and_alarmed(status: int) -> None:
    error = refusal(None, "", status)
    assert isinstance(error, AmbiguousDelivery)
    assert error.alarm


def test_too_many_requests_is_retried() -> None:
    assert isinstance(refusal(None, "", 429), RetryLater)


@pytest.mark.parametrize("code", [None, 404])
def test_missing_address_is_an_operators(code: int | None) -> None:
    error = refusal(code, "You are accessing an empty or invalid API", 404)
    assert isinstance(error, ConfigurationRefused)


def test_zalos_text_stays_out_of_the_error() -> None:
    assert "Nguyễn" not in str(refusal(-201, "Nguyễn Văn A is invalid!"))
    assert "Nguyễn" not in str(refusal(-9, "Nguyễn Văn A is invalid!"))
