"""The pages of the units: the tree, one unit with all that belongs to it, and what changes it.

A reorganisation is shown before it is done: the form of an act leads to a page that says what will
happen, and only that page's button carries it out, on the very tree that was shown.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from functions.admin.acts.offers import NotPermitted
from functions.admin.door.guards import Visit, visit
from functions.admin.forms import TypedForm, read_form, sent_fields
from functions.admin.language import gettext, marked, ngettext
from functions.admin.organisation.changes import (
    ChangeEntry,
    UnitsLog,
    check_unchanged,
    officers_of,
    pages_of,
)
from functions.admin.organisation.reorganising import (
    FORMS,
    LISTS,
    MOST_PARTS,
    TITLES,
    ChangeForm,
    Reorganisation,
    check_scope,
    manages,
    planned,
)
from functions.admin.people.permissions import ROLES
from functions.admin.rules import Rule
from functions.cloud.firestore import Commit
from functions.errors import Rejected
from functions.reports.rows import Queue, shelf
from functions.reports.store import ReportStore
from functions.units import areas_text
from functions.units.model import Decision, Officer, Page, Unit, UnitAct, UnitKind
from functions.units.roles import Permission
from functions.units.rosters import on_duty
from functions.units.store import RosterStore, Standing, UnitStore
from functions.units.tree import Tree
from functions.vietnam import without_diacritics

MOST_COUNTED = 99
_UNIT = "/units/<id:unit_id>"

KINDS: Mapping[str, str] = {
    UnitKind.PROVINCE: marked("Cấp tỉnh"),
    UnitKind.DIVISION: marked("Phòng"),
    UnitKind.TEAM: marked("Đội"),
    UnitKind.STATION: marked("Trạm"),
    UnitKind.COMMUNE: marked("Cấp xã"),
}
EVENTS: Mapping[str, str] = {
    UnitAct.OPENED: marked("Thành lập"),
    UnitAct.RENAMED: marked("Đổi tên"),
    UnitAct.MOVED: marked("Chuyển đơn vị cấp trên"),
    UnitAct.MERGED: marked("Sáp nhập"),
    UnitAct.SPLIT: marked("Chia tách"),
    UnitAct.CLOSED: marked("Giải thể"),
    UnitAct.REDRAWN: marked("Đổi địa bàn, loại việc"),
}
CHANGES: Mapping[str, str] = {
    **TITLES,
    "give": marked("Giao vai trò"),
    "take": marked("Thu hồi vai trò"),
    "disable": marked("Khóa tài khoản"),
    "enable": marked("Mở lại tài khoản"),
    "add": marked("Thêm cán bộ"),
    "import": marked("Nhập từ tệp"),
    "plan": marked("Xếp ca trực"),
    "drop": marked("Bỏ ca trực"),
    "begin": marked("Nhận trực"),
    "hand": marked("Bàn giao ca"),
    "receive": marked("Nhận bàn giao ca"),
}
FIELDS: Mapping[str, str] = {
    "name": marked("Tên"),
    "short_name": marked("Tên ngắn"),
    "kind": marked("Loại"),
    "parent": marked("Đơn vị cấp trên"),
    "aliases": marked("Tên gọi khác"),
    "communes": marked("Xã, phường, đặc khu"),
    "stretches": marked("Tuyến đường"),
    "outlines": marked("Số ranh giới trên bản đồ"),
    "categories": marked("Loại việc"),
    "closed_at": marked("Kết thúc lúc"),
    "successors": marked("Đơn vị tiếp nhận"),
    "unit": marked("Đơn vị"),
    "app": marked("Mã ứng dụng"),
    "type": marked("Loại tài khoản"),
    "email": marked("Thư điện tử"),
    "roles": marked("Vai trò"),
    "is_active": marked("Được đăng nhập"),
    "officer": marked("Cán bộ"),
    "starts_at": marked("Bắt đầu"),
    "ends_at": marked("Kết thúc"),
    "handed_to": marked("Bàn giao cho"),
    "taken_at": marked("Nhận lúc"),
    "open_points": marked("Số việc bàn giao"),
}
_DONE = marked("Đã thực hiện: %(what)s.")


@dataclass(frozen=True, slots=True)
class Organising:
    """Shows and changes units."""

    units: UnitStore
    rosters: RosterStore
    reports: ReportStore
    log: UnitsLog
    draw: Callable[[int], bytes]

    def rules(self) -> Sequence[Rule]:
        """The routes."""
        return (
            Rule("/units", "units", self.tree),
            Rule(_UNIT, "unit", self.unit),
            Rule(f"{_UNIT}/change", "reorganise", self.reorganise, ("POST",)),
        )

    def tree(self) -> ResponseReturnValue:
        """The tree below the officer's own units, or what a search finds in it."""
        here, tree = visit(), self.units.directory().tree
        pages, officers = self.units.pages(), self.units.all_officers()
        words = " ".join(request.args.get("q", "")[:200].split())
        mine = [unit for unit in tree.units if manages(here.officer, unit)]
        return render_template(
            "units.html",
            words=words,
            found=[unit for unit in mine if _is_named(unit, words, pages)] if words else [],
            roots=roots_of(here.officer, tree),
            children=tree.children,
            closed=[unit for unit in mine if unit.is_closed],
            living=sum(not unit.is_closed for unit in mine),
            pages=Counter(page.unit_id for page in pages),
            officers=Counter(
                unit_id for one in officers if one.is_active for unit_id in _unit_ids(one)
            ),
            successors=tree.successors,
            kinds=KINDS,
        )

    def unit(self, unit_id: str) -> ResponseReturnValue:
        """One unit."""
        here, tree = visit(), self.units.directory().tree
        unit = _managed(here, tree, unit_id)
        done = CHANGES.get(request.args.get("done", ""))
        told = gettext(_DONE, what=gettext(done)) if done else ""
        return self._show(here, tree, unit, told=told)

    def reorganise(self, unit_id: str) -> ResponseReturnValue:
        """Show what an act will change, or carry out what was shown."""
        here = visit()
        directory, standing = self.units.standing_units()
        tree = directory.tree
        unit = _managed(here, tree, unit_id)
        fields = sent_fields(request.form, *LISTS)
        act = str(fields.pop("act", ""))
        if act not in FORMS:
            raise Rejected("form was not made by us")
        form = read_form(FORMS[act], fields)
        if isinstance(form, TypedForm):
            return self._show(here, tree, unit, form, act), 422
        if form.step == "again":
            return self._show(here, tree, unit, TypedForm.of(fields), act)
        if form.step and self.log.is_done(form.operation):
            return self._to(unit, act)
        pages, officers = self.units.pages(), self.units.all_officers()
        decision = Decision(at=here.now, by=here.officer.subject, reason=form.reason)
        try:
            plan = planned(act, form, unit, tree, decision, pages=pages, officers=officers)
        except NotPermitted:
            raise
        except Rejected as refused:
            typed = TypedForm.of(fields, {"": refused.sentence})
            return self._show(here, tree, unit, typed, act), 422
        check_scope(here.officer, tree, plan.units)
        seen = _changes_of(standing)
        if form.step != "yes" or form.seen != seen:
            is_stale = form.step == "yes"
            page = self._plan(unit, plan, form, fields, seen, is_stale, pages, officers)
            return page, 409 if is_stale else 200
        self._carry_out(here, plan, form, unit, standing, pages, officers)
        return self._to(unit, act)

    def _carry_out(
        self,
        here: Visit,
        plan: Reorganisation,
        form: ChangeForm,
        unit: Unit,
        standing: Standing,
        pages: Sequence[Page],
        officers: Sequence[Officer],
    ) -> None:
        known_pages = {page.id: page for page in pages}
        known_officers = {one.subject: one for one in officers}
        their_pages = self.units.standing_pages([page.id for page in plan.pages])
        them = self.units.standing_officers([one.subject for one in plan.officers])
        check_unchanged(known_pages, pages_of(their_pages))
        check_unchanged(known_officers, officers_of(them))
        entry = ChangeEntry(
            at=here.now,
            operation=form.operation,
            officer=here.officer.subject,
            name=here.officer.name,
            act=plan.act,
            about=tuple(dict.fromkeys((unit.id, *(one.id for one in plan.units)))),
            changed=tuple(plan.told(known_pages, known_officers)),
            reason=form.reason,
        )

        def add(commit: Commit) -> None:
            self.units.add_units(commit, plan.units, standing, at=here.now)
            self.units.add_pages(commit, plan.pages, their_pages)
            self.units.add_officers(commit, plan.officers, them)

        try:
            self.log.carry_out(entry, add)
        finally:
            # Also after no clear answer: then it may have been carried out.
            self.units.forget()

    def _plan(
        self,
        unit: Unit,
        plan: Reorganisation,
        form: ChangeForm,
        fields: Mapping[str, object],
        seen: int,
        is_stale: bool,
        pages: Sequence[Page],
        officers: Sequence[Officer],
    ) -> str:
        after = Tree({**{one.id: one for one in plan.tree.units}, **_by_id(plan.units)}.values())
        told = plan.told({page.id: page for page in pages}, {one.subject: one for one in officers})
        return render_template(
            "unit_plan.html",
            unit=unit,
            act=plan.act,
            titles=TITLES,
            reason=form.reason,
            is_stale=is_stale,
            typed=TypedForm.of({k: v for k, v in fields.items() if k not in {"step", "seen"}}),
            seen=seen,
            consequences=self._consequences(unit, plan, pages, officers),
            changed=told,
            fields=FIELDS,
            names=lambda text: names_told(text, after),
        )

    def _consequences(
        self,
        unit: Unit,
        plan: Reorganisation,
        pages: Sequence[Page],
        officers: Sequence[Officer],
    ) -> list[str]:
        below = len(plan.units) - sum(
            one.history != (before.history if (before := plan.tree.find(one.id)) else ())
            for one in plan.units
        )
        told = []
        if below:
            told.append(
                ngettext(
                    "%(num)s đơn vị trực thuộc đi theo đơn vị cấp trên.",
                    "%(num)s đơn vị trực thuộc đi theo đơn vị cấp trên.",
                    below,
                )
            )
        if plan.act == "rename":
            told.append(gettext("Tên cũ được giữ làm tên gọi khác, tìm vẫn thấy."))
        if plan.act not in {"merge", "split", "close"}:
            return told
        own = [page for page in pages if page.unit_id == unit.id]
        working = [one for one in officers if one.is_active and unit.id in _unit_ids(one)]
        number = self.reports.count([shelf(unit.id, Queue.ALL)], most=MOST_COUNTED + 1)
        shown = f"{MOST_COUNTED}+" if number > MOST_COUNTED else str(number)
        told.append(gettext("%(unit)s kết thúc hoạt động, lịch sử được giữ.", unit=unit.name))
        if plan.pages:
            told.append(
                gettext("%(number)s trang Zalo về đơn vị tiếp nhận.", number=len(plan.pages))
            )
        elif own:
            told.append(
                gettext(
                    "%(number)s trang Zalo vẫn gắn với đơn vị này; tin mới do đơn vị tiếp nhận "
                    "hoặc đơn vị cấp trên xử lý.",
                    number=len(own),
                )
            )
        if plan.officers:
            told.append(
                gettext(
                    "%(number)s cán bộ có thêm vai trò tương ứng ở đơn vị tiếp nhận.",
                    number=len(plan.officers),
                )
            )
        elif working:
            told.append(
                gettext(
                    "%(number)s cán bộ chỉ còn xử lý việc cũ của đơn vị này.", number=len(working)
                )
            )
        if any(one.id == unit.id and one.line != unit.line for one in plan.units):
            told.append(
                gettext(
                    "Sau ít phút, đơn vị tiếp nhận xem và xử lý được mọi phản ánh của đơn vị này, "
                    "kể cả đã kết thúc (%(number)s đang mở).",
                    number=shown,
                )
            )
        elif number:
            told.append(
                gettext(
                    "%(number)s phản ánh đang mở vẫn do những cán bộ có vai trò ở đây và ở cấp "
                    "trên xử lý cho đến khi được chuyển.",
                    number=shown,
                )
            )
        return told

    def _show(
        self,
        here: Visit,
        tree: Tree,
        unit: Unit,
        typed: TypedForm | None = None,
        act: str = "",
        *,
        told: str = "",
    ) -> str:
        roster = self.rosters.roster(unit.id, here.now)
        officers = self.units.all_officers()
        names = {one.subject: one.name for one in officers}
        mine = [one for one in tree.living if manages(here.officer, one)]
        return render_template(
            "unit.html",
            unit=unit,
            above=[one for one in map(tree.find, unit.line[:-1]) if one is not None],
            may_enter=lambda one: manages(here.officer, one),
            children=tree.children(unit.id),
            successors=tree.successors(unit.id) if unit.is_closed else (),
            communes=[areas_text.communes_told([one]) for one in unit.area.communes],
            stretches=[areas_text.stretches_told([one]) for one in unit.area.stretches],
            pages=[page for page in self.units.pages() if page.unit_id == unit.id],
            officers=[one for one in officers if unit.id in _unit_ids(one)],
            officer_names=names,
            on_duty=[
                names.get(shift.subject, shift.subject) for shift in on_duty(roster, here.now)
            ],
            entries=self.log.of_unit(unit.id),
            may_see_roster=here.officer.may(Permission.READ_CASES, unit.line),
            others=[one for one in mine if one.id != unit.id and unit.id not in one.line],
            names=lambda text: names_told(text, tree),
            typed=typed or TypedForm(),
            typed_act=act,
            told=told,
            titles=TITLES,
            changes=CHANGES,
            events=EVENTS,
            fields=FIELDS,
            kinds=KINDS,
            roles=ROLES,
            most_parts=MOST_PARTS,
            draw=lambda: self.draw(16).hex(),
        )

    @staticmethod
    def _to(unit: Unit, act: str) -> ResponseReturnValue:
        return redirect(url_for("unit", unit_id=unit.id, done=act), code=303)


