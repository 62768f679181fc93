"""Opening an identity in a real Chromium: two officers, one reading, one alert; and accessible."""

import os
from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from functions.identity.disclosure import Disclosed
from tests.admin.issuer import Issuer
from tests.admin.served import served
from tests.admin.station import INVESTIGATOR, LEAD, UNIT_HEAD, Station
from tests.admin.test_records_browser import CHROMIUM, PICTURES, WATCH, Window
from tests.emulators import MovableClock, Project, free_port

NAME = "Trần Thị Mẫu Danh"
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = {"desktop": 1440, "phone": 390}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not CHROMIUM.exists() and os.environ.get("CI") != "true",
        reason=f"NO CHROMIUM AT {CHROMIUM}: opening an identity was not tried in a browser",
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
def window(
    chromium: Browser, project: Project, clock: MovableClock, issuer: Issuer, compiled: object
) -> Iterator[Window]:
    """A window of the unit's officers."""
    port = free_port()
    station = Station(project, clock, issuer, compiled, f"http://127.0.0.1:{port}")  # type: ignore[arg-type]
    station.vault.end = Disclosed(
        is_known=True, name=NAME, phone="84900000123", user_id="9876543210"
    )
    with served(station, port) as address:
        context = chromium.new_context(locale="vi-VN")
        context.set_default_timeout(10_000)
        context.add_init_script(WATCH)
        window = Window(station, context, address)
        context.on("console", window.hear)
        context.on("weberror", lambda error: window.complaints.append(str(error.error)))
        yield window
        context.close()


def look(page: Page, name: str) -> None:
    """Pictures and axe's judgement: light and dark, desktop and phone."""
    page.wait_for_load_state("networkidle")
    PICTURES.mkdir(parents=True, exist_ok=True)
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        for device, width in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=PICTURES / f"{name}-{device}-{scheme}.png", full_page=True)
            wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
            assert not wide, (name, device)
        found = Axe().run(page).response["violations"]
        serious = [one["id"] for one in found if one["impact"] in {"serious", "critical"}]
        assert serious == [], (name, scheme, serious)
    page.set_viewport_size({"width": 1440, "height": 900})


def test_two_officers_open_an_identity_once_and_the_head_is_told(window: Window) -> None:
    report = window.station.report("Xe tải vượt đèn đỏ")
    page = window.open(f"/reports/{report.id}", INVESTIGATOR)
    page.get_by_role("link", name="Đề nghị mở danh tính").click()
    look(page, "identity-ask")
    page.get_by_label("Lý do cần biết danh tính").fill("Cần mời làm chứng")
    page.get_by_role("button", name="Gửi đề nghị").click()
    page.get_by_text("Chờ duyệt").wait_for()

    lead = window.open("/", LEAD)
    lead.get_by_role("link", name="1 đề nghị mở danh tính chờ đồng chí duyệt").click()
    look(lead, "identity-approve")
    lead.get_by_role("button", name="Duyệt mở").click()
    lead.get_by_text("Không có đề nghị nào.", exact=True).wait_for()

    page = window.open("/identity", INVESTIGATOR)
    page.get_by_role("button", name="Xem danh tính, một lần").click()
    page.get_by_text(NAME).wait_for()
    assert NAME not in page.url
    look(page, "identity-shown")

    head = window.open("/", UNIT_HEAD)
    head.get_by_text("Danh tính người phản ánh đã được mở").wait_for()
    look(head, "identity-alert")
    head.get_by_role("button", name="Đã xem").click()
    head.wait_for_url("**/identity")
    assert head.get_by_text("Danh tính người phản ánh đã được mở").count() == 0
    assert window.complaints == []


def test_what_each_role_may_do_is_readable(window: Window) -> None:
    look(window.open("/permissions", LEAD), "permissions")
    assert window.complaints == []
