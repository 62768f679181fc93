"""The collections of units, pages and officers."""

import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from functions.cloud.firestore import Commit, Database, Stored, Where
from functions.errors import Conflict
from functions.units.model import Officer, Page, Unit
from functions.units.rosters import Shift
from functions.units.routing import Directory
from functions.zalo.grants import StoredPointer, TokenPointer

_log = logging.getLogger(__name__)

_REMEMBERED_SECONDS = 60.0
_OFFICER_SECONDS = 30.0
"""A disabled officer is out within a minute, the time of one request included."""
_MOST_UNITS = 2000
_MOST_SHARING = 20
"""Officers with one address: closed accounts, all but one."""
_GUARD = "organisation/units"
"""Changed with every reorganisation, so that no two are decided on the same tree."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Units, pages or officers as they were read, to be changed by whoever read them last."""

    stored: Mapping[str, Stored] = field(default_factory=dict)
    """By id."""
    guard: Stored | None = None


class UnitStore:
    """Reads units, pages, officers and rosters; adds their changes to a caller's commit.

    Units and pages are read for every message and change a few times a year: they are remembered
    for a minute, officers for half of one. After a commit that changed them, `forget`.
    """

    def __init__(self, database: Database, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._monotonic = monotonic
        self._remembered: dict[str, tuple[float, Stored]] = {}
        self._directory: tuple[float, Directory] | None = None

    def forget(self) -> None:
        """Read everything anew: something was changed."""
        self._remembered.clear()
        self._directory = None

    def _recall(self, path: str, seconds: float = _REMEMBERED_SECONDS) -> Stored | None:
        known = self._remembered.get(path)
        if known is not None and self._monotonic() < known[0]:
            return known[1]
        self._remembered.pop(path, None)
        stored = self._database.read(path)
        if stored is not None:
            self._remembered[path] = (self._monotonic() + seconds, stored)
        return stored

    def unit(self, unit_id: str) -> Unit | None:
        """That unit, or None.

        Raises:
            Transient: no answer.
        """
        stored = self._recall(f"units/{unit_id}")
        return None if stored is None else self._unit(stored)

    def units(self, unit_ids: list[str]) -> list[Unit]:
        """Those of the units that exist.

        Raises:
            Transient: no answer.
        """
        stored = self._database.read_many([f"units/{unit_id}" for unit_id in unit_ids])
        return [self._unit(found) for found in stored if found is not None]

    def page(self, page_id: str) -> Page | None:
        """That page, or None.

        Raises:
            Transient: no answer.
        """
        stored = self._recall(f"pages/{page_id}")
        return None if stored is None else Page(id=stored.id, **stored.fields)

    def pages(self, limit: int = 500) -> list[Page]:
        """All pages: a province has 127.

        Raises:
            Transient: no answer.
        """
        found = self._database.find("pages", limit=limit)
        return [Page(id=stored.id, **stored.fields) for stored in found]

    def living_unit(self, unit_id: str) -> Unit | None:
        """That unit, or who took over since it was closed, or None.

        Raises:
            Transient: no answer.
        """
        unit = self.unit(unit_id)
        if unit is None or not unit.is_closed:
            return unit
        return self.directory().tree.successor(unit_id)

    def _unit(self, stored: Stored) -> Unit:
        unit = Unit(id=stored.id, **stored.fields)
        if unit.lineage or unit.parent_id is None:
            return unit
        # Stored before lineages were written down: worked out from the others.
        return self.directory().tree.find(unit.id) or unit

    def _all_units(self) -> list[Stored]:
        return self._database.find("units", limit=_MOST_UNITS)

    def directory(self) -> Directory:
        """All units, closed ones too: at most one query a minute.

        Raises:
            Rejected: a unit hangs below itself.
            Transient: no answer.
        """
        if self._directory is None or self._monotonic() >= self._directory[0]:
            directory = Directory(Unit(id=one.id, **one.fields) for one in self._all_units())
            self._directory = (self._monotonic() + _REMEMBERED_SECONDS, directory)
        return self._directory[1]

    def officer(self, subject: str) -> Officer | None:
        """The officer whom the issuer calls `subject` and who may work here, or None.

        Raises:
            Transient: no answer.
        """
        stored = self._recall(f"officers/{subject}", _OFFICER_SECONDS)
        if stored is None:
            return None
        officer = Officer(subject=stored.id, **stored.fields)
        return officer if officer.is_active else None

    def officers(self, subjects: Iterable[str]) -> dict[str, Officer]:
        """Those of the officers that exist, disabled ones too, in one read.

        Raises:
            Transient: no answer.
        """
        paths = [f"officers/{subject}" for subject in dict.fromkeys(subjects)]
        found = self._database.read_many(paths)
        return {one.id: Officer(subject=one.id, **one.fields) for one in found if one is not None}

    def all_officers(self, limit: int = 2000) -> list[Officer]:
        """All officers, disabled ones too.

        Raises:
            Transient: no answer.
        """
        found = self._database.find("officers", limit=limit)
        return [Officer(subject=stored.id, **stored.fields) for stored in found]

    def recognise(self, address: str, proxy_subject: str) -> Officer | None:
        """The one officer who has that address and may work here, or None.

        An address may be given to somebody else one day, so the first whom the proxy names with
        it is written down, and anybody else with it is not the officer, until the account was
        closed and opened again, or the address changed.

        Raises:
            Conflict: the officer was just changed.
            Transient: no clear answer.
        """
        if not address:
            return None
        sharing = self._database.find(
            "officers", where=[Where("email", "==", address)], limit=_MOST_SHARING
        )
        officers = {one.id: Officer(subject=one.id, **one.fields) for one in sharing}
        working = [one for one in sharing if officers[one.id].is_active and officers[one.id].roles]
        if len(working) > 1:
            _log.warning("officers share an address", extra={"officers": sorted(officers)})
        if len(working) != 1:
            return None
        (stored,) = working
        officer = officers[stored.id]
        if officer.proxy_subject is None:
            commit = self._database.commit()
            commit.update(stored, {"proxy_subject": proxy_subject})
            commit.send()
            self._remembered.pop(stored.path, None)
            _log.info("officer is who the proxy names from now on", extra={"officer": stored.id})
            return officer.model_copy(update={"proxy_subject": proxy_subject})
        if officer.proxy_subject != proxy_subject:
            _log.warning("somebody else has an officer's address", extra={"officer": stored.id})
            return None
        return officer

    def standing_units(self) -> tuple[Directory, Standing]:
        """All units as they are now, to decide a reorganisation on.

        Raises:
            Rejected: a unit hangs below itself.
            Transient: no answer.
        """
        # The guard first: what changes between the two reads is then refused.
        guard = self._database.read(_GUARD)
        found = self._all_units()
        directory = Directory(Unit(id=one.id, **one.fields) for one in found)
        return directory, Standing({one.id: one for one in found}, guard)

    def standing_pages(self, page_ids: Sequence[str]) -> Standing:
        """Those pages as they are now.

        Raises:
            Transient: no answer.
        """
        return self._standing("pages", page_ids)

    def standing_officers(self, subjects: Sequence[str]) -> Standing:
        """Those officers as they are now.

        Raises:
            Transient: no answer.
        """
        return self._standing("officers", subjects)

    def _standing(self, collection: str, ids: Sequence[str]) -> Standing:
        found = self._database.read_many([f"{collection}/{one}" for one in ids])
        return Standing({one.id: one for one in found if one is not None})

    def add_units(
        self, commit: Commit, units: Sequence[Unit], standing: Standing, *, at: datetime
    ) -> None:
        """Add changed and new units to a commit, which fails if any reorganisation came between."""
        if not units:
            return
        if standing.guard is None:
            commit.create(_GUARD, {"changed_at": at, "changes": 1})
        else:
            # Counted, because a write that changes nothing leaves the time of update as it is.
            changes = standing.guard.fields["changes"] + 1
            commit.update(standing.guard, {"changed_at": at, "changes": changes})
        for unit in units:
            _add(commit, f"units/{unit.id}", unit.model_dump(exclude={"id"}), standing)

    def add_pages(self, commit: Commit, pages: Iterable[Page], standing: Standing) -> None:
        """Add changed and new pages to a commit, which fails if one was changed meanwhile."""
        for page in pages:
            # What Zalo taught us since is not in a spreadsheet.
            fields = page.model_dump(exclude={"id", "send_endpoint"})
            _add(commit, f"pages/{page.id}", fields, standing)

    def add_officers(self, commit: Commit, officers: Iterable[Officer], standing: Standing) -> None:
        """Add changed and new officers to a commit, which fails if one was changed meanwhile."""
        for officer in officers:
            fields = officer.model_dump(exclude={"subject"})
            _add(commit, f"officers/{officer.subject}", fields, standing)

    def pin_send_endpoint(self, page_id: str, endpoint: str) -> None:
        """Remember which endpoint Zalo accepted; losing this to somebody faster is harmless.

        Raises:
            Transient: no clear answer.
        """
        known = self.page(page_id)
        if known is None or known.send_endpoint == endpoint:
            return
        stored = self._database.read(f"pages/{page_id}")
        if stored is None:
            return
        commit = self._database.commit()
        commit.update(stored, {"send_endpoint": endpoint})
        self._remembered.pop(f"pages/{page_id}", None)
        try:
            commit.send()
        except Conflict:
            return


def _add(commit: Commit, path: str, fields: Mapping[str, object], standing: Standing) -> None:
    before = standing.stored.get(path.rsplit("/", 1)[1])
    if before is None:
        commit.create(path, fields)
    else:
        commit.update(before, fields)


class RosterStore:
    """The shifts of each unit: `rosters/{unit}/shifts/{shift}`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def roster(self, unit_id: str, since: datetime, limit: int = 200) -> list[Shift]:
        """The unit's shifts that end after that moment or were not taken over, the first first.

        Raises:
            Transient: no answer.
        """
        found = self._database.find(
            f"rosters/{unit_id}/shifts",
            where=[Where("over_at", ">", since)],
            order=[("over_at", "ASCENDING")],
            limit=limit,
        )
        shifts = (Shift(id=stored.id, **stored.fields) for stored in found)
        return sorted(shifts, key=lambda shift: shift.starts_at)

    def shift(self, unit_id: str, shift_id: str) -> tuple[Shift, Stored] | None:
        """That shift and how it was read, or None.

        Raises:
            Transient: no answer.
        """
        stored = self._database.read(f"rosters/{unit_id}/shifts/{shift_id}")
        return None if stored is None else (Shift(id=stored.id, **stored.fields), stored)

    def add(self, commit: Commit, shift: Shift, before: Stored | None = None) -> None:
        """Add a new shift to a commit, or one that changed since it was read as `before`."""
        fields = {**shift.model_dump(exclude={"id"}), "over_at": shift.until}
        if before is None:
            commit.create(f"rosters/{shift.unit_id}/shifts/{shift.id}", fields)
        else:
            commit.update(before, fields)

    def remove(self, commit: Commit, shift: Shift) -> None:
        """Take a planned shift off the roster."""
        commit.remove(f"rosters/{shift.unit_id}/shifts/{shift.id}")


class PageTokenStore:
    """Which version of a page's grant counts: the port `functions.zalo.grants.TokenPointers`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, page_id: str) -> StoredPointer | None:
        """The page's pointer, or None when the page was never connected.

        Raises:
            Transient: no answer.
        """
        stored = self._database.read(f"page_tokens/{page_id}")
        if stored is None:
            return None
        return StoredPointer(TokenPointer.model_validate(dict(stored.fields)), stored)

    def of_pages(self, page_ids: Sequence[str]) -> dict[str, TokenPointer]:
        """The pointers of those pages that were ever connected.

        Raises:
            Transient: no answer.
        """
        found = self._database.read_many([f"page_tokens/{page_id}" for page_id in page_ids])
        return {
            stored.id: TokenPointer.model_validate(dict(stored.fields))
            for stored in found
            if stored is not None
        }

    def compare_and_set(
        self, page_id: str, pointer: TokenPointer, *, expected: object | None
    ) -> None:
        """Store `pointer` if the page's is still that read as `expected` (None: if there is none).

        Raises:
            Conflict: somebody changed it since; nothing was stored.
            Transient: no clear answer; it may have been stored.
        """
        commit = self._database.commit()
        if isinstance(expected, Stored):
            commit.update(expected, pointer.model_dump())
        else:
            commit.create(f"page_tokens/{page_id}", pointer.model_dump())
        commit.send()
