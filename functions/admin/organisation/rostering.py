"""A unit's duty roster by the week."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from functions.admin.door.guards import Visit, visit
from functions.admin.fields import Identifier, Subject, Written
from functions.admin.forms import TypedForm, read_form, sent_fields
from functions.admin.language import gettext, marked
from functions.admin.organisation.duty import (
    LONGEST_SHIFT,
    Duty,
    ShiftForm,
    local,
    told_of,
    vietnamese,
)
from functions.admin.presentation import WEEKDAYS
from functions.admin.rules import Rule
from functions.errors import Rejected
from functions.units.model import Unit
from functions.units.roles import Permission
from functions.units.rosters import Shift, next_on_duty, on_duty, planned
from functions.vietnam import VIETNAM

_WEEK = timedelta(days=7)
_FARTHEST = 8 * _WEEK
"""Weeks that are shown, before and after this one."""


class PlanShiftForm(ShiftForm):
    """A shift to come; times by the clock of Vietnam, as the browser's fields give them."""

    officer: Subject
    starts_at: datetime
    ends_at: datetime
    note: Annotated[str, Written, Field(max_length=200)] = ""


class DropShiftForm(ShiftForm):
    """A shift that will not be."""

    shift: Identifier


@dataclass(frozen=True, slots=True)
class Rostering:
    """Shows and changes rosters."""

    duty: Duty
    draw: Callable[[int], bytes]

    def rules(self) -> Sequence[Rule]:
        """The routes."""
        return (
            Rule("/roster", "roster", self.roster),
            Rule("/roster/plan", "plan_shift", self.plan, ("POST",)),
            Rule("/roster/drop", "drop_shift", self.drop, ("POST",)),
        )

    def roster(self) -> ResponseReturnValue:
        """One week of a unit's roster, and who is on duty now."""
        here = visit()
        unit = self.duty.asked(here, Permission.READ_CASES)
        if unit is None:
            return render_template("no_roster.html")
        return self._week(here, unit, TypedForm(), told=told_of(request.args.get("done", "")))

    def plan(self) -> ResponseReturnValue:
        """One more shift."""
        here, fields = visit(), sent_fields(request.form)
        unit = self.duty.sent(here, fields, Permission.MANAGE_ROSTERS)
        form = read_form(PlanShiftForm, fields)
        if isinstance(form, TypedForm):
            return self._week(here, unit, form), 422
        starts_at, ends_at = vietnamese(form.starts_at), vietnamese(form.ends_at)
        if self.duty.log.is_done(form.operation):
            return _to(unit, "plan", starts_at)
        colleague = self.duty.colleague(unit, form.officer)
        shift = Shift(
            id=form.operation,
            unit_id=unit.id,
            subject=colleague.subject,
            starts_at=starts_at,
            ends_at=ends_at,
            note=form.note,
        )
        try:
            if ends_at - starts_at > LONGEST_SHIFT:
                raise Rejected(
                    "shift too long", sentence=gettext(marked("Một ca trực dài tối đa 48 giờ."))
                )
            planned(shift, self.duty.rosters.roster(unit.id, min(starts_at, here.now)))
        except Rejected as refused:
            return self._week(here, unit, TypedForm.of(fields, {"": refused.sentence})), 422
        self.duty.keep(here, unit, "plan", form.operation, [(None, shift, None)])
        return _to(unit, "plan", starts_at)

    def drop(self) -> ResponseReturnValue:
        """A shift that has not begun is taken off."""
        here, fields = visit(), sent_fields(request.form)
        unit = self.duty.sent(here, fields, Permission.MANAGE_ROSTERS)
        form = _ours(DropShiftForm, fields)
        found = self.duty.rosters.shift(unit.id, form.shift)
        if found is None:
            return _to(unit, "drop", here.now)
        shift, _ = found
        if shift.starts_at <= here.now:
            raise Rejected(
                "shift has begun",
                sentence=gettext(marked("Ca trực đã bắt đầu; ca đang trực chỉ được bàn giao.")),
            )
        self.duty.keep(here, unit, "drop", form.operation, [(shift, None, None)])
        return _to(unit, "drop", shift.starts_at)

    def _week(self, here: Visit, unit: Unit, typed: TypedForm, *, told: str = "") -> str:
        monday = _monday(
            typed.fields.get("starts_at", "") or request.args.get("week", ""), here.now
        )
        start = datetime.combine(monday, time(), VIETNAM)
        roster = self.duty.rosters.roster(unit.id, min(start, here.now))
        days = [
            (start + timedelta(days=number), _of_day(roster, start + timedelta(days=number)))
            for number in range(7)
        ]
        may_plan = here.officer.may(Permission.MANAGE_ROSTERS, unit.line)
        return render_template(
            "roster.html",
            unit=unit,
            choices=self.duty.choices(here, Permission.READ_CASES),
            days=days,
            day_names=WEEKDAYS,
            on_duty=on_duty(roster, here.now),
            coming=next_on_duty(roster, here.now),
            names=self.duty.names(shift.subject for shift in roster),
            week=monday,
            before=_shown_week(monday - _WEEK, here.now),
            after=_shown_week(monday + _WEEK, here.now),
            now=here.now,
            may_plan=may_plan,
            may_hand=here.officer.may(Permission.WORK_CASES, unit.line),
            colleagues=self.duty.officers(unit) if may_plan else [],
            local=local,
            typed=typed,
            typed_act="plan_shift",
            told=told,
            draw=lambda: self.draw(16).hex(),
        )


def _ours(form: type[DropShiftForm], fields: Mapping[str, object]) -> DropShiftForm:
    read = read_form(form, fields)
    if isinstance(read, TypedForm):
        raise Rejected("form was not made by us")
    return read


def _of_day(roster: Sequence[Shift], day: datetime) -> list[Shift]:
    """The shifts that begin on that day, or are handed over late into it."""
    return [shift for shift in roster if day <= shift.starts_at < day + timedelta(days=1)]


def _monday(text: str, now: datetime) -> date:
    try:
        day = date.fromisoformat(text[:10]) if text else now.astimezone(VIETNAM).date()
    except ValueError:
        day = now.astimezone(VIETNAM).date()
    today = now.astimezone(VIETNAM).date()
    day = min(max(day, today - _FARTHEST), today + _FARTHEST)
    return day - timedelta(days=day.weekday())


def _shown_week(monday: date, now: datetime) -> date | None:
    """That week, unless it is farther away than any that is shown."""
    return monday if _monday(monday.isoformat(), now) == monday else None


def _to(unit: Unit, done: str, day: datetime) -> ResponseReturnValue:
    week = _monday(f"{day.astimezone(VIETNAM):%Y-%m-%d}", day).isoformat()
    return redirect(url_for("roster", unit=unit.id, done=done, week=week), code=303)
