"""Whatever a citizen, an officer or a file name says, it is shown as words and nothing else.

Two stations are filled alike: one with tame words, one with the corpus in tests/fixtures/xss.txt.
Their pages must have the same elements with the same attributes, and the corpus must be readable.
"""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

import functions.admin
from functions.reports.model import Report
from tests.admin.acting import fields_of
from tests.admin.hostile import TAME, Skeleton, chunks, fill, payloads
from tests.admin.issuer import Issuer
from tests.admin.station import AUDITOR, INVESTIGATOR, LEAD, UNIT_HEAD, Station
from tests.emulators import MovableClock, new_project

LISTS = (
    (LEAD, ["/", "/?order=newest", "/?queue=accepted", "/counts", "/saved", "/texts", "/enter"]),
    (LEAD, ["/register", "/search", "/map", "/permissions", "/identity"]),
    (INVESTIGATOR, ["/identity"]),
    (UNIT_HEAD, ["/identity", "/alerts", "/logs"]),
    (AUDITOR, ["/logs", "/register"]),
)
SEARCHED = (
    TAME,
    "a",
    "? !",
    " ".join("abcdefghijkl"),
    "mot hai ba bon nam sau bay tam chin muoi",
    "51F-123.45",
)
"""Searches of every kind: with words, without, with too many."""
Fill = tuple[Station, list[Report]]


@pytest.fixture
def both(
    firestore_host: str, storage_folder: Path, issuer: Issuer, compiled: Path
) -> tuple[Fill, Fill]:
    """The same station twice: with tame words, and with hostile ones."""

    def filled(groups: list[list[str]]) -> Fill:
        project = new_project(firestore_host, storage_folder)
        station = Station(project, MovableClock(), issuer, compiled)
        return station, fill(station, groups)

    return filled([[TAME] * len(group) for group in chunks()]), filled(chunks())


def compare(both: tuple[Fill, Fill], who: str, paths: Iterable[str]) -> str:
    """That these pages have the same shape in both; gives the words of the hostile ones."""
    words = []
    browsers = [station.browser(who) for station, _ in both]
    for path in paths:
        answers = [browser.get(path) for browser in browsers]
        assert [answer.status_code for answer in answers] == [200, 200], path
        tame, hostile = (Skeleton(answer.text) for answer in answers)
        assert hostile.bones == tame.bones, path
        assert hostile.harm == [], path
        words.append(hostile.words)
    return "".join(words)


def plain(words: str) -> str:
    """Words without regard to the spaces between them."""
    return re.sub(r"\s+", " ", words)


def test_the_corpus_is_large_enough_and_says_nothing_twice() -> None:
    assert len(set(payloads())) == len(payloads()) >= 200


def test_every_page_shows_what_was_sent_and_written_as_words(both: tuple[Fill, Fill]) -> None:
    ids = [report.id for report in both[1][1]]
    said = plain(compare(both, LEAD, [f"/reports/{one}" for one in ids]))
    assert [payload for payload in payloads() if plain(payload) not in said] == []
    compare(both, UNIT_HEAD, [f"/reports/{one}/identity" for one in ids])
    compare(both, UNIT_HEAD, [f"/logs/reports/{one}" for one in ids])
    for who, paths in LISTS:
        compare(both, who, paths)
    points = both[1][0].browser(LEAD).get("/map/points")
    assert points.content_type == "application/json"
    assert points.headers["X-Content-Type-Options"] == "nosniff"


def words_of(group: list[str]) -> str:
    """A group as one text, longer than any field takes."""
    return " ".join(group)[:400] + "x" * 5000


