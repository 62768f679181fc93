"""Importing units, pages and officers: planned first, all problems told, twice changes nothing."""

from collections.abc import Iterable, Sequence

import pytest

from functions.units.imports import (
    OFFICER_HEADINGS,
    PAGE_HEADINGS,
    Plan,
    officer_rows,
    page_rows,
    planned_officers,
    planned_pages,
)
from functions.units.model import Officer, Page, Unit, UnitAct
from functions.units.roles import Assignment, Role
from functions.units.spreadsheets import Table, read_table, written_csv, written_xlsx
from functions.units.tree import Tree
from functions.units.unit_imports import UNIT_HEADINGS, planned_units, unit_rows
from tests.units.hai_minh import DECISION, UNITS

TREE = Tree(UNITS)
PAGE = Page(id="2100000000000000001", name="CSGT", app_id="1100000000000000001", unit_id="pc08")
OFFICER = Officer(
    subject="officer-minh",
    email="minh@example.vn",
    name="Nguyễn Thị Minh",
    roles=(
        Assignment(unit_id="pc08", role=Role.DUTY_OFFICER),
        Assignment(unit_id="an-hoa", role=Role.LEAD),
    ),
)


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    return read_table(written_csv(headings, rows))


def _units(*rows: dict[str, str], tree: Tree = TREE) -> Plan[Unit]:
    headings = list(dict.fromkeys(heading for row in rows for heading in row))
    lines = [[row.get(heading, "") for heading in headings] for row in rows]
    return planned_units(_table(headings, lines), tree, DECISION)


def _after(plan: Plan[Unit]) -> Tree:
    changed = {one.id: one for one in plan.changed}
    return Tree(({one.id: one for one in TREE.units} | changed).values())


NEW = {
    "mã đơn vị": "doi-4",
    "tên đơn vị": "Đội số 4",
    "tên ngắn": "Đội 4",
    "loại": "Đội",
    "mã đơn vị cấp trên": "pc08",
    "tuyến đường": "ĐT.338 Km0+000-Km18+000",
    "xã, phường, đặc khu": "",
    "tên khác": "Trạm cũ",
    "loại việc": "",
}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_was_exported_changes_nothing_when_it_is_imported(kind: str) -> None:
    rows = unit_rows(TREE.units)
    content = (
        written_csv(UNIT_HEADINGS, rows)
        if kind == "csv"
        else written_xlsx("Đơn vị", UNIT_HEADINGS, rows)
    )
    plan = planned_units(read_table(content), TREE, DECISION)
    assert (plan.changed, plan.problems, plan.unchanged) == ((), (), len(UNITS))


def test_a_whole_province_can_be_imported_into_nothing() -> None:
    table = _table(UNIT_HEADINGS, reversed(unit_rows(TREE.units)))
    plan = planned_units(table, Tree([]), DECISION)
    assert plan.problems == ()
    assert plan.new == len(UNITS)
    assert {one.id: (one.lineage, one.area) for one in plan.changed} == {
        one.id: (one.lineage, one.area) for one in TREE.units
    }


def test_a_new_unit_is_opened_below_its_parent() -> None:
    plan = _units(NEW)
    (opened,) = plan.changed
    assert opened.lineage == ("tinh", "pc08", "doi-4")
    assert opened.area.stretches[0].to_metres == 18_000
    assert opened.aliases == ("Trạm cũ",)
    assert opened.history[-1].act is UnitAct.OPENED


def test_a_change_is_written_into_the_history_and_happens_once() -> None:
    row = {"mã đơn vị": "an-hoa", "tên đơn vị": "Công an phường An Hòa", "tên ngắn": "CAP An Hòa"}
    first = _units(row)
    (changed,) = first.changed
    assert "Công an xã An Hòa" in changed.aliases
    assert [line.act for line in changed.history] == [UnitAct.RENAMED]
    assert _units(row, tree=_after(first)).changed == ()


def test_what_the_file_has_no_column_for_stays() -> None:
    (changed,) = _units({"mã đơn vị": "doi-1", "tên ngắn": "Đ1"}).changed
    assert changed.area == TREE.unit("doi-1").area
    assert changed.name == TREE.unit("doi-1").name


def test_a_row_may_move_a_unit() -> None:
    plan = _units({"mã đơn vị": "pc08", "mã đơn vị cấp trên": "pa05"})
    lineages = {one.id: one.lineage for one in plan.changed}
    assert lineages["doi-1"] == ("tinh", "pa05", "pc08", "doi-1")


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"mã đơn vị": ""}, "mã đơn vị"),
        ({"mã đơn vị": "Đội 4"}, "mã đơn vị"),
        ({"tên đơn vị": ""}, "tên đơn vị"),
        ({"tên ngắn": "x" * 201}, "tên ngắn"),
        ({"loại": "huyện"}, "loại"),
        ({"mã đơn vị cấp trên": "pc99"}, "mã đơn vị cấp trên"),
        ({"mã đơn vị cấp trên": ""}, "mã đơn vị cấp trên"),
        ({"mã đơn vị cấp trên": "doi-4"}, "mã đơn vị cấp trên"),
        ({"tuyến đường": "QL18 Km9+000-Km1+000"}, "tuyến đường"),
        ({"xã, phường, đặc khu": "xã A ("}, "xã, phường, đặc khu"),
        ({"mã đơn vị": "doi-1", "loại": "phòng"}, "loại"),
        ({"mã đơn vị": "tinh", "mã đơn vị cấp trên": "pc08"}, "mã đơn vị"),
    ],
)
def test_a_problem_is_told_with_its_line_and_column(change: dict[str, str], column: str) -> None:
    known = TREE.find(change.get("mã đơn vị", ""))
    fine = {"loại": "cấp tỉnh"} if known is not None and known.id == "tinh" else {}
    good = NEW | {"mã đơn vị": "doi-5", "tên khác": ""}
    plan = _units(good, NEW | fine | change)
    assert [(problem.line, problem.column) for problem in plan.problems] == [(3, column)]
    assert plan.changed == ()


