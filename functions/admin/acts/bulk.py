"""One act on many reports: first what would happen to each, then each on its own, then undo.

Every report is one guarded commit as if its own form had been sent, so a report that changed since
the dry run is left alone and said so. What was done stands in `bulks/{operation}` for its officer.
"""

import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ConfigDict

from functions.admin.acts.acts import may_in
from functions.admin.acts.cases import Cases, Deed, Done
from functions.admin.acts.deeds import By, Deeds
from functions.admin.acts.offers import NotPermitted, may_do
from functions.admin.acts.repertoire import ACTS
from functions.admin.desk.views import view_named
from functions.admin.door.guards import Visit, visit
from functions.admin.forms import MOST_BULK, ActForm, BulkForm, TypedForm, read_form, sent_fields
from functions.admin.language import gettext, marked
from functions.admin.rules import Rule
from functions.cloud.firestore import Database
from functions.errors import Conflict, Rejected, Transient
from functions.reports import casework
from functions.reports.model import Report
from functions.reports.store import StoredReport
from functions.reports.tracks import Track
from functions.units.model import Officer

_log = logging.getLogger(__name__)

FIELDS: Mapping[str, tuple[str, ...]] = {
    "claim": (),
    "assign": ("officer",),
    "classify": ("track", "is_urgent"),
    "record": ("outcome", "reason", "note", "delay_days"),
}
"""The acts that are done to many, each with its own fields."""
_UNDOES = {
    "claim": "release",
    "assign": "assign",
    "classify": "classify",
    "record": "undo_outcome",
}
_CHANGED = marked("Phản ánh vừa có thay đổi nên chưa thực hiện.")
_UNCLEAR = marked("Chưa rõ đã thực hiện hay chưa. Xin mở phản ánh để xem.")
_KEPT_FOR = timedelta(days=30)


class Row(BaseModel):
    """What became of one report."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    report_id: str
    code: str
    summary: str = ""
    version: int
    """Before the act in a dry run, after it otherwise."""
    refusal: str = ""
    """Why it was not done."""
    assignee: str | None = None
    assignee_name: str = ""
    track: Track | None = None
    is_urgent: bool = False
    """As it was before, for undoing."""
    is_undone: bool = False


class Bulk(BaseModel):
    """What was done to many."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    by: str
    at: datetime
    act: str
    rows: tuple[Row, ...]
    is_undone: bool = False


