"""What the house knows of the country."""

import pytest

from functions.vietnam import telephone


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0900000123", "84900000123"),
        ("0900 000 123", "84900000123"),
        ("+84 900.000.123", "84900000123"),
        ("84-900-000-123", "84900000123"),
        ("0084900000123", "84900000123"),
        ("+84 (0)900 000 123", "84900000123"),
        ("0841 000 12", None),
        ("0840000123", "84840000123"),
        ("(0203) 3000 123", "842033000123"),
        ("024 3000 0123", "842430000123"),
        ("113", None),
        ("09000001234", None),
        ("900000123", None),
        ("0100000123", None),
        ("gọi 0900000123", None),
        ("", None),
    ],
)
def test_a_telephone_number_is_the_same_in_every_spelling(text: str, number: str | None) -> None:
    assert telephone(text) == number