def test_a_strange_or_missing_column_is_a_problem_of_the_heading() -> None:
    plan = _units({"mã": "x", "tên đơn vị": "y"})
    assert {(problem.line, problem.column) for problem in plan.problems} == {
        (1, "mã"),
        (1, "mã đơn vị"),
    }


def test_an_id_that_comes_twice_is_a_problem() -> None:
    (problem,) = _units(NEW, NEW).problems
    assert (problem.line, problem.sentence) == (3, "Trùng mã với một dòng ở trên.")


def test_units_below_each_other_are_a_problem() -> None:
    one = NEW | {"mã đơn vị": "a", "mã đơn vị cấp trên": "b"}
    other = NEW | {"mã đơn vị": "b", "mã đơn vị cấp trên": "a"}
    assert [problem.line for problem in _units(one, other).problems] == [2, 3]


def test_a_closed_unit_is_not_brought_back() -> None:
    closed = {one.id: one for one in TREE.close("doi-3", DECISION)}
    tree = Tree([closed.get(one.id, one) for one in TREE.units])
    assert "doi-3" not in [row[0] for row in unit_rows(tree.units)]
    (problem,) = _units({"mã đơn vị": "doi-3", "tên ngắn": "x"}, tree=tree).problems
    assert "giải thể" in problem.sentence


def test_too_many_changes_for_one_commit_are_refused() -> None:
    (problem,) = _units(*(NEW | {"mã đơn vị": f"d{number}"} for number in range(451))).problems
    assert problem.line == 1


def test_pages_and_officers_come_back_as_they_were_exported() -> None:
    page = PAGE.model_copy(update={"send_endpoint": "v3.0/oa/message/cs"})
    pages = planned_pages(_table(PAGE_HEADINGS, page_rows([page])), [page], TREE)
    officers = planned_officers(_table(OFFICER_HEADINGS, officer_rows([OFFICER])), [OFFICER], TREE)
    assert (pages.changed, pages.problems, pages.unchanged) == ((), (), 1)
    assert (officers.changed, officers.problems, officers.unchanged) == ((), (), 1)


def test_a_page_moves_to_another_unit_and_keeps_what_zalo_taught_us() -> None:
    page = PAGE.model_copy(update={"send_endpoint": "v3.0/oa/message/cs"})
    table = _table(("mã trang", "mã đơn vị"), [[page.id, "an-hoa"]])
    assert planned_pages(table, [page], TREE).changed == (
        page.model_copy(update={"unit_id": "an-hoa"}),
    )


@pytest.mark.parametrize(
    ("column", "value"),
    [("mã trang", "2.1E+18"), ("mã trang", "abc"), ("mã ứng dụng", ""), ("tên trang", ""),
     ("mã đơn vị", "pc99"), ("loại tài khoản", "3")],
)  # fmt: skip
def test_a_page_that_cannot_be_is_refused(column: str, value: str) -> None:
    row = dict(zip(PAGE_HEADINGS, page_rows([PAGE])[0], strict=True)) | {column: value}
    (problem,) = planned_pages(_table(PAGE_HEADINGS, [list(row.values())]), [], TREE).problems
    assert (problem.line, problem.column) == (2, column)


@pytest.mark.parametrize(
    ("column", "value", "kept"),
    [
        ("họ tên", "Nguyễn Thị Minh An", "google-1"),
        ("thư điện tử", "Minh@Example.VN", "google-1"),
        ("thư điện tử", "minh.an@example.vn", None),
        ("đang công tác", "không", None),
    ],
)
def test_whom_the_proxy_named_is_kept_with_the_address(
    column: str, value: str, kept: str | None
) -> None:
    known = OFFICER.model_copy(update={"proxy_subject": "google-1"})
    row = dict(zip(OFFICER_HEADINGS, officer_rows([known])[0], strict=True)) | {column: value}
    plan = planned_officers(_table(list(row), [list(row.values())]), [known], TREE)

    assert plan.problems == ()
    assert [one.proxy_subject for one in plan.changed or (known,)] == [kept]


def test_an_officer_can_be_disabled() -> None:
    table = _table(("mã đăng nhập", "đang công tác"), [[OFFICER.subject, "Không"]])
    (changed,) = planned_officers(table, [OFFICER], TREE).changed
    assert changed == OFFICER.model_copy(update={"is_active": False})


@pytest.mark.parametrize(
    ("column", "value"),
    [("mã đăng nhập", "a/b"), ("mã đăng nhập", ".."), ("thư điện tử", "minh"), ("họ tên", " "),
     ("vai trò", "pc99: lead"), ("vai trò", "pc08: boss"), ("vai trò", "lead"),
     ("đang công tác", "yes")],
)  # fmt: skip
def test_an_officer_who_cannot_be_is_refused(column: str, value: str) -> None:
    row = dict(zip(OFFICER_HEADINGS, officer_rows([OFFICER])[0], strict=True)) | {column: value}
    table = _table(OFFICER_HEADINGS, [list(row.values())])
    (problem,) = planned_officers(table, [], TREE).problems
    assert (problem.line, problem.column) == (2, column)
