"""The use case: an officer's outcome is recorded, and the reporter will be told, in one commit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from pydantic import BaseModel

from functions.admin.forms import OutcomeForm
from functions.cloud.firestore import Database, compare_and_set
from functions.cloud.tasks import Queue
from functions.errors import Rejected, Transient
from functions.followups.entrance import SendFollowUp
from functions.followups.model import FollowUp, Kind
from functions.followups.notices import outcome_notice, outcome_words
from functions.followups.planner import cancel
from functions.followups.sentences import fill
from functions.followups.store import FollowUpStore, StoredFollowUp
from functions.reports.lifecycle import Change, conclude
from functions.reports.model import Outcome, Report
from functions.reports.store import ReportStore
from functions.units.model import Unit


class Wakes(Protocol):
    """Whoever wakes a function for pending work (`functions.cloud.tasks.TaskQueues`)."""

    def wake(self, queue: Queue, body: BaseModel, *, at: datetime | None = None) -> None:
        """Call the queue's function with `body`, best effort."""
        ...


@dataclass(frozen=True, slots=True)
class Recorded:
    """The outcome stands; `version` is the outcome's."""

    version: int


@dataclass(frozen=True, slots=True)
class Stale:
    """Somebody else was faster: the report as it stands now. Nothing was written."""

    report: Report


@dataclass(frozen=True, slots=True)
class Decision:
    """What recording an outcome changes: the report, the notice owed, and those it replaces."""

    change: Change
    notice: FollowUp
    replaced: tuple[tuple[StoredFollowUp, FollowUp], ...]


def decide(
    report: Report,
    form: OutcomeForm,
    *,
    unit: Unit,
    officer: str,
    now: datetime,
    earlier: Sequence[StoredFollowUp],
) -> Decision:
    """What follows from the form. Pure.

    Raises:
        Rejected: the citizen is still sending.
    """
    change = conclude(
        report,
        code=form.outcome,
        reason=form.reason,
        note=form.note,
        officer=officer,
        at=now,
        tell_at=now + timedelta(days=form.delay_days),
        operation=form.operation,
    )
    if change.report.outcome is None:
        raise AssertionError("a concluded report has an outcome")
    return Decision(
        change,
        outcome_notice(change.report, change.report.outcome, unit),
        tuple((one, after) for one in earlier if (after := _superseded(one.followup))),
    )


def words_for(report: Report, form: OutcomeForm, *, unit: Unit, now: datetime) -> str:
    """The exact text that the citizen would receive for that form. Pure."""
    outcome = Outcome(
        version=_next_version(report),
        code=form.outcome,
        reason=form.reason,
        note="",
        decided_at=now,
        decided_by="",
        tell_at=now,
    )
    return fill(*outcome_words(report, outcome, unit))


def record_outcome(
    report_id: str,
    form: OutcomeForm,
    *,
    officer: str,
    now: datetime,
    unit: Unit,
    database: Database,
    reports: ReportStore,
    followups: FollowUpStore,
    queues: Wakes,
) -> Recorded | Stale:
    """Record the outcome exactly once, however often the same form is sent.

    Raises:
        Rejected: the report is gone, or the citizen is still sending.
        Conflict: others kept changing the report.
        Transient: no clear answer; sending the same form again is safe.
    """

    def attempt() -> Recorded | Stale:
        before = reports.read(report_id)
        if before is None:
            raise Rejected("no such report")
        if _is_done(before.report, form):
            return Recorded(before.report.outcome.version if before.report.outcome else 0)
        if before.report.version != form.version:
            return Stale(before.report)
        decision = decide(
            before.report,
            form,
            unit=unit,
            officer=officer,
            now=now,
            earlier=_earlier_notices(before.report, followups),
        )
        commit = database.commit()
        reports.add_change(commit, before, decision.change)
        followups.add_new(commit, decision.notice)
        for was, becomes in decision.replaced:
            followups.add_change(commit, was, becomes)
        try:
            commit.send()
        except Transient:
            # The answer may have been lost after the commit was carried out.
            after = reports.read(report_id)
            if after is None or not _is_done(after.report, form):
                raise
        notice = decision.notice
        queues.wake(Queue.SEND, SendFollowUp(followup=notice.id), at=notice.due_at)
        return Recorded(_next_version(before.report))

    return compare_and_set(attempt)


def _next_version(report: Report) -> int:
    return report.outcome.version + 1 if report.outcome else 1


def _is_done(report: Report, form: OutcomeForm) -> bool:
    return report.last_operation == form.operation


def _earlier_notices(report: Report, followups: FollowUpStore) -> list[StoredFollowUp]:
    if report.outcome is None:
        return []
    owed = [one.id for one in followups.of_report(report.id) if one.kind is Kind.OUTCOME]
    return [found for found in map(followups.read, owed) if found is not None]


def _superseded(followup: FollowUp) -> FollowUp | None:
    return cancel(followup, problem="superseded", sentence="Đã thay bằng kết quả mới hơn.")
