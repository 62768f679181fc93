"""What a citizen's words ask for."""

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.intake.commands import Command
from functions.intake.submissions import MOST_MEDIA, Act, Submission, act_of, spoken
from functions.intake.vocabulary import PAYLOADS, WORDS
from functions.reports.account import Gap
from functions.reports.codes import code_from
from functions.vietnam import without_diacritics
from tests.emulators import MovableClock

CODE = code_from(b"\x01\x23\x45\x67\x89")
MESSAGES = Path(__file__).parents[1] / "fixtures" / "messages"
SAID = sorted({(way, act) for act, ways in WORDS.items() for way in ways.split("|")})


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("#xong", Act.FINISH),
        ("Xong", Act.FINISH),
        ("  XONG. ", Act.FINISH),
        ("Đã gửi xong", Act.FINISH),
        ("da   gui\nxong", Act.FINISH),
        ("Em xong rồi ạ", Act.FINISH),
        ("#guiphananh", Act.HOW_TO),
        ("Tôi muốn gửi phản ánh", Act.HOW_TO),
        ("#huy", Act.CANCEL),
        ("huỷ", Act.CANCEL),
        ("huy", Act.CANCEL),
        ("Cho tôi hủy với ạ", Act.CANCEL),
        ("bỏ", Act.CANCEL),
        ("ko gui nua", Act.CANCEL),
        ("ko rõ", Act.SKIP),
        ("Em không nhớ rõ ạ", Act.SKIP),
        ("I don't know", Act.SKIP),
        ("ẩn danh", Act.ANONYMOUS),
        ("Vẫn đang diễn ra", Act.STILL_ONGOING),
        ("het roi", Act.ENDED),
        ("TC", Act.LOOK_UP),
        ("phản ánh của em", Act.LOOK_UP),
        ("bổ sung", Act.SUPPLEMENT),
        ("tôi muốn rút phản ánh", Act.WITHDRAW_REPORT),
        ("xem xét lại", Act.REOPEN),
        ("kiểm tra tin này", Act.VERIFY),
        ("dữ liệu của tôi", Act.MY_DATA),
        ("xoá dữ liệu của tôi", Act.DELETE_DATA),
        ("Hỗ trợ", Act.SUPPORT),
        ("English please", Act.ENGLISH),
        ("Tiếng Việt", Act.VIETNAMESE),
    ],
)
def test_words_and_buttons_are_read_as(text: str, act: Act) -> None:
    assert act_of(text).act is act


@pytest.mark.parametrize(("way", "act"), SAID)
def test_every_way_of_saying_it_is_understood_with_and_without_marks(way: str, act: Act) -> None:
    assert act_of(way).act is act
    assert act_of(without_diacritics(way).upper()).act is act


@pytest.mark.parametrize("text", ["Đã gửi xong", "Hỗ trợ", "Hủy", "Gửi phản ánh"])
def test_words_in_decomposed_letters_are_the_same_words(text: str) -> None:
    assert act_of(unicodedata.normalize("NFD", text)) == act_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Xong việc tôi sẽ gửi thêm",
        "Xe tải vượt đèn đỏ",
        "tc 3 xe vượt đèn đỏ",
        "tra cứu giúp tôi vụ việc hôm qua",
        "Chủ xe đòi hủy hợp đồng rồi đánh tôi ở chợ Bến Đò",
        "xe tông người rồi bỏ chạy",
        "không rõ biển số, xe tải màu xanh",
        "quán sửa xe lấn chiếm vỉa hè",
        "sửa xe",
        "sữa",
        "Bố",
        "hỗ trợ tôi với, có cướp",
        "bs 14A-12345",
        "BS 29C1 123.45",
        "liên hệ tôi theo số 0900000001",
        "có đối tượng lừa đảo qua mạng",
        "họ đang diễn ra trò đá gà ở sau chợ",
        "đua xe đang diễn ra",
        "kiểm tra tin này giúp tôi, ngã tư có xe đua",
        "#kienque xe đua ở ngã tư",
        "#thieu",
        "#sua_gido",
        "#huy hợp đồng",
        "à thôi họ đi rồi",
        "chờ xong",
        "không",
        "14A-123.45",
        "7h30",
    ],
)
def test_what_belongs_to_a_report_stays_in_it(text: str) -> None:
    assert act_of(text) == Command(Act.TELL)


@pytest.mark.parametrize("name", ["tuning.jsonl", "held_out.jsonl", "strangers.jsonl"])
def test_no_labelled_report_or_question_is_taken_for_a_command(name: str) -> None:
    lines = (MESSAGES / name).read_text(encoding="utf-8").splitlines()
    messages = [json.loads(line) for line in lines]
    told = [one["text"] for one in messages if one["expected"].get("track", "chat") != "chat"]

    assert [text for text in told if act_of(text).act is not Act.TELL] == []
    assert len(told) > 100


@given(st.text(st.sampled_from("abđhuyủxe 0123#_-:"), min_size=1, max_size=40))
def test_any_text_is_read_and_marks_around_it_change_nothing(text: str) -> None:
    assert act_of(f"  {text}\n").act is act_of(text).act


@pytest.mark.parametrize("payload", sorted(PAYLOADS))
def test_every_payload_is_short_ascii_that_can_be_typed(payload: str) -> None:
    assert payload.isascii()
    if PAYLOADS[payload] is not Act.GAP:
        assert act_of(f"#{payload}") == Command(PAYLOADS[payload])


