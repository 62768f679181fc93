"""Reports follow their unit when a reorganisation hangs it elsewhere.

A report keeps its unit's lineage, and with it who sees it: on which shelves it stands, by whom it
is found. After a merge, a move or a close, the reports of every unit that hangs elsewhere now are
gone through, closed ones too, and open ones that are offered to such a unit. How far that has come
is kept after each page, so that a run may end anywhere and the next one goes on; what was done
already is found done.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

from functions.cloud.clock import Clock
from functions.cloud.firestore import ID, Database, Stored, Where, compare_and_set
from functions.errors import Conflict
from functions.reports.lifecycle import follow_unit
from functions.reports.rows import Queue, shelf
from functions.reports.store import ReportStore
from functions.units.model import Unit, UnitAct
from functions.units.store import UnitStore
from functions.units.tree import Tree

_log = logging.getLogger(__name__)

ORGANISATION = "organisation/units"
"""Counts the reorganisations (`UnitStore.add_units`)."""
PROGRESS = "upkeep/lineages"
PAGE = 100
MOST_IN_A_RUN = 300
"""Reports and empty answers, about: a page that was begun is finished."""
SETTLED = timedelta(minutes=2)
"""Until then somebody may still open a report by the units remembered from before."""
_LEEWAY = timedelta(minutes=10)
"""A change bears the time at which its request came in, not that of its commit."""


class Progress(BaseModel):
    """How far the reports have been brought in line."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    changes: int = 0
    """How many changes of the organisation all reports have followed."""
    changed_at: datetime | None = None
    """When the last of them was made."""
    next_changes: int = 0
    """How many they will have followed when the walk ends that is under way; 0 while none is."""
    next_changed_at: datetime | None = None
    unit_id: str = ""
    is_own: bool = False
    """Whether at the unit's own reports, which come after those that are offered to it."""
    report_id: str = ""
    """The last one seen."""


@dataclass(frozen=True, slots=True)
class LineageKeeper:
    """Brings the reports' lineages in line with the tree of units."""

    database: Database
    reports: ReportStore
    units: UnitStore
    clock: Clock

    def run(self) -> int:
        """Go on where the last run ended; how many reports were changed.

        Raises:
            Rejected: a unit hangs below itself.
            Transient: the database did not answer; the next run goes on.
        """
        organisation, stored = self.database.read_many([ORGANISATION, PROGRESS])
        progress = Progress() if stored is None else Progress.model_validate(dict(stored.fields))
        if organisation is None or organisation.fields["changes"] <= progress.changes:
            return 0
        if not progress.next_changes:
            changed_at = organisation.fields["changed_at"]
            if self.clock.now() < changed_at + SETTLED:
                return 0
            walk = {"next_changes": organisation.fields["changes"], "next_changed_at": changed_at}
            progress = progress.model_copy(update=walk)
        try:
            return self._go_on(progress, stored)
        except Conflict:
            # Another run is at it, or a report is just being worked on: the next run goes on.
            _log.info("reports follow their units in the next run")
            return 0

    def _go_on(self, progress: Progress, stored: Stored | None) -> int:
        tree = self.units.standing_units()[0].tree
        changed, left = 0, MOST_IN_A_RUN
        for reached, report_ids in self._pages(tree, progress):
            followed = sum(self._follow(report_id, tree) for report_id in report_ids)
            stored = self._keep(reached, stored)
            changed += followed
            left -= len(report_ids) or 1  # An empty answer costs a read too.
            if left <= 0:
                break
        else:
            done = Progress(changes=progress.next_changes, changed_at=progress.next_changed_at)
            self._keep(done, stored)
        _log.info("reports followed their units", extra={"count": changed})
        return changed

    def _pages(self, tree: Tree, progress: Progress) -> Iterator[tuple[Progress, list[str]]]:
        """What is left of the walk, each page with the progress that it makes."""
        begun = (progress.unit_id, progress.is_own)
        for unit_id in moved_since(tree, progress.changed_at):
            for is_own in (False, True):
                if (unit_id, is_own) < begun:
                    continue
                after, is_full = progress.report_id if (unit_id, is_own) == begun else "", True
                while is_full:
                    found = self._report_ids(unit_id, after, is_own=is_own)
                    after, is_full = found[-1] if found else after, len(found) == PAGE
                    place = {"unit_id": unit_id, "is_own": is_own, "report_id": after}
                    yield progress.model_copy(update=place), found

    def _report_ids(self, unit_id: str, after: str, *, is_own: bool = False) -> list[str]:
        offered = Where("shelves", "array_contains", shelf(unit_id, Queue.TRANSFERS))
        collection, where = (
            ("reports", [Where("unit_id", "==", unit_id)]) if is_own else ("open", [offered])
        )
        if after:
            where.append(Where(ID, ">", f"{collection}/{after}"))
        found = self.database.find(collection, where=where, limit=PAGE, fields=["unit_id"])
        return [stored.id for stored in found]

    def _follow(self, report_id: str, tree: Tree) -> bool:
        def attempt() -> bool:
            before = self.reports.read(report_id)
            if before is None:
                return False
            report, transfer = before.report, before.report.transfer
            unit, heir = tree.find(report.unit_id), tree.find(transfer.to_unit if transfer else "")
            change = follow_unit(
                report,
                lineage=unit.line if unit else report.line,
                to_lineage=heir.line if heir else (),
                at=self.clock.now(),
            )
            if not change.entries:
                return False
            commit = self.database.commit()
            self.reports.add_change(commit, before, change)
            commit.send()
            return True

        return compare_and_set(attempt)

    def _keep(self, progress: Progress, stored: Stored | None) -> Stored:
        commit, fields = self.database.commit(), progress.model_dump()
        if stored is None:
            commit.create(PROGRESS, fields)
        else:
            commit.update(stored, fields)
        return Stored(PROGRESS, fields, commit.send()[0])


def moved_since(tree: Tree, moment: datetime | None) -> list[str]:
    """The units that may hang elsewhere since that moment, themselves or with one above, sorted."""
    since = moment - _LEEWAY if moment else None
    moved = {unit.id for unit in tree.units if _moved(unit, since)}
    return sorted(unit.id for unit in tree.units if not moved.isdisjoint(unit.line))


def _moved(unit: Unit, since: datetime | None) -> bool:
    return any(
        (since is None or entry.at >= since)
        # Who takes others in stays where it is.
        and (
            entry.act is UnitAct.MOVED
            or (entry.act in {UnitAct.MERGED, UnitAct.CLOSED} and unit.id in entry.before)
        )
        for entry in unit.history
    )
