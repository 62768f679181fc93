"""How long a session lasts, and what a browser is given of it."""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest

from tests.admin.browsing import Browser
from tests.admin.issuer import Issuer
from tests.admin.station import COLLEAGUE, OFFICER, Station
from tests.admin.test_sign_in import arrive, is_signed_in
from tests.emulators import MovableClock, Project


def session_id(browser: Browser, name: str = "tin_bao_officer") -> str:
    """What the browser keeps."""
    cookie = browser.client.get_cookie(name, "127.0.0.1")
    assert cookie is not None
    return cookie.value


def test_an_idle_session_ends_after_half_an_hour(station: Station, clock: MovableClock) -> None:
    browser = station.browser()
    clock.advance(timedelta(minutes=30))
    assert not is_signed_in(browser)


def test_work_keeps_a_session_alive(station: Station, clock: MovableClock) -> None:
    browser = station.browser()
    for _ in range(4):
        clock.advance(timedelta(minutes=29))
        assert is_signed_in(browser)


def test_a_page_that_refreshes_itself_does_not_keep_a_session_alive(
    station: Station, clock: MovableClock
) -> None:
    browser = station.browser()
    for _ in range(2):
        clock.advance(timedelta(minutes=15))
        browser.get("/", HX_Request="true", X_Refresh="1")
    assert not is_signed_in(browser)


def test_no_work_keeps_a_session_alive_beyond_twelve_hours(
    station: Station, clock: MovableClock
) -> None:
    browser = station.browser()
    for _ in range(48):
        clock.advance(timedelta(minutes=15))
        is_signed_in(browser)
    assert not is_signed_in(browser)


def test_activity_is_written_once_a_minute_at_most(station: Station, clock: MovableClock) -> None:
    browser = station.browser()
    station.database.commits = 0
    for _ in range(10):
        clock.advance(timedelta(seconds=12))
        is_signed_in(browser)
    assert station.database.commits == 2


def test_the_record_does_not_know_the_id_that_the_browser_keeps(station: Station) -> None:
    identifier = session_id(station.browser())
    assert len(identifier) >= 43
    assert station.database.read(f"sessions/{identifier}") is None
    digest = hashlib.sha256(identifier.encode()).hexdigest()
    assert station.database.read(f"sessions/{digest}") is not None


def test_signing_in_again_gives_a_new_id(station: Station) -> None:
    browser = station.browser(None)
    arrive(browser)
    first = session_id(browser)
    arrive(browser)
    assert session_id(browser) != first


def test_an_officer_who_loses_their_unit_is_out_at_once(station: Station) -> None:
    browser = station.browser(COLLEAGUE)
    station.write(f"officers/{COLLEAGUE}", {"name": "A", "email": "a@example.vn", "roles": []})
    assert browser.get("/").status_code == 403
    assert browser.post("/sign-out", {}).status_code == 303


@pytest.mark.parametrize("value", ["", "x", "../units/pc08", "a" * 4000, "Đ"])
def test_a_made_up_session_opens_nothing(station: Station, value: str) -> None:
    browser = station.browser(None)
    browser.client.set_cookie("tin_bao_officer", value, domain="127.0.0.1")
    assert not is_signed_in(browser)


def test_cookies_over_https_are_host_only_secure_and_out_of_reach_for_scripts(
    project: Project, clock: MovableClock, issuer: Issuer, compiled: Path
) -> None:
    browser = Station(project, clock, issuer, compiled, "https://127.0.0.1").browser(None)
    back = arrive(browser)
    cookies = [line for line in back.headers.getlist("Set-Cookie") if "Max-Age=0" not in line]
    assert [line.partition("=")[0] for line in cookies] == ["__Host-officer"]
    assert {part.strip() for part in cookies[0].split(";")[1:]} == {
        "Secure",
        "HttpOnly",
        "Path=/",
        "SameSite=Lax",
    }
    assert back.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_cookies_over_plain_http_differ_only_in_what_http_cannot_keep(station: Station) -> None:
    cookies = arrive(station.browser(None)).headers.getlist("Set-Cookie")
    kept = next(line for line in cookies if line.startswith("tin_bao_officer="))
    assert "HttpOnly" in kept
    assert "SameSite=Lax" in kept
    assert "Secure" not in kept


def test_a_form_token_belongs_to_one_session(station: Station) -> None:
    first, second = station.browser(OFFICER), station.browser(OFFICER)
    first.form_token = second.form_token
    assert first.post("/sign-out", {}).status_code == 403
