"""The collections of units, pages and officers."""

import time
from collections.abc import Callable, Sequence

from functions.cloud.firestore import Database, Stored
from functions.errors import Conflict
from functions.units.model import Officer, Page, Unit
from functions.zalo.grants import StoredPointer, TokenPointer

_REMEMBERED_SECONDS = 60.0


class UnitStore:
    """Reads units, pages and officers; remembers what Zalo taught us about a page.

    Units and pages are read for every message and change a few times a year: they are remembered
    for a minute.
    """

    def __init__(self, database: Database, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._monotonic = monotonic
        self._remembered: dict[str, tuple[float, Stored | None]] = {}

    def _recall(self, path: str) -> Stored | None:
        known = self._remembered.get(path)
        if known is not None and self._monotonic() < known[0]:
            return known[1]
        stored = self._database.read(path)
        if stored is not None:
            self._remembered[path] = (self._monotonic() + _REMEMBERED_SECONDS, stored)
        return stored

    def unit(self, unit_id: str) -> Unit | None:
        """That unit, or None.

        Raises:
            Transient: no answer.
        """
        stored = self._recall(f"units/{unit_id}")
        return None if stored is None else Unit(id=stored.id, **stored.fields)

    def units(self, unit_ids: list[str]) -> list[Unit]:
        """Those of the units that exist.

        Raises:
            Transient: no answer.
        """
        stored = self._database.read_many([f"units/{unit_id}" for unit_id in unit_ids])
        return [Unit(id=found.id, **found.fields) for found in stored if found is not None]

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

    def officer(self, subject: str) -> Officer | None:
        """The officer whom the issuer calls `subject`, or None.

        Raises:
            Transient: no answer.
        """
        stored = self._database.read(f"officers/{subject}")
        return None if stored is None else Officer(subject=stored.id, **stored.fields)

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