@dataclass(frozen=True, slots=True)
class Bulks:
    """Does it."""

    database: Database
    cases: Cases
    deeds: Deeds
    colleagues: Callable[[Sequence[str]], list[Officer]]

    def rules(self) -> Sequence[Rule]:
        """The routes."""
        return (
            Rule("/bulk", "bulk", self.plan, ("POST",)),
            Rule("/bulk/do", "bulk_do", self.do, ("POST",)),
            Rule("/bulk/<id:operation>", "bulk_done", self.done),
            Rule("/bulk/<id:operation>/undo", "bulk_undo", self.undo, ("POST",)),
        )

    def plan(self) -> ResponseReturnValue:
        """What would happen to each of the chosen reports; nothing is written."""
        here = visit()
        fields = sent_fields(request.form, "report")
        form = self._read(fields)
        chosen = self._chosen(form, here)
        rows, act_form = [], self._act_form(form)
        if isinstance(act_form, TypedForm):
            return self._show(form, [], act_form.problems)
        for report_id in chosen:
            found = self.deeds.reports.read(report_id)
            if found is None or not here.officer.may_see(found.report.audience):
                continue
            rows.append(_row(found.report, self._refusal(found, form.act, act_form, here)))
        return self._show(form, rows, {})

    def do(self) -> ResponseReturnValue:
        """Carry it out, one report after the other."""
        here = visit()
        form = self._read(sent_fields(request.form, "report"))
        known = self._bulk(form.operation)
        if known is None:
            rows = tuple(self._carry_out(one, form, here) for one in form.report)
            self._keep(
                form.operation, Bulk(by=here.officer.subject, at=here.now, act=form.act, rows=rows)
            )
        return redirect(url_for("bulk_done", operation=form.operation, view=form.view), code=303)

    def done(self, operation: str) -> ResponseReturnValue:
        """What became of each."""
        bulk = self._own(operation)
        return render_template(
            "bulk_done.html",
            bulk=bulk,
            operation=operation,
            done=[row for row in bulk.rows if not row.refusal],
            refused=[row for row in bulk.rows if row.refusal],
            title=ACTS[bulk.act].title,
            view=view_named(visit().officer, request.args.get("view", "")),
        )

    def undo(self, operation: str) -> ResponseReturnValue:
        """Take back what nobody has built on since."""
        here = visit()
        sent_fields(request.form)
        bulk = self._own(operation)
        rows = tuple(self._taken_back(row, bulk.act, operation, here) for row in bulk.rows)
        self._keep(operation, bulk.model_copy(update={"rows": rows, "is_undone": True}))
        return redirect(url_for("bulk_done", operation=operation), code=303)

    def _carry_out(self, chosen: str, form: BulkForm, here: Visit) -> Row:
        report_id, _, version = chosen.partition(":")
        operation = _operation(form.operation, report_id)
        act_form = self._act_form(form, version=version, operation=operation)
        found = self.deeds.reports.read(report_id)
        if found is None or isinstance(act_form, TypedForm):
            raise Rejected("a bulk that was not planned")
        if not here.officer.may_see(found.report.audience):
            abort(404)
        before = found.report

        def act(stored: StoredReport) -> Deed:
            self._check(stored.report, form.act, act_form, here)
            by = By(here.officer, here.now, operation)
            deed: Deed = ACTS[form.act].do(self.deeds, stored, act_form, by)
            return deed

        return self._tried(_row(before, ""), act, operation, act_form.version)

    def _taken_back(self, row: Row, name: str, operation: str, here: Visit) -> Row:
        if row.refusal or row.is_undone:
            return row
        own = _operation(f"{operation}|undo", row.report_id)
        by = By(here.officer, here.now, own)

        def act(stored: StoredReport) -> Deed:
            if not may_do(_UNDOES[name], here.officer, stored.report):
                raise NotPermitted(f"not permitted: undo {name}")
            if name == "record":
                plain = ActForm(version=row.version, operation=own)
                return self.deeds.undo_outcome(stored, plain, by)
            about: dict[str, Any] = {"officer": by.subject, "at": by.at, "operation": own}
            if name == "classify":
                track = row.track or stored.report.account.track
                return Deed(
                    casework.classify(stored.report, track=track, is_urgent=row.is_urgent, **about)
                )
            return Deed(
                casework.assign(stored.report, to=row.assignee, name=row.assignee_name, **about)
            )

        after = self._tried(row, act, own, row.version)
        return after if after.refusal else after.model_copy(update={"is_undone": True})

    def _tried(
        self, row: Row, act: Callable[[StoredReport], Deed], operation: str, version: int
    ) -> Row:
        try:
            done = self.cases.carry_out(row.report_id, act, operation=operation, version=version)
        except Rejected as refusal:
            return row.model_copy(update={"refusal": refusal.sentence})
        except Conflict:
            return row.model_copy(update={"refusal": _CHANGED})
        except Transient:
            return row.model_copy(update={"refusal": _UNCLEAR})
        _log.info(
            "bulk act carried out",
            extra={
                "officer": visit().officer.subject,
                "report": row.report_id,
                "unit": done.report.unit_id,
                "result": type(done).__name__,
            },
        )
        if isinstance(done, Done):
            return row.model_copy(update={"version": done.report.version})
        return row.model_copy(update={"refusal": _CHANGED})

    def _refusal(self, found: StoredReport, name: str, form: ActForm, here: Visit) -> str:
        by = By(here.officer, here.now, form.operation)
        try:
            self._check(found.report, name, form, here)
            ACTS[name].do(self.deeds, found, form, by)
        except Rejected as refusal:
            return refusal.sentence
        return ""

    @staticmethod
    def _check(report: Report, name: str, form: ActForm, here: Visit) -> None:
        if not here.officer.may_see(report.audience):
            raise NotPermitted("not to be seen any more")
        if not may_in(name, form, here, report):
            raise NotPermitted(f"not permitted: {name}")

    def _read(self, fields: Mapping[str, object]) -> BulkForm:
        form = read_form(BulkForm, fields)
        if isinstance(form, TypedForm) or form.act not in FIELDS:
            raise Rejected(
                "nothing chosen", sentence=gettext("Xin chọn việc cần làm và ít nhất một phản ánh.")
            )
        return form

    def _chosen(self, form: BulkForm, here: Visit) -> list[str]:
        if form.scope != "all":
            return list(dict.fromkeys(form.report))[:MOST_BULK]
        view = view_named(here.officer, form.view)
        if view is None:
            abort(404)
        rows = self.deeds.reports.rows(
            view.shelves(here.officer), is_newest_first=view.is_newest_first, limit=MOST_BULK
        )
        return [row.report_id for row in rows]

    @staticmethod
    def _act_form(
        form: BulkForm, *, version: str = "1", operation: str = ""
    ) -> ActForm | TypedForm:
        typed = {name: value for name in FIELDS[form.act] if (value := getattr(form, name))}
        about = {"version": version, "operation": operation or form.operation}
        return read_form(ACTS[form.act].form, {**typed, **about})

    def _show(self, form: BulkForm, rows: Sequence[Row], problems: Mapping[str, str]) -> str:
        return render_template(
            "bulk.html",
            form=form,
            typed=TypedForm(form.model_dump(include=set(FIELDS[form.act])), problems),
            typed_act=form.act,
            title=ACTS[form.act].title,
            feasible=[row for row in rows if not row.refusal],
            refused=[row for row in rows if row.refusal],
            fields={name: getattr(form, name) for name in FIELDS[form.act]},
            operation=self.deeds.draw(16).hex(),
            view=view_named(visit().officer, form.view),
            colleagues=self._colleagues() if form.act == "assign" else [],
        )

    def _colleagues(self) -> list[Officer]:
        here = visit()
        units = (self.deeds.units.unit(one) for one in here.unit_ids)
        found = [one for unit in units if unit for one in self.colleagues(unit.line[-3:])]
        return sorted({one.subject: one for one in found}.values(), key=lambda one: one.name)

    def _bulk(self, operation: str) -> Bulk | None:
        found = self.database.read(f"bulks/{operation}")
        return Bulk.model_validate(dict(found.fields)) if found else None

    def _own(self, operation: str) -> Bulk:
        bulk = self._bulk(operation)
        if bulk is None or bulk.by != visit().officer.subject:
            abort(404)
        return bulk

    def _keep(self, operation: str, bulk: Bulk) -> None:
        commit = self.database.commit()
        fields = {**bulk.model_dump(), "expire_at": bulk.at + _KEPT_FOR}
        commit.put(f"bulks/{operation}", fields)
        commit.send()


def _row(report: Report, refusal: str) -> Row:
    return Row(
        report_id=report.id,
        code=report.code,
        summary=report.summary,
        version=report.version,
        refusal=refusal,
        assignee=report.assignee,
        assignee_name=report.assignee_name,
        track=report.track,
        is_urgent=report.is_urgent,
    )


def _operation(operation: str, report_id: str) -> str:
    return hashlib.sha256(f"{operation}|{report_id}".encode()).hexdigest()[:32]
