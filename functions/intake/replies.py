"""Which sentence answers what a citizen does. Pure; the wording is `followups`' catalogue."""

from datetime import datetime, timedelta

from functions.followups.model import FollowUp, Kind, followup_id
from functions.followups.sentences import in_vietnam
from functions.intake.conversation import Conversation, LookUp, Say
from functions.reports.model import OutcomeCode, Report, ReportState
from functions.units.model import Unit

_KINDS = {"welcome": Kind.WELCOME, "gathering": Kind.GATHERING}

_STANDS = {
    ReportState.GATHERING: 'đang được ghi nhận; xin bấm "Xong" khi đã gửi đủ',
    ReportState.RECEIVED: "đã tiếp nhận, đang được cán bộ xem xét, xử lý",
}
_ENDED = {
    OutcomeCode.FINED: "đã ra quyết định xử phạt",
    OutcomeCode.RECORD_MADE: "đã lập biên bản vi phạm hành chính, đang hoàn thiện hồ sơ",
    OutcomeCode.NO_VIOLATION: "qua xác minh, không cấu thành vi phạm hành chính",
    OutcomeCode.INSUFFICIENT: "chưa đủ căn cứ để kết luận",
    OutcomeCode.NOT_SANCTIONED: "thuộc trường hợp không ra quyết định xử phạt",
    OutcomeCode.TRANSFERRED: "đã chuyển cơ quan có thẩm quyền giải quyết",
    OutcomeCode.CRIME_SIGNS: "đã chuyển cơ quan có thẩm quyền giải quyết",
    OutcomeCode.FORGED_DATA: "đã chuyển cơ quan có thẩm quyền giải quyết",
    OutcomeCode.DUPLICATE: "trùng với vụ việc đã được tiếp nhận trước đó",
    OutcomeCode.EXPIRED: "đã hết thời hiệu xử phạt",
    OutcomeCode.ANSWERED: "đã được trả lời",
}


def where_it_stands(report: Report, *, now: datetime) -> str:
    """A report's state in a citizen's words. An outcome is not told before its time has come."""
    outcome = report.outcome
    if outcome is None or outcome.tell_at > now:
        return _STANDS.get(report.state, _STANDS[ReportState.RECEIVED])
    return _ENDED[outcome.code]


def reply(
    said: Say, conversation: Conversation, unit: Unit, *, now: datetime, silence: timedelta
) -> FollowUp:
    """The follow-up that says it, due at once."""
    return _follow_up(
        said.sentence,
        said.cause,
        conversation,
        unit,
        now=now,
        values={
            "ten_don_vi": unit.name,
            "so_phut": str(max(1, int(silence.total_seconds() // 60))),
        },
    )


def look_up_answer(
    asked: LookUp, report: Report | None, conversation: Conversation, unit: Unit, *, now: datetime
) -> FollowUp:
    """The answer to "where does my report stand"; of other people's reports it knows nothing."""
    if report is None or report.citizen != conversation.citizen:
        sentence = "status_none" if asked.code is None else "status_not_found"
        return _follow_up(sentence, asked.cause, conversation, unit, now=now, values={})
    return _follow_up(
        "status",
        asked.cause,
        conversation,
        unit,
        now=now,
        values={
            "ma_phieu": report.code,
            "ngay": in_vietnam(report.opened_at)["ngay"],
            "trang_thai": where_it_stands(report, now=now),
        },
    )


def _follow_up(
    sentence: str,
    cause: str,
    conversation: Conversation,
    unit: Unit,
    *,
    now: datetime,
    values: dict[str, str],
) -> FollowUp:
    kind = _KINDS.get(sentence, Kind.ANSWER)
    return FollowUp(
        id=followup_id(kind, sentence, conversation.citizen, cause),
        kind=kind,
        citizen=conversation.citizen,
        page_id=conversation.page_id,
        unit_id=unit.id,
        sentence=sentence,
        values=values,
        created_at=now,
        due_at=now,
        next_at=now,
    )
