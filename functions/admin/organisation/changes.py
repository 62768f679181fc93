"""What was changed in units, pages, officers and rosters: `units_log/{key}`, create-only.

An entry stands or falls with the change it tells of, and carries the operation of the form, so that
sending a form twice changes once. Keys run from new to old; an entry that tells of many records is
written as several documents, because one holds a mebibyte.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from functions.cloud.firestore import Commit, Database, Where
from functions.errors import Conflict, Transient
from functions.units import areas_text
from functions.units.model import Officer, Page, Unit
from functions.units.roles import Assignment
from functions.units.rosters import Shift
from functions.units.store import Standing

_log = logging.getLogger(__name__)

_MOST_TOLD = 25
_LAST_SECOND = 99_999_999_999


class Changed(BaseModel):
    """One record before and after: the fields that differ, as text; ids where they name units."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: str
    """unit, page, officer or shift."""
    id: str
    name: str
    before: dict[str, str] = {}
    after: dict[str, str] = {}


class ChangeEntry(BaseModel):
    """One change: who, when, what, why."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    at: datetime
    operation: str
    officer: str
    """The subject of the sign-in."""
    name: str
    act: str
    about: tuple[str, ...]
    """The units that it concerns."""
    changed: tuple[Changed, ...]
    reason: str = ""


class UnitsLog:
    """Writes changes with their entries, each operation once, and finds them again."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def is_done(self, operation: str) -> bool:
        """Whether the form with that operation was carried out.

        Raises:
            Transient: no answer.
        """
        found = self._database.find(
            "units_log", where=[Where("operation", "==", operation)], limit=1
        )
        return bool(found)

    def carry_out(self, entry: ChangeEntry, add: Callable[[Commit], None]) -> None:
        """Commit what `add` puts into it, with the entry; the same operation is done once.

        Raises:
            Conflict: what it rests on was changed meanwhile; nothing was written.
            Transient: no clear answer; sending the same form again is safe.
        """
        commit = self._database.commit()
        add(commit)
        self._add(commit, entry)
        try:
            commit.send()
        except (Conflict, Transient):
            # The same form may have been faster, or the answer lost.
            if not self.is_done(entry.operation):
                raise
        _log.info(
            "organisation changed",
            extra={"officer": entry.officer, "act": entry.act, "operation": entry.operation},
        )

    def of_unit(self, unit_id: str, limit: int = 20) -> list[ChangeEntry]:
        """What concerned that unit, the newest first.

        Raises:
            Transient: no answer.
        """
        found = self._database.find(
            "units_log", where=[Where("about", "array_contains", unit_id)], limit=limit
        )
        return [ChangeEntry.model_validate(dict(one.fields)) for one in found]

    @staticmethod
    def _add(commit: Commit, entry: ChangeEntry) -> None:
        key = f"{_LAST_SECOND - int(entry.at.timestamp()):011d}-{entry.operation}"
        for number, start in enumerate(range(0, max(len(entry.changed), 1), _MOST_TOLD)):
            told = entry.changed[start : start + _MOST_TOLD]
            part = entry.model_copy(update={"changed": told})
            commit.create(f"units_log/{key}-{number:02d}", part.model_dump())


def pages_of(standing: Standing) -> dict[str, Page]:
    """The pages as they stand, by id."""
    return {one.id: Page(id=one.id, **one.fields) for one in standing.stored.values()}


def officers_of(standing: Standing) -> dict[str, Officer]:
    """The officers as they stand, by subject."""
    return {one.id: Officer(subject=one.id, **one.fields) for one in standing.stored.values()}


def check_unchanged(known: Mapping[str, Page | Officer], now: Mapping[str, Page | Officer]) -> None:
    """Refuse what was decided on records that are different by now.

    Raises:
        Conflict: one of them is.
    """
    if any(known.get(key) != record for key, record in now.items()):
        raise Conflict("pages or officers changed since they were read")


def unit_changed(before: Unit | None, after: Unit) -> Changed:
    """What differs between a unit before and after; a new one differs from nothing."""
    return _changed("unit", after.id, after.name, _unit(before) if before else None, _unit(after))


def page_changed(before: Page | None, after: Page) -> Changed:
    """What differs between a page before and after."""
    return _changed("page", after.id, after.name, _page(before) if before else None, _page(after))


def officer_changed(before: Officer | None, after: Officer) -> Changed:
    """What differs between an officer before and after."""
    was = _officer(before) if before else None
    return _changed("officer", after.subject, after.name, was, _officer(after))


def shift_changed(before: Shift | None, after: Shift | None, name: str) -> Changed:
    """What differs between a shift before and after; None is a shift that is not."""
    shift = after or before
    was = _shift(before) if before else None
    return _changed("shift", shift.id if shift else "", name, was, _shift(after) if after else {})


def roles_told(roles: Iterable[Assignment]) -> str:
    """Roles as one text: `pc08: lead; pc08-doi-1: duty_officer`."""
    return "; ".join(f"{given.unit_id}: {given.role.value}" for given in roles)


def _changed(
    kind: str, id: str, name: str, before: Mapping[str, str] | None, after: Mapping[str, str]
) -> Changed:
    was = before or {}
    fields = [field for field in (*was, *after) if was.get(field, "") != after.get(field, "")]
    return Changed(
        kind=kind,
        id=id,
        name=name,
        before={field: was[field] for field in fields if was.get(field)},
        after={field: after[field] for field in fields if after.get(field)},
    )


def _unit(unit: Unit) -> dict[str, str]:
    return {
        "name": unit.name,
        "short_name": unit.short_name,
        "kind": unit.kind,
        "parent": unit.parent_id or "",
        "aliases": "; ".join(unit.aliases),
        "communes": areas_text.communes_told(unit.area.communes),
        "stretches": areas_text.stretches_told(unit.area.stretches),
        "outlines": str(len(unit.area.outlines) or ""),
        "categories": "; ".join(unit.categories),
        "closed_at": _moment(unit.closed_at),
        "successors": _listed(unit.successor_ids),
    }


def _page(page: Page) -> dict[str, str]:
    return {"name": page.name, "unit": page.unit_id, "app": page.app_id, "type": str(page.oa_type)}


def _officer(officer: Officer) -> dict[str, str]:
    return {
        "name": officer.name,
        "email": officer.email,
        "roles": roles_told(officer.roles),
        "is_active": "" if officer.is_active else "no",
    }


def _shift(shift: Shift) -> dict[str, str]:
    return {
        "officer": shift.subject,
        "starts_at": _moment(shift.starts_at),
        "ends_at": _moment(shift.ends_at),
        "handed_to": shift.handed_to or "",
        "taken_at": _moment(shift.taken_at),
        "open_points": str(len(shift.open_points) or ""),
    }


def _moment(moment: datetime | None) -> str:
    return moment.isoformat(timespec="minutes") if moment else ""


def _listed(ids: Sequence[str]) -> str:
    return "; ".join(ids)
