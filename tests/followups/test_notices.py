"""What a report's life calls for: each notice can be sent as it is, and exists once."""

from datetime import timedelta

import pytest

from functions.evidence.model import FailureReason
from functions.followups.model import Kind
from functions.followups.notices import (
    RECEIPT_WAITS_FOR_EVIDENCE,
    UNDO,
    WORDS,
    accepted_notice,
    can_be_reached,
    extended_notice,
    media_problem,
    notice_number,
    outcome_id,
    outcome_notice,
    outcome_words,
    receipt,
    receipt_id,
    transferred_notice,
    wants_result,
    words,
    words_told,
)
from functions.followups.sentences import choices, fill
from functions.reports.casework import conclude
from functions.reports.lifecycle import open_report, receive
from functions.reports.model import EvidenceCount, Outcome, OutcomeCode, Report
from functions.reports.tracks import Source
from functions.units.model import Unit
from functions.zalo import limits
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


OTHER = Unit(id="cax", name="Công an xã An Hòa", short_name="CAX", kind="commune")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_each_step_can_be_sent_as_it_is_and_exists_once(language: str) -> None:
    one = report().model_copy(update={"language": language})
    steps = [
        accepted_notice(one, now=NOW),
        extended_notice(one, NOW + timedelta(days=60), now=NOW),
        transferred_notice(one, OTHER, now=NOW),
    ]
    texts = [fill(step.sentence, step.values, step.language) for step in steps]
    assert all("7K3F-9Q2D-X" in text for text in texts)
    assert "20/01/2027" in texts[1]
    assert "Công an xã An Hòa" in texts[2]
    for step in steps:
        assert (step.kind, step.due_at, step.language) == (Kind.STEP, NOW, language)
        assert choices(step.sentence, step.values, step.language) is not None
    assert len({step.id for step in steps}) == 3
    assert accepted_notice(one, now=NOW).id == steps[0].id


@pytest.mark.parametrize("kind", WORDS)
def test_an_officers_words_wait_to_be_called_back(kind: Kind) -> None:
    followup = words(report(), kind, " Xin cho biết giờ ", UNIT, operation="1", now=NOW)
    assert followup.due_at == followup.next_at == NOW + UNDO
    text = fill(followup.sentence, followup.values, followup.language)
    assert text == words_told(report(), kind, " Xin cho biết giờ ", UNIT)
    assert "Xin cho biết giờ" in text
    again = words(report(), kind, "khác", UNIT, operation="2", now=NOW)
    assert again.id != followup.id


@pytest.mark.parametrize("kind", WORDS)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_longest_words_are_not_too_long_for_zalo(kind: Kind, language: str) -> None:
    one = report().model_copy(update={"language": language})
    unit = UNIT.model_copy(update={"name": "Đ" * 120})
    assert limits.length(words_told(one, kind, "a" * 1500, unit)) <= limits.TEXT


def test_nobody_is_told_through_zalo_who_did_not_write_through_it() -> None:
    by_phone = report().model_copy(update={"source": Source.PHONE})
    silent = report().model_copy(update={"wants_result": False})
    assert [can_be_reached(one) for one in (report(), by_phone, silent)] == [True, False, True]
    assert [wants_result(one) for one in (report(), by_phone, silent)] == [True, False, False]
