"""Zalo's limits at their edges, and where a long text is split."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.zalo import limits
from functions.zalo.errors import InvalidMessage
from infra.local.zalo import limits as zalos

JPEG = b"\xff\xd8\xff\xe0"
PNG = b"\x89PNG\r\n\x1a\n"


def test_text_up_to_the_limit_passes() -> None:
    limits.check_length("đ" * 2_000, 2_000, "text")


@pytest.mark.parametrize("text", ["đ" * 2_001, "", " \n ", "😀" * 1_001])
def test_text_beyond_the_limit_or_blank_is_refused(text: str) -> None:
    with pytest.raises(InvalidMessage):
        limits.check_length(text, 2_000, "text")


@pytest.mark.parametrize("phone", ["84901234567", "842363888888", "84113113113"])
def test_international_number_passes(phone: str) -> None:
    limits.check_phone(phone)


@pytest.mark.parametrize("phone", ["0901234567", "+84901234567", "84", "113", "84 901234567", ""])
def test_number_in_another_form_is_refused(phone: str) -> None:
    with pytest.raises(InvalidMessage):
        limits.check_phone(phone)


@pytest.mark.parametrize("content", [JPEG + bytes(10), PNG, JPEG + bytes(1_000_000 - 4)])
def test_image_within_the_limit_passes(content: bytes) -> None:
    limits.check_image(content)


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"%PDF", JPEG + bytes(1_000_000 - 3)])
def test_other_image_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidMessage):
        limits.check_image(content)


@pytest.mark.parametrize("content", [b"", PNG, b"GIF89a" + bytes(5_000_000)])
def test_other_gif_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidMessage):
        limits.check_gif(content)


@pytest.mark.parametrize("name", ["don.pdf", "đơn.DOCX", "a.b.doc"])
def test_document_passes(name: str) -> None:
    limits.check_file(b"x", name)


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"x", "a.exe"), (b"x", "pdf"), (b"", "a.pdf"), (bytes(5_000_001), "a.pdf")],
)
def test_other_file_is_refused(content: bytes, name: str) -> None:
    with pytest.raises(InvalidMessage):
        limits.check_file(content, name)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Một hai.", ["Một hai."]),
        ("", []),
        ("  \n ", []),
        ("Câu một hai.\n\nCâu ba bốn.", ["Câu một hai.", "Câu ba bốn."]),
        ("Câu một hai. Câu ba bốn năm.", ["Câu một hai.", "Câu ba bốn năm."]),
        ("một hai ba bốn năm sáu bảy", ["một hai ba bốn năm", "sáu bảy"]),
        ("a" * 45, ["a" * 20, "a" * 20, "a" * 5]),
        ("a" * 20 + " b", ["a" * 20, "b"]),
        ("😀" * 15, ["😀" * 10, "😀" * 5]),
    ],
)
def test_text_is_split_where_a_reader_would(text: str, parts: list[str]) -> None:
    assert limits.split_text(text, 20) == parts


def test_early_gap_does_not_make_a_stump() -> None:
    assert limits.split_text("Vâng.\n" + "a" * 30, 20) == ["Vâng.\n" + "a" * 14, "a" * 16]


def test_decomposed_text_is_composed_first() -> None:
    decomposed = unicodedata.normalize("NFD", "ệ" * 20)
    assert limits.split_text(decomposed, 20) == ["ệ" * 20]


def test_mark_stays_with_its_letter() -> None:
    text = "a" * 19 + "x\u0323\u0331" + "a" * 10
    assert limits.split_text(text, 20)[1].startswith("x")


@settings(deadline=None)
@given(st.text("aàệ .\n😀\u0323", max_size=200), st.integers(4, 40))
def test_parts_fit_and_lose_nothing_but_gaps(text: str, most: int) -> None:
    parts = limits.split_text(text, most)
    assert all(part.strip() == part and 0 < limits.length(part) <= most for part in parts)
    joined = "".join("".join(parts).split())
    expected = "".join(limits.normalised(text).split())
    assert limits.normalised(joined) == limits.normalised(expected)


@pytest.mark.parametrize(
    ("ours", "zalo"),
    [
        (limits.TEXT, zalos.TEXT),
        (limits.BUTTONS, zalos.BUTTONS),
        (limits.BUTTON_TITLE, zalos.BUTTON_TITLE),
        (limits.QUERY_PAYLOAD, zalos.QUERY_PAYLOAD),
        (limits.SMS_CONTENT, zalos.SMS_CONTENT),
        (limits.REQUEST_TITLE, zalos.REQUEST_TITLE),
        (limits.REQUEST_SUBTITLE, zalos.REQUEST_SUBTITLE),
        (limits.ARTICLE_TITLE, zalos.ARTICLE_TITLE),
        (limits.ARTICLE_AUTHOR, zalos.ARTICLE_AUTHOR),
        (limits.ARTICLE_DESCRIPTION, zalos.ARTICLE_DESCRIPTION),
        (limits.TRACKING_ID, zalos.TRACKING_ID),
        (limits.CONVERSATION_PAGE, zalos.CONVERSATION),
        (limits.IMAGE_BYTES, zalos.IMAGE),
        (limits.GIF_BYTES, zalos.GIF),
        (limits.FILE_BYTES, zalos.FILE),
    ],
)
def test_we_are_never_laxer_than_the_simulator(ours: int, zalo: zalos.Limit) -> None:
    assert 0 < ours <= zalo.most
