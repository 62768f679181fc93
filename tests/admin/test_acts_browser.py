"""The acts in a real Chromium: few key presses, nothing typed is lost, nothing inline."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from functions.followups.model import Kind, State
from functions.reports.model import Report, ReportState
from tests.admin.acting import owed
from tests.admin.desk import Desk
from tests.admin.station import LEAD, UNIT
from tests.chromium import needs_chromium
from tests.emulators import wait_until

pytestmark = [pytest.mark.browser, needs_chromium]


def open_report(desk: Desk, report: Report) -> Page:
    """The report's page, with its scripts at work."""
    page = desk.open(f"/reports/{report.id}?unit={UNIT}&queue=all")
    page.wait_for_load_state("networkidle")
    return page


def test_a_complete_report_gets_its_outcome_in_six_key_presses(
    desk: Desk,
) -> None:
    station = desk.station
    report = station.report("Xe tải 14A-123.45 vượt đèn đỏ", place=(9.9347, 106.3453))
    page = open_report(desk, report)
    desk.press("e")
    expect(page.locator("#outcome-form input[type=radio]").first).to_be_focused()
    desk.press("ArrowDown", "Enter")
    desk.hears("Đã ghi kết quả.")
    assert desk.presses <= 6
    after = station.now_of(report)
    assert after.outcome is not None
    assert after.outcome.code.value == "record_made"
    desk.press("z")
    desk.hears("Đã hoàn tác kết quả.")
    assert station.now_of(report).state is not ReportState.CONCLUDED


def test_a_complete_report_gets_its_outcome_in_six_clicks(desk: Desk) -> None:
    station = desk.station
    report = station.report("Xe tải 14A-123.45 vượt đèn đỏ")
    page = open_report(desk, report)
    form = page.locator("#outcome-form")
    page.locator("summary", has_text="Ghi kết quả").click()
    form.get_by_text("Không vi phạm").click()
    form.get_by_text("Người dân sẽ nhận được:").wait_for()
    form.get_by_role("button", name="Ghi kết quả").click()
    desk.hears("Đã ghi kết quả.")
    assert station.now_of(report).state is ReportState.CONCLUDED


def test_the_next_report_comes_after_an_outcome(desk: Desk) -> None:
    station = desk.station
    first = station.report("Một")
    station.clock.advance(timedelta(minutes=1))
    second = station.report("Hai")
    page = open_report(desk, first)
    desk.press("e", "ArrowDown", "Enter")
    page.wait_for_url(f"**/reports/{second.id}?**")
    desk.hears("Xem lại phản ánh vừa xử lý")


def test_words_are_kept_previewed_sent_and_called_back(desk: Desk) -> None:
    station = desk.station
    report = station.report("Xe tải vượt đèn đỏ")
    page = open_report(desk, report)
    desk.press("h")
    area = page.locator("#ask-text")
    expect(area).to_be_focused()
    area.press_sequentially("Xin cho biết giờ")
    page.locator("#ask-form .bubble", has_text="Xin cho biết giờ").wait_for()
    area.blur()
    page.locator("#ask-form .draft-state", has_text="Đã lưu nháp").wait_for()
    page.reload()
    expect(area).to_have_value("Xin cho biết giờ")
    area.focus()
    area.press("Control+Enter")
    page.locator(".waiting-words").wait_for()
    page.locator(".waiting-words").get_by_role("button", name="Thu hồi").click()
    desk.hears("Đã thu hồi; nội dung còn trong ô soạn.")
    expect(area).to_have_value("Xin cho biết giờ")
    assert [one.state for one in owed(station, report, Kind.QUESTION)] == [State.CANCELLED]


def test_a_slash_offers_the_canned_texts(desk: Desk) -> None:
    station = desk.station
    for text_id, title in (("t1", "Xin biển số"), ("t2", "Đã cử tổ tuần tra")):
        station.write(
            f"texts/{text_id}",
            {
                "unit_id": UNIT,
                "title": title,
                "text": f"{title}: {{ma_phieu}}",
                "changed_at": station.clock.now(),
                "changed_by": LEAD,
            },
        )
    report = station.report("Xe tải vượt đèn đỏ")
    page = open_report(desk, report)
    desk.press("r")
    area = page.locator("#reply-text")
    area.press_sequentially("/tuan tra")
    page.locator("#reply-text-list li", has_text="Đã cử tổ tuần tra").wait_for()
    area.press("Enter")
    expect(area).to_have_value(f"Đã cử tổ tuần tra: {report.code}")


def test_what_was_typed_stands_beside_what_somebody_else_did(
    desk: Desk,
) -> None:
    station = desk.station
    report = station.report("Xe tải vượt đèn đỏ")
    page = open_report(desk, report)
    desk.refusals = (409,)
    page.locator("#note-text").fill("Lời của tôi")
    found = station.reports.read(report.id)
    assert found is not None
    commit = station.database.commit()
    commit.update(found.stored, {"version": 2})
    commit.send()
    page.locator("#note-form").get_by_role("button", name="Lưu ghi chú").click()
    page.locator(".side-by-side").wait_for()
    expect(page.locator("#note-text")).to_have_value("Lời của tôi")
    page.locator("#note-form").get_by_role("button", name="Lưu ghi chú").click()
    desk.hears("Đã ghi chú.")


def test_many_are_chosen_seen_first_and_done(desk: Desk) -> None:
    station = desk.station
    reports = [station.report(f"Phản ánh {number}") for number in range(3)]
    page = desk.open(f"/?unit={UNIT}&queue=all")
    for report in reports[:2]:
        page.locator(f'input[name="report"][value="{report.id}"]').check()
    page.locator("summary", has_text="Thao tác với nhiều phản ánh").click()
    page.get_by_role("button", name="Xem trước").click()
    page.get_by_role("button", name="Thực hiện với 2 phản ánh").click()
    desk.hears("Đã thực hiện với 2 phản ánh.")
    assignees = [station.now_of(report).assignee for report in reports]
    assert assignees == [LEAD, LEAD, None]
    page.get_by_role("button", name="Hoàn tác tất cả").click()
    wait_until(lambda: station.now_of(reports[0]).assignee is None)
