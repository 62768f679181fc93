"""The views of the acts: each reads its form, asks whether it is permitted, and carries it out.

An act that cannot be carried out shows the report again with what was typed: corrected fields 422,
a report that does not allow it 400, somebody else was faster 409 with both side by side.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from functions.admin import forms
from functions.admin.acts.cases import Cases, Deed, Done, Stale
from functions.admin.acts.deeds import By, Deeds
from functions.admin.acts.drafts import Proposal, Words
from functions.admin.acts.offers import NotPermitted, may_do, may_record
from functions.admin.acts.repertoire import ACTS
from functions.admin.acts.texts import TextStore
from functions.admin.desk.desk import Desk
from functions.admin.desk.views import view_named
from functions.admin.desk.visibility import visible
from functions.admin.door.guards import Visit, is_htmx, visit
from functions.admin.forms import ActForm, TypedForm, read_form, sent_fields
from functions.admin.language import gettext, marked
from functions.admin.presentation import telling
from functions.admin.rules import Rule
from functions.errors import Rejected
from functions.followups.links import foreign_links
from functions.followups.model import Kind
from functions.followups.notices import wants_result, words_told
from functions.reports.model import Report
from functions.reports.store import StoredReport
from functions.units.model import Unit

_log = logging.getLogger(__name__)

_REPORT = "/reports/<id:report_id>"
_LISTS = ("item",)
_PATHS = {"record": "outcomes"}
_FOREIGN_LINK = marked("Tin gửi người dân không được có liên kết lạ.")


@dataclass(frozen=True, slots=True)
class Acts:
    """Takes the forms of the acts."""

    desk: Desk
    cases: Cases
    deeds: Deeds
    texts: TextStore

    def rules(self) -> Sequence[Rule]:
        """The routes."""
        return (
            *(
                Rule(
                    f"{_REPORT}/{_PATHS.get(name, name)}", name, partial(self.act, name), ("POST",)
                )
                for name in ACTS
            ),
            Rule(f"{_REPORT}/outcomes/preview", "preview", self.preview, ("POST",)),
            Rule(f"{_REPORT}/words/preview", "preview_words", self.preview_words, ("POST",)),
            Rule(f"{_REPORT}/propose", "propose", self.propose, ("POST",)),
            Rule(f"{_REPORT}/draft", "keep_draft", self.keep_draft, ("POST",)),
            Rule(f"{_REPORT}/draft/insert", "insert_text", self.insert_text, ("POST",)),
            Rule(
                f"{_REPORT}/followups/<id:followup_id>/undo",
                "call_back",
                self.call_back,
                ("POST",),
            ),
        )

    def act(self, name: str, report_id: str) -> ResponseReturnValue:
        """Carry out an act of the table."""
        act, report = ACTS[name], self._permitted(name, report_id)
        fields = sent_fields(request.form, *_LISTS)
        form = read_form(act.form, fields)
        if isinstance(form, forms.WordsForm) and foreign_links(form.text):
            # Impostors live on links, so ours stand on a list.
            form = TypedForm.of(fields, {"text": _FOREIGN_LINK})
        if isinstance(form, TypedForm):
            return self._again(report, name, form), 422
        return self._carry_out(name, report, form, partial(act.do, self.deeds), fields)

    def call_back(self, report_id: str, followup_id: str) -> ResponseReturnValue:
        """Stop words that have not left."""
        report = self._permitted("call_back", report_id)
        fields = sent_fields(request.form)
        form = read_form(ActForm, fields)
        if isinstance(form, TypedForm):
            raise AssertionError("this form has nothing to type")

        def do(before: StoredReport, _: ActForm, by: By) -> Deed:
            return self.deeds.call_back(before, followup_id, by)

        return self._carry_out("call_back", report, form, do, fields)

    def propose(self, report_id: str) -> ResponseReturnValue:
        """Lay words before a superior: a question, a reply, or an outcome."""
        report, kind = self._permitted("propose", report_id), _kind()
        fields = sent_fields(request.form)
        form = read_form(_FORMS[kind], fields)
        if isinstance(form, TypedForm):
            return self._again(report, _ACT_OF[kind], form), 422
        proposal = _proposal(kind, form, visit())

        def do(before: StoredReport, _: ActForm, by: By) -> Deed:
            return self.deeds.propose(before, proposal, by)

        return self._carry_out("propose", report, form, do, fields, shown_in=_ACT_OF[kind])

    def keep_draft(self, report_id: str) -> ResponseReturnValue:
        """Keep what is being written, as our script sends it."""
        here, report = visit(), self._permitted("keep_draft", report_id)
        form = _draft()
        self.deeds.drafts.keep(
            report.id, here.officer.subject, Words(form.kind), form.text, at=here.now
        )
        return "", 204

    def insert_text(self, report_id: str) -> ResponseReturnValue:
        """Put a canned text at the end of what is being written: without a script, a draft."""
        here, report = visit(), self._permitted("insert_text", report_id)
        form = _draft()
        canned = self.texts.read(form.insert) if form.insert else None
        text = form.text
        if canned is not None and canned.unit_id in report.line:
            filled = canned.filled(report, self.deeds.unit(report.unit_id))
            text = "\n".join(part for part in (text.rstrip(), filled) if part)
        self.deeds.drafts.keep(report.id, here.officer.subject, Words(form.kind), text, at=here.now)
        view = view_named(here.officer, form.view)
        address: dict[str, Any] = {**(view.address if view else {})}
        return redirect(
            url_for("report", report_id=report.id, _anchor=f"compose-{form.kind}", **address),
            code=303,
        )

    def preview(self, report_id: str) -> ResponseReturnValue:
        """What the reporter would receive, and when. A POST: an address is no place for words."""
        here, report = visit(), self._permitted("preview", report_id)
        form = read_form(forms.OutcomeForm, sent_fields(request.form))
        if isinstance(form, TypedForm):
            return render_template("_preview.html", hint=next(iter(form.problems.values())))
        if not wants_result(report):
            hint = marked("Người phản ánh không nhận thông báo qua Zalo cho phản ánh này.")
            return render_template("_preview.html", hint=hint)
        return render_template(
            "_preview.html",
            words=self.deeds.words_for(report, form, now=here.now),
            telling=telling(here.now + timedelta(days=form.delay_days), here.now),
        )

    def preview_words(self, report_id: str) -> ResponseReturnValue:
        """A question or a reply as the reporter would read it."""
        report = self._permitted("preview_words", report_id)
        kind = Kind.REPLY if _kind() is Words.REPLY else Kind.QUESTION
        form = read_form(forms.WordsForm, sent_fields(request.form))
        if isinstance(form, TypedForm):
            return render_template("_preview.html", hint=next(iter(form.problems.values())))
        words = words_told(report, kind, form.text, self._unit(report))
        telling = gettext("Gửi sau 15 giây; trong lúc đó đồng chí có thể thu hồi.")
        return render_template("_preview.html", words=words, telling=telling)

    def _carry_out(
        self,
        name: str,
        report: Report,
        form: ActForm,
        do: Callable[[StoredReport, Any, By], Deed],
        fields: Mapping[str, object],
        *,
        shown_in: str = "",
    ) -> ResponseReturnValue:
        here, shown_in = visit(), shown_in or name
        by = By(here.officer, here.now, form.operation)

        def act(before: StoredReport) -> Deed:
            # Between the first look and this one the report may have gone to another unit.
            if not here.officer.may_see(before.report.audience):
                abort(404)
            if not may_in(name, form, here, before.report):
                raise NotPermitted(f"not permitted: {name}")
            return do(before, form, by)

        try:
            done = self.cases.carry_out(
                report.id, act, operation=form.operation, version=form.version
            )
        except Rejected as refusal:
            self._log(name, report, type(refusal).__name__)
            now = visible(self.deeds.reports, report.id).report
            typed = TypedForm.of(fields)
            status = 403 if isinstance(refusal, NotPermitted) else 400
            return self._again(now, shown_in, typed, refusal=refusal.sentence), status
        self._log(name, report, type(done).__name__)
        if isinstance(done, Stale):
            return self._stale(done.report, shown_in, fields, form), 409
        return self._go_on(name, report, done, form.view)

    def _go_on(self, name: str, before: Report, done: Done, view: str) -> ResponseReturnValue:
        here, report = visit(), done.report
        named = view_named(here.officer, view) if view else None
        address: dict[str, Any] = {"done": name, **(named.address if named else {})}
        if named and name in ACTS and ACTS[name].goes_on:
            following = self.desk.next_in_view(view, before)
            if following is not None:
                address |= {"report_id": following, "of": before.id}
                return _go_to(url_for("report", **address))
        if not here.officer.may_see(report.audience):
            listed: dict[str, Any] = {**(named.address if named else {})}
            return _go_to(url_for("open_reports", **listed))
        return redirect(url_for("report", report_id=report.id, **address), code=303)

    def _stale(self, report: Report, name: str, fields: Mapping[str, object], form: ActForm) -> str:
        if not visit().officer.may_see(report.audience):
            return self._gone()
        more = {"is_stale": True, "stale_by": max(1, report.version - form.version)}
        return self._again(report, name, TypedForm.of(fields), **more)

    @staticmethod
    def _gone() -> str:
        return render_template(
            "problem.html",
            title=gettext("Không tìm thấy"),
            sentence=gettext("Phản ánh vừa được chuyển sang đơn vị khác."),
            status=409,
            incident="",
        )

    def _again(self, report: Report, name: str, typed: TypedForm, **more: Any) -> str:
        return self.desk.show(report, typed, typed_act=name, **more)

    def _permitted(self, name: str, report_id: str) -> Report:
        """The report, if the officer sees it and may do that in it."""
        here, report = visit(), visible(self.deeds.reports, report_id).report
        if not may_do(name, here.officer, report):
            self._log(name, report, "NotPermitted")
            raise NotPermitted(f"not permitted: {name}")
        return report

    def _unit(self, report: Report) -> Unit:
        return self.deeds.unit(report.unit_id)

    @staticmethod
    def _log(name: str, report: Report, result: str) -> None:
        _log.info(
            "act form taken",
            extra={
                "officer": visit().officer.subject,
                "report": report.id,
                "unit": report.unit_id,
                "act": name,
                "result": result,
            },
        )


_ACT_OF = {Words.OUTCOME: "record", Words.QUESTION: "ask", Words.REPLY: "reply"}
"""Where words that are proposed were typed."""
_FORMS: Mapping[Words, type[ActForm]] = {
    Words.OUTCOME: forms.OutcomeForm,
    Words.QUESTION: forms.WordsForm,
    Words.REPLY: forms.WordsForm,
}


def _kind() -> Words:
    """Which words a form of the composer holds: its address says so."""
    try:
        kind = Words(request.args.get("kind", ""))
    except ValueError:
        raise Rejected("no such words") from None
    if kind not in _ACT_OF:
        raise Rejected("these words are for colleagues")
    return kind


def _draft() -> forms.DraftForm:
    fields = {**sent_fields(request.form), "kind": request.args.get("kind", "")}
    form = read_form(forms.DraftForm, fields)
    if isinstance(form, TypedForm):
        raise Rejected("a draft that is too long", sentence=forms.SENTENCES["text"])
    return form


def _go_to(address: str) -> ResponseReturnValue:
    """Another page: htmx changes the address too, a browser without it follows."""
    if is_htmx():
        return "", 204, {"HX-Redirect": address}
    return redirect(address, code=303)


def may_in(name: str, form: ActForm, here: Visit, report: Report) -> bool:
    """Whether the officer may do exactly that in this report."""
    if name == "record" and isinstance(form, forms.OutcomeForm):
        return may_record(form.outcome, here.officer, report)
    return may_do(name, here.officer, report)


def _proposal(kind: Words, form: ActForm, here: Visit) -> Proposal:
    about: dict[str, Any] = {}
    if isinstance(form, forms.OutcomeForm):
        about = {
            "text": form.reason,
            "outcome": form.outcome,
            "note": form.note,
            "delay_days": form.delay_days,
        }
    elif isinstance(form, forms.WordsForm):
        about = {"text": form.text}
    return Proposal(
        kind=kind, by=here.officer.subject, by_name=here.officer.name, at=here.now, **about
    )
