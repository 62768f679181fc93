"""How a report is verified and ends (Decree 61/2026/NĐ-CP, articles 20 to 22). Pure."""

from datetime import datetime
from typing import Any

from functions.errors import Rejected
from functions.reports.audit import AuditEntry
from functions.reports.casework.acting import NO_PROPOSAL, acted, check_received
from functions.reports.deadlines import LONGEST_VERIFICATION, verification_ends
from functions.reports.lifecycle import Change, audited
from functions.reports.model import Outcome, OutcomeCode, Report, ReportState

AT_INTAKE = frozenset(
    {
        OutcomeCode.ANSWERED,
        OutcomeCode.DUPLICATE,
        OutcomeCode.EXPIRED,
        OutcomeCode.INSUFFICIENT,
        OutcomeCode.TRANSFERRED,
    }
)
"""Outcomes that need no verification; all others are for whoever may accept one (thụ lý)."""


def accept(report: Report, *, officer: str, at: datetime, operation: str) -> Change:
    """Begin the verification (thụ lý): the clock of article 21.1 starts.

    Raises:
        Rejected: it is not waiting for that.
    """
    check_received(report)
    if report.state is not ReportState.RECEIVED:
        raise Rejected("not waiting for acceptance", sentence="Phản ánh này đã được thụ lý.")
    return acted(
        report,
        "accepted",
        {
            "state": ReportState.ACCEPTED,
            "accepted_at": at,
            "accepted_by": officer,
            "verify_until": verification_ends(report.kind, at),
        },
        officer=officer,
        at=at,
        operation=operation,
    )


def extend(
    report: Report, *, until: datetime, reason: str, officer: str, at: datetime, operation: str
) -> Change:
    """Verify longer, up to 60 days from acceptance or the reopening (article 21.1a).

    Raises:
        Rejected: not under verification, not longer, or too long.
    """
    if report.state is not ReportState.ACCEPTED or report.verified_since is None:
        raise Rejected("not under verification", sentence="Phản ánh chưa được thụ lý.")
    if report.verify_until is not None and until <= report.verify_until:
        raise Rejected("not an extension", sentence="Thời hạn mới phải sau thời hạn hiện tại.")
    if until > report.verified_since + LONGEST_VERIFICATION:
        raise Rejected(
            "longer than the law allows",
            sentence="Tổng thời hạn xác minh không quá 60 ngày kể từ ngày thụ lý.",
        )
    return acted(
        report,
        "extended",
        {"verify_until": until, "extension_reason": reason},
        officer=officer,
        at=at,
        operation=operation,
        reason=reason,
    )


def conclude(
    report: Report,
    *,
    code: OutcomeCode,
    reason: str,
    note: str,
    officer: str,
    at: datetime,
    tell_at: datetime,
    operation: str,
) -> Change:
    """An officer records how it ended; doing so again makes the next version.

    An outcome of a verification that was not begun begins it in the same act. Words that waited for
    a superior wait no more.

    Raises:
        Rejected: the citizen is still sending, or the reporter would be told before the decision.
    """
    check_received(report)
    if tell_at < at:
        raise Rejected("the reporter cannot be told before the decision")
    outcome = Outcome(
        version=report.outcome.version + 1 if report.outcome else 1,
        code=code,
        reason=reason,
        note=note,
        decided_at=at,
        decided_by=officer,
        tell_at=tell_at,
    )
    entries: tuple[AuditEntry, ...] = ()
    if code not in AT_INTAKE and report.accepted_at is None:
        begun = audited(
            report,
            actor=f"officer:{officer}",
            act="accepted",
            at=at,
            changes={"state": f"{report.state} > {ReportState.ACCEPTED}"},
        )
        report = begun.report.model_copy(update={"accepted_at": at, "accepted_by": officer})
        entries = begun.entries
    change = audited(
        report,
        actor=f"officer:{officer}",
        act="outcome recorded",
        at=at,
        changes={"outcome": code.value, "version": str(outcome.version), "reason": reason},
    )
    concluded = change.report.model_copy(
        update={
            "state": ReportState.CONCLUDED,
            "outcome": outcome,
            "transfer": None,
            "asked_at": None,
            **NO_PROPOSAL,
            "unseen": 0,
            "version": report.version + 1,
            "last_operation": operation,
        }
    )
    return Change(concluded, (*entries, *change.entries))


def reopen(
    report: Report,
    *,
    reason: str,
    officer: str,
    at: datetime,
    operation: str,
    is_undo: bool = False,
) -> Change:
    """A concluded report is worked again, with its outcomes kept (undo, or new evidence).

    Its clock begins anew, but for an undo: then nothing ended.

    Raises:
        Rejected: it is not concluded.
    """
    if report.state is not ReportState.CONCLUDED:
        raise Rejected("not concluded", sentence="Phản ánh chưa có kết quả.")
    changes: dict[str, Any] = {
        "state": ReportState.ACCEPTED if report.accepted_at else ReportState.RECEIVED
    }
    if not is_undo:
        changes["reopened_at"] = at
        if report.accepted_at is not None:
            changes["verify_until"] = verification_ends(report.kind, at)
    return acted(
        report,
        "outcome undone" if is_undo else "reopened",
        changes,
        officer=officer,
        at=at,
        operation=operation,
        reason=reason,
    )
