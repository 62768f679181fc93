"""Who works a report, in which unit, as what. Pure."""

from collections.abc import Sequence
from datetime import datetime

from functions.errors import Rejected
from functions.reports.casework.acting import (
    NO_PROPOSAL,
    acted,
    check_open,
    check_received,
    joined,
)
from functions.reports.lifecycle import Change
from functions.reports.model import Report, Transfer
from functions.reports.tracks import Track


def claim(report: Report, *, officer: str, name: str, at: datetime, operation: str) -> Change:
    """An officer takes the report.

    Raises:
        Rejected: it is closed, or somebody else's.
    """
    if report.assignee not in {None, officer}:
        raise Rejected(
            "assigned to somebody else",
            sentence="Phản ánh này đang do cán bộ khác xử lý.",
        )
    return assign(report, to=officer, name=name, officer=officer, at=at, operation=operation)


def assign(
    report: Report, *, to: str | None, name: str, officer: str, at: datetime, operation: str
) -> Change:
    """The report becomes that officer's, or with None nobody's.

    Raises:
        Rejected: it is closed.
    """
    check_open(report)
    return acted(
        report,
        "assigned" if to else "unassigned",
        {"assignee": to, "assignee_name": name if to else ""},
        officer=officer,
        at=at,
        operation=operation,
    )


def classify(
    report: Report,
    *,
    track: Track,
    is_urgent: bool,
    officer: str,
    at: datetime,
    operation: str,
) -> Change:
    """An officer says which track it is, and whether it is urgent.

    Raises:
        Rejected: it is closed.
    """
    check_open(report)
    return acted(
        report,
        "classified",
        {"track": track, "is_urgent": is_urgent},
        officer=officer,
        at=at,
        operation=operation,
    )


def restrict(
    report: Report,
    *,
    is_restricted: bool,
    reason: str,
    officer: str,
    at: datetime,
    operation: str,
) -> Change:
    """The report goes to the inspectorate only, or comes back from it; no words wait any more."""
    changes = {"is_restricted": is_restricted, **NO_PROPOSAL} | (
        {"assignee": None, "assignee_name": ""} if is_restricted else {}
    )
    return acted(
        report,
        "restricted" if is_restricted else "opened to the unit",
        changes,
        officer=officer,
        at=at,
        operation=operation,
        reason=reason,
    )


def offer(
    report: Report,
    *,
    to_unit: str,
    to_lineage: Sequence[str],
    reason: str,
    officer: str,
    at: datetime,
    operation: str,
) -> Change:
    """Offer the report to another unit, which accepts or returns it (article 20.3b).

    Raises:
        Rejected: closed, still being sent, offered already, or the unit's own.
    """
    check_open(report)
    check_received(report)
    if report.transfer is not None:
        raise Rejected("already offered", sentence="Phản ánh đang chờ đơn vị khác tiếp nhận.")
    if to_unit == report.unit_id:
        raise Rejected("own unit", sentence="Phản ánh đã thuộc đơn vị này.")
    transfer = Transfer(
        from_unit=report.unit_id,
        to_unit=to_unit,
        to_lineage=tuple(to_lineage),
        reason=reason,
        asked_at=at,
        asked_by=officer,
    )
    return acted(
        report,
        "transfer offered",
        {"transfer": transfer, "shared_with": joined(report.shared_with, to_lineage)},
        officer=officer,
        at=at,
        operation=operation,
        reason=reason,
    )


def take_over(report: Report, *, officer: str, at: datetime, operation: str) -> Change:
    """The other unit accepts the transfer: the report is its own from now on.

    Words that waited for a superior of the first unit wait no more.

    Raises:
        Rejected: nothing is offered.
    """
    transfer = _offered(report)
    return acted(
        report,
        "transfer accepted",
        {
            "transfer": None,
            "unit_id": transfer.to_unit,
            "lineage": transfer.to_lineage,
            "shared_with": joined(report.shared_with, (transfer.from_unit,)),
            "assignee": None,
            "assignee_name": "",
            **NO_PROPOSAL,
        },
        officer=officer,
        at=at,
        operation=operation,
    )


def return_back(
    report: Report, *, reason: str, officer: str, at: datetime, operation: str
) -> Change:
    """The other unit returns it, or the first one takes the offer back.

    Raises:
        Rejected: nothing is offered.
    """
    transfer = _offered(report)
    line = set(report.line)
    return acted(
        report,
        "transfer returned",
        {
            "transfer": None,
            "shared_with": tuple(
                unit
                for unit in report.shared_with
                if unit in line or unit not in transfer.to_lineage
            ),
        },
        officer=officer,
        at=at,
        operation=operation,
        reason=reason,
    )


def _offered(report: Report) -> Transfer:
    if report.transfer is None:
        raise Rejected("nothing is offered", sentence="Không có đề nghị chuyển nào đang chờ.")
    return report.transfer
