"""What is dangerous now, and what only sounds so."""

from datetime import datetime

import pytest

from functions.intake.reading import Danger, read
from functions.vietnam import VIETNAM

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("text", "danger"),
    [
        ("cháy nhà số 5 Lê Lợi", Danger.FIRE),
        ("nha em dang chay lon cuu voi", Danger.LIFE),
        ("có tai nạn, người bất tỉnh giữa đường", Danger.LIFE),
        ("5 phút trước có người đuối nước ở hồ", Danger.LIFE),
        ("có thằng cầm dao đòi chém người", Danger.VIOLENCE),
        ("đang đánh nhau ở chợ", Danger.VIOLENCE),
        ("bố nó bạo hành con bé ngày nào cũng vậy", Danger.ABUSE),
        ("xe mất phanh đang lao xuống dốc", Danger.ROAD),
        ("xe 14A-123.45 đang đi ngược chiều cao tốc", Danger.ROAD),
        ("cây đổ chắn ngang đường", Danger.ROAD),
        ("có đối tượng rải đinh trên quốc lộ", Danger.ROAD),
        ("bà tôi đi lạc từ sáng", Danger.LIFE),
    ],
)
def test_danger_now_is_an_emergency(text: str, danger: Danger) -> None:
    emergency = read(text, NOW).emergency
    assert emergency is not None
    assert emergency.danger is danger


@pytest.mark.parametrize(
    "text",
    [
        "hôm qua có cháy ở chợ nhưng đã dập tắt",
        "va chạm nhẹ hôm qua, không ai bị thương",
        "shop em cháy hàng rồi",
        "sáng nào cũng nổ máy ầm ĩ",
        "trẻ con chơi súng nước",
        "không có ai đánh nhau cả",
        "đua xe bị phạt bao nhiêu?",
        "tuần trước ngày 10/11 có vụ cướp giật",
        "tối nào cũng có đám lạng lách",
        "hỏi thủ tục phòng cháy chữa cháy",
    ],
)
def test_what_is_past_denied_or_an_idiom_is_none(text: str) -> None:
    assert read(text, NOW).emergency is None


@pytest.mark.parametrize(
    "text",
    [
        "xe 14A-123.45 đang đỗ chắn ngõ",
        "hiện tại xe 14A-123.45 đỗ chắn ngõ",
        "chừ có xe 14A-123.45 đỗ chắn ngõ",
        "kẹt xe từ 8h tới giờ ở cầu Bãi Cháy",
    ],
)
def test_what_goes_on_is_ongoing(text: str) -> None:
    assert read(text, NOW).ongoing is not None


@pytest.mark.parametrize(
    "text",
    [
        "hôm qua xe 14A-123.45 đang chạy thì tạt đầu",
        "tôi đang đi thì xe 14A-123.45 tạt đầu",
        "phát hiện xe 14A-123.45 vượt đèn đỏ",
        "em đang muốn hỏi làm căn cước",
    ],
)
def test_what_is_over_is_not_ongoing(text: str) -> None:
    assert read(text, NOW).ongoing is None


def test_danger_outlives_a_question() -> None:
    reading = read("nhà tôi đang cháy gọi số nào ạ", NOW)
    assert reading.emergency is not None
    assert reading.emergency.danger is Danger.FIRE


def test_an_urgent_word_does_not_discard_the_report() -> None:
    reading = read("xe 14A-123.45 tông người bất tỉnh ở ngã ba Hà Tu", NOW)
    assert reading.emergency is not None
    assert [violation.slug for violation in reading.violations] == ["gay_tngt"]
    assert reading.place is not None
