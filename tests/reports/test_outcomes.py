"""How a report ends, and that a later decision is a version of its own."""

from datetime import UTC, datetime, timedelta

import pytest

from functions.errors import Rejected
from functions.reports.casework import conclude
from functions.reports.lifecycle import Change, open_report, receive
from functions.reports.model import OutcomeCode, Report

NOON = datetime(2026, 11, 21, 5, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)
GATHERING = open_report(
    report_id="r1", code="7K3F-9Q2D-X", unit_id="pc08", page_id="p1", citizen="c1", at=NOON
).report
RECEIVED = receive(GATHERING, at=NOON, because="done").report


def _conclude(report: Report, **changes: object) -> Change:
    decision: dict[str, object] = {
        "code": OutcomeCode.ANSWERED,
        "reason": "",
        "note": "",
        "officer": "subject1",
        "at": LATER,
        "tell_at": LATER + timedelta(days=3),
        "operation": "operation1",
    }
    return conclude(report, **(decision | changes))  # type: ignore[arg-type]


CONCLUDED = _conclude(RECEIVED).report


@pytest.mark.parametrize("code", OutcomeCode)
def test_a_report_can_end_in_every_way(code: OutcomeCode) -> None:
    change = _conclude(RECEIVED, code=code, reason="lý do", note="ghi chú")

    outcome = change.report.outcome
    assert outcome is not None
    assert (outcome.code, outcome.version, outcome.decided_by) == (code, 1, "subject1")
    assert (outcome.reason, outcome.note) == ("lý do", "ghi chú")
    assert change.entries[-1].actor == "officer:subject1"
    assert change.entries[-1].changes["outcome"] == code.value


def test_a_note_for_colleagues_is_not_in_the_audit_chain() -> None:
    change = _conclude(RECEIVED, note="chỉ nội bộ")

    assert "chỉ nội bộ" not in str([entry.changes for entry in change.entries])


def test_a_new_decision_is_a_new_version_and_the_operation_is_known_by_its_name() -> None:
    second = _conclude(CONCLUDED, operation="operation2")

    assert second.report.outcome is not None
    assert second.report.outcome.version == 2
    assert (CONCLUDED.version, second.report.version) == (2, 3)
    assert (CONCLUDED.last_operation, second.report.last_operation) == ("operation1", "operation2")


def test_nobody_is_told_before_the_decision() -> None:
    with pytest.raises(Rejected):
        _conclude(RECEIVED, tell_at=LATER - timedelta(microseconds=1))


def test_a_decision_may_be_told_at_once() -> None:
    outcome = _conclude(RECEIVED, tell_at=LATER).report.outcome

    assert outcome is not None
    assert outcome.tell_at == LATER


def test_a_decision_on_what_is_still_coming_is_refused_in_words_for_an_officer() -> None:
    with pytest.raises(Rejected) as refused:
        _conclude(GATHERING)

    assert "đang gửi thêm" in refused.value.sentence
