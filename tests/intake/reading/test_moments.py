"""When it happened, told as people tell it."""

from datetime import UTC, datetime

import pytest

from functions.intake.reading import Moment, lexicon, moments, plates
from functions.intake.reading.normal import normalise
from functions.vietnam import VIETNAM

SATURDAY_MORNING = datetime(2026, 11, 21, 9, 30, tzinfo=VIETNAM)


def read(text: str, sent_at: datetime = SATURDAY_MORNING) -> Moment | None:
    normal = normalise(text)
    normal.set_aside([plate.span for plate in plates.find(normal)])
    return moments.find(normal, lexicon.find(normal), sent_at)


def told(moment: Moment | None) -> str:
    return f"{moment.start:%d/%m %H:%M} {moment.precision}" if moment else "-"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7h30 sáng nay", "21/11 07:30 minute"),
        ("7g30 sáng nay", "21/11 07:30 minute"),
        ("7 giờ 30 phút sáng nay", "21/11 07:30 minute"),
        ("7 giờ rưỡi tối qua", "20/11 19:30 minute"),
        ("8 rưỡi tối qua", "20/11 20:30 minute"),
        ("8h kém 15 sáng nay", "21/11 07:45 minute"),
        ("bảy giờ tối hôm qua", "20/11 19:00 hour"),
        ("5h chiều hôm qua", "20/11 17:00 hour"),
        ("1h trưa hôm qua", "20/11 13:00 hour"),
        ("12h trưa hôm qua", "20/11 12:00 hour"),
        ("11h đêm qua", "20/11 23:00 hour"),
        ("2h đêm qua", "21/11 02:00 hour"),
        ("12h đêm qua", "21/11 00:00 hour"),
        ("tối qua", "20/11 18:00 part_of_day"),
        ("đêm qua", "20/11 22:00 part_of_day"),
        ("hồi hôm", "20/11 18:00 part_of_day"),
        ("sáng ni", "21/11 06:00 part_of_day"),
        ("rạng sáng nay", "21/11 03:00 part_of_day"),
        ("hồi chiều", "20/11 13:00 part_of_day"),
        ("hôm qua", "20/11 00:00 day"),
        ("bữa qua", "20/11 00:00 day"),
        ("hôm kia", "19/11 00:00 day"),
        ("thứ 7 tuần trước", "14/11 00:00 day"),
        ("chiều thứ Hai tuần này", "16/11 13:00 part_of_day"),
        ("thứ 3 vừa rồi", "17/11 00:00 day"),
        ("CN tuần trước lúc 8h", "15/11 08:00 hour"),
        ("ngày 15/11/2026 lúc 14h30", "15/11 14:30 minute"),
        ("ngày 15 tháng 11 năm 2026", "15/11 00:00 day"),
        ("tối 19/11", "19/11 18:00 part_of_day"),
        ("15.11.26", "15/11 00:00 day"),
        ("vừa xong", "21/11 09:30 minute"),
        ("hồi nãy", "21/11 09:30 hour"),
        ("ngay lúc này", "21/11 09:30 minute"),
        ("khoảng 5 phút trước", "21/11 09:25 minute"),
        ("cách đây nửa tiếng", "21/11 09:00 minute"),
        ("2 tiếng trước", "21/11 07:30 hour"),
        ("3 ngày trước", "18/11 00:00 day"),
        ("lúc 8h", "21/11 08:00 hour"),
        ("lúc 10h", "20/11 22:00 hour"),
        ("17h30", "20/11 17:30 minute"),
        ("sang nay 7h15", "21/11 07:15 minute"),
        ("toi qua luc 9h", "20/11 21:00 hour"),
        ("SÁNG NAY 7H15", "21/11 07:15 minute"),
    ],
)
def test_a_moment_is_told_in_vietnamese_time(text: str, expected: str) -> None:
    assert told(read(f"{text} xe")) == expected


@pytest.mark.parametrize(
    "text",
    [
        "mùng 3 Tết lúc 8h",
        "rằm tháng trước",
        "đêm 30 Tết",
        "hôm nọ lúc 8h",
        "tuần trước",
        "tối nào cũng hát đến 12h đêm",
        "hằng ngày lúc 7h sáng",
        "cứ tối thứ 7 là đua",
        "chiều mai lúc 2h",
        "tối nay 20h",
        "10 phút nữa",
        "kéo dài 2h đồng hồ",
        "chạy 80 km/h",
        "phục vụ 24/7",
        "theo nghị định 168/2024",
        "ở đường 30/4",
        "ngõ 12/5",
        "mua 7g vàng",
        "xe 15H-012.34 lấn làn",
        "mấy hôm nay",
        "ban đêm",
    ],
)
def test_what_names_no_past_moment_is_refused(text: str) -> None:
    assert read(text) is None


def test_a_range_begins_where_it_begins() -> None:
    moment = read("từ 7h đến 8h30 tối qua")
    assert told(moment) == "20/11 19:00 hour"
    assert moment is not None
    assert moment.end == datetime(2026, 11, 20, 20, 30, tzinfo=VIETNAM)


def test_a_short_range_shares_its_part_of_the_day() -> None:
    assert told(read("khoảng 7-8h tối qua")) == "20/11 19:00 hour"


def test_after_midnight_last_night_is_yesterday() -> None:
    just_after = datetime(2026, 11, 21, 0, 10, tzinfo=VIETNAM)
    assert told(read("đêm qua", just_after)) == "20/11 22:00 part_of_day"
    assert told(read("từ 22h đến giờ", just_after)) == "20/11 22:00 hour"


def test_the_day_is_that_of_viet_nam_wherever_the_clock_stands() -> None:
    late_in_utc = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
    assert told(read("7h30 sáng nay", late_in_utc)) == "-"
    assert told(read("hôm qua", late_in_utc)) == "20/11 00:00 day"


def test_the_offset_is_that_of_viet_nam() -> None:
    moment = read("7h30 sáng nay")
    assert moment is not None
    assert moment.start.isoformat() == "2026-11-21T07:30:00+07:00"
