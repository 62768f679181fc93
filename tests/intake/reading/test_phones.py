"""Telephone numbers among other long numbers."""

import pytest

from functions.intake.reading import phones
from functions.intake.reading.normal import normalise


@pytest.mark.parametrize(
    "text",
    [
        "0912345678",
        "0912 345 678",
        "0912.345.678",
        "091.2345.678",
        "+84912345678",
        "84 912 345 678",
    ],
)
def test_a_mobile_number_is_read_however_it_is_grouped(text: str) -> None:
    (phone,) = phones.find(normalise(f"gọi {text} nhé"))
    assert phone.number == "+84912345678"
    assert phone.national == "0912345678"


@pytest.mark.parametrize(
    "text",
    [
        "01234567890",
        "0203 3825 114",
        "069.234.5678",
        "cccd 022091234567",
        "căn cước số 0912345678",
        "stk 0912345678901",
        "113",
        "giá 912345678",
    ],
)
def test_other_numbers_are_no_telephones(text: str) -> None:
    assert phones.find(normalise(text)) == []


def test_a_number_comes_once() -> None:
    found = phones.find(normalise("0912345678 hoặc +84912345678 hoặc 0987654321"))
    assert [phone.national for phone in found] == ["0912345678", "0987654321"]
