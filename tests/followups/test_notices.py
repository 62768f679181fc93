"""What a report's life calls for: each notice can be sent as it is, and exists once."""

from datetime import timedelta

import pytest

from functions.evidence.model import FailureReason
from functions.followups.model import Kind
from functions.followups.notices import (
    RECEIPT_WAITS_FOR_EVIDENCE,
    media_problem,
    notice_number,
    outcome_id,
    outcome_notice,
    outcome_words,
    receipt,
    receipt_id,
)
from functions.followups.sentences import fill
from functions.reports.lifecycle import conclude, open_report, receive
from functions.reports.model import EvidenceCount, Outcome, OutcomeCode, Report
from functions.units.model import Unit
from tests.emulators import MovableClock

NOW = MovableClock().now()
UNIT = Unit(id="pc08", name="Phòng Cảnh sát giao thông", short_name="PC08", kind="department")


def report(**counts: int) -> Report:
    opened = open_report(
        report_id="r", code="7K3F-9Q2D-X", unit_id="pc08", page_id="page", citizen="me", at=NOW
    ).report
    received = receive(opened, at=NOW, because="done").report
    return received.model_copy(update={"evidence": EvidenceCount(**counts)})


def decided(code: OutcomeCode, reason: str = "") -> tuple[Report, Outcome]:
    concluded = conclude(
        report(),
        code=code,
        reason=reason,
        note="ghi chú nội bộ",
        officer="o",
        at=NOW,
        tell_at=NOW + timedelta(days=3),
        operation="1",
    ).report
    assert concluded.outcome is not None
    return concluded, concluded.outcome


def test_a_receipt_names_the_code_and_counts_what_came() -> None:
    followup = receipt(report(stored=2, pending=1), UNIT, now=NOW)

    text = fill(followup.sentence, followup.values)
    assert "7K3F-9Q2D-X" in text
    assert "3 tệp" in text
    assert "08 giờ 30 phút ngày 21/11/2026" in text


def test_a_receipt_says_what_could_not_be_kept() -> None:
    followup = receipt(report(stored=2, failed=1), UNIT, now=NOW)

    assert "Tài liệu đã lưu: 2 tệp; chưa lưu được: 1 tệp." in fill(
        followup.sentence, followup.values
    )


@pytest.mark.parametrize(("pending", "wait"), [(0, timedelta(0)), (1, RECEIPT_WAITS_FOR_EVIDENCE)])
def test_a_receipt_waits_for_evidence_and_not_for_ever(pending: int, wait: timedelta) -> None:
    followup = receipt(report(pending=pending), UNIT, now=NOW)

    assert followup.due_at == followup.next_at == NOW + wait


def test_a_report_has_one_receipt() -> None:
    first = receipt(report(), UNIT, now=NOW)
    second = receipt(report(failed=1), UNIT, now=NOW + timedelta(days=1))

    assert first.id == second.id == receipt_id("r")


@pytest.mark.parametrize("reason", sorted(set(FailureReason) - {FailureReason.FOREIGN_HOST}))
def test_every_reason_why_media_is_lost_can_be_told(reason: FailureReason) -> None:
    followup = media_problem(report(), reason.value, now=NOW, values={"gioi_han": "25 MB"})

    assert followup.kind is Kind.MEDIA_PROBLEM
    assert "7K3F-9Q2D-X" in fill(followup.sentence, followup.values)


@pytest.mark.parametrize("code", OutcomeCode)
def test_every_outcome_can_be_told(code: OutcomeCode) -> None:
    followup = outcome_notice(*decided(code, "đã phạt 2 xe"), UNIT)

    text = fill(followup.sentence, followup.values)
    assert "7K3F-9Q2D-X" in text
    assert "Số thông báo: TB 7K3F-9Q2D-X/1" in text
    assert "\nThông tin thêm: đã phạt 2 xe" in text


@pytest.mark.parametrize("code", OutcomeCode)
def test_what_is_for_colleagues_is_never_told(code: OutcomeCode) -> None:
    followup = outcome_notice(*decided(code), UNIT)

    text = fill(followup.sentence, followup.values)
    assert "nội bộ" not in text
    assert "Thông tin thêm" not in text


@pytest.mark.parametrize("code", [OutcomeCode.CRIME_SIGNS, OutcomeCode.FORGED_DATA])
def test_what_a_criminal_investigation_looks_into_is_told_as_a_transfer(code: OutcomeCode) -> None:
    transferred = outcome_words(*decided(OutcomeCode.TRANSFERRED), UNIT)

    assert outcome_words(*decided(code), UNIT) == transferred


def test_an_outcome_is_due_when_the_officer_chose() -> None:
    followup = outcome_notice(*decided(OutcomeCode.FINED), UNIT)

    assert followup.due_at == followup.next_at == NOW + timedelta(days=3)
    assert followup.created_at == NOW


def test_each_version_of_an_outcome_has_its_own_notice() -> None:
    concluded, first = decided(OutcomeCode.FINED)
    second = first.model_copy(update={"version": 2})

    assert outcome_notice(concluded, first, UNIT).id == outcome_id("r", 1)
    assert outcome_notice(concluded, second, UNIT).id == outcome_id("r", 2)
    assert outcome_id("r", 1) != outcome_id("r", 2)
    assert notice_number(concluded, second) == "TB 7K3F-9Q2D-X/2"
