"""The state machine: stories as a table, and what holds for every order of arrival."""

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.intake.conversation import (
    Add,
    Begin,
    Conversation,
    Effect,
    Finish,
    LookUp,
    Say,
    fold,
)
from functions.intake.submissions import Act, Submission

START = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
SILENCE = timedelta(minutes=10)


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def minute(moment: datetime) -> str:
    return f"{(moment - START) / timedelta(minutes=1):g}"


def message(when: float) -> Submission:
    return Submission(key=f"m{when:g}", at=at(when), act=Act.TELL, text="…")


def xong(when: float) -> Submission:
    return Submission(key=f"x{when:g}", at=at(when), act=Act.FINISH)


def does(act: Act, when: float) -> Submission:
    return Submission(key=f"{act.value}{when:g}", at=at(when), act=act)


@dataclass
class Chat:
    """A conversation that goes on from fold to fold."""

    conversation: Conversation = field(
        default_factory=lambda: Conversation(citizen="c", page_id="p")
    )
    drawn: Callable[[], int] = field(default_factory=lambda: itertools.count(1).__next__)
    effects: list[Effect] = field(default_factory=list)

    def fold(self, now: float, submissions: Iterable[Submission]) -> list[Effect]:
        self.conversation, effects = fold(
            self.conversation,
            submissions,
            now=at(now),
            silence=SILENCE,
            draw_report_id=lambda: f"R{self.drawn()}",
        )
        self.effects += effects
        return effects


def written(effect: Effect) -> str:
    match effect:
        case Begin(report_id, when):
            return f"{report_id} begins {minute(when)}"
        case Add(report_id, submission):
            return f"{report_id} < {submission.key}"
        case Finish(report_id, when, because):
            return f"{report_id} ends {minute(when)} {because.value}"
        case Say(sentence, cause):
            return f"say {sentence} {cause}"
        case LookUp(_, cause):
            return f"look up {cause}"


Fold = tuple[float, Sequence[Submission], Sequence[str]]
"""The time, what arrives, and what follows."""

