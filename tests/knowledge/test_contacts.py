"""Emergency numbers are told alike everywhere, and a unit's contacts as the unit published them."""

import re

import pytest

from functions.followups.links import foreign_links
from functions.followups.sentences import LANGUAGES, Language, catalogue, choices
from functions.knowledge.contacts import Contact, answer, emergency_line, emergency_numbers
from functions.knowledge.entries import entries
from functions.knowledge.procedures import answer_for
from functions.zalo.messages import QueryButton, TextMessage

IN_BOTH = pytest.mark.parametrize("language", LANGUAGES)
UNIT = "Phòng Cảnh sát giao thông"
_SHORT_NUMBER = re.compile(r"(?<![\d/.,])1\d\d(?![\d/.,]\d|\d)")


def test_the_numbers_are_those_of_the_country() -> None:
    assert [one.number for one in emergency_numbers()] == ["113", "114", "115", "111", "112"]


@IN_BOTH
def test_no_text_names_a_number_that_the_list_does_not_hold(language: Language) -> None:
    texts = [one.text for one in catalogue(language).values()]
    texts += [answer_for(one.slug, language).text for one in entries().procedures]
    named = {number for text in texts for number in _SHORT_NUMBER.findall(text)}
    # The warning sign stands at least 150 metres behind the vehicle.
    named.discard("150")

    assert {"113", "114", "115", "111"} <= named <= {one.number for one in emergency_numbers()}


@IN_BOTH
def test_each_number_is_told_with_its_purpose(language: Language) -> None:
    line = emergency_line(language)

    assert [
        one.number
        for one in emergency_numbers()
        if f"{one.number} ({one.purpose.in_language(language)})" not in line
    ] == []


@IN_BOTH
def test_published_contacts_are_told_as_they_came(language: Language) -> None:
    told = answer(
        UNIT, [Contact("Trực ban", "số máy đã công bố"), Contact("Trụ sở", "số 1")], language
    )

    assert f"{UNIT}\n- Trực ban: số máy đã công bố\n- Trụ sở: số 1\n" in told.text
    assert told.text.endswith(emergency_line(language))


@IN_BOTH
def test_without_contacts_one_is_asked_to_write_or_come(language: Language) -> None:
    told = answer(UNIT, language=language)

    assert UNIT in told.text
    assert "- " not in told.text


@IN_BOTH
def test_the_answer_fits_into_one_message_and_links_nowhere(language: Language) -> None:
    told = answer(UNIT, [Contact("Đường dây nóng", "x" * 60)] * 15, language)
    buttons = tuple(QueryButton(title=each.title, payload=each.payload) for each in told.choices)

    TextMessage(text=told.text, buttons=buttons)
    assert foreign_links(told.text) == ()
    assert told.choices == choices("contacts", {"danh_sach": "", "duong_day": ""}, language)
