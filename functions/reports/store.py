"""The report's collections: reports (with items and audit), codes, units/{unit}/open.

reports/{id}                    the report
reports/{id}/items/{id}         what the reporter sent, create-only
reports/{id}/audit/{00000001}   the audit chain, create-only
reports/{id}/outcomes/{0001}    every version of the outcome, create-only
codes/{code}                    reserves a code, create-only
units/{unit}/open/{id}          the row of the open list, while the report is open
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from functions.cloud.firestore import Commit, Database, Stored, Where
from functions.reports.audit import AuditEntry
from functions.reports.lifecycle import Change
from functions.reports.model import OpenRow, Report, ReportState, TimelineItem, row_of

MOST_ITEMS = 500


@dataclass(frozen=True, slots=True)
class StoredReport:
    """A report as it was read, with what guards its next change."""

    report: Report
    stored: Stored


class ReportStore:
    """Reads reports, and adds their writes to a commit that the caller opened."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, report_id: str) -> StoredReport | None:
        """That report, or None.

        Raises:
            Transient: no answer.
        """
        stored = self._database.read(f"reports/{report_id}")
        if stored is None:
            return None
        return StoredReport(Report(id=stored.id, **stored.fields), stored)

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

    def open_rows(
        self, unit_id: str, *, limit: int = 50, after: tuple[datetime, str] | None = None
    ) -> list[OpenRow]:
        """A unit's open reports, newest first; `after` is the last row's (opened_at, report_id).

        Raises:
            Transient: no answer.
        """
        found = self._database.find(
            f"units/{unit_id}/open",
            order=[("opened_at", "DESCENDING"), ("report_id", "DESCENDING")],
            after=after,
            limit=limit,
        )
        return [OpenRow.model_validate(dict(stored.fields)) for stored in found]

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

    def add_change(
        self,
        commit: Commit,
        before: StoredReport,
        change: Change,
        items: Sequence[TimelineItem] = (),
    ) -> None:
        """Add a change, valid only if the report is still as it was read."""
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

    @staticmethod
    def _add_rest(
        commit: Commit, report: Report, entries: Iterable[AuditEntry], items: Sequence[TimelineItem]
    ) -> None:
        for item in items:
            commit.create(f"reports/{report.id}/items/{item.id}", item.model_dump())
        for entry in entries:
            commit.create(f"reports/{report.id}/audit/{entry.sequence:08d}", entry.model_dump())
        row = f"units/{report.unit_id}/open/{report.id}"
        if report.state is ReportState.CONCLUDED:
            commit.remove(row)
        else:
            commit.put(row, row_of(report).model_dump())
