"""The catalogues: every sentence a citizen can receive keeps Zalo's limits and our manners."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from functions.errors import Rejected
from functions.followups.sentences import (
    LANGUAGES,
    Choice,
    Language,
    Sentence,
    catalogue,
    choices,
    fill,
    in_vietnam,
    sentence,
)
from functions.intake.submissions import Act, act_of
from functions.zalo.limits import REQUEST_SUBTITLE, REQUEST_TITLE
from functions.zalo.messages import QueryButton, TextMessage

CODE = "7K3F-9Q2D-X"
WIDTHS = {
    "them": 500,
    "noi_dung": 1_500,
    "danh_sach": 800,
    "tom_tat": 800,
    "da_co": 300,
    "con_thieu": 200,
    "cau_hoi": 400,
    "ten_don_vi": 120,
    "don_vi_khac": 120,
    "duong_day": 200,
    "trang_thai": 100,
}
"""Characters of the longest value of each placeholder; 40 of the others."""

_WORD = re.compile(r"\w+")
_NAMED = re.compile(r"\{[a-z_]+\}")
_INFORMAL = {"bạn", "anh", "chị", "mình", "cậu", "quý", "hi", "ok", "alo", "nhé", "nha", "ạ"}
_STRIPPED = {"khong", "duoc", "phieu", "cua", "hoac", "viec", "nguoi", "thong", "dien"}
_MONEY = re.compile(r"OTP|chuyển tiền|nộp phạt|nộp tiền|khoản tiền|mã QR|transfer|to pay\b|QR code")
_REFUSED = re.compile(r"không|giả mạo|Nếu đã|never|nothing|do not|not transfer|If you have|fraud")


IN_BOTH = pytest.mark.parametrize("language", LANGUAGES)


def longest(one: Sentence) -> dict[str, str]:
    """A value of the greatest width for each of its placeholders."""
    values = {name: "x" * WIDTHS.get(name, 40) for name in one.placeholders}
    return values | ({"ma_phieu": CODE} if "ma_phieu" in values else {})


def _all_choices(language: Language) -> list[Choice]:
    return [
        choice
        for one in catalogue(language).values()
        for choice in choices(one.key, longest(one), language)
    ]


def _all_texts(language: Language) -> list[str]:
    return [
        *(one.text for one in catalogue(language).values()),
        *(choice.title for choice in _all_choices(language)),
    ]


def test_both_catalogues_say_the_same_things() -> None:
    def shape(language: Language) -> list[object]:
        return [
            (one.key, one.purpose, one.placeholders, [choice.payload for choice in one.choices])
            for one in catalogue(language).values()
        ]

    assert shape("en") == shape("vi")


@IN_BOTH
@pytest.mark.parametrize("key", sorted(catalogue()))
def test_it_fits_into_one_message_with_its_buttons(key: str, language: Language) -> None:
    one = sentence(key, language)
    values = longest(one)
    buttons = tuple(
        QueryButton(title=choice.title, payload=choice.payload)
        for choice in choices(key, values, language)
    )

    TextMessage(text=fill(key, values, language), buttons=buttons)


@IN_BOTH
def test_a_sentence_can_be_read_on_a_small_screen(language: Language) -> None:
    long = {one.key for one in catalogue(language).values() if len(one.text) > 700}
    wide = {choice.title for choice in _all_choices(language) if len(choice.title) > 25}

    assert (long - {"data_notice"}, wide) == (set(), set())
    assert len(sentence("data_notice", language).text) <= 1_000


@IN_BOTH
def test_letters_are_composed(language: Language) -> None:
    assert [
        text for text in _all_texts(language) if not unicodedata.is_normalized("NFC", text)
    ] == []


@IN_BOTH
def test_nothing_exclaims_or_smiles(language: Language) -> None:
    signs = set("".join(_all_texts(language)))

    assert "!" not in signs
    assert not {sign for sign in signs if unicodedata.category(sign) in {"So", "Sk", "Cs"}}


def test_citizens_are_addressed_formally() -> None:
    text = "\n".join(_all_texts("vi"))

    assert not set(_WORD.findall(text.replace("tiếng Anh", "").casefold())) & _INFORMAL
    assert set(re.findall(r"(?i)ông/bà", text)) == {"Ông/Bà"}


def test_vietnamese_has_lost_no_marks() -> None:
    bare = []
    for text in _all_texts("vi"):
        letters = [sign for sign in _NAMED.sub("", text) if sign.isalpha()]
        marked = [sign for sign in letters if not sign.isascii()]
        if len(letters) > 20 and len(marked) < len(letters) / 6:
            bare.append(text)
    words = set(_WORD.findall(" ".join(_all_texts("vi")).casefold()))

    assert bare == []
    assert not words & _STRIPPED


def test_vietnamese_is_spelled_one_way() -> None:
    # The mark stands where most officials put it: "xóa", "hủy", not "xoá", "huỷ".
    assert re.findall(r"\w*(?:o[àáảãạ]|(?<!q)u[ỳýỷỹỵ])\b", " ".join(_all_texts("vi"))) == []


@IN_BOTH
def test_no_text_has_a_stray_space_or_bracket(language: Language) -> None:
    assert [
        text
        for text in _all_texts(language)
        if re.search(r"  | \n|\n | [.,;:]", text)
        or text != text.strip()
        or not text.count("{") == text.count("}") == len(_NAMED.findall(text))
    ] == []


@IN_BOTH
def test_every_button_is_understood(language: Language) -> None:
    assert [
        choice
        for choice in _all_choices(language)
        if act_of(choice.payload).act is Act.TELL
        or act_of(choice.title).act not in {act_of(choice.payload).act, Act.TELL}
    ] == []


@IN_BOTH
def test_a_button_about_a_report_carries_its_code(language: Language) -> None:
    about = {choice.payload for choice in _all_choices(language) if CODE in choice.payload}

    assert about
    assert {act_of(payload).code for payload in about} == {CODE}


@IN_BOTH
def test_nobody_is_asked_for_money_or_codes(language: Language) -> None:
    lines = [line for text in _all_texts(language) for line in text.split("\n")]
    about_money = [line for line in lines if _MONEY.search(line)]

    assert about_money
    assert [line for line in about_money if not _REFUSED.search(line)] == []


@IN_BOTH
@pytest.mark.parametrize("key", [key for key in catalogue() if key.startswith("outcome_")])
def test_an_outcome_cannot_be_taken_for_a_fine(key: str, language: Language) -> None:
    told = sentence(key, language)
    first, *_, last = told.text.split("\n")

    assert (
        first
        == {
            "vi": "Kết quả phản ánh {ma_phieu}:",
            "en": "Result of report {ma_phieu}:",
        }[language]
    )
    assert "{so_thong_bao}" in last
    assert not re.search(r"\d|đồng|VND|mức phạt|biển số|plate", told.text)


@IN_BOTH
@pytest.mark.parametrize("key", [key for key in catalogue() if re.match("urgent", key)])
def test_an_emergency_sentence_cannot_fail_and_begins_with_the_number(
    key: str, language: Language
) -> None:
    urgent = sentence(key, language)

    assert urgent.placeholders == frozenset()
    assert re.search(r"\b11[1345]\b", urgent.text.split("\n")[0])
    assert urgent.choices == ()


@IN_BOTH
def test_the_request_for_contact_details_fits_zalos_form(language: Language) -> None:
    assert len(fill("share_identity", {}, language)) <= REQUEST_SUBTITLE
    assert len(fill("button_share_identity", {}, language)) <= REQUEST_TITLE


@pytest.mark.parametrize("key", [key for key in catalogue() if key.startswith("button_")])
def test_a_button_by_itself_is_one_button(key: str) -> None:
    assert [choice.title for choice in sentence(key).choices] == [sentence(key).text]


@pytest.mark.parametrize(
    ("typed", "act"), [(f"TC {CODE}", Act.LOOK_UP), (f"RUT {CODE}", Act.WITHDRAW_REPORT)]
)
def test_what_sentences_tell_people_to_type_is_understood(typed: str, act: Act) -> None:
    word = typed.split()[0]
    telling = [one for one in catalogue().values() if re.search(rf"\b{word}\b", one.text)]

    assert telling
    assert (act_of(typed).act, act_of(typed).code) == (act, CODE)


def test_a_missing_value_is_named() -> None:
    with pytest.raises(Rejected, match="ma_phieu"):
        fill("status", {"ngay": "", "trang_thai": ""})


def test_a_value_that_only_a_button_needs_is_missed_too() -> None:
    with pytest.raises(Rejected, match="ma_phieu"):
        fill("button_supplement", {})


def test_a_value_that_no_sentence_knows_is_refused() -> None:
    with pytest.raises(Rejected, match="ten_donvi"):
        fill("thanks", {"ten_don_vi": "", "ten_donvi": ""})


def test_a_value_that_only_other_sentences_need_is_left_aside() -> None:
    assert fill("part_time", {"ngay": "21/11/2026"}) == "thời gian"


@IN_BOTH
def test_an_unheard_of_sentence_is_refused(language: Language) -> None:
    with pytest.raises(Rejected, match="unheard_of"):
        sentence("unheard_of", language)


def test_braces_in_a_value_are_only_text() -> None:
    values = {"ma_phieu": "{ngay}", "ngay": "21/11/2026", "trang_thai": "{ma_phieu}"}

    assert fill("status", values) == "Phản ánh {ngay} (gửi ngày 21/11/2026): {ma_phieu}."


def test_a_button_carries_the_reports_code() -> None:
    assert choices("button_supplement", {"ma_phieu": CODE}) == (
        Choice("Bổ sung tài liệu", f"#bosung {CODE}"),
    )


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("vi", {"gio_phut": "01 giờ 05 phút", "ngay": "21/11/2026"}),
        ("en", {"gio_phut": "01:05", "ngay": "21/11/2026"}),
    ],
)
def test_moments_are_told_in_vietnams_time(language: Language, told: Mapping[str, str]) -> None:
    assert in_vietnam(datetime(2026, 11, 20, 18, 5, tzinfo=UTC), language) == told
