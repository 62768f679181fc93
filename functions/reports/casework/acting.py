"""An act of an officer as a change: its audit entry tells what it changed, before and after."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any

from functions.errors import Rejected
from functions.reports.lifecycle import Change, audited
from functions.reports.model import Report, ReportState, Transfer

NO_PROPOSAL: Mapping[str, Any] = {"proposed_at": None, "proposed_by": ""}
"""Nothing waits for a superior, or not any more."""


def acted(
    report: Report,
    act: str,
    changes: Mapping[str, Any],
    *,
    officer: str,
    at: datetime,
    operation: str,
    reason: str = "",
) -> Change:
    """The change: these fields of the report, one version more, and the entry that tells it."""
    told = {
        field: f"{_shown(getattr(report, field))} > {_shown(value)}"
        for field, value in changes.items()
        if getattr(report, field) != value
    }
    if reason:
        told["reason"] = reason
    change = audited(report, actor=f"officer:{officer}", act=act, at=at, changes=told)
    after = change.report.model_copy(
        update={
            "unseen": 0,
            **changes,
            "version": report.version + 1,
            "last_operation": operation,
        }
    )
    return Change(after, change.entries)


def _shown(value: object) -> str:
    match value:
        case None:
            return "-"
        case Transfer():
            return value.to_unit
        case Enum():
            return str(value.value)
        case datetime():
            return value.isoformat(timespec="seconds")
        case tuple():
            return ",".join(map(str, value)) or "-"
        case _:
            return str(value)


def joined(known: Sequence[str], more: Sequence[str]) -> tuple[str, ...]:
    """Both, each once, in their order."""
    return tuple(dict.fromkeys((*known, *more)))


def check_open(report: Report) -> None:
    """Let only an open report pass.

    Raises:
        Rejected: it is closed.
    """
    if not report.state.is_open:
        raise Rejected("the report is closed", sentence="Phản ánh này đã có kết quả.")


def check_received(report: Report) -> None:
    """Let only a report pass that was sent off.

    Raises:
        Rejected: the reporter is still sending, or cancelled it.
    """
    if report.state is ReportState.GATHERING:
        raise Rejected(
            "the report is still being gathered",
            sentence="Người dân đang gửi thêm nội dung. Xin chờ phản ánh được gửi xong.",
        )
    if report.state is ReportState.WITHDRAWN:
        raise Rejected("the reporter cancelled it", sentence="Người dân đã hủy phản ánh này.")
