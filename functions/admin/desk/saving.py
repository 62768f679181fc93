"""Saving what an officer looks at, and the page on which saved views are renamed and removed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import BeforeValidator, Field

from functions.admin.desk.saved import (
    MOST_NAME_CHARACTERS,
    SavedList,
    SavedView,
    SavedViews,
    Span,
    added,
    renamed,
    shown,
    without,
)
from functions.admin.door.guards import Visit, visit
from functions.admin.fields import written
from functions.admin.forms import Form, TypedForm, read_form, sent_fields
from functions.admin.rules import Rule
from functions.errors import Rejected
from functions.reports.model import ReportState
from functions.reports.rows import Queue
from functions.reports.tracks import Track
from functions.units.store import UnitStore

_NAME = "view_name"
_Name = Annotated[
    str,
    BeforeValidator(lambda typed: " ".join(written(typed).split())),
    Field(min_length=1, max_length=MOST_NAME_CHARACTERS),
]


class SaveForm(Form):
    """A view of the desk, or the filters of a search; no form of ours sends the words of one."""

    view_name: _Name
    unit: Annotated[str, Field(max_length=80)] = ""
    queue: Queue | None = None
    order: str = Field(default="", pattern=r"^(newest)?$")
    state: ReportState | None = None
    track: Track | None = None
    since: date | None = None
    until: date | None = None
    span: Span | None = None

    def saved(self, saved_id: str) -> SavedView:
        """What is to be kept."""
        days = {} if self.span else {"since": self.since, "until": self.until}
        return SavedView(
            id=saved_id,
            name=self.view_name,
            unit=self.unit,
            queue=self.queue,
            is_newest_first=bool(self.order),
            state=self.state,
            track=self.track,
            span=self.span,
            **days,
        )


class RenameForm(Form):
    """Another name."""

    view_name: _Name


@dataclass(frozen=True, slots=True)
class Saving:
    """Saves, shows, renames and removes the officer's own views."""

    views: SavedViews
    units: UnitStore
    draw: Callable[[int], bytes]

    def rules(self) -> Sequence[Rule]:
        """The routes."""
        return (
            Rule("/saved", "saved_views", self.page),
            Rule("/saved", "save_view", self.save, ("POST",)),
            Rule("/saved/<id:saved_id>/rename", "rename_view", self.rename, ("POST",)),
            Rule("/saved/<id:saved_id>/remove", "remove_view", self.remove, ("POST",)),
        )

    def page(self) -> ResponseReturnValue:
        """What the officer has saved."""
        return self._show()

    def save(self) -> ResponseReturnValue:
        """Keep one more; on to what it shows."""
        here = visit()
        fields = _filled(sent_fields(request.form))
        form = read_form(SaveForm, fields)
        if isinstance(form, TypedForm):
            return self._show(form), 422
        new = form.saved(self.draw(16).hex())
        (one,) = shown([new], here.officer, self.units.directory().tree, here.now)
        if one.address is None:
            abort(404)
        if not one.address:
            raise Rejected("nothing to save")
        refused = self._changed(here, lambda before: added(before, new))
        if refused is not None:
            return self._show(TypedForm.of(fields, {_NAME: refused})), 422
        return redirect(url_for(one.endpoint, **one.address), code=303)

    def rename(self, saved_id: str) -> ResponseReturnValue:
        """Give it another name."""
        fields = _filled(sent_fields(request.form))
        form = read_form(RenameForm, fields)
        if isinstance(form, TypedForm):
            return self._show(form, saved_id), 422
        refused = self._changed(visit(), lambda before: renamed(before, saved_id, form.view_name))
        if refused is not None:
            return self._show(TypedForm.of(fields, {_NAME: refused}), saved_id), 422
        return redirect(url_for("saved_views"), code=303)

    def remove(self, saved_id: str) -> ResponseReturnValue:
        """Forget it."""
        read_form(Form, sent_fields(request.form))
        self._changed(visit(), lambda before: without(before, saved_id))
        return redirect(url_for("saved_views"), code=303)

    def _changed(self, here: Visit, decide: Callable[[SavedList], SavedList]) -> str | None:
        """Change the officer's own; the sentence that says why not."""
        try:
            self.views.change(here.officer.subject, decide)
        except Rejected as refused:
            return refused.sentence
        return None

    def _show(self, typed: TypedForm | None = None, about: str = "") -> str:
        """The page, with what was typed for one of them, or for a new one."""
        here = visit()
        own = {_NAME, "span"}
        fields: Mapping[str, str] = typed.fields if typed else {}
        return render_template(
            "saved.html",
            saved=shown(
                self.views.of(here.officer.subject),
                here.officer,
                self.units.directory().tree,
                here.now,
            ),
            typed=typed,
            about=about,
            filters={name: value for name, value in fields.items() if name not in own},
        )


def _filled(fields: Mapping[str, object]) -> dict[str, object]:
    """The fields that are not left empty, as a search reads them."""
    return {name: value for name, value in fields.items() if value != ""}
