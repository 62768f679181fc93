"""Views that an officer keeps under names of their own: of the desk, and of searches."""

import re
from datetime import timedelta
from html import unescape

import pytest
from werkzeug.test import TestResponse

from functions.admin.desk.saved import MOST_SAVED, SavedList, SavedView, SavedViews, Span
from functions.reports.model import Report, ReportState
from functions.reports.rows import Queue
from functions.reports.tracks import Track
from tests.admin.browsing import Browser, hidden_fields
from tests.admin.routes import dump
from tests.admin.station import (
    COLLEAGUE,
    INSPECTOR,
    OFFICER,
    OTHER_UNIT,
    PRESS,
    ROOT,
    SUPERVISOR,
    TEAM,
    THIRD_UNIT,
    UNIT,
    Station,
)
from tests.emulators import MovableClock

SECRETS = ("nguyen trai", "84C-123.45", "0912345678")
"""What is searched for, and must not be kept."""


def fields_of(page: str) -> dict[str, str]:
    """The hidden fields of the form by which a page is saved."""
    return hidden_fields(page, "save-form")


def save(browser: Browser, path: str, name: str, **typed: str) -> TestResponse:
    """Save what the page at that address shows, by the form that stands in it."""
    fields = fields_of(browser.get(path).text)
    return browser.post("/saved", {**fields, "view_name": name, **typed})


def kept(station: Station, subject: str = OFFICER) -> SavedList:
    """What is kept of that officer."""
    return SavedViews(station.database).of(subject)


def rail(browser: Browser, query: str = "") -> dict[str, str]:
    """The saved views in the rail, by name: where each leads."""
    fragment = browser.fragment(f"/counts{query}").text
    found = re.findall(r'id="saved-\w+"[^>]* href="([^"]+)".*?<span class="title">(.*?)<', fragment)
    return {unescape(name).strip(): unescape(address) for address, name in found}


def listed(page: str) -> set[str]:
    """The ids of the reports in a list."""
    return set(re.findall(r'href="/reports/([0-9a-f]{32})', page))


def give(station: Station, subject: str, unit_id: str, role: str) -> None:
    """From now on the officer has this role alone."""
    roles = [{"unit_id": unit_id, "role": role}]
    station.write(f"officers/{subject}", {"name": "A", "email": "a@a.vn", "roles": roles})
    # Officers are remembered for a while; a page that was started anew remembers nobody.
    del station.page


@pytest.fixture
def reports(station: Station) -> list[Report]:
    """One that nobody has taken, one that somebody has, one of another unit of the officer."""
    return [
        station.report("Xe tải"),
        station.report("Xe tải", assignee=COLLEAGUE, assignee_name="Khánh"),
        station.report("Xe tải", unit_id=THIRD_UNIT),
    ]


def test_a_saved_queue_opens_the_same_list(station: Station, reports: list[Report]) -> None:
    browser = station.browser()
    path = f"/?unit={UNIT}&queue=new&order=newest"
    answer = save(browser, path, "  Việc mới \n của phòng ")
    assert (answer.status_code, answer.headers["Location"]) == (303, path)
    address = rail(browser)["Việc mới của phòng"]
    assert listed(browser.get(address).text) == listed(browser.get(path).text) == {reports[0].id}
    (one,) = kept(station)
    assert (one.unit, one.queue, one.is_newest_first) == (UNIT, Queue.NEW, True)


def test_a_saved_search_opens_the_same_results(station: Station, reports: list[Report]) -> None:
    station.report("Chuyện khác", track=Track.ORDER)
    browser = station.browser(SUPERVISOR)
    path = f"/search?unit={UNIT}&state=received&track=violation&since=2026-11-01"
    save(browser, path, "Vi phạm chờ xử lý")
    address = rail(browser)["Vi phạm chờ xử lý"]
    found = {report.id for report in reports[:2]}
    assert listed(browser.get(address).text) == listed(browser.get(path).text) == found
    (one,) = kept(station, SUPERVISOR)
    assert (one.unit, one.state, one.track) == (UNIT, ReportState.RECEIVED, Track.VIOLATION)


def test_a_relative_time_is_counted_from_the_day_of_opening(
    station: Station, clock: MovableClock
) -> None:
    browser = station.browser()
    save(browser, "/search?state=received&since=2026-11-01&until=2026-11-21", "Tuần", span="7")
    assert rail(browser)["Tuần"] == "/search?state=received&since=2026-11-14"
    clock.advance(timedelta(days=3))
    assert rail(station.browser())["Tuần"] == "/search?state=received&since=2026-11-17"
    (one,) = kept(station)
    assert (one.span, one.since, one.until) == (Span.WEEK, None, None)


