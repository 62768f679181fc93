"""Without an issuer Identity-Aware Proxy alone says who an officer is, with every request."""

from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from functions.admin.door.proxy import Proxy
from functions.settings import ProxySettings
from tests.admin.assertions import AUDIENCE, ISSUER, STRANGERS_KEY, assertion, carry
from tests.admin.browsing import Browser
from tests.admin.station import COLLEAGUE, OFFICER, UNIT, Station
from tests.admin.test_sign_in import is_signed_in

MINH, KHANH = (
    {"sub": "accounts.google.com:1", "email": "accounts.google.com:minh@example.vn"},
    {"sub": "accounts.google.com:2", "email": "accounts.google.com:khanh@example.vn"},
)
DUTY = {"unit_id": UNIT, "role": "duty_officer"}
COOKIE = "tin_bao_officer"


def record(station: Station, subject: str, email: str, **fields: object) -> None:
    """An officer of UNIT, as they stand in the record."""
    known: dict[str, object] = {"name": "Đại úy An", "email": email, "roles": [DUTY]}
    station.write(f"officers/{subject}", known | fields)


@pytest.fixture
def alone(station: Station, jwks_url: str) -> Station:
    """The page behind the proxy, without an issuer; two officers have addresses of their own."""
    station.sign_in = None
    station.proxy = Proxy(audience=AUDIENCE, issuer=ISSUER, jwks_url=jwks_url, clock=station.clock)
    station.leave_path = ProxySettings().sign_out_path
    record(station, OFFICER, "minh@example.vn")
    record(station, COLLEAGUE, "khanh@example.vn")
    return station


def named(station: Station, **claims: object) -> Browser:
    """The browser of somebody whom the proxy names so, not signed in yet."""
    return carry(station.browser(None), assertion(station, **claims))


def enter(browser: Browser, path: str = "/") -> TestResponse:
    """The button of the sign-in page."""
    return browser.post("/sign-in", {"path": path})


def signed_in(station: Station, **claims: object) -> Browser:
    """The browser of an officer who came in, with the token of their forms."""
    browser = named(station, **claims)
    assert enter(browser).status_code == 303
    browser.form_token = form_token(browser)
    return browser


def form_token(browser: Browser) -> str:
    """The token of the forms on the officers' own page."""
    page = browser.get("/permissions").text
    return page.partition('name="csrf_token" value="')[2].partition('"')[0]


def test_whom_the_proxy_names_comes_in(alone: Station) -> None:
    browser = named(alone, **MINH)
    asked = browser.get("/reports/abc123")
    assert asked.headers["Location"] == "/sign-in?next=/reports/abc123"
    page = browser.get(asked.headers["Location"]).text
    assert "minh@example.vn" in page
    assert "/sign-in/start" not in page
    back = enter(browser, "/reports/abc123")
    assert (back.status_code, back.headers["Location"]) == (303, "/reports/abc123")
    assert "Đại úy An" in browser.get("/permissions").text


@pytest.mark.parametrize("path", ["//evil.example", "/\\evil.example", "https://evil.example", ""])
def test_coming_in_never_leads_to_another_site(alone: Station, path: str) -> None:
    assert enter(named(alone, **MINH), path).headers["Location"] == "/"


@pytest.mark.parametrize(
    "email",
    [
        "minh@example.vn",
        "accounts.google.com:minh@example.vn",
        "accounts.google.com:Minh@Example.VN",
    ],
)
def test_an_address_is_known_with_and_without_googles_prefix(alone: Station, email: str) -> None:
    assert is_signed_in(signed_in(alone, **MINH | {"email": email}))


@pytest.mark.parametrize(
    "email",
    [
        "khach@example.vn",
        "securetoken.google.com/tin-bao:minh@example.vn",
        "accounts.google.com:accounts.google.com:minh@example.vn",
        "minh",
        "",
        None,
    ],
)
def test_an_unknown_address_gets_a_kind_refusal(alone: Station, email: str | None) -> None:
    record(alone, "officer-without-address", "")
    browser = named(alone, **MINH | {"email": email})
    back = enter(browser)
    assert back.status_code == 403
    assert "chưa được phân công" in back.text
    assert browser.client.get_cookie(COOKIE, "127.0.0.1") is None


@pytest.mark.parametrize("change", [{"is_active": False}, {"roles": []}])
def test_an_officer_who_works_here_no_more_does_not_come_in(
    alone: Station, change: dict[str, object]
) -> None:
    record(alone, OFFICER, "minh@example.vn", **change)
    assert enter(named(alone, **MINH)).status_code == 403


def test_somebody_else_who_was_given_an_officers_address_does_not_come_in(alone: Station) -> None:
    signed_in(alone, **MINH)
    assert enter(named(alone, **MINH | {"sub": "accounts.google.com:3"})).status_code == 403
    assert is_signed_in(signed_in(alone, **MINH))


def test_the_header_without_a_signature_says_nothing(alone: Station) -> None:
    browser = alone.browser(None)
    headers = {
        "X_Goog_Authenticated_User_Email": "accounts.google.com:minh@example.vn",
        "X_Goog_Authenticated_User_Id": "accounts.google.com:1",
    }
    assert browser.post("/sign-in", {}, **headers).status_code == 401
    assert browser.client.get_cookie(COOKIE, "127.0.0.1") is None


