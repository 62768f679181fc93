"""The list of open reports, and the search by code."""

import re
from datetime import timedelta

import pytest

from functions.admin.pages import ROWS
from functions.reports.model import OpenRow, Report, row_of
from tests.admin.station import OTHER_UNIT, STRANGER, THIRD_UNIT, UNIT, Station
from tests.emulators import MovableClock

MOST_BYTES = 150 * 1024


def add_rows(station: Station, count: int, unit_id: str = UNIT) -> list[OpenRow]:
    """So many open rows, newest first, a minute apart."""
    pattern = row_of(station.report("Mẫu", unit_id=OTHER_UNIT))
    now = station.clock.now()
    rows = [
        pattern.model_copy(
            update={
                "report_id": f"{number:032x}",
                "unit_id": unit_id,
                "opened_at": now - timedelta(minutes=number),
                "summary": f"Phản ánh số {number}.",
            }
        )
        for number in range(count)
    ]
    commit = station.database.commit()
    for row in rows:
        commit.put(f"units/{unit_id}/open/{row.report_id}", row.model_dump())
    commit.send()
    return rows


def shown(page: str) -> list[int]:
    """The numbers of the reports on a page."""
    return [int(number) for number in re.findall(r"Phản ánh số (\d+)\.", page)]


def test_a_row_says_what_an_officer_chooses_by(station: Station, clock: MovableClock) -> None:
    report = station.report("Xe tải vượt đèn đỏ", place=(9.9, 106.3))
    station.attach(report, b"\xff\xd8\xff\xe0", "image/jpeg")
    station.attach(report)
    clock.advance(timedelta(minutes=12))
    page = station.browser().get("/").text
    for words in ("Xe tải vượt đèn đỏ", report.code, "Chờ xử lý", "2 tệp", "đang tải 1"):
        assert words in page
    assert "Có vị trí" in page
    assert "12 phút trước" in page


def test_an_empty_list_says_so(station: Station) -> None:
    assert "Không có phản ánh nào đang mở." in station.browser().get("/").text


def test_reports_go_by_pages_of_fifty_newest_first(station: Station) -> None:
    add_rows(station, 2 * ROWS + 1)
    browser = station.browser()
    path, seen = "/", []
    for size in (ROWS, ROWS, 1):
        page = browser.get(path).text
        numbers = shown(page)
        assert len(numbers) == size
        seen += numbers
        links = re.findall(r'id="next-page" href="([^"]+)"', page)
        path = links[0].replace("&amp;", "&") if links else ""
    assert seen == list(range(2 * ROWS + 1))
    assert path == ""


def test_rows_of_one_moment_are_not_lost_between_pages(station: Station) -> None:
    rows = add_rows(station, ROWS + 2)
    commit = station.database.commit()
    for row in rows:
        same = row.model_copy(update={"opened_at": station.clock.now()})
        commit.put(f"units/{UNIT}/open/{row.report_id}", same.model_dump())
    commit.send()
    browser = station.browser()
    first = browser.get("/").text
    link = re.findall(r'id="next-page" href="([^"]+)"', first)[0].replace("&amp;", "&")
    assert set(shown(first)) | set(shown(browser.get(link).text)) == set(range(ROWS + 2))


@pytest.mark.parametrize("count", [3, 400])
def test_a_list_costs_the_same_however_long_it_is(station: Station, count: int) -> None:
    add_rows(station, count)
    browser = station.browser()
    browser.get("/")
    station.database.reads = station.database.documents = 0
    browser.get("/")
    of_the_door = 2  # the session, the officer
    of_the_units = 2  # the officer's units, for the switch
    assert station.database.reads - of_the_door <= 2
    assert station.database.documents - of_the_door - of_the_units <= min(count, ROWS + 1)


def test_a_fragment_is_the_same_list_without_the_page(station: Station) -> None:
    station.report("Xe tải vượt đèn đỏ")
    browser = station.browser()
    fragment = browser.fragment("/").text
    assert "<html" not in fragment
    assert fragment.strip() in browser.get("/").text


def test_an_officer_of_two_units_may_change_between_them(station: Station) -> None:
    station.report("Của phòng")
    station.report("Của đội", unit_id=THIRD_UNIT)
    browser = station.browser()
    assert "Của phòng" in browser.get("/").text
    other = browser.get(f"/?unit={THIRD_UNIT}").text
    assert "Của đội" in other
    assert "Của phòng" not in other


def test_an_officer_of_one_unit_is_not_offered_a_change(station: Station) -> None:
    assert 'aria-label="Đơn vị"' not in station.browser(STRANGER).get("/").text


def test_another_units_list_is_not_found(station: Station) -> None:
    assert station.browser().get(f"/?unit={OTHER_UNIT}").status_code == 404


@pytest.mark.parametrize("after", ["x", "2026-11-21~a", "~", "%00", "20261121T013000.000000"])
def test_a_cursor_that_is_not_ours_is_refused(station: Station, after: str) -> None:
    assert station.browser().get(f"/?after={after}").status_code == 400


@pytest.fixture
def report(station: Station) -> Report:
    """A report to be found."""
    return station.report("Xe tải vượt đèn đỏ")


def test_a_code_leads_to_its_report_however_it_is_typed(station: Station, report: Report) -> None:
    browser = station.browser()
    for typed in (report.code, report.code.lower(), report.code.replace("-", "")):
        found = browser.get(f"/search?code={typed}")
        assert found.headers["Location"] == f"/reports/{report.id}"


def test_another_units_code_and_an_unknown_one_get_the_same_answer(
    station: Station, report: Report
) -> None:
    browser = station.browser(STRANGER)
    theirs = browser.get(f"/search?code={report.code}").text
    unknown = browser.get("/search?code=0000-0000-0").text
    assert theirs.replace(report.code, "0000-0000-0") == unknown
    assert "Không tìm thấy phản ánh" in unknown


def test_what_is_not_a_code_is_answered_with_a_sentence(station: Station) -> None:
    assert "Mã phiếu chưa đúng" in station.browser().get("/search?code=abc").text


def test_a_page_weighs_little(station: Station) -> None:
    add_rows(station, ROWS)
    browser = station.browser()
    page = browser.get("/")
    addresses = set(re.findall(r'(?:src|href)="(/assets/[^"]+)"', page.text))
    assert len(addresses) == 4
    total = len(page.data) + sum(len(browser.get(address).data) for address in addresses)
    assert total <= MOST_BYTES


def test_an_assets_address_changes_with_its_bytes_so_it_may_be_kept(station: Station) -> None:
    browser = station.browser(None)
    address = re.findall(r'href="(/assets/admin.css[^"]+)"', browser.get("/sign-in").text)[0]
    assert re.search(r"\?v=[0-9a-f]{12}$", address)
    assert "max-age=31536000" in browser.get(address).headers["Cache-Control"]