@pytest.mark.parametrize("secret", SECRETS)
def test_words_that_were_searched_for_are_kept_nowhere(
    station: Station, reports: list[Report], secret: str
) -> None:
    browser = station.browser()
    results = browser.post("/search", {"q": secret, "state": "received"}).headers["Location"]
    page = browser.get(results).text
    assert f'value="{secret}"' in page
    assert fields_of(page).keys() == {"csrf_token", "state"}
    answer = save(browser, results, "Chờ xử lý")
    assert answer.headers["Location"] == "/search?state=received"
    everything = dump(station.database._client)
    (document,) = [fields for path, fields in everything.items() if path.startswith("saved_views/")]
    assert secret not in str(document)
    assert set(document[0]["views"][0]) == {"id", "name", "unit", "state", "is_newest_first"}


@pytest.mark.parametrize("field", ["q", "s", "after"])
def test_a_form_that_carries_words_is_refused(station: Station, field: str) -> None:
    typed = {"view_name": "Tên", "state": "received", field: "84C-123.45"}
    assert station.browser().post("/saved", typed).status_code == 400
    assert kept(station) == ()


def test_a_search_by_words_alone_offers_nothing_to_save(
    station: Station, reports: list[Report]
) -> None:
    browser = station.browser()
    results = browser.post("/search", {"q": "xe tai"}).headers["Location"]
    assert 'id="save-form"' not in browser.get(results).text
    assert browser.post("/saved", {"view_name": "Tất cả"}).status_code == 400


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "Tên mục dài từ 1 đến 40 ký tự."),
        (" \n ", "Tên mục dài từ 1 đến 40 ký tự."),
        ("x" * 41, "Tên mục dài từ 1 đến 40 ký tự."),
        ("Xe 84C-123.45", "Tên mục không được có biển số hay số điện thoại."),
        ("Gọi 0912 345 678", "Tên mục không được có biển số hay số điện thoại."),
        ("KHẨN", "Đồng chí đã có một mục tên này."),
    ],
)
def test_a_name_that_cannot_be_taken_comes_back_to_be_corrected(
    station: Station, name: str, sentence: str
) -> None:
    browser = station.browser()
    save(browser, "/?queue=urgent", "Khẩn")
    answer = save(browser, f"/?unit={THIRD_UNIT}&queue=new", name)
    assert answer.status_code == 422
    assert sentence in answer.text
    fields = fields_of(answer.text)
    assert browser.post("/saved", {**fields, "view_name": "Mới"}).status_code == 303
    assert [one.name for one in kept(station)] == ["Khẩn", "Mới"]
    assert kept(station)[1].unit == THIRD_UNIT


def test_a_name_is_shown_as_words(station: Station) -> None:
    browser = station.browser()
    save(browser, "/", "<b>Của tôi</b> & %s")
    assert list(rail(browser)) == ["<b>Của tôi</b> & %s"]
    for page in (browser.fragment("/counts").text, browser.get("/saved").text):
        assert "<b>Của tôi" not in page


def test_saving_twice_saves_once(station: Station) -> None:
    browser = station.browser()
    for _ in range(2):
        assert save(browser, "/?queue=new", "Mới").status_code == 303
    assert len(kept(station)) == 1


def test_no_more_than_twenty_are_kept(station: Station) -> None:
    browser = station.browser()
    full = tuple(
        SavedView(id=f"v{n}", name=f"Mục {n}", state="received") for n in range(MOST_SAVED)
    )
    SavedViews(station.database).change(OFFICER, lambda before: full)
    answer = save(browser, "/?queue=new", "Mục nữa")
    assert answer.status_code == 422
    assert f"Đồng chí đã lưu đủ {MOST_SAVED} mục." in answer.text
    browser.post("/saved/v3/remove", {})
    assert save(browser, "/?queue=new", "Mục nữa").status_code == 303
    assert len(kept(station)) == MOST_SAVED


def test_a_saved_view_gets_another_name(station: Station) -> None:
    browser = station.browser()
    save(browser, "/?queue=new", "Mới")
    save(browser, "/?queue=urgent", "Khẩn")
    first, second = kept(station)
    assert browser.post(f"/saved/{first.id}/rename", {"view_name": "mới"}).status_code == 303
    taken = browser.post(f"/saved/{second.id}/rename", {"view_name": "Mới"})
    assert taken.status_code == 422
    assert "Đồng chí đã có một mục tên này." in taken.text
    assert [one.name for one in kept(station)] == ["mới", "Khẩn"]
    assert kept(station)[0].queue is Queue.NEW


