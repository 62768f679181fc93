"""A small province for tests, and the decision that its reorganisations rest on."""

from datetime import UTC, datetime

from functions.units.areas import Area, Commune, Outline, Point, Stretch
from functions.units.model import Decision, Unit

NOON = datetime(2026, 11, 21, 5, tzinfo=UTC)
DECISION = Decision(at=NOON, by="officer-phuc", reason="Quyết định 12/QĐ-CAT")


def unit(unit_id: str, parent_id: str | None, name: str = "", **fields: object) -> Unit:
    """A unit that is called as its id unless told otherwise."""
    named = name or unit_id
    base = Unit(id=unit_id, name=named, short_name=named, kind="team", parent_id=parent_id)
    return base.model_copy(update=fields)


def commune(unit_id: str, name: str, *former: str, district: str | None = None) -> Unit:
    """The police of a commune."""
    place = Commune(name=name, former=former, district=district)
    return unit(unit_id, "tinh", f"Công an {name}", area=Area(communes=(place,)), kind="commune")


def square(latitude: float, longitude: float, half: float = 0.01) -> Outline:
    """An outline around a point, in degrees."""
    south, north = latitude - half, latitude + half
    west, east = longitude - half, longitude + half
    corners = ((south, west), (south, east), (north, east), (north, west))
    return Outline(points=tuple(Point(latitude=one, longitude=two) for one, two in corners))


def patrol(unit_id: str, name: str, *stretches: Stretch) -> Unit:
    """A team of the traffic police with its roads."""
    return unit(unit_id, "pc08", name, area=Area(stretches=stretches))


PROVINCE = unit("tinh", None, "Công an tỉnh Hải Minh", kind="province")
TRAFFIC = unit("pc08", "tinh", "Phòng CSGT", kind="division", categories=("violation", "tngt"))
CYBER = unit("pa05", "tinh", "Phòng An ninh mạng", kind="division", categories=("lua_dao",))
TEAM_1 = patrol("doi-1", "Đội số 1", Stretch(road="QL18", to_metres=42_000))
TEAM_2 = patrol(
    "doi-2",
    "Đội số 2",
    Stretch(road="QL18", from_metres=42_000, to_metres=96_500),
    Stretch(road="QL10", from_metres=31_000, to_metres=64_000, towards="Hải Minh"),
    Stretch(road="đường Trần Phú"),
)
TEAM_3 = patrol(
    "doi-3",
    "Trạm Cầu Sơn",
    Stretch(road="QL10", from_metres=31_000, to_metres=64_000, towards="Cầu Sơn"),
)
AN_HOA = commune("an-hoa", "xã An Hòa", "thị trấn An Hòa", "xã Hòa Mục", district="huyện An Hòa")
AN_PHUC = commune("an-phuc", "xã An Phúc", district="huyện An Hòa")
BEN_VAN = commune("ben-van", "phường Bến Vân", "phường Vân Hải")
UNITS = (PROVINCE, TRAFFIC, CYBER, TEAM_1, TEAM_2, TEAM_3, AN_HOA, AN_PHUC, BEN_VAN)
