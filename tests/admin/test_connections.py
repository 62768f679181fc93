"""The page "Kết nối trang": how pages stand, and consent given again, once, for the right page."""

import base64
import hashlib
import html
import json
import logging
import re
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from functions.admin.connections.connections import SENTENCES, connection_of
from functions.cloud.firestore import Stored
from functions.errors import Transient
from functions.units.model import Page
from functions.zalo.grants import Attempt, Consent, Phase, TokenPointer
from functions.zalo.oauth import code_challenge
from tests.admin.browsing import Browser
from tests.admin.station import (
    ADDRESS,
    ADMINISTRATOR,
    OFFICER,
    OTHER_PAGE,
    OTHER_UNIT,
    PAGE,
    UNIT,
    ZALO,
    Station,
)
from tests.emulators import MovableClock

CODE = "code-that-nobody-else-may-read"
NAME = "CSGT Công an tỉnh Hải Minh"


def pointer(clock: MovableClock, **changes: object) -> TokenPointer:
    """A grant that was made just now."""
    now = clock.now()
    made = TokenPointer(
        generation=1,
        secret_version=1,
        refreshed_at=now,
        access_expires_at=now + timedelta(hours=25),
    )
    return made.model_copy(update=changes)


def attempt(clock: MovableClock, phase: Phase) -> Attempt:
    """A try to renew it."""
    now = clock.now()
    return Attempt(id="a1", generation=1, started=now, deadline=now, phase=phase)


@pytest.fixture
def browser(station: Station) -> Browser:
    """An administrator's browser."""
    return station.browser(ADMINISTRATOR)


def leave(browser: Browser, page_id: str = PAGE) -> dict[str, str]:
    """Press "Kết nối lại"; what Zalo is asked."""
    page = browser.post(f"/connections/{page_id}", {})
    assert page.status_code == 200
    found = re.search(rf'href="({re.escape(ZALO)}[^"]+)"', page.text)
    assert found is not None
    address = urlsplit(html.unescape(found.group(1)))
    assert address.path == "/v4/oa/permission"
    return {name: values[0] for name, values in parse_qs(address.query).items()}


def come_back(browser: Browser, state: str, changes: Mapping[str, str | None] | None = None) -> str:
    """Zalo sends the browser back; where that leads."""
    answer = {"code": CODE, "oa_id": PAGE, "state": state, **(changes or {})}
    query = urlencode({name: value for name, value in answer.items() if value is not None})
    back = browser.get(f"/connections/callback?{query}", Sec_Fetch_Site="cross-site")
    assert back.status_code == 303
    assert CODE not in back.headers["Location"]
    return back.headers["Location"]


def ended(address: str) -> str:
    """How the consent ended, as the address says."""
    return parse_qs(urlsplit(address).query)["ended"][0]


# How pages stand


@pytest.mark.parametrize(
    ("changes", "passed", "label", "detail"),
    [
        ({}, 0, "Đang kết nối đến 09:30 ngày 22/11/2026", "tự làm mới lúc"),
        ({}, 19, "Đến hạn làm mới lúc", "Còn gửi được tin đến 09:30 ngày 22/11/2026."),
        ({}, 26, "Đến hạn làm mới lúc", "Tin được giữ đến khi làm mới xong."),
        ({"attempt": Phase.LOST}, 20, "Đến hạn làm mới lúc", "Đề nghị kết nối lại."),
        ({"refused_at": 2}, 3, "Đến hạn làm mới lúc", "Tin được giữ"),
        (
            {"attempt": Phase.REFUSED, "need_reauth": 13},
            14,
            "Mất kết nối, cần kết nối lại",
            "Từ 21:30 ngày 21/11/2026. Còn gửi được tin đến 09:30 ngày 22/11/2026.",
        ),
        (
            {"attempt": Phase.REFUSED, "need_reauth": 13},
            30,
            "Mất kết nối, cần kết nối lại",
            "Tin đang được giữ lại.",
        ),
        (
            {"attempt": Phase.REFUSED, "need_reauth": 1, "refused_at": 0},
            2,
            "Mất kết nối, cần kết nối lại",
            "Tin đang được giữ lại.",
        ),
    ],
)
def test_a_connection_is_told_in_words(
    clock: MovableClock, changes: dict[str, object], passed: int, label: str, detail: str
) -> None:
    made = clock.now()
    known: dict[str, object] = {}
    for name, value in changes.items():
        if isinstance(value, Phase):
            known[name] = attempt(clock, value)
        else:
            assert isinstance(value, int)
            known[name] = made + timedelta(hours=value)
    page = Page(id=PAGE, name=NAME, app_id="1", unit_id=UNIT)
    found = connection_of(
        page, unit="", pointer=pointer(clock, **known), now=made + timedelta(hours=passed)
    )
    assert found.label.startswith(label)
    assert detail in found.detail


