"""Where a report goes: to whoever answers for the place, with a reason, and never by guessing."""

import pytest

from functions.units.areas import Area, Point, Stretch
from functions.units.routing import Directory, Ground, Route, Whereabouts
from tests.units.hai_minh import BEN_VAN, DECISION, UNITS, commune, patrol, square

DIRECTORY = Directory(UNITS)


def _route(text: str, category: str | None = "violation", own: str = "tinh") -> Route:
    return DIRECTORY.route(Whereabouts(text=text), category, own)


@pytest.mark.parametrize(
    ("text", "unit_id"),
    [
        ("Km12+500 QL18", "doi-1"),
        ("km 42 + 100 quốc lộ 18", "doi-2"),
        ("QL.10 km 40 hướng Cầu Sơn đi Hải Minh", "doi-2"),
        ("QL10 km 40, chiều Hải Minh - Cầu Sơn", "doi-3"),
        ("số 12 đường Trần Phú", "doi-2"),
        ("so 12 duong tran phu", "doi-2"),
    ],
)
def test_a_stretch_of_road_belongs_to_who_patrols_it(text: str, unit_id: str) -> None:
    found = _route(text)
    assert (found.unit_id, found.ground) == (unit_id, Ground.ROAD)


def test_the_reason_says_what_was_found() -> None:
    assert _route("Km12+500 QL18").reason == ("QL18 Km12+500 thuộc tuyến do Đội số 1 phụ trách.")
    assert _route("xã An Hòa", "ttxh_on").reason == (
        "Địa điểm được nêu (xã An Hòa) thuộc địa bàn của Công an xã An Hòa."
    )


@pytest.mark.parametrize("text", ["QL18", "Km 200 QL18", "km 12 QL 181", "Km12 ĐT.999"])
def test_a_road_that_does_not_tell_the_unit_decides_nothing(text: str) -> None:
    found = _route(text, None, "ben-van")
    assert (found.unit_id, found.ground) == ("ben-van", Ground.OWN)


def test_what_the_patrol_does_not_work_on_is_not_sent_to_it() -> None:
    assert _route("Km12 QL18, xã An Hòa", "ttxh_on").unit_id == "an-hoa"


def test_the_patrol_of_a_road_comes_before_the_commune_it_runs_through() -> None:
    assert _route("Km12 QL18, xã An Hòa", "violation", "an-hoa").unit_id == "doi-1"


def test_of_two_stretches_the_shorter_one_tells_more() -> None:
    bridge = Stretch(road="QL18", from_metres=12_000, to_metres=13_000)
    directory = Directory([*UNITS, patrol("cau", "Tổ cầu", bridge)])
    found = directory.route(Whereabouts(text="Km12+500 QL18"), "violation", "tinh")
    assert found.unit_id == "cau"


def test_two_units_on_one_stretch_are_named_and_the_report_stays() -> None:
    found = _route("km 40 QL10", own="pc08")
    assert (found.unit_id, found.ground) == ("pc08", Ground.OWN)
    assert set(found.candidates) == {"doi-2", "doi-3"}
    assert "Đội số 2" in found.reason


@pytest.mark.parametrize(
    "text",
    ["ở xã An Hòa", "XA AN HOA", "x. An Hoà", "Quán 5, An Hòa, Hải Minh", "thị trấn An Hòa",
     "gần chợ xã Hòa Mục huyện An Hòa", "công an xã An Hòa", "CAX An Hòa"],
)  # fmt: skip
def test_a_commune_is_known_by_all_its_names(text: str) -> None:
    found = _route(text, "ttxh_on", "ben-van")
    assert (found.unit_id, found.ground) == ("an-hoa", Ground.COMMUNE)


@pytest.mark.parametrize(
    "text",
    ["đường An Hòa", "đang đi về xã An Hòa", "ông An Hòa", "xã An Hòa Đông", "An Hòa ơi", "", "xã"],
)
def test_what_is_no_commune_where_it_happened_decides_nothing(text: str) -> None:
    assert DIRECTORY.of_communes_in(text) == ()


def test_a_districts_name_counts_only_after_its_kind() -> None:
    directory = Directory([*UNITS, commune("x", "xã Đông", district="thành phố Hải Minh")])
    assert directory.of_communes_in("Km 5, Hải Minh") == ()
    assert [one.id for one in directory.of_communes_in("Km 5, TP Hải Minh")] == ["x"]


