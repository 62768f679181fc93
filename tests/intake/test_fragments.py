"""Inside an open report people write fragments: each goes where it belongs."""

import pytest

from functions.intake.conversation import AskLater, Explain, Say
from functions.reports.account import Gap
from functions.reports.tracks import Track
from tests.intake.chat import Chat, at, photo, says

BEGUN = "Xe máy vượt đèn đỏ"


def gathered(*lines: str) -> Chat:
    chat = Chat()
    for number, line in enumerate(lines):
        chat.fold(number, [says(line, number)])
    return chat


def asked(chat: Chat) -> list[Gap]:
    checklists = [one.checklist for one in chat.effects if isinstance(one, Say)]
    return [one.question for one in checklists if one is not None and one.question is not None]


@pytest.mark.parametrize(
    ("answer", "place", "plates"),
    [
        ("hẻm 12 đường Lý Thường Kiệt nha, biển số 51H-678.90", "Lý Thường Kiệt", ("51H-678.90",)),
        ("e ko nhìn rõ bs, hình như 14b1 23456", "", ("14B1-234.56",)),
        ("biển số 51G-444.55 màu trắng nha", "", ("51G-444.55",)),
        ("thôn Đoài, cạnh nhà văn hóa", "thôn Đoài", ()),
    ],
)
def test_an_answer_is_never_taken_for_a_question(
    answer: str, place: str, plates: tuple[str, ...]
) -> None:
    chat = gathered(BEGUN, answer)

    assert not any(isinstance(one, Explain) for one in chat.effects)
    (report,) = chat.made()
    assert report.account.plates == plates
    assert place in (report.account.place.text if report.account.place else "")


def test_what_was_told_in_passing_is_not_asked_for() -> None:
    chat = gathered(BEGUN, "cổng trường THPT Nguyễn Du lúc 7h30 ạ")

    assert asked(chat) == [Gap.PLACE, Gap.SUBJECT]


def test_words_go_to_what_they_tell_and_not_to_what_was_asked() -> None:
    chat = gathered("có xe khách đón khách giữa đường", "khoảng 7h sáng nay")

    account = chat.made()[0].account
    assert account.place is None
    assert account.moment is not None


@pytest.mark.parametrize("words", ["không thấy biển số", "không nhớ biển số", "ko thay bien so"])
def test_who_did_not_see_the_plate_is_not_told_how_to_register_a_car(words: str) -> None:
    chat = gathered("Xe máy vượt đèn đỏ ở ngã tư Loong Toòng lúc 7h30", words)

    assert not any(isinstance(one, Explain) for one in chat.effects)
    assert asked(chat) == [Gap.SUBJECT, Gap.MEDIA]


def test_who_has_no_picture_has_answered() -> None:
    words = "Xe 14A-123.45 vượt đèn đỏ ở ngã tư Loong Toòng lúc 7h30"
    chat = gathered(words, "khôn có hình mô, đang lái xe răng mà chụp")

    assert chat.told()[-1] == "skipped"
    assert len(chat.made()) == 1


def test_a_short_question_after_an_answer_is_about_the_same_thing() -> None:
    chat = gathered("làm căn cước cần gì ạ?", "bao lâu thì có ạ?")

    assert [one.procedure for one in chat.effects if isinstance(one, Explain)] == ["can_cuoc"] * 2
    assert chat.made() == []


@pytest.mark.parametrize("words", ["???", "sao im vậy", "có làm việc không", "alo"])
def test_who_only_calls_gets_no_officer(words: str) -> None:
    assert gathered(words).made() == []


def test_what_was_not_understood_is_said_once() -> None:
    assert gathered("1", "2", "3").told() == ["not_understood"]


def test_that_it_is_over_belongs_to_the_report_also_after_silence() -> None:
    chat = gathered("Đang có đua xe trên quốc lộ 18")
    chat.fold(15, [])
    chat.fold(30, [says("giờ tụi nó giải tán rồi", 30)])

    (report,) = chat.made()
    assert not report.account.ongoing
    assert chat.told()[-1] == "ongoing_ended_noted"


def test_nobody_is_alarmed_by_a_parked_car() -> None:
    chat = gathered("xe 14A-808.08 đang đỗ trên vỉa hè trước số 25 phố Hàng Đào")

    assert not chat.made()[0].is_urgent
    assert not any(isinstance(one, AskLater) for one in chat.effects)


def test_whom_to_call_is_said_once_unless_it_is_somebody_else() -> None:
    burning = gathered("cháy nhà ở phường Hồng Hà", "có người mắc kẹt tầng 3")
    beaten = gathered("nhà bên đánh đập đứa bé 6 tuổi dã man", "cháy nhà rồi")

    assert [said for said in burning.told() if said.startswith("urgent")] == ["urgent_fire"]
    assert [said for said in beaten.told() if said.startswith("urgent")][-1] == "urgent_fire"


def test_the_data_notice_waits_while_there_is_danger() -> None:
    chat = gathered("cháy nhà ở phường Hồng Hà")
    assert "data_notice" not in chat.told()

    chat.fold(1, [photo(1)])
    assert "data_notice" in chat.told()


def test_a_complaint_stays_one_whatever_the_officer_drove() -> None:
    words = "Sáng nay 8h tổ CSGT ở Km 5 QL18 vòi vĩnh tôi 500 nghìn"
    chat = gathered(words, "xe tuần tra 14A-000.12 vượt đèn đỏ")

    account = chat.made()[0].account
    assert (account.track, account.gaps) == (Track.PETITION, ())


def test_a_call_has_no_place_to_ask_for() -> None:
    chat = gathered("Có người gọi điện xưng công an lừa tôi chuyển 20 triệu, số 0912345678")

    assert not {Gap.PLACE, Gap.SUBJECT} & set(asked(chat))


def test_the_summary_is_read_back_once_and_again_after_a_correction() -> None:
    chat = gathered("Xe 14A-123.45 vượt đèn đỏ lúc 7h30 sáng nay ở ngã tư Loong Toòng")
    chat.fold(1, [photo(1)])
    chat.fold(2, [photo(2)])
    chat.fold(3, [says("nhầm, biển số đúng là 14A-543.12", 3)])

    assert chat.told()[-3:] == ["complete", "added", "complete"]
    assert chat.made()[0].account.plates == ("14A-543.12",)


def test_somebody_who_hides_their_name_stays_anonymous() -> None:
    chat = gathered("Có nhóm bán ma túy ở ngõ 12 phường Bãi Cháy", "đừng để lộ tên tôi nhé")

    assert chat.made()[0].is_anonymous
    assert "anonymous_noted" in chat.told()


def test_a_pupil_is_told_to_stay_away() -> None:
    assert "minor_notice" in gathered("dạ em học lớp 8, em thấy xe máy vượt đèn đỏ").told()


def test_english_is_read() -> None:
    chat = gathered("Hello, a taxi drove through a red light", "near Ben Van market, today at 7 am")

    account = chat.made()[0].account
    assert account.violations == ("den_do",)
    assert account.place is not None
    assert account.place.text == "Ben Van market"
    assert account.moment is not None
    assert account.moment.start < at(0)
