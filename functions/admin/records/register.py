"""The register book ("Sổ theo dõi"): every report that was received, open or closed.

Decree 61/2026/NĐ-CP, article 20.2c. Reports are numbered within the days that are shown, the oldest
first, so that a number stays with its report while more come in. The book holds no identity.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from functions.admin.door.guards import Visit, visit
from functions.admin.language import gettext
from functions.admin.presentation import OUTCOMES, SOURCES, STATES, TRACKS, moment, place
from functions.admin.records.finding import find
from functions.admin.records.scopes import (
    Period,
    Scope,
    audiences_with,
    choices_for,
    cursor_of,
    month_of,
    names_of,
    period_of,
    scope_of,
)
from functions.admin.rules import Rule
from functions.followups.notices import outcome_id
from functions.followups.store import FollowUpStore
from functions.reports.register import RegisterLine
from functions.reports.store import Found, ReportStore
from functions.reports.terms import RECEIVED, masked
from functions.units.roles import Permission
from functions.units.store import UnitStore

ROWS = 50
MOST_NUMBERED = 5000
"""Reports of one selection; whoever has more chooses fewer days."""


@dataclass(frozen=True, slots=True)
class BookLine:
    """A line of the book as it is read."""

    number: int | None
    report_id: str
    code: str
    received: str
    source: str
    page: str
    track: str
    summary: str
    where: str
    plates: str
    unit: str
    officer: str
    accepted: str
    state: str
    outcome: str
    told: str

    @property
    def cells(self) -> tuple[str, ...]:
        """As a table has them, in the order of `headings`."""
        number = "" if self.number is None else str(self.number)
        return (
            number, self.code, self.received, self.source, self.page, self.track, self.summary,
            self.where, self.plates, self.unit, self.officer, self.accepted, self.state,
            self.outcome, self.told,
        )  # fmt: skip


def headings() -> tuple[str, ...]:
    """The book's columns."""
    return (
        gettext("STT"),
        gettext("Mã phiếu"),
        gettext("Tiếp nhận lúc"),
        gettext("Nguồn"),
        gettext("Kênh"),
        gettext("Loại"),
        gettext("Nội dung"),
        gettext("Địa điểm"),
        gettext("Biển số"),
        gettext("Đơn vị"),
        gettext("Cán bộ"),
        gettext("Thụ lý lúc"),
        gettext("Trạng thái"),
        gettext("Kết quả"),
        gettext("Báo người phản ánh"),
    )


@dataclass(frozen=True, slots=True)
class Selection:
    """Which part of the book: whose, and of which days."""

    scope: Scope
    period: Period

    @property
    def terms(self) -> tuple[str, ...]:
        """What a report must have to stand in the book."""
        return (RECEIVED,)

    @property
    def address(self) -> dict[str, Any]:
        """As addresses and forms carry it."""
        unit = {"unit": self.scope.chosen} if self.scope.chosen else {}
        return unit | self.period.address


@dataclass(frozen=True, slots=True)
class Book:
    """Reads the register book."""

    reports: ReportStore
    followups: FollowUpStore
    units: UnitStore

    def selection(
        self, here: Visit, permission: Permission, asked: Mapping[str, str]
    ) -> Selection | None:
        """What was asked for, this month if no days were; None where it is not theirs.

        Raises:
            Rejected: a day is none.
            Transient: no answer.
        """
        audiences = audiences_with(here.officer, permission)
        scope = scope_of(audiences, asked.get("unit", ""), self.units.directory().tree)
        period = period_of(asked.get("since", ""), asked.get("until", ""))
        if scope is None:
            return None
        # Of several audiences no count can be given: a report may be seen by two of them.
        if len(scope.audiences) > 1:
            scope = Scope(scope.audiences[:1], scope.audiences[0])
        return Selection(scope, period if period.address else month_of(here.now))

    def count(self, selection: Selection, after: str | None = None) -> int:
        """How many reports are in that part of the book, from a key on: the next one's number.

        Counted up to one more than are numbered.

        Raises:
            Transient: no answer.
        """
        return self.reports.count_found(
            selection.scope.audiences[0],
            (*selection.scope.terms, *selection.terms),
            most=MOST_NUMBERED + 1,
            since=selection.period.start,
            until=selection.period.end,
            after=after,
        )

    def found(self, selection: Selection, after: str | None, limit: int) -> list[Found]:
        """That part of the book, the newest first.

        Raises:
            Transient: no answer.
        """
        return find(
            self.reports,
            selection.scope,
            selection.terms,
            since=selection.period.start,
            until=selection.period.end,
            after=after,
            limit=limit,
        )

    def written(self, found: Sequence[Found], first: int | None) -> list[BookLine]:
        """The lines as they are read; `first` is the number of the first one, counting down.

        Raises:
            Transient: no answer.
        """
        lines = [one.line for one in found]
        tree = self.units.directory().tree
        names = names_of((line.unit_id for line in lines), tree)
        pages = {page.id: page.name for page in self.units.pages()}
        notices = [
            outcome_id(line.report_id, line.outcome_version)
            for line in lines
            if line.outcome_version
        ]
        told = self.followups.sent_at(notices)
        return [
            _written(
                line,
                number=None if first is None else first - place_in_book,
                unit=names[line.unit_id],
                page=pages.get(line.page_id, ""),
                told=told.get(outcome_id(line.report_id, line.outcome_version)),
            )
            for place_in_book, line in enumerate(lines)
        ]


@dataclass(frozen=True, slots=True)
class Register:
    """The page of the register book."""

    book: Book

    def rules(self) -> Sequence[Rule]:
        """The routes."""
        return (Rule("/register", "register", self.register),)

    def register(self) -> ResponseReturnValue:
        """A page of the book; what is printed is what is shown."""
        here = visit()
        asked = request.args
        selection = self.book.selection(here, Permission.READ_REGISTER, asked.to_dict())
        if selection is None:
            abort(404)
        after = cursor_of(asked.get("after", ""))
        found = self.book.found(selection, after, ROWS + 1)
        left = self.book.count(selection, after)
        first = left if left <= MOST_NUMBERED else None
        return render_template(
            "register.html",
            choices=choices_for(
                audiences_with(here.officer, Permission.READ_REGISTER),
                self.book.units.directory().tree,
            ),
            selection=selection,
            headings=headings(),
            lines=self.book.written(found[:ROWS], first),
            left=first,
            most=MOST_NUMBERED,
            next_address=(
                url_for("register", **selection.address, after=found[ROWS - 1].key)
                if len(found) > ROWS
                else None
            ),
            first_address=url_for("register", **selection.address) if after else None,
            may_export=bool(audiences_with(here.officer, Permission.EXPORT)),
            now=here.now,
        )


def _written(
    line: RegisterLine, *, number: int | None, unit: str, page: str, told: datetime | None
) -> BookLine:
    where = line.place
    if line.latitude is not None and line.longitude is not None:
        point = place(line.latitude, line.longitude)
        where = f"{where} ({point})" if where else point
    return BookLine(
        number=number,
        report_id=line.report_id,
        code=line.code,
        received=moment(line.received_at or line.opened_at),
        source=gettext(SOURCES[line.source]),
        page=page,
        track=gettext(TRACKS[line.track]),
        summary=masked(line.summary),
        where=masked(where),
        plates=", ".join(line.plates),
        unit=unit,
        officer=line.assignee_name,
        accepted=moment(line.accepted_at) if line.accepted_at else "",
        state=gettext(STATES[line.state]),
        outcome=gettext(OUTCOMES[line.outcome_code].title) if line.outcome_code else "",
        told=moment(told) if told else "",
    )
