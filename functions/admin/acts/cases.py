"""The use case of every act: the report, its log, what was written and what is owed, in one commit.

An act is carried out exactly once, however often its form is sent, and only on the report that the
officer saw: whoever is second gets `Stale`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pydantic import BaseModel

from functions.cloud.firestore import Commit, Database, Existing, compare_and_set
from functions.cloud.tasks import Queue
from functions.errors import Rejected, Transient
from functions.followups.entrance import SendFollowUp
from functions.followups.model import FollowUp
from functions.followups.store import FollowUpStore, StoredFollowUp
from functions.reports.lifecycle import Change
from functions.reports.model import Report, TimelineItem
from functions.reports.store import ReportStore, StoredReport


class Wakes(Protocol):
    """Whoever wakes a function for pending work (`functions.cloud.tasks.TaskQueues`)."""

    def wake(self, queue: Queue, body: BaseModel, *, at: datetime | None = None) -> None:
        """Call the queue's function with `body`, best effort."""
        ...


@dataclass(frozen=True, slots=True)
class NewReport:
    """A report that begins with an act."""

    change: Change
    items: tuple[TimelineItem, ...]


@dataclass(frozen=True, slots=True)
class Deed:
    """All that an act changes."""

    change: Change
    items: tuple[TimelineItem, ...] = ()
    owed: tuple[FollowUp, ...] = ()
    withdrawn: tuple[tuple[StoredFollowUp, FollowUp], ...] = ()
    beside: tuple[tuple[StoredReport, Change], ...] = ()
    """Other reports that change with it."""
    begun: NewReport | None = None
    more: Callable[[Commit], None] | None = None
    """Writes of the desk's own, such as a draft that was sent."""


@dataclass(frozen=True, slots=True)
class Done:
    """It stands: the report after it."""

    report: Report


@dataclass(frozen=True, slots=True)
class Stale:
    """Somebody else was faster: the report as it stands now. Nothing was written."""

    report: Report


@dataclass(frozen=True, slots=True)
class Cases:
    """Carries acts out."""

    database: Database
    reports: ReportStore
    followups: FollowUpStore
    queues: Wakes

    def carry_out(
        self,
        report_id: str,
        act: Callable[[StoredReport], Deed],
        *,
        operation: str,
        version: int,
    ) -> Done | Stale:
        """Do what `act` makes of the report, provided it is still at `version`.

        `act` reads what else it needs; it runs again when somebody else was in the way.

        Raises:
            Rejected: the report is gone, or does not allow it.
            Conflict: others kept changing the report.
            Transient: no clear answer; sending the same form again is safe.
        """

        def attempt() -> Done | Stale:
            before = self.reports.read(report_id)
            if before is None:
                raise Rejected("no such report")
            if before.report.last_operation == operation:
                return Done(before.report)
            if before.report.version != version:
                return Stale(before.report)
            deed = act(before)
            commit = self.database.commit()
            self._add(commit, before, deed)
            try:
                commit.send()
            except Transient:
                # The answer may have been lost after the commit was carried out.
                after = self.reports.read(report_id)
                if after is None or after.report.last_operation != operation:
                    raise
            self._wake(deed)
            return Done(deed.change.report)

        return compare_and_set(attempt)

    def begin(self, new: NewReport) -> bool:
        """Keep a report that begins with an officer's act; False if its code is taken.

        Doing it twice does it once: its id follows from the operation.

        Raises:
            Conflict: others were in the way, again and again.
            Transient: no clear answer; doing the same again is safe.
        """
        report = new.change.report

        def attempt() -> bool:
            if self.reports.read(report.id) is not None:
                return True
            commit = self.database.commit()
            self.reports.add_new(commit, report, new.change.entries, new.items)
            try:
                commit.send()
            except Existing:
                return self.reports.read(report.id) is not None
            except Transient:
                if self.reports.read(report.id) is None:
                    raise
            return True

        return compare_and_set(attempt)

    def _add(self, commit: Commit, before: StoredReport, deed: Deed) -> None:
        self.reports.add_change(commit, before, deed.change, deed.items)
        for other, change in deed.beside:
            self.reports.add_change(commit, other, change)
        if deed.begun is not None:
            begun = deed.begun
            self.reports.add_new(commit, begun.change.report, begun.change.entries, begun.items)
        for followup in deed.owed:
            self.followups.add_new(commit, followup)
        for was, becomes in deed.withdrawn:
            self.followups.add_change(commit, was, becomes)
        if deed.more is not None:
            deed.more(commit)

    def _wake(self, deed: Deed) -> None:
        for followup in deed.owed:
            self.queues.wake(Queue.SEND, SendFollowUp(followup=followup.id), at=followup.due_at)
