"""Report codes: a slip of the finger is found, and what people type is understood."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.reports.codes import ALPHABET, code_from, find_code

codes = st.binary(min_size=5, max_size=5).map(code_from)
PLACES = [0, 1, 2, 3, 5, 6, 7, 8, 10]
"""Where the nine characters stand between the hyphens."""


def _with(code: str, place: int, character: str) -> str:
    return code[:place] + character + code[place + 1 :]


def test_a_code_looks_like_this() -> None:
    # Written down: a code once given must be valid for ever.
    assert code_from(bytes(5)) == "0000-0000-0"
    assert code_from(b"\xff" * 5) == "ZZZZ-ZZZZ-8"
    assert code_from(b"\x00\x00\x00\x00\x01") == "0000-0001-Y"
    assert code_from(bytes.fromhex("3a7c9d41e2")) == "79Y9-TGF2-9"


@settings(deadline=None)
@given(codes)
def test_a_code_is_found_again(code: str) -> None:
    assert find_code(code) == code


@settings(deadline=None)
@given(st.binary(min_size=5, max_size=5), st.binary(min_size=5, max_size=5))
def test_different_bytes_give_different_codes(one: bytes, other: bytes) -> None:
    assert (code_from(one) == code_from(other)) == (one == other)


@pytest.mark.parametrize("count", [0, 4, 6])
def test_a_code_needs_five_bytes(count: int) -> None:
    with pytest.raises(ValueError, match="five"):
        code_from(bytes(count))


@settings(deadline=None)
@given(codes)
def test_every_single_wrong_character_is_found(code: str) -> None:
    for place in PLACES:
        for character in set(ALPHABET) - {code[place]}:
            assert find_code(_with(code, place, character)) is None


@settings(deadline=None)
@given(codes)
def test_every_swap_of_neighbours_is_found_but_one_pair(code: str) -> None:
    for left, right in itertools.pairwise(PLACES):
        one, other = code[left], code[right]
        swapped = _with(_with(code, left, other), right, one)
        if one != other and {one, other} != {"0", "Z"}:
            assert find_code(swapped) is None


def test_the_pair_that_is_missed_is_the_one_written_down() -> None:
    missed = {
        frozenset((one, other))
        for one in ALPHABET
        for other in ALPHABET
        if one != other and _completed(f"{one}{other}000000") == _completed(f"{other}{one}000000")
    }

    assert missed == {frozenset("0Z")}


def _completed(characters: str) -> str:
    """The check character that belongs to these eight."""
    [check] = [
        character
        for character in ALPHABET
        if find_code(f"{characters[:4]}-{characters[4:]}-{character}")
    ]
    return check


@settings(deadline=None)
@given(codes, st.data())
def test_look_alike_letters_are_forgiven(code: str, data: st.DataObject) -> None:
    alike = {"0": "0Oo", "1": "1IiLl", "V": "VvUu"}
    typed = "".join(
        data.draw(st.sampled_from(alike.get(character, character + character.lower())))
        for character in code
    )

    assert find_code(typed) == code


@settings(deadline=None)
@given(codes, st.sampled_from(["", " ", "-", ".", "–", "\n"]))
def test_it_does_not_matter_how_the_groups_are_parted(code: str, between: str) -> None:
    assert find_code(code.replace("-", between)) == code


@settings(deadline=None)
@given(
    codes,
    st.sampled_from(
        [
            "TC {}",
            "tra cứu {} giúp tôi",
            "Mã phiếu: {}.",
            "({})",
            "phản ánh của tôi là {}, gửi hôm 21/11/2026",
            "0912 345 678 hỏi về {} ạ",
            "TB {}/2",
            "xin chào cán bộ\n{}\ncảm ơn",
            "biển số 51F-123.45, mã {}",
        ]
    ),
)
def test_a_code_is_found_within_a_sentence(code: str, sentence: str) -> None:
    assert find_code(sentence.format(code)) == code


@settings(deadline=None)
@given(codes, codes)
def test_the_first_of_two_codes_counts(one: str, other: str) -> None:
    assert find_code(f"{one} hay {other}") == one


@settings(deadline=None)
@given(codes)
def test_a_mistyped_code_does_not_hide_the_right_one_behind_it(code: str) -> None:
    wrong = _with(code, 0, ALPHABET[(ALPHABET.index(code[0]) + 1) % 32])

    assert find_code(f"{wrong} à nhầm, {code}") == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "xin chào",
        "0912345678",
        "biển số 51F-123.45",
        "0000-0000-00",
        "10000-0000-0",
        "0000-0000-0A",
        "0000--0000-0",
        "0000-0000",
        "0000-0000-Đ",
        "０000-0000-0",
        "٠٠٠٠-٠٠٠٠-٠",
    ],
)
def test_what_is_no_code_is_not_taken_for_one(text: str) -> None:
    assert find_code(text) is None


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_can_be_searched(text: str) -> None:
    found = find_code(text)

    assert found is None or find_code(found) == found
