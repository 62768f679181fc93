"""What a citizen's words ask for."""

import unicodedata

import pytest

from functions.intake.submissions import MOST_MEDIA, Act, Submission, act_of
from functions.reports.codes import code_from
from tests.emulators import MovableClock

CODE = code_from(b"\x01\x23\x45\x67\x89")


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("#xong", Act.FINISH),
        ("Xong", Act.FINISH),
        ("  XONG. ", Act.FINISH),
        ("Đã gửi xong", Act.FINISH),
        ("da   gui\nxong", Act.FINISH),
        ("#guiphananh", Act.HOW_TO),
        ("Gửi phản ánh", Act.HOW_TO),
        ("#tracuu", Act.LOOK_UP),
        ("Tra cứu kết quả", Act.LOOK_UP),
        ("TC", Act.LOOK_UP),
        ("#hotro", Act.SUPPORT),
        ("Hỗ trợ", Act.SUPPORT),
        ("Xong việc tôi sẽ gửi thêm", Act.TELL),
        ("Xe tải vượt đèn đỏ", Act.TELL),
        ("tc 3 xe vượt đèn đỏ", Act.TELL),
        ("tra cứu giúp tôi vụ việc hôm qua", Act.TELL),
        ("", Act.TELL),
    ],
)
def test_words_are_read_as(text: str, act: Act) -> None:
    assert act_of(text) == (act, None)


@pytest.mark.parametrize("text", ["Đã gửi xong", "Hỗ trợ", "Tra cứu", "Gửi phản ánh"])
def test_words_in_decomposed_letters_are_the_same_words(text: str) -> None:
    assert act_of(unicodedata.normalize("NFD", text)) == act_of(text)


@pytest.mark.parametrize(
    "text",
    [
        f"TC {CODE}",
        f"tc {CODE.lower()}",
        f"Tra cứu {CODE}",
        f"tra cuu ket qua {CODE}",
        f"#tracuu {CODE.replace('-', '')}",
        f"TC {CODE}.",
    ],
)
def test_a_code_is_looked_up(text: str) -> None:
    assert act_of(text) == (Act.LOOK_UP, CODE)


@pytest.mark.parametrize(
    "text", ["TC 7K3F-9Q2D-Z", "tra cứu 7k3f 9q2d z", "#tracuu PA-000123", "TC 59A112345"]
)
def test_a_mistyped_code_is_looked_up_and_not_reported(text: str) -> None:
    assert act_of(text) == (Act.LOOK_UP, "")


@pytest.mark.parametrize("act", sorted(set(Act) - {Act.WITHDRAW, Act.LEAVE}))
def test_whatever_turns_to_us_is_a_touch(act: Act) -> None:
    assert act.is_touch


@pytest.mark.parametrize("act", [Act.WITHDRAW, Act.LEAVE])
def test_who_goes_does_not_touch(act: Act) -> None:
    assert not act.is_touch


def test_messages_are_placed_by_time_and_then_by_key(clock: MovableClock) -> None:
    def submission(key: str) -> Submission:
        return Submission(key=key, at=clock.now(), act=Act.TELL)

    assert submission("a").place_in_time < submission("b").place_in_time


def test_more_attachments_than_a_commit_holds_are_no_message(clock: MovableClock) -> None:
    media = [{"kind": "image", "address": "https://photo-stal-12.zdn.vn/a.jpg"}]

    with pytest.raises(ValueError, match="media"):
        Submission.model_validate(
            {"key": "k", "at": clock.now(), "act": "tell", "media": media * (MOST_MEDIA + 1)}
        )
