"""Where a report stands, in a citizen's words. Pure; the wording is `followups`' catalogue."""

from datetime import datetime

from functions.followups.sentences import Choice, Language, choices, fill, in_vietnam
from functions.reports.model import OutcomeCode, Report, ReportState

MOST_LISTED = 5
_TOLD_AS = {
    # What a criminal investigation looks into is not for a chat message.
    OutcomeCode.CRIME_SIGNS: OutcomeCode.TRANSFERRED,
    OutcomeCode.FORGED_DATA: OutcomeCode.TRANSFERRED,
}


def is_told(report: Report, *, now: datetime) -> bool:
    """Whether it is closed with an outcome that its reporter may know: not before its time."""
    outcome = report.outcome
    is_closed = report.state is ReportState.CONCLUDED
    return is_closed and outcome is not None and outcome.tell_at <= now


def where_it_stands(report: Report, language: Language = "vi", *, now: datetime) -> str:
    """A report's state."""
    if report.outcome is not None and is_told(report, now=now):
        code = report.outcome.code
        return fill(f"state_{_TOLD_AS.get(code, code).value}", {}, language)
    state = report.state
    if state is ReportState.CONCLUDED:
        state = ReportState.ACCEPTED if report.accepted_at else ReportState.RECEIVED
    return fill(f"state_{state.value}", {}, language)


def told_of(report: Report, language: Language = "vi", *, now: datetime) -> dict[str, str]:
    """The values by which a sentence speaks of a report."""
    return {
        "ma_phieu": report.code,
        "ngay": in_vietnam(report.opened_at)["ngay"],
        "trang_thai": where_it_stands(report, language, now=now),
    }


def listed(reports: list[Report], language: Language = "vi", *, now: datetime) -> str:
    """One line for each of the newest."""
    return "\n".join(
        fill("line_report", told_of(report, language, now=now), language)
        for report in reports[:MOST_LISTED]
    )


def buttons_for(report: Report, language: Language = "vi", *, now: datetime) -> tuple[Choice, ...]:
    """What its reporter can do with it now."""
    if report.state is ReportState.GATHERING:
        keys = ["finish", "cancel"]
    elif is_told(report, now=now):
        keys = ["look_up", "report"] if report.reopenings else ["reopen", "report"]
    elif report.state is ReportState.WITHDRAWN:
        keys = ["report", "look_up"]
    elif report.withdrawal_asked_at is not None:
        keys = ["supplement", "report"]
    else:
        keys = ["supplement", "withdraw", "report"]
    values = {"ma_phieu": report.code}
    return tuple(choice for key in keys for choice in choices(f"button_{key}", values, language))
