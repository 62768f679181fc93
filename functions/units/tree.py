"""The tree of units: who is below whom, and the changes that a reorganisation makes. Pure.

A change gives back the units that it changed, each with a line in its history; nothing is ever
removed. A unit that is merged into another hangs below it from then on: whoever works in the
successor answers for the old reports too, because a role holds for everything below a unit.
Reports keep their unit's lineage, and follow it within minutes (`functions/upkeep/lineages.py`).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from functions.errors import Rejected
from functions.units.areas import Area
from functions.units.model import Decision, Unit, UnitAct, UnitChange


class Tree:
    """All units of a province, closed ones too.

    A unit whose parent is not among them counts as a root: it goes on working.

    Raises:
        Rejected: a unit hangs below itself.
    """

    def __init__(self, units: Iterable[Unit]) -> None:
        self._units = {unit.id: unit for unit in units}
        lines = {unit_id: self._line(unit_id) for unit_id in self._units}
        for unit_id, line in lines.items():
            if self._units[unit_id].lineage != line:
                self._units[unit_id] = self._units[unit_id].model_copy(update={"lineage": line})

    @property
    def units(self) -> tuple[Unit, ...]:
        """Every unit with its lineage, in the order given."""
        return tuple(self._units.values())

    @property
    def living(self) -> tuple[Unit, ...]:
        """The units that are not closed."""
        return tuple(unit for unit in self._units.values() if not unit.is_closed)

    def find(self, unit_id: str) -> Unit | None:
        """That unit, also when it is closed, or None."""
        return self._units.get(unit_id)

    def unit(self, unit_id: str) -> Unit:
        """That unit, also when it is closed.

        Raises:
            Rejected: there is none.
        """
        found = self._units.get(unit_id)
        if found is None:
            raise Rejected("no such unit", sentence="Không có đơn vị mang mã này.")
        return found

    def children(self, unit_id: str | None) -> tuple[Unit, ...]:
        """The living units right below that one; below None the roots."""
        return tuple(self._children.get(unit_id, ()))

    def below(self, unit_id: str) -> tuple[Unit, ...]:
        """All units below that one, closed ones too."""
        return tuple(unit for unit in self._units.values() if unit_id in unit.line[:-1])

    def successors(self, unit_id: str) -> tuple[Unit, ...]:
        """The living units that do that unit's work: itself, or whoever took over."""
        found: dict[str, Unit] = {}
        waiting, seen = [unit_id], set[str]()
        while waiting:
            unit = self._units.get(waiting.pop(0))
            if unit is None or unit.id in seen:
                continue
            seen.add(unit.id)
            if not unit.is_closed:
                found[unit.id] = unit
            waiting += unit.successor_ids if unit.is_closed else ()
        return tuple(found.values())

    def successor(self, unit_id: str) -> Unit | None:
        """The one living unit to turn to; where it was split or closed, who stands above it."""
        heirs = self.successors(unit_id)
        if len(heirs) == 1:
            return heirs[0]
        unit = self._units.get(unit_id)
        if unit is None:
            return None
        return next(
            (
                self._units[above]
                for above in reversed(unit.line)
                if not self._units[above].is_closed
            ),
            None,
        )

    def open(self, unit: Unit, decision: Decision) -> tuple[Unit, ...]:
        """A new unit below its parent.

        Raises:
            Rejected: the id is taken, or the parent does not live.
        """
        if unit.id in self._units:
            raise Rejected("unit exists", sentence="Mã đơn vị này đã được dùng.")
        if unit.parent_id is not None:
            self._living(unit.parent_id)
        return self._changed({unit.id: _noted(unit, decision.entry(UnitAct.OPENED))})

    def rename(
        self, unit_id: str, decision: Decision, *, name: str, short_name: str
    ) -> tuple[Unit, ...]:
        """New names; the old ones stay as aliases.

        Raises:
            Rejected: there is no such living unit.
        """
        unit = self._living(unit_id)
        if (unit.name, unit.short_name) == (name, short_name):
            return ()
        entry = decision.entry(UnitAct.RENAMED, (unit.name, unit.short_name), (name, short_name))
        old = [known for known in (unit.name, unit.short_name) if known not in (name, short_name)]
        aliases = [alias for alias in (*unit.aliases, *old) if alias not in (name, short_name)]
        return self._changed(
            {
                unit_id: _noted(
                    unit,
                    entry,
                    name=name,
                    short_name=short_name,
                    aliases=tuple(dict.fromkeys(aliases)),
                )
            }
        )

    def call(self, unit_id: str, aliases: Iterable[str]) -> tuple[Unit, ...]:
        """Remember more names that people call a unit by.

        Raises:
            Rejected: there is no such living unit.
        """
        unit = self._living(unit_id)
        known = {unit.name, unit.short_name}
        names = tuple(
            alias for alias in dict.fromkeys((*unit.aliases, *aliases)) if alias not in known
        )
        if names == unit.aliases:
            return ()
        return self._changed({unit_id: unit.model_copy(update={"aliases": names})})

    def redraw(
        self, unit_id: str, decision: Decision, *, area: Area, categories: Sequence[str]
    ) -> tuple[Unit, ...]:
        """Another area, or other categories.

        Raises:
            Rejected: there is no such living unit.
        """
        unit = self._living(unit_id)
        if (unit.area, unit.categories) == (area, tuple(categories)):
            return ()
        entry = decision.entry(UnitAct.REDRAWN)
        return self._changed(
            {unit_id: _noted(unit, entry, area=area, categories=tuple(categories))}
        )

    def move(self, unit_id: str, parent_id: str, decision: Decision) -> tuple[Unit, ...]:
        """Put a unit, and with it everything below, under another parent.

        Raises:
            Rejected: one of them does not live, or the parent is below the unit.
        """
        unit, parent = self._living(unit_id), self._living(parent_id)
        if unit.parent_id == parent_id:
            return ()
        if unit_id in parent.line:
            raise Rejected(
                "a unit below itself", sentence="Đơn vị không thể trực thuộc chính mình."
            )
        return self._changed({unit_id: _moved(unit, parent_id, decision)})

    def merge(self, unit_ids: Sequence[str], into: str, decision: Decision) -> tuple[Unit, ...]:
        """Close units in favour of another one, which takes their area, names and sub-units.

        Raises:
            Rejected: one of them does not live, or the successor is among or below them.
        """
        heir = self._living(into)
        merged = [self._living(unit_id) for unit_id in dict.fromkeys(unit_ids)]
        if not merged or any(unit.id in heir.line for unit in merged):
            raise Rejected(
                "merged into itself",
                sentence="Đơn vị tiếp nhận phải khác và không trực thuộc đơn vị bị sáp nhập.",
            )
        entry = decision.entry(UnitAct.MERGED, (unit.id for unit in merged), (into,))
        changed: dict[str, Unit] = {}
        aliases, area, categories = list(heir.aliases), heir.area, list(heir.categories)
        for unit in merged:
            aliases += [unit.name, unit.short_name, *unit.aliases]
            area = area.joined(unit.area)
            categories += unit.categories
            changed |= {
                child.id: _moved(child, into, decision)
                for child in self.children(unit.id)
                if child not in merged
            }
            changed[unit.id] = _noted(
                unit, entry, parent_id=into, closed_at=decision.at, successor_ids=(into,)
            )
        own = {heir.name, heir.short_name}
        changed[into] = _noted(
            heir,
            entry,
            aliases=tuple(alias for alias in dict.fromkeys(aliases) if alias not in own),
            area=area,
            # Who takes everything in its area goes on doing so.
            categories=tuple(dict.fromkeys(categories)) if heir.categories else (),
        )
        return self._changed(changed)

    def split(
        self,
        unit_id: str,
        parts: Sequence[Unit],
        decision: Decision,
        *,
        children: Mapping[str, str] | None = None,
    ) -> tuple[Unit, ...]:
        """Close a unit in favour of several new ones, which come with names and areas of their own.

        Args:
            unit_id: the unit that ends.
            parts: at least two; they hang where the unit hung.
            decision: what it rests on.
            children: to which part each sub-unit goes.

        Raises:
            Rejected: an id is taken, a part is missing, or a sub-unit has nowhere to go.
        """
        unit, new = self._living(unit_id), {part.id: part for part in parts}
        if len(new) < 2 or len(new) != len(parts):
            raise Rejected("too few parts", sentence="Cần ít nhất hai đơn vị mới, mã khác nhau.")
        if new.keys() & self._units.keys():
            raise Rejected("unit exists", sentence="Mã đơn vị này đã được dùng.")
        goes = dict(children or {})
        below = self.children(unit_id)
        if {child.id for child in below} != goes.keys() or not set(goes.values()) <= new.keys():
            raise Rejected(
                "sub-units without a parent",
                sentence="Cần chỉ rõ mỗi đơn vị trực thuộc sẽ về đơn vị mới nào.",
            )
        entry = decision.entry(UnitAct.SPLIT, (unit_id,), new)
        changed = {part.id: _noted(part, entry, parent_id=unit.parent_id) for part in new.values()}
        changed |= {child.id: _moved(child, goes[child.id], decision) for child in below}
        changed[unit_id] = _noted(unit, entry, closed_at=decision.at, successor_ids=tuple(new))
        return self._changed(changed)

    def close(
        self, unit_id: str, decision: Decision, *, successor_ids: Sequence[str] = ()
    ) -> tuple[Unit, ...]:
        """End a unit; its work goes to the successors, or to whoever stands above it.

        Raises:
            Rejected: it is the root, has living units below it, or a successor does not live.
        """
        unit = self._living(unit_id)
        heirs = tuple(dict.fromkeys(successor_ids))
        if unit.parent_id is None or self.children(unit_id):
            raise Rejected(
                "unit has units below it",
                sentence="Không giải thể được đơn vị cấp tỉnh hoặc đơn vị còn đơn vị trực thuộc.",
            )
        if unit_id in [self._living(heir).id for heir in heirs]:
            raise Rejected(
                "succeeds itself", sentence="Đơn vị tiếp nhận phải khác đơn vị giải thể."
            )
        entry = decision.entry(UnitAct.CLOSED, (unit_id,), heirs)
        closed = _noted(unit, entry, closed_at=decision.at, successor_ids=heirs)
        if len(heirs) == 1:
            closed = closed.model_copy(update={"parent_id": heirs[0]})
        return self._changed({unit_id: closed})

    @cached_property
    def _children(self) -> dict[str | None, list[Unit]]:
        children = defaultdict[str | None, list[Unit]](list)
        for unit in self.living:
            children[unit.parent_id].append(unit)
        return dict(children)

    def _living(self, unit_id: str) -> Unit:
        unit = self.unit(unit_id)
        if unit.is_closed:
            raise Rejected(
                "unit is closed", sentence="Đơn vị này đã giải thể, sáp nhập hoặc chia tách."
            )
        return unit

    def _line(self, unit_id: str) -> tuple[str, ...]:
        line = [unit_id]
        while (parent := self._units[line[-1]].parent_id) in self._units:
            if parent in line:
                raise Rejected(
                    "units in a circle", sentence="Đơn vị không thể trực thuộc chính mình."
                )
            line.append(parent)
        return tuple(reversed(line))

    def _changed(self, changed: Mapping[str, Unit]) -> tuple[Unit, ...]:
        """The changed units, and those whose lineage follows from them."""
        after = Tree({**self._units, **changed}.values())
        return tuple(
            unit for unit in after.units if unit.id in changed or unit != self._units.get(unit.id)
        )


def _noted(unit: Unit, entry: UnitChange, **fields: Any) -> Unit:
    return unit.model_copy(update={**fields, "history": (*unit.history, entry)})


def _moved(unit: Unit, parent_id: str, decision: Decision) -> Unit:
    before = () if unit.parent_id is None else (unit.parent_id,)
    entry = decision.entry(UnitAct.MOVED, before, (parent_id,))
    return _noted(unit, entry, parent_id=parent_id)