TYPED: dict[str, Callable[[Station, Report, str], tuple[str, dict[str, str]]]] = {
    "a reason to know an identity": lambda station, report, words: (
        f"/reports/{report.id}/identity/ask",
        {"reason": words, "operation": "0" * 32},
    ),
    "a note": lambda station, report, words: (
        f"/reports/{report.id}/note",
        fields_of(station, report, "note", text=words),
    ),
    "a question": lambda station, report, words: (
        f"/reports/{report.id}/ask",
        fields_of(station, report, "ask", text=words),
    ),
    "an outcome": lambda station, report, words: (
        f"/reports/{report.id}/outcomes",
        fields_of(station, report, "record", reason=words, note=words, delay_days=words),
    ),
    "a transfer": lambda station, report, words: (
        f"/reports/{report.id}/offer",
        fields_of(station, report, "offer", unit="cax-an-hoa", reason=words),
    ),
    "a date": lambda station, report, words: (
        f"/reports/{report.id}/extend",
        fields_of(station, report, "extend", until=words, reason=words),
    ),
    "a code": lambda station, report, words: (
        f"/reports/{report.id}/link",
        fields_of(station, report, "link", code=words),
    ),
    "a canned text": lambda station, report, words: (
        "/texts",
        {"unit": "pc08", "title": words, "text": words, "operation": "0" * 32},
    ),
    "the name of a saved view": lambda station, report, words: (
        "/saved",
        {"view_name": words, "unit": "pc08", "queue": "new"},
    ),
    "what somebody telephoned": lambda station, report, words: (
        "/enter",
        {
            "unit": "pc08", "source": "phone", "track": "order", "what": words, "when": words,
            "where": words, "plates": words, "contact_name": words, "contact_phone": words,
            "contact_address": words, "operation": "0" * 32,
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", TYPED)
def test_what_was_typed_wrongly_comes_back_as_words(station: Station, kind: str) -> None:
    report = station.report("Xe tải")
    browser = station.browser(LEAD)

    def shape(words: str) -> Skeleton:
        path, fields = TYPED[kind](station, report, words)
        answer = browser.post(path, fields)
        assert answer.status_code == 422, kind
        return Skeleton(answer.text)

    tame = shape(words_of([TAME]))
    for group in chunks():
        hostile = shape(words_of(group))
        assert hostile.bones == tame.bones, group
        assert hostile.harm == [], group


def test_what_was_not_carried_out_comes_back_as_words(station: Station) -> None:
    """Somebody was faster: the form is shown again with all that was typed."""
    report = station.report("Xe tải")
    browser = station.browser(LEAD)

    def shape(words: str) -> Skeleton:
        fields = fields_of(station, report, "note", text=words, version="99")
        answer = browser.post(f"/reports/{report.id}/note", fields)
        assert answer.status_code == 409
        return Skeleton(answer.text)

    tame = shape(TAME)
    for group in chunks():
        hostile = shape(" ".join(group))
        assert hostile.bones == tame.bones, group
        assert hostile.harm == [], group


@pytest.mark.parametrize("path", ["outcomes/preview", "words/preview?kind=reply"])
def test_a_preview_shows_words(station: Station, path: str) -> None:
    report = station.report("Xe tải")
    browser = station.browser(LEAD)

    def shape(words: str) -> Skeleton:
        typed = (
            fields_of(station, report, "record", reason=words)
            if path.startswith("outcomes")
            else fields_of(station, report, "reply", text=words)
        )
        answer = browser.post(f"/reports/{report.id}/{path}", typed)
        assert answer.status_code == 200
        return Skeleton(answer.text)

    tame = {tuple(shape(TAME).bones), tuple(shape("chỗ trống [...]").bones)}
    for group in chunks():
        hostile = shape(" ".join(group))
        assert tuple(hostile.bones) in tame, group
        assert hostile.harm == [], group


def test_a_search_comes_back_as_words(station: Station) -> None:
    browser = station.browser(LEAD)

    def shape(words: str) -> Skeleton:
        answer = browser.client.get(
            "/search", query_string={"q": words}, base_url=browser.address, buffered=True
        )
        assert answer.status_code == 200
        return Skeleton(answer.text)

    tame = {tuple(shape(words).bones) for words in SEARCHED}
    for payload in payloads():
        hostile = shape(payload)
        assert hostile.harm == [], payload
        assert tuple(hostile.bones) in tame, payload


@pytest.mark.parametrize("parameter", ["unit", "queue", "order", "after", "done", "of", "seen"])
def test_an_address_that_somebody_made_up_puts_nothing_into_a_page(
    station: Station, parameter: str
) -> None:
    report = station.report("Xe tải")
    browser = station.browser(LEAD)
    for path in ("/", f"/reports/{report.id}", "/register", "/map", "/logs", "/sign-in"):
        for group in chunks()[::4]:
            answer = browser.client.get(
                path,
                query_string={parameter: " ".join(group)},
                base_url=browser.address,
                buffered=True,
            )
            assert answer.status_code < 500, (path, group)
            skeleton = Skeleton(answer.text)
            assert skeleton.harm == [], (path, group)
            assert "alert(1)" not in str(skeleton.bones), (path, group)


def test_no_template_trusts_words_or_runs_them() -> None:
    folder = Path(functions.admin.__file__).parent / "templates"
    for template in folder.glob("*.html"):
        text = template.read_text(encoding="utf-8")
        for forbidden in ("|safe", "| safe", "autoescape", "Markup", " style=", "onclick", "hx-on"):
            assert forbidden not in text, (template.name, forbidden)
        assert "<script>" not in text, template.name


def test_no_view_trusts_words() -> None:
    folder = Path(functions.admin.__file__).parent
    for module in folder.glob("*.py"):
        text = module.read_text(encoding="utf-8")
        assert "Markup" not in text, module.name
        assert "render_template_string" not in text, module.name


def test_no_script_makes_markup_of_words() -> None:
    folder = Path(functions.admin.__file__).parent / "assets"
    for script in folder.glob("*.js"):
        text = script.read_text(encoding="utf-8")
        for forbidden in ("innerHTML", "outerHTML =", "insertAdjacentHTML", "document.write"):
            assert forbidden not in text, (script.name, forbidden)
        assert not re.search(r"\beval\(|new Function", text), script.name
