"""Units, pages and officers as spreadsheets: taken out, and put in after a dry run.

The dry run hands the file on inside its page, so that nothing of it is kept before it is wanted;
what is then carried out is planned anew, and only if it is what the dry run showed.
"""

import base64
import binascii
import hashlib
import json
import logging
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import Field
from werkzeug.http import dump_options_header

from functions.admin.door.guards import Visit, visit
from functions.admin.fields import Operation, Reason
from functions.admin.forms import Form, TypedForm, read_form, sent_fields
from functions.admin.language import gettext, marked
from functions.admin.organisation.changes import (
    Changed,
    ChangeEntry,
    UnitsLog,
    check_unchanged,
    officer_changed,
    officers_of,
    page_changed,
    pages_of,
    unit_changed,
)
from functions.admin.organisation.organising import FIELDS, names_told, roots_of
from functions.admin.organisation.reorganising import manages
from functions.admin.organisation.staffing import is_visible, unit_ids_of
from functions.admin.records.logs import AccessEntry, AccessKind, AccessLog
from functions.admin.rules import Rule
from functions.cloud.firestore import Commit
from functions.errors import Rejected
from functions.units.imports import (
    OFFICER_HEADINGS,
    PAGE_HEADINGS,
    Problem,
    officer_rows,
    page_rows,
    planned_officers,
    planned_pages,
)
from functions.units.model import Decision, Officer, Page, Unit
from functions.units.spreadsheets import (
    CSV,
    MOST_BYTES,
    XLSX,
    Table,
    read_table,
    written_csv,
    written_xlsx,
)
from functions.units.store import Standing, UnitStore
from functions.units.tree import Tree
from functions.units.unit_imports import UNIT_HEADINGS, planned_units, unit_rows

_log = logging.getLogger(__name__)

MOST_FORM_BYTES = 2 * MOST_BYTES
"""Of a request with a file in it; in the page's own field it is a third longer."""
_SHOWN = 200
WITH_FILES = frozenset({"plan_import", "do_import"})


class Subject(StrEnum):
    """What a spreadsheet lists."""

    UNITS = "units"
    PAGES = "pages"
    OFFICERS = "officers"


SUBJECTS = {
    Subject.UNITS: marked("Đơn vị"),
    Subject.PAGES: marked("Trang Zalo"),
    Subject.OFFICERS: marked("Cán bộ"),
}
_FILE_NAMES = {
    Subject.UNITS: "don-vi",
    Subject.PAGES: "trang-zalo",
    Subject.OFFICERS: "can-bo",
}


class PlanForm(Form):
    """A dry run; the file comes beside it."""

    subject: Subject
    reason: Reason
    operation: Operation


class DoForm(PlanForm):
    """What the dry run showed, to be carried out."""

    file: str = Field(max_length=MOST_FORM_BYTES)
    seen: str = Field(pattern=r"^[0-9a-f]{16}$")


class TakeOutForm(Form):
    """A list as a file, and why."""

    subject: Subject
    format: Annotated[str, Field(pattern=r"^(csv|xlsx)$")]
    reason: Reason


