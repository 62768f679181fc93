"""The follow-ups that a report's life calls for. Pure: a report and a moment in, one out."""

from datetime import datetime, timedelta

from functions.followups.model import FollowUp, Kind, followup_id
from functions.followups.sentences import in_vietnam
from functions.reports.model import Outcome, OutcomeCode, Report
from functions.units.model import Unit

RECEIPT_WAITS_FOR_EVIDENCE = timedelta(minutes=2)
"""The receipt goes out when the evidence is safe, and then at the latest."""

_TOLD_AS = {
    # What a criminal investigation looks into is not for a chat message.
    OutcomeCode.CRIME_SIGNS: OutcomeCode.TRANSFERRED,
    OutcomeCode.FORGED_DATA: OutcomeCode.TRANSFERRED,
}


def receipt_id(report_id: str) -> str:
    """The one receipt of a report."""
    return followup_id(Kind.RECEIPT, report_id)


def receipt_words(report: Report, unit: Unit) -> tuple[str, dict[str, str]]:
    """The receipt's sentence and values, as the evidence stands now."""
    count = report.evidence
    kept = count.pending + count.stored
    values = {
        "ten_don_vi": unit.name,
        "ma_phieu": report.code,
        "tai_lieu": f"\nTài liệu kèm theo: {kept} tệp" if kept else "",
        "so_tep": str(kept),
        "so_tep_loi": str(count.failed),
        **in_vietnam(report.received_at or report.opened_at),
    }
    return ("receipt_incomplete" if count.failed else "receipt"), values


def receipt(report: Report, unit: Unit, *, now: datetime) -> FollowUp:
    """The receipt with the report's code."""
    sentence, values = receipt_words(report, unit)
    due_at = now + RECEIPT_WAITS_FOR_EVIDENCE if report.evidence.pending else now
    return _about(
        report,
        identifier=receipt_id(report.id),
        kind=Kind.RECEIPT,
        sentence=sentence,
        values=values,
        now=now,
        due_at=due_at,
    )


def media_problem(
    report: Report, reason: str, *, now: datetime, values: dict[str, str]
) -> FollowUp:
    """What went wrong with an attachment and what to do: once for each reason in a report."""
    return _about(
        report,
        identifier=followup_id(Kind.MEDIA_PROBLEM, report.id, reason),
        kind=Kind.MEDIA_PROBLEM,
        sentence=f"media_{reason}",
        values={"ma_phieu": report.code, **values},
        now=now,
        due_at=now,
    )


def outcome_id(report_id: str, version: int) -> str:
    """The one notice of one version of an outcome."""
    return followup_id(Kind.OUTCOME, report_id, str(version))


def outcome_words(report: Report, outcome: Outcome, unit: Unit) -> tuple[str, dict[str, str]]:
    """The sentence and values by which a reporter is told an outcome."""
    told_as = _TOLD_AS.get(outcome.code, outcome.code)
    reason = outcome.reason.strip()
    return f"outcome_{told_as.value}", {
        "ten_don_vi": unit.name,
        "ma_phieu": report.code,
        "so_thong_bao": notice_number(report, outcome),
        "them": f"\nThông tin thêm: {reason}" if reason else "",
    }


def notice_number(report: Report, outcome: Outcome) -> str:
    """The number by which a notice is recognised on both sides."""
    return f"TB {report.code}/{outcome.version}"


def outcome_notice(report: Report, outcome: Outcome, unit: Unit) -> FollowUp:
    """The notice of an outcome, due when the officer chose."""
    sentence, values = outcome_words(report, outcome, unit)
    return _about(
        report,
        identifier=outcome_id(report.id, outcome.version),
        kind=Kind.OUTCOME,
        sentence=sentence,
        values=values,
        now=outcome.decided_at,
        due_at=outcome.tell_at,
        notice=notice_number(report, outcome),
    )


def _about(
    report: Report,
    *,
    identifier: str,
    kind: Kind,
    sentence: str,
    values: dict[str, str],
    now: datetime,
    due_at: datetime,
    notice: str | None = None,
) -> FollowUp:
    return FollowUp(
        id=identifier,
        kind=kind,
        citizen=report.citizen,
        page_id=report.page_id,
        unit_id=report.unit_id,
        report_id=report.id,
        report_code=report.code,
        notice=notice,
        sentence=sentence,
        values=values,
        created_at=now,
        due_at=due_at,
        next_at=due_at,
    )
