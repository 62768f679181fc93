"""The logs' pages: who looked at what, and everything that was done to one report.

An auditor sees codes, officers and reasons, never who a reporter is.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Annotated, Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from functions.admin.desk.timeline import authors, log
from functions.admin.desk.visibility import visible
from functions.admin.door.guards import Visit, visit
from functions.admin.forms import Form, TypedForm, read_form
from functions.admin.language import marked
from functions.admin.records.logs import AccessKind, AccessLog, Logged, shown_to
from functions.admin.records.scopes import (
    MOST_AUDIENCES,
    Period,
    choices_for,
    cursor_of,
    names_of,
    period_of,
)
from functions.admin.rules import Rule
from functions.errors import Rejected
from functions.reports.audit import first_flaw
from functions.reports.codes import find_code
from functions.reports.store import ReportStore
from functions.units.model import Officer
from functions.units.roles import Permission
from functions.units.store import UnitStore

ROWS = 50
KINDS: Mapping[AccessKind, str] = {
    AccessKind.ORIGINAL: marked("Mở tệp gốc"),
    AccessKind.IDENTITY: marked("Xem danh tính"),
    AccessKind.EXPORT: marked("Xuất dữ liệu"),
}


class LogFilter(Form):
    """Which entries are looked for."""

    unit: Annotated[str, Field(max_length=80)] = ""
    officer: Annotated[str, Field(max_length=128)] = ""
    """A subject, as the page's own links carry it."""
    code: Annotated[str, Field(max_length=40)] = ""
    kind: AccessKind | None = None
    since: Annotated[str, Field(max_length=10)] = ""
    until: Annotated[str, Field(max_length=10)] = ""
    after: Annotated[str, Field(max_length=80)] = ""

    @property
    def period(self) -> Period:
        """The days that are looked at."""
        return period_of(self.since, self.until)

    @property
    def address(self) -> dict[str, Any]:
        """As addresses carry it."""
        return self.model_dump(mode="json", exclude={"after"}, exclude_defaults=True)


@dataclass(frozen=True, slots=True)
class Auditing:
    """Shows the logs of the units whose logs an officer may read."""

    access: AccessLog
    reports: ReportStore
    units: UnitStore

    def rules(self) -> Sequence[Rule]:
        """The routes."""
        return (
            Rule("/logs", "logs", self.logs),
            Rule("/logs/reports/<id:report_id>", "report_log", self.report_log),
        )

    def logs(self) -> ResponseReturnValue:
        """Who looked at originals, identities and exports, the newest first."""
        here, asked = visit(), _read(request.args.to_dict())
        tree = self.units.directory().tree
        own = _unit_ids(here.officer)
        choices = choices_for(own, tree)
        if asked.unit and asked.unit not in {choice.value for choice in choices}:
            abort(404)
        unit_ids = [asked.unit] if asked.unit else own[:MOST_AUDIENCES]
        found = self._find(here, asked, unit_ids)
        shown = found[:ROWS]
        return render_template(
            "logs.html",
            asked=asked,
            choices=choices,
            kinds=KINDS,
            logged=[(one.entry, shown_to(one.entry, here.officer.audiences)) for one in shown],
            unit_names=names_of((one.entry.unit_id for one in shown), tree),
            next_address=(
                url_for("logs", **asked.address, after=shown[-1].key) if len(found) > ROWS else None
            ),
            first_address=url_for("logs", **asked.address) if asked.after else None,
            now=here.now,
        )

    def report_log(self, report_id: str) -> ResponseReturnValue:
        """Every change of one report, with what was before and after, and whether it is whole."""
        here, report = visit(), visible(self.reports, report_id).report
        if not here.officer.may(
            Permission.READ_LOGS, report.line, is_restricted=report.is_restricted
        ):
            abort(404)
        audit = self.reports.audit(report.id)
        officers = self.units.officers(authors(audit, ()))
        names = {subject: officer.name for subject, officer in officers.items()}
        units = {unit.id: unit.short_name for unit in self.units.directory().tree.units}
        return render_template(
            "report_log.html",
            report=report,
            lines=log(audit, units | names),
            flaw=first_flaw(audit, head=report.audit_hash),
        )

    def _find(self, here: Visit, asked: LogFilter, unit_ids: Sequence[str]) -> list[Logged]:
        report_id = self._report_id(here, asked.code)
        if asked.code and report_id is None:
            return []
        wanted: dict[str, Any] = {
            "officer": asked.officer,
            "report_id": report_id or "",
            "kind": asked.kind.value if asked.kind else "",
            "since": asked.period.start,
            "until": asked.period.end,
            "after": cursor_of(asked.after),
            "limit": ROWS + 1,
        }
        with ThreadPoolExecutor(max(1, len(unit_ids))) as pool:
            some = pool.map(lambda unit_id: self.access.find(unit_id, **wanted), unit_ids)
            found = {one.key: one for logged in some for one in logged}
        return [found[key] for key in sorted(found)][: ROWS + 1]

    def _report_id(self, here: Visit, typed: str) -> str | None:
        code = find_code(typed)
        found = self.reports.find_by_code(code) if code else None
        if found is None or not here.officer.may_see(found.report.audience):
            return None
        return found.report.id


def _unit_ids(officer: Officer) -> list[str]:
    held = (role.unit_id for role in officer.roles if Permission.READ_LOGS in role.permissions)
    return list(dict.fromkeys(held))


def _read(fields: Mapping[str, str]) -> LogFilter:
    form = read_form(LogFilter, {name: value for name, value in fields.items() if value})
    if isinstance(form, TypedForm):
        raise Rejected("filter was not made by us")
    return form
