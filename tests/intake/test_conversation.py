"""The state machine: stories as a table."""

from collections.abc import Sequence

import pytest

from functions.intake.conversation import Add, Begin, Effect, Finish, LookUp, Say
from functions.intake.submissions import Act, Submission
from tests.intake.chat import Chat, at, does, message, minute, xong


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
        (104, [xong(60)], []),
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
