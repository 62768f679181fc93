"""The follow-ups that a report's life calls for. Pure: a report and a moment in, one out."""

from datetime import datetime, timedelta

from functions.followups.model import FollowUp, Kind, followup_id
from functions.followups.sentences import LANGUAGES, Language, fill, in_vietnam
from functions.reports.model import Outcome, OutcomeCode, Report
from functions.reports.tracks import Source
from functions.units.model import Unit

RECEIPT_WAITS_FOR_EVIDENCE = timedelta(minutes=2)
"""The receipt goes out when the evidence is safe, and then at the latest."""

UNDO = timedelta(seconds=15)
"""How long an officer's words wait, so that they can be called back."""

_MORE: dict[Language, str] = {"vi": "Thông tin thêm", "en": "More information"}

_TOLD_AS = {
    # What a criminal investigation looks into is not for a chat message.
    OutcomeCode.CRIME_SIGNS: OutcomeCode.TRANSFERRED,
    OutcomeCode.FORGED_DATA: OutcomeCode.TRANSFERRED,
}


def receipt_id(report_id: str) -> str:
    """The one receipt of a report."""
    return followup_id(Kind.RECEIPT, report_id)


def receipt_words(report: Report, unit: Unit, opening: str = "") -> tuple[str, dict[str, str]]:
    """The receipt's sentence and values, as the evidence stands now.

    `opening` is what it begins with: why it comes, where the reporter did not say "Xong".
    """
    count = report.evidence
    kept = count.pending + count.stored
    attached = fill("part_attached", {"so_tep": str(kept)}, language_of(report))
    values = {
        "ten_don_vi": unit.name,
        "ma_phieu": report.code,
        "mo_dau": f"{opening}\n" if opening else "",
        "tai_lieu": f"\n{attached}" if kept else "",
        "so_tep": str(kept),
        "so_tep_loi": str(count.failed),
        **in_vietnam(report.received_at or report.opened_at, language_of(report)),
    }
    if count.failed:
        return "receipt_incomplete", values
    # The unit that it was sent to cannot read what is about an officer.
    return ("receipt_complaint" if report.is_restricted else "receipt"), values


def receipt(report: Report, unit: Unit, *, now: datetime, opening: str = "") -> FollowUp:
    """The receipt with the report's code; `opening` as for `receipt_words`."""
    sentence, values = receipt_words(report, unit, opening)
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
        "them": f"\n{_MORE[language_of(report)]}: {reason}" if reason else "",
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


def can_be_reached(report: Report) -> bool:
    """Whether the reporter wrote through Zalo, so that we can write back."""
    return report.source is Source.ZALO


def wants_result(report: Report) -> bool:
    """Whether the reporter is told how it goes on: only on request (Decree 61/2026, 19.4)."""
    return can_be_reached(report) and report.wants_result


def language_of(report: Report) -> Language:
    """The language in which the reporter writes."""
    return next((each for each in LANGUAGES if each == report.language), LANGUAGES[0])


def accepted_notice(report: Report, *, now: datetime) -> FollowUp:
    """The verification has begun (thụ lý)."""
    return _step(report, "accepted_notice", str(report.version), now=now, day=now)


def extended_notice(report: Report, until: datetime, *, now: datetime) -> FollowUp:
    """The verification lasts longer."""
    return _step(report, "extended_notice", str(report.version), now=now, day=until)


def transferred_notice(report: Report, to: Unit, *, now: datetime) -> FollowUp:
    """Another unit has accepted the report."""
    values = {"don_vi_khac": to.name}
    return _step(report, "transferred_notice", str(report.version), now=now, day=now, more=values)


def words_of(report: Report, text: str, unit: Unit) -> dict[str, str]:
    """The values of an officer's question or reply."""
    return {"ma_phieu": report.code, "ten_don_vi": unit.name, "noi_dung": text.strip()}


WORDS = {Kind.QUESTION: "question_to_citizen", Kind.REPLY: "officer_reply"}
"""The sentence around an officer's own words."""


def words_told(report: Report, kind: Kind, text: str, unit: Unit) -> str:
    """What the reporter reads of an officer's words, word for word."""
    return fill(WORDS[kind], words_of(report, text, unit), language_of(report))


def words(
    report: Report, kind: Kind, text: str, unit: Unit, *, operation: str, now: datetime
) -> FollowUp:
    """An officer's question or reply, due when it cannot be called back any more."""
    return _about(
        report,
        identifier=followup_id(kind, report.id, operation),
        kind=kind,
        sentence=WORDS[kind],
        values=words_of(report, text, unit),
        now=now,
        due_at=now + UNDO,
    )


def _step(
    report: Report,
    sentence: str,
    cause: str,
    *,
    now: datetime,
    day: datetime,
    more: dict[str, str] | None = None,
) -> FollowUp:
    return _about(
        report,
        identifier=followup_id(Kind.STEP, report.id, sentence, cause),
        kind=Kind.STEP,
        sentence=sentence,
        values={"ma_phieu": report.code, **in_vietnam(day, language_of(report)), **(more or {})},
        now=now,
        due_at=now,
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
        language=language_of(report),
        created_at=now,
        due_at=due_at,
        next_at=due_at,
    )
