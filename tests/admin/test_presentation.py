"""Labels, dates and waiting times in Vietnamese; nothing that can be said is left unsaid."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import functions.admin
import functions.reports
from functions.admin import presentation
from functions.admin.desk import audit_words, details, tiles
from functions.evidence.model import FailureReason
from functions.followups.model import Kind, State
from functions.followups.sentences import catalogue
from functions.reports.account import Gap
from functions.reports.model import OutcomeCode, ReportState
from functions.reports.tracks import Source, Track

NOW = datetime(2026, 11, 21, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (presentation.STATES, ReportState),
        (presentation.OUTCOMES, OutcomeCode),
        (presentation.TRACKS, Track),
        (presentation.SOURCES, Source),
        (tiles.FAILURES, FailureReason),
        (details.GAPS, Gap),
        (details.SHORT_GAPS, Gap),
        (presentation.NOTICES, Kind),
        (presentation.NOTICE_STATES, State),
    ],
)
def test_everything_has_a_label(table: Mapping[object, object], values: Iterable[object]) -> None:
    assert set(table) == set(values)


def test_every_outcome_can_be_chosen_once() -> None:
    offered = [code for _, codes in presentation.OUTCOME_GROUPS for code in codes]
    assert sorted(offered) == sorted(OutcomeCode)


@pytest.mark.parametrize("code", OutcomeCode)
def test_every_outcome_has_a_sentence_for_the_citizen(code: OutcomeCode) -> None:
    told = {"crime_signs": "transferred", "forged_data": "transferred"}.get(code, code)
    assert f"outcome_{told}" in catalogue()


def test_every_act_of_the_record_has_a_label() -> None:
    record, page = (
        "".join(
            file.read_text(encoding="utf-8")
            for file in Path(str(one.__file__)).parent.rglob("*.py")
        )
        for one in (functions.reports, functions.admin)
    )
    acts = set(re.findall(r'act="([^"]+)"', record))
    doing = r"(?:acted|write_down|settle_proposal|_contact)"
    acts |= set(re.findall(doing + r'\(\s*(?:[\w.]+,\s*){1,2}"([^"]+)"', record + page))
    assert len(acts) > 20
    assert acts - audit_words.ACTS.keys() == set()


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=-5), "vừa xong"),
        (timedelta(seconds=59), "vừa xong"),
        (timedelta(seconds=60), "1 phút trước"),
        (timedelta(minutes=59, seconds=59), "59 phút trước"),
        (timedelta(hours=1), "1 giờ trước"),
        (timedelta(hours=23, minutes=59), "23 giờ trước"),
        (timedelta(days=1), "1 ngày trước"),
        (timedelta(days=45), "45 ngày trước"),
    ],
)
def test_how_long_ago(passed: timedelta, words: str) -> None:
    assert presentation.age(NOW - passed, NOW) == words


@pytest.mark.parametrize(
    ("left", "words", "level"),
    [
        (timedelta(days=12, hours=5), "Còn 12 ngày", "calm"),
        (timedelta(hours=8), "Còn 8 giờ", "calm"),
        (timedelta(hours=7, minutes=59), "Còn 7 giờ", "soon"),
        (timedelta(seconds=30), "Còn 0 phút", "soon"),
        (timedelta(0), "Đến hạn", "late"),
        (-timedelta(hours=3), "Quá hạn 3 giờ", "late"),
    ],
)
def test_how_near_a_deadline_is(left: timedelta, words: str, level: str) -> None:
    assert presentation.due(NOW + left, NOW) == presentation.Due(words, level)


def test_moments_are_vietnamese() -> None:
    late = datetime(2026, 11, 21, 17, 5, tzinfo=UTC)
    assert presentation.moment(late) == "00:05 ngày 22/11/2026"
    assert presentation.day(late) == "Chủ nhật, 22/11/2026"
    assert presentation.day(NOW) == "Thứ Bảy, 21/11/2026"


@pytest.mark.parametrize(
    ("latitude", "longitude", "words"),
    [
        (9.9347, 106.3453, "9,93470° Bắc, 106,34530° Đông"),
        (-6.2, -0.5, "6,20000° Nam, 0,50000° Tây"),
    ],
)
def test_a_place(latitude: float, longitude: float, words: str) -> None:
    assert presentation.place(latitude, longitude) == words


@pytest.mark.parametrize(("octets", "words"), [(0, "1 KB"), (1536, "2 KB"), (2_516_582, "2,4 MB")])
def test_a_size(octets: int, words: str) -> None:
    assert tiles.size(octets) == words


def test_when_the_reporter_will_be_told() -> None:
    assert presentation.telling(NOW, NOW) == "Sẽ báo người phản ánh ngay sau khi ghi."
    assert presentation.telling(NOW + timedelta(days=3), NOW) == (
        "Sẽ báo người phản ánh lúc 08:30 ngày 24/11/2026."
    )


def test_all_that_officers_read_is_composed_and_calm() -> None:
    folder = Path(functions.admin.__file__).parent
    for file in (*folder.rglob("*.html"), *folder.rglob("*.py"), *folder.rglob("*.js")):
        text = file.read_text(encoding="utf-8")
        assert text == unicodedata.normalize("NFC", text), file.name
        if file.suffix == ".html":
            assert "!" not in text.replace("<!doctype html>", "").replace("!=", ""), file.name


def _colours(scheme: str) -> dict[str, str]:
    """The stylesheet's colours: the light ones, the dark machine's, and the dark page's."""
    sheet = (Path(functions.admin.__file__).parent / "assets/admin.css").read_text()
    blocks = re.findall(r":root[^{]* \{([^}]*--ground[^}]*)\}", sheet)
    light, machine, page = (
        dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", block)) for block in blocks
    )
    assert machine == page
    return light | page if scheme == "dark" else light


def _luminance(colour: str) -> float:
    """WCAG 2.2's relative luminance."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("front", "back", "least"),
    [
        *(
            (ink, ground, 4.5)
            for ink in ("ink", "soft", "green")
            for ground in ("ground", "surface", "sunken", "hover", "green-tint", "amber-tint")
        ),
        ("amber", "amber-tint", 4.5),
        ("amber", "surface", 4.5),
        ("red", "red-tint", 4.5),
        ("red", "surface", 4.5),
        ("red", "sunken", 4.5),
        ("red", "hover", 4.5),
        ("red", "ground", 4.5),
        ("amber", "ground", 4.5),
        ("amber", "hover", 4.5),
        ("amber", "green-tint", 4.5),
        ("red", "green-tint", 4.5),
        ("surface", "red", 4.5),
        ("ink", "red-tint", 4.5),
        ("on-green", "green", 4.5),
        ("on-green", "green-deep", 4.5),
        ("edge", "surface", 3.0),
    ],
)
def test_colours_have_the_contrast_that_wcag_asks_for(
    scheme: str, front: str, back: str, least: float
) -> None:
    colours = _colours(scheme)
    light, dark = sorted((_luminance(colours[front]), _luminance(colours[back])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= least
