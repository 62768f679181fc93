"""What was sent, written, done and told, merged into one order. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from functions.admin.desk.audit_words import ACTS, FIELDS, VALUES
from functions.admin.desk.tiles import Tile, tile
from functions.admin.language import gettext
from functions.admin.presentation import OUTCOMES, Notice, day, moment, notice, place
from functions.evidence.model import Evidence
from functions.followups.model import FollowUp
from functions.reports.audit import AuditEntry
from functions.reports.lifecycle import REPORTER, SYSTEM
from functions.reports.model import ItemKind, OutcomeCode, TimelineItem

_UNSHOWN_ACTS = frozenset(
    {
        "opened",
        "evidence stored",
        "evidence lost",
        "reporter asked",
        "answered",
        "noted",
    }
)
"""They stand in the log; here what was sent or written tells them."""
_UNSHOWN_FIELDS = frozenset(
    {
        "accepted_at",
        "asked_at",
        "assignee",
        "lineage",
        "opening",
        "proposed_at",
        "proposed_by",
        "reopened_at",
        "shared_with",
    }
)
"""Said better by another field, by the time of the act, or by the log alone."""
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+\d\d:\d\d")
_NOTHING = frozenset({"", "-"})
_WORTH_FOLDING = 12
"""Characters: "dạ" and "vâng ạ" answer different questions, whole sentences say the same again."""
_WRITTEN = frozenset({ItemKind.NOTE, ItemKind.QUESTION, ItemKind.REPLY})


@dataclass(frozen=True, slots=True)
class Entry:
    """One step of the timeline; `kind` says which of the others are filled.

    said: `text`; tiles: `tiles`; place: `text` with `detail`; act: `text` with `actor`, `detail`;
    note: `text` with `actor`; question and reply: the same with `notice`; told: `notice`.
    """

    at: datetime
    kind: str
    text: str = ""
    tiles: tuple[Tile, ...] = ()
    actor: str = ""
    detail: str = ""
    notice: Notice | None = None
    item_id: str = ""
    """What the reporter sent or an officer wrote; acts and notices have none."""
    again: tuple[datetime, ...] = ()
    """When the reporter sent the same words once more."""


@dataclass(frozen=True, slots=True)
class Day:
    """The steps of one day, as a heading and a list."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class LogLine:
    """An entry of the audit chain."""

    sequence: int
    at: datetime
    act: str
    actor: str
    changes: str
    hash: str


def timeline(
    *,
    items: Sequence[TimelineItem],
    evidence: Sequence[Evidence],
    audit: Sequence[AuditEntry],
    followups: Sequence[FollowUp],
    names: Mapping[str, str],
) -> list[Day]:
    """All of it, oldest first.

    Attachments that came one after another stand together; the same words stand once a day.

    `names`: of the officers and units that are spoken of, by subject or id.
    """
    tiles = {one.id: tile(one) for one in evidence}
    notices = {one.id: notice(one) for one in followups}
    written = {item.followup_id for item in items if item.kind in _WRITTEN}
    entries = [
        *(_of_item(item, tiles, notices, names) for item in items),
        *(_of_act(entry, names) for entry in audit if entry.act not in _UNSHOWN_ACTS),
        *(
            Entry(followup.sent_at or followup.due_at, "told", notice=notices[followup.id])
            for followup in followups
            if followup.id not in written
        ),
    ]
    # The sort is stable: at one moment, what is listed first above stays first.
    days = _days(_gather_tiles(sorted(entries, key=lambda entry: entry.at)))
    return [Day(one.title, _fold_repeats(one.entries)) for one in days]


def log(audit: Iterable[AuditEntry], names: Mapping[str, str]) -> list[LogLine]:
    """The audit chain, line by line, with what was changed."""
    return [
        LogLine(
            entry.sequence,
            entry.at,
            gettext(ACTS.get(entry.act, entry.act)),
            _actor(entry.actor, names),
            _changes(entry.changes, names),
            entry.hash[:12],
        )
        for entry in audit
    ]


def authors(audit: Iterable[AuditEntry], items: Iterable[TimelineItem]) -> set[str]:
    """The subjects of the officers who did or wrote something."""
    acted = {_subject(entry.actor) for entry in audit}
    return {subject for subject in acted | {item.author for item in items} if subject}


