"""What an officer keeps under a name of their own: a view of the desk, or a search by its filters.

`saved_views/{subject}`, one document for each officer. Words are never kept: what somebody
searches for may be a person's plate or telephone number; a unit, a state and days are nobody's.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

from functions.admin.desk.views import QUEUES, View, view_named
from functions.admin.language import gettext, marked
from functions.admin.presentation import STATES, TRACKS
from functions.admin.presentation import date as told_day
from functions.admin.records.scopes import Period, scope_of
from functions.cloud.firestore import Database, Stored, compare_and_set
from functions.errors import Rejected
from functions.reports.model import ReportState
from functions.reports.rows import Queue
from functions.reports.terms import asked_terms
from functions.reports.tracks import Track
from functions.units.model import Officer
from functions.units.roles import RESTRICTED
from functions.units.tree import Tree
from functions.vietnam import VIETNAM

MOST_SAVED = 20
MOST_NAME_CHARACTERS = 40
_PERSONAL = ("plate:", "phone:")


class Span(StrEnum):
    """How many days back a search looks, from the day on which it is opened."""

    WEEK = "7"
    MONTH = "30"
    QUARTER = "90"


SPANS: Mapping[Span, str] = {
    Span.WEEK: marked("7 ngày qua"),
    Span.MONTH: marked("30 ngày qua"),
    Span.QUARTER: marked("90 ngày qua"),
}


class SavedView(BaseModel):
    """A queue of the desk or, where it names none, a search."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    name: str
    unit: str = ""
    queue: Queue | None = None
    is_newest_first: bool = False
    state: ReportState | None = None
    track: Track | None = None
    since: date | None = None
    until: date | None = None
    span: Span | None = None
    """In place of the days from `since` to `until`."""

    @property
    def view(self) -> View | None:
        """The view of the desk that was saved; None for a search."""
        return View(self.unit, self.queue, self.is_newest_first) if self.queue else None

    def period(self, today: date) -> Period:
        """The days that a search is about when it is opened today, in Việt Nam."""
        if self.span is None:
            return Period(self.since, self.until)
        return Period(today - timedelta(days=int(self.span)))

    def address(self, officer: Officer, tree: Tree, today: date) -> Mapping[str, Any] | None:
        """As the desk or the search takes it; None where it is not this officer's to see now."""
        if self.view is not None:
            view = view_named(officer, self.view.name)
            return view.address if view else None
        if scope_of(officer.audiences, self.unit, tree) is None:
            return None
        filters = {"unit": self.unit, "state": self.state, "track": self.track}
        chosen = {name: str(value) for name, value in filters.items() if value}
        return chosen | self.period(today).address

    def told(self, tree: Tree) -> str:
        """What is seen there, in the language of the visit."""
        if self.queue is not None:
            order = marked("Mới nhất") if self.is_newest_first else marked("Hạn gần nhất")
            parts = [_unit_name(self.unit, tree), gettext(QUEUES[self.queue].title), gettext(order)]
        else:
            parts = [
                gettext(marked("Tìm phản ánh")),
                _unit_name(self.unit, tree) if self.unit else "",
                gettext(STATES[self.state]) if self.state else "",
                gettext(TRACKS[self.track]) if self.track else "",
                gettext(SPANS[self.span]) if self.span else _told_days(self.since, self.until),
            ]
        return " · ".join(part for part in parts if part)


SavedList = tuple[SavedView, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A saved view as an officer may use it now."""

    saved: SavedView
    told: str
    address: Mapping[str, Any] | None
    """None: not theirs to see any more."""

    @property
    def endpoint(self) -> str:
        """The page that shows it."""
        return "search" if self.saved.queue is None else "open_reports"


def shown(saved: Iterable[SavedView], officer: Officer, tree: Tree, now: datetime) -> list[Shown]:
    """Each of them, checked against what the officer may see now."""
    today = now.astimezone(VIETNAM).date()
    return [Shown(one, one.told(tree), one.address(officer, tree, today)) for one in saved]


def added(saved: SavedList, new: SavedView) -> SavedList:
    """With one more; the same again under the same name is there already.

    Raises:
        Rejected: there are too many, or the name cannot be taken.
    """
    if new in {one.model_copy(update={"id": new.id}) for one in saved}:
        return saved
    if len(saved) >= MOST_SAVED:
        sentence = marked("Đồng chí đã lưu đủ 20 mục. Xin xóa bớt một mục rồi lưu lại.")
        raise Rejected("too many saved views", sentence=sentence)
    _check_name(new.name, saved)
    return (*saved, new)


def renamed(saved: SavedList, saved_id: str, name: str) -> SavedList:
    """With another name for that one.

    Raises:
        Rejected: the name cannot be taken.
    """
    _check_name(name, [one for one in saved if one.id != saved_id])
    return tuple(
        one.model_copy(update={"name": name}) if one.id == saved_id else one for one in saved
    )


def without(saved: SavedList, saved_id: str) -> SavedList:
    """Without that one."""
    return tuple(one for one in saved if one.id != saved_id)


class SavedViews:
    """Reads and keeps them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, subject: str) -> SavedList:
        """Those of that officer, in the order in which they were saved: one document.

        Raises:
            Transient: no answer.
        """
        return _listed(self._database.read(_path(subject)))

    def change(self, subject: str, decide: Callable[[SavedList], SavedList]) -> None:
        """Keep what `decide` makes of them, so that two changes at once lose neither.

        Raises:
            Conflict, Transient: as ever; the same change again is safe.
        """

        def attempt() -> None:
            stored = self._database.read(_path(subject))
            before = _listed(stored)
            after = decide(before)
            if after == before:
                return
            fields = {"views": [one.model_dump(mode="json", exclude_none=True) for one in after]}
            commit = self._database.commit()
            if stored is None:
                commit.create(_path(subject), fields)
            else:
                commit.update(stored, fields)
            commit.send()

        compare_and_set(attempt)


def _check_name(name: str, others: Iterable[SavedView]) -> None:
    if any(term.startswith(_PERSONAL) for term in asked_terms(name)):
        sentence = marked("Tên mục không được có biển số hay số điện thoại.")
        raise Rejected("name of a saved view is personal", sentence=sentence)
    if name.casefold() in {one.name.casefold() for one in others}:
        sentence = marked("Đồng chí đã có một mục tên này.")
        raise Rejected("name of a saved view is taken", sentence=sentence)


def _unit_name(unit_id: str, tree: Tree) -> str:
    if unit_id.startswith(RESTRICTED):
        return gettext(marked("Phản ánh về cán bộ"))
    unit = tree.find(unit_id)
    return unit.short_name or unit.name if unit else unit_id


def _told_days(since: date | None, until: date | None) -> str:
    if since and until:
        sentence = marked("từ %(since)s đến %(until)s")
        return gettext(sentence, since=told_day(since), until=told_day(until))
    if since:
        return gettext(marked("từ %(since)s"), since=told_day(since))
    return gettext(marked("đến hết %(until)s"), until=told_day(until)) if until else ""


def _path(subject: str) -> str:
    return f"saved_views/{subject}"


def _listed(stored: Stored | None) -> SavedList:
    return tuple(SavedView.model_validate(one) for one in stored.fields["views"]) if stored else ()
