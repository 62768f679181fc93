"""The acts in a real Chromium: few key presses, nothing typed is lost, nothing inline."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from functions.followups.model import Kind, State
from functions.reports.model import Report, ReportState
from tests.admin.acting import owed
from tests.admin.issuer import Issuer
from tests.admin.served import served
from tests.admin.station import LEAD, UNIT, Station
from tests.emulators import MovableClock, Project, free_port, wait_until

CHROMIUM = Path("/usr/bin/chromium")
WATCH = "addEventListener('securitypolicyviolation', e => console.error('policy: ' + e.blockedURI))"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not CHROMIUM.exists() and os.environ.get("CI") != "true",
        reason=f"NO CHROMIUM AT {CHROMIUM}: the acts were not tried in a browser",
    ),
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the module."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--no-proxy-server"]
        )
        yield browser
        browser.close()


@pytest.fixture
def at_work(
    chromium: Browser, project: Project, clock: MovableClock, issuer: Issuer, compiled: Path
) -> Iterator[tuple[Station, Page]]:
    """A lead, signed in, who must hear no complaint of the browser."""
    port = free_port()
    station = Station(project, clock, issuer, compiled, f"http://127.0.0.1:{port}")
    with served(station, port) as address:
        context = chromium.new_context(
            base_url=address, viewport={"width": 1440, "height": 900}, locale="vi-VN"
        )
        context.set_default_timeout(10_000)
        context.add_init_script(WATCH)
        session = station.sessions.begin(LEAD)
        context.add_cookies([{"name": "tin_bao_officer", "value": session.id, "url": address}])
        complaints: list[str] = []
        context.on("console", lambda said: complaints.extend(_complaint(said)))
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        yield station, context.new_page()
        context.close()
    assert complaints == []


def _complaint(said: ConsoleMessage) -> list[str]:
    # A form that was refused is an error to the browser; what the page says of it is tested.
    is_refusal = said.text.startswith("Failed to load resource")
    return [said.text] if said.type == "error" and not is_refusal else []


class Presses:
    """A keyboard that counts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0

    def __call__(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.count += 1


def open_report(page: Page, report: Report) -> None:
    """The report's page, with its scripts at work."""
    page.goto(f"/reports/{report.id}?unit={UNIT}&queue=all")
    page.wait_for_load_state("networkidle")


def test_a_complete_report_gets_its_outcome_in_six_key_presses(
    at_work: tuple[Station, Page],
) -> None:
    station, page = at_work
    report = station.report("Xe tải 14A-123.45 vượt đèn đỏ", place=(9.9347, 106.3453))
    open_report(page, report)
    press = Presses(page)
    press("e")
    expect(page.locator("#outcome-form input[type=radio]").first).to_be_focused()
    press("ArrowDown", "Enter")
    page.get_by_text("Đã ghi kết quả.").wait_for()
    assert press.count <= 6
    after = station.now_of(report)
    assert after.outcome is not None
    assert after.outcome.code.value == "record_made"
    press("z")
    page.get_by_text("Đã hoàn tác kết quả.").wait_for()
    assert station.now_of(report).state is not ReportState.CONCLUDED


def test_a_complete_report_gets_its_outcome_in_six_clicks(at_work: tuple[Station, Page]) -> None:
    station, page = at_work
    report = station.report("Xe tải 14A-123.45 vượt đèn đỏ")
    open_report(page, report)
    form = page.locator("#outcome-form")
    page.locator("summary", has_text="Ghi kết quả").click()
    form.get_by_text("Không vi phạm").click()
    form.get_by_text("Người dân sẽ nhận được:").wait_for()
    form.get_by_role("button", name="Ghi kết quả").click()
    page.get_by_text("Đã ghi kết quả.").wait_for()
    assert station.now_of(report).state is ReportState.CONCLUDED


def test_the_next_report_comes_after_an_outcome(at_work: tuple[Station, Page]) -> None:
    station, page = at_work
    first = station.report("Một")
    station.clock.advance(timedelta(minutes=1))
    second = station.report("Hai")
    open_report(page, first)
    page.keyboard.press("e")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/reports/{second.id}?**")
    page.get_by_text("Xem lại phản ánh vừa xử lý").wait_for()


def test_words_are_kept_previewed_sent_and_called_back(at_work: tuple[Station, Page]) -> None:
    station, page = at_work
    report = station.report("Xe tải vượt đèn đỏ")
    open_report(page, report)
    page.keyboard.press("h")
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
    page.get_by_text("Đã thu hồi; nội dung còn trong ô soạn.").wait_for()
    expect(area).to_have_value("Xin cho biết giờ")
    assert [one.state for one in owed(station, report, Kind.QUESTION)] == [State.CANCELLED]


def test_a_slash_offers_the_canned_texts(at_work: tuple[Station, Page]) -> None:
    station, page = at_work
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
    open_report(page, report)
    page.keyboard.press("r")
    area = page.locator("#reply-text")
    area.press_sequentially("/tuan tra")
    page.locator("#reply-text-list li", has_text="Đã cử tổ tuần tra").wait_for()
    area.press("Enter")
    expect(area).to_have_value(f"Đã cử tổ tuần tra: {report.code}")


def test_what_was_typed_stands_beside_what_somebody_else_did(
    at_work: tuple[Station, Page],
) -> None:
    station, page = at_work
    report = station.report("Xe tải vượt đèn đỏ")
    open_report(page, report)
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
    page.get_by_text("Đã ghi chú.").wait_for()


def test_many_are_chosen_seen_first_and_done(at_work: tuple[Station, Page]) -> None:
    station, page = at_work
    reports = [station.report(f"Phản ánh {number}") for number in range(3)]
    page.goto(f"/?unit={UNIT}&queue=all")
    for report in reports[:2]:
        page.locator(f'input[name="report"][value="{report.id}"]').check()
    page.locator("summary", has_text="Thao tác với nhiều phản ánh").click()
    page.get_by_role("button", name="Xem trước").click()
    page.get_by_role("button", name="Thực hiện với 2 phản ánh").click()
    page.get_by_text("Đã thực hiện với 2 phản ánh.").wait_for()
    assignees = [station.now_of(report).assignee for report in reports]
    assert assignees == [LEAD, LEAD, None]
    page.get_by_role("button", name="Hoàn tác tất cả").click()
    wait_until(lambda: station.now_of(reports[0]).assignee is None)