def test_a_saved_view_is_removed_once(station: Station) -> None:
    browser = station.browser()
    save(browser, "/?queue=new", "Mới")
    save(browser, "/?queue=urgent", "Khẩn")
    path = f"/saved/{kept(station)[0].id}/remove"
    assert [browser.post(path, {}).status_code for _ in range(2)] == [303, 303]
    assert list(rail(browser)) == ["Khẩn"]


def test_nobody_else_sees_changes_or_removes_them(station: Station) -> None:
    save(station.browser(), "/?queue=new", "Của riêng tôi")
    (one,) = kept(station)
    colleague = station.browser(COLLEAGUE)
    for page in (colleague.get("/saved"), colleague.fragment("/counts"), colleague.get("/")):
        assert "Của riêng tôi" not in page.text
    colleague.post(f"/saved/{one.id}/rename", {"view_name": "Khác"})
    colleague.post(f"/saved/{one.id}/remove", {})
    assert kept(station) == (one,)
    assert kept(station, COLLEAGUE) == ()


@pytest.mark.parametrize(
    "fields",
    [
        {"unit": OTHER_UNIT, "queue": "new"},
        {"unit": UNIT, "queue": "restricted"},
        {"unit": OTHER_UNIT, "state": "received"},
        {"unit": f"restricted:{ROOT}", "state": "received"},
    ],
)
def test_what_is_not_the_officers_to_see_cannot_be_saved(
    station: Station, fields: dict[str, str]
) -> None:
    assert station.browser().post("/saved", {"view_name": "Tên", **fields}).status_code == 404
    assert kept(station) == ()


def test_what_is_not_theirs_any_more_says_so_and_can_be_removed(
    station: Station, reports: list[Report]
) -> None:
    browser = station.browser()
    save(browser, f"/?unit={UNIT}&queue=new", "Hàng chờ của phòng")
    save(browser, f"/search?unit={TEAM}&state=received", "Đội 2")
    save(browser, f"/?unit={THIRD_UNIT}&queue=new", "Đội 1")
    addresses = rail(browser)
    give(station, OFFICER, THIRD_UNIT, "duty_officer")
    browser = station.browser()
    assert rail(browser) == {
        "Hàng chờ của phòng": "/saved",
        "Đội 2": "/saved",
        "Đội 1": addresses["Đội 1"],
    }
    page = browser.get("/saved").text
    assert page.count("Không còn quyền xem") == 2
    assert addresses["Đội 2"] not in unescape(page)
    for name in ("Hàng chờ của phòng", "Đội 2"):
        assert browser.get(addresses[name]).status_code == 404
    for one in kept(station)[:2]:
        browser.post(f"/saved/{one.id}/remove", {})
    assert "Không còn quyền xem" not in browser.get("/saved").text


def test_the_restricted_queue_is_saved_by_whoever_sees_it(station: Station) -> None:
    browser = station.browser(INSPECTOR)
    assert save(browser, "/?queue=restricted", "Tố cáo cán bộ").status_code == 303
    assert list(rail(browser)) == ["Tố cáo cán bộ"]


def test_who_has_no_desk_has_nothing_to_save(station: Station) -> None:
    browser = station.browser(PRESS)
    assert browser.get("/saved").status_code == 404
    assert browser.post("/saved", {"view_name": "Tên", "state": "received"}).status_code == 404


def test_the_view_that_is_open_is_marked(station: Station) -> None:
    browser = station.browser()
    save(browser, "/?queue=new", "Mới")
    marked = r'id="saved-\w+"[^>]* aria-current="true"'
    assert re.search(marked, browser.fragment("/counts?queue=new").text)
    assert not re.search(marked, browser.fragment("/counts?queue=all").text)


def test_two_windows_that_save_at_once_lose_nothing(station: Station) -> None:
    views = SavedViews(station.database)
    first, second = (SavedView(id=name, name=name, state="received") for name in "ab")

    def decide(before: SavedList) -> SavedList:
        if not kept(station):
            views.change(OFFICER, lambda meanwhile: (*meanwhile, second))
        return (*before, first)

    views.change(OFFICER, decide)
    assert kept(station) == (second, first)


def test_lists_and_pages_read_nothing_of_them(station: Station) -> None:
    browser = station.browser()
    save(browser, "/?queue=new", "Mới")
    for path in ("/", "/search?state=received"):
        assert "Mới</span>" not in browser.get(path).text.replace("Mới, chưa ai nhận", "")
        station.database.documents = 0
        browser.fragment(path)
        assert station.database.documents == 1, path
    station.database.reads = station.database.documents = 0
    browser.get("/saved")
    assert (station.database.reads, station.database.documents) == (2, 2)
