"""Whatever can happen to a report can be told to the citizen, in full and in good form."""

from datetime import UTC, datetime, timedelta

import pytest

from functions.evidence.model import FailureReason
from functions.followups.notices import outcome_notice
from functions.followups.sentences import LANGUAGES, Language, catalogue, fill, sentence
from functions.reports.account import Gap
from functions.reports.casework import conclude
from functions.reports.lifecycle import open_report, receive
from functions.reports.model import OutcomeCode, ReportState
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


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", sorted(set(FailureReason) - {FailureReason.FOREIGN_HOST}))
def test_every_loss_of_an_attachment_has_a_sentence(
    reason: FailureReason, language: Language
) -> None:
    values = {"ma_phieu": "7K3F-9Q2D-X", "gioi_han": "25 MB"}

    assert "7K3F-9Q2D-X" in fill(f"media_{reason.value}", values, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "state", sorted({*ReportState, *OutcomeCode} - {ReportState.CONCLUDED}), ids=str
)
def test_wherever_a_report_stands_can_be_told(
    state: ReportState | OutcomeCode, language: Language
) -> None:
    assert sentence(f"state_{state.value}", language).placeholders == frozenset()


@pytest.mark.parametrize("code", [OutcomeCode.CRIME_SIGNS, OutcomeCode.FORGED_DATA])
def test_a_look_up_tells_no_more_than_the_notice(code: OutcomeCode) -> None:
    assert sentence(f"state_{code.value}").text == sentence("state_transferred").text


_ASKED = {
    Gap.ACT: "ask_act",
    Gap.PLACE: "ask_place",
    Gap.TIME: "ask_time",
    Gap.SUBJECT: "ask_plate",
    Gap.MEDIA: "ask_media",
    Gap.ONGOING: "ask_order_ongoing",
    Gap.SOURCE: "ask_crime_how_known",
}


@pytest.mark.parametrize("gap", Gap)
def test_every_gap_can_be_named_asked_for_and_pressed(gap: Gap) -> None:
    name = "plate" if gap is Gap.SUBJECT else gap.value

    assert {f"part_{name}", f"button_{name}", _ASKED[gap]} <= catalogue().keys()
