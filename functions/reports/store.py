"""The report's collections.

reports/{id}                    the report
reports/{id}/items/{id}         what was sent and written, create-only
reports/{id}/audit/{00000001}   the audit chain, create-only
reports/{id}/outcomes/{0001}    every version of the outcome, create-only
codes/{code}                    reserves a code, create-only
open/{id}                       the row of the open list, while the report is open
search/{key}                    the terms by which it is found; keys run from new to old
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from functions.cloud import newest_first
from functions.cloud.firestore import REMOVED, Commit, Database, Stored, Where
from functions.errors import OperatorNeeded
from functions.reports.audit import AuditEntry
from functions.reports.lifecycle import Change
from functions.reports.model import Report, TimelineItem
from functions.reports.register import RegisterLine, line_of
from functions.reports.rows import OpenRow, row_of
from functions.reports.terms import ended_terms, standing_terms, told_terms

MOST_ITEMS = 500
_HASH_CHARACTERS = 16
"""80 bits: a false hit among a million reports of 400 terms is one in a billion."""


@dataclass(frozen=True, slots=True)
class StoredReport:
    """A report as it was read, with what guards its next change."""

    report: Report
    stored: Stored


class ReportStore:
    """Reads reports, and adds their writes to a commit that the caller opened.

    `search_key` is the secret under which terms are hashed; without it nothing can be searched.
    """

    def __init__(self, database: Database, search_key: bytes = b"") -> None:
        self._database = database
        self._search_key = search_key

    def read(self, report_id: str) -> StoredReport | None:
        """That report, or None.

        Raises:
            Transient: no answer.
        """
        return self.read_many([report_id]).get(report_id)

    def read_many(self, report_ids: Iterable[str]) -> dict[str, StoredReport]:
        """Those of the reports that there are, by id, in one round trip.

        Raises:
            Transient: no answer.
        """
        paths = [f"reports/{one}" for one in dict.fromkeys(report_ids)]
        return {
            stored.id: StoredReport(Report(id=stored.id, **stored.fields), stored)
            for stored in self._database.read_many(paths)
            if stored is not None
        }

    def find_by_code(self, code: str) -> StoredReport | None:
        """The report that has that code, or None.

        Raises:
            Transient: no answer.
        """
        stored = self._database.read(f"codes/{code}")
        return None if stored is None else self.read(stored.fields["report_id"])

    def latest_of(self, citizen: str, limit: int = 5) -> list[Report]:
        """A citizen's reports, newest first.

        Raises:
            Transient: no answer.
        """
        found = self._database.find(
            "reports",
            where=[Where("citizen", "==", citizen)],
            order=[("opened_at", "DESCENDING")],
            limit=limit,
        )
        return [Report(id=stored.id, **stored.fields) for stored in found]

    def rows(
        self,
        shelves: Sequence[str],
        *,
        is_newest_first: bool = False,
        limit: int = 50,
        after: tuple[datetime, str] | None = None,
    ) -> list[OpenRow]:
        """The open reports on any of these shelves, the next deadline first, or the newest.

        `after` is the last row's (due_at or opened_at, report_id). At most 30 shelves (Firestore).

        Raises:
            Transient: no answer.
        """
        by, way = ("opened_at", "DESCENDING") if is_newest_first else ("due_at", "ASCENDING")
        found = self._database.find(
            "open",
            where=[Where("shelves", "array_contains_any", list(shelves))],
            order=[(by, way), ("report_id", way)],
            after=after,
            limit=limit,
        )
        return [OpenRow.model_validate(dict(stored.fields)) for stored in found]

    def count(self, shelves: Sequence[str], *, most: int) -> int:
        """How many open reports stand on any of these shelves, counted no further than `most`.

        Raises:
            Transient: no answer.
        """
        return self._database.count(
            "open", where=[Where("shelves", "array_contains_any", list(shelves))], most=most
        )

    def search(
        self,
        audience: str,
        terms: Iterable[str],
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        after: str | None = None,
        limit: int = 50,
    ) -> list["Found"]:
        """Reports of that audience that have all the terms, the newest first, open or closed.

        One round trip whatever their number: Firestore joins the indexes that it keeps of every
        term by itself, so this needs no composite index. It is slow where two terms are each very
        common and hardly ever together.

        Args:
            audience: who asks, as `functions.units.roles` names it.
            terms: what a report must have; none for all of that audience.
            since: opened at this moment or later, to the second.
            until: opened at this moment or earlier, to the second.
            after: the key of the last one already seen.
            limit: how many at most.

        Raises:
            Transient: no answer.
        """
        where = self._wanted(audience, terms, since, until, after)
        found = self._database.find("search", where=where, limit=limit, fields=["row"])
        return [
            Found(stored.id, RegisterLine.model_validate(dict(stored.fields["row"])))
            for stored in found
        ]

    def count_found(
        self,
        audience: str,
        terms: Iterable[str],
        *,
        most: int,
        since: datetime | None = None,
        until: datetime | None = None,
        after: str | None = None,
    ) -> int:
        """How many reports `search` would find, counted no further than `most`.

        Raises:
            Transient: no answer.
        """
        where = self._wanted(audience, terms, since, until, after)
        return self._database.count("search", where=where, most=most)

    def _wanted(
        self,
        audience: str,
        terms: Iterable[str],
        since: datetime | None,
        until: datetime | None,
        after: str | None,
    ) -> list[Where]:
        if not self._search_key:
            raise OperatorNeeded("reports cannot be searched without the key of their terms")
        wanted = [f"terms.{self._hashed(term)}" for term in terms]
        where = [Where(field, "==", True) for field in (f"seen.{self._hashed(audience)}", *wanted)]
        return [*where, *newest_first.bounds("search", since=since, until=until, after=after)]

    def items(self, report_id: str) -> list[TimelineItem]:
        """What the reporter sent, in the order in which it was sent.

        Raises:
            Transient: no answer.
        """
        found = self._database.find(
            f"reports/{report_id}/items",
            order=[("at", "ASCENDING"), ("id", "ASCENDING")],
            limit=MOST_ITEMS,
        )
        return [TimelineItem.model_validate(dict(stored.fields)) for stored in found]

    def audit(self, report_id: str) -> list[AuditEntry]:
        """The audit chain, oldest first.

        Raises:
            Transient: no answer.
        """
        found = self._database.find(
            f"reports/{report_id}/audit", order=[("sequence", "ASCENDING")], limit=MOST_ITEMS
        )
        return [AuditEntry.model_validate(dict(stored.fields)) for stored in found]

    def add_new(
        self,
        commit: Commit,
        report: Report,
        entries: Iterable[AuditEntry],
        items: Sequence[TimelineItem],
    ) -> None:
        """Add a report that did not exist, and reserve its code."""
        commit.create(f"reports/{report.id}", report.model_dump(exclude={"id"}))
        commit.create(f"codes/{report.code}", {"report_id": report.id})
        self._add_rest(commit, report, entries, items)
        self._add_terms(commit, None, report, items)

    def add_change(
        self,
        commit: Commit,
        before: StoredReport,
        change: Change,
        items: Sequence[TimelineItem] = (),
        removed_items: Sequence[str] = (),
    ) -> None:
        """Add a change, valid only if the report is still as it was read.

        `removed_items` are those that moved to another report of the same citizen.
        """
        was = before.report.model_dump(exclude={"id"})
        fields = {
            name: value
            for name, value in change.report.model_dump(exclude={"id"}).items()
            if value != was[name]
        }
        commit.update(before.stored, fields)
        outcome = change.report.outcome
        if outcome is not None and outcome != before.report.outcome:
            commit.create(
                f"reports/{change.report.id}/outcomes/{outcome.version:04d}", outcome.model_dump()
            )
        self._add_rest(commit, change.report, change.entries, items)
        for item_id in removed_items:
            commit.remove(f"reports/{change.report.id}/items/{item_id}")
        self._add_terms(commit, before.report, change.report, items)

    @staticmethod
    def _add_rest(
        commit: Commit, report: Report, entries: Iterable[AuditEntry], items: Sequence[TimelineItem]
    ) -> None:
        for item in items:
            commit.create(f"reports/{report.id}/items/{item.id}", item.model_dump())
        for entry in entries:
            commit.create(f"reports/{report.id}/audit/{entry.sequence:08d}", entry.model_dump())
        if report.state.is_open:
            commit.put(f"open/{report.id}", row_of(report).model_dump())
        else:
            commit.remove(f"open/{report.id}")

    def _add_terms(
        self,
        commit: Commit,
        before: Report | None,
        report: Report,
        items: Sequence[TimelineItem],
    ) -> None:
        if not self._search_key:
            return
        ended = ended_terms(before, report) if before else frozenset()
        unseen = set(before.audience) - set(report.audience) if before else set()
        # All that holds, not only what is new: a report from before there was a search is found
        # from its next change on.
        commit.merge(
            f"search/{newest_first.prefix(report.opened_at)}-{report.id}",
            {
                "row": line_of(report).model_dump(exclude={"shelves"}),
                "terms": self._marks(standing_terms(report) | told_terms(report, items), ended),
                "seen": self._marks(report.audience, unseen),
            },
        )

    def _marks(self, added: Iterable[str], removed: Iterable[str]) -> dict[str, object]:
        marks: dict[str, object] = {self._hashed(term): REMOVED for term in removed}
        return marks | {self._hashed(term): True for term in added}

    def _hashed(self, term: str) -> str:
        digest = hmac.digest(self._search_key, term.encode(), hashlib.sha256)
        # Begins with a letter, as the name of a field has to.
        return "t" + base64.b32encode(digest).decode()[:_HASH_CHARACTERS].lower()


@dataclass(frozen=True, slots=True)
class Found:
    """A report that a search found: its line as it is now, and the key to go on from."""

    key: str
    line: RegisterLine
