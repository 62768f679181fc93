"""What is to be said becomes messages that can be sent as they are."""

from datetime import timedelta

import pytest

from functions.followups.model import FollowUp, Kind
from functions.intake.conversation import Checklist, Conversation, Explain, Say
from functions.intake.replies import messages, still_ongoing, words
from functions.reports.account import Account, Fact, Finding, Gap, Precision
from functions.reports.lifecycle import open_report
from functions.units.model import Unit
from functions.zalo.limits import BUTTONS, TEXT
from tests.emulators import MovableClock

UNIT = Unit(id="pc08", name="Phòng Cảnh sát giao thông", short_name="PC08", kind="division")
OTHER = Unit(id="x", name="Công an phường Hồng Hà", short_name="Hồng Hà", kind="commune")
ME = Conversation(citizen="me", page_id="page")
SILENCE = timedelta(minutes=10)
NOW = MovableClock().now()
REPORT = open_report(
    report_id="r", code="7K3F-9Q2D-X", unit_id="pc08", page_id="page", citizen="me", at=NOW
).report

PLAIN = (
    "welcome", "welcome_back", "menu", "how_to_report", "support", "language_en", "language_vi",
    "anonymous_noted", "nothing_to_finish", "nothing_to_cancel", "cancelled", "correct_which",
    "correct_how", "thanks", "not_understood", "question_forwarded", "question_reminder",
    "supplement_open", "supplement_not_found", "supplement_noted", "supplement_begun",
    "answer_noted", "added", "minor_notice", "still_ongoing_noted", "ongoing_ended_noted",
    "ongoing_notice", "ongoing_notice_other", "ongoing_passed", "crime_tip_notice",
    "order_notice", "petition_notice", "infrastructure_notice", "complaint_officer",
    "denunciation_where", "too_old", "future_time", "wrong_page", "data_notice", "repeated",
    "slow_down", "blocked", "urgent", "urgent_fire", "urgent_medical", "urgent_child",
    "urgent_highway", "ask_act", "ask_time", "ask_place", "ask_place_other", "ask_plate",
    "ask_media", "ask_order", "ask_petition", "ask_crime_what", "ask_crime_people",
    "ask_order_ongoing", "ask_crime_how_known",
)  # fmt: skip
"""Every sentence that the conversation names, but for those with a checklist."""


def said(*things: Say | Explain, me: Conversation = ME) -> list[FollowUp]:
    told = [words(thing, me, UNIT, silence=SILENCE, report=REPORT, other=OTHER) for thing in things]
    return messages(told, me, UNIT, now=NOW)


def told(fact: Fact, value: str = "", **more: object) -> Finding:
    fields = {"fact": fact, "value": value, "item_id": "m", "at": NOW, **more}
    return Finding.model_validate(fields)


def checklist(*findings: Finding, question: Gap | None = None) -> Checklist:
    account = Account(findings=findings)
    return Checklist(account, account.gaps, question)


PLATED = told(Fact.SUBJECT, "14A-123.45", said="14a12345")


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("sentence", PLAIN)
def test_every_reply_can_be_filled_and_is_due_at_once(sentence: str, language: str) -> None:
    me = ME.model_copy(update={"language": language})
    [followup] = said(Say(sentence, "k"), me=me)

    assert followup.text
    assert "{" not in followup.text
    assert (followup.citizen, followup.next_at) == ("me", NOW)
    assert followup.language == language


def test_one_cause_is_answered_once() -> None:
    [once], [again] = said(Say("support", "k")), said(Say("support", "k"))
    [another], [different] = said(Say("support", "other")), said(Say("menu", "k"))

    assert once.id == again.id
    assert len({once.id, another.id, different.id}) == 3


def test_a_greeting_a_checklist_and_an_answer_are_of_different_kinds() -> None:
    asks = Say("progress", "k", checklist(question=Gap.ACT))
    kinds = [said(one)[0].kind for one in (Say("welcome", "k"), asks, Say("support", "k"))]

    assert kinds == [Kind.WELCOME, Kind.GATHERING, Kind.ANSWER]


def test_the_checklist_says_what_is_there_and_asks_for_one_thing() -> None:
    [followup] = said(Say("progress", "k", checklist(PLATED, question=Gap.PLACE)))

    text = followup.text or ""
    assert "Đã ghi nhận: biển số" in text
    assert "Còn thiếu: hành vi vi phạm, địa điểm, thời gian, ảnh hoặc video" in text
    assert text.count("?") == 1


@pytest.mark.parametrize("question", Gap)
def test_a_checklist_has_a_button_to_skip_and_one_to_finish(question: Gap) -> None:
    [followup] = said(Say("progress", "k", checklist(PLATED, question=question)))

    payloads = [choice.payload for choice in followup.choices or ()]
    assert "#boqua" in payloads
    assert payloads[-1] == "#xong"
    assert len(payloads) == len(set(payloads)) <= BUTTONS


def test_a_complete_report_is_read_back() -> None:
    account = (
        PLATED,
        told(Fact.ACT, "den_do", said="vượt đèn đỏ"),
        told(Fact.PLACE, "ngã tư Loong Toòng"),
        told(Fact.TIME, "t", start=NOW, precision=Precision.HOUR),
        told(Fact.MEDIA, "2"),
    )
    [followup] = said(Say("complete", "k", checklist(*account)))

    text = followup.text or ""
    for part in ("vượt đèn đỏ", "ngã tư Loong Toòng", "14A-123.45", "khoảng", "2 tệp"):
        assert part in text


def test_several_plates_are_counted() -> None:
    second = told(Fact.SUBJECT, "14C-543.21")
    [followup] = said(Say("progress", "k", checklist(PLATED, second, question=Gap.PLACE)))

    assert "2 biển số xe" in (followup.text or "")


def test_what_one_fold_says_is_one_message_with_the_last_buttons_first() -> None:
    asks = Say("progress", "k", checklist(PLATED, question=Gap.PLACE))
    [followup] = said(Say("data_notice", "k"), asks)

    text = followup.text or ""
    assert text.index("THÔNG BÁO") < text.index("Đã ghi nhận")
    assert (followup.choices or ())[0].payload == "#boqua"
    assert len(text) <= TEXT


def test_an_emergency_is_a_message_of_its_own_before_all_others() -> None:
    first, second = said(Say("urgent_fire", "k"), Say("ongoing_notice", "k"))

    assert first.sentence == "urgent_fire"
    assert first.due_at < second.due_at


def test_what_does_not_fit_into_one_message_goes_into_the_next() -> None:
    long = ("data_notice", "how_to_report", "urgent_highway", "crime_tip_notice", "my_violation")
    many = said(*(Say(sentence, "k") for sentence in long))

    assert len(many) > 1
    assert all(len(one.text or "") <= TEXT for one in many)
    assert all(len(one.choices or ()) <= BUTTONS for one in many)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_question_about_a_procedure_is_answered(language: str) -> None:
    me = ME.model_copy(update={"language": language})
    [followup] = said(Explain("can_cuoc", "k"), me=me)

    assert len(followup.text or "") > 100


def test_whether_it_is_still_going_on_is_asked_once_in_a_report() -> None:
    at = NOW + timedelta(minutes=20)
    question = still_ongoing(REPORT, ME, UNIT, now=NOW, at=at)

    assert (question.sentence, question.due_at) == ("still_ongoing", at)
    assert question.id == still_ongoing(REPORT, ME, UNIT, now=at, at=at).id
