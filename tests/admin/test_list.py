"""The desk's list: queues, units, orders, pages, and what a row tells."""

import re
from datetime import timedelta
from html import unescape

import pytest

from functions.admin.desk.desk import ROWS
from functions.reports.account import Account, Fact, Finding
from functions.reports.model import ReportState, Transfer
from functions.reports.rows import OpenRow, Queue, row_of, shelf
from functions.reports.tracks import Source, Track
from tests.admin.browsing import Browser
from tests.admin.station import (
    ADMINISTRATOR,
    AUDITOR,
    BELOW,
    COLLEAGUE,
    EDITOR,
    INSPECTOR,
    LEAD,
    OFFICER,
    OTHER_UNIT,
    PRESS,
    ROOT,
    STRANGER,
    SUPERVISOR,
    TEAM,
    THIRD_UNIT,
    UNIT,
    Station,
)
from tests.emulators import MovableClock

MOST_BYTES = 150 * 1024


def add_rows(station: Station, count: int, unit_id: str = UNIT) -> list[OpenRow]:
    """So many open rows, newest first, a minute apart; the newest has the latest deadline."""
    pattern = row_of(station.report("Mẫu", unit_id=OTHER_UNIT))
    now = station.clock.now()
    rows = [
        pattern.model_copy(
            update={
                "report_id": f"{number:032x}",
                "unit_id": unit_id,
                "opened_at": now - timedelta(minutes=number),
                "due_at": now - timedelta(minutes=number),
                "summary": f"Phản ánh số {number}.",
                "shelves": (shelf(unit_id, Queue.ALL), shelf(unit_id, Queue.NEW)),
            }
        )
        for number in range(count)
    ]
    for start in range(0, count, 400):
        commit = station.database.commit()
        for row in rows[start : start + 400]:
            commit.put(f"open/{row.report_id}", row.model_dump())
        commit.send()
    return rows


def shown(page: str) -> list[int]:
    """The numbers of the reports on a page."""
    return [int(number) for number in re.findall(r"Phản ánh số (\d+)\.", page)]


def next_of(page: str) -> str:
    """The address of the next page, or nothing."""
    links = re.findall(r'id="next-page" href="([^"]+)"', page)
    return unescape(links[0]) if links else ""


def test_a_row_says_what_an_officer_chooses_by(station: Station, clock: MovableClock) -> None:
    told = Finding(fact=Fact.SUBJECT, item_id="1", at=clock.now(), value="84C-123.45")
    report = station.report(
        "Xe tải vượt đèn đỏ", place=(9.9, 106.3), account=Account(findings=(told,))
    )
    station.attach(report, b"\xff\xd8\xff\xe0", "image/jpeg")
    station.attach(report)
    clock.advance(timedelta(minutes=12))
    page = station.browser().get("/").text
    for words in ("Xe tải vượt đèn đỏ", report.code, "Chờ xử lý", "2 tệp", "đang tải 1"):
        assert words in page
    for words in ("Vi phạm", "84C-123.45", "Có vị trí", "12 phút trước", "Còn 23 giờ"):
        assert words in page
    assert "Thiếu hành vi, địa điểm, thời gian, ảnh" in page
    assert "Chưa ai nhận" in page
    assert "Có tin chưa xem" in page


def test_a_row_says_what_is_special(station: Station) -> None:
    station.report(
        "Đang đánh nhau",
        is_urgent=True,
        unseen=0,
        source=Source.HOTLINE_113,
        track=Track.ORDER,
        assignee=COLLEAGUE,
        assignee_name="Đại úy Trần Quốc Khánh",
        asked_at=station.clock.now(),
    )
    page = station.browser().get("/").text
    for words in ("Khẩn</span>", "Tổng đài 113", "An ninh trật tự", "Đại úy Trần Quốc Khánh"):
        assert words in page
    assert "Chờ người dân trả lời" in page
    assert "Đến hạn" in page
    assert "Có tin chưa xem" not in page


def test_an_empty_queue_says_so(station: Station) -> None:
    assert "Không có phản ánh nào trong mục này." in station.browser().get("/").text


@pytest.mark.parametrize(("order", "step"), [("", -1), ("&order=newest", 1)])
def test_reports_go_by_pages_of_fifty(station: Station, order: str, step: int) -> None:
    add_rows(station, 2 * ROWS + 1)
    browser = station.browser()
    path, seen = f"/?unit={UNIT}{order}", []
    for size in (ROWS, ROWS, 1):
        page = browser.get(path).text
        numbers = shown(page)
        assert len(numbers) == size
        seen += numbers
        path = next_of(page)
    assert seen == list(range(2 * ROWS + 1))[::step]
    assert path == ""


