"""The officers' pages: who works where, roles given and taken, accounts closed and opened again.

Nobody changes their own roles, and nobody gives a role outside of the units that they manage. A
closed account is out within a minute: every request asks for the officer (`UnitStore.officer`).
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from functions.admin.acts.offers import NotPermitted
from functions.admin.door.guards import Visit, visit
from functions.admin.fields import Identifier, Operation, Reason, Subject, Written
from functions.admin.forms import Form, TypedForm, read_form, sent_fields
from functions.admin.language import gettext, marked
from functions.admin.organisation.changes import ChangeEntry, UnitsLog, officer_changed
from functions.admin.organisation.organising import CHANGES, FIELDS, names_told
from functions.admin.organisation.reorganising import manages
from functions.admin.people.permissions import ROLES
from functions.admin.rules import Rule
from functions.cloud.firestore import Commit
from functions.errors import Conflict, Rejected
from functions.units.model import Officer, Unit
from functions.units.roles import Assignment, Role
from functions.units.store import Standing, UnitStore
from functions.units.tree import Tree
from functions.vietnam import without_diacritics

ROWS = 100
_DONE = marked("Đã thực hiện: %(what)s.")


class OfficerForm(Form):
    """A change of one officer."""

    officer: Subject
    reason: Reason
    operation: Operation
    seen: str = Field(pattern=r"^[0-9a-f]{16}$")
    """The officer as the page showed them."""
    act: Literal["give", "take", "disable", "enable"]
    unit: Identifier | Literal[""] = ""
    role: Role | Literal[""] = ""


class NewOfficerForm(Form):
    """A new officer with a first role."""

    subject: Annotated[Subject, Written]
    email: Annotated[str, Written, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=200)]
    name: Annotated[str, Written, Field(min_length=1, max_length=200)]
    unit: Identifier
    role: Role
    reason: Reason
    operation: Operation


@dataclass(frozen=True, slots=True)
class Staffing:
    """Shows and changes officers."""

    units: UnitStore
    log: UnitsLog
    draw: Callable[[int], bytes]

    def rules(self) -> Sequence[Rule]:
        """The routes."""
        return (
            Rule("/officers", "officers", self.officers),
            Rule("/officers", "add_officer", self.add, ("POST",)),
            Rule("/officers/one", "officer", self.officer),
            Rule("/officers/one", "change_officer", self.change, ("POST",)),
        )

    def officers(self) -> ResponseReturnValue:
        """The officers with a role in the units that one manages."""
        return self._list(visit(), TypedForm())

    def officer(self) -> ResponseReturnValue:
        """One officer."""
        here, tree = visit(), self.units.directory().tree
        officer = self._known(here, tree, request.args.get("subject", ""))
        done = CHANGES.get(request.args.get("done", ""))
        told = gettext(_DONE, what=gettext(done)) if done else ""
        return self._show(here, tree, officer, told=told)

    def add(self) -> ResponseReturnValue:
        """Let somebody new sign in."""
        here, tree = visit(), self.units.directory().tree
        fields = sent_fields(request.form)
        form = read_form(NewOfficerForm, fields)
        if isinstance(form, TypedForm):
            return self._list(here, form), 422
        if self.log.is_done(form.operation):
            return _to(form.subject, "add")
        unit = _living(here, tree, form.unit)
        standing = self.units.standing_officers([form.subject])
        if standing.stored:
            sentence = marked("Mã đăng nhập này đã có.")
            return self._list(here, TypedForm.of(fields, {"subject": sentence})), 422
        officer = Officer(
            subject=form.subject,
            email=form.email,
            name=form.name,
            roles=(Assignment(unit_id=unit.id, role=form.role),),
        )
        self._keep(here, "add", None, officer, standing, form.operation, form.reason)
        return _to(form.subject, "add")

    def change(self) -> ResponseReturnValue:
        """Give or take a role, close or open an account."""
        here, tree = visit(), self.units.directory().tree
        fields = sent_fields(request.form)
        form = read_form(OfficerForm, fields)
        before = self._known(here, tree, str(fields.get("officer", "")))
        if isinstance(form, TypedForm):
            return self._show(here, tree, before, form), 422
        if self.log.is_done(form.operation):
            return _to(before.subject, form.act)
        standing = self.units.standing_officers([before.subject])
        found = standing.stored.get(before.subject)
        if found is None:
            abort(404)
        before = Officer(subject=found.id, **found.fields)
        if fingerprint(before) != form.seen:
            return self._show(here, tree, before, is_stale=True), 409
        after = self._changed(here, tree, before, form)
        try:
            self._keep(here, form.act, before, after, standing, form.operation, form.reason)
        except Conflict:
            return self._show(here, tree, before, is_stale=True), 409
        return _to(before.subject, form.act)

    def _changed(self, here: Visit, tree: Tree, before: Officer, form: OfficerForm) -> Officer:
        if before.subject == here.officer.subject:
            raise NotPermitted(
                "not permitted: one's own account",
                sentence=gettext(marked("Đồng chí không tự đổi vai trò của mình được.")),
            )
        if form.act in {"give", "take"}:
            unit, given = tree.find(form.unit), None
            if unit is None or form.role == "":
                raise Rejected("no such unit or role")
            _check(here, unit)
            given = Assignment(unit_id=unit.id, role=form.role)
            if form.act == "take":
                roles = tuple(one for one in before.roles if one != given)
            else:
                _living(here, tree, unit.id)
                roles = tuple(dict.fromkeys((*before.roles, given)))
            return before.model_copy(update={"roles": roles})
        for unit_id in unit_ids_of(before):
            unit = tree.find(unit_id)
            if unit is not None:
                _check(here, unit)
        # Whoever comes in by the proxy with this address after that is the officer.
        return before.model_copy(update={"is_active": form.act == "enable", "proxy_subject": None})

    def _keep(
        self,
        here: Visit,
        act: str,
        before: Officer | None,
        after: Officer,
        standing: Standing,
        operation: str,
        reason: str,
    ) -> None:
        entry = ChangeEntry(
            at=here.now,
            operation=operation,
            officer=here.officer.subject,
            name=here.officer.name,
            act=act,
            about=tuple(
                dict.fromkeys((*(unit_ids_of(before) if before else ()), *unit_ids_of(after)))
            ),
            changed=(officer_changed(before, after),),
            reason=reason,
        )

        def add(commit: Commit) -> None:
            self.units.add_officers(commit, [after], standing)

        try:
            self.log.carry_out(entry, add)
        finally:
            self.units.forget()

    def _known(self, here: Visit, tree: Tree, subject: str) -> Officer:
        found = self.units.officers([subject]) if is_subject(subject) else {}
        if subject not in found or not is_visible(here, tree, found[subject]):
            abort(404)
        return found[subject]

    def _list(self, here: Visit, typed: TypedForm) -> str:
        tree = self.units.directory().tree
        words = " ".join(request.args.get("q", "")[:200].split())
        chosen = request.args.get("unit", "")
        wanted = without_diacritics(words).split()
        found = [
            one
            for one in self.units.all_officers()
            if is_visible(here, tree, one)
            and (not chosen or chosen in unit_ids_of(one))
            and all(
                word in without_diacritics(f"{one.name} {one.email} {one.subject}")
                for word in wanted
            )
        ]
        found.sort(key=lambda one: (not one.is_active, without_diacritics(one.name)))
        return render_template(
            "officers.html",
            officers=found[:ROWS],
            total=len(found),
            words=words,
            chosen=chosen,
            mine=[unit for unit in tree.living if manages(here.officer, unit)],
            unit_names=_names(tree),
            roles=ROLES,
            typed=typed,
            typed_act="add_officer",
            draw=lambda: self.draw(16).hex(),
        )

    def _show(
        self,
        here: Visit,
        tree: Tree,
        officer: Officer,
        typed: TypedForm | None = None,
        *,
        told: str = "",
        is_stale: bool = False,
    ) -> str:
        is_own = officer.subject == here.officer.subject
        managed = {unit.id for unit in tree.units if manages(here.officer, unit)}
        entries = {
            (entry.at, entry.operation): entry
            for unit_id in unit_ids_of(officer)
            for entry in self.log.of_unit(unit_id, limit=100)
            if any(one.kind == "officer" and one.id == officer.subject for one in entry.changed)
        }
        return render_template(
            "officer.html",
            officer=officer,
            is_own=is_own,
            seen=fingerprint(officer),
            managed=managed,
            may_close=not is_own
            and all(
                unit_id in managed or not tree.find(unit_id) for unit_id in unit_ids_of(officer)
            ),
            mine=[unit for unit in tree.living if unit.id in managed],
            unit_names=_names(tree),
            roles=ROLES,
            entries=[entries[key] for key in sorted(entries, reverse=True)],
            changes=CHANGES,
            fields=FIELDS,
            names=lambda text: names_told(text, tree),
            typed=typed or TypedForm(),
            typed_act=(typed.fields.get("act", "") if typed else ""),
            told=told,
            is_stale=is_stale,
            draw=lambda: self.draw(16).hex(),
        )


def unit_ids_of(officer: Officer) -> tuple[str, ...]:
    """The units in which the officer has a role."""
    return tuple(dict.fromkeys(given.unit_id for given in officer.roles))


def is_subject(text: str) -> bool:
    """Whether an issuer may call somebody that, as a document's name allows."""
    return 0 < len(text) <= 200 and "/" not in text and text.strip(".") != ""


