"""The page on which a unit's canned texts are written."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from functions.admin.acts.offers import NotPermitted
from functions.admin.acts.texts import CannedText, TextStore
from functions.admin.door.guards import Visit, visit
from functions.admin.forms import Form, TextForm, TypedForm, read_form, sent_fields
from functions.admin.language import marked
from functions.admin.rules import Rule
from functions.followups.links import foreign_links
from functions.units.model import Unit
from functions.units.roles import Permission
from functions.units.store import UnitStore

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Replies:
    """Writes, changes and removes canned texts."""

    texts: TextStore
    units: UnitStore
    draw: Callable[[int], bytes]

    def rules(self) -> Sequence[Rule]:
        """The routes."""
        return (
            Rule("/texts", "texts", self.page),
            Rule("/texts", "keep_text", self.keep, ("POST",)),
            Rule("/texts/<id:text_id>/remove", "remove_text", self.remove, ("POST",)),
        )

    def page(self) -> ResponseReturnValue:
        """The texts of the officer's units, and a form for one more."""
        return self._show(TypedForm())

    def keep(self) -> ResponseReturnValue:
        """Keep a new text, or a changed one."""
        here = visit()
        fields = sent_fields(request.form)
        form = read_form(TextForm, fields)
        if not isinstance(form, TypedForm) and foreign_links(form.text):
            sentence = marked("Tin gửi người dân không được có liên kết lạ.")
            form = TypedForm.of(fields, {"text": sentence})
        if isinstance(form, TypedForm):
            return self._show(form), 422
        self._check(form.unit, here)
        if form.id is not None:
            known = self.texts.read(form.id)
            if known is None:
                abort(404)
            self._check(known.unit_id, here)
        self.texts.keep(
            CannedText(
                # The same form makes the same text.
                id=form.id or form.operation,
                unit_id=form.unit,
                title=form.title,
                text=form.text,
                changed_at=here.now,
                changed_by=here.officer.subject,
            )
        )
        self._log("canned text kept", form.id or form.operation, form.unit, here)
        return redirect(url_for("texts"), code=303)

    def remove(self, text_id: str) -> ResponseReturnValue:
        """Remove a text; what was sent with it stays as it was sent."""
        here = visit()
        read_form(Form, sent_fields(request.form))
        known = self.texts.read(text_id)
        if known is not None:
            self._check(known.unit_id, here)
            self.texts.remove(text_id)
            self._log("canned text removed", text_id, known.unit_id, here)
        return redirect(url_for("texts"), code=303)

    def _show(self, typed: TypedForm) -> str:
        units = self._units(visit())
        return render_template(
            "texts.html",
            typed=typed,
            typed_act="keep_text",
            text_units=units,
            texts=self.texts.of_units([unit.id for unit in units]),
            draw=lambda: self.draw(16).hex(),
        )

    def _units(self, here: Visit) -> list[Unit]:
        allowed = [
            given.unit_id
            for given in here.officer.roles
            if Permission.EDIT_TEXTS in given.permissions
        ]
        return self.units.units(list(dict.fromkeys(allowed)))

    def _check(self, unit_id: str, here: Visit) -> None:
        if unit_id not in {unit.id for unit in self._units(here)}:
            raise NotPermitted("not permitted: texts of another unit")

    @staticmethod
    def _log(what: str, text_id: str, unit_id: str, here: Visit) -> None:
        about = {"officer": here.officer.subject, "text": text_id, "unit": unit_id}
        _log.info("canned text changed", extra={**about, "act": what})
