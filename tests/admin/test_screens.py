"""Every page as it looks: both languages, light and dark, desktop and phone.

The pictures are for people (`tests/output/admin/screens/`); what a machine can tell is asserted:
weight, sideways scrolling, clipped words, the language. A new page without a line here fails.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page

from functions.admin.language import LANGUAGES
from tests.admin.desk import IS_STILL, PICTURES, Desk
from tests.admin.morning import Morning, morning_of
from tests.admin.routes import dump, rules
from tests.admin.station import (
    ADMINISTRATOR,
    LEAD,
    NOBODY,
    OFFICER,
    PRESS,
    UNIT,
    UNIT_HEAD,
    Station,
)
from tests.chromium import SCHEMES, SIZES, Scheme, needs_chromium
from tests.emulators import Project

MOST_BYTES = 150 * 1024
SAME = {"Tin Báo", "NĐ-CP", "hướng Bến Vân"}
"""The same in every language: our name, a decree's number, a direction as units write it."""


@dataclass(frozen=True)
class Screen:
    """A page: its endpoint and address, who looks at it, and what they press first."""

    endpoint: str
    path: str
    subject: str | None = LEAD
    prepare: Callable[[Page], None] = lambda page: None
    status: int = 200
    sizes: tuple[str, ...] = ("desktop", "phone")


def _choose_two(page: Page) -> None:
    for box in page.locator('input[name="report"][form="bulk-form"]').all()[:2]:
        box.check()
    page.locator(".bulk-bar summary").click()
    page.locator("#bulk-form button").click()
    page.locator("#bulk-do").wait_for()


def _carry_out_two(page: Page) -> None:
    _choose_two(page)
    page.locator("#bulk-do button").click()
    page.locator("#bulk-undo").wait_for()


def _open_outcome(page: Page) -> None:
    page.locator(".decide > summary").click()
    page.locator('#outcome-form input[value="fined"]').check()
    page.locator("#preview .bubble").wait_for()


def _open_contact(page: Page) -> None:
    page.locator("#enter-form summary").click()
    page.locator("#contact-phone").wait_for()


def _open_save(page: Page) -> None:
    page.locator(".save > summary").click()
    page.locator("#save-name").wait_for()


REPORT = "/reports/{full}"
SCREENS = {
    "sign-in": Screen("sign_in", "/sign-in", None),
    "desk": Screen("open_reports", f"/?unit={UNIT}&queue=all"),
    "desk-duty": Screen("open_reports", "/?queue=new", OFFICER),
    "desk-empty": Screen("open_reports", f"/?unit={UNIT}&queue=waiting"),
    "no-place": Screen("open_reports", "/", PRESS),
    "no-role": Screen("open_reports", "/", NOBODY, status=403),
    "report": Screen("report", REPORT),
    "report-acts": Screen("report", f"{REPORT}#acts", sizes=("phone",)),
    "report-details": Screen("report", f"{REPORT}#details", sizes=("phone",)),
    "report-outcome": Screen("report", f"{REPORT}#acts", prepare=_open_outcome),
    "report-concluded": Screen("report", "/reports/{concluded}#acts"),
    "keys": Screen("report", REPORT, prepare=lambda page: page.keyboard.press("?")),
    "palette": Screen("report", REPORT, prepare=lambda page: page.keyboard.press("Control+k")),
    "unknown": Screen("report", f"/reports/{'0' * 32}", status=404),
    "enter": Screen("enter_page", "/enter"),
    "enter-contact": Screen("enter_page", "/enter", prepare=_open_contact),
    "contact": Screen("contact", "/reports/{told}/contact"),
    "bulk": Screen("bulk_done", f"/?unit={UNIT}&queue=all", prepare=_choose_two),
    "bulk-done": Screen("bulk_done", f"/?unit={UNIT}&queue=all", prepare=_carry_out_two),
    "search": Screen("search", "/search?q=xe"),
    "search-save": Screen("search", "/search?state=received", prepare=_open_save),
    "desk-save": Screen("open_reports", f"/?unit={UNIT}&queue=new", prepare=_open_save),
    "saved": Screen("saved_views", "/saved"),
    "map": Screen("map", "/map"),
    "register": Screen("register", "/register"),
    "roster": Screen("roster", f"/roster?unit={UNIT}"),
    "handover": Screen("handover", f"/handover?unit={UNIT}", OFFICER),
    "identities": Screen("identities", "/identity"),
    "identity": Screen("identity", f"{REPORT}/identity"),
    "texts": Screen("texts", "/texts"),
    "permissions": Screen("permissions", "/permissions"),
    "logs": Screen("logs", "/logs", UNIT_HEAD),
    "report-log": Screen("report_log", "/logs/reports/{full}", UNIT_HEAD),
    "units": Screen("units", "/units", ADMINISTRATOR),
    "unit": Screen("unit", f"/units/{UNIT}", ADMINISTRATOR),
    "officers": Screen("officers", "/officers", ADMINISTRATOR),
    "officer": Screen("officer", f"/officers/one?subject={OFFICER}", ADMINISTRATOR),
    "imports": Screen("imports", "/imports", ADMINISTRATOR),
    "connections": Screen("connections", "/connections", ADMINISTRATOR),
}

NOT_PAGES = {
    "static", "htmx", "health", "map_library", "map_points", "start_sign_in", "finish_sign_in",
    "finish_connection", "counts", "news", "alerts", "original", "preview_picture", "tile",
}  # fmt: skip
"""What is got but not looked at by itself: files, fragments, redirects."""


