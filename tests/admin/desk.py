"""An officer's window: a real Chromium on a station that listens."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from tests.admin.station import LEAD, Station
from tests.chromium import SCHEMES, SIZES, Window

PICTURES = Path(__file__).parents[1] / "output" / "admin"
COOKIE = "tin_bao_officer"
IS_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
IS_STILL = """() => {
  const map = document.getElementById('map');
  return !document.querySelector('.htmx-request') && (!map || 'shown' in map.dataset)
    && [...document.images].every((image) => image.complete);
}"""
"""Whether all that a page asks for when it opens has come."""


class Desk(Window):
    """A window on the officers' page, and the station behind it."""

    def __init__(self, browser: Browser, station: Station, **options: Any) -> None:
        super().__init__(browser, station.address, **options)
        self.station = station

    def enter(self, subject: str | None, language: str = "vi") -> None:
        """From the next page on be that officer, or nobody; the sign-in is left out."""
        self.context.clear_cookies()
        if subject is None:
            return
        session = self.station.sessions.begin(subject)
        self.station.sessions.choose_language(session, language)
        self.context.add_cookies([{"name": COOKIE, "value": session.id, "url": self.address}])

    def open(self, path: str, subject: str = LEAD) -> Page:
        """A page, as that officer."""
        self.enter(subject)
        return self.go(path)

    def sign_in(self) -> Page:
        """The first page, by way of the sign-in."""
        page = self.go("/")
        page.get_by_role("link", name="Đăng nhập").click()
        page.get_by_role("heading", name="Tất cả đang mở").wait_for()
        page.wait_for_load_state()
        return page

    def wait_until_still(self) -> None:
        """Wait for all that the page asks for when it opens."""
        self.page.wait_for_load_state("networkidle")
        self.page.wait_for_function(IS_STILL)

    def picture(self, name: str) -> None:
        """Keep how the whole page looks now."""
        self.wait_until_still()
        self.page.evaluate("scrollTo(0, 0)")
        self.page.screenshot(path=PICTURES / f"{name}.png", full_page=True, caret="initial")

    def look(self, name: str, *sizes: str) -> None:
        """Pictures in light and dark; the page is accessible, and does not scroll sideways."""
        for scheme in SCHEMES:
            self.page.emulate_media(color_scheme=scheme)
            for size in sizes or SIZES:
                self.page.set_viewport_size(SIZES[size])
                self.picture(f"{name}-{size}-{scheme}")
                assert not self.page.evaluate(IS_WIDE), f"{self.page.url} is too wide for a {size}"
            self.check()
        self.page.set_viewport_size(SIZES["desktop"])