def test_the_page_lists_every_page_with_its_unit_the_lost_ones_first(
    station: Station, browser: Browser, clock: MovableClock
) -> None:
    station.page_tokens.compare_and_set(PAGE, pointer(clock), expected=None)
    shown = browser.get("/connections").text
    assert "Đang kết nối đến 09:30 ngày 22/11/2026" in shown
    assert "Chưa kết nối" in shown
    assert "Phòng Cảnh sát giao thông" in shown
    assert shown.index("Công an xã An Hòa") < shown.index(NAME)


def test_only_what_one_may_open_is_offered(station: Station, browser: Browser) -> None:
    station.write(
        "officers/both",
        {
            "name": "Đại úy Lê Văn Sơn",
            "email": "a@example.vn",
            "roles": [
                {"unit_id": OTHER_UNIT, "role": "duty_officer"},
                {"unit_id": UNIT, "role": "administrator"},
            ],
        },
    )
    links = ('action="/search"', 'href="/connections"')
    officer, both = station.browser(OFFICER).get("/").text, station.browser("both").get("/").text
    assert [link in officer for link in links] == [True, False]
    assert [link in both for link in links] == [True, True]
    assert [link in browser.get("/connections").text for link in links] == [False, True]


def test_an_administrators_unit_lends_no_right_to_its_reports(station: Station) -> None:
    report = station.report("Xe tải vượt đèn đỏ")
    browser = station.browser(ADMINISTRATOR)
    assert browser.get("/").headers["Location"] == "/units"
    assert browser.get(f"/?unit={UNIT}").headers["Location"] == "/units"
    assert browser.get(f"/search?code={report.code}").status_code == 404


# Leaving for Zalo


def test_zalo_is_asked_for_the_pages_app_with_a_challenge_of_its_own(browser: Browser) -> None:
    asked = leave(browser)
    assert asked["app_id"] == "1100000000000000001"
    assert asked["redirect_uri"] == f"{ADDRESS}/connections/callback"
    assert len(base64.urlsafe_b64decode(asked["code_challenge"] + "=")) == 32
    assert leave(browser)["code_challenge"] != asked["code_challenge"]


def test_the_way_to_zalo_is_a_link_and_tells_which_page_to_choose(browser: Browser) -> None:
    page = browser.post(f"/connections/{PAGE}", {})
    assert f'action="{ZALO}' not in page.text
    assert f"chọn đúng trang <strong>{NAME}</strong>" in page.text


def test_a_challenge_can_be_left_out(station: Station) -> None:
    station.has_challenge = False
    browser = station.browser(ADMINISTRATOR)
    asked = leave(browser)
    assert "code_challenge" not in asked
    come_back(browser, asked["state"])
    assert station.upkeep.given == [(PAGE, CODE, None)]


def test_a_page_that_does_not_exist_cannot_be_connected(browser: Browser) -> None:
    assert browser.post("/connections/2100000000000000099", {}).status_code == 404


# Coming back


def test_a_consent_is_handed_on_with_its_verifier(station: Station, browser: Browser) -> None:
    asked = leave(browser)
    address = come_back(browser, asked["state"])
    [(page_id, code, verifier)] = station.upkeep.given
    assert (page_id, code, ended(address)) == (PAGE, CODE, "connected")
    assert verifier is not None
    assert code_challenge(verifier) == asked["code_challenge"]


def test_a_connected_page_is_told_with_its_time(
    station: Station, browser: Browser, clock: MovableClock
) -> None:
    address = come_back(browser, leave(browser)["state"])
    station.page_tokens.compare_and_set(PAGE, pointer(clock), expected=None)
    shown = browser.get(address).text
    assert f"Đã kết nối trang {NAME}." in shown
    assert "Đang kết nối đến 09:30 ngày 22/11/2026" in shown


def test_an_address_that_says_connected_is_not_believed(browser: Browser) -> None:
    shown = browser.get(f"/connections?ended=connected&page={PAGE}").text
    assert "Đã kết nối trang" not in shown
    assert "Chưa rõ trang" in shown


@pytest.mark.parametrize("consent", sorted(set(Consent) - {Consent.CONNECTED}))
def test_every_end_says_what_to_do(browser: Browser, consent: Consent) -> None:
    shown = html.unescape(browser.get(f"/connections?ended={consent}&page={PAGE}").text)
    assert SENTENCES[consent] % {"page": NAME} in shown
    assert "đồng chí" in SENTENCES[consent]


