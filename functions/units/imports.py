"""Pages and officers as rows of a table, out and in; units are in `unit_imports.py`. Pure.

An import is planned first: what it would change, and every problem with its line. A row that says
what is there already changes nothing, so a file may be given twice; what is not in the file, or
has no column in it, stays as it is.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from functions.errors import Rejected
from functions.units.model import Officer, Page, Unit
from functions.units.roles import Assignment, Role
from functions.units.spreadsheets import Row, Table, is_rounded
from functions.units.tree import Tree

PAGE_HEADINGS = ("mã trang", "mã ứng dụng", "tên trang", "mã đơn vị", "loại tài khoản")
OFFICER_HEADINGS = ("mã đăng nhập", "thư điện tử", "họ tên", "vai trò", "đang công tác")
MOST_CHANGES = 450
"""They go into one commit, which holds 500 writes."""
_DIGITS = re.compile(r"\d{5,25}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_LONGEST = 200
_YES, _NO = "có", "không"

_Record = TypeVar("_Record", Unit, Page, Officer)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a line of the file, said in Vietnamese."""

    line: int
    column: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Plan(Generic[_Record]):
    """What an import would do; with a problem it does nothing."""

    changed: tuple[_Record, ...]
    """Changed and new."""
    new: int
    unchanged: int
    problems: tuple[Problem, ...]


class Refused(Rejected):
    """A cell cannot be taken."""

    def __init__(self, column: str, sentence: str) -> None:
        super().__init__("cell cannot be taken", sentence=sentence)
        self.column = column


def page_rows(pages: Iterable[Page]) -> list[list[str]]:
    """The pages, for `PAGE_HEADINGS`."""
    return [[page.id, page.app_id, page.name, page.unit_id, str(page.oa_type)] for page in pages]


def officer_rows(officers: Iterable[Officer]) -> list[list[str]]:
    """The officers, for `OFFICER_HEADINGS`."""
    return [
        [
            officer.subject,
            officer.email,
            officer.name,
            "; ".join(f"{given.unit_id}: {given.role.value}" for given in officer.roles),
            _YES if officer.is_active else _NO,
        ]
        for officer in officers
    ]


def planned_pages(table: Table, pages: Iterable[Page], tree: Tree) -> Plan[Page]:
    """What that table would change among the pages."""

    def page(row: Row, before: Page | None) -> Page:
        cells = filled(row, before, PAGE_HEADINGS, page_rows)
        for column in PAGE_HEADINGS[:2]:
            demand(not is_rounded(cells[column]), column, "Excel đã làm tròn mã này.")
            demand(_DIGITS.fullmatch(cells[column]), column, "Mã chỉ gồm 5 đến 25 chữ số.")
        demand(cells["loại tài khoản"] in ("2", "4"), "loại tài khoản", "Chỉ nhận 2 hoặc 4.")
        return Page(
            id=cells["mã trang"],
            app_id=cells["mã ứng dụng"],
            name=name_in(cells, "tên trang"),
            unit_id=living_in(tree, cells["mã đơn vị"], "mã đơn vị"),
            oa_type=int(cells["loại tài khoản"]),
            send_endpoint=None if before is None else before.send_endpoint,
        )

    known = {one.id: one for one in pages}
    return _planned(table, PAGE_HEADINGS, known, page)


def planned_officers(table: Table, officers: Iterable[Officer], tree: Tree) -> Plan[Officer]:
    """What that table would change among the officers."""

    def officer(row: Row, before: Officer | None) -> Officer:
        cells = filled(row, before, OFFICER_HEADINGS, officer_rows)
        subject, active = cells["mã đăng nhập"], cells["đang công tác"].lower() or _YES
        is_possible = len(subject) <= _LONGEST and "/" not in subject and subject.strip(".")
        demand(is_possible, "mã đăng nhập", "Mã đăng nhập không hợp lệ.")
        demand(_EMAIL.fullmatch(cells["thư điện tử"]), "thư điện tử", "Địa chỉ không hợp lệ.")
        demand(active in (_YES, _NO), "đang công tác", "Chỉ nhận “có” hoặc “không”.")
        officer = Officer(
            subject=subject,
            email=cells["thư điện tử"],
            name=name_in(cells, "họ tên"),
            roles=_roles(cells["vai trò"], tree),
            is_active=active == _YES,
        )
        if before is None or before.email != officer.email or not officer.is_active:
            return officer
        return officer.model_copy(update={"proxy_subject": before.proxy_subject})

    known = {one.subject: one for one in officers}
    return _planned(table, OFFICER_HEADINGS, known, officer)


