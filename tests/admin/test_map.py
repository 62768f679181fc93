"""The map: which points, to whom, and what the page may load."""

from datetime import timedelta

import pytest

from functions.admin.door.guards import POLICY
from functions.admin.records.mapping import LIBRARY, MOST_POINTS, ROWS, policy_for
from functions.reports.rows import row_of
from tests.admin.browsing import Browser
from tests.admin.station import (
    BELOW,
    OFFICER,
    OTHER_UNIT,
    STRANGER,
    SUPERVISOR,
    TEAM,
    UNIT,
    Station,
)
from tests.emulators import MovableClock

HERE = (9.9347, 106.3453)


def codes(browser: Browser, query: str = "") -> set[str]:
    """The codes of the points."""
    return {point["code"] for point in browser.get(f"/map/points{query}").get_json()["points"]}


def test_open_reports_with_a_place_are_points(station: Station) -> None:
    there = station.report("Xe tải", place=HERE)
    station.report("Không có vị trí")
    answer = station.browser().get("/map/points").get_json()
    assert answer["is_cut"] is False
    assert [(point["code"], point["at"]) for point in answer["points"]] == [
        (there.code, list(HERE))
    ]


def test_a_point_tells_nothing_that_a_reporter_said(station: Station) -> None:
    report = station.report("Anh Nguyễn Văn A 0912345678", place=HERE)
    answer = station.browser().get("/map/points").text
    assert "Nguyễn" not in answer
    assert "0912345678" not in answer
    assert report.citizen not in answer


@pytest.mark.parametrize(
    ("subject", "sees"),
    [
        (OFFICER, {"own", "below"}),
        (BELOW, {"below"}),
        (STRANGER, {"other"}),
        (SUPERVISOR, {"own", "below", "other"}),
    ],
)
def test_everybody_sees_the_points_that_are_theirs(
    station: Station, subject: str, sees: set[str]
) -> None:
    reports = {
        "own": station.report("Một", unit_id=UNIT, place=HERE),
        "below": station.report("Hai", unit_id=TEAM, place=HERE),
        "other": station.report("Ba", unit_id=OTHER_UNIT, place=HERE),
        "restricted": station.report("Bốn", unit_id=UNIT, place=HERE, is_restricted=True),
    }
    browser = station.browser(subject)
    expected = {reports[name].code for name in sees}
    assert codes(browser) == expected
    page = browser.get("/map").text
    assert {report.code for report in reports.values() if report.code in page} == expected


def test_another_units_map_is_not_found(station: Station) -> None:
    for path in ("/map", "/map/points"):
        assert station.browser(BELOW).get(f"{path}?unit={OTHER_UNIT}").status_code == 404


def test_the_span_leaves_older_reports_out(station: Station, clock: MovableClock) -> None:
    old = station.report("Cũ", place=HERE)
    clock.advance(timedelta(days=2))
    new = station.report("Mới", place=HERE)
    browser = station.browser()
    assert codes(browser, "?span=24h") == {new.code}
    assert codes(browser, "?span=7d") == {new.code, old.code}
    assert browser.get("/map?span=1y").status_code == 404


def _fill(station: Station, count: int) -> None:
    row = row_of(station.report("Mẫu", place=HERE))
    for start in range(0, count, 400):
        commit = station.database.commit()
        for number in range(start, min(count, start + 400)):
            one = row.model_copy(update={"report_id": f"{number:032x}", "code": f"Số {number}."})
            commit.put(f"open/{one.report_id}", one.model_dump())
        commit.send()


def test_more_reports_than_are_looked_at_are_told(station: Station) -> None:
    _fill(station, MOST_POINTS + 1)
    browser = station.browser()
    answer = browser.get("/map/points").get_json()
    assert (len(answer["points"]), answer["is_cut"]) == (MOST_POINTS, True)
    assert f"Chỉ xét {MOST_POINTS} phản ánh mới nhất" in browser.get("/map").text


def test_the_table_goes_by_pages(station: Station) -> None:
    _fill(station, ROWS + 5)
    browser = station.browser()
    first, second = browser.get("/map").text, browser.get(f"/map?span=7d&from={ROWS}").text
    assert first.count("<code>") == ROWS
    assert f'href="/map?span=7d&amp;from={ROWS}"' in first
    assert second.count("<code>") == 6
    assert 'id="next-page"' not in second


def test_without_tiles_the_policy_is_the_usual_one(station: Station) -> None:
    assert station.browser().get("/map").headers["Content-Security-Policy"] == POLICY


@pytest.mark.parametrize(
    ("tile_url", "origin"),
    [
        ("https://tiles.example.vn/{z}/{x}/{y}.png?key=1", "https://tiles.example.vn"),
        ("https://{s}.tiles.example.vn/{z}/{x}/{y}.png", "https://*.tiles.example.vn"),
    ],
)
def test_tiles_open_the_policy_for_their_origin_alone(tile_url: str, origin: str) -> None:
    policy = policy_for(tile_url)
    assert policy == POLICY.replace("img-src 'self'", f"img-src 'self' {origin}")
    assert policy.count(origin) == 1


@pytest.mark.parametrize("name", LIBRARY)
def test_the_library_comes_from_its_package(station: Station, name: str) -> None:
    answer = station.browser(None).get(f"/assets/map/{name}")
    assert answer.data == LIBRARY[name].read_bytes()
    assert "max-age=31536000" in answer.headers["Cache-Control"]


def test_no_other_file_of_the_package_is_served(station: Station) -> None:
    for name in ("leaflet-src.js", "..%2Fleaflet.js", "images"):
        assert station.browser(None).get(f"/assets/map/{name}").status_code == 404
