"""Which acts an officer is offered in a report, and may do. Pure.

Two questions: whether a role permits it in the report's unit (`may_do`, asked again by every
form), and whether the report's state has a use for it (`offered`, which only shapes the page: the
acts themselves refuse what does not fit).
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from functions.errors import Rejected
from functions.followups.notices import can_be_reached
from functions.reports.casework import AT_INTAKE
from functions.reports.model import OutcomeCode, Report, ReportState
from functions.units.model import Officer
from functions.units.roles import Permission

UNDO_OUTCOME = timedelta(minutes=10)
"""How long whoever recorded an outcome may take it back without a superior."""

DEMANDS: Mapping[str, Permission] = {
    "claim": Permission.WORK_CASES,
    "assign": Permission.ASSIGN,
    "release": Permission.WORK_CASES,
    "offer": Permission.TRANSFER,
    "take_over": Permission.TRANSFER,
    "return_back": Permission.TRANSFER,
    "take_back": Permission.TRANSFER,
    "accept": Permission.DECIDE,
    "extend": Permission.DECIDE,
    "classify": Permission.WORK_CASES,
    "restrict": Permission.WORK_CASES,
    "open_to_unit": Permission.WORK_CASES,
    "note": Permission.WORK_CASES,
    "ask": Permission.WORK_CASES,
    "reply": Permission.WORK_CASES,
    "call_back": Permission.WORK_CASES,
    "keep_draft": Permission.WORK_CASES,
    "insert_text": Permission.WORK_CASES,
    "preview_words": Permission.WORK_CASES,
    "propose": Permission.WORK_CASES,
    "withdraw_words": Permission.WORK_CASES,
    "approve": Permission.APPROVE_WORDS,
    "return_words": Permission.APPROVE_WORDS,
    "record": Permission.WORK_CASES,
    "preview": Permission.WORK_CASES,
    "undo_outcome": Permission.WORK_CASES,
    "reopen": Permission.DECIDE,
    "link": Permission.WORK_CASES,
    "unlink": Permission.WORK_CASES,
    "mark_duplicate": Permission.WORK_CASES,
    "split_off": Permission.WORK_CASES,
    "block": Permission.BLOCK,
    "unblock": Permission.BLOCK,
}
"""What each act in a report demands; some demand more, see `may_do` and `may_record`."""

_OF_THE_OTHER_UNIT = frozenset({"take_over", "return_back"})


class NotPermitted(Rejected):
    """No role of the officer permits it in this report: HTTP 403."""

    sentence = "Việc này cần người có thẩm quyền trong đơn vị của phản ánh."


def may_do(act: str, officer: Officer, report: Report) -> bool:
    """Whether the officer's roles permit that act in that report."""
    demanded = DEMANDS[act]
    if act in _OF_THE_OTHER_UNIT:
        transfer = report.transfer
        return transfer is not None and officer.may(
            demanded, transfer.to_lineage, is_restricted=report.is_restricted
        )
    if act == "release" and report.assignee not in {None, officer.subject}:
        demanded = Permission.ASSIGN
    if act == "undo_outcome" and not _is_own_outcome(officer, report):
        demanded = Permission.DECIDE
    return officer.may(demanded, report.line, is_restricted=report.is_restricted)


def may_record(code: OutcomeCode, officer: Officer, report: Report) -> bool:
    """Whether the officer may conclude the report so: a verification needs the competent person."""
    demanded = Permission.WORK_CASES if code in AT_INTAKE else Permission.DECIDE
    return officer.may(demanded, report.line, is_restricted=report.is_restricted)


def offered(officer: Officer, report: Report, now: datetime) -> frozenset[str]:
    """The acts that the page shows this officer."""
    return frozenset(act for act in _fitting(report, now) if may_do(act, officer, report))


def _fitting(report: Report, now: datetime) -> Iterator[str]:
    yield from ("note", "link", "keep_draft", "preview_words", "call_back")
    yield "open_to_unit" if report.is_restricted else "restrict"
    if report.linked:
        yield "unlink"
    if can_be_reached(report):
        yield from ("reply", "block", "unblock")
    if report.state is ReportState.CONCLUDED:
        yield from ("record", "preview", "reopen")
        if report.outcome is not None and now - report.outcome.decided_at <= UNDO_OUTCOME:
            yield "undo_outcome"
        return
    if not report.state.is_open:
        return
    yield from ("assign", "classify", "mark_duplicate", "propose", "approve", "return_words")
    yield "withdraw_words"
    if can_be_reached(report):
        yield "ask"
    yield "claim" if report.assignee is None else "release"
    if report.transfer is not None:
        yield from ("take_over", "return_back", "take_back")
    if report.state is ReportState.GATHERING:
        return
    yield from ("record", "preview", "split_off")
    if report.transfer is None:
        yield "offer"
    yield "accept" if report.state is ReportState.RECEIVED else "extend"


def _is_own_outcome(officer: Officer, report: Report) -> bool:
    return report.outcome is not None and report.outcome.decided_by == officer.subject
