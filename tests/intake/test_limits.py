"""Who writes much is asked for patience, and loses nothing."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.intake.hearing import KEPT_CHARACTERS
from functions.intake.limits import Limits, is_too_fast, repeated, tells_block
from functions.intake.log import Entry, entry_of
from functions.intake.submissions import Act, Media, Submission, spoken
from tests.intake.chat import at

LIMITS = Limits(most_messages=3)
TEXT = "Xe tải đỗ trên vỉa hè trước chợ Bến Đò"


def said(minute: float, text: str = TEXT) -> Entry:
    return entry_of(spoken(key=f"k{minute:g}", at=at(minute), text=text))


def many(*minutes: float) -> list[Entry]:
    return [said(minute, f"tin thứ {minute:g} về vụ việc") for minute in minutes]


@pytest.mark.parametrize(
    ("minutes", "is_asked"),
    [((1, 2, 3), False), ((1, 2, 3, 4), True), ((0, 1, 2, 10), False), ((0.5, 1, 2, 10), True)],
    ids=["as many as may be", "one more", "the first too long ago", "the first just in time"],
)
def test_more_than_so_many_in_so_long_is_asked_for_patience(
    minutes: tuple[float, ...], is_asked: bool
) -> None:
    log = many(*minutes)

    assert is_too_fast(log, log[-1].at, slowed_at=None, limits=LIMITS) is is_asked


@pytest.mark.parametrize(("since", "is_asked"), [(59, False), (60, True)])
def test_patience_is_asked_for_once_an_hour(since: float, is_asked: bool) -> None:
    log = many(96, 97, 98, 99, 100)

    asked = is_too_fast(log, at(100), slowed_at=at(100 - since), limits=LIMITS)

    assert asked is is_asked


def test_an_album_is_one_message_and_coming_and_going_is_none() -> None:
    photo = Media(kind="image", address="https://photo-stal-12.zdn.vn/a.jpg")
    album = Submission(key="album", at=at(1), act=Act.TELL, media=(photo,) * 9)
    comings = [
        Submission(key=act.value, at=at(2), act=act)
        for act in (Act.ARRIVE, Act.LEAVE, Act.WITHDRAW)
    ]
    log = [entry_of(one) for one in (album, *comings)]

    assert not is_too_fast(log, at(3), slowed_at=None, limits=LIMITS)


def test_a_message_twice_in_the_log_is_one() -> None:
    log = many(1, 2, 3)

    assert not is_too_fast(log * 2, at(3), slowed_at=None, limits=LIMITS)


@pytest.mark.parametrize("text", [TEXT, f"  {TEXT.upper()}\n", TEXT.replace(" ", "  ")])
def test_the_same_words_again_are_known(text: str) -> None:
    first, again = said(1), said(2, text)

    assert repeated([first, again], again, limits=LIMITS) == first


def test_the_first_of_several_is_the_one_that_counts() -> None:
    log = [said(3), said(1), said(2)]

    assert repeated(log, log[0], limits=LIMITS) == said(1)
    assert repeated(log, said(1), limits=LIMITS) is None


@pytest.mark.parametrize(
    "again",
    [
        said(2, f"{TEXT} lúc 7h30"),
        said(24 * 60 + 2),
        said(2).model_copy(update={"media": 1}),
        said(2).model_copy(update={"is_located": True}),
        said(2).model_copy(update={"act": Act.FINISH}),
    ],
    ids=["more words", "another day", "with a photo", "with a place", "a command"],
)
def test_what_tells_more_is_no_repetition(again: Entry) -> None:
    assert repeated([said(1), again], again, limits=LIMITS) is None


@pytest.mark.parametrize("text", ["ok", "14A-123.45", "a" * (KEPT_CHARACTERS + 1)])
def test_short_answers_and_what_was_cut_are_never_repetitions(text: str) -> None:
    again = said(2, text)

    assert repeated([said(1, text), again], again, limits=LIMITS) is None


@given(st.permutations([said(1), said(2), said(3), said(4, "Một chuyện khác hẳn ở phường khác")]))
def test_the_order_of_the_log_makes_no_difference(log: list[Entry]) -> None:
    assert is_too_fast(log, at(4), slowed_at=None, limits=LIMITS)
    assert repeated(log, said(3), limits=LIMITS) == said(1)


@pytest.mark.parametrize(
    ("told_at", "is_told"), [(None, True), (at(0) - timedelta(hours=23), False), (at(-1440), True)]
)
def test_who_is_blocked_is_told_once_a_day(told_at: datetime | None, is_told: bool) -> None:
    assert tells_block(at(0), blocked_at=told_at, limits=LIMITS) is is_told
