"""Words to the reporter and to colleagues; the words themselves are timeline items. Pure."""

from datetime import datetime

from functions.reports.casework.acting import NO_PROPOSAL, acted, check_open
from functions.reports.lifecycle import Change
from functions.reports.model import Report


def ask_reporter(report: Report, *, officer: str, at: datetime, operation: str) -> Change:
    """The reporter is asked for more; the question itself is a timeline item.

    Raises:
        Rejected: it is closed.
    """
    check_open(report)
    return acted(
        report, "reporter asked", {"asked_at": at}, officer=officer, at=at, operation=operation
    )


def write_down(
    report: Report, act: str, *, officer: str, at: datetime, operation: str, reason: str = ""
) -> Change:
    """An officer adds a note or answers the reporter: the words are an item of their own."""
    return acted(report, act, {}, officer=officer, at=at, operation=operation, reason=reason)


def propose(report: Report, *, kind: str, officer: str, at: datetime, operation: str) -> Change:
    """An officer's words wait for a superior; earlier ones that waited give way to them.

    Raises:
        Rejected: it is closed.
    """
    check_open(report)
    return acted(
        report,
        "words proposed",
        {"proposed_at": at, "proposed_by": officer},
        officer=officer,
        at=at,
        operation=operation,
        reason=kind,
    )


def settle_proposal(
    report: Report, act: str, *, officer: str, at: datetime, operation: str, reason: str = ""
) -> Change:
    """The words wait no more: approved, returned, or taken back by their author."""
    return acted(
        report, act, NO_PROPOSAL, officer=officer, at=at, operation=operation, reason=reason
    )


def call_back(report: Report, *, officer: str, at: datetime, operation: str, asked: bool) -> Change:
    """Words to the reporter were stopped before they left; `asked`: they were the open question."""
    changes = {"asked_at": None} if asked else {}
    return acted(report, "words called back", changes, officer=officer, at=at, operation=operation)