def test_an_abolished_district_leads_to_its_communes() -> None:
    found = _route("huyện An Hòa", "ttxh_on", "ben-van")
    assert found.unit_id == "ben-van"
    assert set(found.candidates) == {"an-hoa", "an-phuc"}


def test_a_district_tells_which_of_two_communes_is_meant() -> None:
    told = "xã An Hòa hay phường Bến Vân, huyện An Hòa"
    assert [one.id for one in DIRECTORY.of_communes_in(told)] == ["an-hoa"]


@pytest.mark.parametrize(
    ("told", "ids"), [("xã Hòa", ["a"]), ("xã Hoá", ["b"]), ("xa hoa", ["a", "b"])]
)
def test_diacritics_tell_apart_what_is_alike_without_them(told: str, ids: list[str]) -> None:
    directory = Directory([UNITS[0], commune("a", "xã Hòa"), commune("b", "xã Hoá")])
    assert [one.id for one in directory.of_communes_in(told)] == ids


def test_a_part_with_the_old_name_answers_for_it() -> None:
    parts = [commune("an-hoa-1", "xã An Hòa"), commune("an-hoa-2", "xã An Lạc")]
    changed = {one.id: one for one in DIRECTORY.tree.split("an-hoa", parts, DECISION)}
    after = Directory(({one.id: one for one in UNITS} | changed).values())
    assert [one.id for one in after.of_communes_in("xã An Hòa")] == ["an-hoa-1"]
    assert [one.id for one in after.of_communes_in("xã Hòa Mục")] == ["an-hoa-1", "an-hoa-2"]


def test_two_communes_are_left_to_the_officer() -> None:
    found = _route("giáp ranh xã An Hòa và phường Bến Vân", "ttxh_on", "tinh")
    assert (found.unit_id, set(found.candidates)) == ("tinh", {"an-hoa", "ben-van"})


def test_a_page_keeps_what_is_its_own() -> None:
    found = _route("phường Bến Vân, xã An Hòa", "ttxh_on", "ben-van")
    assert (found.unit_id, found.ground) == ("ben-van", Ground.COMMUNE)


def test_the_division_keeps_its_category_wherever_it_happened() -> None:
    found = _route("xã An Hòa", "violation", "pc08")
    assert (found.unit_id, found.ground) == ("pc08", Ground.CATEGORY)


@pytest.mark.parametrize(
    ("own", "unit_id"), [("tinh", "pa05"), ("pc08", "pa05"), ("ben-van", "ben-van")]
)
def test_a_category_alone_moves_what_is_nobodys_place(own: str, unit_id: str) -> None:
    assert _route("", "lua_dao", own).unit_id == unit_id


def test_a_point_inside_an_outline_tells_the_unit() -> None:
    outlined = BEN_VAN.model_copy(update={"area": Area(outlines=(square(20.95, 107.07),))})
    directory = Directory([*UNITS[:-1], outlined])

    def at(latitude: float, longitude: float) -> Route:
        point = Point(latitude=latitude, longitude=longitude)
        return directory.route(Whereabouts(point=point), "ttxh_on", "an-hoa")

    assert (at(20.951, 107.069).unit_id, at(20.951, 107.069).ground) == ("ben-van", Ground.POINT)
    assert (at(20.951, 107.081).unit_id, at(20.951, 107.081).ground) == ("an-hoa", Ground.OWN)
    assert at(20.961, 107.07).unit_id == "an-hoa"


def test_a_merged_communes_name_leads_to_the_successor() -> None:
    changed = {one.id: one for one in DIRECTORY.tree.merge(["an-phuc"], "ben-van", DECISION)}
    after = Directory([changed.get(one.id, one) for one in UNITS])
    assert [one.id for one in after.of_communes_in("xã An Phúc")] == ["ben-van"]
    assert [one.id for one in after.named("công an xã an phúc")] == ["ben-van"]
    assert after.route(Whereabouts(), None, "an-phuc").unit_id == "ben-van"


def test_units_are_found_by_any_name_they_had() -> None:
    assert [one.id for one in DIRECTORY.named("THI TRAN AN HOA")] == ["an-hoa"]
    assert [one.id for one in DIRECTORY.named("Phòng CSGT")] == ["pc08"]
    assert DIRECTORY.named("Phòng") == ()


def test_an_unknown_page_unit_keeps_its_reports() -> None:
    assert DIRECTORY.route(Whereabouts(), None, "gone").unit_id == "gone"