def _subject(actor: str) -> str:
    return actor.removeprefix("officer:") if actor.startswith("officer:") else ""


def _actor(actor: str, names: Mapping[str, str]) -> str:
    if actor == REPORTER:
        return gettext("Người phản ánh")
    if actor == SYSTEM:
        return gettext("Hệ thống")
    return _name(_subject(actor), names)


def _name(subject: str, names: Mapping[str, str]) -> str:
    return names.get(subject) or gettext("Cán bộ")


def _of_item(
    item: TimelineItem,
    tiles: Mapping[str, Tile],
    notices: Mapping[str, Notice],
    names: Mapping[str, str],
) -> Entry:
    match item.kind:
        case ItemKind.EVIDENCE if item.evidence_id and item.evidence_id in tiles:
            return Entry(item.at, "tiles", tiles=(tiles[item.evidence_id],), item_id=item.id)
        case ItemKind.LOCATION if item.latitude is not None and item.longitude is not None:
            point = place(item.latitude, item.longitude)
            return Entry(item.at, "place", point, detail=item.text, item_id=item.id)
        case ItemKind.NOTE | ItemKind.QUESTION | ItemKind.REPLY:
            return Entry(
                item.at,
                item.kind.value,
                item.text,
                actor=_name(item.author, names),
                notice=notices.get(item.followup_id or ""),
                item_id=item.id,
            )
        case _:
            text = item.text or gettext("(Nội dung không hiển thị được)")
            return Entry(item.at, "said", text, item_id=item.id)


def _of_act(entry: AuditEntry, names: Mapping[str, str]) -> Entry:
    if entry.act == "outcome recorded":
        detail = gettext(OUTCOMES[OutcomeCode(entry.changes["outcome"])].title)
        if entry.changes.get("reason"):
            detail += f". {entry.changes['reason']}"
    elif entry.act == "received":
        detail = ""
    else:
        detail = _changes(
            {field: text for field, text in entry.changes.items() if field not in _UNSHOWN_FIELDS},
            names,
        )
    act = gettext(ACTS.get(entry.act, entry.act))
    return Entry(entry.at, "act", act, actor=_actor(entry.actor, names), detail=detail)


def _changes(changes: Mapping[str, str], names: Mapping[str, str]) -> str:
    return "; ".join(
        f"{gettext(FIELDS.get(field, field))}: {_course(values, names)}"
        for field, values in changes.items()
    )


def _course(values: str, names: Mapping[str, str]) -> str:
    """What it was and what it became; the latter alone where there was nothing before."""
    before, arrow, after = values.partition(" > ")
    if not arrow:
        return _value(before, names)
    became = gettext("không còn") if after in _NOTHING else _value(after, names)
    return became if before in _NOTHING else f"{_value(before, names)} → {became}"


def _value(value: str, names: Mapping[str, str]) -> str:
    if value in VALUES:
        return gettext(VALUES[value])
    if _MOMENT.fullmatch(value):
        return moment(datetime.fromisoformat(value))
    return names.get(value, value)


def _gather_tiles(entries: Iterable[Entry]) -> list[Entry]:
    gathered: list[Entry] = []
    for entry in entries:
        if entry.tiles and gathered and gathered[-1].tiles:
            gathered[-1] = replace(gathered[-1], tiles=gathered[-1].tiles + entry.tiles)
        else:
            gathered.append(entry)
    return gathered


def _fold_repeats(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    folded: list[Entry] = []
    places: dict[str, int] = {}
    for entry in entries:
        words = " ".join(unicodedata.normalize("NFC", entry.text).casefold().split())
        if entry.kind == "said" and len(words) >= _WORTH_FOLDING:
            place_of_first = places.setdefault(words, len(folded))
            if place_of_first < len(folded):
                first = folded[place_of_first]
                folded[place_of_first] = replace(first, again=(*first.again, entry.at))
                continue
        folded.append(entry)
    return tuple(folded)


def _days(entries: Iterable[Entry]) -> list[Day]:
    days: list[Day] = []
    for entry in entries:
        title = day(entry.at)
        if days and days[-1].title == title:
            days[-1] = Day(title, (*days[-1].entries, entry))
        else:
            days.append(Day(title, (entry,)))
    return days
