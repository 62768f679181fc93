"""Reports of one incident, duplicates, and parts that become reports of their own. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from functions.errors import Rejected
from functions.reports.account import Account
from functions.reports.casework.acting import (
    NO_PROPOSAL,
    acted,
    check_open,
    check_received,
    joined,
)
from functions.reports.lifecycle import Change, add_items, audited
from functions.reports.model import EvidenceCount, Report, ReportState, TimelineItem

MOST_LINKS = 50


@dataclass(frozen=True, slots=True)
class Split:
    """A report of which a part became a report of its own."""

    original: Change
    part: Change


def link(report: Report, *, other: str, officer: str, at: datetime, operation: str) -> Change:
    """The other report is about the same incident. Reversible; done to both.

    Raises:
        Rejected: itself, or too many.
    """
    if other == report.id:
        raise Rejected("linked to itself", sentence="Không thể liên kết phản ánh với chính nó.")
    linked = _linked(report, other)
    return acted(report, "linked", {"linked": linked}, officer=officer, at=at, operation=operation)


def unlink(report: Report, *, other: str, officer: str, at: datetime, operation: str) -> Change:
    """The other report is not about the same incident after all; nor is it its original."""
    changes: dict[str, Any] = {
        "linked": tuple(one for one in report.linked if one != other),
    }
    if report.duplicate_of == other:
        changes["duplicate_of"] = None
    return acted(report, "unlinked", changes, officer=officer, at=at, operation=operation)


def mark_duplicate(
    report: Report, *, original: str, officer: str, at: datetime, operation: str
) -> Change:
    """The report tells what `original` tells. Its reporter still hears that one's outcome.

    Raises:
        Rejected: it is itself, or has too many links.
    """
    if original == report.id:
        raise Rejected("duplicate of itself", sentence="Phản ánh không thể trùng với chính nó.")
    return acted(
        report,
        "marked as duplicate",
        {"duplicate_of": original, "linked": _linked(report, original)},
        officer=officer,
        at=at,
        operation=operation,
    )


def split_off(
    report: Report,
    *,
    part_id: str,
    code: str,
    items: Sequence[TimelineItem],
    evidence: EvidenceCount,
    account: Account,
    officer: str,
    at: datetime,
    operation: str,
) -> Split:
    """These items tell another violation: it becomes a report of its own, linked with this one.

    Nothing leaves this report; the attachments of the part are the same files, and the part counts
    as received, or taken up again, when this report was.

    Raises:
        Rejected: closed, still being sent, or nothing was chosen.
    """
    check_open(report)
    check_received(report)
    if not items:
        raise Rejected("nothing to split off", sentence="Xin chọn nội dung cần tách.")
    part = add_items(
        report.model_copy(
            update={
                "id": part_id,
                "code": code,
                "state": ReportState.RECEIVED,
                "summary": "",
                "latitude": None,
                "longitude": None,
                "messages": 0,
                "account": account,
                "outcome": None,
                "transfer": None,
                "accepted_at": None,
                "accepted_by": "",
                "verify_until": None,
                "extension_reason": "",
                "asked_at": None,
                **NO_PROPOSAL,
                "unseen": 0,
                "duplicate_of": None,
                "linked": (report.id,),
                "split_from": report.id,
                "reopenings": 0,
                "withdrawal_asked_at": None,
                "version": 1,
                "audit_sequence": 0,
                "audit_hash": Report.model_fields["audit_hash"].default,
                "last_operation": operation,
            }
        ),
        items,
        at,
    ).model_copy(update={"evidence": evidence})
    begun = audited(
        part,
        actor=f"officer:{officer}",
        act="split off",
        at=at,
        changes={"code": code, "unit": part.unit_id, "from": report.id},
    )
    original = acted(
        report,
        "split",
        {"linked": _linked(report, part_id)},
        officer=officer,
        at=at,
        operation=operation,
    )
    return Split(original, begun)


def _linked(report: Report, other: str) -> tuple[str, ...]:
    linked = joined(report.linked, (other,))
    if len(linked) > MOST_LINKS:
        raise Rejected("too many links", sentence="Phản ánh đã có quá nhiều liên kết.")
    return linked
