"""Reports that come another way than through Zalo: by telephone, at the desk, from a public post.

The officer writes down what was told (Decree 61/2026/NĐ-CP, articles 16.1 and 20.1); the report is
received at once, under a code that can be given to whoever told it.
"""

import base64
import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from functions.admin import forms
from functions.admin.acts.cases import Cases, NewReport
from functions.admin.acts.contacting import Contacting, NotKept
from functions.admin.acts.offers import NotPermitted
from functions.admin.desk.visibility import visible
from functions.admin.door.guards import Visit, visit
from functions.admin.forms import EntryForm, TypedForm, read_form, sent_fields
from functions.admin.presentation import SOURCES
from functions.admin.rules import Rule
from functions.errors import Conflict
from functions.reports.account import SAID_CHARACTERS, Account, Fact, Finding, Precision
from functions.reports.casework import Entry, enter
from functions.reports.codes import code_from
from functions.reports.model import ItemKind, TimelineItem
from functions.reports.tracks import Source
from functions.units.model import Unit
from functions.units.roles import Permission
from functions.units.store import UnitStore
from functions.vietnam import VIETNAM

_log = logging.getLogger(__name__)

ENTERED = tuple(source for source in Source if source not in {Source.ZALO, Source.SYSTEM})
_CODES_TRIED = 5
_BETWEEN_PLATES = re.compile(r"[,;\n]+")


@dataclass(frozen=True, slots=True)
class Entering:
    """The form for such a report."""

    cases: Cases
    units: UnitStore
    contacting: Contacting
    draw: Callable[[int], bytes]

    def rules(self) -> Sequence[Rule]:
        """The routes."""
        return (
            Rule("/enter", "enter_page", self.page),
            Rule("/enter", "enter", self.enter, ("POST",)),
        )

    def page(self) -> ResponseReturnValue:
        """An empty form."""
        return self._show(TypedForm())

    def enter(self) -> ResponseReturnValue:
        """Receive the report."""
        here = visit()
        fields = sent_fields(request.form)
        form = read_form(EntryForm, fields)
        if not isinstance(form, TypedForm) and form.source not in ENTERED:
            form = TypedForm.of(fields, {"source": forms.SENTENCES["source"]})
        if isinstance(form, TypedForm):
            return self._show(form), 422
        unit = self.units.unit(form.unit)
        if unit is None or not here.officer.may(Permission.ENTER_CASES, unit.line):
            raise NotPermitted("not permitted: enter")
        report_id = self._enter(form, unit, here)
        _log.info(
            "report entered",
            extra={"officer": here.officer.subject, "report": report_id, "unit": unit.id},
        )
        if form.contact is not None:
            try:
                self.contacting.put(report_id, form.contact, form.operation)
            except NotKept:
                # The report stands: only its contact has to be sent again.
                report = visible(self.cases.reports, report_id).report
                typed = TypedForm.of(fields)
                return self.contacting.show(report, typed, is_unkept=True), 503
        return redirect(url_for("report", report_id=report_id, done="enter"), code=303)

    def _enter(self, form: EntryForm, unit: Unit, here: Visit) -> str:
        # The same form makes the same report.
        report_id = form.operation
        items = (TimelineItem(id=report_id, kind=ItemKind.TEXT, at=here.now, text=told(form)),)
        entry = Entry(
            source=form.source,
            track=form.track,
            account=account_of(form, item_id=report_id, at=here.now),
            items=items,
            is_urgent=form.is_urgent,
            is_anonymous=form.is_anonymous,
        )
        for _ in range(_CODES_TRIED):
            change = enter(
                entry,
                report_id=report_id,
                code=code_from(self.draw(5)),
                citizen=base64.b32encode(self.draw(16)).decode().rstrip("=").lower(),
                unit_id=unit.id,
                lineage=unit.line,
                officer=here.officer.subject,
                at=here.now,
                operation=form.operation,
            )
            if self.cases.begin(NewReport(change, items)):
                return report_id
        raise Conflict("every code drawn was taken")

    def _show(self, typed: TypedForm) -> str:
        here = visit()
        allowed = [
            given.unit_id
            for given in here.officer.roles
            if Permission.ENTER_CASES in given.permissions
        ]
        values: Mapping[str, Any] = {
            "typed": typed,
            "typed_act": "enter",
            "entered_units": self.units.units(list(dict.fromkeys(allowed))),
            "entered_sources": {one: SOURCES[one] for one in ENTERED},
            "operation": typed.fields.get("operation") or self.draw(16).hex(),
        }
        return render_template("entering.html", **values)


def told(form: EntryForm) -> str:
    """What was told, as one text of the timeline."""
    when = form.when
    lines = [form.what]
    if when is not None:
        lines.append(f"Thời gian: {_local(when):%H:%M ngày %d/%m/%Y}")
    if form.where:
        lines.append(f"Địa điểm: {form.where}")
    if form.plates:
        lines.append(f"Biển số: {form.plates}")
    return "\n".join(lines)


def account_of(form: EntryForm, *, item_id: str, at: datetime) -> Account:
    """What the fields tell; nothing is read from the words."""
    return Account(findings=tuple(_findings(form, item_id, at)))


def _findings(form: EntryForm, item_id: str, at: datetime) -> Iterator[Finding]:
    yield Finding(fact=Fact.ACT, item_id=item_id, at=at, said=form.what[:SAID_CHARACTERS])
    if form.when is not None:
        start = _local(form.when)
        yield Finding(
            fact=Fact.TIME, item_id=item_id, at=at, start=start, precision=Precision.MINUTE
        )
    if form.where:
        yield Finding(
            fact=Fact.PLACE,
            item_id=item_id,
            at=at,
            value=form.where,
            said=form.where[:SAID_CHARACTERS],
        )
    for plate in filter(None, map(str.strip, _BETWEEN_PLATES.split(form.plates))):
        value = "".join(sign for sign in plate.upper() if sign.isalnum())
        yield Finding(fact=Fact.SUBJECT, item_id=item_id, at=at, value=value, said=plate)


def _local(when: datetime) -> datetime:
    return when.replace(tzinfo=VIETNAM) if when.tzinfo is None else when
