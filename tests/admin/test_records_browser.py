"""Search, map, register and logs in a real Chromium: usable, and nothing refused by the policy."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from functions.admin.records.logs import AccessEntry, AccessKind, AccessLog
from functions.reports.tracks import Track
from tests.admin.desk import PICTURES, Desk
from tests.admin.station import AUDITOR, LEAD, LINEAGES, TEAM, UNIT, Station
from tests.chromium import SIZES, needs_chromium

PATHS = {
    "search": ("/search?q=xe", LEAD),
    "map": ("/map", LEAD),
    "register": ("/register", LEAD),
    "logs": ("/logs", AUDITOR),
}

pytestmark = [pytest.mark.browser, needs_chromium]


@pytest.fixture
def served_station(served_station: Station) -> Station:
    """A province with some reports."""
    _fill(served_station)
    return served_station


def _fill(station: Station) -> None:
    for number, (text, north, east) in enumerate(
        (
            ("Xe tải vượt đèn đỏ tại ngã tư Điện Biên Phủ", 9.9347, 106.3453),
            ("Xe khách dừng đón khách giữa giao lộ", 9.9349, 106.3455),
            ("Xe máy chở ba, không đội mũ bảo hiểm", 9.9351, 106.3458),
            ("Xe ben rơi vãi đất cát trên quốc lộ 53", 9.8602, 106.4021),
        )
    ):
        station.clock.advance(timedelta(minutes=20))
        report = station.report(
            text,
            unit_id=TEAM if number % 2 else UNIT,
            place=(north, east),
            is_urgent=number == 3,
            track=Track.ORDER if number == 2 else None,
        )
        entry = AccessEntry(
            at=station.clock.now(),
            officer=LEAD,
            name="Trung tá Lê Thu Hà",
            kind=AccessKind.ORIGINAL,
            unit_id=report.unit_id,
            lineage=LINEAGES[report.unit_id],
            report_id=report.id,
            code=report.code,
            subject="ảnh",
            reason="Xác minh biển số",
        )
        AccessLog(station.database).write(entry)


def _open_map(desk: Desk) -> Page:
    page = desk.open("/map")
    desk.wait_until_still()
    return page


def test_points_open_their_report_from_the_map(desk: Desk) -> None:
    page = _open_map(desk)
    page.locator(".leaflet-marker-icon.urgent").click()
    page.get_by_role("link", name="Mở phản ánh").click()
    page.wait_for_url(re.compile(r"/reports/[0-9a-f]{32}"))


def test_points_close_together_are_one_cluster_that_opens(desk: Desk) -> None:
    page = _open_map(desk)
    cluster = page.locator(".cluster")
    assert cluster.inner_text().split()[0] == "3"
    cluster.focus()
    desk.press("Enter")
    page.locator(".point").nth(2).wait_for()


def test_the_heat_is_drawn_and_goes_again(desk: Desk) -> None:
    page = _open_map(desk)
    switch = page.get_by_role("button", name="Bản đồ nhiệt")
    switch.click()
    painted = page.evaluate(
        """() => {
          const canvas = document.querySelector('#map canvas');
          const pen = canvas.getContext('2d');
          return pen.getImageData(0, 0, canvas.width, canvas.height).data.some((value) => value);
        }"""
    )
    assert painted
    page.screenshot(path=PICTURES / "map-heat.png")
    switch.click()
    expect(page.locator("#map canvas")).to_have_count(0)


def test_the_map_is_there_without_scripts_as_a_table(
    browser: Browser, served_station: Station
) -> None:
    with Desk(browser, served_station, java_script_enabled=False) as desk:
        page = desk.open("/map")
        expect(page.locator("table.book tbody tr")).to_have_count(4)
        expect(page.locator("#map")).not_to_be_visible()


def test_a_report_is_searched_for_by_keyboard_alone(desk: Desk) -> None:
    page = desk.open("/register")
    desk.press("/")
    page.keyboard.type("quoc lo 53")
    desk.press("Enter")
    page.wait_for_url(re.compile("/search"))
    desk.press("j")
    desk.press("Enter")
    page.wait_for_url(re.compile(r"/reports/[0-9a-f]{32}"))


def test_the_book_is_printed_across_the_page(desk: Desk) -> None:
    page = desk.open("/register")
    printed = page.pdf(path=PICTURES / "register.pdf", prefer_css_page_size=True)
    width, height = _size(printed)
    assert width > height
    # 273 mm, as wide as the paper between its margins.
    page.set_viewport_size({"width": 1032, "height": 700})
    page.emulate_media(media="print")
    page.screenshot(path=PICTURES / "register-print.png")
    assert page.evaluate("document.querySelector('.book').scrollWidth <= innerWidth")


def _size(printed: bytes) -> tuple[float, float]:
    box = re.search(rb"/MediaBox \[\s*0 0 ([\d.]+) ([\d.]+)", printed)
    assert box is not None
    return float(box[1]), float(box[2])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PATHS)
def test_every_page_is_accessible_and_breaks_no_policy(desk: Desk, name: str, size: str) -> None:
    desk.page.set_viewport_size(SIZES[size])
    desk.open(*PATHS[name])
    desk.look(name, size)
