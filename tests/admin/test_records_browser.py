"""Search, map, register and logs in a real Chromium: usable, and nothing refused by the policy."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from functions.admin.records.logs import AccessEntry, AccessKind, AccessLog
from functions.reports.tracks import Track
from tests.admin.issuer import Issuer
from tests.admin.served import served
from tests.admin.station import AUDITOR, LEAD, LINEAGES, TEAM, UNIT, Station
from tests.emulators import MovableClock, Project, free_port

CHROMIUM = Path("/usr/bin/chromium")
PICTURES = Path(__file__).parents[1] / "output" / "admin"
WATCH = "addEventListener('securitypolicyviolation', e => console.error('policy: ' + e.blockedURI))"
PATHS = {"search": "/search?q=xe", "map": "/map", "register": "/register"}
LOG_PATHS = {"logs": "/logs"}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not CHROMIUM.exists() and os.environ.get("CI") != "true",
        reason=f"NO CHROMIUM AT {CHROMIUM}: the records' pages were not tried in a browser",
    ),
]


@dataclass
class Window:
    """A browser window of a signed-in officer, and what it complained of."""

    station: Station
    context: BrowserContext
    address: str
    complaints: list[str] = field(default_factory=list)

    def hear(self, message: ConsoleMessage) -> None:
        """Remember what the browser complains of."""
        if message.type == "error":
            self.complaints.append(message.text)

    def open(self, path: str, subject: str = LEAD) -> Page:
        """A new tab, signed in."""
        session = self.station.sessions.begin(subject)
        self.context.add_cookies(
            [{"name": "tin_bao_officer", "value": session.id, "url": self.address}]
        )
        page = self.context.new_page()
        page.goto(self.address + path)
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
def window(
    chromium: Browser, project: Project, clock: MovableClock, issuer: Issuer, compiled: Path
) -> Iterator[Window]:
    """A window on a province with some reports."""
    port = free_port()
    station = Station(project, clock, issuer, compiled, f"http://127.0.0.1:{port}")
    _fill(station)
    with served(station, port) as address:
        context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="vi-VN")
        context.set_default_timeout(10_000)
        context.add_init_script(WATCH)
        window = Window(station, context, address)
        context.on("console", window.hear)
        context.on("weberror", lambda error: window.complaints.append(str(error.error)))
        yield window
        context.close()


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


def _ready(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    if page.locator("#map").count():
        page.locator("#map[data-shown]").wait_for()


def test_points_open_their_report_from_the_map(window: Window) -> None:
    page = window.open("/map")
    _ready(page)
    page.locator(".leaflet-marker-icon.urgent").click()
    page.get_by_role("link", name="Mở phản ánh").click()
    page.wait_for_url(re.compile(r"/reports/[0-9a-f]{32}"))
    assert window.complaints == []


def test_points_close_together_are_one_cluster_that_opens(window: Window) -> None:
    page = window.open("/map")
    _ready(page)
    cluster = page.locator(".cluster")
    assert cluster.inner_text().split()[0] == "3"
    cluster.focus()
    page.keyboard.press("Enter")
    page.locator(".point").nth(2).wait_for()
    assert window.complaints == []


def test_the_heat_is_drawn_and_goes_again(window: Window) -> None:
    page = window.open("/map")
    _ready(page)
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
    assert page.locator("#map canvas").count() == 0
    assert window.complaints == []


def test_the_map_is_there_without_scripts_as_a_table(window: Window, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False)
    session = window.station.sessions.begin(LEAD)
    context.add_cookies([{"name": "tin_bao_officer", "value": session.id, "url": window.address}])
    page = context.new_page()
    page.goto(f"{window.address}/map")
    assert page.locator("table.book tbody tr").count() == 4
    assert not page.locator("#map").is_visible()
    context.close()


def test_a_report_is_searched_for_by_keyboard_alone(window: Window) -> None:
    page = window.open("/register")
    page.keyboard.press("/")
    page.keyboard.type("quoc lo 53")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/search"))
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/reports/[0-9a-f]{32}"))
    assert window.complaints == []


def test_the_book_is_printed_across_the_page(window: Window) -> None:
    page = window.open("/register")
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


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [1440, 390])
def test_every_page_is_accessible_and_breaks_no_policy(
    window: Window, scheme: Literal["light", "dark"], width: int
) -> None:
    findings: dict[str, list[str]] = {}
    wide: list[str] = []
    pages = [(name, path, LEAD) for name, path in PATHS.items()]
    pages += [(name, path, AUDITOR) for name, path in LOG_PATHS.items()]
    for name, path, subject in pages:
        page = window.open(path, subject)
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        _ready(page)
        page.screenshot(path=PICTURES / f"{name}-{width}-{scheme}.png", full_page=True)
        result = Axe().run(page).response["violations"]
        serious = [one["id"] for one in result if one["impact"] in {"serious", "critical"}]
        if serious:
            findings[name] = serious
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(name)
        page.close()
    assert findings == {}
    assert wide == []
    assert window.complaints == []
