"""Where it happened, told as people tell it."""

import pytest

from functions.intake.reading import Place, lexicon, places
from functions.intake.reading.normal import normalise


def read(text: str) -> Place | None:
    normal = normalise(text)
    mentions = lexicon.find(normal)
    return places.find(normal, mentions, places.survey(normal, mentions))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "vượt đèn đỏ tại ngã tư Loong Toòng, phường Hồng Gai",
            "ngã tư Loong Toòng, phường Hồng Gai",
        ),
        ("xe lấn làn trên QL18 đoạn qua phường Mạo Khê sáng nay", "QL18 đoạn qua phường Mạo Khê"),
        ("ở Km46+300 quốc lộ 18", "Km46+300 quốc lộ 18"),
        ("đỗ trước cổng trường tiểu học Lê Hồng Phong", "trước cổng trường tiểu học Lê Hồng Phong"),
        ("cao tốc Hạ Long - Vân Đồn có xe dừng", "cao tốc Hạ Long - Vân Đồn"),
        (
            "tại nút giao Minh Khai hướng Hạ Long đi Hải Phòng",
            "nút giao Minh Khai hướng Hạ Long đi Hải Phòng",
        ),
        ("nhà số 14 ngõ 3 tổ 5 phường Cao Thắng", "số 14 ngõ 3 tổ 5 phường Cao Thắng"),
        ("o nga tu Ao Ca luc 7h", "nga tu Ao Ca"),
        ("xe do o duong le loi luc 8h", "duong le loi"),
        ("ĐT.741 có xe quá tải", "ĐT.741"),
        ("đường 30/4 tắc", "đường 30/4"),
        ("gần chùa Bái Đính", "gần chùa Bái Đính"),
        ("quán cà phê Mây, 15 Lê Lợi", "quán cà phê Mây, 15 Lê Lợi"),
    ],
)
def test_a_place_is_quoted_as_it_was_told(text: str, expected: str) -> None:
    place = read(text)
    assert place is not None
    assert expected in place.text or place.text in expected
    assert abs(len(place.text) - len(expected)) <= 4


@pytest.mark.parametrize(
    "text",
    [
        "bán hàng lấn chiếm lòng đường",
        "kính gửi công an tỉnh",
        "xe chạy rất nhanh giữa đường",
        "yêu cầu xử lý nghiêm",
        "đèo ba không mũ",
        "thằng đó rú ga ầm ĩ",
        "số điện thoại của em",
    ],
)
def test_words_that_name_no_place_are_refused(text: str) -> None:
    assert read(text) is None


def test_a_post_is_metres() -> None:
    place = read("tại Km12+500 QL18")
    assert place is not None
    assert place.kilometre_metres == 12_500
    assert place.road == "QL18"


def test_a_post_with_two_digits_of_metres_is_metres_too() -> None:
    place = read("km 12+50 quốc lộ 10")
    assert place is not None
    assert place.kilometre_metres == 12_050


def test_a_shared_location_is_read_from_the_text() -> None:
    place = read("20.9599, 107.0425 có xe đỗ")
    assert place is not None
    assert place.coordinates == (20.9599, 107.0425)