def roots_of(officer: Officer, tree: Tree) -> list[Unit]:
    """The highest units that the officer manages."""
    mine = [unit for unit in tree.living if manages(officer, unit)]
    ids = {unit.id for unit in mine}
    return [unit for unit in mine if ids.isdisjoint(unit.line[:-1])]


def names_told(text: str, tree: Tree) -> str:
    """The text with names in place of ids of units, and of roles: "pc08: lead"."""
    told = []
    for part in text.split("; "):
        unit_id, colon, role = part.partition(": ")
        unit = tree.find(unit_id)
        if unit is None:
            told.append(part)
        elif colon and role in ROLES:
            told.append(f"{gettext(ROLES[role])} · {unit.short_name}")  # type: ignore[index]
        else:
            told.append(unit.name)
    return "; ".join(told)


def _managed(here: Visit, tree: Tree, unit_id: str) -> Unit:
    unit = tree.find(unit_id)
    if unit is None or not manages(here.officer, unit):
        abort(404)
    return unit


def _unit_ids(officer: Officer) -> set[str]:
    return {given.unit_id for given in officer.roles}


def _by_id(units: Sequence[Unit]) -> dict[str, Unit]:
    return {unit.id: unit for unit in units}


def _changes_of(standing: Standing) -> int:
    guard: Any = standing.guard
    return 0 if guard is None else int(guard.fields["changes"])


def _is_named(unit: Unit, words: str, pages: Sequence[Page]) -> bool:
    """Whether all the words are in one of the unit's names, or in those of its area or pages."""
    names = [
        unit.id,
        unit.name,
        unit.short_name,
        *unit.aliases,
        areas_text.communes_told(unit.area.communes),
        areas_text.stretches_told(unit.area.stretches),
        *(page.name for page in pages if page.unit_id == unit.id),
    ]
    wanted = without_diacritics(words).split()
    return any(all(word in without_diacritics(name) for word in wanted) for name in names)
