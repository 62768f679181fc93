"""How a report ends, and is taken up again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.admin import forms
from functions.admin.acts.cases import Deed
from functions.admin.acts.offers import UNDO_OUTCOME
from functions.admin.acts.sources import By, Sources, told
from functions.errors import Rejected
from functions.followups import notices
from functions.followups.model import FollowUp, Kind
from functions.followups.planner import cancel
from functions.followups.sentences import fill
from functions.followups.store import StoredFollowUp
from functions.reports import casework
from functions.reports.lifecycle import Change
from functions.reports.model import (
    Outcome,
    Report,
    ReportState,
)
from functions.reports.store import StoredReport


@dataclass(frozen=True, slots=True)
class Deciding(Sources):
    """Acts that end a report, for it and for all that tell the same."""

    def conclude(self, before: StoredReport, form: forms.OutcomeForm, by: By) -> Deed:
        """The outcome, its notice, and the same for every report that tells the same."""
        change, owed, withdrawn = self._concluded(before.report, form, by)
        beside: list[tuple[StoredReport, Change]] = []
        duplicates = self._duplicates(before.report)
        for same in duplicates:
            theirs, more_owed, more_withdrawn = self._concluded(same.report, form, by)
            beside.append((same, theirs))
            owed += more_owed
            withdrawn += more_withdrawn
        return Deed(
            change,
            owed=tuple(owed),
            withdrawn=tuple(withdrawn),
            beside=tuple(beside),
            more=self.without_proposals(change.report.id, *(one.report.id for one in duplicates)),
        )

    def reopen(self, before: StoredReport, form: forms.ReasonForm, by: By) -> Deed:
        """It is worked again; what the reporter was to be told is stopped if it has not left."""
        change = casework.reopen(before.report, reason=form.reason, **told(by))
        return Deed(change, withdrawn=tuple(self._unsent(before.report, "reopened")))

    def undo_outcome(self, before: StoredReport, form: forms.ActForm, by: By) -> Deed:
        """The outcome was a slip: as it was before, also with the reports that tell the same."""
        report = before.report
        if report.outcome is None or by.at - report.outcome.decided_at > UNDO_OUTCOME:
            raise Rejected(
                "too late to undo",
                sentence="Đã quá thời gian hoàn tác. Xin dùng chức năng mở lại, ghi rõ lý do.",
            )
        change = casework.reopen(report, reason="", is_undo=True, **told(by))
        withdrawn = self._unsent(report, "undone")
        beside: list[tuple[StoredReport, Change]] = []
        for same in self._duplicates(report):
            if same.report.last_operation == report.last_operation:
                theirs = casework.reopen(same.report, reason="", is_undo=True, **told(by))
                beside.append((same, theirs))
                withdrawn += self._unsent(same.report, "undone")
        return Deed(change, withdrawn=tuple(withdrawn), beside=tuple(beside))

    def words_for(self, report: Report, form: forms.OutcomeForm, *, now: datetime) -> str:
        """The exact text that the reporter would receive for that outcome."""
        outcome = Outcome(
            version=report.outcome.version + 1 if report.outcome else 1,
            code=form.outcome,
            reason=form.reason,
            note="",
            decided_at=now,
            decided_by="",
            tell_at=now,
        )
        sentence, values = notices.outcome_words(report, outcome, self.unit(report.unit_id))
        return fill(sentence, values, notices.language_of(report))

    def _concluded(
        self, report: Report, form: forms.OutcomeForm, by: By
    ) -> tuple[Change, list[FollowUp], list[tuple[StoredFollowUp, FollowUp]]]:
        wait = timedelta(days=form.delay_days) or notices.UNDO
        change = casework.conclude(
            report,
            code=form.outcome,
            reason=form.reason,
            note=form.note,
            tell_at=by.at + wait,
            **told(by),
        )
        after = change.report
        if after.outcome is None:
            raise AssertionError("a concluded report has an outcome")
        owed = []
        if notices.wants_result(after):
            owed.append(notices.outcome_notice(after, after.outcome, self.unit(after.unit_id)))
        return change, owed, self._unsent(report, "superseded")

    def _unsent(self, report: Report, problem: str) -> list[tuple[StoredFollowUp, FollowUp]]:
        """The notices of earlier outcomes that can still be stopped, each with what it becomes."""
        if report.outcome is None:
            return []
        told = "Đã thay bằng kết quả mới hơn." if problem == "superseded" else "Kết quả đã rút lại."
        found = (
            self.followups.read(one.id)
            for one in self.followups.of_report(report.id)
            if one.kind is Kind.OUTCOME
        )
        stopped = (
            (one, cancel(one.followup, problem=problem, sentence=told)) for one in found if one
        )
        return [(one, after) for one, after in stopped if after is not None]

    def _duplicates(self, report: Report) -> list[StoredReport]:
        """The reports that tell the same and hear its outcome: linked, and marked so."""
        return [
            one
            for one in self.reports.read_many(report.linked).values()
            if one.report.duplicate_of == report.id
            and one.report.state not in {ReportState.GATHERING, ReportState.WITHDRAWN}
        ]