def _planned(
    table: Table,
    headings: Sequence[str],
    known: Mapping[str, _Record],
    read: Callable[[Row, _Record | None], _Record],
) -> Plan[_Record]:
    problems = column_problems(table, headings, needed=headings[:1])
    rows, doubled = by_key(table, headings[0]) if not problems else ([], [])
    problems += doubled
    changed: list[_Record] = []
    new = unchanged = 0
    for row in rows:
        before = known.get(row.cells[headings[0]])
        try:
            record = read(row, before)
        except Refused as refused:
            problems.append(Problem(row.line, refused.column, refused.sentence))
            continue
        new += before is None
        unchanged += record == before
        changed += [record] if record != before else []
    return plan_of(changed, new, unchanged, problems)


def plan_of(
    changed: Sequence[_Record], new: int, unchanged: int, problems: list[Problem]
) -> Plan[_Record]:
    """The plan, empty where there are problems."""
    if len(changed) > MOST_CHANGES:
        sentence = "Tệp thay đổi quá 450 dòng; xin chia thành nhiều tệp."
        problems.append(Problem(1, "", sentence))
    ordered = tuple(sorted(problems, key=lambda one: one.line))
    return Plan(() if ordered else tuple(changed), new, unchanged, ordered)


def filled(
    row: Row,
    before: _Record | None,
    headings: Sequence[str],
    told: Callable[[Iterable[_Record]], list[list[str]]],
) -> dict[str, str]:
    """The row's cells; a column that the file lacks says what is there already."""
    cells = [""] * len(headings) if before is None else told([before])[0]
    return dict(zip(headings, cells, strict=True)) | dict(row.cells)


def column_problems(
    table: Table, headings: Sequence[str], *, needed: Sequence[str]
) -> list[Problem]:
    """Columns that the file should not have, or lacks."""
    strange = [heading for heading in table.headings if heading not in headings]
    missing = [heading for heading in needed if heading not in table.headings]
    return [
        *(Problem(1, heading, "Không có cột mang tên này.") for heading in strange),
        *(Problem(1, heading, "Thiếu cột này.") for heading in missing),
    ]


def by_key(table: Table, column: str) -> tuple[list[Row], list[Problem]]:
    """The rows with a key of their own, and what is wrong with the others."""
    rows: dict[str, Row] = {}
    problems: list[Problem] = []
    for row in table.rows:
        key = row.cells[column]
        if not key:
            problems.append(Problem(row.line, column, "Chưa có mã."))
        elif key in rows:
            problems.append(Problem(row.line, column, "Trùng mã với một dòng ở trên."))
        else:
            rows[key] = row
    return list(rows.values()), problems


def several(cell: str) -> tuple[str, ...]:
    """The parts of a cell that holds several, each once."""
    parts = (" ".join(part.split()) for part in cell.split(";"))
    return tuple(dict.fromkeys(part for part in parts if part))


def demand(holds: object, column: str, sentence: str) -> None:
    """Refuse a cell unless something holds."""
    if not holds:
        raise Refused(column, sentence)


def name_in(cells: Mapping[str, str], column: str) -> str:
    """A name: something, and not too long."""
    name = " ".join(cells[column].split())
    demand(0 < len(name) <= _LONGEST, column, "Cần từ 1 đến 200 ký tự.")
    return name


def living_in(tree: Tree, unit_id: str, column: str) -> str:
    """The id of a unit that lives."""
    unit = tree.find(unit_id)
    demand(unit is not None and not unit.is_closed, column, "Không có đơn vị mang mã này.")
    return unit_id


def _roles(cell: str, tree: Tree) -> tuple[Assignment, ...]:
    roles: list[Assignment] = []
    for part in several(cell):
        unit_id, _, role = (piece.strip() for piece in part.partition(":"))
        living_in(tree, unit_id, "vai trò")
        if role not in set(Role):
            raise Refused("vai trò", "Không có vai trò mang tên này.")
        roles.append(Assignment(unit_id=unit_id, role=Role(role)))
    return tuple(dict.fromkeys(roles))
