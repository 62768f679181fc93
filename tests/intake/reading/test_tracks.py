"""Reports, questions, small talk."""

from datetime import datetime

import pytest

from functions.intake.reading import Procedure, Track, read
from functions.vietnam import VIETNAM

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("text", "track"),
    [
        ("Xe 14A-123.45 vượt đèn đỏ 7h30 sáng nay ở ngã tư Loong Toòng", Track.VIOLATION),
        ("vượt đèn đỏ phạt bao nhiêu?", Track.QUESTION),
        ("nhà bên hát karaoke ầm ĩ tới khuya", Track.ORDER),
        ("quán cà phê Mây có đánh bạc ăn tiền", Track.CRIME_TIP),
        ("đèn đường Lê Lợi hỏng cả tuần nay, đề nghị sửa", Track.PETITION),
        ("cán bộ tiếp dân vòi vĩnh tiền bồi dưỡng", Track.PETITION),
        ("làm căn cước cần giấy tờ gì ạ", Track.QUESTION),
        ("nhờ trích xuất camera ngã tư Ao Cá giúp em", Track.QUESTION),
        ("cảm ơn ad nhiều", Track.CHAT),
        ("alo", Track.CHAT),
        ("", Track.CHAT),
    ],
)
def test_a_message_has_its_track(text: str, track: Track) -> None:
    assert read(text, NOW).track is track


def test_a_question_reports_nothing_but_keeps_the_plate_it_is_about() -> None:
    reading = read("xe 14A-123.45 của em hôm qua vượt đèn đỏ ở ngã tư Ao Cá, có bị phạt không", NOW)
    assert reading.track is Track.QUESTION
    assert reading.violations == ()
    assert reading.moment is None
    assert reading.place is None
    assert [plate.number for plate in reading.plates] == ["14A-123.45"]


@pytest.mark.parametrize(
    ("text", "procedure"),
    [
        ("em muốn đăng ký tạm trú thì cần gì", Procedure.TAM_TRU),
        ("khách ở lại qua đêm có phải khai báo lưu trú không", Procedure.TAM_TRU),
        ("nhập hộ khẩu cho con mới sinh thế nào", Procedure.THUONG_TRU),
        ("đi xa có phải khai báo tạm vắng không", Procedure.TAM_VANG),
        ("mất cccd làm lại ở đâu", Procedure.CAN_CUOC),
        ("quên mật khẩu VNeID thì sao ạ", Procedure.DINH_DANH_VNEID),
        ("sang tên xe máy cần gì", Procedure.DANG_KY_XE),
        ("đổi bằng lái b2 ở đâu", Procedure.GPLX),
        ("làm hộ chiếu mất bao lâu", Procedure.HO_CHIEU),
        ("làm lý lịch tư pháp trên VNeID thế nào", Procedure.LY_LICH_TU_PHAP),
        ("nghiệm thu pccc cần gì", Procedure.PCCC),
        ("khắc con dấu công ty ở đâu", Procedure.CON_DAU),
        ("giấy phép công cụ hỗ trợ xin thế nào", Procedure.VU_KHI_CONG_CU),
        ("đăng ký khai sinh ở đâu", Procedure.KHAI_SINH_KHAC),
        ("tra cứu phạt nguội ở đâu", Procedure.PHAT_NGUOI),
        ("công an phường mấy giờ làm việc", Procedure.KHAC),
        ("không có bằng lái phạt bao nhiêu", Procedure.KHAC),
    ],
)
def test_a_question_has_its_procedure(text: str, procedure: Procedure) -> None:
    assert read(text, NOW).procedure is procedure


def test_only_a_question_has_a_procedure() -> None:
    assert read("xe 14A-123.45 không có bằng lái chạy ở phố Huế", NOW).procedure is None
