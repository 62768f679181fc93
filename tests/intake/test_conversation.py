"""The state machine: stories as a table."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from functions.intake.conversation import (
    Add,
    Ask,
    AskLater,
    Because,
    Begin,
    Cancel,
    Conversation,
    Describe,
    Drop,
    Effect,
    Explain,
    Finish,
    Learn,
    Move,
    Say,
)
from functions.intake.log import MOST_ENTRIES
from functions.intake.submissions import Act, Submission
from functions.reports.account import Gap
from functions.reports.tracks import Track
from tests.intake.chat import Chat, at, does, message, minute, photo, says, xong

FULL = "Xe 14A-123.45 vượt đèn đỏ lúc 7h30 sáng nay ở ngã tư Loong Toòng"


def written(effect: Effect) -> str | None:
    """An effect in a word; descriptions are looked at elsewhere."""
    match effect:
        case Begin(report_id, when):
            return f"{report_id} begins {minute(when)}"
        case Add(report_id, submission):
            return f"{report_id} < {submission.key}"
        case Move(source, report_id, key):
            return f"{source} > {report_id} {key}"
        case Drop(report_id, key):
            return f"{report_id} drops {key}"
        case Finish(report_id, when, because):
            return f"{report_id} ends {minute(when)} {because.value}"
        case Cancel(report_id, when, because):
            return f"{report_id} cancelled {minute(when)} {because.value}"
        case Learn(report_id):
            return f"{report_id} learns"
        case Say(sentence):
            return f"say {sentence}"
        case Ask(submission):
            return f"ask {submission.act.value}"
        case Explain(procedure):
            return f"explain {procedure}"
        case Describe() | AskLater():
            return None


Fold = tuple[float, Sequence[Submission], Sequence[str]]
"""The time, what arrives, and what follows."""
FIRST = ("say data_notice", "say progress")

STORIES: dict[str, Sequence[Fold]] = {
    "silence": [
        (0, [message(0)], ["R1 begins 0", "R1 < m0", *FIRST]),
        (11.9, [], []),
        (12, [], ["R1 ends 10 silence"]),
        (30, [], []),
    ],
    "each message begins the silence anew": [
        (0, [message(0)], ["R1 begins 0", "R1 < m0", *FIRST]),
        (9, [photo(9)], ["R1 < p9", "say progress_waiting"]),
        (20, [], []),
        (21, [], ["R1 ends 19 silence"]),
    ],
    "xong": [
        (0, [message(0)], ["R1 begins 0", "R1 < m0", *FIRST]),
        (1, [xong(1)], ["R1 ends 1 done"]),
        (30, [], []),
    ],
    "all at once": [
        (
            2,
            [message(0), photo(1), xong(2)],
            ["R1 begins 0", "R1 < m0", "R1 < p1", "R1 ends 2 done"],
        ),
    ],
    "xong overtakes what it finishes": [
        (3, [xong(3)], ["say nothing_to_finish"]),
        (3, [message(1), photo(2)], ["R1 begins 1", "R1 < m1", "R1 < p2", "R1 ends 3 done"]),
    ],
    "a late xong splits what was one": [
        (3, [message(1), photo(3)], ["R1 begins 1", "R1 < m1", "R1 < p3", *FIRST]),
        (
            4,
            [xong(2)],
            ["R2 begins 3", "R1 > R2 p3", "R1 ends 2 done"],
        ),
    ],
    "a late message joins what were two": [
        (
            11.5,
            [message(0), photo(11)],
            ["R1 begins 0", "R2 begins 11", "R1 < m0", "R2 < p11", *FIRST],
        ),
        (11.5, [photo(5)], ["R1 < p5", "R2 > R1 p11", "R2 cancelled 11 merged", "say progress"]),
    ],
    "a late cancel takes back what was finished": [
        (3, [message(1), xong(3)], ["R1 begins 1", "R1 < m1", "R1 ends 3 done"]),
        (4, [does(Act.CANCEL, 2)], ["R1 cancelled 2 cancelled", "say cancelled"]),
    ],
    "a late photo belongs to the report before": [
        (2, [message(0), xong(2)], ["R1 begins 0", "R1 < m0", "R1 ends 2 done"]),
        (4, [photo(1)], ["R1 < p1"]),
    ],
    "a late photo belongs to the report before, even while the next is gathered": [
        (2, [message(0), xong(2)], ["R1 begins 0", "R1 < m0", "R1 ends 2 done"]),
        (3, [message(3)], ["R2 begins 3", "R2 < m3", *FIRST]),
        (4, [photo(1)], ["R1 < p1"]),
        (5, [xong(5)], ["R2 ends 5 done"]),
    ],
    "a report that silence closed is not opened again": [
        (
            12,
            [message(0)],
            ["R1 begins 0", "R1 < m0", "R1 ends 10 silence"],
        ),
        (13, [photo(9)], ["R1 < p9"]),
        (14, [photo(14)], ["R2 begins 14", "R2 < p14", *FIRST]),
    ],
    "two reports in a row": [
        (1, [message(0), xong(1)], ["R1 begins 0", "R1 < m0", "R1 ends 1 done"]),
        (3, [message(2), xong(3)], ["R2 begins 2", "R2 < m2", "R2 ends 3 done"]),
    ],
    "a new report is begun while one is gathered": [
        (0, [message(0)], ["R1 begins 0", "R1 < m0", *FIRST]),
        (1, [does(Act.HOW_TO, 1)], ["R1 ends 1 done", "say how_to_report"]),
        (2, [message(2)], ["R2 begins 2", "R2 < m2", "say progress"]),
    ],
    "xong twice": [
        (1, [message(0), xong(1)], ["R1 begins 0", "R1 < m0", "R1 ends 1 done"]),
        (2, [xong(2)], []),
        (20, [xong(20)], ["say nothing_to_finish"]),
    ],
    "cancel": [
        (0, [message(0)], ["R1 begins 0", "R1 < m0", *FIRST]),
        (1, [does(Act.CANCEL, 1)], ["R1 cancelled 1 cancelled", "say cancelled"]),
        (2, [does(Act.CANCEL, 2)], ["say nothing_to_cancel"]),
    ],
    "a service in between": [
        (0, [message(0)], ["R1 begins 0", "R1 < m0", *FIRST]),
        (1, [does(Act.LOOK_UP, 1)], ["ask look_up"]),
        (2, [xong(2)], ["R1 ends 2 done"]),
    ],
    "a question in the middle is answered, and the report goes on": [
        (0, [message(0)], ["R1 begins 0", "R1 < m0", *FIRST]),
        (1, [says("làm căn cước cần gì ạ?", 1)], ["explain can_cuoc", "say question_reminder"]),
        (2, [xong(2)], ["R1 ends 2 done"]),
    ],
    "a question that nobody can answer goes to an officer": [
        (
            1,
            [says("hồ sơ của tôi nộp hôm qua mà chưa ai trả lời thì hỏi ai ạ?", 1)],
            ["R1 begins 1", "R1 < s1", "R1 ends 1 done", "say question_forwarded"],
        ),
    ],
    "courtesy begins nothing": [
        (0, [says("xin chào", 0)], ["say menu"]),
        (1, [says("xin chào", 1), does(Act.OTHER, 1)], []),
        (2, [says("cảm ơn", 2)], ["say thanks"]),
    ],
    "buttons are answered and begin nothing": [
        (0, [does(Act.ARRIVE, 0)], ["say welcome"]),
        (1, [does(Act.HOW_TO, 1)], ["say how_to_report"]),
        (2, [does(Act.SUPPORT, 2)], ["say support"]),
        (3, [does(Act.OTHER, 3), does(Act.LEAVE, 4)], []),
        (5, [does(Act.ARRIVE, 5)], ["say welcome_back"]),
    ],
    "withdrawal in the middle of a report": [
        (0, [message(0)], ["R1 begins 0", "R1 < m0", *FIRST]),
        (1, [does(Act.WITHDRAW, 1)], []),
        (12, [], ["R1 ends 10 silence"]),
    ],
    "a quoted message is looked at, and begins nothing": [
        (0, [does(Act.VERIFY, 0)], ["ask verify"]),
        (1, [says(FULL, 1)], ["ask verify"]),
        (2, [says(FULL, 2)], ["R1 begins 2", "R1 < s2", *FIRST]),
    ],
    "an emergency first": [
        (
            0,
            [says("cháy nhà ở phường Hồng Hà", 0)],
            ["R1 begins 0", "R1 < s0", "say urgent_fire", "say ongoing_passed",
             "say complete_other"],
        ),
    ],
}  # fmt: skip


@pytest.mark.parametrize("story", STORIES)
def test_story(story: str) -> None:
    chat = Chat()

    followed = [
        [words for effect in chat.fold(now, arrives) if (words := written(effect)) is not None]
        for now, arrives, _ in STORIES[story]
    ]

    assert followed == [list(follows) for _, _, follows in STORIES[story]]


def gathered(*lines: str) -> Chat:
    """A chat in which one line comes each minute."""
    chat = Chat()
    for number, line in enumerate(lines):
        chat.fold(number, [says(line, number)])
    return chat


def questions(chat: Chat) -> list[Gap]:
    checklists = [effect.checklist for effect in chat.effects if isinstance(effect, Say)]
    return [one.question for one in checklists if one is not None and one.question is not None]


def test_a_complete_report_is_shown_to_be_checked() -> None:
    chat = gathered(FULL)
    chat.fold(1, [photo(1)])

    assert chat.told()[-1] == "complete"
    (report,) = chat.made()
    assert report.account.is_complete


def test_the_gaps_are_asked_for_one_after_the_other() -> None:
    chat = gathered("Có xe vi phạm", "vượt đèn đỏ", "ngã tư Loong Toòng", "7h30", "14a12345")

    assert questions(chat)[-4:] == [Gap.PLACE, Gap.TIME, Gap.SUBJECT, Gap.MEDIA]
    account = chat.made()[0].account
    assert (account.violations, account.plates) == (("den_do",), ("14A-123.45",))
    assert account.gaps == (Gap.MEDIA,)


@pytest.mark.parametrize("answer", ["không rõ", "abc"])
def test_nothing_is_asked_twice(answer: str) -> None:
    chat = gathered("Xe máy vượt đèn đỏ", *[answer] * 8)

    asked = questions(chat)
    assert len(asked) == len(set(asked)) == 4


def test_words_that_no_rule_knows_are_the_place_that_was_asked_for() -> None:
    chat = gathered("Xe 14A-123.45 vượt đèn đỏ lúc 7h30", "sát nhà văn hoá khu 3")

    place = chat.made()[0].account.place
    assert place is not None
    assert "nhà văn hoá khu 3" in place.text


def test_a_correction_takes_the_place_of_what_was_told() -> None:
    chat = gathered(FULL, "#sua_bienso", "14C-543.21")

    assert chat.made()[0].account.plates == ("14C-543.21",)


def test_a_correction_in_plain_words_does_too() -> None:
    chat = gathered(FULL, "tôi ghi nhầm, biển số 14C-543.21")

    assert chat.made()[0].account.plates == ("14C-543.21",)


def test_several_vehicles_are_all_kept() -> None:
    chat = gathered(FULL, "cả xe 14C-543.21 nữa")

    assert chat.made()[0].account.plates == ("14A-123.45", "14C-543.21")


def test_what_is_skipped_is_not_asked_for_again() -> None:
    chat = gathered("Xe máy vượt đèn đỏ", "#boqua", "14A-123.45")

    assert Gap.PLACE not in questions(chat)[1:]


def test_what_is_going_on_is_urgent_and_asked_about_again() -> None:
    chat = gathered("Đang có đua xe trên quốc lộ 18")

    later = [effect for effect in chat.effects if isinstance(effect, AskLater)]
    assert chat.made()[0].is_urgent
    assert "ongoing_passed" in chat.told()
    assert [one.at for one in later] == [at(20)]


def test_that_it_has_ended_is_noted_even_after_silence_closed_the_report() -> None:
    chat = gathered("Đang có đua xe trên quốc lộ 18")
    chat.fold(20, [])
    chat.fold(21, [says("#dahet", 21)])

    assert "ongoing_ended_noted" in chat.told()
    assert not chat.made()[0].account.ongoing


@pytest.mark.parametrize(
    "words",
    [
        "Cán bộ CSGT vòi vĩnh tôi 500 nghìn ở quốc lộ 18",
        "toi to cao dong chi cong an phuong lam tien dan",
        "Tôi phản ánh thái độ của cán bộ tiếp dân hôm qua quát tháo người già",
        "csgt chặn xe đòi tiền ở quốc lộ 18",
    ],
)
def test_a_complaint_about_an_officer_is_one_from_the_first_message(words: str) -> None:
    chat = gathered(words)

    assert "complaint_officer" in chat.told()
    assert chat.made()[0].account.is_complaint


@pytest.mark.parametrize(
    "words",
    [
        "Tôi phản ánh với công an phường xe 14A-123.45 vượt đèn đỏ sáng nay",
        "Tôi tố cáo với công an có nhóm đánh người ở chợ Hạ Long",
        "Mong công an xử lý thái độ côn đồ của tài xế xe 14B-012.34",
        "Báo công an có nhóm thanh niên đánh người ở chợ",
    ],
)
def test_what_is_told_to_the_police_is_no_complaint_about_them(words: str) -> None:
    assert not any(report.account.is_complaint for report in gathered(words).made())


def test_a_crime_tip_is_never_asked_for_a_picture() -> None:
    chat = gathered("Có nhóm bán ma túy ở ngõ 12 phường Bãi Cháy", *["tôi không rõ lắm"] * 6)

    assert chat.made()[0].account.track is Track.CRIME_TIP
    assert "crime_tip_notice" in chat.told()
    assert Gap.MEDIA not in questions(chat)


def test_who_wants_to_stay_anonymous_does() -> None:
    assert gathered("#andanh", FULL).made()[0].is_anonymous
    assert gathered(FULL, "ẩn danh").made()[0].is_anonymous


def test_the_data_notice_is_shown_once_for_each_version() -> None:
    chat = gathered(FULL, "#xong", FULL + ".", "#xong")

    assert chat.told().count("data_notice") == 1
    assert chat.conversation.notice_version == "1"
    assert chat.conversation.notice_at == at(0)


def test_what_happened_long_ago_is_pointed_out_once() -> None:
    chat = gathered("Xe 14A-123.45 vượt đèn đỏ lúc 7h ngày 3/5/2024", "ngã tư Loong Toòng")

    assert chat.told().count("too_old") == 1


def test_english_is_answered_in_english_until_told_otherwise() -> None:
    chat = gathered("Hello, someone ran the red light at the bridge, please help")
    assert chat.conversation.language == "en"

    chat.fold(1, [says("#tiengviet", 1)])
    assert chat.conversation.language == "vi"


def test_what_an_officer_has_touched_keeps_what_it_has() -> None:
    chat = Chat()
    chat.fold(3, [message(1), photo(3)])
    chat.touched = {"R1"}
    chat.fold(4, [xong(2), photo(1.5)])

    assert chat.reports()["R1"].keys == {"m1", "p3", "p1.5"}


def test_somebody_who_is_blocked_begins_no_report_but_for_an_emergency() -> None:
    chat = Chat(is_blocked=True)
    chat.fold(0, [says(FULL, 0)])
    chat.fold(1, [says(FULL, 1)])
    assert chat.reports() == {}
    assert chat.told() == ["blocked"]

    chat.fold(2, [says("cháy nhà ở phường Hồng Hà", 2)])
    assert chat.told()[1] == "urgent_fire"
    assert len(chat.reports()) == 1


def test_a_supplement_goes_to_the_report_of_before() -> None:
    chat = Chat()
    asked = does(Act.SUPPLEMENT, 0).model_copy(update={"report_id": "OLD"})
    effects = chat.fold(1, [asked, photo(1)]) + chat.fold(2, [xong(2), photo(3)])

    assert Add("OLD", photo(1)) in effects
    assert Add("R1", photo(3)) in effects
    assert "supplement_open" in chat.told()


def test_the_same_words_again_are_answered_once() -> None:
    chat = gathered(FULL, FULL)

    assert chat.told()[-1] == "repeated"


def test_who_writes_very_much_is_asked_for_patience_once() -> None:
    chat = Chat()
    for number in range(30):
        chat.fold(number / 10, [photo(number / 10)])

    assert chat.told().count("slow_down") == 1
    assert len(chat.made()[0].keys) == 30


def test_the_last_touch_is_remembered_whatever_arrives_last() -> None:
    chat = Chat()
    chat.fold(9, [message(5)])
    chat.fold(9, [message(3), does(Act.LEAVE, 8)])

    assert chat.conversation.last_in_at == at(5)


def test_what_is_settled_leaves_the_log() -> None:
    chat = gathered(FULL, "#xong")
    chat.fold(60 * 25, [])

    assert chat.conversation.log == ()
    assert chat.conversation.standing == ()


def test_a_very_long_report_keeps_what_its_first_messages_told() -> None:
    chat = gathered(FULL)
    for number in range(1, MOST_ENTRIES + 30):
        chat.fold(number, [photo(number)])
    chat.fold(MOST_ENTRIES + 30, [xong(MOST_ENTRIES + 30)])

    (report,) = chat.made()
    assert len(chat.conversation.log) == MOST_ENTRIES
    assert report.account.plates == ("14A-123.45",)
    assert report.account.media == MOST_ENTRIES + 29
    assert report.because is Because.DONE


def test_a_report_from_before_there_was_a_log_goes_on() -> None:
    gathering = {"report_id": "OLD", "opened_at": at(0), "last_at": at(1), "close_at": at(11)}
    chat = Chat(
        Conversation.model_validate(
            {"citizen": "c", "page_id": "p", "gathering": gathering, "previous": None}
        )
    )
    assert chat.conversation.wake_at == at(11)

    effects = chat.fold(2, [photo(2), xong(3)])
    assert Add("OLD", photo(2)) in effects
    assert Finish("OLD", at(3), Because.DONE) in effects


def test_silence_is_told_apart_from_a_message_still_on_its_way() -> None:
    chat = gathered(FULL)

    assert chat.conversation.wake_at == at(10) + timedelta(minutes=2)
