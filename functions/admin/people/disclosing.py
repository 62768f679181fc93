"""The views of identities: what a report shows of its reporter, and how to know more.

A name is in the answer to one form and nowhere else: no address, no list, no cache holds it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from functions.admin.acts.offers import NotPermitted
from functions.admin.desk.visibility import visible
from functions.admin.door.guards import is_htmx, visit
from functions.admin.fields import Operation, Reason
from functions.admin.forms import Form, TypedForm, read_form, sent_fields
from functions.admin.language import gettext, marked
from functions.admin.people.identities import Identities, Unseen, may_in
from functions.admin.rules import Rule
from functions.errors import Rejected
from functions.identity.openings import OPEN_FOR, Opening, Stage
from functions.identity.store import OpeningStore
from functions.reports.model import Report
from functions.reports.store import ReportStore
from functions.units.roles import Permission
from functions.units.store import UnitStore

STAGES = {
    Stage.WAITING: marked("Chờ duyệt"),
    Stage.APPROVED: marked("Đã duyệt, chưa xem"),
    Stage.REFUSED: marked("Đã từ chối"),
    Stage.READ: marked("Đã xem"),
    Stage.LAPSED: marked("Hết hạn"),
}

_IDENTITY = "/reports/<id:report_id>/identity"
_OPENING = f"{_IDENTITY}/<id:opening_id>"
_F = TypeVar("_F", bound=Form)


class AskForm(Form):
    """Why somebody has to know."""

    reason: Reason
    is_emergency: bool = False
    operation: Operation


class RefuseForm(Form):
    """Why not."""

    reason: Reason


class ReadForm(Form):
    """The one reading."""

    operation: Operation


@dataclass(frozen=True, slots=True)
class Disclosing:
    """Shows requests, takes answers, and shows an identity once."""

    reports: ReportStore
    openings: OpeningStore
    identities: Identities
    units: UnitStore
    draw: Callable[[int], bytes]

    def rules(self) -> Sequence[Rule]:
        """The routes."""
        return (
            Rule("/identity", "identities", self.all),
            Rule("/alerts", "alerts", self.alerts),
            Rule("/alerts/<id:alert_id>/seen", "see_alert", self.see, ("POST",)),
            Rule(_IDENTITY, "identity", self.one),
            Rule(f"{_IDENTITY}/ask", "ask_identity", self.ask, ("POST",)),
            Rule(f"{_OPENING}/approve", "approve_identity", self.approve, ("POST",)),
            Rule(f"{_OPENING}/refuse", "refuse_identity", self.refuse, ("POST",)),
            Rule(f"{_OPENING}/read", "read_identity", self.read, ("POST",)),
        )

    def all(self) -> ResponseReturnValue:
        """What waits for this officer's answer, what they asked for, and what they are told."""
        return render_template("identities.html", **self._all())

    def alerts(self) -> ResponseReturnValue:
        """What the officer has to be told, as a strip that every page may load."""
        here = visit()
        return render_template(
            "_alerts.html",
            alerts=self.identities.alerts(here),
            waiting=len(self.identities.waiting(here)),
        )

    def see(self, alert_id: str) -> ResponseReturnValue:
        """An alert was seen."""
        _nothing_else(sent_fields(request.form))
        self._done(lambda: self.identities.see(visit(), alert_id))
        return redirect(url_for("identities"), code=303)

    def one(self, report_id: str) -> ResponseReturnValue:
        """What is known of a report's reporter without opening anything, and all openings."""
        return self._show(visible(self.reports, report_id).report)

    def ask(self, report_id: str) -> ResponseReturnValue:
        """Ask to know who the reporter is."""
        report = self._permitted(report_id, Permission.REQUEST_IDENTITY)
        form = read_form(AskForm, sent_fields(request.form))
        if isinstance(form, TypedForm):
            return self._show(report, typed=form), 422
        self._done(
            lambda: self.identities.ask(
                visit(),
                report.id,
                reason=form.reason,
                is_emergency=form.is_emergency,
                operation=form.operation,
            )
        )
        return redirect(url_for("identity", report_id=report.id), code=303)

    def approve(self, report_id: str, opening_id: str) -> ResponseReturnValue:
        """A second officer agrees."""
        report = self._permitted(report_id, Permission.APPROVE_IDENTITY)
        _nothing_else(sent_fields(request.form))
        self._done(lambda: self.identities.decide(visit(), report.id, opening_id, is_approved=True))
        return redirect(url_for("identities"), code=303)

    def refuse(self, report_id: str, opening_id: str) -> ResponseReturnValue:
        """A second officer does not agree."""
        report = self._permitted(report_id, Permission.APPROVE_IDENTITY)
        form = read_form(RefuseForm, sent_fields(request.form))
        if isinstance(form, TypedForm):
            return self._show(report, refused=opening_id, typed=form), 422
        self._done(
            lambda: self.identities.decide(
                visit(), report.id, opening_id, is_approved=False, answer=form.reason
            )
        )
        return redirect(url_for("identities"), code=303)

    def read(self, report_id: str, opening_id: str) -> ResponseReturnValue:
        """Who the reporter is: in this answer only."""
        report = self._permitted(report_id, Permission.REQUEST_IDENTITY)
        form = read_form(ReadForm, sent_fields(request.form))
        if isinstance(form, TypedForm):
            raise AssertionError("this form has nothing to type")
        told = self._done(
            lambda: self.identities.read(visit(), report.id, opening_id, reading=form.operation)
        )
        page = self.units.page(told.page_id) if told.page_id else None
        return render_template(
            "disclosed.html", report=report, told=told, page=page.name if page else ""
        )

    def _all(self) -> dict[str, Any]:
        here = visit()
        return {
            "waiting": self.identities.waiting(here),
            "own": self.identities.own(here),
            "alerts": self.identities.alerts(here),
            **self._words(),
        }

    def _show(self, report: Report, *, typed: TypedForm | None = None, refused: str = "") -> str:
        here = visit()
        openings = self.openings.of_report(report.id)
        may_ask = may_in(here.officer, Permission.REQUEST_IDENTITY, report)
        values: dict[str, Any] = {
            "report": report,
            "unit": self.units.unit(report.unit_id),
            "openings": openings,
            "may_ask": may_ask and not any(self._is_own_open(one) for one in openings),
            "may_answer": may_in(here.officer, Permission.APPROVE_IDENTITY, report),
            "is_emergency_allowed": self.identities.is_emergency_allowed,
            "typed": typed,
            "refused": refused,
            **self._words(),
        }
        return render_template("_openings.html" if is_htmx() else "identity.html", **values)

    def _words(self) -> dict[str, Any]:
        return {
            "stages": STAGES,
            "now": visit().now,
            "draw": lambda: self.draw(16).hex(),
            "minutes": int(OPEN_FOR.total_seconds()) // 60,
            "level": level,
        }

    @staticmethod
    def _is_own_open(opening: Opening) -> bool:
        here = visit()
        is_open = opening.stage_at(here.now) in {Stage.WAITING, Stage.APPROVED}
        return is_open and opening.asked_by.subject == here.officer.subject

    def _permitted(self, report_id: str, permission: Permission) -> Report:
        report = visible(self.reports, report_id).report
        if not may_in(visit().officer, permission, report):
            raise NotPermitted(f"not permitted: {permission}")
        return report

    @staticmethod
    def _done(step: Callable[[], Any]) -> Any:
        try:
            return step()
        except Unseen:
            abort(404)


def level(report: Report) -> str:
    """How much the reporter said of themselves: whether, never what."""
    if report.is_anonymous:
        return gettext("Đã chọn báo tin ẩn danh")
    if report.page_id:
        return gettext("Tài khoản Zalo; họ tên và điện thoại chỉ có trong két nếu người dân gửi")
    return gettext("Không qua Zalo; thông tin liên hệ nếu có được giữ riêng")


def _nothing_else(fields: dict[str, object]) -> None:
    if fields:
        raise Rejected("form was not made by us")
