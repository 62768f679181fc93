"""Labels, dates and waiting times as officers read them. Pure.

Labels are Vietnamese sentences that templates translate: `{{ _(states[report.state]) }}`.
"""

import datetime as calendar
from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.admin.language import gettext, language, marked, ngettext
from functions.errors import Rejected
from functions.followups.model import FollowUp, Kind, State
from functions.followups.sentences import fill
from functions.reports.model import OutcomeCode, ReportState
from functions.reports.tracks import Source, Track
from functions.vietnam import VIETNAM

STATES = {
    ReportState.GATHERING: marked("Đang gửi thêm"),
    ReportState.RECEIVED: marked("Chờ xử lý"),
    ReportState.ACCEPTED: marked("Đang xác minh"),
    ReportState.CONCLUDED: marked("Đã có kết quả"),
    ReportState.WITHDRAWN: marked("Người dân đã hủy"),
}

TRACKS = {
    Track.VIOLATION: marked("Vi phạm"),
    Track.CRIME_TIP: marked("Tin tội phạm"),
    Track.ORDER: marked("An ninh trật tự"),
    Track.PETITION: marked("Kiến nghị"),
    Track.QUESTION: marked("Hỏi đáp"),
}

SOURCES = {
    Source.ZALO: marked("Zalo"),
    Source.PHONE: marked("Điện thoại"),
    Source.HOTLINE_113: marked("Tổng đài 113"),
    Source.WALK_IN: marked("Trực tiếp"),
    Source.SOCIAL_POST: marked("Mạng xã hội"),
    Source.PUBLIC_MEDIA: marked("Báo chí"),
    Source.SYSTEM: marked("Hệ thống khác"),
}


@dataclass(frozen=True, slots=True)
class OutcomeLabel:
    """An outcome to choose: its name, and a word on what it means."""

    title: str
    hint: str = ""


OUTCOMES = {
    OutcomeCode.FINED: OutcomeLabel(marked("Đã xử phạt"), marked("Đã ra quyết định xử phạt")),
    OutcomeCode.RECORD_MADE: OutcomeLabel(
        marked("Đã lập biên bản"), marked("Hồ sơ đang hoàn thiện")
    ),
    OutcomeCode.NOT_SANCTIONED: OutcomeLabel(
        marked("Không ra quyết định xử phạt"), marked("Điều 65 Luật XLVPHC")
    ),
    OutcomeCode.NO_VIOLATION: OutcomeLabel(marked("Không vi phạm"), marked("Đã xác minh")),
    OutcomeCode.INSUFFICIENT: OutcomeLabel(
        marked("Chưa đủ căn cứ"), marked("Người dân có thể gửi thêm")
    ),
    OutcomeCode.EXPIRED: OutcomeLabel(marked("Hết thời hiệu xử phạt")),
    OutcomeCode.TRANSFERRED: OutcomeLabel(marked("Chuyển cơ quan có thẩm quyền")),
    OutcomeCode.CRIME_SIGNS: OutcomeLabel(
        marked("Có dấu hiệu tội phạm"), marked("Chỉ báo là đã chuyển")
    ),
    OutcomeCode.FORGED_DATA: OutcomeLabel(
        marked("Có dấu hiệu làm giả dữ liệu"), marked("Chỉ báo là đã chuyển")
    ),
    OutcomeCode.DUPLICATE: OutcomeLabel(marked("Trùng vụ việc đã tiếp nhận")),
    OutcomeCode.ANSWERED: OutcomeLabel(marked("Đã trả lời câu hỏi")),
}

OUTCOME_GROUPS = (
    (
        marked("Có vi phạm"),
        (OutcomeCode.FINED, OutcomeCode.RECORD_MADE, OutcomeCode.NOT_SANCTIONED),
    ),
    (
        marked("Không xử phạt"),
        (OutcomeCode.NO_VIOLATION, OutcomeCode.INSUFFICIENT, OutcomeCode.EXPIRED),
    ),
    (
        marked("Chuyển, trùng, trả lời"),
        (
            OutcomeCode.TRANSFERRED,
            OutcomeCode.CRIME_SIGNS,
            OutcomeCode.FORGED_DATA,
            OutcomeCode.DUPLICATE,
            OutcomeCode.ANSWERED,
        ),
    ),
)

NOTICES = {
    Kind.WELCOME: marked("Lời chào"),
    Kind.ANSWER: marked("Trả lời tự động"),
    Kind.GATHERING: marked("Hướng dẫn gửi tiếp"),
    Kind.RECEIPT: marked("Biên nhận"),
    Kind.MEDIA_PROBLEM: marked("Báo tệp chưa lưu được"),
    Kind.OUTCOME: marked("Thông báo kết quả"),
    Kind.STEP: marked("Thông báo tiến độ"),
    Kind.QUESTION: marked("Câu hỏi gửi người dân"),
    Kind.REPLY: marked("Trả lời của cán bộ"),
    Kind.DETAILS_REQUEST: marked("Xin thông tin liên hệ"),
    Kind.FAREWELL: marked("Báo đã xóa dữ liệu"),
}