STORIES: dict[str, Sequence[Fold]] = {
    "silence": [
        (0, [message(0)], ["R1 begins 0", "R1 < m0", "say gathering R1"]),
        (9.9, [], []),
        (10, [], ["R1 ends 10 silence"]),
        (30, [], []),
    ],
    "each message begins the silence anew": [
        (0, [message(0)], ["R1 begins 0", "R1 < m0", "say gathering R1"]),
        (9, [message(9)], ["R1 < m9"]),
        (18, [], []),
        (19, [], ["R1 ends 19 silence"]),
    ],
    "xong": [
        (0, [message(0)], ["R1 begins 0", "R1 < m0", "say gathering R1"]),
        (1, [xong(1)], ["R1 ends 1 done"]),
        (30, [], []),
    ],
    "all at once": [
        (
            2,
            [message(0), message(1), xong(2)],
            ["R1 begins 0", "R1 < m0", "R1 < m1", "R1 ends 2 done"],
        ),
    ],
    "xong overtakes what it finishes": [
        (3, [xong(3)], ["say nothing_to_finish x3"]),
        (3, [message(1), message(2)], ["R1 begins 1", "R1 < m1", "R1 < m2", "R1 ends 3 done"]),
    ],
    "xong overtakes a part of what it finishes": [
        (3, [message(1)], ["R1 begins 1", "R1 < m1", "say gathering R1"]),
        (3, [xong(3)], ["R1 ends 3 done"]),
        (3, [message(2)], ["R1 < m2"]),
    ],
    "an earlier xong does not end a later report": [
        (9, [message(5)], ["R1 begins 5", "R1 < m5", "say gathering R1"]),
        (9, [xong(2)], []),
    ],
    "a late photo belongs to the report before": [
        (2, [message(0), xong(2)], ["R1 begins 0", "R1 < m0", "R1 ends 2 done"]),
        (4, [message(1)], ["R1 < m1"]),
    ],
    "a late photo belongs to the report before, even while the next is gathered": [
        (2, [message(0), xong(2)], ["R1 begins 0", "R1 < m0", "R1 ends 2 done"]),
        (3, [message(3)], ["R2 begins 3", "R2 < m3", "say gathering R2"]),
        (4, [message(1)], ["R1 < m1"]),
        (5, [xong(5)], ["R2 ends 5 done"]),
    ],
    "a late photo may be the first of the report before": [
        (4, [message(3), xong(4)], ["R1 begins 3", "R1 < m3", "R1 ends 4 done"]),
        (5, [message(1)], ["R1 < m1"]),
    ],
    "a late photo may be the first of the report being gathered": [
        (4, [message(3)], ["R1 begins 3", "R1 < m3", "say gathering R1"]),
        (5, [message(1)], ["R1 < m1"]),
        (13, [], ["R1 ends 13 silence"]),
    ],
    "one that is older than the report before is a report of its own": [
        (101, [message(100), xong(101)], ["R1 begins 100", "R1 < m100", "R1 ends 101 done"]),
        (102, [message(50)], ["R2 begins 50", "R2 < m50", "R2 ends 60 silence"]),
        (103, [message(100.5)], ["R1 < m100.5"]),
    ],
    "one that is older than the report before does not make the next reach over it": [
        (101, [message(100), xong(101)], ["R1 begins 100", "R1 < m100", "R1 ends 101 done"]),
        (103, [message(103)], ["R2 begins 103", "R2 < m103", "say gathering R2"]),
        (104, [message(50)], ["R2 < m50"]),
        (105, [message(100.5)], ["R1 < m100.5"]),
    ],
    "two reports in a row": [
        (1, [message(0), xong(1)], ["R1 begins 0", "R1 < m0", "R1 ends 1 done"]),
        (3, [message(2), xong(3)], ["R2 begins 2", "R2 < m2", "R2 ends 3 done"]),
    ],
    "two reports in one fold": [
        (
            3,
            [message(0), xong(1), message(2), xong(3)],
            [
                *("R1 begins 0", "R1 < m0", "R1 ends 1 done"),
                *("R2 begins 2", "R2 < m2", "R2 ends 3 done"),
            ],
        ),
    ],
    "silence between two messages of one fold": [
        (
            20,
            [message(0), message(15)],
            [
                *("R1 begins 0", "R1 < m0", "R1 ends 10 silence"),
                *("R2 begins 15", "R2 < m15", "say gathering R2"),
            ],
        ),
    ],
    "xong twice": [
        (1, [message(0), xong(1)], ["R1 begins 0", "R1 < m0", "R1 ends 1 done"]),
        (2, [xong(2)], []),
        (20, [xong(20)], ["say nothing_to_finish x20"]),
    ],
    "a look-up in between": [
        (0, [message(0)], ["R1 begins 0", "R1 < m0", "say gathering R1"]),
        (1, [does(Act.LOOK_UP, 1)], ["look up look_up1"]),
        (2, [message(2), xong(3)], ["R1 < m2", "R1 ends 3 done"]),
    ],
    "buttons are answered and begin nothing": [
        (0, [does(Act.ARRIVE, 0)], ["say welcome arrive0"]),
        (1, [does(Act.HOW_TO, 1)], ["say how_to_report how_to1"]),
        (2, [does(Act.SUPPORT, 2)], ["say support support2"]),
        (3, [does(Act.OTHER, 3), does(Act.LEAVE, 4)], []),
    ],
    "withdrawal in the middle of a report": [
        (0, [message(0)], ["R1 begins 0", "R1 < m0", "say gathering R1"]),
        (1, [does(Act.WITHDRAW, 1)], []),
        (10, [], ["R1 ends 10 silence"]),
    ],
}


@pytest.mark.parametrize("story", STORIES)
def test_story(story: str) -> None:
    chat = Chat()

    followed = [
        [written(effect) for effect in chat.fold(now, arrives)]
        for now, arrives, _ in STORIES[story]
    ]

    assert followed == [list(follows) for _, _, follows in STORIES[story]]


def test_the_last_touch_is_remembered_whatever_arrives_last() -> None:
    chat = Chat()
    chat.fold(9, [message(5)])
    chat.fold(9, [message(3), does(Act.LEAVE, 8)])

    assert chat.conversation.last_in_at == at(5)


