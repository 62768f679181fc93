"""Labels, dates and waiting times as officers read them. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.errors import Rejected
from functions.evidence.model import Evidence, EvidenceState, FailureReason
from functions.followups.model import FollowUp, Kind, State
from functions.followups.sentences import VIETNAM, fill
from functions.reports.model import OutcomeCode, Report, ReportState

STATES = {
    ReportState.GATHERING: "Đang gửi thêm",
    ReportState.RECEIVED: "Chờ xử lý",
    ReportState.CONCLUDED: "Đã có kết quả",
}


@dataclass(frozen=True, slots=True)
class OutcomeLabel:
    """An outcome to choose: its name, and a word on what it means."""

    title: str
    hint: str = ""


OUTCOMES = {
    OutcomeCode.FINED: OutcomeLabel("Đã xử phạt", "Đã ra quyết định xử phạt"),
    OutcomeCode.RECORD_MADE: OutcomeLabel("Đã lập biên bản", "Hồ sơ đang hoàn thiện"),
    OutcomeCode.NOT_SANCTIONED: OutcomeLabel("Không ra quyết định xử phạt", "Điều 65 Luật XLVPHC"),
    OutcomeCode.NO_VIOLATION: OutcomeLabel("Không vi phạm", "Đã xác minh"),
    OutcomeCode.INSUFFICIENT: OutcomeLabel("Chưa đủ căn cứ", "Người dân có thể gửi thêm"),
    OutcomeCode.EXPIRED: OutcomeLabel("Hết thời hiệu xử phạt"),
    OutcomeCode.TRANSFERRED: OutcomeLabel("Chuyển cơ quan có thẩm quyền"),
    OutcomeCode.CRIME_SIGNS: OutcomeLabel("Có dấu hiệu tội phạm", "Chỉ báo là đã chuyển"),
    OutcomeCode.FORGED_DATA: OutcomeLabel("Có dấu hiệu làm giả dữ liệu", "Chỉ báo là đã chuyển"),
    OutcomeCode.DUPLICATE: OutcomeLabel("Trùng vụ việc đã tiếp nhận"),
    OutcomeCode.ANSWERED: OutcomeLabel("Đã trả lời câu hỏi"),
}

OUTCOME_GROUPS = (
    (
        "Có vi phạm",
        (OutcomeCode.FINED, OutcomeCode.RECORD_MADE, OutcomeCode.NOT_SANCTIONED),
    ),
    (
        "Không xử phạt",
        (OutcomeCode.NO_VIOLATION, OutcomeCode.INSUFFICIENT, OutcomeCode.EXPIRED),
    ),
    (
        "Chuyển, trùng, trả lời",
        (
            OutcomeCode.TRANSFERRED,
            OutcomeCode.CRIME_SIGNS,
            OutcomeCode.FORGED_DATA,
            OutcomeCode.DUPLICATE,
            OutcomeCode.ANSWERED,
        ),
    ),
)

FAILURES = {
    FailureReason.TOO_LARGE: "Tệp vượt dung lượng cho phép nên không lưu được.",
    FailureReason.UNSUPPORTED: "Định dạng tệp không được hỗ trợ.",
    FailureReason.GONE: "Liên kết đã hết hạn hoặc tệp đã bị thu hồi.",
    FailureReason.FOREIGN_HOST: "Tệp không nằm trên máy chủ của Zalo nên không được tải về.",
    FailureReason.UNREACHABLE: "Đã thử nhiều lần nhưng không tải được tệp.",
}

NOTICES = {
    Kind.WELCOME: "Lời chào",
    Kind.ANSWER: "Trả lời",
    Kind.GATHERING: "Hướng dẫn gửi tiếp",
    Kind.RECEIPT: "Biên nhận",
    Kind.MEDIA_PROBLEM: "Báo tệp chưa lưu được",
    Kind.OUTCOME: "Thông báo kết quả",
}

NOTICE_STATES = {
    State.DUE: "Chờ gửi",
    State.SENDING: "Đang gửi",
    State.UNKNOWN: "Đang kiểm tra",
    State.SENT: "Đã gửi",
    State.HELD: "Chưa gửi được",
    State.FAILED: "Không gửi được",
    State.CANCELLED: "Không gửi nữa",
}

KINDS = {"image": "Ảnh", "gif": "Ảnh động", "video": "Video", "audio": "Ghi âm", "file": "Tệp"}
"""What Zalo calls an attachment."""

ACTS = {
    "opened": "Mở phản ánh",
    "received": "Tiếp nhận đủ nội dung",
    "evidence stored": "Lưu tệp gốc",
    "evidence lost": "Không lưu được tệp",
    "outcome recorded": "Ghi kết quả",
}

_WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")


def clock_time(moment: datetime) -> str:
    """Such as 09:30."""
    return f"{moment.astimezone(VIETNAM):%H:%M}"


def date(moment: datetime) -> str:
    """Such as 24/11/2026."""
    return f"{moment.astimezone(VIETNAM):%d/%m/%Y}"


def moment(moment: datetime) -> str:
    """Such as 09:30 ngày 24/11/2026."""
    return f"{clock_time(moment)} ngày {date(moment)}"


def day(moment: datetime) -> str:
    """Such as Thứ Ba, 24/11/2026."""
    return f"{_WEEKDAYS[moment.astimezone(VIETNAM).weekday()]}, {date(moment)}"


def age(moment: datetime, now: datetime) -> str:
    """How long ago, such as "12 phút trước"."""
    passed = now - moment
    if passed < timedelta(minutes=1):
        return "vừa xong"
    if passed < timedelta(hours=1):
        return f"{passed // timedelta(minutes=1)} phút trước"
    if passed < timedelta(days=1):
        return f"{passed // timedelta(hours=1)} giờ trước"
    return f"{passed.days} ngày trước"


def size(octets: int) -> str:
    """Such as 2,4 MB."""
    if octets < 1024 * 1024:
        return f"{max(1, round(octets / 1024))} KB"
    return f"{octets / 1024 / 1024:.1f} MB".replace(".", ",")


def place(latitude: float, longitude: float) -> str:
    """Coordinates, such as 9,93470° Bắc, 106,34530° Đông."""
    north = f"{abs(latitude):.5f}° {'Bắc' if latitude >= 0 else 'Nam'}"
    east = f"{abs(longitude):.5f}° {'Đông' if longitude >= 0 else 'Tây'}"
    return f"{north}, {east}".replace(".", ",")


def reporter(citizen: str) -> str:
    """The pseudonym, short: the whole of it is nobody's business on a screen."""
    return f"Người phản ánh {citizen[:6].upper()}"