NOTICE_STATES = {
    State.DUE: marked("Chờ gửi"),
    State.SENDING: marked("Đang gửi"),
    State.UNKNOWN: marked("Đang kiểm tra"),
    State.SENT: marked("Đã gửi"),
    State.HELD: marked("Chưa gửi được"),
    State.FAILED: marked("Không gửi được"),
    State.CANCELLED: marked("Không gửi nữa"),
}

WEEKDAYS = (
    marked("Thứ Hai"),
    marked("Thứ Ba"),
    marked("Thứ Tư"),
    marked("Thứ Năm"),
    marked("Thứ Sáu"),
    marked("Thứ Bảy"),
    marked("Chủ nhật"),
)


def clock_time(moment: datetime) -> str:
    """Such as 09:30."""
    return f"{moment.astimezone(VIETNAM):%H:%M}"


def date(moment: calendar.date) -> str:
    """Such as 24/11/2026, in English 24 Nov 2026; of a moment, the day in Vietnam."""
    day = moment.astimezone(VIETNAM) if isinstance(moment, datetime) else moment
    return f"{day.day} {day:%b %Y}" if language() == "en" else f"{day:%d/%m/%Y}"


def number(told: str) -> str:
    """A number written with a point, with the comma of Vietnamese."""
    return told if language() == "en" else told.replace(".", ",", 1)


def moment(moment: datetime) -> str:
    """Such as 09:30 ngày 24/11/2026."""
    return gettext("%(time)s ngày %(date)s", time=clock_time(moment), date=date(moment))


def day(moment: datetime) -> str:
    """Such as Thứ Ba, 24/11/2026."""
    return f"{gettext(WEEKDAYS[moment.astimezone(VIETNAM).weekday()])}, {date(moment)}"


def age(moment: datetime, now: datetime) -> str:
    """How long ago, such as "12 phút trước"."""
    passed = now - moment
    if passed < timedelta(minutes=1):
        return gettext("vừa xong")
    return gettext("%(time)s trước", time=duration(passed))


def duration(length: timedelta) -> str:
    """Such as "12 phút", "3 giờ", "5 ngày": whole ones, the largest that fits."""
    if length < timedelta(hours=1):
        return gettext("%(number)s phút", number=length // timedelta(minutes=1))
    if length < timedelta(days=1):
        return gettext("%(number)s giờ", number=length // timedelta(hours=1))
    return ngettext("%(num)s ngày", "%(num)s ngày", length.days)


@dataclass(frozen=True, slots=True)
class Due:
    """How near a deadline is, in words and as one of late, soon, calm."""

    words: str
    level: str


_SOON = timedelta(hours=8)
"""A working day."""


def due(deadline: datetime, now: datetime) -> Due:
    """How near that deadline is."""
    left = deadline - now
    if left <= timedelta():
        if -left < timedelta(minutes=1):
            return Due(gettext("Đến hạn"), "late")
        return Due(gettext("Quá hạn %(time)s", time=duration(-left)), "late")
    return Due(
        gettext("Còn %(time)s", time=duration(left)),
        "soon" if left < _SOON else "calm",
    )


def place(latitude: float, longitude: float) -> str:
    """Coordinates, such as 9,93470° Bắc, 106,34530° Đông."""
    north = gettext("Bắc") if latitude >= 0 else gettext("Nam")
    east = gettext("Đông") if longitude >= 0 else gettext("Tây")
    return ", ".join(
        f"{number(f'{abs(degrees):.5f}')}° {side}"
        for degrees, side in ((latitude, north), (longitude, east))
    )


def reporter(citizen: str) -> str:
    """The pseudonym, short: the whole of it is nobody's business on a screen."""
    return gettext("Người phản ánh %(name)s", name=citizen[:6].upper())


def telling(tell_at: datetime, decided_at: datetime) -> str:
    """When the reporter will be told."""
    if tell_at <= decided_at:
        return gettext("Sẽ báo người phản ánh ngay sau khi ghi.")
    return gettext("Sẽ báo người phản ánh lúc %(time)s.", time=moment(tell_at))


@dataclass(frozen=True, slots=True)
class Notice:
    """A follow-up as an officer reads it."""

    id: str
    title: str
    state: State
    state_label: str
    when: str
    text: str
    problem: str


def notice(followup: FollowUp) -> Notice:
    """What we owe or told, with when and, if it is stuck, why."""
    match followup.state:
        case State.SENT:
            told_at = moment(followup.sent_at or followup.due_at)
            when = gettext("Đã báo người phản ánh lúc %(time)s", time=told_at)
        case State.HELD | State.FAILED | State.CANCELLED:
            when = ""
        case _:
            when = gettext("Sẽ báo người phản ánh lúc %(time)s", time=moment(followup.due_at))
    return Notice(
        id=followup.id,
        title=gettext(NOTICES[followup.kind]),
        state=followup.state,
        state_label=gettext(NOTICE_STATES[followup.state]),
        when=when,
        text=_text_of(followup),
        problem=gettext(followup.sentence_for_officer) if followup.sentence_for_officer else "",
    )


def _text_of(followup: FollowUp) -> str:
    try:
        return followup.text or fill(followup.sentence, followup.values, followup.language)
    except Rejected:
        return ""
