"""An officer's window: a real Chromium on the running system, and all that it complained of."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
WATCH = "addEventListener('securitypolicyviolation', e => console.error('policy: ' + e.blockedURI))"
PATIENCE_MILLISECONDS = 30_000

needs_chromium = pytest.mark.skipif(
    not CHROMIUM.exists() and os.environ.get("CI") != "true",
    reason=f"NO CHROMIUM AT {CHROMIUM}: the officers' day was not played in a browser",
)


@dataclass
class Window:
    """A window in which one officer is signed in."""

    page: Page
    admin: str
    complaints: list[str] = field(default_factory=list)
    presses: int = 0

    def go(self, path: str) -> None:
        """Open one of the officers' pages."""
        self.page.goto(f"{self.admin}{path}")

    def press(self, *keys: str) -> None:
        """Press keys, and count them."""
        for key in keys:
            self.page.keyboard.press(key)
            self.presses += 1

    def press_until(self, words: str) -> None:
        """Press Tab until what has the focus says so."""
        for _ in range(60):
            self.page.keyboard.press("Tab")
            if words in str(self.page.evaluate("document.activeElement.textContent")):
                return
        raise AssertionError(f"{words} cannot be reached by keyboard")

    def check(self) -> None:
        """Nothing serious or critical on this page by axe-core's rules, folds open or not."""
        self.page.wait_for_load_state("networkidle")
        found = Axe().run(self.page, options={"resultTypes": ["violations"]}).response
        grave = [
            (self.page.url, one["id"], node["html"], node["failureSummary"])
            for one in found["violations"]
            if one["impact"] in {"serious", "critical"}
            for node in one["nodes"]
        ]
        assert grave == []

    def hears(self, sentence: str) -> None:
        """Wait until the page says that an act is done."""
        expect(self.page.get_by_role("status").filter(has_text=sentence)).to_be_visible()


@contextmanager
def chromium() -> Iterator[Browser]:
    """A real browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--no-proxy-server"]
        )
        try:
            yield browser
        finally:
            browser.close()


def new_window(browser: Browser, admin: str) -> Window:
    """A window before anybody signed in; whoever opened it closes it with the browser."""
    context: BrowserContext = browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="vi-VN", accept_downloads=True
    )
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    context.add_init_script(WATCH)
    window = Window(context.new_page(), admin)
    context.on(
        "console",
        lambda said: window.complaints.append(said.text) if said.type == "error" else None,
    )
    context.on("weberror", lambda error: window.complaints.append(str(error.error)))
    return window


def signed_in(browser: Browser, admin: str, name: str) -> Window:
    """A window in which that officer has signed in with the mouse."""
    window = new_window(browser, admin)
    window.go("/")
    window.page.get_by_role("link", name="Đăng nhập").click()
    window.page.get_by_role("button", name=name).first.click()
    window.page.get_by_role("heading", level=1).first.wait_for()
    return window
