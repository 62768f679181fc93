"""Which unit answers for a place and a category, and why. Pure.

In this order (Decree 61/2026, article 20, leaves it to the agency): who patrols that stretch of
road; then, among the page's own unit and those below it before all others, who the point, the
commune or the category belongs to; else the page's own unit. Nothing is guessed: where several
units fit equally well the page's own unit keeps the report, and they are named for the officer.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

from functions.units import naming
from functions.units.areas import Commune, Point, Stretch
from functions.units.model import Unit
from functions.units.tree import Tree
from functions.vietnam import without_diacritics


class Ground(IntEnum):
    """Why a unit answers for something; the weightiest has the highest number."""

    OWN = 0
    """Nobody else was found: the unit whose page was written to."""
    CATEGORY = 1
    COMMUNE = 2
    POINT = 3
    ROAD = 4


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where something happened, as far as it is known."""

    text: str = ""
    """As the reporter told it; roads, posts, directions and communes are read from it."""
    road: str | None = None
    kilometre_metres: int | None = None
    direction: str | None = None
    commune: str | None = None
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """The unit that a report goes to."""

    unit_id: str
    ground: Ground
    found: str = ""
    """What decided: "QL18 km 12+500", "xã An Hòa", a category."""
    candidates: tuple[str, ...] = ()
    """Where several units fitted equally well: their ids."""
    reason: str = ""
    """One Vietnamese sentence for officers: "vì sao chuyển về đây"."""


@dataclass(frozen=True, slots=True)
class _Claim:
    unit: Unit
    ground: Ground
    found: str
    is_own: bool
    takes_category: bool
    breadth: float = 0.0
    """Metres of road: of two stretches the shorter one says more."""

    @property
    def weight(self) -> tuple[bool, bool, Ground, bool, float, int]:
        is_road = self.ground is Ground.ROAD
        depth = len(self.unit.line) if is_road or self.ground is Ground.CATEGORY else 0
        return is_road, self.is_own, self.ground, self.takes_category, -self.breadth, depth


