"""What was sent, done and told, merged into one order. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from functions.admin.presentation import ACTS, OUTCOMES, Notice, Tile, day, notice, place, tile
from functions.evidence.model import Evidence
from functions.followups.model import FollowUp
from functions.reports.audit import AuditEntry
from functions.reports.lifecycle import REPORTER, SYSTEM
from functions.reports.model import ItemKind, OutcomeCode, TimelineItem

_SHOWN_ACTS = frozenset({"received", "outcome recorded"})
"""The others stand in the log; here what was sent tells them."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One step of the timeline. Exactly one of text, tiles, place, act and notice is filled.

    `detail` goes with a place or an act.
    """

    at: datetime
    text: str = ""
    tiles: tuple[Tile, ...] = ()
    place: str = ""
    act: str = ""
    actor: str = ""
    detail: str = ""
    notice: Notice | None = None


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
    hash: str


def timeline(
    *,
    items: Sequence[TimelineItem],
    evidence: Sequence[Evidence],
    audit: Sequence[AuditEntry],
    followups: Sequence[FollowUp],
    names: Mapping[str, str],
) -> list[Day]:
    """All of it, oldest first; attachments that came one after another stand together."""
    tiles = {one.id: tile(one) for one in evidence}
    entries = [
        *(_of_item(item, tiles) for item in items),
        *(_of_act(entry, names) for entry in audit if entry.act in _SHOWN_ACTS),
        *(
            Entry(followup.sent_at or followup.due_at, notice=notice(followup))
            for followup in followups
        ),
    ]
    # The sort is stable: at one moment, what is listed first above stays first.
    return _days(_gather_tiles(sorted(entries, key=lambda entry: entry.at)))


def log(audit: Iterable[AuditEntry], names: Mapping[str, str]) -> list[LogLine]:
    """The audit chain, line by line."""
    return [
        LogLine(
            entry.sequence,
            entry.at,
            ACTS.get(entry.act, entry.act),
            _actor(entry.actor, names),
            entry.hash[:12],
        )
        for entry in audit
    ]


def officers_in(audit: Iterable[AuditEntry]) -> set[str]:
    """The subjects of the officers who did something."""
    return {subject for entry in audit if (subject := _subject(entry.actor))}


def _subject(actor: str) -> str:
    return actor.removeprefix("officer:") if actor.startswith("officer:") else ""


def _actor(actor: str, names: Mapping[str, str]) -> str:
    if actor == REPORTER:
        return "Người phản ánh"
    if actor == SYSTEM:
        return "Hệ thống"
    return names.get(_subject(actor), "Cán bộ")


def _of_item(item: TimelineItem, tiles: Mapping[str, Tile]) -> Entry:
    match item.kind:
        case ItemKind.EVIDENCE if item.evidence_id and item.evidence_id in tiles:
            return Entry(item.at, tiles=(tiles[item.evidence_id],))
        case ItemKind.LOCATION if item.latitude is not None and item.longitude is not None:
            return Entry(item.at, place=place(item.latitude, item.longitude), detail=item.text)
        case _:
            return Entry(item.at, text=item.text or "(Nội dung không hiển thị được)")


def _of_act(entry: AuditEntry, names: Mapping[str, str]) -> Entry:
    detail = ""
    if entry.act == "outcome recorded":
        detail = OUTCOMES[OutcomeCode(entry.changes["outcome"])].title
        if entry.changes.get("reason"):
            detail += f". {entry.changes['reason']}"
    return Entry(entry.at, act=ACTS[entry.act], actor=_actor(entry.actor, names), detail=detail)


def _gather_tiles(entries: Iterable[Entry]) -> list[Entry]:
    gathered: list[Entry] = []
    for entry in entries:
        if entry.tiles and gathered and gathered[-1].tiles:
            gathered[-1] = Entry(gathered[-1].at, tiles=gathered[-1].tiles + entry.tiles)
        else:
            gathered.append(entry)
    return gathered


def _days(entries: Iterable[Entry]) -> list[Day]:
    days: list[Day] = []
    for entry in entries:
        title = day(entry.at)
        if days and days[-1].title == title:
            days[-1] = Day(title, (*days[-1].entries, entry))
        else:
            days.append(Day(title, (entry,)))
    return days
