"""The catalogue: every sentence a citizen can receive keeps Zalo's limits and our manners."""

import re
import unicodedata
from datetime import UTC, datetime

import pytest

from functions.errors import Rejected
from functions.followups.sentences import Sentence, catalogue, fill, in_vietnam, sentence
from functions.intake.submissions import Act, act_of
from functions.zalo.messages import QueryButton, TextMessage

SENTENCES = pytest.mark.parametrize("one", catalogue().values(), ids=catalogue().keys())
LONGEST_VALUE = 500
"""Characters of the longest value: an officer's reason."""

_WORD = re.compile(r"\w+")
_INFORMAL = {"bạn", "anh", "chị", "mình", "cậu", "quý", "hi", "ok", "alo", "nhé", "nha", "ạ"}


@SENTENCES
def test_it_fits_into_one_message_with_its_buttons(one: Sentence) -> None:
    longest = dict.fromkeys(one.placeholders, "x" * 40) | {"them": "x" * LONGEST_VALUE}
    buttons = tuple(
        QueryButton(title=choice.title, payload=choice.payload) for choice in one.choices
    )

    TextMessage(text=fill(one.key, longest), buttons=buttons)


@SENTENCES
def test_its_letters_are_composed(one: Sentence) -> None:
    assert unicodedata.is_normalized("NFC", one.text)
    assert all(unicodedata.is_normalized("NFC", choice.title) for choice in one.choices)


@SENTENCES
def test_it_neither_exclaims_nor_links_nor_smiles(one: Sentence) -> None:
    text = " ".join([one.text, *(choice.title for choice in one.choices)])

    assert not re.search(r"!|https?:|www\.|\.vn\b|\.com\b", text)
    assert not [sign for sign in text if unicodedata.category(sign) in {"So", "Sk", "Cs"}]


@SENTENCES
def test_it_is_formal(one: Sentence) -> None:
    words = set(_WORD.findall(one.text.casefold()))

    assert not words & _INFORMAL
    assert re.findall(r"(?i)ông/bà", one.text) == re.findall(r"Ông/Bà", one.text)


@SENTENCES
def test_it_has_no_stray_space_or_bracket(one: Sentence) -> None:
    assert not re.search(r"  | \n|\n | [.,;:]", one.text)
    assert one.text == one.text.strip()
    assert one.text.count("{") == one.text.count("}") == len(re.findall(r"\{[a-z_]+\}", one.text))


@SENTENCES
def test_every_button_is_understood(one: Sentence) -> None:
    for choice in one.choices:
        assert act_of(choice.payload)[0] is not Act.TELL
        assert act_of(choice.title)[0] is act_of(choice.payload)[0]


def test_a_missing_value_is_named() -> None:
    with pytest.raises(Rejected, match="ma_phieu"):
        fill("status", {"ngay": "", "trang_thai": ""})


def test_an_unheard_of_sentence_is_refused() -> None:
    with pytest.raises(Rejected, match="unheard_of"):
        sentence("unheard_of")


def test_braces_in_a_value_are_only_text() -> None:
    values = {"ma_phieu": "{ngay}", "ngay": "21/11/2026", "trang_thai": "{ma_phieu}"}

    assert fill("status", values) == "Phản ánh {ngay} (gửi ngày 21/11/2026): {ma_phieu}."


def test_moments_are_told_in_vietnams_time() -> None:
    assert in_vietnam(datetime(2026, 11, 20, 18, 5, tzinfo=UTC)) == {
        "gio_phut": "01 giờ 05 phút",
        "ngay": "21/11/2026",
    }
