"""What the pages of a duty roster share: whose roster it is, its officers, and how it is kept."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import abort, request

from functions.admin.acts.offers import NotPermitted
from functions.admin.door.guards import Visit
from functions.admin.fields import Identifier, Operation
from functions.admin.forms import Form
from functions.admin.language import gettext, marked
from functions.admin.organisation.changes import ChangeEntry, UnitsLog, shift_changed
from functions.admin.organisation.organising import CHANGES
from functions.cloud.firestore import Commit, Stored
from functions.errors import Rejected
from functions.units.model import Officer, Unit
from functions.units.roles import Permission
from functions.units.rosters import Shift
from functions.units.store import RosterStore, UnitStore
from functions.vietnam import VIETNAM

LONGEST_SHIFT = timedelta(hours=48)
_MOST_UNITS_ABOVE = 3
_DONE = marked("Đã thực hiện: %(what)s.")

ShiftChange = tuple[Shift | None, Shift | None, Stored | None]
"""A shift before and after, and how it was read where it was there before."""


class ShiftForm(Form):
    """What every form of a roster says."""

    unit: Identifier
    operation: Operation


@dataclass(frozen=True, slots=True)
class Duty:
    """Reads and keeps rosters."""

    units: UnitStore
    rosters: RosterStore
    log: UnitsLog
    colleagues: Callable[[Sequence[str]], list[Officer]]

    def choices(self, here: Visit, permission: Permission) -> list[Unit]:
        """The units whose roster the officer may choose."""
        tree = self.units.directory().tree
        return [unit for unit in tree.living if here.officer.may(permission, unit.line)]

    def asked(self, here: Visit, permission: Permission) -> Unit | None:
        """The unit asked for, else the officer's first; None where they have none."""
        asked = request.args.get("unit", "")
        if asked:
            return self.of(here, asked, permission)
        tree = self.units.directory().tree
        for given in here.officer.roles:
            unit = tree.find(given.unit_id)
            if unit is not None and here.officer.may(permission, unit.line):
                return unit
        return None

    def sent(self, here: Visit, fields: Mapping[str, object], permission: Permission) -> Unit:
        """The unit that a form names.

        Raises:
            Rejected: it names none.
            NotPermitted: it is not for the officer.
        """
        if not fields.get("unit"):
            raise Rejected("form was not made by us")
        return self.of(here, str(fields["unit"]), permission)

    def of(self, here: Visit, unit_id: str, permission: Permission) -> Unit:
        """That unit; who may not see it gets what an unknown id gets."""
        unit = self.units.directory().tree.find(unit_id)
        if unit is None or not here.officer.may(Permission.READ_CASES, unit.line):
            abort(404)
        if not here.officer.may(permission, unit.line):
            raise not_mine()
        return unit

    def colleague(self, unit: Unit, subject: str) -> Officer:
        """An officer who may be on duty in the unit.

        Raises:
            Rejected: this one may not.
        """
        found = self.units.officer(subject)
        if found is None or not found.may(Permission.WORK_CASES, unit.line):
            raise Rejected(
                "not an officer of the unit",
                sentence=gettext(marked("Cán bộ này không được phân công tại đơn vị.")),
            )
        return found

    def stored(self, unit: Unit, shift_id: str) -> tuple[Shift, Stored]:
        """That shift, or the answer of an unknown id."""
        found = self.rosters.shift(unit.id, shift_id)
        if found is None:
            abort(404)
        return found

    def names(self, subjects: Iterable[str]) -> dict[str, str]:
        """The names of those officers."""
        wanted = list(dict.fromkeys(subjects))
        found = self.units.officers(wanted)
        return {one: found[one].name if one in found else one for one in wanted}

    def keep(
        self,
        here: Visit,
        unit: Unit,
        act: str,
        operation: str,
        changes: Sequence[ShiftChange],
    ) -> None:
        """Keep changed shifts, each operation once, with an entry in the log."""
        names = self.names(shift.subject for one in changes for shift in one[:2] if shift)
        entry = ChangeEntry(
            at=here.now,
            operation=operation,
            officer=here.officer.subject,
            name=here.officer.name,
            act=act,
            about=(unit.id,),
            changed=tuple(
                shift_changed(before, after, names[(after or before).subject])  # type: ignore[union-attr]
                for before, after, _ in changes
            ),
        )

        def add(commit: Commit) -> None:
            for before, after, stored in changes:
                if after is not None:
                    self.rosters.add(commit, after, stored)
                elif before is not None:
                    self.rosters.remove(commit, before)

        self.log.carry_out(entry, add)

    def officers(self, unit: Unit) -> list[Officer]:
        """Who may be on duty there."""
        return self.colleagues(unit.line[-_MOST_UNITS_ABOVE:])


def not_mine() -> NotPermitted:
    """Somebody else's to do."""
    return NotPermitted(
        "not permitted: roster",
        sentence=gettext(
            marked("Việc này cần người có thẩm quyền hoặc người đang trực của đơn vị.")
        ),
    )


def vietnamese(moment: datetime) -> datetime:
    """The moment that a field of date and time means."""
    return moment.replace(tzinfo=VIETNAM) if moment.tzinfo is None else moment


def local(moment: datetime) -> str:
    """As a field of date and time takes it."""
    return f"{moment.astimezone(VIETNAM):%Y-%m-%dT%H:%M}"


def told_of(done: str) -> str:
    """That it was done, or nothing."""
    what: Any = CHANGES.get(done)
    return gettext(_DONE, what=gettext(what)) if what else ""
