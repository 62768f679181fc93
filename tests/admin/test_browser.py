"""An officer's work in a real Chromium: looked at, played, decided, by keyboard alone."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

from functions.evidence.model import FailureReason
from functions.followups.notices import outcome_id, receipt
from functions.followups.planner import delivered
from functions.reports.model import Report
from functions.units.model import Unit
from infra.local.sample_media import photograph, traffic_clip
from tests.admin.issuer import Issuer
from tests.admin.served import served
from tests.admin.station import THIRD_UNIT, UNIT, Station
from tests.emulators import MovableClock, Project, free_port, wait_until

CHROMIUM = Path("/usr/bin/chromium")
PICTURES = Path(__file__).parents[1] / "output" / "admin"
WATCH = "addEventListener('securitypolicyviolation', e => console.error('policy: ' + e.blockedURI))"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not CHROMIUM.exists() and os.environ.get("CI") != "true",
        reason=f"NO CHROMIUM AT {CHROMIUM}: the officers' page was not tried in a browser",
    ),
]


@dataclass
class Desk:
    """A browser window on the officers' page, and what it complained of."""

    station: Station
    context: BrowserContext
    address: str
    complaints: list[str] = field(default_factory=list)

    def hear(self, message: ConsoleMessage) -> None:
        """Remember what the browser complains of, refused by the policy above all."""
        if message.type == "error":
            self.complaints.append(message.text)

    def open(self, path: str = "/") -> Page:
        """A new tab."""
        page = self.context.new_page()
        page.goto(self.address + path)
        return page

    def sign_in(self) -> Page:
        """A new tab, signed in."""
        page = self.open()
        page.get_by_role("link", name="Đăng nhập").click()
        page.get_by_role("heading", name="Phản ánh đang mở").wait_for()
        return page


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
def desk(
    chromium: Browser, project: Project, clock: MovableClock, issuer: Issuer
) -> Iterator[Desk]:
    """A desk with a full inbox."""
    port = free_port()
    station = Station(project, clock, issuer, f"http://127.0.0.1:{port}")
    with served(station, port) as address:
        context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="vi-VN")
        context.set_default_timeout(10_000)
        context.add_init_script(WATCH)
        desk = Desk(station, context, address)
        context.on("console", desk.hear)
        context.on("weberror", lambda error: desk.complaints.append(str(error.error)))
        yield desk
        context.close()


def fill_inbox(station: Station) -> Report:
    """An ordinary morning; gives the report that has everything."""
    for text, minutes in (
        ("Đề nghị kiểm tra bãi giữ xe lấn chiếm lòng đường trước chợ Bến Vân", 340),
        ("Xe khách dừng đón khách giữa giao lộ đường 3/2 và Trần Hưng Đạo", 95),
        ("", 40),
        ("Nhóm thanh niên tụ tập, nẹt pô gây mất trật tự lúc nửa đêm tại công viên Tân Lâm", 12),
    ):
        station.clock.advance(-timedelta(minutes=minutes))
        report = station.report(*([text] if text else []), is_received=bool(text))
        if minutes == 40:
            station.attach(report, photograph("rocket.jpg"))
            station.attach(report)
        if minutes == 12:
            station.attach(report, reason=FailureReason.TOO_LARGE, media_type="video/mp4")
        station.clock.advance(timedelta(minutes=minutes))
    station.report("Biển báo hạn chế tốc độ bị cây che khuất", unit_id=THIRD_UNIT)
    station.clock.advance(-timedelta(minutes=4))
    report = station.report(
        "Xe tải biển số 84C-123.45 vượt đèn đỏ tại ngã tư Điện Biên Phủ và Lê Lợi lúc 7 giờ 20, "
        "hướng từ cầu Long Bình vào trung tâm. Xe chạy rất nhanh, suýt va vào người đi xe đạp.",
        place=(9.93470, 106.34530),
    )
    station.clock.advance(timedelta(seconds=40))
    station.attach(report, photograph("motorcycle_left.png"), "image/png")
    station.attach(report, photograph("motorcycle_right.png"), "image/png")
    station.clock.advance(timedelta(seconds=30))
    station.attach(report, traffic_clip(), "video/mp4")
    station.attach(report, reason=FailureReason.GONE)
    owe_receipt(station, report)
    station.clock.advance(timedelta(minutes=2, seconds=50))
    return station.now_of(report)


def owe_receipt(station: Station, report: Report) -> None:
    """The receipt, already with the reporter."""
    unit = Unit(id=UNIT, name="Phòng Cảnh sát giao thông", short_name="", kind="division")
    owed = receipt(station.now_of(report), unit, now=station.clock.now())
    commit = station.database.commit()
    station.followups.add_new(commit, owed)
    commit.send()
    found = station.followups.read(owed.id)
    assert found is not None
    station.followups.change(
        found, delivered(found.followup, message_id="1", at=station.clock.now())
    )


def test_an_officer_signs_in_looks_plays_and_decides_by_keyboard_alone(desk: Desk) -> None:
    report = fill_inbox(desk.station)
    page = desk.open()
    page.screenshot(path=PICTURES / "sign-in.png")
    press_until(page, "Đăng nhập")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Phản ánh đang mở").wait_for()
    press_until(page, report.summary)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=report.code).wait_for()

    video = page.locator("video")
    press_until_focused(page, "video")
    page.keyboard.press("Space")
    expect(video).to_have_js_property("paused", False)
    wait_until(lambda: bool(video.evaluate("video => video.currentTime > 0.1")))

    press_until_focused(page, "input[name=outcome]")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#preview .bubble")).to_contain_text("Đã xác định đối tượng")
    press_until_focused(page, "#reason")
    page.keyboard.type("Biên bản số 12/BB-VPHC")
    press_until_focused(page, "#delay_days")
    page.keyboard.type("3")
    expect(page.locator("#preview")).to_contain_text("08:30 ngày 24/11/2026")
    expect(page.locator("#preview .bubble")).to_contain_text("Biên bản số 12/BB-VPHC")
    promised = page.locator("#preview .bubble").inner_text()
    page.keyboard.press("Enter")

    expect(page.get_by_role("status").filter(has_text="Đã ghi kết quả")).to_be_focused()
    expect(page.locator("#outcome")).to_contain_text(
        "Sẽ báo người phản ánh lúc 08:30 ngày 24/11/2026"
    )
    assert page.locator(".recorded .bubble").inner_text() == promised
    assert desk.station.followups.read(outcome_id(report.id, 1)) is not None
    assert desk.complaints == []


def press_until(page: Page, words: str) -> None:
    """Press Tab until what has the focus says so."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if words in str(page.evaluate("document.activeElement.textContent")):
            return
    raise AssertionError(f"{words} cannot be reached by keyboard")


def press_until_focused(page: Page, selector: str) -> None:
    """Press Tab until that has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(f"document.activeElement.matches({selector!r})"):
            return
    raise AssertionError(f"{selector} cannot be reached by keyboard")
