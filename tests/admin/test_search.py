"""The search page: what is found, by whom, and what travels in addresses."""

import re
from datetime import timedelta

import pytest

from functions.admin.records.finding import ROWS
from functions.reports.account import Account, Fact, Finding
from functions.reports.model import Report
from functions.reports.tracks import Track
from tests.admin.browsing import Browser
from tests.admin.station import (
    BELOW,
    INSPECTOR,
    OFFICER,
    OTHER_UNIT,
    ROOT,
    STRANGER,
    SUPERVISOR,
    TEAM,
    THIRD_UNIT,
    UNIT,
    Station,
)
from tests.emulators import MovableClock


def results(browser: Browser, q: str, **fields: str) -> str:
    """The page that a typed search leads to."""
    answer = browser.post("/search", {"q": q, **fields})
    assert answer.status_code == 303
    return browser.get(answer.headers["Location"]).text


def found(browser: Browser, q: str, **fields: str) -> set[str]:
    """The ids of the reports that a search finds."""
    return set(re.findall(r'href="/reports/([0-9a-f]{32})"', results(browser, q, **fields)))


@pytest.fixture
def report(station: Station) -> Report:
    """A report to be found."""
    told = Account(
        findings=(
            Finding(fact=Fact.SUBJECT, item_id="i1", at=station.clock.now(), value="14A-123.45"),
        )
    )
    text = "Xe tải vượt đèn đỏ ở ngã tư Nguyễn Trãi, gọi 0912 345 678"
    return station.report(text, account=told)


@pytest.mark.parametrize(
    "typed",
    ["nguyen trai", "ĐÈN ĐỎ", "14a 12345", "14A-123.45", "12345", "+84912345678", "0912.345.678"],
)
def test_words_plates_and_telephones_find_a_report_in_any_spelling(
    station: Station, report: Report, typed: str
) -> None:
    station.report("Chuyện khác")
    assert found(station.browser(), typed) == {report.id}


def test_a_code_leads_to_its_report_however_it_is_typed(station: Station, report: Report) -> None:
    browser = station.browser()
    for typed in (report.code, report.code.lower(), report.code.replace("-", "")):
        answer = browser.post("/search", {"q": typed})
        assert answer.headers["Location"] == f"/reports/{report.id}"
        answer = browser.get(f"/search?q={typed}")
        assert answer.headers["Location"] == f"/reports/{report.id}"


def test_another_units_code_and_an_unknown_one_get_the_same_answer(
    station: Station, report: Report
) -> None:
    browser = station.browser(STRANGER)
    theirs = browser.get(f"/search?q={report.code}").text
    unknown = browser.get("/search?q=0000-0000-0").text
    assert theirs.replace(report.code, "0000-0000-0") == unknown
    assert "Không tìm thấy phản ánh 0000-0000-0" in unknown


@pytest.mark.parametrize(
    ("subject", "sees"),
    [
        (OFFICER, {"own", "below", "side"}),
        (BELOW, {"below"}),
        (STRANGER, {"other"}),
        (SUPERVISOR, {"own", "below", "side", "other"}),
        (INSPECTOR, {"restricted"}),
    ],
)
def test_everybody_finds_what_is_theirs_to_see(
    station: Station, subject: str, sees: set[str]
) -> None:
    reports = {
        "own": station.report("Xe tải", unit_id=UNIT),
        "below": station.report("Xe tải", unit_id=TEAM),
        "side": station.report("Xe tải", unit_id=THIRD_UNIT),
        "other": station.report("Xe tải", unit_id=OTHER_UNIT),
        "restricted": station.report("Xe tải", unit_id=UNIT, is_restricted=True),
    }
    assert found(station.browser(subject), "xe tai") == {reports[name].id for name in sees}


def test_a_unit_below_may_be_chosen_and_no_other(station: Station) -> None:
    station.report("Xe tải", unit_id=UNIT)
    below = station.report("Xe tải", unit_id=TEAM)
    browser = station.browser(SUPERVISOR)
    assert found(browser, "xe", unit=TEAM) == {below.id}
    for unit_id in (OTHER_UNIT, ROOT, "nowhere", f"restricted:{ROOT}"):
        assert station.browser(BELOW).get(f"/search?q=xe&unit={unit_id}").status_code == 404


def test_filters_narrow_a_search(station: Station, clock: MovableClock) -> None:
    station.report("Xe tải", is_received=False)
    clock.advance(timedelta(days=2))
    tip = station.report("Xe tải", track=Track.CRIME_TIP)
    violation = station.report("Xe tải")
    browser = station.browser()
    assert found(browser, "xe", state="received") == {tip.id, violation.id}
    assert found(browser, "xe", state="received", track="crime_tip") == {tip.id}
    assert found(browser, "xe", since="2026-11-23", track="violation") == {violation.id}
    assert found(browser, "xe", until="2026-11-22", state="received") == set()


def test_filters_alone_are_a_search(station: Station, report: Report) -> None:
    assert found(station.browser(), "", state="received") == {report.id}


def test_nothing_is_listed_before_anything_is_asked(station: Station, report: Report) -> None:
    page = station.browser().get("/search").text
    assert report.code not in page
    assert "tối đa 8 từ, 50 kết quả mỗi trang" in page


def test_a_word_that_is_no_term_finds_nothing_rather_than_everything(
    station: Station, report: Report
) -> None:
    assert found(station.browser(), "x !") == set()


def test_results_go_by_pages_and_end(station: Station, clock: MovableClock) -> None:
    reports = []
    for _ in range(ROWS + 2):
        clock.advance(timedelta(seconds=1))
        reports.append(station.report("Xe tải").id)
    browser = station.browser()
    page = results(browser, "xe tai")
    first = re.findall(r'href="/reports/([0-9a-f]{32})"', page)
    link = re.findall(r'id="next-page" href="([^"]+)"', page)[0].replace("&amp;", "&")
    second_page = browser.get(link).text
    second = re.findall(r'href="/reports/([0-9a-f]{32})"', second_page)
    assert first + second == reports[::-1]
    assert 'id="next-page"' not in second_page


def test_what_was_typed_is_in_no_address(station: Station, report: Report) -> None:
    browser = station.browser()
    address = browser.post("/search", {"q": "0912345678", "state": "received"}).headers["Location"]
    assert "0912345678" not in address
    assert "state=received" in address
    assert 'value="0912345678"' in browser.get(address).text


@pytest.mark.parametrize("query", ["s=abc", "s=" + "A" * 60, "q=xe&after=x", "since=heute", "x=1"])
def test_an_address_that_is_not_ours_is_refused(station: Station, query: str) -> None:
    assert station.browser().get(f"/search?{query}").status_code == 400


def test_typed_words_are_shown_and_never_run(station: Station) -> None:
    page = results(station.browser(), '"><script>alert(1)</script>')
    assert "<script>alert" not in page


def test_a_search_costs_one_query_for_each_audience(station: Station, report: Report) -> None:
    browser = station.browser(STRANGER)
    browser.get("/search?q=xe")
    station.database.reads = 0
    browser.get("/search?q=xe")
    of_the_door = 1  # the session; officers and units are remembered
    assert station.database.reads - of_the_door == 1


def test_more_words_than_a_search_takes_are_told(station: Station) -> None:
    words = " ".join(f"tu{number}" for number in range(9))
    assert "Chỉ 8 từ đầu được dùng để tìm." in results(station.browser(), words)
