"""What holds for every text."""

import json
import sys
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.intake.reading import Reading, read
from functions.intake.reading.__main__ import plain
from functions.intake.reading.normal import normalise, strip
from functions.vietnam import VIETNAM
from tests.intake.reading.evaluation import MESSAGES

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=VIETNAM)
LABELLED = [
    json.loads(line)
    for split in ("tuning", "held_out", "strangers")
    for line in (MESSAGES / f"{split}.jsonl").read_text(encoding="utf-8").splitlines()
]
WORDS = st.sampled_from(sorted({word for line in LABELLED for word in line["text"].split()}))
SENTENCES = st.lists(WORDS, max_size=40).map(" ".join)
TEXTS = st.text(max_size=200) | SENTENCES | st.lists(st.text(max_size=6) | WORDS).map("".join)


def spans(reading: Reading) -> Iterator[tuple[int, int]]:
    findings: list[Any] = [*reading.violations, *reading.plates, *reading.phones]
    findings += [reading.moment, reading.place, reading.ongoing, reading.emergency]
    for finding in findings:
        if finding is not None:
            yield finding.span
            assert 0 <= finding.confidence <= 1


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_and_every_span_lies_inside_it(text: str) -> None:
    reading = read(text, NOW)
    assert 0 <= reading.confidence <= 1
    for start, end in spans(reading):
        assert 0 <= start < end <= len(text)


@given(SENTENCES)
@settings(max_examples=200, deadline=None)
def test_marks_typed_apart_read_the_same(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    apart = unicodedata.normalize("NFD", text)
    assert plain(read(apart, NOW)) == plain(read(composed, NOW))


@given(SENTENCES)
@settings(max_examples=200, deadline=None)
def test_a_quotation_is_what_stands_at_its_span(text: str) -> None:
    apart = unicodedata.normalize("NFD", text)
    reading = read(apart, NOW)
    if reading.place is not None:
        start, end = reading.place.span
        assert unicodedata.normalize("NFC", apart[start:end]) == reading.place.text


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_the_lists_of_words_run_in_parallel(text: str) -> None:
    normal = normalise(text)
    lists: list[list[Any]] = [normal.marked, normal.starts, normal.ends, normal.capitals]
    lists += [normal.sentences, normal.paused]
    assert {len(each) for each in lists} == {len(normal.words)}
    assert len(normal.text) == len(normal.plain) == len(normal.typed)


@pytest.mark.parametrize("line", LABELLED[::3], ids=lambda line: line["id"])
def test_plates_and_clock_times_need_no_diacritics(line: dict[str, Any]) -> None:
    sent_at = datetime.fromisoformat(line["sent_at"])
    marked = unicodedata.normalize("NFC", line["text"])
    bare = strip(marked.lower())
    with_marks, without = read(marked, sent_at), read(bare, sent_at)
    assert [plate.number for plate in without.plates] == [
        plate.number for plate in with_marks.plates
    ]
    if with_marks.moment and without.moment and with_marks.moment.precision == "minute":
        assert without.moment.start == with_marks.moment.start


LONG_TEXTS = {
    "digits": "1 ",
    "plates": "14A-123.45 ",
    "times": "7h30 ",
    "dates": "15/11/2026 ",
    "phones": "0912 345 678 ",
    "places": "ngã tư Loong Toòng, ",
    "questions": "có được không ạ, ",
    "marks": "a" + "\u0301\u0323" * 20,
    "spaces": "14A" + " " * 50,
    "sentences": "Xe tải vượt đèn đỏ, không đội mũ, đỗ trên vỉa hè. ",
    "dangers": "sợ cháy nhà không ai bị thương ",
    "kilometres": "km 12+",
    "capitals": "Ở Hạ Long ",
}


@pytest.mark.parametrize("name", LONG_TEXTS)
def test_a_text_of_100_kilobytes_is_read_in_linear_work(name: str) -> None:
    """Counts calls, not seconds: twice the text may cost little more than twice the work."""
    piece = LONG_TEXTS[name]
    long = piece * (100_000 // len(piece))
    half = long[: len(long) // 2]
    read(long[:1000], NOW)
    assert _work(long) <= 2.4 * _work(half) + 5_000


def _work(text: str) -> int:
    calls = 0

    def count(frame: Any, event: str, argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        read(text, NOW)
    finally:
        sys.setprofile(None)
    return calls
