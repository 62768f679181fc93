"""What the forms of a reorganisation may hold, and what each would change. Pure.

Every act is first shown (`Reorganisation`), then carried out on the very tree that was shown.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from functions.admin.acts.offers import NotPermitted
from functions.admin.fields import IDENTIFIER, Identifier, Operation, Reason, Written
from functions.admin.forms import Form
from functions.admin.language import marked
from functions.admin.organisation.changes import (
    Changed,
    officer_changed,
    page_changed,
    unit_changed,
)
from functions.errors import Rejected
from functions.units import areas_text
from functions.units.areas import Area
from functions.units.model import Decision, Officer, Page, Unit, UnitKind
from functions.units.roles import Assignment, Permission
from functions.units.tree import Tree

MOST_AREA_CHARACTERS = 20_000
MOST_PARTS = 4
UNIT_ID = r"^[a-z0-9][a-z0-9-]{0,62}$"

TITLES: Mapping[str, str] = {
    "rename": marked("Đổi tên"),
    "call": marked("Thêm tên gọi khác"),
    "redraw": marked("Đổi địa bàn, loại việc"),
    "open": marked("Lập đơn vị trực thuộc"),
    "move": marked("Chuyển đơn vị cấp trên"),
    "merge": marked("Sáp nhập vào đơn vị khác"),
    "split": marked("Chia thành nhiều đơn vị"),
    "close": marked("Giải thể"),
}
LISTS = ("part_id", "part_name", "part_short", "part_communes", "part_stretches", "goes")
"""Fields that come once for each part, or each sub-unit."""

_Name = Annotated[str, Written, Field(min_length=1, max_length=200)]
_Lines = Annotated[str, Written, Field(max_length=MOST_AREA_CHARACTERS)]
_UnitId = Annotated[str, Written, Field(pattern=UNIT_ID)]


def parts_of(text: str) -> tuple[str, ...]:
    """The entries of a field that takes one a line, or several with semicolons."""
    parts = (" ".join(part.split()) for part in re.split(r"[;\n]", text))
    return tuple(dict.fromkeys(part for part in parts if part))


def area_of(communes: str, stretches: str, before: Area | None = None) -> Area:
    """The area with what two fields say; the outlines stay.

    Raises:
        ValueError: a part cannot be read.
    """
    return (before or Area()).model_copy(
        update={
            "communes": areas_text.communes_in("; ".join(parts_of(communes))),
            "stretches": areas_text.stretches_in("; ".join(parts_of(stretches))),
        }
    )


def _communes(text: str) -> str:
    area_of(text, "")
    return text


def _stretches(text: str) -> str:
    area_of("", text)
    return text


_Communes = Annotated[_Lines, AfterValidator(_communes)]
_Stretches = Annotated[_Lines, AfterValidator(_stretches)]


class ChangeForm(Form):
    """What every act says beside its own fields."""

    reason: Reason
    """The decision it rests on."""
    operation: Operation
    step: str = Field(default="", pattern=r"^(yes|again)?$")
    """Empty shows what will happen, "yes" does it, "again" goes back to the form."""
    seen: int = Field(default=0, ge=0)
    """How many changes the tree had seen when it was shown."""


class RenameForm(ChangeForm):
    """New names."""

    name: _Name
    short_name: _Name


class CallForm(ChangeForm):
    """More names."""

    aliases: Annotated[_Lines, Field(min_length=1)]


class RedrawForm(ChangeForm):
    """Another area, other categories."""

    communes: _Communes = ""
    stretches: _Stretches = ""
    categories: _Lines = ""


class OpenForm(ChangeForm):
    """A new unit below this one."""

    unit_id: _UnitId
    name: _Name
    short_name: _Name
    kind: UnitKind
    communes: _Communes = ""
    stretches: _Stretches = ""


class MoveForm(ChangeForm):
    """Under another unit."""

    parent: Identifier


class MergeForm(ChangeForm):
    """Into another unit."""

    into: Identifier
    take_along: bool = False
    """Pages go there, and whoever has a role here gets it there too."""


class SplitForm(ChangeForm):
    """Into several; rows that are empty count for nothing."""

    part_id: tuple[Annotated[str, Written, Field(pattern=r"^$|" + UNIT_ID)], ...]
    part_name: tuple[Annotated[str, Written, Field(max_length=200)], ...]
    part_short: tuple[Annotated[str, Written, Field(max_length=200)], ...]
    part_communes: tuple[_Communes, ...]
    part_stretches: tuple[_Stretches, ...]
    goes: tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,64}:[0-9]?$")], ...] = ()
    """`sub-unit:number of the part`."""


class CloseForm(ChangeForm):
    """Ended; nobody or somebody takes over."""

    successor: Annotated[str, Field(pattern=rf"^$|^{IDENTIFIER}$")] = ""
    take_along: bool = False


FORMS: Mapping[str, type[ChangeForm]] = {
    "rename": RenameForm,
    "call": CallForm,
    "redraw": RedrawForm,
    "open": OpenForm,
    "move": MoveForm,
    "merge": MergeForm,
    "split": SplitForm,
    "close": CloseForm,
}


@dataclass(frozen=True, slots=True)
class Reorganisation:
    """All that an act would change."""

    act: str
    tree: Tree
    """Before it."""
    units: tuple[Unit, ...]
    pages: tuple[Page, ...] = ()
    officers: tuple[Officer, ...] = ()

    def told(self, pages: Mapping[str, Page], officers: Mapping[str, Officer]) -> list[Changed]:
        """Every record before and after; units that only hang elsewhere now differ in nothing."""
        found = [unit_changed(self.tree.find(unit.id), unit) for unit in self.units]
        found += [page_changed(pages.get(page.id), page) for page in self.pages]
        found += [officer_changed(officers.get(one.subject), one) for one in self.officers]
        return [one for one in found if one.before or one.after]


def manages(officer: Officer, unit: Unit) -> bool:
    """Whether the officer may change that unit."""
    return officer.may(Permission.MANAGE_UNITS, unit.line)


def check_scope(officer: Officer, tree: Tree, changed: Sequence[Unit]) -> None:
    """Refuse what reaches beyond the officer's own units, before or after.

    Raises:
        NotPermitted: names the first one.
    """
    for unit in changed:
        before = tree.find(unit.id) or unit
        if not (manages(officer, unit) and manages(officer, before)):
            raise NotPermitted(
                "not permitted: unit of somebody else",
                sentence="Đơn vị này ngoài phạm vi quản lý của đồng chí.",
            )


def planned(
    act: str,
    form: ChangeForm,
    unit: Unit,
    tree: Tree,
    decision: Decision,
    *,
    pages: Sequence[Page],
    officers: Sequence[Officer],
) -> Reorganisation:
    """What that form would change.

    Raises:
        Rejected: the tree does not allow it, or nothing would change.
    """
    changed = _DO[act](form, unit, tree, decision)
    if not changed:
        raise Rejected("nothing changes", sentence="Nội dung vừa nhập không làm thay đổi gì.")
    heir = _heir(form)
    if not heir:
        return Reorganisation(act, tree, changed)
    return Reorganisation(
        act,
        tree,
        changed,
        tuple(
            page.model_copy(update={"unit_id": heir}) for page in pages if page.unit_id == unit.id
        ),
        tuple(_joining(officer, unit.id, heir) for officer in officers if _works(officer, unit.id)),
    )


def _heir(form: ChangeForm) -> str:
    match form:
        case MergeForm(take_along=True):
            return form.into
        case CloseForm(take_along=True):
            return form.successor
        case _:
            return ""


def _works(officer: Officer, unit_id: str) -> bool:
    return officer.is_active and any(given.unit_id == unit_id for given in officer.roles)


def _joining(officer: Officer, unit_id: str, heir: str) -> Officer:
    """The officer with the same roles in the successor; the old ones stay for the old reports."""
    more = [
        Assignment(unit_id=heir, role=given.role)
        for given in officer.roles
        if given.unit_id == unit_id
    ]
    return officer.model_copy(update={"roles": tuple(dict.fromkeys((*officer.roles, *more)))})


def _rename(form: Any, unit: Unit, tree: Tree, decision: Decision) -> tuple[Unit, ...]:
    return tree.rename(unit.id, decision, name=form.name, short_name=form.short_name)


def _call(form: Any, unit: Unit, tree: Tree, decision: Decision) -> tuple[Unit, ...]:
    return tree.call(unit.id, parts_of(form.aliases))


def _redraw(form: Any, unit: Unit, tree: Tree, decision: Decision) -> tuple[Unit, ...]:
    area = area_of(form.communes, form.stretches, unit.area)
    return tree.redraw(unit.id, decision, area=area, categories=parts_of(form.categories))


def _open(form: Any, unit: Unit, tree: Tree, decision: Decision) -> tuple[Unit, ...]:
    new = Unit(
        id=form.unit_id,
        name=form.name,
        short_name=form.short_name,
        kind=form.kind.value,
        parent_id=unit.id,
        area=area_of(form.communes, form.stretches),
    )
    return tree.open(new, decision)


def _move(form: Any, unit: Unit, tree: Tree, decision: Decision) -> tuple[Unit, ...]:
    return tree.move(unit.id, form.parent, decision)


def _merge(form: Any, unit: Unit, tree: Tree, decision: Decision) -> tuple[Unit, ...]:
    return tree.merge([unit.id], form.into, decision)


def _split(form: Any, unit: Unit, tree: Tree, decision: Decision) -> tuple[Unit, ...]:
    columns = (form.part_id, form.part_name, form.part_short)
    areas = (form.part_communes, form.part_stretches)
    if len({len(column) for column in (*columns, *areas)}) != 1 or len(form.part_id) > MOST_PARTS:
        raise Rejected("form was not made by us")
    parts: dict[str, Unit] = {}
    for number, row in enumerate(zip(*columns, *areas, strict=True), start=1):
        unit_id, name, short_name, communes, stretches = row
        if not any(row):
            continue
        if not (unit_id and name):
            raise Rejected("part without a name", sentence="Mỗi đơn vị mới cần có mã và tên.")
        parts[str(number)] = Unit(
            id=unit_id,
            name=name,
            short_name=short_name or name,
            kind=unit.kind,
            parent_id=unit.parent_id,
            area=area_of(communes, stretches),
        )
    goes = {child: number for child, _, number in (one.partition(":") for one in form.goes)}
    children = {child: parts[number].id for child, number in goes.items() if number in parts}
    return tree.split(unit.id, list(parts.values()), decision, children=children)


def _close(form: Any, unit: Unit, tree: Tree, decision: Decision) -> tuple[Unit, ...]:
    heirs = [form.successor] if form.successor else []
    return tree.close(unit.id, decision, successor_ids=heirs)


_DO: Mapping[str, Callable[[Any, Unit, Tree, Decision], tuple[Unit, ...]]] = {
    "rename": _rename,
    "call": _call,
    "redraw": _redraw,
    "open": _open,
    "move": _move,
    "merge": _merge,
    "split": _split,
    "close": _close,
}
