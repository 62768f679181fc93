"""What may happen to a report. Pure: a report and a decision in, a change out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from functions.errors import Conflict, Rejected
from functions.reports.audit import AuditEntry, chain
from functions.reports.model import (
    SUMMARY_CHARACTERS,
    EvidenceCount,
    ItemKind,
    Outcome,
    OutcomeCode,
    Report,
    ReportState,
    TimelineItem,
)

REPORTER = "reporter"
SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Change:
    """The report after a change, and the audit entries that record it."""

    report: Report
    entries: tuple[AuditEntry, ...] = ()


def _audited(
    report: Report, *, actor: str, act: str, at: datetime, changes: Mapping[str, str]
) -> Change:
    entry = chain(
        report.audit_hash,
        report.audit_sequence + 1,
        actor=actor,
        act=act,
        at=at,
        changes=changes,
    )
    return Change(
        report.model_copy(
            update={"audit_sequence": entry.sequence, "audit_hash": entry.hash, "updated_at": at}
        ),
        (entry,),
    )


def open_report(
    *, report_id: str, code: str, unit_id: str, page_id: str, citizen: str, at: datetime
) -> Change:
    """A report begins with the first thing a citizen sends."""
    report = Report(
        id=report_id,
        code=code,
        unit_id=unit_id,
        page_id=page_id,
        citizen=citizen,
        state=ReportState.GATHERING,
        opened_at=at,
        updated_at=at,
    )
    return _audited(
        report, actor=REPORTER, act="opened", at=at, changes={"code": code, "unit": unit_id}
    )


def add_items(report: Report, items: Sequence[TimelineItem], at: datetime) -> Report:
    """The report after the citizen sent more. Items are never changed, so they need no audit."""
    summary, latitude, longitude = report.summary, report.latitude, report.longitude
    attachments = 0
    for item in items:
        if item.kind is ItemKind.TEXT and not summary:
            summary = " ".join(item.text.split())[:SUMMARY_CHARACTERS]
        if item.kind is ItemKind.LOCATION and latitude is None:
            latitude, longitude = item.latitude, item.longitude
        if item.kind is ItemKind.EVIDENCE:
            attachments += 1
    count = report.evidence
    return report.model_copy(
        update={
            "summary": summary,
            "latitude": latitude,
            "longitude": longitude,
            "messages": report.messages + len(items),
            "evidence": count.model_copy(update={"pending": count.pending + attachments}),
            "updated_at": max(at, report.updated_at),
        }
    )


def receive(report: Report, *, at: datetime, because: str) -> Change:
    """The citizen has finished, or fell silent: the report is complete as sent.

    Raises:
        Conflict: it was not being gathered any more.
    """
    if report.state is not ReportState.GATHERING:
        raise Conflict("the report is not being gathered")
    change = _audited(report, actor=REPORTER, act="received", at=at, changes={"because": because})
    received = change.report.model_copy(update={"state": ReportState.RECEIVED, "received_at": at})
    return Change(received, change.entries)


def settle_evidence(
    report: Report, *, evidence_id: str, at: datetime, sha256: str | None, reason: str | None
) -> Change:
    """One attachment is safe (`sha256` given) or lost for a stated `reason`."""
    safe = sha256 is not None
    change = _audited(
        report,
        actor=SYSTEM,
        act="evidence stored" if safe else "evidence lost",
        at=at,
        changes={"evidence": evidence_id}
        | ({"sha256": sha256} if sha256 is not None else {"reason": reason or "unknown"}),
    )
    count = report.evidence
    after = EvidenceCount(
        pending=max(0, count.pending - 1),
        stored=count.stored + safe,
        failed=count.failed + (not safe),
    )
    return Change(change.report.model_copy(update={"evidence": after}), change.entries)


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

    Raises:
        Rejected: the citizen is still sending, or the reporter would be told before the decision.
    """
    if report.state is ReportState.GATHERING:
        raise Rejected(
            "the report is still being gathered",
            sentence="Người dân đang gửi thêm nội dung. Xin ghi kết quả khi phản ánh đã gửi xong.",
        )
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
    change = _audited(
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
            "version": report.version + 1,
            "last_operation": operation,
        }
    )
    return Change(concluded, change.entries)
