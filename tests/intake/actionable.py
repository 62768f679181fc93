"""From the first message to "đủ căn cứ": how many violation reports end with all that is needed.

    python -m tests.intake.actionable [all]     the table; where it went otherwise than labelled

`tests/fixtures/conversations/violations.jsonl` holds what people send first, what a careful officer
finds lacking in it (`lacks`), and what each would answer if asked. What is not among the answers
they do not know, and say so; what is in `cannot` they answer without having it; who has `null` for
answers never answers. Each is played through the pure fold, one answered question a turn.
"""

import itertools
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from functions.intake.conversation import Conversation, Describe, Effect, Say, fold
from functions.intake.submissions import Act, Media, Submission, spoken
from functions.reports.account import Account, Gap

CONVERSATIONS = Path(__file__).parents[1] / "fixtures" / "conversations" / "violations.jsonl"
_SILENCE = timedelta(minutes=10)
_BESIDE = timedelta(seconds=2)
"""Between messages sent in one go."""
_ANSWERS_AFTER = timedelta(seconds=40)
_PLACE = (20.9517, 107.0748)
_MOST_TURNS = 12
GAPS = (Gap.ACT, Gap.PLACE, Gap.TIME, Gap.SUBJECT, Gap.MEDIA)


@dataclass(slots=True)
class Played:
    """How one conversation went."""

    row: dict[str, Any]
    before: tuple[Gap, ...]
    """What was missing after the first messages."""
    after: tuple[Gap, ...]
    asked: list[Gap] = field(default_factory=list)

    @property
    def labelled(self) -> tuple[Gap, ...]:
        """What a careful officer finds lacking in the first messages."""
        return tuple(gap for gap in GAPS if gap.value in self.row["lacks"])

    @property
    def could_answer(self) -> bool:
        """Whether this person knows all that is lacking."""
        answers = self.row["answers"]
        return answers is not None and all(
            gap.value in answers and gap.value not in self.row["cannot"] for gap in self.labelled
        )


def played() -> list[Played]:
    """All conversations, played."""
    rows = CONVERSATIONS.read_text(encoding="utf-8").splitlines()
    return [_play(json.loads(row)) for row in rows]


def table(conversations: list[Played]) -> str:
    """The shares as text."""
    total = len(conversations)
    able = [one for one in conversations if one.could_answer]
    rows = [f"violation reports: {total} conversations      at first  after the questions"]

    def row(name: str, of: list[Played], first: int, last: int) -> None:
        rows.append(f"  {name:<38}{first / len(of):>12.1%}{last / len(of):>21.1%}")

    for name, some in (
        ("complete", conversations),
        (f"  of the {len(able)} who could answer", able),
    ):
        row(name, some, sum(not one.before for one in some), sum(not one.after for one in some))
    for gap in GAPS:
        row(
            f"  has {gap.value}",
            conversations,
            sum(gap not in one.before for one in conversations),
            sum(gap not in one.after for one in conversations),
        )
    counts = [len(one.asked) for one in conversations]
    rows.append(f"  questions asked: median {median(counts):g}, most {max(counts)}")
    agreed = sum(set(one.before) == set(one.labelled) for one in conversations)
    rows.append(f"  gaps at first as a careful officer sees them: {agreed / total:.1%}")
    return "\n".join(rows)


def _play(row: dict[str, Any]) -> Played:
    start = datetime.fromisoformat(row["sent_at"])
    numbers = itertools.count(1)
    sent = [
        _sent(said, start + place * _BESIDE, numbers) for place, said in enumerate(row["first"])
    ]
    conversation = Conversation(citizen="c", page_id="p")
    reports = itertools.count(1)
    account = Account()
    result = Played(row, GAPS, GAPS)
    for turn in range(_MOST_TURNS):
        conversation, effects = fold(
            conversation,
            sent,
            now=sent[-1].at,
            silence=_SILENCE,
            draw_report_id=lambda: f"R{next(reports)}",
        )
        account = _last_account(effects) or account
        result.after = _missing(account)
        if turn == 0:
            result.before = result.after
        question = _question(effects)
        if question is None or row["answers"] is None:
            result.asked += [question] if question is not None else []
            break
        result.asked.append(question)
        answer = row["answers"].get(question.value, "không rõ")
        sent = [_sent(answer, sent[-1].at + _ANSWERS_AFTER, numbers)]
    return result


def _sent(said: str, at: datetime, numbers: Iterator[int]) -> Submission:
    key = f"m{next(numbers):02}"
    match said:
        case "[ảnh]" | "[video]":
            media = Media(kind="image", address="https://photo-stal-12.zdn.vn/a.jpg")
            return Submission(key=key, at=at, act=Act.TELL, media=(media,))
        case "[vị trí]":
            latitude, longitude = _PLACE
            return Submission(key=key, at=at, act=Act.TELL, latitude=latitude, longitude=longitude)
        case _:
            return spoken(key=key, at=at, text=said)


def _last_account(effects: list[Effect]) -> Account | None:
    described = [effect.account for effect in effects if isinstance(effect, Describe)]
    return described[-1] if described else None


def _question(effects: list[Effect]) -> Gap | None:
    lists = [one.checklist for one in effects if isinstance(one, Say) and one.checklist is not None]
    return lists[-1].question if lists else None


def _missing(account: Account) -> tuple[Gap, ...]:
    # Of a report that has not begun everything is missing.
    return account.gaps if account.findings else GAPS


if __name__ == "__main__":
    conversations = played()
    print(table(conversations))
    for one in conversations:
        others = set(one.before) ^ set(one.labelled)
        if "all" in sys.argv and (others or (one.after and one.could_answer)):
            gaps = {"first": one.before, "labelled": one.labelled, "after": one.after}
            told = {name: [gap.value for gap in some] for name, some in gaps.items()}
            print(one.row["id"], one.row["first"], one.row["answers"], told, one.asked)