@pytest.mark.parametrize(
    ("text", "act", "gap"),
    [
        ("#sua_hanhvi", Act.CORRECT, Gap.ACT),
        ("#sua_thoigian", Act.CORRECT, Gap.TIME),
        ("#thieu_diadiem", Act.GAP, Gap.PLACE),
        ("#thieu_bienso", Act.GAP, Gap.SUBJECT),
        ("#thieu_hinhanh", Act.GAP, Gap.MEDIA),
        ("sửa biển số", Act.CORRECT, Gap.SUBJECT),
        ("Tôi muốn sửa lại thời gian ạ", Act.CORRECT, Gap.TIME),
    ],
)
def test_a_gap_is_named(text: str, act: Act, gap: Gap) -> None:
    assert act_of(text) == Command(act, topic=gap)


def test_a_procedure_is_named() -> None:
    assert act_of("#thutuc ho_chieu") == Command(Act.PROCEDURES, topic="ho_chieu")


@pytest.mark.parametrize(
    "text",
    [
        f"TC {CODE}",
        f"tc {CODE.lower()}",
        f"Tra cứu {CODE}",
        f"tra cuu ket qua {CODE}",
        f"Tra cứu mã phiếu: {CODE}",
        f"#tracuu {CODE.replace('-', '')}",
        f"TC {CODE.replace('-', ' ')}",
        f"TC {CODE}.",
    ],
)
def test_a_code_is_looked_up(text: str) -> None:
    assert act_of(text) == Command(Act.LOOK_UP, code=CODE)


@pytest.mark.parametrize(
    ("text", "act"),
    [
        (f"bs {CODE}", Act.SUPPLEMENT),
        (f"#bosung {CODE}", Act.SUPPLEMENT),
        (f"rút phản ánh {CODE}", Act.WITHDRAW_REPORT),
        (f"#rut {CODE}", Act.WITHDRAW_REPORT),
        (f"#xemlai {CODE}", Act.REOPEN),
        (f"#baoketqua {CODE}", Act.WANT_RESULT),
        (f"#khongbao {CODE}", Act.NO_RESULT),
    ],
)
def test_a_code_goes_with_what_is_asked_for_its_report(text: str, act: Act) -> None:
    assert act_of(text) == Command(act, code=CODE)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        (f"bs {CODE} biển số là 14A-123.45", "biển số là 14A-123.45"),
        (f"Rút phản ánh {CODE.replace('-', ' ')}: tôi nhầm", "tôi nhầm"),
    ],
)
def test_what_is_said_behind_a_code_is_kept_as_typed(text: str, rest: str) -> None:
    assert act_of(text).rest == rest


@pytest.mark.parametrize(
    "text", ["TC 7K3F-9Q2D-Z", "tra cứu 7k3f 9q2d z", "#tracuu PA-000123", "TC 59A112345"]
)
def test_a_mistyped_code_is_looked_up_and_not_reported(text: str) -> None:
    assert act_of(text) == Command(Act.LOOK_UP, code="")


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("#rut_dongy", Act.WITHDRAW_REPORT),
        (f"#rut_dongy {CODE}", Act.WITHDRAW_REPORT),
        ("#xoadulieu_dongy", Act.DELETE_DATA),
    ],
)
def test_what_cannot_be_undone_is_confirmed_by_a_payload_of_its_own(text: str, act: Act) -> None:
    assert (act_of(text).act, act_of(text).is_confirmed) == (act, True)


def test_no_word_confirms_what_cannot_be_undone() -> None:
    assert not any(act_of(way).is_confirmed for way, _ in SAID)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("TB 7K3F-9Q2D-X/2", "TB 7K3F-9Q2D-X/2"),
        ("Kiểm tra tin này TB 7K3F-9Q2D-X/2", "TB 7K3F-9Q2D-X/2"),
        ("#kiemtra Ông/Bà có quyết định phạt", "Ông/Bà có quyết định phạt"),
        ("kiem tra tin nay: Ban bi phat nguoi", "Ban bi phat nguoi"),
        ("Kiểm tra tin nhắn này\nBạn bị phạt nguội", "Bạn bị phạt nguội"),
    ],
)
def test_a_quoted_message_is_to_be_compared(text: str, rest: str) -> None:
    assert act_of(text) == Command(Act.VERIFY, rest=rest)


@pytest.mark.parametrize("act", sorted(set(Act) - {Act.WITHDRAW, Act.LEAVE}))
def test_whatever_turns_to_us_is_a_touch(act: Act) -> None:
    assert act.is_touch


@pytest.mark.parametrize("act", [Act.WITHDRAW, Act.LEAVE])
def test_who_goes_does_not_touch(act: Act) -> None:
    assert not act.is_touch


def test_messages_are_placed_by_time_and_then_by_key(clock: MovableClock) -> None:
    def submission(key: str) -> Submission:
        return spoken(key=key, at=clock.now(), text="Xe tải")

    assert submission("a").place_in_time < submission("b").place_in_time


def test_more_attachments_than_a_commit_holds_are_no_message(clock: MovableClock) -> None:
    media = [{"kind": "image", "address": "https://photo-stal-12.zdn.vn/a.jpg"}]

    with pytest.raises(ValueError, match="media"):
        Submission.model_validate(
            {"key": "k", "at": clock.now(), "act": "tell", "media": media * (MOST_MEDIA + 1)}
        )
