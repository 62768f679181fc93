"""How what is to be said becomes messages. Pure; the wording is `followups`' catalogue.

What one fold has to say goes out as one message, the most urgent first, as far as Zalo's limits let
it; an emergency has a message of its own, before everything else.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.followups.model import FollowUp, Kind, followup_id
from functions.followups.sentences import Choice, Language, choices, fill
from functions.intake.checklists import choices_of, values_of
from functions.intake.effects import Explain, Say
from functions.intake.log import Conversation
from functions.knowledge import procedures
from functions.reports.model import Report
from functions.units.model import Unit
from functions.vietnam import without_diacritics
from functions.zalo.limits import BUTTONS, TEXT, length

_KINDS = {"welcome": Kind.WELCOME, "welcome_back": Kind.WELCOME}
_GATHERING = frozenset(
    {"gathering", "progress", "progress_waiting", "complete", "complete_other", "added"}
)
_ALONE = frozenset({"urgent", "urgent_fire", "urgent_medical", "urgent_highway", "urgent_child"})
_ASKED_AGAIN = tuple(
    (re.compile(asked), label)
    for asked, labels in {
        r"bao lau|may ngay|khi nao|bao gio|how long|when": ("Thời hạn:", "How long:"),
        r"bao nhieu|tien|phi|how much|cost|fee": ("Phí, lệ phí:", "Fee:"),
        r"o dau|cho nao|noi nao|where": ("Nơi thực hiện:", "Where:"),
        r"giay to|can gi|mang gi|ho so|documents|papers": ("Giấy tờ:", "Papers:"),
        r"online|truc tuyen|tren mang|nop": ("Cách nộp:", "How to file:"),
    }.items()
    for label in labels
)
_BETWEEN = timedelta(seconds=1)
"""So that messages of one fold leave in their order."""


@dataclass(frozen=True, slots=True)
class Words:
    """One thing to say, filled."""

    sentence: str
    cause: str
    text: str
    choices: tuple[Choice, ...]


def words(
    said: Say | Explain,
    conversation: Conversation,
    unit: Unit,
    *,
    silence: timedelta,
    notice_version: str = "1",
    report: Report | None = None,
    other: Unit | None = None,
) -> Words:
    """A thing to say, filled; `report` and `other` (a unit) where it speaks of them."""
    language = language_of(conversation)
    if isinstance(said, Explain):
        told = procedures.answer(said.procedure, language)
        text = _lines_about(said.more, told.text) or told.text
        return Words("procedure_topics", said.cause, text, told.choices)
    values = {
        "ten_don_vi": unit.name,
        "so_phut": str(max(1, int(silence.total_seconds() // 60))),
        "phien_ban": notice_version,
        **({"ma_phieu": report.code} if report else {}),
        **({"don_vi_khac": other.name} if other else {}),
    }
    if said.sentence == "supplement_open":
        values["so_phut"] = "30"
    buttons: tuple[Choice, ...] | None = None
    if said.checklist is not None:
        values |= values_of(said.checklist, language)
        if said.sentence == "progress":
            buttons = choices_of(said.checklist, language)
    if buttons is None:
        buttons = choices(said.sentence, values, language)
    return Words(said.sentence, said.cause, fill(said.sentence, values, language), buttons)


def _lines_about(question: str, answer: str) -> str:
    """Of an answer given before, the lines that a short question after it is about."""
    plain = without_diacritics(question)
    labels = [label for asked, label in _ASKED_AGAIN if asked.search(plain)]
    title, *rest = answer.splitlines()
    lines = [line for line in rest if any(label in line for label in labels)]
    return "\n".join([title, *lines]) if question and lines else ""


def messages(
    told: Sequence[Words], conversation: Conversation, unit: Unit, *, now: datetime
) -> list[FollowUp]:
    """The follow-ups that say all of it, due at once, in order."""
    packed: list[list[Words]] = []
    texts: set[str] = set()
    for one in told:
        if one.text in texts:
            # Said once is enough, whatever calls for it.
            continue
        texts.add(one.text)
        if packed and _fits([*packed[-1], one]):
            packed[-1].append(one)
        else:
            packed.append([one])
    return [
        _message(parts, conversation, unit, now=now, due_at=now + place * _BETWEEN)
        for place, parts in enumerate(packed)
    ]


def _fits(parts: Sequence[Words]) -> bool:
    if any(part.sentence in _ALONE for part in parts):
        return False
    return length(_joined(parts)) <= TEXT


def _joined(parts: Sequence[Words]) -> str:
    return "\n\n".join(part.text for part in parts)


def _message(
    parts: Sequence[Words],
    conversation: Conversation,
    unit: Unit,
    *,
    now: datetime,
    due_at: datetime,
) -> FollowUp:
    last = parts[-1]
    # The buttons of what was said last come first, those of the notices before it as they fit.
    buttons: dict[str, Choice] = {}
    for part in reversed(parts):
        for choice in part.choices:
            if len(buttons) < BUTTONS:
                buttons.setdefault(choice.payload, choice)
    kind = Kind.GATHERING if last.sentence in _GATHERING else _KINDS.get(last.sentence, Kind.ANSWER)
    return FollowUp(
        id=followup_id(kind, last.sentence, conversation.citizen, last.cause),
        kind=kind,
        citizen=conversation.citizen,
        page_id=conversation.page_id,
        unit_id=unit.id,
        sentence=last.sentence,
        text=_joined(parts),
        choices=tuple(buttons.values()),
        language=language_of(conversation),
        created_at=now,
        due_at=due_at,
        next_at=due_at,
    )


def still_ongoing_id(report_id: str) -> str:
    """The one question of a report whether it is still going on."""
    return followup_id(Kind.ANSWER, "still_ongoing", report_id)


def still_ongoing(
    report: Report, conversation: Conversation, unit: Unit, *, now: datetime, at: datetime
) -> FollowUp:
    """The question whether it is still going on, due at `at`."""
    return FollowUp(
        id=still_ongoing_id(report.id),
        kind=Kind.ANSWER,
        citizen=conversation.citizen,
        page_id=conversation.page_id,
        unit_id=unit.id,
        report_id=report.id,
        report_code=report.code,
        sentence="still_ongoing",
        language=language_of(conversation),
        created_at=now,
        due_at=at,
        next_at=at,
    )


def language_of(conversation: Conversation) -> Language:
    """The language that the citizen is answered in."""
    return "en" if conversation.language == "en" else "vi"