@pytest.mark.parametrize("query", ["ended=nonsense", "ended=refused&page=nonsense", "page=x", ""])
def test_an_address_that_is_not_ours_does_no_harm(browser: Browser, query: str) -> None:
    assert browser.get(f"/connections?{query}").status_code == 200


@pytest.mark.parametrize(
    ("changes", "end"),
    [
        ({"oa_id": OTHER_PAGE}, "other_page"),
        ({"oa_id": None}, "other_page"),
        ({"code": None}, "denied"),
        ({"code": ""}, "denied"),
        ({"state": None}, "expired"),
        ({"state": ""}, "expired"),
        ({"state": "f" * 43}, "expired"),
        ({"state": "Đ/../x"}, "expired"),
    ],
)
def test_an_answer_that_does_not_fit_is_not_handed_on(
    station: Station, browser: Browser, changes: dict[str, str | None], end: str
) -> None:
    address = come_back(browser, leave(browser)["state"], changes)
    assert ended(address) == end
    assert station.upkeep.given == []


def test_an_answer_counts_once(station: Station, browser: Browser) -> None:
    state = leave(browser)["state"]
    come_back(browser, state)
    assert ended(come_back(browser, state)) == "expired"
    assert len(station.upkeep.given) == 1


def test_an_answer_that_comes_twice_at_once_counts_once(
    station: Station, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = leave(browser)["state"]
    twin = Browser(station.client_of(browser), browser.address)
    read, ends = station.database.read, []

    def read_and_lose_time(path: str) -> Stored | None:
        found = read(path)
        if path.startswith("consents/"):
            monkeypatch.undo()
            ends.append(ended(come_back(twin, state)))
        return found

    monkeypatch.setattr(station.database, "read", read_and_lose_time)
    ends.append(ended(come_back(browser, state)))
    assert ends == ["connected", "expired"]
    assert len(station.upkeep.given) == 1


def test_an_answer_for_another_page_uses_the_consent_up(station: Station, browser: Browser) -> None:
    state = leave(browser)["state"]
    come_back(browser, state, {"oa_id": OTHER_PAGE})
    assert ended(come_back(browser, state)) == "expired"
    assert station.upkeep.given == []


@pytest.mark.parametrize(("away", "end"), [(599, "connected"), (600, "expired")])
def test_an_answer_counts_for_ten_minutes(
    station: Station, browser: Browser, clock: MovableClock, away: int, end: str
) -> None:
    state = leave(browser)["state"]
    clock.advance(timedelta(seconds=away))
    assert ended(come_back(browser, state)) == end


def test_an_answer_counts_in_its_own_session_only(station: Station, browser: Browser) -> None:
    state = leave(browser)["state"]
    assert ended(come_back(station.browser(ADMINISTRATOR), state)) == "expired"
    assert ended(come_back(browser, state)) == "connected"


@pytest.mark.parametrize("end", Consent)
def test_what_upkeep_says_is_what_is_told(station: Station, browser: Browser, end: Consent) -> None:
    station.upkeep.end = end
    assert ended(come_back(browser, leave(browser)["state"])) == end


def test_without_an_answer_of_upkeep_it_is_unclear(station: Station, browser: Browser) -> None:
    station.upkeep.end = Transient("away")
    assert ended(come_back(browser, leave(browser)["state"])) == "unclear"


def test_somebody_signed_out_meanwhile_does_not_carry_the_code_on(station: Station) -> None:
    back = station.browser(None).get(f"/connections/callback?code={CODE}&state=x")
    assert back.headers["Location"] == "/sign-in?next=/connections"


# What is kept and logged


def test_every_attempt_is_logged_with_who_which_page_and_how_it_ended(
    station: Station, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    station.upkeep.end = Consent.REFUSED
    come_back(browser, leave(browser)["state"])
    lines = [vars(it) for it in caplog.records if it.getMessage().startswith("consent")]
    assert [(it["msg"], it["officer"], it["page"]) for it in lines] == [
        ("consent begun", ADMINISTRATOR, PAGE),
        ("consent ended", ADMINISTRATOR, PAGE),
    ]
    assert lines[1]["result"] == "refused"


def test_neither_code_nor_state_nor_verifier_is_kept_or_logged(
    station: Station, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "functions")
    asked = leave(browser)
    come_back(browser, asked["state"])
    [(_, _, verifier)] = station.upkeep.given
    assert verifier is not None
    path = f"consents/{hashlib.sha256(asked['state'].encode()).hexdigest()}"
    kept = station.database.read(path)
    assert kept is not None
    logged = json.dumps([vars(it) for it in caplog.records], default=str)
    for secret in (CODE, asked["state"], verifier):
        assert secret not in str(kept.fields)
        assert secret not in kept.path
        assert secret not in logged