def telling(tell_at: datetime, decided_at: datetime) -> str:
    """When the reporter will be told."""
    if tell_at <= decided_at:
        return "Sẽ báo người phản ánh ngay sau khi ghi."
    return f"Sẽ báo người phản ánh lúc {moment(tell_at)}."


@dataclass(frozen=True, slots=True)
class Notice:
    """A follow-up as an officer reads it."""

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
            when = f"Đã báo người phản ánh lúc {moment(followup.sent_at or followup.due_at)}"
        case State.HELD | State.FAILED | State.CANCELLED:
            when = ""
        case _:
            when = f"Sẽ báo người phản ánh lúc {moment(followup.due_at)}"
    return Notice(
        title=NOTICES[followup.kind],
        state=followup.state,
        state_label=NOTICE_STATES[followup.state],
        when=when,
        text=_text_of(followup),
        problem=followup.sentence_for_officer or "",
    )


def _text_of(followup: FollowUp) -> str:
    try:
        return followup.text or fill(followup.sentence, followup.values)
    except Rejected:
        return ""


@dataclass(frozen=True, slots=True)
class Check:
    """A line of the checklist: what makes a report actionable, and whether it is there."""

    label: str
    is_there: bool
    detail: str


def checklist(report: Report) -> tuple[Check, ...]:
    """What the report has, and what it lacks."""
    count = report.evidence
    parts = [f"{count.stored} đã lưu"] if count.stored else []
    if count.pending:
        parts.append(f"{count.pending} đang tải")
    if count.failed:
        parts.append(f"{count.failed} không lưu được")
    where = "Chưa có vị trí"
    if report.latitude is not None and report.longitude is not None:
        where = place(report.latitude, report.longitude)
    return (
        Check("Lời kể", bool(report.summary), "Đã có" if report.summary else "Chưa có lời kể"),
        Check("Ảnh, video", count.stored > 0, ", ".join(parts) or "Chưa có tệp"),
        Check("Vị trí", report.latitude is not None, where),
    )


@dataclass(frozen=True, slots=True)
class Tile:
    """An attachment as it is shown."""

    id: str
    state: EvidenceState
    shown_as: str
    """picture, video, audio or document."""
    title: str
    detail: str
    has_preview: bool
    problem: str
    sha256: str


def tile(evidence: Evidence) -> Tile:
    """How to show an attachment: by the type of its bytes once they are here."""
    media_type = evidence.media_type or ""
    family = media_type.partition("/")[0]
    parts = [size(evidence.size)] if evidence.size else []
    if evidence.name:
        parts.insert(0, evidence.name)
    return Tile(
        id=evidence.id,
        state=evidence.state,
        shown_as={"image": "picture", "video": "video", "audio": "audio"}.get(family, "document"),
        title=KINDS.get(evidence.kind, "Tệp"),
        detail=" · ".join(parts),
        has_preview=evidence.preview_name is not None,
        problem=FAILURES[evidence.reason] if evidence.reason else "",
        sha256=evidence.sha256 or "",
    )
