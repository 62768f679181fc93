"""Whatever an officer can read is said in both languages."""

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

import functions
from functions.admin.language import LANGUAGES
from functions.units.roles import Role
from infra.translations import VIETNAMESE, literals
from tests.admin.routes import World, rules, visitor, world_of
from tests.admin.station import ROOT, UNIT, Station

HOUSE = Path(str(functions.__file__)).parent
PAGES = HOUSE / "admin"
MAPPING = HOUSE.parent / "infra/translations.cfg"
CATALOGUE = PAGES / "translations/en.po"
BRAND = "Tin Báo"
CALLS = {"_", "gettext", "ngettext"}
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}|</?\w+[^>]*>")
FILED = {"entering.py"}
"""Here Vietnamese is put together that goes into the record, whoever writes it."""
READERS = (
    (Role.ADMINISTRATOR, ROOT),
    (Role.UNIT_HEAD, UNIT),
    (Role.DUTY_OFFICER, UNIT),
    (Role.INSPECTORATE, ROOT),
)


@cache
def catalogue() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en")


@cache
def listed() -> set[str]:
    """The sentences in the sources, found as `make translations` finds them."""
    with MAPPING.open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    keywords = DEFAULT_KEYWORDS | parse_keywords(["marked", "ngettext:1,2"])
    found = extract_from_dir(HOUSE, methods, options, keywords=keywords)
    return {told if isinstance(told, str) else told[0] for _, _, told, _, _ in found}


def messages() -> Iterator[Message]:
    return (message for message in catalogue() if message.id)


def forms_of(words: str | Iterable[str] | None) -> tuple[str, ...]:
    """One form, or those of one and of several."""
    return (words or "",) if isinstance(words, str | None) else tuple(words)


def test_the_catalogue_holds_what_the_sources_say_and_nothing_else() -> None:
    """If not: `make translations`, then translate what is new."""
    written = {forms_of(message.id)[0] for message in messages()}
    assert (listed() - written, written - listed()) == (set(), set())


def test_every_sentence_has_its_english() -> None:
    bare = [one.id for one in messages() if not all(forms_of(one.string)) or one.fuzzy]
    assert bare == []


def test_the_english_fills_the_same_places() -> None:
    different = [
        (one.id, one.string)
        for one in messages()
        for told, english in zip(forms_of(one.id), forms_of(one.string), strict=True)
        if sorted(PLACEHOLDER.findall(told)) != sorted(PLACEHOLDER.findall(english))
    ]
    assert different == []


@pytest.mark.parametrize("path", sorted(PAGES.glob("templates/*.html")), ids=lambda path: path.name)
def test_a_template_says_nothing_that_cannot_be_translated(path: Path) -> None:
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    page = environment.parse(path.read_text(encoding="utf-8"))
    called = {
        id(argument)
        for call in page.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in CALLS
        for argument in call.args
    }
    said = [one.data for one in page.find_all(nodes.TemplateData)]
    said += [
        one.value
        for one in page.find_all(nodes.Const)
        if isinstance(one.value, str) and id(one) not in called
    ]
    assert [one for one in said if VIETNAMESE.search(one.replace(BRAND, ""))] == []


@pytest.mark.parametrize("path", sorted(PAGES.glob("*.py")), ids=lambda path: path.name)
def test_a_view_says_nothing_that_cannot_be_translated(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    said = {sentence for _, sentence in literals(source)} - set(LANGUAGES.values())
    plurals = {form for one in messages() for form in forms_of(one.id)}
    assert said - plurals == set()
    assert path.name in FILED or _pieces(source) == []


def _pieces(source: str) -> list[str]:
    """The Vietnamese in f-strings: a sentence with its values in it is in no catalogue."""
    return [
        piece.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.JoinedStr)
        for piece in node.values
        if isinstance(piece, ast.Constant) and isinstance(piece.value, str)
        if VIETNAMESE.search(piece.value)
    ]


@pytest.mark.parametrize("path", sorted(PAGES.glob("assets/*.js")), ids=lambda path: path.name)
def test_a_script_takes_its_sentences_from_the_page(path: Path) -> None:
    quoted = re.findall(r"\"[^\"\n]*\"|'[^'\n]*'|`[^`]*`", path.read_text(encoding="utf-8"))
    assert [one for one in quoted if VIETNAMESE.search(one)] == []


class _Words(HTMLParser):
    """The texts of a page, and those attributes that people read or hear."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.languages: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.languages.append(given.get("lang"))
        for name in ("aria-label", "title", "placeholder", "alt", "data-title"):
            self.found.add(" ".join((given.get(name) or "").split()))

    def handle_data(self, data: str) -> None:
        self.found.add(" ".join(data.split()))


@pytest.fixture
def world(station: Station) -> World:
    return world_of(station)


def words_of(page: str) -> _Words:
    parser = _Words()
    parser.feed(page)
    return parser


@pytest.mark.parametrize(("role", "unit_id"), READERS)
def test_an_english_page_says_no_sentence_in_vietnamese(
    world: World, role: Role, unit_id: str
) -> None:
    browser = world.station.browser(visitor(role, unit_id))
    assert browser.post("/language", {"language": "en", "path": "/"}).status_code == 303
    vietnamese = {
        form
        for one in messages()
        for form in forms_of(one.id)
        if VIETNAMESE.search(form) and form not in forms_of(one.string)
    }
    seen = 0
    for method, rule in rules(world.station.page).values():
        if method != "GET" or rule.startswith(("/assets", "/sign")):
            continue
        answer = browser.get(world.path(rule))
        if not answer.content_type.startswith("text/html"):
            continue
        words = words_of(answer.text)
        seen += answer.status_code == 200
        assert words.found & vietnamese == set(), rule
        assert set(words.languages) <= {"en"}, rule
    assert seen > 5


def test_dates_and_numbers_are_those_of_the_language(world: World) -> None:
    browser = world.station.browser()
    address = f"/reports/{world.report.id}"
    told = browser.get(address).text
    assert re.search(r"\d\d:\d\d ngày \d\d/\d\d/\d{4}", told)
    assert "9,93470° Bắc" in told
    browser.post("/language", {"language": "en", "path": "/"})
    english = browser.get(address).text
    assert re.search(r"\d{1,2} [A-Z][a-z]{2} \d{4}, \d\d:\d\d", english)
    assert "9.93470° North" in english


def test_a_sentence_is_text_and_never_markup(station: Station) -> None:
    """`_()` is also given what comes from elsewhere, such as a sentence kept with a record."""
    with station.page.test_request_context("/"):
        shown = station.page.jinja_env.from_string("{{ _(words) }}").render(words="<b>50% %s</b>")
    assert shown == "&lt;b&gt;50% %s&lt;/b&gt;"
