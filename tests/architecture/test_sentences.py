"""Whatever can happen to a report can be told to the citizen, in full and in good form."""

import unicodedata
from datetime import UTC, datetime, timedelta

import pytest

from functions.evidence.model import FailureReason
from functions.followups.notices import outcome_notice
from functions.followups.sentences import catalogue, fill
from functions.reports.lifecycle import conclude, open_report, receive
from functions.reports.model import OutcomeCode
from functions.units.model import Unit

NOON = datetime(2026, 11, 21, 5, tzinfo=UTC)
UNIT = Unit(id="pc08", name="Phòng Cảnh sát giao thông", short_name="PC08", kind="division")


def _told(code: OutcomeCode) -> str:
    """What a citizen reads about a report that ended so."""
    opened = open_report(
        report_id="r1", code="7K3F-9Q2D-X", unit_id="pc08", page_id="p1", citizen="c1", at=NOON
    )
    received = receive(opened.report, at=NOON, because="finished")
    report = conclude(
        received.report,
        code=code,
        reason="",
        note="",
        officer="s1",
        at=NOON,
        tell_at=NOON + timedelta(days=3),
        operation="o1",
    ).report
    assert report.outcome is not None
    notice = outcome_notice(report, report.outcome, UNIT)
    return fill(notice.sentence, notice.values)


@pytest.mark.parametrize("code", OutcomeCode)
def test_every_outcome_has_a_sentence_with_the_report_s_code(code: OutcomeCode) -> None:
    assert "7K3F-9Q2D-X" in _told(code)


@pytest.mark.parametrize("code", [OutcomeCode.CRIME_SIGNS, OutcomeCode.FORGED_DATA])
def test_what_an_investigation_looks_into_is_told_as_a_transfer(code: OutcomeCode) -> None:
    assert _told(code) == _told(OutcomeCode.TRANSFERRED)


@pytest.mark.parametrize("reason", sorted(set(FailureReason) - {FailureReason.FOREIGN_HOST}))
def test_every_loss_of_an_attachment_has_a_sentence(reason: FailureReason) -> None:
    values = {"ma_phieu": "7K3F-9Q2D-X", "gioi_han": "25 MB"}

    assert "7K3F-9Q2D-X" in fill(f"media_{reason.value}", values)


@pytest.mark.parametrize("key", sorted(catalogue()))
def test_a_sentence_is_composed_and_calm(key: str) -> None:
    text = catalogue()[key].text

    assert unicodedata.is_normalized("NFC", text)
    assert "!" not in text
    assert text == text.strip()