def test_every_page_has_a_line_here(station: Station) -> None:
    got = {endpoint for endpoint, (method, _) in rules(station.page).items() if method == "GET"}
    assert got == NOT_PAGES | {screen.endpoint for screen in SCREENS.values()}


def test_no_page_is_heavier_than_150_kilobytes_without_its_media(station: Station) -> None:
    morning = morning_of(station)
    heavy = {}
    for name, screen in SCREENS.items():
        browser = station.browser(screen.subject)
        page = browser.get(_path(screen, morning))
        assert page.status_code == screen.status, name
        files = set(re.findall(r'(?:href|src)="(/assets/[^"]+)"', page.text))
        sizes = [len(browser.get(file, Accept_Encoding="gzip").data) for file in files]
        if (weight := len(page.data) + sum(sizes)) > MOST_BYTES:
            heavy[name] = weight
    assert heavy == {}


@pytest.mark.browser
@pytest.mark.timeout(400)
@needs_chromium
@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_page_is_pictured_whole_and_in_its_language(
    browser: Browser, project: Project, served_station: Station, scheme: Scheme
) -> None:
    morning = morning_of(served_station)
    known = _words_of(dump(project.firestore_client())) | SAME
    problems: list[str] = []
    for language in LANGUAGES:
        with Desk(browser, served_station, locale=language, color_scheme=scheme) as desk:
            page = desk.page
            for name, screen in SCREENS.items():
                # Else an address that differs in its fragment alone would be the same page again.
                desk.go("about:blank")
                desk.enter(screen.subject, language)
                desk.refusals = (screen.status,)
                page.set_viewport_size(SIZES["desktop"])
                desk.go(_path(screen, morning))
                page.wait_for_function(IS_STILL)
                screen.prepare(page)
                found = _pictured(page, screen, f"{name}-{language}-{scheme}")
                if screen.subject is not None:
                    found += _misspoken(page, language, known)
                problems += [f"{name}, {language}: {problem}" for problem in found]
    assert problems == [], "\n".join(problems)


def _pictured(page: Page, screen: Screen, name: str) -> list[str]:
    """Take the pictures; gives what lies wrong in them."""
    problems = []
    for size in screen.sizes:
        page.set_viewport_size(SIZES[size])
        page.evaluate("scrollTo(0, 0)")
        file = PICTURES / "screens" / f"{name}-{size}.jpg"
        page.screenshot(path=file, quality=85, full_page=True)
        problems += [f"{size}: {problem}" for problem in page.evaluate(LOOK)]
    return problems


def _misspoken(page: Page, language: str, known: set[str]) -> list[str]:
    """What is said in another language than the page's."""
    problems = []
    if page.locator("html").get_attribute("lang") != language:
        problems.append("says it is in another language")
    if language == "en":
        said = page.evaluate(READ)
        problems += [f"not translated: {words}" for words in said if not _is_of(known, words)]
    return problems


LOOK = """() => {
  const found = [];
  if (document.documentElement.scrollWidth > innerWidth) {
    const wide = [...document.querySelectorAll('body *')].filter((one) => {
      const box = one.getBoundingClientRect();
      return box.width && box.right > innerWidth + 1;
    });
    found.push(`scrolls sideways: ${wide[0]?.outerHTML.slice(0, 120)}`);
  }
  for (const one of document.querySelectorAll('button, .button, summary, select, .pill, .tag')) {
    if (!one.getClientRects().length || getComputedStyle(one).display === 'inline') continue;
    if (one.matches('.hidden, .hidden *')) continue;
    if (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1) {
      found.push(`clipped: ${one.outerHTML.slice(0, 120)}`);
    }
  }
  return found;
}"""
"""What is wrong with how a page lies in its window."""

READ = """() => {
  const found = new Set();
  const kinds = NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT;
  const walk = document.createTreeWalker(document.body, kinds);
  for (let node = walk.currentNode; node; node = walk.nextNode()) {
    const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    if (element.closest('script, style, .bubble, [lang="vi"]')) continue;
    if (node.nodeType === Node.TEXT_NODE) found.add(node.data.trim());
    else for (const name of ['title', 'aria-label', 'placeholder', 'alt']) {
      found.add(node.getAttribute(name) ?? '');
    }
  }
  return [...found];
}"""
"""All that a page says, but for what stands in the citizen's language: messages to them."""


def _path(screen: Screen, morning: Morning) -> str:
    return screen.path.format(
        full=morning.full.id, concluded=morning.concluded.id, told=morning.told.id
    )


def _words_of(stored: object) -> set[str]:
    """All that is said in the database: what a page shows of it is nobody's to translate."""
    if isinstance(stored, str):
        return {" ".join(stored.split())} if _is_vietnamese(stored) else set()
    if isinstance(stored, dict):
        stored = list(stored.values())
    if isinstance(stored, list | tuple):
        return {words for one in stored for words in _words_of(one)}
    return set()


def _is_of(known: set[str], words: str) -> bool:
    rest = " ".join(words.split())
    if any(rest.rstrip(".… ") in one for one in known):
        return True
    for one in sorted((one for one in known if one in rest), key=len, reverse=True):
        rest = rest.replace(one, "")
    return not _is_vietnamese(rest)


def _is_vietnamese(words: str) -> bool:
    letters = unicodedata.normalize("NFD", words)
    return "đ" in letters.lower() or any(unicodedata.combining(letter) for letter in letters)