def is_visible(here: Visit, tree: Tree, officer: Officer) -> bool:
    """Whether one manages a unit of theirs; who has no role is seen from the top of the tree."""
    found = [unit for unit in map(tree.find, unit_ids_of(officer)) if unit is not None]
    return any(manages(here.officer, unit) for unit in found or tree.children(None))


def fingerprint(officer: Officer) -> str:
    """What a page shows of an officer, in short."""
    return hashlib.sha256(officer.model_dump_json().encode()).hexdigest()[:16]


def _names(tree: Tree) -> Mapping[str, str]:
    return {unit.id: unit.short_name for unit in tree.units}


def _living(here: Visit, tree: Tree, unit_id: str) -> Unit:
    unit = tree.find(unit_id)
    if unit is None or unit.is_closed:
        raise Rejected("no such unit", sentence=gettext(marked("Xin chọn một đơn vị.")))
    _check(here, unit)
    return unit


def _check(here: Visit, unit: Unit) -> None:
    if not manages(here.officer, unit):
        raise NotPermitted(
            "not permitted: unit of somebody else",
            sentence="Đơn vị này ngoài phạm vi quản lý của đồng chí.",
        )


def _to(subject: str, act: str) -> ResponseReturnValue:
    return redirect(url_for("officer", subject=subject, done=act), code=303)
