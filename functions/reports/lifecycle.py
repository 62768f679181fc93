"""What the reporter and the system do with a report. Pure: report and event in, change out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from functions.errors import Conflict, Rejected
from functions.reports.account import Account, Finding
from functions.reports.audit import AuditEntry, chain
from functions.reports.model import (
    SUMMARY_CHARACTERS,
    EvidenceCount,
    ItemKind,
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


def audited(
    report: Report, *, actor: str, act: str, at: datetime, changes: Mapping[str, str]
) -> Change:
    """The report with one more entry at the end of its audit chain."""
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
    *,
    report_id: str,
    code: str,
    unit_id: str,
    page_id: str,
    citizen: str,
    at: datetime,
    lineage: tuple[str, ...] = (),
    language: str = "vi",
    notice_version: str = "",
) -> Change:
    """A report begins with the first thing a citizen sends."""
    report = Report(
        id=report_id,
        code=code,
        unit_id=unit_id,
        lineage=lineage,
        page_id=page_id,
        citizen=citizen,
        state=ReportState.GATHERING,
        opened_at=at,
        updated_at=at,
        language=language,
        notice_version=notice_version,
    )
    return audited(
        report, actor=REPORTER, act="opened", at=at, changes={"code": code, "unit": unit_id}
    )


def add_items(report: Report, items: Sequence[TimelineItem], at: datetime) -> Report:
    """The report after the citizen sent more. Items are never changed, so they need no audit."""
    summary, latitude, longitude = report.summary, report.latitude, report.longitude
    attachments = 0
    for item in items:
        if item.kind is ItemKind.TEXT and not summary:
            summary = summary_of(item.text)
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
            "unseen": report.unseen + len(items),
            "asked_at": None if items else report.asked_at,
            "updated_at": max(at, report.updated_at),
        }
    )


def summary_of(text: str) -> str:
    """The first words of a text, for lists."""
    words = " ".join(text.split())
    return words if len(words) <= SUMMARY_CHARACTERS else words[: SUMMARY_CHARACTERS - 1] + "…"


def describe(
    report: Report,
    account: Account,
    *,
    opened_at: datetime,
    summary: str | None,
    is_urgent: bool,
    is_anonymous: bool,
    at: datetime,
    suggested_unit_id: str | None = None,
) -> Change:
    """The report as the messages tell it by now; `summary` None leaves that as it is."""
    marks = {"is_urgent": is_urgent, "is_restricted": account.is_complaint}
    was = {"is_urgent": report.is_urgent, "is_restricted": report.is_restricted}
    news = {name: str(value).lower() for name, value in marks.items() if value != was[name]}
    change = Change(report)
    if news:
        change = audited(report, actor=SYSTEM, act="described", at=at, changes=news)
    place = account.place
    described = change.report.model_copy(
        update={
            "account": account,
            "opened_at": opened_at,
            "summary": report.summary if summary is None else summary,
            "latitude": place.latitude if place else None,
            "longitude": place.longitude if place else None,
            "is_anonymous": is_anonymous,
            "suggested_unit_id": suggested_unit_id,
            **marks,
        }
    )
    return Change(described, change.entries)


def learn(report: Report, findings: Iterable[Finding]) -> Report:
    """The report after more was told about it, whoever works on it meanwhile."""
    account = report.account.joined(findings)
    return report.model_copy(
        update={
            "account": account,
            "is_urgent": report.is_urgent or account.is_pressing,
            "is_restricted": report.is_restricted or account.is_complaint,
        }
    )


def receive(report: Report, *, at: datetime, because: str) -> Change:
    """The citizen has finished, or fell silent: the report is complete as sent.

    Messages that were late may show that it was complete at another time than was thought.

    Raises:
        Conflict: an officer has decided on it already.
    """
    _check_undecided(report)
    change = audited(report, actor=REPORTER, act="received", at=at, changes={"because": because})
    received = change.report.model_copy(update={"state": ReportState.RECEIVED, "received_at": at})
    return Change(received, change.entries)


def cancel(report: Report, *, at: datetime, because: str) -> Change:
    """The citizen takes it back while sending it, or it turns out to be part of another.

    Raises:
        Conflict: an officer has decided on it already.
    """
    _check_undecided(report)
    change = audited(report, actor=REPORTER, act="cancelled", at=at, changes={"because": because})
    cancelled = change.report.model_copy(update={"state": ReportState.WITHDRAWN})
    return Change(cancelled, change.entries)


def hand_over(
    source: Report,
    target: Report,
    items: Sequence[TimelineItem],
    count: EvidenceCount,
    at: datetime,
) -> tuple[Change, Change]:
    """Items that belong to another report than was thought, with the state of their evidence."""
    changes = {"items": ", ".join(item.id for item in items)}
    given = audited(
        source, actor=SYSTEM, act="items moved", at=at, changes={**changes, "to": target.id}
    )
    taken = audited(
        target, actor=SYSTEM, act="items moved", at=at, changes={**changes, "from": source.id}
    )
    return (
        Change(_weighed(given.report, -len(items), count, -1), given.entries),
        Change(_weighed(taken.report, len(items), count, 1), taken.entries),
    )


def take_out(report: Report, item_id: str, at: datetime) -> Change:
    """Words that turn out to belong to no report; they stay in the conversation."""
    out = audited(report, actor=SYSTEM, act="item taken out", at=at, changes={"item": item_id})
    return Change(_weighed(out.report, -1, EvidenceCount(), 1), out.entries)


def _weighed(report: Report, items: int, count: EvidenceCount, sign: int) -> Report:
    was = report.evidence
    evidence = EvidenceCount(
        pending=max(0, was.pending + sign * count.pending),
        stored=max(0, was.stored + sign * count.stored),
        failed=max(0, was.failed + sign * count.failed),
    )
    return report.model_copy(
        update={"messages": max(0, report.messages + items), "evidence": evidence}
    )


def is_touched(report: Report) -> bool:
    """Whether an officer has worked on it, so that late messages change no more than they add."""
    waits = {ReportState.GATHERING, ReportState.RECEIVED, ReportState.WITHDRAWN}
    return report.state not in waits or bool(report.last_operation)


def _check_undecided(report: Report) -> None:
    if report.state in {ReportState.ACCEPTED, ReportState.CONCLUDED}:
        raise Conflict("an officer has decided on the report")


def settle_evidence(
    report: Report, *, evidence_id: str, at: datetime, sha256: str | None, reason: str | None
) -> Change:
    """One attachment is safe (`sha256` given) or lost for a stated `reason`."""
    safe = sha256 is not None
    change = audited(
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


def ask_withdrawal(report: Report, *, at: datetime) -> Change:
    """The reporter takes it back; an officer decides, since the act may be one to pursue anyway.

    Asking again changes nothing.

    Raises:
        Rejected: it is still being gathered, or closed.
    """
    if report.state is ReportState.GATHERING or not report.state.is_open:
        raise Rejected("nothing that could be taken back")
    if report.withdrawal_asked_at is not None:
        return Change(report)
    change = audited(report, actor=REPORTER, act="withdrawal asked", at=at, changes={})
    return _noticed(change, {"withdrawal_asked_at": at})


def choose_result(report: Report, *, is_wanted: bool, at: datetime) -> Change:
    """The reporter wants to be told the result, or does not."""
    if report.wants_result == is_wanted:
        return Change(report)
    act = "result wanted" if is_wanted else "result not wanted"
    change = audited(report, actor=REPORTER, act=act, at=at, changes={})
    return Change(change.report.model_copy(update={"wants_result": is_wanted}), change.entries)


def reopen(report: Report, *, at: datetime) -> Change:
    """The reporter has a concluded report looked at again: once. Its outcomes are kept.

    Raises:
        Rejected: it has no outcome, or was looked at again before.
    """
    if report.state is not ReportState.CONCLUDED:
        raise Rejected("no outcome that could be looked at again")
    if report.reopenings:
        raise Rejected("it was looked at again before")
    change = audited(report, actor=REPORTER, act="reopened", at=at, changes={})
    return _noticed(
        change,
        {
            "state": ReportState.RECEIVED,
            "reopened_at": at,
            "reopenings": 1,
            # Nobody has accepted what is asked now.
            "accepted_at": None,
            "accepted_by": "",
            "verify_until": None,
        },
    )


def part_from_reporter(report: Report, *, nobody: str, at: datetime) -> Change:
    """The reporter had their data erased: the report names `nobody`, a pseudonym of no one."""
    change = audited(report, actor=REPORTER, act="reporter erased", at=at, changes={})
    parted = {"citizen": nobody, "wants_result": False}
    return Change(change.report.model_copy(update=parted), change.entries)


def follow_unit(
    report: Report, *, lineage: Sequence[str], to_lineage: Sequence[str] = (), at: datetime
) -> Change:
    """The unit, or the one that the report is offered to, hangs elsewhere since a reorganisation.

    Following again changes nothing.

    Args:
        report: open or closed; a restricted one stays with the root's inspectorate.
        lineage: the unit's lineage as it is now.
        to_lineage: that of the unit it is offered to; () leaves the offer as it is.
        at: when it follows.
    """
    fields: dict[str, object] = {}
    told: dict[str, str] = {}
    if report.line != tuple(lineage):
        fields["lineage"] = tuple(lineage)
        told["lineage"] = f"{','.join(report.line)} > {','.join(lineage)}"
    transfer = report.transfer
    if transfer is not None and to_lineage and transfer.to_lineage != tuple(to_lineage):
        kept = [unit for unit in report.shared_with if unit not in transfer.to_lineage]
        shared = tuple(dict.fromkeys((*kept, *to_lineage)))
        fields["transfer"] = transfer.model_copy(update={"to_lineage": tuple(to_lineage)})
        fields["shared_with"] = shared
        told["shared_with"] = f"{','.join(report.shared_with) or '-'} > {','.join(shared)}"
    if not fields:
        return Change(report)
    change = audited(report, actor=SYSTEM, act="unit moved", at=at, changes=told)
    return Change(change.report.model_copy(update=fields), change.entries)


def _noticed(change: Change, fields: Mapping[str, object]) -> Change:
    """With these fields, and shown to officers as something new from the reporter."""
    unseen = {"unseen": change.report.unseen + 1}
    return Change(change.report.model_copy(update={**fields, **unseen}), change.entries)
