"""Outlines, stretches and names of places, as people draw and write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from functions.units import areas_text, naming
from functions.units.areas import Area, Commune, Outline, Point, Stretch
from tests.units.hai_minh import square

HORSESHOE = Outline(
    points=tuple(
        Point(latitude=latitude, longitude=longitude)
        for latitude, longitude in ((0, 0), (0, 3), (3, 3), (3, 2), (1, 2), (1, 1), (3, 1), (3, 0))
    )
)


@pytest.mark.parametrize(
    ("latitude", "longitude", "is_inside"),
    [(0.5, 1.5, True), (2, 0.5, True), (2, 2.5, True), (2, 1.5, False), (4, 1, False),
     (0.5, 3.5, False), (0.5, -0.5, False), (-0.5, 1.5, False)],
)  # fmt: skip
def test_a_point_is_inside_or_outside_an_outline(
    latitude: float, longitude: float, is_inside: bool
) -> None:
    assert HORSESHOE.holds(Point(latitude=latitude, longitude=longitude)) is is_inside


@given(st.floats(-0.02, 0.02), st.floats(-0.02, 0.02))
def test_a_square_holds_what_is_between_its_sides(north: float, east: float) -> None:
    point = Point(latitude=20.95 + north, longitude=107.07 + east)
    is_near_a_side = any(abs(abs(side) - 0.01) < 1e-9 for side in (north, east))
    assert is_near_a_side or square(20.95, 107.07).holds(point) is (
        abs(north) < 0.01 and abs(east) < 0.01
    )


def test_an_outline_may_be_drawn_either_way_round() -> None:
    other = Outline(points=tuple(reversed(HORSESHOE.points)))
    assert other.holds(Point(latitude=2, longitude=0.5))
    assert not other.holds(Point(latitude=2, longitude=1.5))


@pytest.mark.parametrize(
    ("post", "is_on"), [(9_999, False), (10_000, True), (20_000, True), (20_001, False)]
)
def test_a_stretch_reaches_from_post_to_post(post: int, is_on: bool) -> None:
    assert Stretch(road="QL18", from_metres=10_000, to_metres=20_000).holds(post) is is_on


def test_an_unknown_post_is_only_on_a_whole_road() -> None:
    assert Stretch(road="ĐT.331").holds(None)
    assert not Stretch(road="ĐT.331", from_metres=1).holds(None)
    assert Stretch(road="ĐT.331", from_metres=1).holds(99_000)


def test_a_stretch_does_not_run_backwards() -> None:
    with pytest.raises(ValidationError):
        Stretch(road="QL18", from_metres=2, to_metres=1)


def test_areas_joined_hold_nothing_twice() -> None:
    one = Area(communes=(Commune(name="xã A"),), stretches=(Stretch(road="QL18"),))
    other = Area(communes=(Commune(name="xã A"), Commune(name="xã B")))
    joined = one.joined(other)
    assert [commune.name for commune in joined.communes] == ["xã A", "xã B"]
    assert joined.stretches == one.stretches


@pytest.mark.parametrize(
    ("said", "code"),
    [("quốc lộ 18A", "QL18A"), ("QL.18", "QL18"), ("tỉnh lộ 331", "ĐT331"), ("ĐT.331", "ĐT331"),
     ("dt 331", "ĐT331"), ("Hương lộ 7", "ĐH7"), ("đường 18", None), ("sql18", None)],
)  # fmt: skip
def test_a_road_has_one_code_however_it_is_written(said: str, code: str | None) -> None:
    assert naming.road_code(said) == code


@pytest.mark.parametrize(
    ("said", "metres"),
    [("Km12+500", 12_500), ("km 12 + 50", 12_050), ("lý trình 7", 7_000), ("60km/h", None),
     ("chạy km 80/h", None), ("km", None)],
)  # fmt: skip
def test_a_kilometre_post_is_told_in_metres(said: str, metres: int | None) -> None:
    assert naming.kilometre_metres(said) == metres


@pytest.mark.parametrize(
    ("said", "leads_to"),
    [("hướng Bến Vân đi An Hòa", "an hoa"), ("chiều A - Cầu Sơn, lúc 7h", "cau son"),
     ("hướng về Hải Minh", "hai minh"), ("trên đường", None)],
)  # fmt: skip
def test_a_direction_is_where_it_leads(said: str, leads_to: str | None) -> None:
    assert naming.direction(said) == leads_to


COMMUNES = (
    Commune(name="xã An Hòa", code="27289", former=("thị trấn An Hòa", "xã Hòa Mục")),
    Commune(name="phường Bến Vân", district="thành phố Hải Minh"),
    Commune(name="đặc khu Hòn Khơi"),
)
STRETCHES = (
    Stretch(road="QL18", to_metres=42_500),
    Stretch(road="QL10", from_metres=31_050, to_metres=64_000, towards="Hải Minh"),
    Stretch(road="ĐT.338", from_metres=18_000),
    Stretch(road="đường Trần Phú", towards="cầu Bến Vân"),
    Stretch(road="đường Trần Phú"),
)


def test_communes_in_a_cell_are_read_as_they_were_written() -> None:
    assert areas_text.communes_in(areas_text.communes_told(COMMUNES)) == COMMUNES


def test_stretches_in_a_cell_are_read_as_they_were_written() -> None:
    assert areas_text.stretches_in(areas_text.stretches_told(STRETCHES)) == STRETCHES


@pytest.mark.parametrize("cell", ["xã A (cũ", "(xã A)", "xã A ]", "xã A # "])
def test_a_cell_that_names_no_commune_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="Không đọc được"):
        areas_text.communes_in(cell)


@pytest.mark.parametrize("cell", ["QL18 Km12", "QL18 Km2+000-Km1+000", "QL18 Km1+0-Km2+0", "Km1"])
def test_a_cell_that_tells_no_stretch_is_refused(cell: str) -> None:
    with pytest.raises(ValueError):
        areas_text.stretches_in(cell)
