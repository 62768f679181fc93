"""What stands beside a report's story: whether it is actionable, and its clock. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from functions.admin.language import gettext, marked
from functions.admin.presentation import due, moment, place
from functions.reports.account import Account, Fact, Gap, Moment, Precision
from functions.reports.deadlines import LONGEST_VERIFICATION
from functions.reports.model import EvidenceCount, Report
from functions.reports.rows import due_at
from functions.reports.tracks import Track

GAPS = {
    Gap.ACT: marked("Hành vi"),
    Gap.PLACE: marked("Địa điểm"),
    Gap.TIME: marked("Thời gian"),
    Gap.SUBJECT: marked("Biển số, đối tượng"),
    Gap.MEDIA: marked("Ảnh, video"),
    Gap.ONGOING: marked("Còn diễn ra không"),
    Gap.SOURCE: marked("Vì sao biết"),
}
SHORT_GAPS = {
    Gap.ACT: marked("hành vi"),
    Gap.PLACE: marked("địa điểm"),
    Gap.TIME: marked("thời gian"),
    Gap.SUBJECT: marked("biển số"),
    Gap.MEDIA: marked("ảnh"),
    Gap.ONGOING: marked("còn diễn ra không"),
    Gap.SOURCE: marked("vì sao biết"),
}
"""For lists."""
_LACKING = {
    Gap.ACT: marked("Chưa rõ xảy ra việc gì"),
    Gap.PLACE: marked("Chưa rõ ở đâu"),
    Gap.TIME: marked("Chưa rõ lúc nào"),
    Gap.SUBJECT: marked("Chưa có biển số hoặc đặc điểm"),
    Gap.MEDIA: marked("Chưa có tệp"),
    Gap.ONGOING: marked("Chưa rõ"),
    Gap.SOURCE: marked("Chưa rõ"),
}
_PARTLY = {
    Precision.HOUR: marked("khoảng %(when)s"),
    Precision.PART_OF_DAY: marked("trong buổi, %(when)s"),
    Precision.DAY: marked("trong ngày, %(when)s"),
}


@dataclass(frozen=True, slots=True)
class Check:
    """A line of the checklist: what makes a report actionable, and what was read."""

    gap: Gap
    label: str
    is_there: bool
    detail: str


def checklist(report: Report) -> tuple[Check, ...]:
    """What the report's track asks for, with what the reporter told; in the order of asking."""
    account = report.account
    wanted = {*account.known, *account.gaps}
    checks = []
    for gap in (one for one in Gap if one in wanted):
        told = _told(gap, report)
        is_there = gap in account.known or bool(told)
        lost = _counted(report.evidence) if gap is Gap.MEDIA else ""
        detail = told or lost or gettext(marked("Đã nêu") if is_there else _LACKING[gap])
        checks.append(Check(gap, gettext(GAPS[gap]), is_there, detail))
    return tuple(checks)


def _told(gap: Gap, report: Report) -> str:
    account = report.account
    match gap:
        case Gap.MEDIA:
            return _counted(report.evidence) if report.evidence.stored else ""
        case Gap.PLACE:
            return _place(report)
        case Gap.TIME:
            return "" if account.moment is None else _moment(account.moment)
        case Gap.SUBJECT if account.plates:
            return ", ".join(account.plates)
        case _:
            return _said(account, Fact(gap.value))


def files(report: Report) -> str:
    """How the attachments stand."""
    return _counted(report.evidence)


def _counted(count: EvidenceCount) -> str:
    parts = []
    if count.stored:
        parts.append(gettext("%(number)s đã lưu", number=count.stored))
    if count.pending:
        parts.append(gettext("%(number)s đang tải", number=count.pending))
    if count.failed:
        parts.append(gettext("%(number)s không lưu được", number=count.failed))
    return ", ".join(parts)


def _place(report: Report) -> str:
    told = report.account.place
    words = told.text if told else ""
    if report.latitude is not None and report.longitude is not None:
        point = place(report.latitude, report.longitude)
        return f"{words} ({point})" if words else point
    return words


def _moment(told: Moment) -> str:
    when = moment(told.start)
    partly = _PARTLY.get(told.precision)
    return gettext(partly, when=when) if partly else when


def _said(account: Account, fact: Fact) -> str:
    return "; ".join(dict.fromkeys(each.said for each in account.told(fact) if each.said))


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One time of a report's clock."""

    label: str
    at: datetime
    note: str = ""
    level: str = "past"
    """past, or how near: late, soon, calm."""


def clock(report: Report, now: datetime) -> Sequence[ClockLine]:
    """Received, reopened, accepted, and by when what has to happen."""
    lines = []
    if report.received_at:
        lines.append(ClockLine(gettext("Tiếp nhận"), report.received_at))
    else:
        lines.append(ClockLine(gettext("Bắt đầu gửi"), report.opened_at))
    if report.accepted_at:
        lines.append(ClockLine(gettext("Thụ lý"), report.accepted_at))
    if report.reopened_at:
        lines.append(ClockLine(gettext("Đã mở lại"), report.reopened_at))
    lines.sort(key=lambda line: line.at)
    if not report.state.is_open:
        if report.outcome:
            lines.append(ClockLine(gettext("Kết quả"), report.outcome.decided_at))
        return lines
    end = due_at(report)
    label = gettext("Hạn xác minh") if report.verify_until else gettext("Hạn xem xét")
    nearness = due(end, now)
    lines.append(ClockLine(label, end, nearness.words, nearness.level))
    if report.verified_since and report.kind is Track.VIOLATION:
        longest = report.verified_since + LONGEST_VERIFICATION
        lines.append(ClockLine(gettext("Chậm nhất nếu gia hạn"), longest, "", "calm"))
    return lines