def test_the_signed_name_counts_and_not_the_unsigned_one(alone: Station) -> None:
    browser = named(alone, **KHANH)
    header = "accounts.google.com:minh@example.vn"
    assert browser.post("/sign-in", {}, X_Goog_Authenticated_User_Email=header).status_code == 303
    session = browser.client.get_cookie(COOKIE, "127.0.0.1")
    assert session is not None
    found = alone.sessions.find(session.value, active=False)
    assert found is not None
    assert found.subject == COLLEAGUE


def test_a_session_is_nothing_without_an_assertion(alone: Station) -> None:
    browser = signed_in(alone, **MINH)
    wrong = [
        None,
        assertion(alone, **MINH, aud="/projects/1/global/backendServices/1"),
        assertion(alone, **MINH, iss="https://accounts.google.com"),
        assertion(alone, STRANGERS_KEY, **MINH),
        assertion(alone, **MINH, exp=int(alone.clock.now().timestamp()) - 61),
    ]
    assert [carry(browser, told).get("/").status_code for told in wrong] == [401] * len(wrong)
    assert is_signed_in(carry(browser, assertion(alone, **MINH)))


def test_another_persons_assertion_ends_the_session(alone: Station) -> None:
    browser = signed_in(alone, **MINH)
    asked = carry(browser, assertion(alone, **KHANH)).get("/")
    assert (asked.status_code, asked.headers["Location"]) == (303, "/sign-in")
    assert not is_signed_in(carry(browser, assertion(alone, **MINH)))


def test_a_form_sent_under_another_name_is_not_carried_out(alone: Station) -> None:
    browser = signed_in(alone, **MINH)
    carry(browser, assertion(alone, **KHANH))
    answer = browser.post("/language", {"language": "en"})
    assert answer.status_code == 401
    assert "đăng nhập lại" in answer.text


def test_a_form_of_an_ended_session_is_not_carried_out_in_the_next_one(alone: Station) -> None:
    browser = signed_in(alone, **MINH)
    alone.clock.advance(timedelta(minutes=30))
    carry(browser, assertion(alone, **MINH))
    assert browser.post("/language", {"language": "en"}).status_code == 401
    assert enter(browser).status_code == 303
    assert browser.post("/language", {"language": "en"}).status_code == 403
    browser.form_token = form_token(browser)
    assert browser.post("/language", {"language": "en"}).status_code == 303


def test_no_work_keeps_a_session_alive_beyond_twelve_hours(alone: Station) -> None:
    browser = signed_in(alone, **MINH)
    for _ in range(47):
        alone.clock.advance(timedelta(minutes=15))
        assert is_signed_in(carry(browser, assertion(alone, **MINH)))
    alone.clock.advance(timedelta(minutes=15))
    assert not is_signed_in(carry(browser, assertion(alone, **MINH)))


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Sec_Fetch_Site": "cross-site"}]
)
def test_no_other_site_signs_anybody_in(alone: Station, headers: dict[str, str]) -> None:
    browser = named(alone, **MINH)
    assert browser.post("/sign-in", {}, **headers).status_code == 403
    assert browser.client.get_cookie(COOKIE, "127.0.0.1") is None


def test_only_the_button_writes(alone: Station) -> None:
    browser = named(alone, **MINH)
    alone.database.commits = 0
    for path in ("/", "/sign-in", "/sign-in/start", "/sign-in/callback?state=x&code=x"):
        assert browser.get(path).status_code in {200, 303}, path
    assert alone.database.commits == 0


@pytest.mark.parametrize("path", ["/sign-in/start", "/sign-in/callback?state=x&code=x"])
def test_the_ways_of_an_issuer_lead_to_the_sign_in_page(alone: Station, path: str) -> None:
    assert named(alone, **MINH).get(path).headers["Location"] == "/sign-in"


def test_a_session_that_began_at_an_issuer_is_not_taken_over(alone: Station) -> None:
    assert not is_signed_in(carry(alone.browser(OFFICER), assertion(alone, **MINH)))


def test_a_session_that_the_proxy_began_is_not_enough_for_an_issuer(station: Station) -> None:
    browser = station.browser(None)
    session = station.sessions.begin(OFFICER, proxy_subject="1")
    browser.client.set_cookie(COOKIE, session.id, domain="127.0.0.1")
    assert not is_signed_in(browser)


def test_signing_out_ends_the_session_and_the_proxys_own(alone: Station) -> None:
    browser = signed_in(alone, **MINH)
    cookie = browser.client.get_cookie(COOKIE, "127.0.0.1")
    assert cookie is not None
    out = browser.post("/sign-out", {})
    # The browser goes on by itself: led there, it would not pass `form-action 'self'`.
    assert out.status_code == 200
    assert out.headers["Refresh"] == "0; url=/sign-in?gcp-iap-mode=CLEAR_LOGIN_COOKIE"
    assert 'href="/sign-in?gcp-iap-mode=CLEAR_LOGIN_COOKIE"' in out.text
    assert out.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    browser.client.set_cookie(COOKIE, cookie.value, domain="127.0.0.1")
    assert not is_signed_in(browser)


def test_where_the_proxy_forgets_is_a_setting(alone: Station) -> None:
    alone.leave_path = "/_gcp_iap/clear_login_cookie"
    browser = signed_in(alone, **MINH)
    assert browser.post("/sign-out", {}).headers["Refresh"] == f"0; url={alone.leave_path}"


def test_the_sign_in_page_offers_another_account(alone: Station) -> None:
    page = named(alone, **MINH).get("/sign-in").text
    assert f'href="{alone.leave_path}"' in page
