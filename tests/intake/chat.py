"""A conversation without a phone: short words for what arrives and when."""

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from functions.intake.conversation import (
    Add,
    Because,
    Begin,
    Cancel,
    Conversation,
    Describe,
    Drop,
    Effect,
    Finish,
    Move,
    Say,
    fold,
)
from functions.intake.submissions import Act, Media, Submission, spoken
from functions.reports.account import Account

START = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
SILENCE = timedelta(minutes=10)


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def minute(moment: datetime) -> str:
    return f"{(moment - START) / timedelta(minutes=1):g}"


def message(when: float, words: str = "Xe máy vượt đèn đỏ") -> Submission:
    return Submission(key=f"m{when:g}", at=at(when), act=Act.TELL, text=words)


def photo(when: float, caption: str = "") -> Submission:
    picture = Media(kind="image", address="https://photo-stal-12.zdn.vn/a.jpg")
    return Submission(key=f"p{when:g}", at=at(when), act=Act.TELL, text=caption, media=(picture,))


def says(words: str, when: float) -> Submission:
    return spoken(key=f"s{when:g}", at=at(when), text=words)


def xong(when: float) -> Submission:
    return Submission(key=f"x{when:g}", at=at(when), act=Act.FINISH)


def does(act: Act, when: float) -> Submission:
    return Submission(key=f"{act.value}{when:g}", at=at(when), act=act)


@dataclass
class Known:
    """A report as the effects of all folds have made it."""

    keys: set[str] = field(default_factory=set)
    account: Account = field(default_factory=Account)
    opened_at: datetime | None = None
    received_at: datetime | None = None
    because: Because | None = None
    is_urgent: bool = False
    is_anonymous: bool = False


@dataclass
class Chat:
    """A conversation that goes on from fold to fold."""

    conversation: Conversation = field(
        default_factory=lambda: Conversation(citizen="c", page_id="p")
    )
    drawn: Callable[[], int] = field(default_factory=lambda: itertools.count(1).__next__)
    effects: list[Effect] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)
    is_blocked: bool = False

    def fold(self, now: float, submissions: Iterable[Submission]) -> list[Effect]:
        self.conversation, effects = fold(
            self.conversation,
            submissions,
            now=at(now),
            silence=SILENCE,
            draw_report_id=lambda: f"R{self.drawn()}",
            touched=self.touched,
            is_blocked=self.is_blocked,
        )
        self.effects += effects
        # As it comes back from the record.
        self.conversation = Conversation.model_validate(self.conversation.model_dump())
        return effects

    def told(self) -> list[str]:
        """What was said so far."""
        return [effect.sentence for effect in self.effects if isinstance(effect, Say)]

    def reports(self) -> dict[str, Known]:
        """The reports by their ids, as the record holds them."""
        known: dict[str, Known] = {}
        for effect in self.effects:
            match effect:
                case Begin(report_id, when):
                    assert report_id not in known
                    known[report_id] = Known(opened_at=when)
                case Add(report_id, submission):
                    assert not any(submission.key in one.keys for one in known.values())
                    known[report_id].keys.add(submission.key)
                case Move(source, report_id, key):
                    known[source].keys.remove(key)
                    known[report_id].keys.add(key)
                case Drop(report_id, key):
                    known[report_id].keys.remove(key)
                case Describe():
                    one = known[effect.report_id]
                    one.account, one.opened_at = effect.account, effect.opened_at
                    one.is_urgent, one.is_anonymous = effect.is_urgent, effect.is_anonymous
                case Finish(report_id, when, because):
                    one = known[report_id]
                    one.received_at, one.because = when, because
                case Cancel(report_id, _, because):
                    known[report_id].received_at, known[report_id].because = None, because
        return known

    def made(self) -> list[Known]:
        """The reports without their ids, and without those that turned out to hold nothing."""
        kept = [one for one in self.reports().values() if one.because is not Because.MERGED]
        return sorted(kept, key=lambda one: (str(one.opened_at), sorted(one.keys)))