class Directory:
    """All units of a province, to look things up in: by id, by name, by place.

    Raises:
        Rejected: a unit hangs below itself.
    """

    def __init__(self, units: Iterable[Unit]) -> None:
        self.tree = Tree(units)

    def named(self, text: str) -> tuple[Unit, ...]:
        """The living units that are or were called exactly that, in any spelling."""
        ids = self._by_name.get(without_diacritics(" ".join(text.split())), ())
        return self._living(ids)

    def of_communes_in(self, text: str) -> tuple[Unit, ...]:
        """The living units of the communes that a text names, old names included.

        Several where a name is an abolished district's, or two communes are named.
        """
        communes: dict[str, None] = {}
        districts: dict[str, None] = {}
        for meant in naming.named_in(text, self._titles):
            now = [one for one in meant if one in self._present]
            before = [one for one in meant if one in self._former]
            for one in now or before:
                communes |= dict.fromkeys((self._present if now else self._former)[one])
            for one in () if now or before else meant:
                districts |= dict.fromkeys(self._districts[one])
        if len(communes) > 1:
            communes = {one: None for one in communes if one in districts} or communes
        return self._living(communes or districts)

    def of_point(self, point: Point) -> tuple[Unit, ...]:
        """The living units in whose outlines that point is."""
        return tuple(unit for unit in self.tree.living if unit.area.holds(point))

    def takes(self, unit: Unit, category: str | None) -> bool:
        """Whether a category is that unit's work: its own list counts, or the nearest above."""
        listed = self._categories_of(unit)
        return category is None or not listed or category in listed

    def route(self, where: Whereabouts, category: str | None, own_unit_id: str) -> Route:
        """The unit that answers for it.

        Args:
            where: the place.
            category: a track or a category of the catalogue; None: not known yet.
            own_unit_id: the unit whose page was written to; a closed one means its successor.
        """
        own = self.tree.successor(own_unit_id)
        own_id = own_unit_id if own is None else own.id
        claims = list(self._claims(where, category, own_id))
        if not claims:
            return Route(own_id, Ground.OWN, reason=_own_reason(own))
        weight = max(claim.weight for claim in claims)
        best = {claim.unit.id: claim for claim in claims if claim.weight == weight}
        if len(best) == 1:
            (claim,) = best.values()
            reason = _reason(claim)
            return Route(claim.unit.id, claim.ground, claim.found, reason=reason)
        names = ", ".join(claim.unit.name for claim in list(best.values())[:5])
        more = " …" if len(best) > 5 else ""
        return Route(
            own_id,
            Ground.OWN,
            next(iter(best.values())).found,
            tuple(best),
            f"Nhiều đơn vị cùng phù hợp ({names}{more}); giữ tại đơn vị nhận tin để cán bộ chọn.",
        )

    def _claims(self, where: Whereabouts, category: str | None, own_id: str) -> Iterator[_Claim]:
        def claim(unit: Unit, ground: Ground, found: str, breadth: float = 0.0) -> _Claim:
            listed = category is not None and category in self._categories_of(unit)
            return _Claim(unit, ground, found, own_id in unit.line, listed, breadth)

        for unit, stretch, found in self._patrolled(where):
            if self.takes(unit, category):
                yield claim(unit, Ground.ROAD, found, stretch.metres)
        if where.point is not None:
            for unit in self.of_point(where.point):
                if self.takes(unit, category):
                    yield claim(unit, Ground.POINT, "")
        for told in filter(None, (where.commune, where.text)):
            if units := self.of_communes_in(told):
                for unit in units:
                    if self.takes(unit, category):
                        yield claim(unit, Ground.COMMUNE, _told(unit, told))
                break
        own = self.tree.find(own_id)
        # A commune keeps what comes without a place; a division passes on what is not its work.
        is_strange = own is not None and not self.takes(own, category)
        for unit in self.tree.living:
            is_near = is_strange or own_id in unit.line
            if is_near and category is not None and category in unit.categories:
                yield claim(unit, Ground.CATEGORY, category)

    def _patrolled(self, where: Whereabouts) -> Iterator[tuple[Unit, Stretch, str]]:
        post = where.kilometre_metres
        if post is None:
            post = naming.kilometre_metres(where.text)
        towards = without_diacritics(where.direction or naming.direction(where.text) or "")
        for unit, stretch in self._on_road(where.road or where.text):
            leads_there = without_diacritics(stretch.towards or "") in towards
            if stretch.holds(post) and (leads_there or not towards):
                found = stretch.road if post is None else f"{stretch.road} {_post(post)}"
                yield unit, stretch, found

    def _on_road(self, told: str) -> list[tuple[Unit, Stretch]]:
        if (code := naming.road_code(told)) is not None:
            return self._stretches.get(code, [])
        streets = [key for key in self._stretches if naming.is_street_in(told, key)]
        return [found for key in streets for found in self._stretches[key]]

    def _categories_of(self, unit: Unit) -> tuple[str, ...]:
        above = (self.tree.find(unit_id) for unit_id in reversed(unit.line))
        return next((one.categories for one in above if one is not None and one.categories), ())

    def _living(self, unit_ids: Iterable[str]) -> tuple[Unit, ...]:
        found = {heir.id: heir for one in unit_ids for heir in self.tree.successors(one)}
        return tuple(found.values())

    @cached_property
    def _by_name(self) -> dict[str, dict[str, None]]:
        named = defaultdict[str, dict[str, None]](dict)
        for unit in self.tree.units:
            places = [commune.name for commune in unit.area.communes]
            places += [old for commune in unit.area.communes for old in commune.former]
            for name in (unit.id, unit.name, unit.short_name, *unit.aliases, *places):
                named[without_diacritics(" ".join(name.split()))][unit.id] = None
        return dict(named)

    @cached_property
    def _present(self) -> dict[naming.Title, list[str]]:
        return self._titled(
            (commune.name, unit) for unit, commune in self._communes() if not unit.is_closed
        )

    @cached_property
    def _former(self) -> dict[naming.Title, list[str]]:
        closed = ((commune.name, unit) for unit, commune in self._communes() if unit.is_closed)
        merged = ((old, unit) for unit, commune in self._communes() for old in commune.former)
        return self._titled((*closed, *merged))

    @cached_property
    def _districts(self) -> dict[naming.Title, list[str]]:
        return self._titled(
            (commune.district, unit)
            for unit, commune in self._communes()
            if commune.district is not None
        )

    @cached_property
    def _titles(self) -> dict[tuple[str, ...], list[naming.Title]]:
        titles = defaultdict[tuple[str, ...], list[naming.Title]](list)
        for title in {**self._present, **self._former, **self._districts}:
            titles[title.words].append(title)
        return dict(titles)

    @cached_property
    def _stretches(self) -> dict[str, list[tuple[Unit, Stretch]]]:
        stretches = defaultdict[str, list[tuple[Unit, Stretch]]](list)
        for unit in self.tree.living:
            for stretch in unit.area.stretches:
                stretches[naming.road_key(stretch.road)].append((unit, stretch))
        return dict(stretches)

    def _communes(self) -> Iterator[tuple[Unit, Commune]]:
        for unit in self.tree.units:
            for commune in unit.area.communes:
                yield unit, commune

    @staticmethod
    def _titled(named: Iterable[tuple[str, Unit]]) -> dict[naming.Title, list[str]]:
        titled = defaultdict[naming.Title, list[str]](list)
        for name, unit in named:
            titled[naming.title(name)].append(unit.id)
        return dict(titled)


def _post(kilometre_metres: int) -> str:
    return f"Km{kilometre_metres // 1000}+{kilometre_metres % 1000:03d}"


def _told(unit: Unit, told: str) -> str:
    """The commune that was meant, by its present name; the unit's own where it has several."""
    communes = unit.area.communes
    return communes[0].name if len(communes) == 1 else told if len(told) <= 80 else unit.name


def _reason(claim: _Claim) -> str:
    match claim.ground:
        case Ground.ROAD:
            return f"{claim.found} thuộc tuyến do {claim.unit.name} phụ trách."
        case Ground.POINT:
            return f"Vị trí được gửi nằm trong địa bàn của {claim.unit.name}."
        case Ground.COMMUNE:
            return f"Địa điểm được nêu ({claim.found}) thuộc địa bàn của {claim.unit.name}."
        case _:
            return f"Loại việc này do {claim.unit.name} tiếp nhận trên toàn tỉnh."


def _own_reason(own: Unit | None) -> str:
    name = "đơn vị có trang nhận tin" if own is None else own.name
    return f"Chưa xác định được đơn vị phụ trách địa điểm; giữ tại {name}."
