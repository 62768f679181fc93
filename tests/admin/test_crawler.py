"""Through every link: what is one unit's is nowhere for another, and looking changes nothing."""

from collections import deque
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest

from functions.units.roles import Role
from tests.admin.acting import do
from tests.admin.browsing import Browser
from tests.admin.routes import PLACES, SECRET, World, ask_for, dump, rules, visitor, world_of
from tests.admin.station import LEAD, OFFICER, OTHER_UNIT, ROOT, UNIT, UNIT_HEAD, Station

STARTS = ("/", "/search?q=vuot", "/map", "/map/points", "/register", "/logs", "/identity", "/texts")
MOST_PAGES = 400
ADDRESSES = {"href", "src", "action", "formaction", "hx-get", "hx-post", "data-draft-path"}
NOTE = "Ghi chú nội bộ chỉ đơn vị được đọc"


class _Addresses(HTMLParser):
    """The addresses in a page, each with the method by which it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._method = "GET"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._method = given.get("method", "get").upper()
        for name in ADDRESSES & given.keys():
            is_form = name in {"action", "formaction"}
            is_sent = name in {"hx-post", "data-draft-path"}
            method = self._method if is_form else "POST" if is_sent else "GET"
            self.found.append((method, given[name]))


def crawl(browser: Browser, *starts: str) -> tuple[dict[str, str], set[tuple[str, str]]]:
    """All pages that can be reached by looking, with their words; and all addresses in them."""
    waiting, pages, addresses = deque(starts), dict[str, str](), set[tuple[str, str]]()
    while waiting and len(pages) < MOST_PAGES:
        path = waiting.popleft()
        if path in pages or path.startswith("/assets/"):
            continue
        answer = browser.get(path)
        pages[path] = "" if answer.content_type.startswith("image/") else answer.text
        parser = _Addresses()
        if answer.content_type.startswith("text/html"):
            parser.feed(pages[path])
        if "Location" in answer.headers:
            parser.found.append(("GET", answer.headers["Location"]))
        for method, address in parser.found:
            parts = urlsplit(urljoin(path, address))._replace(fragment="")
            if parts.netloc:
                continue
            addresses.add((method, parts.geturl()))
            if method == "GET":
                waiting.append(parts.geturl())
    assert len(pages) < MOST_PAGES, "the crawl has no end"
    return pages, addresses


@pytest.fixture
def world(station: Station) -> World:
    """A report of UNIT on which somebody has worked."""
    world = world_of(station)
    do(station, world.report, "claim", OFFICER)
    do(station, world.report, "note", OFFICER, text=NOTE)
    do(station, world.report, "ask", OFFICER)
    do(station, world.report, "accept", LEAD)
    return world


def is_of(world: World, address: str) -> bool:
    """Whether that address is about the world's report."""
    ids = (world.report.id, world.evidence.id, world.alert.id, world.opening)
    return any(one in address for one in ids)


def test_the_crawl_reaches_what_a_report_has(world: World) -> None:
    pages, addresses = crawl(world.station.browser(UNIT_HEAD), *STARTS)
    report, evidence = f"/reports/{world.report.id}", f"evidence/{world.evidence.id}"
    about = {(method, urlsplit(one).path) for method, one in addresses if is_of(world, one)}
    assert about >= {
        ("GET", report),
        ("GET", f"{report}/news"),
        ("GET", f"{report}/identity"),
        ("GET", f"{report}/{evidence}/preview"),
        ("POST", f"{report}/{evidence}/open"),
        ("POST", f"{report}/note"),
        ("GET", f"/logs{report}"),
    }
    for told in (NOTE, SECRET):
        assert any(told in words for words in pages.values())


def test_no_address_of_one_units_report_answers_another_unit(world: World) -> None:
    _, addresses = crawl(world.station.browser(UNIT_HEAD), *STARTS)
    theirs = sorted(one for one in addresses if is_of(world, one[1]))
    assert len(theirs) > 20
    for role in Role:
        browser = world.station.browser(visitor(role, OTHER_UNIT))
        for method, address in theirs:
            assert ask_for(browser, method, address).status_code == 404, (role, address)
            if method == "GET":
                assert browser.fragment(address).status_code == 404, (role, address)


def test_no_page_of_one_unit_tells_another_of_the_report(world: World) -> None:
    """Lists, counts, maps, books and logs, asked by the very addresses of the other unit."""
    _, addresses = crawl(world.station.browser(UNIT_HEAD), *STARTS)
    for role in Role:
        browser = world.station.browser(visitor(role, OTHER_UNIT))
        for method, address in sorted(addresses):
            if method == "GET" and not is_of(world, address) and "/assets/" not in address:
                assert_silent(world, browser.get(address).text, address)


@pytest.mark.parametrize("role", Role)
def test_no_page_of_another_unit_tells_of_the_report(world: World, role: Role) -> None:
    pages, addresses = crawl(world.station.browser(visitor(role, OTHER_UNIT)), *STARTS)
    for path, words in pages.items():
        assert_silent(world, words, path)
    assert not any(is_of(world, address) for _, address in addresses)


def assert_silent(world: World, words: str, path: str) -> None:
    """Nothing of the report stands there but what was asked with."""
    for told in (SECRET, NOTE, world.report.code, world.report.id, world.report.citizen):
        assert told not in words or told in path, path


@pytest.mark.parametrize("query", ["{code}", "vuot", "chi don vi duoc doc", "51F"])
def test_searching_finds_nothing_of_another_unit(world: World, query: str) -> None:
    browser = world.station.browser(visitor(Role.UNIT_HEAD, OTHER_UNIT))
    answer = browser.client.get(
        "/search",
        query_string={"q": query.format(code=world.report.code)},
        base_url=browser.address,
    )
    assert world.report.id not in answer.text
    assert SECRET not in answer.text


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.PROVINCE_SUPERVISOR, Role.UNIT_HEAD])
def test_what_only_officers_working_it_need_is_seen_by_those_above(
    world: World, role: Role
) -> None:
    """The crawl is not blind: from above the same report is there."""
    pages, _ = crawl(world.station.browser(visitor(role, ROOT)), "/")
    assert any(SECRET in words for words in pages.values())


def test_looking_at_everything_changes_nothing(world: World) -> None:
    client = world.station.database._client
    before = dump(client)
    assert f"reports/{world.report.id}" in before
    for unit_id in (UNIT, OTHER_UNIT):
        for role in Role:
            browser = world.station.browser(visitor(role, unit_id))
            for method, rule in rules(world.station.page).values():
                if method == "GET":
                    browser.get(world.path(rule))
                    browser.fragment(world.path(rule))
    assert dump(client) == before


def test_following_every_link_changes_nothing(world: World) -> None:
    client = world.station.database._client
    before = dump(client)
    for unit_id in PLACES.values():
        crawl(world.station.browser(visitor(Role.UNIT_HEAD, unit_id)), *STARTS)
    assert dump(client) == before
