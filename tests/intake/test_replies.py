"""Which sentence answers what; that each can be sent as it is."""

from datetime import timedelta

import pytest

from functions.followups.model import FollowUp, Kind
from functions.followups.sentences import fill
from functions.intake.conversation import Conversation, LookUp, Say
from functions.intake.replies import look_up_answer, reply, where_it_stands
from functions.reports.lifecycle import conclude, open_report, receive
from functions.reports.model import OutcomeCode, Report
from functions.units.model import Unit
from tests.emulators import MovableClock

UNIT = Unit(id="pc08", name="Phòng Cảnh sát giao thông", short_name="PC08", kind="department")
ME = Conversation(citizen="me", page_id="page")
SILENCE = timedelta(minutes=10)
NOW = MovableClock().now()
DAY = timedelta(days=1)

SAID = ("welcome", "gathering", "how_to_report", "support", "nothing_to_finish")
"""Every sentence that the conversation names."""


def gathering(citizen: str = "me") -> Report:
    return open_report(
        report_id="r",
        code="7K3F-9Q2D-X",
        unit_id="pc08",
        page_id="page",
        citizen=citizen,
        at=NOW,
    ).report


def received(citizen: str = "me") -> Report:
    return receive(gathering(citizen), at=NOW, because="done").report


def concluded(code: OutcomeCode) -> Report:
    return conclude(
        received(),
        code=code,
        reason="lý do riêng",
        note="ghi chú nội bộ",
        officer="o",
        at=NOW,
        tell_at=NOW + 3 * DAY,
        operation="1",
    ).report


def said(sentence: str, cause: str = "k") -> FollowUp:
    return reply(Say(sentence, cause), ME, UNIT, now=NOW, silence=SILENCE)


def answer(report: Report | None, code: str | None = None) -> FollowUp:
    return look_up_answer(LookUp(code, "k"), report, ME, UNIT, now=NOW)


@pytest.mark.parametrize("sentence", SAID)
def test_every_reply_can_be_filled_and_is_due_at_once(sentence: str) -> None:
    followup = said(sentence)

    assert fill(followup.sentence, followup.values)
    assert (followup.citizen, followup.next_at) == ("me", NOW)


def test_one_cause_is_answered_once() -> None:
    assert said("support").id == said("support").id
    assert said("support").id != said("support", cause="another").id
    assert said("support").id != said("welcome").id


def test_a_greeting_and_an_answer_are_of_different_kinds() -> None:
    kinds = [said(sentence).kind for sentence in SAID[:3]]

    assert kinds == [Kind.WELCOME, Kind.GATHERING, Kind.ANSWER]


def test_the_minutes_of_silence_are_told() -> None:
    followup = said("gathering")

    assert "10 phút" in fill(followup.sentence, followup.values)


@pytest.mark.parametrize("code", OutcomeCode)
def test_an_outcome_is_not_told_before_its_time(code: OutcomeCode) -> None:
    before = where_it_stands(concluded(code), now=NOW + 3 * DAY - timedelta(seconds=1))

    assert before == where_it_stands(received(), now=NOW)


@pytest.mark.parametrize("code", OutcomeCode)
def test_an_outcome_is_told_from_its_time_on(code: OutcomeCode) -> None:
    after = where_it_stands(concluded(code), now=NOW + 3 * DAY)

    assert after != where_it_stands(received(), now=NOW)


def test_signs_of_a_crime_are_told_as_a_transfer() -> None:
    told = {
        where_it_stands(concluded(code), now=NOW + 4 * DAY)
        for code in (OutcomeCode.CRIME_SIGNS, OutcomeCode.FORGED_DATA, OutcomeCode.TRANSFERRED)
    }

    assert len(told) == 1


@pytest.mark.parametrize("report", [gathering(), received()])
def test_a_look_up_answers_with_code_and_state(report: Report) -> None:
    followup = answer(report)

    text = fill(followup.sentence, followup.values)
    assert report.code in text
    assert where_it_stands(report, now=NOW) in text


def test_neither_reason_nor_note_stand_in_an_answer() -> None:
    followup = look_up_answer(
        LookUp(None, "k"), concluded(OutcomeCode.FINED), ME, UNIT, now=NOW + 4 * DAY
    )

    text = fill(followup.sentence, followup.values)
    assert "riêng" not in text
    assert "nội bộ" not in text


def test_who_has_no_report_is_told_so() -> None:
    assert answer(None).sentence == "status_none"


@pytest.mark.parametrize(
    ("report", "code"),
    [(None, ""), (None, "7K3F-9Q2D-X"), (received("somebody else"), "7K3F-9Q2D-X")],
)
def test_somebody_elses_report_is_as_unknown_as_none(report: Report | None, code: str) -> None:
    followup = answer(report, code)

    assert followup.sentence == "status_not_found"
    assert followup.values == {}
