"""By what a report is found: pure rules."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.reports.account import Account, Fact, Finding
from functions.reports.codes import code_from
from functions.reports.lifecycle import open_report, receive
from functions.reports.model import ItemKind, Report, TimelineItem
from functions.reports.terms import (
    MOST_ACTS,
    MOST_ASKED,
    MOST_FACTS,
    MOST_MESSAGES,
    MOST_OFFICER_WORDS,
    MOST_WORDS,
    RECEIVED,
    asked_terms,
    ended_terms,
    masked,
    standing_terms,
    told_terms,
    words_in,
)
from functions.vietnam import without_diacritics

NOW = datetime(2026, 11, 21, 5, tzinfo=UTC)
CODE = code_from(b"\x01\x02\x03\x04\x05")
INDEX_ENTRIES = 40_000
"""Of one document (Firestore, quotas); a field that is indexed takes two."""


def _report(**update: object) -> Report:
    opened = open_report(
        report_id="r1", code=CODE, unit_id="pc08", page_id="p1", citizen="c1", at=NOW
    )
    return opened.report.model_copy(update=update)


def _item(text: str, kind: ItemKind = ItemKind.TEXT) -> TimelineItem:
    return TimelineItem(id="i1", kind=kind, at=NOW, text=text)


def _told(*findings: tuple[Fact, str]) -> Account:
    return Account(
        findings=tuple(
            Finding(fact=fact, item_id=f"i{number}", at=NOW, value=value)
            for number, (fact, value) in enumerate(findings)
        )
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nguyễn Trãi", "nguyen trai"),
        ("ĐƯỜNG ĐÊ", "duong de"),
        ("hòa", "hoà"),
        ("Thuỷ", "thủy"),
    ],
)
def test_two_spellings_are_one_word(one: str, other: str) -> None:
    assert without_diacritics(one) == without_diacritics(other)


@pytest.mark.parametrize(
    "typed",
    ["14A-123.45", "14A 12345", "14a12345", "14A - 123 45", "  14a.123.45 ", "xe 14A-123.45"],
)
def test_a_plate_is_one_term_however_it_is_written(typed: str) -> None:
    assert "plate:14A12345" in asked_terms(typed)


@pytest.mark.parametrize("typed", ["29-B1 123.45", "29B112345", "29b1-12345"])
def test_a_motorcycles_plate_is_one_term_too(typed: str) -> None:
    assert asked_terms(typed) == ["plate:29B112345"]


def test_a_plate_with_the_letter_d_stroke_is_found_without_it() -> None:
    assert asked_terms("29MĐ1-123.45") == ["plate:29MD112345"] == asked_terms("29md1 12345")


def test_a_place_along_a_road_is_no_plate() -> None:
    assert asked_terms("quốc lộ 18 km 1234") == [
        "word:quoc", "word:lo", "word:18", "word:km", "word:1234",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "typed", ["0912345678", "+84 912 345 678", "84912345678", "0912.345.678", "0912-345-678"]
)
def test_a_telephone_number_is_one_term_however_it_is_written(typed: str) -> None:
    assert asked_terms(typed) == ["phone:912345678"]


def test_a_number_that_begins_like_a_country_code_keeps_its_digits() -> None:
    assert asked_terms("0841234567") == ["phone:841234567"] == asked_terms("+84841234567")


@pytest.mark.parametrize("typed", [CODE, CODE.lower().replace("-", ""), f"tìm {CODE}"])
def test_a_code_is_asked_for_alone(typed: str) -> None:
    assert asked_terms(typed) == ["code:" + CODE.replace("-", "")]


def test_words_of_one_letter_are_no_terms() -> None:
    assert words_in("ở A B xe") == ("word:xe",)


def test_a_word_is_asked_for_once_and_so_many_at_most() -> None:
    words = " ".join(f"tu{number}" for number in range(MOST_ASKED + 3))
    assert asked_terms("xe Xe XE") == ["word:xe"]
    assert len(asked_terms(words)) == MOST_ASKED


@given(st.text(max_size=300))
def test_whatever_is_typed_can_be_asked_for(typed: str) -> None:
    terms = asked_terms(typed)
    assert len(terms) <= MOST_ASKED
    assert all(kind in {"code", "plate", "phone", "word"} for kind, _, _ in _parts(terms))


def _parts(terms: object) -> list[tuple[str, str, str]]:
    return [str(term).partition(":") for term in terms]  # type: ignore[attr-defined]


@given(st.text(max_size=300))
def test_what_was_written_is_found_by_its_own_words(text: str) -> None:
    told = told_terms(_report(), [_item(text)])
    assert set(words_in(text)) <= told


@pytest.mark.parametrize("written", ["Xe 14A-123.45 vượt đèn đỏ", "xe 14a12345", "14A 123.45 nha"])
@pytest.mark.parametrize("typed", ["14A12345", "14a-123.45"])
def test_a_plate_in_words_is_found_in_any_spelling(written: str, typed: str) -> None:
    assert set(asked_terms(typed)) <= told_terms(_report(), [_item(written)])


def test_a_telephone_number_in_words_is_found_in_any_spelling() -> None:
    told = told_terms(_report(), [_item("gọi 0912 345 678 nhé")])
    assert set(asked_terms("+84912345678")) <= told


def test_a_report_is_found_by_where_it_stands() -> None:
    report = receive(_report(lineage=("cat", "pc08")), at=NOW, because="done").report
    terms = standing_terms(report)
    assert {"state:received", "track:violation", "source:zalo", "unit:cat", "unit:pc08"} <= terms
    assert RECEIVED in terms
    assert RECEIVED not in standing_terms(_report())


def test_an_accounts_plates_and_phones_are_terms_in_any_spelling() -> None:
    account = _told((Fact.SUBJECT, "14A-123.45"), (Fact.PHONE, "+84912345678"))
    terms = standing_terms(_report(account=account))
    assert {"plate:14A12345", "phone:912345678"} <= terms


def test_a_plates_digits_alone_find_it() -> None:
    terms = standing_terms(_report(account=_told((Fact.SUBJECT, "14A-123.45"))))
    assert set(asked_terms("12345")) <= terms


def test_what_changed_is_found_no_more_by_what_it_was() -> None:
    before = _report()
    after = receive(before, at=NOW, because="done").report
    assert ended_terms(before, after) == {"state:gathering"}


def test_a_plate_that_was_corrected_still_finds_the_report() -> None:
    before = _report(account=_told((Fact.SUBJECT, "14A-123.45")))
    assert ended_terms(before, _report()) == set()


def test_no_reporter_can_fill_a_document_up() -> None:
    words = [f"{number:x}zz" for number in range(MOST_WORDS * (MOST_MESSAGES + 50))]
    terms: set[str] = set()
    for message in range(MOST_MESSAGES + 50):
        text = " ".join(words[message * MOST_WORDS : (message + 1) * MOST_WORDS])
        terms |= told_terms(_report(messages=message + 1), [_item(text)])
    plates = [(Fact.SUBJECT, f"14A-{number:05d}") for number in range(1000)]
    terms |= standing_terms(_report(account=_told(*plates)))
    of_officers = MOST_ACTS * (MOST_OFFICER_WORDS + 2 * MOST_FACTS)
    assert 2 * (len(terms) + of_officers) < INDEX_ENTRIES


def test_an_officers_words_are_found_after_many_messages() -> None:
    report = _report(messages=MOST_MESSAGES + 1)
    assert told_terms(report, [_item("ghi chú", ItemKind.NOTE)]) == {"word:ghi", "word:chu"}
    assert told_terms(report, [_item("lời kể")]) == frozenset()


@pytest.mark.parametrize("text", ["gọi 0912345678 nhé", "gọi +84 912 345 678 nhé"])
def test_a_masked_text_shows_three_digits_of_a_number(text: str) -> None:
    assert masked(text) == "gọi •••••••678 nhé"


def test_masking_leaves_plates_and_dates() -> None:
    text = "Xe 14A-123.45 lúc 20:15 ngày 21/11/2026"
    assert masked(text) == text
