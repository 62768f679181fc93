"""Signing in at a real issuer over HTTP, and every way in which it is refused."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import urllib3
from cryptography.hazmat.primitives.asymmetric import rsa
from werkzeug.test import TestResponse

from tests.admin.browsing import Browser
from tests.admin.issuer import Issuer
from tests.admin.station import NOBODY, OFFICER, Station
from tests.emulators import MovableClock, free_port


def leave(browser: Browser, path: str = "/sign-in/start") -> str:
    """Off to the issuer; gives the path at which it sends the browser back."""
    away = browser.get(path)
    assert away.status_code == 303
    answer = urllib3.request("GET", away.headers["Location"], redirect=False)
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


def arrive(browser: Browser, path: str = "/sign-in/start") -> TestResponse:
    """Off to the issuer and back."""
    return browser.get(leave(browser, path))


def is_signed_in(browser: Browser) -> bool:
    """Whether the list can be seen."""
    return browser.get("/").status_code == 200


def test_an_officer_signs_in(station: Station) -> None:
    browser = station.browser(None)
    back = arrive(browser)
    assert (back.status_code, back.headers["Location"]) == (303, "/")
    assert is_signed_in(browser)


def test_the_sign_in_page_has_one_link_and_does_not_redirect(station: Station) -> None:
    page = station.browser(None).get("/sign-in")
    assert page.status_code == 200
    assert 'href="/sign-in/start"' in page.text


def test_a_signed_in_officer_is_sent_on_from_the_sign_in_page(station: Station) -> None:
    page = station.browser().get("/sign-in")
    assert (page.status_code, page.headers["Location"]) == (303, "/")


def test_an_officer_returns_to_the_page_that_asked_for_the_sign_in(station: Station) -> None:
    browser = station.browser(None)
    asked = browser.get("/reports/abc123")
    assert asked.headers["Location"] == "/sign-in?next=/reports/abc123"
    back = arrive(browser, "/sign-in/start?next=/reports/abc123")
    assert back.headers["Location"] == "/reports/abc123"


@pytest.mark.parametrize(
    "path", ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", ""]
)
def test_a_sign_in_never_leads_to_another_site(station: Station, path: str) -> None:
    browser = station.browser(None)
    back = browser.get(leave(browser, f"/sign-in/start?next={path}"))
    assert back.headers["Location"] == "/"


def test_what_is_asked_of_the_issuer_is_bound_to_this_browser(station: Station) -> None:
    first, second = (
        parse_qs(urlsplit(station.browser(None).get("/sign-in/start").headers["Location"]).query)
        for _ in range(2)
    )
    assert first["response_type"] == ["code"]
    assert first["code_challenge_method"] == ["S256"]
    for name in ("state", "nonce", "code_challenge"):
        assert first[name] != second[name]
        assert len(first[name][0]) >= 43


Misbehave = Callable[[Issuer, MovableClock], None]


def claim(name: str, value: object) -> Misbehave:
    """A token with another claim."""
    return lambda issuer, _: issuer.claims.update({name: value})


def from_yesterday(issuer: Issuer, clock: MovableClock) -> None:
    """A token that has expired."""
    then = clock.now() - timedelta(days=1)
    issuer.claims.update(iat=int(then.timestamp()), exp=int(then.timestamp()) + 600)


def from_tomorrow(issuer: Issuer, clock: MovableClock) -> None:
    """A token that is not valid yet."""
    then = clock.now() + timedelta(days=1)
    issuer.claims.update(iat=int(then.timestamp()), exp=int(then.timestamp()) + 600)


def other_key(issuer: Issuer, _: MovableClock) -> None:
    """A token that somebody else signed."""
    issuer.signing_key = rsa.generate_private_key(public_exponent=65_537, key_size=2048)


def said_no(issuer: Issuer, _: MovableClock) -> None:
    """The person did not want to, or may not."""
    issuer.error = "access_denied"


@pytest.mark.parametrize(
    "misbehave",
    [
        pytest.param(claim("nonce", "another"), id="another nonce"),
        pytest.param(claim("nonce", None), id="no nonce"),
        pytest.param(claim("aud", "another-client"), id="another audience"),
        pytest.param(claim("iss", "https://evil.example"), id="another issuer"),
        pytest.param(claim("azp", "another-client"), id="another party"),
        pytest.param(claim("exp", None), id="no expiry"),
        pytest.param(claim("sub", None), id="no subject"),
        pytest.param(from_yesterday, id="expired"),
        pytest.param(from_tomorrow, id="too early"),
        pytest.param(other_key, id="another key"),
        pytest.param(said_no, id="refused by the issuer"),
    ],
)
def test_an_answer_that_proves_nothing_is_refused(
    station: Station, issuer: Issuer, clock: MovableClock, misbehave: Misbehave
) -> None:
    misbehave(issuer, clock)
    browser = station.browser(None)
    back = arrive(browser)
    assert back.status_code == 400
    assert "Không đăng nhập được" in back.text
    assert not is_signed_in(browser)


def test_an_answer_with_another_state_is_refused(station: Station) -> None:
    browser = station.browser(None)
    path = leave(browser)
    assert browser.get(path.replace("state=", "state=1")).status_code == 400
    assert not is_signed_in(browser)


def test_an_answer_in_a_browser_that_never_left_is_refused(station: Station) -> None:
    path = leave(station.browser(None))
    other = station.browser(None)
    assert other.get(path).status_code == 400
    assert not is_signed_in(other)


def test_a_state_that_is_not_ours_is_refused(station: Station) -> None:
    browser = station.browser(None)
    browser.client.set_cookie("tin_bao_officer_state", "made-up|/", domain="127.0.0.1")
    assert browser.get("/sign-in/callback?state=made-up&code=x").status_code == 400


def test_a_code_serves_once(station: Station) -> None:
    browser = station.browser(None)
    path = leave(browser)
    cookie = browser.client.get_cookie("tin_bao_officer_state", "127.0.0.1")
    assert cookie is not None
    assert browser.get(path).status_code == 303
    again = station.browser(None)
    again.client.set_cookie(cookie.key, cookie.decoded_value, domain="127.0.0.1")
    assert again.get(path).status_code == 400


def test_whoever_stays_away_too_long_starts_again(station: Station, clock: MovableClock) -> None:
    browser = station.browser(None)
    path = leave(browser)
    clock.advance(timedelta(minutes=11))
    assert browser.get(path).status_code == 400


@pytest.mark.parametrize("subject", [NOBODY, "a/b", "..", "__x__", "x" * 200])
def test_somebody_who_is_no_officer_gets_a_kind_refusal(
    station: Station, issuer: Issuer, subject: str
) -> None:
    issuer.subject = subject
    browser = station.browser(None)
    back = arrive(browser)
    assert back.status_code == 403
    assert "chưa được phân công" in back.text
    assert not is_signed_in(browser)


def test_an_issuer_that_is_not_the_one_of_the_settings_is_not_used(
    station: Station, issuer: Issuer
) -> None:
    issuer.discovered_as = "https://evil.example"
    assert station.browser(None).get("/sign-in/start").status_code == 500


def test_an_issuer_that_does_not_answer_is_a_passing_problem(station: Station) -> None:
    assert station.sign_in is not None
    station.sign_in = replace(station.sign_in, issuer=f"http://127.0.0.1:{free_port()}")
    assert station.browser(None).get("/sign-in/start").status_code == 503


@pytest.mark.parametrize(("acr", "status"), [("phr", 303), ("pwd", 400), (None, 400)])
def test_a_second_factor_is_demanded_where_the_settings_say_so(
    station: Station, issuer: Issuer, acr: str | None, status: int
) -> None:
    station.require_acr("phr")
    issuer.claims["acr"] = acr
    assert arrive(station.browser(None)).status_code == status


def test_signing_out_ends_the_session_everywhere(station: Station) -> None:
    browser = station.browser(OFFICER)
    cookie = browser.client.get_cookie("tin_bao_officer", "127.0.0.1")
    assert cookie is not None
    out = browser.post("/sign-out", {})
    assert (out.status_code, out.headers["Location"]) == (303, "/sign-in")
    assert out.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    browser.client.set_cookie(cookie.key, cookie.value, domain="127.0.0.1")
    assert not is_signed_in(browser)