def test_rows_of_one_moment_are_not_lost_between_pages(station: Station) -> None:
    rows = add_rows(station, ROWS + 2)
    commit = station.database.commit()
    for row in rows:
        same = row.model_copy(update={"due_at": station.clock.now()})
        commit.put(f"open/{row.report_id}", same.model_dump())
    commit.send()
    browser = station.browser()
    first = browser.get("/").text
    second = browser.get(next_of(first)).text
    assert set(shown(first)) | set(shown(second)) == set(range(ROWS + 2))


def test_a_fragment_is_the_same_list_without_the_page(station: Station) -> None:
    station.report("Xe tải vượt đèn đỏ")
    browser = station.browser()
    fragment = browser.fragment("/").text
    assert "<html" not in fragment
    assert fragment.strip() in browser.get("/").text


def queued(browser: Browser, queue: Queue, unit_id: str = UNIT) -> list[str]:
    """The words of the reports in a queue."""
    page = browser.get(f"/?unit={unit_id}&queue={queue}").text
    return re.findall(r"Lời kể (\w+)", page)


def test_each_queue_holds_what_its_name_says(station: Station) -> None:
    now = station.clock.now()
    offer = Transfer(
        from_unit=OTHER_UNIT,
        to_unit=UNIT,
        to_lineage=(ROOT, UNIT),
        reason="Thuộc địa bàn",
        asked_at=now,
        asked_by=STRANGER,
    )
    station.report("Lời kể mới")
    station.report("Lời kể khẩn", is_urgent=True, assignee=COLLEAGUE)
    station.report("Lời kể tôi", assignee=OFFICER, unseen=0)
    station.report("Lời kể hỏi", assignee=COLLEAGUE, asked_at=now)
    station.report("Lời kể nhận", state=ReportState.ACCEPTED, unseen=0)
    station.report("Lời kể đáp", track=Track.QUESTION, assignee=COLLEAGUE, unseen=0)
    station.report(
        "Lời kể chuyển", unit_id=OTHER_UNIT, transfer=offer, shared_with=(UNIT,), unseen=0
    )
    browser = station.browser()
    assert sorted(queued(browser, Queue.ALL)) == sorted(
        ["mới", "khẩn", "tôi", "hỏi", "nhận", "đáp", "chuyển"]
    )
    assert queued(browser, Queue.NEW) == ["mới"]
    assert queued(browser, Queue.URGENT) == ["khẩn"]
    assert queued(browser, Queue.MINE) == ["tôi"]
    assert queued(browser, Queue.WAITING) == ["hỏi"]
    assert queued(browser, Queue.ANSWERED) == ["khẩn"]
    assert queued(browser, Queue.ACCEPTED) == ["nhận"]
    assert queued(browser, Queue.TRANSFERS) == ["chuyển"]
    assert queued(browser, Queue.QUESTIONS) == ["đáp"]


def test_the_counts_say_how_much_stands_in_each_queue(station: Station) -> None:
    station.report("Lời kể mới")
    station.report("Lời kể tôi", assignee=OFFICER, unseen=0)
    page = station.browser().fragment("/counts").text
    counted = dict(re.findall(r'id="queue-(\w+)".*?class="number[^"]*">([^<]*)<', page, re.DOTALL))
    assert counted["all"] == "2"
    assert counted["new"] == "1"
    assert counted["mine"] == "1"
    assert counted["urgent"] == "0"
    assert "restricted" not in counted


def test_counts_stop_at_ninety_nine(station: Station) -> None:
    add_rows(station, 130)
    page = station.browser().fragment("/counts").text
    assert page.count(">99+<") == 2


def test_the_page_itself_waits_for_no_counts(station: Station) -> None:
    page = station.browser().get("/").text
    assert 'hx-trigger="load, every 30s, refresh"' in page
    assert 'class="number"></span>' in page


def test_an_officer_of_two_units_may_change_between_them(station: Station) -> None:
    station.report("Của phòng")
    station.report("Của đội", unit_id=THIRD_UNIT)
    browser = station.browser()
    assert "Của phòng" in browser.get("/").text
    other = browser.get(f"/?unit={THIRD_UNIT}").text
    assert "Của đội" in other
    assert "Của phòng" not in other


