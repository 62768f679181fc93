"""A real Chromium: windows in which tests look, press and listen."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, Self

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Locator,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)

CHROMIUM = Path("/usr/bin/chromium")
PATIENCE_MILLISECONDS = 30_000
"""How long anything may take on a busy machine."""
MOST_STEPS = 60
"""How many presses of one key may lead to a place."""
SIZES: dict[str, ViewportSize] = {
    "desktop": {"width": 1440, "height": 900},
    "phone": {"width": 390, "height": 844},
}
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
WATCH = "addEventListener('securitypolicyviolation', e => console.error('policy: ' + e.blockedURI))"
NO_COMPLAINT = "Autofocus processing was blocked because a document already has a focused element."
"""Said where htmx has given the focus to what an answer marks."""

needs_chromium = pytest.mark.skipif(
    not CHROMIUM.exists() and os.environ.get("CI") != "true",
    reason=f"NO CHROMIUM AT {CHROMIUM}: nothing was tried in a browser",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A real browser."""
    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--no-proxy-server"]
        )
        try:
            yield browser
        finally:
            browser.close()


class Window:
    """A window on one site, with cookies of its own; `options` are those of Playwright's context.

    Used as a context it is closed at the end, and the browser may have had nothing to say: no
    error, no warning, nothing that the site's policy refused, no word of a script.
    """

    def __init__(self, browser: Browser, address: str, **options: Any) -> None:
        usual = {"viewport": SIZES["desktop"], "locale": "vi-VN", "reduced_motion": "reduce"}
        self.address = address
        self.context = browser.new_context(base_url=address, **{**usual, **options})
        self.context.set_default_timeout(PATIENCE_MILLISECONDS)
        self.context.add_init_script(WATCH)
        self.complaints: list[str] = []
        self.refusals: tuple[int, ...] = ()
        """Statuses that a test provokes: of those alone the browser may complain."""
        self.presses = 0
        self.page = self.context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, failure: type[BaseException] | None, *_: object) -> None:
        self.context.close()
        if failure is None:
            assert self.complaints == [], self.complaints

    def _hear(self, said: ConsoleMessage) -> None:
        is_provoked = any(f" {status} " in said.text for status in self.refusals)
        if not is_provoked and said.text != NO_COMPLAINT:
            self.complaints.append(said.text)

    def go(self, path: str) -> Page:
        """Open a page of the site."""
        self.page.goto(path)
        return self.page

    def press(self, *keys: str) -> None:
        """Press keys, and count them."""
        # A key that comes before the page's scripts is lost.
        self.page.wait_for_load_state()
        for key in keys:
            self.page.keyboard.press(key)
            self.presses += 1

    def press_until(self, target: Locator, key: str = "Tab") -> None:
        """Press a key until that has the focus."""
        for _ in range(MOST_STEPS):
            self.press(key)
            if target.evaluate("element => element === document.activeElement"):
                return
        raise AssertionError(f"{target} cannot be reached by keyboard")

    def hears(self, sentence: str) -> None:
        """Wait until the page says that an act is done."""
        expect(self.page.get_by_role("status").filter(has_text=sentence)).to_be_visible()

    def check(self) -> None:
        """Nothing serious or critical by axe-core's rules (WCAG 2.2 A and AA)."""
        self.page.wait_for_load_state("networkidle")
        found = Axe().run(self.page, options={"resultTypes": ["violations"]}).response
        grave = [
            (self.page.url, one["id"], node["html"], node["failureSummary"])
            for one in found["violations"]
            if one["impact"] in {"serious", "critical"}
            for node in one["nodes"]
        ]
        assert grave == [], grave