@dataclass(frozen=True, slots=True)
class Import:
    """What a file would change."""

    units: tuple[Unit, ...] = ()
    pages: tuple[Page, ...] = ()
    officers: tuple[Officer, ...] = ()
    told: tuple[Changed, ...] = ()
    new: int = 0
    unchanged: int = 0
    problems: tuple[Problem, ...] = ()
    standing: Standing = field(default_factory=Standing)
    about: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """What it would change, in short."""
        shown = [one.model_dump(mode="json") for one in self.told]
        return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Sheets:
    """Takes files out and in."""

    units: UnitStore
    log: UnitsLog
    access_log: AccessLog
    draw: Callable[[int], bytes]

    def rules(self) -> Sequence[Rule]:
        """The routes."""
        return (
            Rule("/imports", "imports", self.page),
            Rule("/imports", "plan_import", self.plan, ("POST",)),
            Rule("/imports/do", "do_import", self.do, ("POST",)),
            Rule("/exports", "export_units", self.take_out, ("POST",)),
        )

    def page(self) -> ResponseReturnValue:
        """The forms."""
        return self._show(TypedForm())

    def plan(self) -> ResponseReturnValue:
        """The dry run: what the file would change, or its problems by line."""
        here, fields = visit(), sent_fields(request.form)
        form = read_form(PlanForm, fields)
        files = request.files.getlist("file")
        if isinstance(form, TypedForm):
            return self._show(form), 422
        if len(files) != 1 or not files[0].filename:
            return self._show(TypedForm.of(fields, {"file": marked("Xin chọn một tệp.")})), 422
        with files[0].stream as stream:
            content = stream.read(MOST_BYTES + 1)
        try:
            found = self._import(here, form, read_table(content))
        except Rejected as refused:
            return self._show(TypedForm.of(fields, {"file": refused.sentence})), 422
        return self._told(form, found, content), 422 if found.problems else 200

    def do(self) -> ResponseReturnValue:
        """Carry out what the dry run showed."""
        here = visit()
        form = read_form(DoForm, sent_fields(request.form))
        if isinstance(form, TypedForm):
            raise Rejected("form was not made by us")
        if self.log.is_done(form.operation):
            return self._show(TypedForm(), is_done=True)
        content = _unpacked(form.file)
        found = self._import(here, form, read_table(content))
        if found.problems or found.fingerprint != form.seen:
            return self._told(form, found, content, is_stale=True), 409
        entry = ChangeEntry(
            at=here.now,
            operation=form.operation,
            officer=here.officer.subject,
            name=here.officer.name,
            act="import",
            about=found.about,
            changed=found.told,
            reason=form.reason,
        )

        def add(commit: Commit) -> None:
            self.units.add_units(commit, found.units, found.standing, at=here.now)
            self.units.add_pages(commit, found.pages, found.standing)
            self.units.add_officers(commit, found.officers, found.standing)

        if found.told:
            try:
                self.log.carry_out(entry, add)
            finally:
                self.units.forget()
        return self._show(TypedForm(), is_done=True, changed=len(found.told))

    def take_out(self) -> ResponseReturnValue:
        """A list of what one manages, as a file; it is in the access log before it leaves."""
        here = visit()
        form = read_form(TakeOutForm, sent_fields(request.form))
        if isinstance(form, TypedForm):
            raise Rejected("no reason given", sentence=gettext(marked("Xin ghi lý do xuất tệp.")))
        tree = self.units.directory().tree
        headings, rows = self._rows(here, tree, form.subject)
        if form.format == "csv":
            content, media_type = written_csv(headings, rows), CSV
        else:
            title = gettext(SUBJECTS[form.subject])
            content, media_type = written_xlsx(title, headings, rows), XLSX
        top = roots_of(here.officer, tree)[0]
        self.access_log.write(
            AccessEntry(
                at=here.now,
                officer=here.officer.subject,
                name=here.officer.name,
                kind=AccessKind.EXPORT,
                unit_id=top.id,
                lineage=top.line,
                subject=f"{_FILE_NAMES[form.subject]}.{form.format}, {len(rows)}",
                reason=form.reason,
                count=0,
                sha256=hashlib.sha256(content).hexdigest(),
            )
        )
        _log.info(
            "organisation exported",
            extra={
                "officer": here.officer.subject,
                "subject": form.subject.value,
                "count": len(rows),
            },
        )
        response = Response(content, content_type=media_type)
        name = f"{_FILE_NAMES[form.subject]}-{here.now:%Y-%m-%d}.{form.format}"
        response.headers["Content-Disposition"] = dump_options_header(
            "attachment", {"filename": name}
        )
        return response

    def _rows(
        self, here: Visit, tree: Tree, subject: Subject
    ) -> tuple[Sequence[str], list[list[str]]]:
        mine = [unit for unit in tree.living if manages(here.officer, unit)]
        if not mine:
            abort(404)
        ids = {unit.id for unit in mine}
        match subject:
            case Subject.UNITS:
                return UNIT_HEADINGS, unit_rows(mine)
            case Subject.PAGES:
                pages = self.units.pages()
                return PAGE_HEADINGS, page_rows(page for page in pages if page.unit_id in ids)
            case Subject.OFFICERS:
                officers = self.units.all_officers()
                return OFFICER_HEADINGS, officer_rows(
                    one for one in officers if is_visible(here, tree, one)
                )

    def _import(self, here: Visit, form: PlanForm, table: Table) -> Import:
        match form.subject:
            case Subject.UNITS:
                found = self._units(here, form, table)
            case Subject.PAGES:
                found = self._pages(here, table)
            case Subject.OFFICERS:
                found = self._officers(here, table)
        return found

    def _units(self, here: Visit, form: PlanForm, table: Table) -> Import:
        directory, standing = self.units.standing_units()
        tree = directory.tree
        decision = Decision(at=here.now, by=here.officer.subject, reason=form.reason)
        plan = planned_units(table, tree, decision)
        strange = [
            unit.name
            for unit in plan.changed
            if not (
                manages(here.officer, unit) and manages(here.officer, tree.find(unit.id) or unit)
            )
        ]
        told = [unit_changed(tree.find(unit.id), unit) for unit in plan.changed]
        return Import(
            units=plan.changed,
            told=tuple(one for one in told if one.before or one.after),
            new=plan.new,
            unchanged=plan.unchanged,
            problems=(*plan.problems, *_beyond(strange)),
            standing=standing,
            about=tuple(unit.id for unit in plan.changed),
        )

    def _pages(self, here: Visit, table: Table) -> Import:
        tree = self.units.directory().tree
        known = {page.id: page for page in self.units.pages()}
        plan = planned_pages(table, known.values(), tree)
        standing = self.units.standing_pages([page.id for page in plan.changed])
        check_unchanged(known, pages_of(standing))
        about = {
            page.id: [one.unit_id for one in (known.get(page.id), page) if one is not None]
            for page in plan.changed
        }
        strange = [page.name for page in plan.changed if not _within(here, tree, about[page.id])]
        return Import(
            pages=plan.changed,
            told=tuple(page_changed(known.get(page.id), page) for page in plan.changed),
            new=plan.new,
            unchanged=plan.unchanged,
            problems=(*plan.problems, *_beyond(strange)),
            standing=standing,
            about=tuple(dict.fromkeys(unit_id for ids in about.values() for unit_id in ids)),
        )

    def _officers(self, here: Visit, table: Table) -> Import:
        tree = self.units.directory().tree
        known = {one.subject: one for one in self.units.all_officers()}
        plan = planned_officers(table, known.values(), tree)
        standing = self.units.standing_officers([one.subject for one in plan.changed])
        check_unchanged(known, officers_of(standing))
        about = {
            one.subject: [
                *unit_ids_of(one),
                *(unit_ids_of(known[one.subject]) if one.subject in known else ()),
            ]
            for one in plan.changed
        }
        strange = [
            one.name
            for one in plan.changed
            if one.subject == here.officer.subject or not _within(here, tree, about[one.subject])
        ]
        return Import(
            officers=plan.changed,
            told=tuple(officer_changed(known.get(one.subject), one) for one in plan.changed),
            new=plan.new,
            unchanged=plan.unchanged,
            problems=(*plan.problems, *_beyond(strange)),
            standing=standing,
            about=tuple(dict.fromkeys(unit_id for ids in about.values() for unit_id in ids)),
        )

    def _told(
        self, form: PlanForm, found: Import, content: bytes, *, is_stale: bool = False
    ) -> str:
        tree = Tree(
            {
                **{unit.id: unit for unit in self.units.directory().tree.units},
                **{unit.id: unit for unit in found.units},
            }.values()
        )
        return render_template(
            "import_plan.html",
            subject=form.subject,
            subjects=SUBJECTS,
            reason=form.reason,
            operation=form.operation,
            found=found,
            changed=found.told[:_SHOWN],
            fields=FIELDS,
            names=lambda text: names_told(text, tree),
            packed="" if found.problems else _packed(content),
            is_stale=is_stale,
        )

    def _show(self, typed: TypedForm, *, is_done: bool = False, changed: int = 0) -> str:
        return render_template(
            "imports.html",
            subjects=SUBJECTS,
            headings={
                Subject.UNITS: UNIT_HEADINGS,
                Subject.PAGES: PAGE_HEADINGS,
                Subject.OFFICERS: OFFICER_HEADINGS,
            },
            typed=typed,
            typed_act="import",
            is_done=is_done,
            changed=changed,
            draw=lambda: self.draw(16).hex(),
        )


def admit_files() -> None:
    """Before a request is read: the routes that take a file may be sent a larger form."""
    if request.endpoint in WITH_FILES:
        request.max_content_length = MOST_FORM_BYTES
        request.max_form_memory_size = MOST_FORM_BYTES


def _within(here: Visit, tree: Tree, unit_ids: Sequence[str]) -> bool:
    found = [tree.find(unit_id) for unit_id in unit_ids] or list(tree.children(None))
    return all(unit is None or manages(here.officer, unit) for unit in found)


def _beyond(names: Sequence[str]) -> list[Problem]:
    sentence = gettext(marked("Ngoài phạm vi quản lý của đồng chí."))
    return [Problem(0, name, sentence) for name in names]


def _packed(content: bytes) -> str:
    return base64.b64encode(zlib.compress(content, 9)).decode()


def _unpacked(packed: str) -> bytes:
    try:
        inflater = zlib.decompressobj()
        content = inflater.decompress(base64.b64decode(packed, validate=True), MOST_BYTES + 1)
    except (binascii.Error, zlib.error) as error:
        raise Rejected("form was not made by us") from error
    return content
