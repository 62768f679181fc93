"""Scripts for a conversation: real sentences and acts, at any time, in any order and grouping."""

from datetime import timedelta

from hypothesis import strategies as st

from functions.intake.submissions import Media, Submission, spoken
from tests.intake.chat import START

SENTENCES = (
    "Xe 14A-123.45 vượt đèn đỏ lúc 7h30 sáng nay ở ngã tư Loong Toòng",
    "vua thay xe may vuot den do",
    "biển số 14C-543.21 nhé",
    "ngã tư Kênh Liêm, phường Cao Xanh",
    "khoảng 6h45 sáng nay",
    "gần nhà văn hoá khu 3",
    "à nhầm rồi, biển số 14A-999.99",
    "không phải 7h mà là 8h sáng nay",
    "xe tải chở quá tải rơi vãi đất đá trên quốc lộ 18",
    "nhà bên hát karaoke ầm ĩ ở ngõ 5 phường Cao Xanh",
    "có nhóm thanh niên bán ma túy ở ngõ 12 phường Bãi Cháy",
    "tôi tận mắt nhìn thấy",
    "cán bộ vòi vĩnh tôi 500 nghìn ở quốc lộ 18 sáng nay",
    "cháy nhà ở phường Hồng Hà",
    "đèn tín hiệu ngã tư Kênh Liêm bị hỏng",
    "làm căn cước cần giấy tờ gì ạ?",
    "hồ sơ của tôi nộp hôm qua mà chưa ai trả lời thì hỏi ai ạ?",
    "cảm ơn",
    "xin chào",
    "14a12345",
    "7h30",
    "vẫn đang diễn ra",
    "Someone ran the red light, please help",
)
COMMANDS = (
    "#xong", "#xong", "#huy", "#guiphananh", "#sua", "#sua_bienso", "#sua_thoigian", "#boqua",
    "#thieu_diadiem", "#andanh", "#condienra", "#dahet", "#tracuu", "#kiemtra", "#menu", "#english",
    "#tiengviet", "#hotro", "#bosung",
)  # fmt: skip
_PICTURE = Media(kind="image", address="https://photo-stal-12.zdn.vn/a.jpg")


@st.composite
def scripts(draw: st.DrawFn, most: int = 12) -> list[Submission]:
    """What one citizen does within two hours, in the order of its times."""
    script = []
    seconds = 0
    for number in range(draw(st.integers(1, most))):
        seconds += draw(st.sampled_from([1, 3, 8, 30, 90, 400, 590, 601, 900]))
        when = START + timedelta(seconds=seconds)
        key = f"{draw(st.integers(0, 9))}-{number}"
        kind = draw(st.sampled_from(["words", "words", "words", "command", "picture", "point"]))
        if kind == "words":
            script.append(spoken(key=key, at=when, text=draw(st.sampled_from(SENTENCES))))
        elif kind == "command":
            script.append(spoken(key=key, at=when, text=draw(st.sampled_from(COMMANDS))))
        else:
            told = spoken(key=key, at=when, text="xe đỗ trên vỉa hè")
            shown = (
                {"media": (_PICTURE,)}
                if kind == "picture"
                else {"latitude": 9.1, "longitude": 105.1}
            )
            script.append(told.model_copy(update={"text": "", **shown}))
    return script
