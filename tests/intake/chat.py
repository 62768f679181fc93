"""A conversation without a phone: short words for what arrives and when."""

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from functions.intake.conversation import Conversation, Effect, fold
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
