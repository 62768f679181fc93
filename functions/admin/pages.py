"""The views. Each reads what it shows; only `record` changes anything, through its use case."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from functions.admin.cases import Stale, Wakes, record_outcome, words_for
from functions.admin.files import KeptFile, file_name, stream
from functions.admin.forms import TypedForm, read_outcome, single_fields
from functions.admin.guards import Visit, is_htmx, visit
from functions.admin.presentation import checklist, notice, telling, tile
from functions.admin.timeline import log, officers_in, timeline
from functions.cloud.firestore import Database
from functions.cloud.storage import Bucket
from functions.errors import OperatorNeeded, Rejected
from functions.evidence.model import Evidence
from functions.evidence.store import EvidenceStore
from functions.followups.notices import outcome_id
from functions.followups.store import FollowUpStore
from functions.reports.audit import AuditEntry, first_flaw
from functions.reports.codes import find_code
from functions.reports.model import OpenRow, Report
from functions.reports.store import ReportStore
from functions.units.model import Unit
from functions.units.store import UnitStore

_log = logging.getLogger(__name__)

ROWS = 50
_CURSOR_TIME = "%Y%m%dT%H%M%S.%fZ"


@dataclass(frozen=True, slots=True)
class Pages:
    """What the views need. Methods are views, each under the route that `entrance` gives it."""

    reports: ReportStore
    evidence: EvidenceStore
    followups: FollowUpStore
    units: UnitStore
    database: Database
    originals: Bucket
    previews: Bucket
    queues: Wakes
    draw: Callable[[int], bytes]

    def open_reports(self) -> ResponseReturnValue:
        """The open reports of one of the officer's units, newest first."""
        here = visit()
        if not here.unit_ids:
            return redirect(url_for("connections"), code=303)
        return self._list(here, request.args.get("unit", here.unit_ids[0]))

    def search(self) -> ResponseReturnValue:
        """The report with the code that was typed, or the list with a sentence."""
        here = visit()
        if not here.unit_ids:
            abort(404)
        code = find_code(request.args.get("code", ""))
        if code is None:
            sentence = "Mã phiếu chưa đúng. Mã có dạng 7K3F-9Q2D-X."
            return self._list(here, here.unit_ids[0], sentence)
        found = self.reports.find_by_code(code)
        if found is None or not here.officer.may_work_in(found.report.unit_id):
            sentence = f"Không tìm thấy phản ánh {code} trong đơn vị của đồng chí."
            return self._list(here, here.unit_ids[0], sentence)
        return redirect(url_for("report", report_id=found.report.id), code=303)

    def report(self, report_id: str) -> ResponseReturnValue:
        """One report, with all that was sent, done and told."""
        report = self._report(report_id)
        version = str(report.outcome.version) if report.outcome else None
        return self._show(report, is_recorded=request.args.get("recorded", "") == version)

    def news(self, report_id: str) -> ResponseReturnValue:
        """Nothing, or that the report is not any more as the page shows it."""
        report = self._report(report_id)
        if request.args.get("seen") == seen(report):
            return Response(status=204)
        return render_template("_news.html", report=report)

    def record(self, report_id: str) -> ResponseReturnValue:
        """Record an outcome."""
        here, report = visit(), self._report(report_id)
        fields = _sent_fields()
        form = read_outcome(fields)
        if isinstance(form, TypedForm):
            return self._show(report, form), 422
        done = record_outcome(
            report_id,
            form,
            officer=here.officer.subject,
            now=here.now,
            unit=self._unit(report),
            database=self.database,
            reports=self.reports,
            followups=self.followups,
            queues=self.queues,
        )
        _log.info(
            "outcome form taken",
            extra={
                "officer": here.officer.subject,
                "report": report_id,
                "unit": report.unit_id,
                "result": type(done).__name__,
            },
        )
        if isinstance(done, Stale):
            return self._show(done.report, TypedForm(fields), is_stale=True), 409
        return redirect(url_for("report", report_id=report_id, recorded=done.version), code=303)

    def preview(self, report_id: str) -> ResponseReturnValue:
        """What the citizen would receive, and when. A POST: an address is no place for words."""
        here, report = visit(), self._report(report_id)
        form = read_outcome(_sent_fields())
        if isinstance(form, TypedForm):
            return render_template("_preview.html", hint=next(iter(form.problems.values())))
        return render_template(
            "_preview.html",
            words=words_for(report, form, unit=self._unit(report), now=here.now),
            telling=telling(here.now + timedelta(days=form.delay_days), here.now),
        )

    def tile(self, report_id: str, evidence_id: str) -> ResponseReturnValue:
        """One attachment as the report's page shows it, with the checklist it changes."""
        report = self._report(report_id)
        return render_template(
            "_tile.html",
            report=report,
            tile=tile(self._evidence(report, evidence_id)),
            checks=checklist(report),
            is_alone=True,
        )

    def original(self, report_id: str, evidence_id: str) -> ResponseReturnValue:
        """An attachment as it was sent."""
        here, report = visit(), self._report(report_id)
        evidence = self._evidence(report, evidence_id)
        if evidence.object_name is None or evidence.sha256 is None or evidence.size is None:
            abort(404)
        _log.info(
            "original opened",
            extra={
                "officer": here.officer.subject,
                "report": report.id,
                "unit": report.unit_id,
                "evidence": evidence.id,
            },
        )
        media_type = evidence.media_type or ""
        name = file_name(report, evidence.sha256, media_type)
        return stream(
            self.originals, KeptFile(evidence.object_name, evidence.size, media_type, name)
        )

    def preview_picture(self, report_id: str, evidence_id: str) -> ResponseReturnValue:
        """A small picture of an attachment."""
        report = self._report(report_id)
        evidence = self._evidence(report, evidence_id)
        if evidence.preview_name is None or evidence.sha256 is None:
            abort(404)
        kept = self.previews.describe(evidence.preview_name)
        if kept is None:
            abort(404)
        name = file_name(report, evidence.sha256, kept.content_type)
        return stream(self.previews, KeptFile(kept.name, kept.size, kept.content_type, name))

    def _list(self, here: Visit, unit_id: str, sentence: str = "") -> ResponseReturnValue:
        if not here.officer.may_work_in(unit_id):
            abort(404)
        units = self.units.units(here.unit_ids)
        unit = next((one for one in units if one.id == unit_id), None)
        if unit is None:
            raise OperatorNeeded("officer of a unit that does not exist")
        after = request.args.get("after")
        rows = self.reports.open_rows(
            unit_id, limit=ROWS + 1, after=_read_cursor(after) if after else None
        )
        return render_template(
            "_reports.html" if is_htmx() else "reports.html",
            units=units,
            unit=unit,
            rows=rows[:ROWS],
            next_cursor=_cursor(rows[ROWS - 1]) if len(rows) > ROWS else None,
            after=after,
            sentence=sentence,
            now=here.now,
        )

    def _show(
        self,
        report: Report,
        typed: TypedForm | None = None,
        *,
        is_recorded: bool = False,
        is_stale: bool = False,
    ) -> str:
        here = visit()
        audit = self.reports.audit(report.id)
        followups = self.followups.of_report(report.id)
        names = self._names(here, audit)
        outcome = report.outcome
        told = outcome and next(
            (one for one in followups if one.id == outcome_id(report.id, outcome.version)), None
        )
        evidence = self.evidence.of_report(report.id)
        values: dict[str, Any] = {
            "report": report,
            "unit": self._unit(report),
            "seen": seen(report),
            "days": timeline(
                items=self.reports.items(report.id),
                evidence=evidence,
                audit=audit,
                followups=followups,
                names=names,
            ),
            "checks": checklist(report),
            "log": log(audit, names),
            "flaw": first_flaw(audit, head=report.audit_hash),
            "told": notice(told) if told else None,
            "decided_by": names.get(outcome.decided_by, "Cán bộ") if outcome else "",
            "typed": typed,
            "operation": self.draw(16).hex(),
            "is_recorded": is_recorded,
            "is_stale": is_stale,
            "now": here.now,
        }
        return render_template("_report.html" if is_htmx() else "report.html", **values)

    def _report(self, report_id: str) -> Report:
        """The report, if it is this officer's to see; else what an unknown id gets."""
        found = self.reports.read(report_id)
        if found is None or not visit().officer.may_work_in(found.report.unit_id):
            abort(404)
        return found.report

    def _evidence(self, report: Report, evidence_id: str) -> Evidence:
        found = self.evidence.read(evidence_id)
        if found is None or found.evidence.report_id != report.id:
            abort(404)
        return found.evidence

    def _unit(self, report: Report) -> Unit:
        unit = self.units.unit(report.unit_id)
        if unit is None:
            raise OperatorNeeded("report of a unit that does not exist")
        return unit

    def _names(self, here: Visit, audit: Iterable[AuditEntry]) -> dict[str, str]:
        names = {here.officer.subject: here.officer.name}
        for subject in officers_in(audit) - names.keys():
            officer = self.units.officer(subject)
            if officer is not None:
                names[subject] = officer.name
        return names


def seen(report: Report) -> str:
    """What a page shows of a report, so that it can ask whether that is still all."""
    return f"{report.messages}.{report.version}.{report.state}"


def _sent_fields() -> dict[str, str]:
    sent = request.form.copy()
    # `Guards` has read it already.
    sent.poplist("csrf_token")
    return single_fields(sent)


def _cursor(row: OpenRow) -> str:
    return f"{row.opened_at.astimezone(UTC).strftime(_CURSOR_TIME)}~{row.report_id}"


def _read_cursor(text: str) -> tuple[datetime, str]:
    opened_at, _, report_id = text.partition("~")
    try:
        return datetime.strptime(opened_at, _CURSOR_TIME).replace(tzinfo=UTC), report_id
    except ValueError:
        raise Rejected("cursor is not ours") from None
