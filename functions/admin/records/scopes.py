"""Whose reports a search, the map, the register or the logs are about, and of which days. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from functions.admin.language import gettext, marked
from functions.errors import Rejected
from functions.units.model import Officer
from functions.units.roles import RESTRICTED, Permission
from functions.units.tree import Tree
from functions.vietnam import VIETNAM

MOST_AUDIENCES = 3
"""That are asked at once; whoever has more chooses."""
_CURSOR = re.compile(r"\d{11}-[A-Za-z0-9-]{1,64}")


@dataclass(frozen=True, slots=True)
class Choice:
    """A unit to choose, or the reports about officers."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose reports: what these audiences see, and of that only a unit's where one is named."""

    audiences: tuple[str, ...]
    chosen: str = ""
    unit_id: str = ""

    @property
    def terms(self) -> tuple[str, ...]:
        """What a report must have beside being seen."""
        return (f"unit:{self.unit_id}",) if self.unit_id else ()


def audiences_with(officer: Officer, permission: Permission) -> tuple[str, ...]:
    """What the officer may see in those roles that permit it."""
    found = (role.audience for role in officer.roles if permission in role.permissions)
    return tuple(dict.fromkeys(audience for audience in found if audience is not None))


def choices_for(audiences: Sequence[str], tree: Tree) -> tuple[Choice, ...]:
    """What may be chosen: the audiences themselves, then the units below them."""
    choices = {}
    for audience in audiences:
        if audience.startswith(RESTRICTED):
            choices[audience] = gettext(marked("Phản ánh về cán bộ"))
        elif (unit := tree.find(audience)) is not None:
            choices[audience] = unit.name
    for audience in audiences:
        for unit in tree.below(audience):
            choices.setdefault(unit.id, unit.name)
    return tuple(Choice(value, label) for value, label in choices.items())


def scope_of(audiences: Sequence[str], chosen: str, tree: Tree) -> Scope | None:
    """The scope that was chosen, "" being all; None where it is not theirs to choose."""
    if not audiences:
        return None
    if not chosen:
        if len(audiences) <= MOST_AUDIENCES:
            return Scope(tuple(audiences))
        chosen = audiences[0]
    if chosen in audiences:
        return Scope((chosen,), chosen)
    unit = tree.find(chosen)
    above = [one for one in audiences if unit is not None and one in unit.line]
    return Scope((above[0],), chosen, chosen) if above else None


def names_of(unit_ids: Iterable[str], tree: Tree) -> dict[str, str]:
    """The short names of those units; of one that does not exist its id."""
    found = {unit_id: tree.find(unit_id) for unit_id in unit_ids}
    return {unit_id: unit.short_name if unit else unit_id for unit_id, unit in found.items()}


@dataclass(frozen=True, slots=True)
class Period:
    """Days, both included; None is open."""

    since: date | None = None
    until: date | None = None

    @property
    def start(self) -> datetime | None:
        """When the first day begins, in Việt Nam."""
        return datetime.combine(self.since, time(), VIETNAM) if self.since else None

    @property
    def end(self) -> datetime | None:
        """The last second of the last day."""
        return datetime.combine(self.until, time(23, 59, 59), VIETNAM) if self.until else None

    @property
    def address(self) -> dict[str, Any]:
        """As addresses and forms carry it."""
        days = {"since": self.since, "until": self.until}
        return {name: day.isoformat() for name, day in days.items() if day is not None}


def period_of(since: str, until: str) -> Period:
    """The days that were asked for; "" is open.

    Raises:
        Rejected: that is no day.
    """
    return Period(_day(since), _day(until))


def month_of(now: datetime) -> Period:
    """From the first day of this month to today, in Việt Nam."""
    today = now.astimezone(VIETNAM).date()
    return Period(today.replace(day=1), today)


def cursor_of(text: str) -> str | None:
    """The key after which a list goes on; "" is its beginning.

    Raises:
        Rejected: it is none of ours.
    """
    if text and not _CURSOR.fullmatch(text):
        raise Rejected("cursor is not ours")
    return text or None


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Rejected("not a day", sentence="Ngày chưa đúng. Ví dụ: 2026-11-21.") from None
