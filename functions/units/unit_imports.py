"""Units as rows of a table, out and in; the rules are those of `imports.py`. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence

from pydantic import ValidationError

from functions.errors import Rejected
from functions.units import areas_text
from functions.units.imports import (
    Plan,
    Problem,
    Refused,
    by_key,
    column_problems,
    demand,
    filled,
    living_in,
    name_in,
    plan_of,
    several,
)
from functions.units.model import Decision, Unit, UnitKind
from functions.units.spreadsheets import Row, Table
from functions.units.tree import Tree

UNIT_HEADINGS = (
    "mã đơn vị", "tên đơn vị", "tên ngắn", "loại", "mã đơn vị cấp trên", "tên khác",
    "xã, phường, đặc khu", "tuyến đường", "loại việc",
)  # fmt: skip
KINDS: Mapping[str, str] = {
    UnitKind.PROVINCE: "cấp tỉnh", UnitKind.DIVISION: "phòng", UnitKind.TEAM: "đội",
    UnitKind.STATION: "trạm", UnitKind.COMMUNE: "cấp xã",
}  # fmt: skip
_UNIT_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


def unit_rows(units: Iterable[Unit]) -> list[list[str]]:
    """The living units, for `UNIT_HEADINGS`."""
    return [
        [
            unit.id,
            unit.name,
            unit.short_name,
            KINDS.get(unit.kind, unit.kind),
            unit.parent_id or "",
            "; ".join(unit.aliases),
            areas_text.communes_told(unit.area.communes),
            areas_text.stretches_told(unit.area.stretches),
            "; ".join(unit.categories),
        ]
        for unit in units
        if not unit.is_closed
    ]


def planned_units(table: Table, tree: Tree, decision: Decision) -> Plan[Unit]:
    """What that table would change in the tree; parents may stand below their children."""
    problems = column_problems(table, UNIT_HEADINGS, needed=UNIT_HEADINGS[:1])
    rows, doubled = by_key(table, UNIT_HEADINGS[0]) if not problems else ([], [])
    problems += doubled
    before, unchanged, new = tree, 0, 0
    waiting = rows
    while waiting:
        later: list[Row] = []
        coming = {row.cells["mã đơn vị"] for row in waiting}
        for row in waiting:
            parent = row.cells.get("mã đơn vị cấp trên", "")
            if parent in coming and tree.find(parent) is None and parent != row.cells["mã đơn vị"]:
                later.append(row)
                continue
            try:
                changed = _unit_changes(row, tree, decision)
            except Refused as refused:
                problems.append(Problem(row.line, refused.column, refused.sentence))
                continue
            except Rejected as rejected:
                problems.append(Problem(row.line, "mã đơn vị", rejected.sentence))
                continue
            new += tree.find(row.cells["mã đơn vị"]) is None
            unchanged += changed is tree
            tree = changed
        if len(later) == len(waiting):
            problems += [
                Problem(row.line, "mã đơn vị cấp trên", "Các đơn vị trực thuộc lẫn nhau.")
                for row in later
            ]
            break
        waiting = later
    found = [unit for unit in tree.units if unit != before.find(unit.id)]
    return plan_of(found, new, unchanged, problems)


def _unit_changes(row: Row, tree: Tree, decision: Decision) -> Tree:
    """The tree with that row in it: the very same tree where nothing changes."""
    unit_id = row.cells["mã đơn vị"]
    before = tree.find(unit_id)
    if before is not None and before.is_closed:
        raise Refused("mã đơn vị", "Đơn vị này đã giải thể, sáp nhập hoặc chia tách.")
    cells = filled(row, before, UNIT_HEADINGS, unit_rows)
    demand(_UNIT_ID.fullmatch(unit_id), "mã đơn vị", "Mã gồm chữ thường không dấu, số, gạch nối.")
    name, short = name_in(cells, "tên đơn vị"), name_in(cells, "tên ngắn")
    kind = next((key for key, told in KINDS.items() if cells["loại"].lower() in (key, told)), None)
    if kind is None and before is not None and cells["loại"] == before.kind:
        kind = before.kind
    if kind is None:
        raise Refused("loại", "Chỉ nhận: cấp tỉnh, phòng, đội, trạm, cấp xã.")
    parent_id = cells["mã đơn vị cấp trên"] or None
    if parent_id is not None:
        living_in(tree, parent_id, "mã đơn vị cấp trên")
    try:
        communes = areas_text.communes_in(cells["xã, phường, đặc khu"])
    except ValueError as error:
        raise Refused("xã, phường, đặc khu", str(error)) from error
    try:
        stretches = areas_text.stretches_in(cells["tuyến đường"])
    except (ValidationError, ValueError) as error:
        raise Refused("tuyến đường", "Cần theo mẫu “QL18 Km0+000-Km42+500 hướng …”.") from error
    aliases, categories = several(cells["tên khác"]), several(cells["loại việc"])
    if before is None:
        if parent_id is None and tree.units:
            raise Refused("mã đơn vị cấp trên", "Đơn vị mới cần có đơn vị cấp trên.")
        unit = Unit(id=unit_id, name=name, short_name=short, kind=kind, parent_id=parent_id)
        area = unit.area.model_copy(update={"communes": communes, "stretches": stretches})
        fields = {"aliases": aliases, "categories": categories, "area": area}
        return _with(tree, tree.open(unit.model_copy(update=fields), decision))
    if kind != before.kind:
        raise Refused("loại", "Không đổi được loại của đơn vị đã có.")
    if parent_id is None and before.parent_id is not None:
        raise Refused("mã đơn vị cấp trên", "Đơn vị này cần có đơn vị cấp trên.")
    if parent_id is not None and parent_id != before.parent_id:
        tree = _with(tree, tree.move(unit_id, parent_id, decision))
    tree = _with(tree, tree.rename(unit_id, decision, name=name, short_name=short))
    area = before.area.model_copy(update={"communes": communes, "stretches": stretches})
    tree = _with(tree, tree.redraw(unit_id, decision, area=area, categories=categories))
    return _with(tree, tree.call(unit_id, aliases))


def _with(tree: Tree, changed: Sequence[Unit]) -> Tree:
    if not changed:
        return tree
    units = {unit.id: unit for unit in tree.units} | {unit.id: unit for unit in changed}
    return Tree(units.values())
