"""The hand-over of a shift, with all that is open.

A shift ends when the next officer takes it over, not before (`functions.units.rosters`). The list
that goes with it is made here, never by the browser, and made again when it is taken: what came
meanwhile is on it, and every report of the officer who leaves goes to the one who comes, except
what that officer is verifying.
"""

import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from functions.admin.acts.cases import Cases, Deed, Stale
from functions.admin.door.guards import Visit, visit
from functions.admin.fields import Identifier, Subject
from functions.admin.forms import TypedForm, read_form, sent_fields
from functions.admin.language import gettext, marked
from functions.admin.organisation.duty import (
    LONGEST_SHIFT,
    Duty,
    ShiftChange,
    ShiftForm,
    local,
    not_mine,
    told_of,
    vietnamese,
)
from functions.admin.organisation.handovers import NOTICE, Handover, Heading, passes
from functions.admin.presentation import NOTICES
from functions.admin.rules import Rule
from functions.errors import Rejected
from functions.followups.store import FollowUpStore
from functions.reports import casework
from functions.reports.model import Report
from functions.reports.rows import OpenRow, Queue, row_of, shelf
from functions.reports.store import ReportStore, StoredReport
from functions.units.model import Unit
from functions.units.roles import Permission
from functions.units.rosters import Shift, hand_over, next_on_duty, on_duty, take_over
from functions.units.tree import Tree

_log = logging.getLogger(__name__)

MOST_ROWS = 300
MOST_HELD = 50
_MOST_PAGES = 30
"""Firestore takes so many values in one condition."""
_TRIES = 3
_SHIFT = timedelta(hours=8)

HEADINGS: Mapping[Heading, str] = {
    Heading.EXPIRING: marked("Quá hạn hoặc sắp hết hạn"),
    Heading.NEW: marked("Mới, chưa ai nhận"),
    Heading.TRANSFERS: marked("Đang chuyển, chờ tiếp nhận"),
    Heading.AWAITING: marked("Chờ người dân trả lời"),
    Heading.UNACCEPTED: marked("Đã nhận, chưa thụ lý"),
    Heading.REST: marked("Đang xử lý"),
}


class BeginForm(ShiftForm):
    """Somebody goes on duty where nobody is."""

    ends_at: datetime


class HandForm(ShiftForm):
    """To whom a shift is handed over."""

    shift: Identifier
    officer: Subject


class TakeForm(BeginForm):
    """A shift that is taken over, and until when the new one lasts."""

    shift: Identifier