_TIMES = st.integers(0, 240).map(lambda quarter: quarter / 4)
_ACTS = st.sampled_from([Act.TELL] * 4 + [Act.FINISH] * 2 + [*Act])


@st.composite
def _submissions(draw: st.DrawFn) -> list[Submission]:
    times = draw(st.lists(_TIMES, min_size=1, max_size=12))
    return [
        Submission(key=f"{draw(st.integers(0, 9))}-{number}", at=at(when), act=draw(_ACTS))
        for number, when in enumerate(times)
    ]


@st.composite
def _arrivals(draw: st.DrawFn) -> list[list[Submission]]:
    """The same messages in any order, over any number of folds, some of them empty."""
    folds: list[list[Submission]] = [[] for _ in range(draw(st.integers(1, 5)))]
    for submission in draw(st.permutations(draw(_submissions()))):
        folds[draw(st.integers(0, len(folds) - 1))].append(submission)
    return folds


@st.composite
def _nows(draw: st.DrawFn) -> list[float]:
    return sorted(draw(st.lists(_TIMES, min_size=5, max_size=5)))


def _reports(effects: Sequence[Effect]) -> list[list[str]]:
    """The keys of each report's messages, oldest report first."""
    begun = [effect.report_id for effect in effects if isinstance(effect, Begin)]
    added = [effect for effect in effects if isinstance(effect, Add)]
    return [[add.submission.key for add in added if add.report_id == one] for one in begun]


@given(_submissions(), _TIMES, st.randoms(use_true_random=False))
def test_one_fold_makes_the_same_of_every_order_and_repetition(
    submissions: list[Submission], now: float, chance: Random
) -> None:
    in_order, shuffled = Chat(), Chat()
    repeated = [*submissions, *submissions[::2]]
    chance.shuffle(repeated)

    assert shuffled.fold(now, repeated) == in_order.fold(now, submissions)
    assert shuffled.conversation == in_order.conversation


@given(_arrivals(), _nows())
def test_whatever_arrives_when_each_message_ends_in_one_report_and_each_report_ends_once(
    folds: list[list[Submission]], nows: list[float]
) -> None:
    chat = Chat()
    for now, arrives in zip(nows, folds, strict=False):
        chat.fold(now, arrives)
    chat.fold(1000, [])

    told = [one.key for arrives in folds for one in arrives if one.act is Act.TELL]
    added = Counter(add.submission.key for add in chat.effects if isinstance(add, Add))
    begun = Counter(begin.report_id for begin in chat.effects if isinstance(begin, Begin))
    ended = Counter(finish.report_id for finish in chat.effects if isinstance(finish, Finish))
    assert added == Counter(told)
    assert {add.report_id for add in chat.effects if isinstance(add, Add)} <= begun.keys()
    assert set(begun.values()) <= {1}
    assert ended == begun
    assert chat.conversation.gathering is None


@given(_submissions(), st.sets(st.integers(1, 11)))
def test_what_arrives_in_order_makes_the_same_reports_however_it_is_split(
    submissions: list[Submission], cuts: set[int]
) -> None:
    ordered = sorted(submissions, key=lambda each: each.place_in_time)
    together, apart = Chat(), Chat()
    together.fold(1000, ordered)

    bounds = sorted({0, *(cut for cut in cuts if cut < len(ordered)), len(ordered)})
    for begin, end in itertools.pairwise(bounds):
        part = ordered[begin:end]
        apart.fold((part[-1].at - START) / timedelta(minutes=1), part)
    apart.fold(1000, [])

    assert _reports(apart.effects) == _reports(together.effects)
    assert apart.conversation == together.conversation


@given(_arrivals(), _nows())
def test_the_vault_knows_who_turned_to_us_after_any_withdrawal(
    folds: list[list[Submission]], nows: list[float]
) -> None:
    chat = Chat()
    for now, arrives in zip(nows, folds, strict=False):
        chat.fold(now, arrives)

    everything = [one for arrives in folds for one in arrives]
    touches = [one.at for one in everything if one.act.is_touch]
    withdrawals = [one.at for one in everything if one.act is Act.WITHDRAW]
    is_known = bool(touches) and (not withdrawals or max(withdrawals) < max(touches))
    assert chat.conversation.is_known is is_known