def test_a_queue_that_the_other_unit_lacks_is_left_when_the_unit_is_changed(
    station: Station,
) -> None:
    roles = [{"unit_id": UNIT, "role": "lead"}, {"unit_id": THIRD_UNIT, "role": "duty_officer"}]
    station.write("officers/two", {"name": "Hai", "email": "a@example.vn", "roles": roles})
    browser = station.browser("two")
    page = browser.get(f"/?unit={UNIT}&queue=approvals").text
    (path,) = re.findall(rf'id="unit-{THIRD_UNIT}" href="([^"]+)"', page)
    assert browser.get(unescape(path)).status_code == 200


def test_a_unit_sees_what_its_teams_have_and_a_team_no_more_than_its_own(station: Station) -> None:
    station.report("Của phòng")
    station.report("Của đội dưới", unit_id=TEAM)
    above = station.browser().get("/").text
    assert "Của đội dưới" in above
    assert "Đội CSGT số 2" in above
    below = station.browser(BELOW).get("/").text
    assert "Của đội dưới" in below
    assert "Của phòng" not in below


def test_the_province_sees_everything_that_is_not_restricted(station: Station) -> None:
    station.report("Của xã", unit_id=OTHER_UNIT)
    station.report("Về cán bộ", is_restricted=True)
    for subject in (SUPERVISOR, AUDITOR):
        page = station.browser(subject).get("/").text
        assert "Của xã" in page
        assert "Về cán bộ" not in page


def test_a_restricted_report_is_the_inspectorates_alone(station: Station) -> None:
    station.report("Về cán bộ", is_restricted=True)
    inspector = station.browser(INSPECTOR)
    assert "Về cán bộ" in inspector.get("/").text
    assert "Về cán bộ" in inspector.get("/?queue=restricted").text
    for subject in (OFFICER, LEAD):
        browser = station.browser(subject)
        assert "Về cán bộ" not in browser.get("/").text
        assert browser.get("/?queue=restricted").status_code == 404


def test_what_is_mine_but_was_taken_out_of_my_sight_is_not_listed(station: Station) -> None:
    station.report("Lời kể chuyển", unit_id=OTHER_UNIT, assignee=OFFICER)
    assert queued(station.browser(), Queue.MINE) == []


def test_an_officer_of_one_unit_is_not_offered_a_change(station: Station) -> None:
    assert 'aria-label="Đơn vị"' not in station.browser(STRANGER).get("/").text


@pytest.mark.parametrize(
    "view", [f"unit={OTHER_UNIT}", "unit=x", "queue=x", "order=x", f"unit={TEAM}"]
)
@pytest.mark.parametrize("path", ["/", "/counts"])
def test_a_view_that_this_officer_does_not_have_is_not_found(
    station: Station, path: str, view: str
) -> None:
    assert station.browser().get(f"{path}?{view}").status_code == 404


@pytest.mark.parametrize("after", ["x", "2026-11-21~a", "~", "%00", "20261121T013000.000000"])
def test_a_cursor_that_is_not_ours_is_refused(station: Station, after: str) -> None:
    assert station.browser().get(f"/?after={after}").status_code == 400


def test_whoever_reads_no_cases_lands_where_their_work_is(station: Station) -> None:
    answer = station.browser(ADMINISTRATOR).get("/")
    assert answer.status_code == 303
    assert answer.headers["Location"] in {"/connections", "/units"}
    for subject in (EDITOR, PRESS):
        answer = station.browser(subject).get("/")
        assert answer.status_code in {200, 303}
        assert 'id="list"' not in answer.text


def test_a_page_weighs_little(station: Station) -> None:
    add_rows(station, ROWS)
    browser = station.browser()
    page = browser.get("/")
    addresses = set(re.findall(r'(?:src|href)="(/assets/[^"]+)"', page.text))
    assert {"admin.css", "desk.css", "desk.js", "keyboard.js"} <= {
        address.split("?")[0].rpartition("/")[2] for address in addresses
    }
    assets = [browser.get(address, Accept_Encoding="gzip").data for address in addresses]
    total = len(page.data) + sum(map(len, assets))
    assert total <= MOST_BYTES


def test_an_assets_address_changes_with_its_bytes_so_it_may_be_kept(station: Station) -> None:
    browser = station.browser(None)
    address = re.findall(r'href="(/assets/admin.css[^"]+)"', browser.get("/sign-in").text)[0]
    assert re.search(r"\?v=[0-9a-f]{12}$", address)
    assert "max-age=31536000" in browser.get(address).headers["Cache-Control"]


def test_the_language_is_the_sessions_choice(station: Station) -> None:
    browser = station.browser()
    assert '<html lang="vi">' in browser.get("/").text
    browser.post("/language", {"language": "en", "path": "/"})
    assert '<html lang="en">' in browser.get("/").text
