"""The desk: queues with their counts, the list of one of them, and the report that is worked on."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from functions.admin import places
from functions.admin.desk.details import checklist, clock, files
from functions.admin.desk.presences import Presences
from functions.admin.desk.saved import SavedViews, shown
from functions.admin.desk.timeline import authors, log, timeline
from functions.admin.desk.views import QUEUES, View, queues_for, seen_by, view_named, view_of
from functions.admin.desk.visibility import visible
from functions.admin.door.guards import Visit, is_htmx, visit
from functions.admin.forms import TypedForm
from functions.admin.presentation import notice
from functions.admin.rules import Rule
from functions.errors import OperatorNeeded, Rejected
from functions.evidence.model import Evidence
from functions.evidence.store import EvidenceStore
from functions.followups.model import FollowUp
from functions.followups.notices import outcome_id
from functions.followups.store import FollowUpStore
from functions.reports.audit import first_flaw
from functions.reports.model import Report, TimelineItem
from functions.reports.store import ReportStore
from functions.units.model import Unit
from functions.units.roles import Permission
from functions.units.store import UnitStore

_log = logging.getLogger(__name__)

ROWS = 50
MOST_COUNTED = 100
"""A queue with so many is shown as 99+."""
_MOST_LINKS_SHOWN = 10
_CURSOR_TIME = "%Y%m%dT%H%M%S.%fZ"
_REPORT = "/reports/<id:report_id>"


class Offers(Protocol):
    """What the templates of acts need to know of a report, beyond what the desk has read."""

    def __call__(
        self,
        report: Report,
        here: Visit,
        *,
        items: Sequence[TimelineItem],
        followups: Sequence[FollowUp],
    ) -> Mapping[str, Any]:
        """The values, by the names that the templates know."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Shows the open list and one report. Nothing here changes the record."""

    reports: ReportStore
    evidence: EvidenceStore
    followups: FollowUpStore
    units: UnitStore
    presences: Presences
    saved: SavedViews
    draw: Callable[[int], bytes]
    offers: Offers

    def rules(self) -> Sequence[Rule]:
        """The routes."""
        return (
            Rule("/", "open_reports", self.open_reports),
            Rule("/counts", "counts", self.counts),
            Rule(_REPORT, "report", self.report),
            Rule(f"{_REPORT}/news", "news", self.news),
            Rule(f"{_REPORT}/presence", "be_present", self.be_present, ("POST",)),
        )

    def open_reports(self) -> ResponseReturnValue:
        """A queue of one of the officer's units: a page, or to htmx the list alone."""
        here = visit()
        if not here.unit_ids:
            first = places.first_of(here.officer)
            return redirect(url_for(first), code=303) if first else render_template("no_place.html")
        view = self._asked_view(here)
        if view is None:
            abort(404)
        values = self._list(here, view, request.args.get("after"))
        return render_template("_rows.html" if is_htmx() else "desk.html", **values)

    def counts(self) -> ResponseReturnValue:
        """The queues with how many reports stand in each, and the officer's saved views."""
        here = visit()
        view = self._asked_view(here)
        if view is None:
            abort(404)
        queues = queues_for(here.officer, view.unit_id)
        shelves = [view.of(queue).shelves(here.officer) for queue in queues]
        with ThreadPoolExecutor(len(queues) + 1) as pool:
            saved = pool.submit(self.saved.of, here.officer.subject)
            counted = pool.map(lambda some: self.reports.count(some, most=MOST_COUNTED), shelves)
            counts = dict(zip(queues, counted, strict=True))
        tree = self.units.directory().tree
        found = {"counts": counts, "saved": shown(saved.result(), here.officer, tree, here.now)}
        return render_template("_queues.html", **{**self._rail(here, view), **found})

    def report(self, report_id: str) -> ResponseReturnValue:
        """One report, with all that was sent, done and told."""
        report = visible(self.reports, report_id).report
        page = self.show(report)
        # Also where an act led on to the next report, the address is that of what is shown.
        return Response(page, headers={"HX-Push-Url": request.full_path} if is_htmx() else None)

    def news(self, report_id: str) -> ResponseReturnValue:
        """Nothing, or that the report is not any more as the page shows it."""
        here, report = visit(), visible(self.reports, report_id).report
        if request.args.get("seen") == seen(report):
            return Response(status=204)
        return render_template("_news.html", report=report, view=self._view(here, report))

    def be_present(self, report_id: str) -> ResponseReturnValue:
        """This officer has the page open; answers who else has."""
        here, report = visit(), visible(self.reports, report_id).report
        others = self.presences.enter(report.id, here.officer.subject, here.officer.name, here.now)
        if not is_htmx():
            return redirect(url_for("report", report_id=report.id), code=303)
        return render_template("_presence.html", others=others)

    def next_in_view(self, name: str, after: Report) -> str | None:
        """The report that comes after this one in the view of that name; None at its end.

        `after` is the report as the officer saw it: what was done to it may have moved it away.

        Raises:
            Transient: no answer.
        """
        here = visit()
        view = view_named(here.officer, name)
        if view is None:
            return None
        rows = self.reports.rows(
            view.shelves(here.officer),
            is_newest_first=view.is_newest_first,
            limit=2,
            after=view.cursor_of(after),
        )
        return next((row.report_id for row in rows if row.report_id != after.id), None)

    def show(
        self,
        report: Report,
        typed: TypedForm | None = None,
        *,
        is_stale: bool = False,
        **more: Any,
    ) -> str:
        """The report's page, or to htmx the report alone; `more` is for the templates of acts."""
        here = visit()
        view = self._view(here, report)
        audit = self.reports.audit(report.id)
        items = self.reports.items(report.id)
        followups = self.followups.of_report(report.id)
        evidence = self._evidence(report, items)
        rail = self._rail(here, view)
        names = self._names(here, authors(audit, items))
        everybody = names | rail["unit_names"]
        outcome = report.outcome
        told = outcome and next(
            (one for one in followups if one.id == outcome_id(report.id, outcome.version)), None
        )
        values: dict[str, Any] = {
            **rail,
            "report": report,
            "unit": self._unit(report),
            "seen": seen(report),
            "days": timeline(
                items=items,
                evidence=evidence,
                audit=audit,
                followups=followups,
                names=everybody,
            ),
            "checks": checklist(report),
            "clock": clock(report, here.now),
            "files": files(report),
            "evidence": evidence,
            "links": self._links(here, report),
            "others": self.presences.others(report.id, here.officer.subject, here.now),
            "log": log(audit, everybody),
            "flaw": first_flaw(audit, head=report.audit_hash),
            "names": names,
            "told": notice(told) if told else None,
            "decided_by": names.get(outcome.decided_by, "") if outcome else "",
            "may": _permits(here, report),
            "typed": typed,
            "operation": self.draw(16).hex(),
            "is_stale": is_stale,
            **self.offers(report, here, items=items, followups=followups),
            **more,
        }
        return render_template("_report.html" if is_htmx() else "report.html", **values)

    def _list(self, here: Visit, view: View, after: str | None) -> dict[str, Any]:
        rows = self.reports.rows(
            view.shelves(here.officer),
            is_newest_first=view.is_newest_first,
            limit=ROWS,
            after=_read_cursor(after) if after else None,
        )
        next_cursor = _cursor(view.cursor(rows[-1])) if len(rows) == ROWS else None
        return {
            **self._rail(here, view),
            "rows": seen_by(here.officer, rows),
            "next_cursor": next_cursor,
            "after": after,
        }

    def _rail(self, here: Visit, view: View) -> dict[str, Any]:
        names = {one.id: one.short_name or one.name for one in self.units.directory().tree.units}
        return {
            "view": view,
            "queues": {one: QUEUES[one] for one in queues_for(here.officer, view.unit_id)},
            "counts": None,
            "saved": None,
            "units": {one: names.get(one, one) for one in here.unit_ids},
            "unit_names": names,
            "now": here.now,
        }

    @staticmethod
    def _asked_view(here: Visit) -> View | None:
        asked = request.args
        return view_of(
            here.officer, asked.get("unit", ""), asked.get("queue", ""), asked.get("order", "")
        )

    def _view(self, here: Visit, report: Report) -> View:
        """The view that the officer came from; else where the report is found."""
        sent = view_named(here.officer, request.form.get("view", ""))
        asked = sent if request.form.get("view") else self._asked_view(here)
        if asked is not None:
            return asked
        seeing = (one for one in here.unit_ids if one in {*report.line, *report.shared_with})
        return View(next(seeing, here.unit_ids[0]))

    def _links(self, here: Visit, report: Report) -> list[Report]:
        ids = dict.fromkeys(
            one for one in (report.duplicate_of, report.split_from, *report.linked) if one
        )
        found = self.reports.read_many(list(ids)[:_MOST_LINKS_SHOWN]).values()
        return [one.report for one in found if here.officer.may_see(one.report.audience)]

    def _evidence(self, report: Report, items: Sequence[TimelineItem]) -> list[Evidence]:
        """The report's attachments; a part that was split off shows those of its items."""
        own = self.evidence.of_report(report.id)
        if report.split_from is None:
            return own
        taken = {item.evidence_id for item in items}
        shared = self.evidence.of_report(report.split_from)
        return [*own, *(one for one in shared if one.id in taken)]

    def _unit(self, report: Report) -> Unit:
        unit = self.units.unit(report.unit_id)
        if unit is None:
            raise OperatorNeeded("report of a unit that does not exist")
        return unit

    def _names(self, here: Visit, subjects: Iterable[str]) -> dict[str, str]:
        own = {here.officer.subject: here.officer.name}
        others = self.units.officers(set(subjects) - own.keys())
        return own | {subject: officer.name for subject, officer in others.items()}


def seen(report: Report) -> str:
    """What a page shows of a report, so that it can ask whether that is still all."""
    return f"{report.messages}.{report.version}.{report.state}.{report.audit_sequence}"


def _permits(here: Visit, report: Report) -> Callable[[str], bool]:
    """For templates: whether the officer may do that in this report."""

    def may(permission: str) -> bool:
        return here.officer.may(
            Permission(permission), report.line, is_restricted=report.is_restricted
        )

    return may


def _cursor(last: tuple[datetime, str]) -> str:
    return f"{last[0].astimezone(UTC).strftime(_CURSOR_TIME)}~{last[1]}"


def _read_cursor(text: str) -> tuple[datetime, str]:
    at, _, report_id = text.partition("~")
    try:
        return datetime.strptime(at, _CURSOR_TIME).replace(tzinfo=UTC), report_id
    except ValueError:
        raise Rejected("cursor is not ours") from None
