"""How to reach who told a report by telephone or at the desk.

The officers' page has no way into the vault: it hands what was typed to `send_followup`, which does
(`functions.followups.contacts`), and writes down only that it did. The vault comes first, so that
the record never tells of a contact that is not there; sending the same form again completes
whatever broke off between the two.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from functions.admin.acts.offers import NotPermitted
from functions.admin.desk.visibility import visible
from functions.admin.door.guards import Visit, visit
from functions.admin.fields import Operation
from functions.admin.forms import ContactForm, Form, TypedForm, read_form, sent_fields
from functions.admin.language import marked
from functions.admin.rules import Rule
from functions.cloud.firestore import Database, compare_and_set
from functions.errors import Conflict, Rejected, Transient
from functions.followups.entrance import Contact, KeepContact
from functions.reports.casework import check_entered, erase_contact, keep_contact
from functions.reports.lifecycle import Change
from functions.reports.model import Report
from functions.reports.store import ReportStore
from functions.units.roles import Permission

_log = logging.getLogger(__name__)

_CONTACT = "/reports/<id:report_id>/contact"
_NOTHING = marked("Xin ghi ít nhất một mục.")


class EraseForm(Form):
    """The contact is to be erased."""

    operation: Operation


class NotKept(Transient):
    """Nobody knows whether the vault has it now; the same form may be sent again."""


@dataclass(frozen=True, slots=True)
class Contacting:
    """Takes a contact for a report that an officer wrote down, later too.

    Args:
        keep: has the keeper of the vault keep it; raises Rejected or Transient.
    """

    database: Database
    reports: ReportStore
    keep: Callable[[KeepContact], None]
    draw: Callable[[int], bytes]

    def rules(self) -> Sequence[Rule]:
        """The routes."""
        return (
            Rule(_CONTACT, "contact", self.page),
            Rule(_CONTACT, "keep_contact", self.add, ("POST",)),
            Rule(f"{_CONTACT}/erase", "erase_contact", self.erase, ("POST",)),
        )

    def page(self, report_id: str) -> ResponseReturnValue:
        """An empty form: what is known already, it does not know."""
        return self.show(self._permitted(report_id), TypedForm())

    def add(self, report_id: str) -> ResponseReturnValue:
        """Keep what was typed."""
        report = self._permitted(report_id)
        fields = sent_fields(request.form)
        form = read_form(ContactForm, fields)
        if isinstance(form, TypedForm):
            return self.show(report, form), 422
        if form.contact is None:
            return self.show(report, TypedForm.of(fields, {"contact_name": _NOTHING})), 422
        try:
            self.put(report.id, form.contact, form.operation)
        except NotKept:
            return self.show(report, TypedForm.of(fields), is_unkept=True), 503
        return redirect(url_for("report", report_id=report.id, done="keep_contact"), code=303)

    def erase(self, report_id: str) -> ResponseReturnValue:
        """Have the vault forget it, as whoever told the report may ask at any time."""
        report = self._permitted(report_id)
        form = read_form(EraseForm, sent_fields(request.form))
        if isinstance(form, TypedForm):
            raise AssertionError("this form has nothing to type")
        try:
            self.put(report.id, None, form.operation)
        except NotKept:
            return self.show(report, TypedForm(), is_unerased=True), 503
        return redirect(url_for("report", report_id=report.id, done="erase_contact"), code=303)

    def put(self, report_id: str, contact: Contact | None, operation: str) -> None:
        """Into the vault, or out of it, and then into the report's audit chain that it is so.

        Raises:
            NotFound, NotPermitted, Rejected: the report is not this officer's to see, to enter, or
                was not entered.
            NotKept: no clear answer; doing the same again is safe.
        """
        here, report = visit(), self._permitted(report_id)
        about = {"officer": here.officer.subject, "report": report.id, "kept": contact is not None}
        try:
            self.keep(KeepContact(report=report.id, contact=contact))
            compare_and_set(lambda: self._write_down(report.id, contact, operation, here))
        except (Conflict, Rejected, Transient) as problem:
            _log.error("contact not kept", extra={**about, "kind": type(problem).__name__})
            raise NotKept("no clear answer about the contact") from None
        _log.info("contact kept", extra=about)

    def show(
        self,
        report: Report,
        typed: TypedForm,
        *,
        is_unkept: bool = False,
        is_unerased: bool = False,
    ) -> str:
        """The form; with what was typed where that did not reach the vault."""
        return render_template(
            "contact.html",
            report=report,
            typed=typed,
            typed_act="contact",
            is_unkept=is_unkept,
            is_unerased=is_unerased,
            operation=typed.fields.get("operation") or self.draw(16).hex(),
            erasing=self.draw(16).hex(),
        )

    def _write_down(
        self, report_id: str, contact: Contact | None, operation: str, here: Visit
    ) -> None:
        before = self.reports.read(report_id)
        if before is None:
            raise Rejected("no such report")
        by, at = here.officer.subject, here.now
        change: Change
        if contact is None:
            change = erase_contact(before.report, officer=by, at=at)
        else:
            change = keep_contact(before.report, officer=by, at=at, operation=operation)
        if change.report == before.report:
            return
        commit = self.database.commit()
        self.reports.add_change(commit, before, change)
        commit.send()

    def _permitted(self, report_id: str) -> Report:
        here, report = visit(), visible(self.reports, report_id).report
        if not here.officer.may(
            Permission.ENTER_CASES, report.line, is_restricted=report.is_restricted
        ):
            raise NotPermitted("not permitted: contact")
        check_entered(report)
        return report
