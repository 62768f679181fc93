"""Units, officers, rosters and hand-overs in a real Chromium, light and dark, wide and narrow."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from functions.units.rosters import Shift
from functions.units.store import RosterStore
from tests.admin.issuer import Issuer
from tests.admin.served import served
from tests.admin.station import (
    ADMINISTRATOR,
    COLLEAGUE,
    LEAD,
    OFFICER,
    TEAM,
    UNIT,
    Station,
)
from tests.emulators import MovableClock, Project, free_port

CHROMIUM = Path("/usr/bin/chromium")
PICTURES = Path(__file__).parents[1] / "output" / "admin"
WATCH = "addEventListener('securitypolicyviolation', e => console.error('policy: ' + e.blockedURI))"
PATHS = {
    "units": ("/units", ADMINISTRATOR),
    "unit": (f"/units/{UNIT}", ADMINISTRATOR),
    "officers": ("/officers", ADMINISTRATOR),
    "officer": (f"/officers/one?subject={COLLEAGUE}", ADMINISTRATOR),
    "imports": ("/imports", ADMINISTRATOR),
    "roster": (f"/roster?unit={UNIT}", LEAD),
    "handover": (f"/handover?unit={UNIT}", OFFICER),
}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not CHROMIUM.exists() and os.environ.get("CI") != "true",
        reason=f"NO CHROMIUM AT {CHROMIUM}: the units' pages were not tried in a browser",
    ),
]


@dataclass
class Window:
    """A browser window, and what it complained of."""

    station: Station
    context: BrowserContext
    address: str
    complaints: list[str] = field(default_factory=list)

    def hear(self, message: ConsoleMessage) -> None:
        """Remember what the browser complains of."""
        if message.type == "error":
            self.complaints.append(message.text)

    def open(self, path: str, subject: str) -> Page:
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
    """A window on a province with a shift and some reports."""
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
    station.report("Xe khách dừng đón khách giữa giao lộ", unit_id=TEAM)
    station.report("Xe tải vượt đèn đỏ", assignee=OFFICER, assignee_name="Thiếu tá Minh")
    station.clock.advance(timedelta(days=1))
    station.report("Đua xe trên quốc lộ 53", is_urgent=True)
    now, commit = station.clock.now(), station.database.commit()
    rosters = RosterStore(station.database)
    for number, (subject, start) in enumerate(((OFFICER, -2), (COLLEAGUE, 6), (OFFICER, 30))):
        rosters.add(
            commit,
            Shift(
                id=f"shift-{number}",
                unit_id=UNIT,
                subject=subject,
                starts_at=now + timedelta(hours=start),
                ends_at=now + timedelta(hours=start + 8),
                note="Trực chỉ huy" if number else "",
            ),
        )
    commit.send()


@pytest.mark.parametrize("name", PATHS)
def test_every_page_is_usable_by_everybody(window: Window, name: str) -> None:
    path, subject = PATHS[name]
    page = window.open(path, subject)
    PICTURES.mkdir(parents=True, exist_ok=True)
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        for size, width in (("desktop", 1440), ("phone", 390)):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=PICTURES / f"{name}-{size}-{scheme}.png", full_page=True)
            is_wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            assert not page.evaluate(is_wide), f"{name} scrolls sideways at {width}"
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        assert [one["id"] for one in found if one["impact"] in {"serious", "critical"}] == []
    assert window.complaints == []


def test_a_unit_is_renamed_by_keyboard(window: Window) -> None:
    page = window.open(f"/units/{TEAM}", ADMINISTRATOR)
    page.locator("summary", has_text="Đổi tên").first.focus()
    page.keyboard.press("Enter")
    page.get_by_label("Tên mới", exact=True).fill("Đội Tuần tra số 2")
    page.locator("#rename-reason").fill("Quyết định 12/QĐ-CAT")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Đổi tên").wait_for()
    page.screenshot(path=PICTURES / "unit-plan-desktop-light.png", full_page=True)
    page.keyboard.press("y")
    page.get_by_role("heading", name="Đội Tuần tra số 2", level=1).wait_for()
    assert window.complaints == []


def test_a_shift_is_handed_over_from_one_screen_to_the_other(window: Window) -> None:
    page = window.open(f"/handover?unit={UNIT}", OFFICER)
    page.get_by_label("Người nhận ca").select_option(COLLEAGUE)
    page.get_by_role("button", name="Bàn giao ca").click()
    page.get_by_text("chờ xác nhận").wait_for()
    theirs = window.open(f"/handover?unit={UNIT}", COLLEAGUE)
    theirs.get_by_role("button", name="Nhận bàn giao").click()
    theirs.get_by_text("Đã thực hiện: Nhận bàn giao ca.").wait_for()
    assert window.complaints == []