@dataclass(frozen=True, slots=True)
class Relieving:
    """Shows and carries out hand-overs."""

    duty: Duty
    reports: ReportStore
    followups: FollowUpStore
    cases: Cases
    draw: Callable[[int], bytes]

    def rules(self) -> Sequence[Rule]:
        """The routes."""
        return (
            Rule("/handover", "handover", self.handover),
            Rule("/handover/begin", "begin_shift", self.begin, ("POST",)),
            Rule("/handover/hand", "hand_shift", self.hand, ("POST",)),
            Rule("/handover/take", "take_shift", self.take, ("POST",)),
        )

    def handover(self) -> ResponseReturnValue:
        """Who is on duty, and all that goes on with the shift."""
        here = visit()
        unit = self.duty.asked(here, Permission.WORK_CASES)
        if unit is None:
            return render_template("no_roster.html")
        return self._shift(here, unit, told=told_of(request.args.get("done", "")))

    def begin(self) -> ResponseReturnValue:
        """Go on duty where nobody is."""
        here, fields = visit(), sent_fields(request.form)
        unit = self.duty.sent(here, fields, Permission.WORK_CASES)
        form = read_form(BeginForm, fields)
        if isinstance(form, TypedForm):
            return self._shift(here, unit, form), 422
        if self.duty.log.is_done(form.operation):
            return _to(unit, "begin")
        roster = self.duty.rosters.roster(unit.id, here.now)
        if on_duty(roster, here.now):
            return self._shift(here, unit, is_stale=True), 409
        ends_at = vietnamese(form.ends_at)
        try:
            _check_end(here.now, ends_at)
        except Rejected as refused:
            return self._shift(here, unit, TypedForm.of(fields, {"": refused.sentence})), 422
        shift = Shift(
            id=form.operation,
            unit_id=unit.id,
            subject=here.officer.subject,
            starts_at=here.now,
            ends_at=ends_at,
        )
        replaced = _replaced(roster, shift)
        changes: list[ShiftChange] = [(None, shift, None)]
        changes += [(one, None, None) for one in replaced]
        self.duty.keep(here, unit, "begin", form.operation, changes)
        return _to(unit, "begin")

    def hand(self) -> ResponseReturnValue:
        """Offer one's shift to the next officer, with everything on the list."""
        here, fields = visit(), sent_fields(request.form)
        unit = self.duty.sent(here, fields, Permission.WORK_CASES)
        form = read_form(HandForm, fields)
        if isinstance(form, TypedForm):
            return self._shift(here, unit, form), 422
        if self.duty.log.is_done(form.operation):
            return _to(unit, "hand")
        before, stored = self.duty.stored(unit, form.shift)
        if before.subject != here.officer.subject:
            raise not_mine()
        colleague = self.duty.colleague(unit, form.officer)
        points = self._list(here, unit).points
        try:
            after = hand_over(before, to=colleague.subject, at=here.now, open_points=points)
        except Rejected as refused:
            return self._shift(here, unit, TypedForm.of(fields, {"": refused.sentence})), 422
        self.duty.keep(here, unit, "hand", form.operation, [(before, after, stored)])
        return _to(unit, "hand")

    def take(self) -> ResponseReturnValue:
        """Confirm a hand-over: from now on it is all theirs."""
        here, fields = visit(), sent_fields(request.form)
        unit = self.duty.sent(here, fields, Permission.WORK_CASES)
        form = read_form(TakeForm, fields)
        if isinstance(form, TypedForm):
            return self._shift(here, unit, form), 422
        if self.duty.log.is_done(form.operation):
            return _to(unit, "receive")
        before, stored = self.duty.stored(unit, form.shift)
        listed = self._list(here, unit)
        points = tuple(dict.fromkeys((*before.open_points, *listed.points)))
        ends_at = vietnamese(form.ends_at)
        try:
            _check_end(here.now, ends_at)
            ended, begun = take_over(
                before.model_copy(update={"open_points": points}),
                by=here.officer.subject,
                at=here.now,
                ends_at=ends_at,
                new_id=form.operation,
            )
        except Rejected as refused:
            return self._shift(here, unit, TypedForm.of(fields, {"": refused.sentence})), 422
        replaced = _replaced(self.duty.rosters.roster(unit.id, here.now), begun)
        # The reports first: should the rest fail, the shift still waits for the same form.
        for row in self._passing(unit, before.subject):
            self._pass_on(here, row, before.subject, form.operation)
        changes: list[ShiftChange] = [
            (before, ended, stored),
            (None, begun, None),
        ]
        changes += [(one, None, None) for one in replaced]
        self.duty.keep(here, unit, "receive", form.operation, changes)
        return _to(unit, "receive")

    def _passing(self, unit: Unit, subject: str) -> list[OpenRow]:
        tree = self.duty.units.directory().tree
        rows = self.reports.rows([shelf(subject, Queue.MINE)], limit=MOST_ROWS)
        return [row for row in rows if passes(row, subject) and _is_below(row, unit, tree)]

    def _pass_on(self, here: Visit, row: OpenRow, leaving: str, operation: str) -> None:
        """The report is the next officer's, unless somebody else took it or it was closed."""

        def act(before: StoredReport) -> Deed:
            change = casework.assign(
                before.report,
                to=here.officer.subject,
                name=here.officer.name,
                officer=here.officer.subject,
                at=here.now,
                operation=own,
            )
            return Deed(change)

        own = hashlib.sha256(f"{operation}|{row.report_id}".encode()).hexdigest()[:32]
        version = row.version
        for _ in range(_TRIES):
            try:
                done = self.cases.carry_out(row.report_id, act, operation=own, version=version)
            except Rejected:
                return
            if not isinstance(done, Stale) or not _is_held(done.report, leaving):
                return
            version = done.report.version
        _log.warning("report not passed on", extra={"report": row.report_id, "officer": leaving})

    def _list(self, here: Visit, unit: Unit) -> Handover:
        rows = self.reports.rows([shelf(unit.id, Queue.ALL)], limit=MOST_ROWS)
        tree = self.duty.units.directory().tree
        pages = [
            page.id
            for page in self.duty.units.pages()
            if (found := tree.find(page.unit_id)) is not None and unit.id in found.line
        ]
        held = self.followups.held_on_pages(pages[:_MOST_PAGES], MOST_HELD) if pages else []
        reports = self.reports.read_many([one.report_id for one in held if one.report_id])
        seeable = {
            report_id
            for report_id, found in reports.items()
            if here.officer.may_see(found.report.audience)
        }
        return Handover(rows, [one for one in held if one.report_id in seeable], here.now)

    def _shift(
        self,
        here: Visit,
        unit: Unit,
        typed: TypedForm | None = None,
        *,
        told: str = "",
        is_stale: bool = False,
    ) -> str:
        roster = self.duty.rosters.roster(unit.id, here.now)
        current = on_duty(roster, here.now)
        listed = self._list(here, unit)
        me = here.officer.subject
        own = next(
            (shift for shift in roster if shift.subject == me and shift.ends_at > here.now), None
        )
        ends_at = own.ends_at if own else here.now + _SHIFT
        last = max((s.handed_at or s.starts_at for s in current), default=here.now)
        points = {point for shift in current for point in shift.open_points}
        return render_template(
            "handover.html",
            unit=unit,
            choices=self.duty.choices(here, Permission.WORK_CASES),
            on_duty=current,
            mine=[shift for shift in current if shift.subject == me],
            offered=[shift for shift in current if shift.handed_to == me],
            coming=next_on_duty(roster, here.now),
            names=self.duty.names(
                subject
                for shift in roster
                for subject in (shift.subject, shift.handed_to or shift.subject)
            ),
            colleagues=[one for one in self.duty.officers(unit) if one.subject != me],
            listed=listed,
            headings=HEADINGS,
            is_whole=len(listed.rows) < MOST_ROWS,
            passing={row.report_id for shift in current for row in listed.passing(shift.subject)},
            later={point for point in listed.points if point not in points} if points else set(),
            notice=NOTICE,
            notices=NOTICES,
            unit_names={one.id: one.short_name for one in self.duty.units.directory().tree.units},
            ends_at=local(ends_at),
            since=last,
            now=here.now,
            typed=typed or TypedForm(),
            typed_act="shift",
            told=told,
            is_stale=is_stale,
            draw=lambda: self.draw(16).hex(),
        )


def _check_end(now: datetime, ends_at: datetime) -> None:
    if not timedelta() < ends_at - now <= LONGEST_SHIFT:
        raise Rejected(
            "shift without length",
            sentence=gettext(marked("Giờ kết thúc ca phải trong vòng 48 giờ tới.")),
        )


def _replaced(roster: Sequence[Shift], begun: Shift) -> list[Shift]:
    """The officer's own planned shifts that the one that begins now takes the place of."""
    return [
        shift
        for shift in roster
        if shift.subject == begun.subject
        and shift.id != begun.id
        and not shift.handed_to
        and shift.starts_at < begun.ends_at
        and begun.starts_at < shift.until
    ]


def _is_below(row: OpenRow, unit: Unit, tree: Tree) -> bool:
    found = tree.find(row.unit_id)
    return found is not None and unit.id in found.line


def _is_held(report: Report, subject: str) -> bool:
    return report.state.is_open and passes(row_of(report), subject)


def _to(unit: Unit, done: str) -> ResponseReturnValue:
    return redirect(url_for("handover", unit=unit.id, done=done), code=303)
