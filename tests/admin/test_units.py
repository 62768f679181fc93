"""The tree of units on the officers' page: looked at, searched, changed once and as shown."""

import re
import secrets
from typing import Any

import pytest
from werkzeug.test import TestResponse

from functions.admin.organisation.changes import UnitsLog
from functions.units.model import Unit
from functions.units.roles import Role
from functions.units.store import UnitStore
from tests.admin.browsing import Browser
from tests.admin.routes import PLACES, visitor, world_of
from tests.admin.station import (
    ADMINISTRATOR,
    LEAD,
    OFFICER,
    OTHER_UNIT,
    PAGE,
    ROOT,
    TEAM,
    THIRD_UNIT,
    UNIT,
    Station,
)

REASON = "Quyết định 1234/QĐ-BCA"
SPLIT = {
    "part_id": ["pc08-doi-3", "pc08-doi-4"],
    "part_name": ["Đội số 3", "Đội số 4"],
    "part_short": ["Đội 3", "Đội 4"],
    "part_communes": ["", ""],
    "part_stretches": ["QL18 Km0+000-Km10+000", "QL18 Km10+000-"],
}
NAMES = {"name": "Đội Tuần tra số 2", "short_name": "Đội TT số 2"}
OPEN = {"unit_id": "pc08-doi-9", "name": "Đội số 9", "short_name": "Đội 9", "kind": "team"}


def unit(station: Station, unit_id: str) -> Unit:
    """The unit as it stands."""
    found = UnitStore(station.database).directory().tree.find(unit_id)
    assert found is not None
    return found


def confirm(browser: Browser, unit_id: str, fields: dict[str, Any]) -> TestResponse:
    """A form of the unit's page, or of the one that shows what will happen."""
    return browser.post(f"/units/{unit_id}/change", fields)


def show(browser: Browser, unit_id: str, act: str, /, **typed: object) -> TestResponse:
    """The form of an act, filled in and sent: nothing is done yet."""
    fields = {"act": act, "reason": REASON, "operation": secrets.token_hex(16), **typed}
    return confirm(browser, unit_id, fields)


def shown_fields(page: str) -> dict[str, list[str]]:
    """The hidden fields of the page that shows what will happen."""
    form = page[page.index('id="do-form"') :]
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form):
        if name != "csrf_token":
            fields.setdefault(name, []).append(value)
    return fields


def do(browser: Browser, unit_id: str, act: str, /, **typed: object) -> TestResponse:
    """The same, and confirmed."""
    plan = show(browser, unit_id, act, **typed)
    assert plan.status_code == 200, plan.text
    fields = {**shown_fields(plan.text), "step": "yes"}
    return confirm(browser, unit_id, fields)


@pytest.fixture
def browser(station: Station) -> Browser:
    """An administrator of UNIT."""
    return station.browser(ADMINISTRATOR)


def test_the_tree_shows_what_one_manages_with_its_numbers(browser: Browser) -> None:
    page = browser.get("/units").text
    assert "Phòng Cảnh sát giao thông" in page
    assert "Đội Cảnh sát giao thông đường bộ số 2" in page
    assert "Công an xã An Hòa" not in page
    assert "1 trang · 6 cán bộ" in page


@pytest.mark.parametrize("words", ["doi canh sat so 2", "ĐỘI CSGT", TEAM])
def test_a_unit_is_found_by_any_spelling_of_its_names(browser: Browser, words: str) -> None:
    page = browser.get(f"/units?q={words}").text
    assert f'href="/units/{TEAM}"' in page
    assert "1 đơn vị khớp" in page


def test_a_unit_is_found_by_the_name_it_had(browser: Browser) -> None:
    do(browser, TEAM, "rename", **NAMES)
    page = browser.get("/units?q=duong+bo+so+2").text
    assert "Đội Tuần tra số 2" in page


def test_a_unit_of_somebody_else_does_not_exist(browser: Browser) -> None:
    answers = [browser.get(f"/units/{unit_id}") for unit_id in (OTHER_UNIT, ROOT, "nothing")]
    assert [answer.status_code for answer in answers] == [404] * 3
    assert answers[0].text.replace(OTHER_UNIT, "nothing") == answers[2].text
    assert show(browser, OTHER_UNIT, "rename", **NAMES).status_code == 404


@pytest.mark.parametrize("subject", [OFFICER, LEAD])
def test_only_administrators_come_in(station: Station, subject: str) -> None:
    browser = station.browser(subject)
    assert browser.get("/units").status_code == 404
    assert show(browser, TEAM, "rename", **NAMES).status_code == 404


def test_the_first_form_changes_nothing_and_says_what_would_happen(
    station: Station, browser: Browser
) -> None:
    station.database.commits = 0
    page = show(browser, TEAM, "rename", **NAMES).text
    assert station.database.commits == 0
    assert "Chưa có gì thay đổi" in page
    assert "Đội Tuần tra số 2" in page
    assert "Đội Cảnh sát giao thông đường bộ số 2" in page


def test_a_renamed_unit_keeps_its_old_name_and_its_history(
    station: Station, browser: Browser
) -> None:
    assert do(browser, TEAM, "rename", **NAMES).status_code == 303
    after = unit(station, TEAM)
    assert (after.name, after.short_name) == ("Đội Tuần tra số 2", "Đội TT số 2")
    assert "Đội CSGT số 2" in after.aliases
    assert [(one.by, one.reason) for one in after.history] == [(ADMINISTRATOR, REASON)]
    assert "Đội Tuần tra số 2" in browser.get(f"/units/{TEAM}").text


def test_a_change_is_logged_with_before_and_after(station: Station, browser: Browser) -> None:
    do(browser, TEAM, "rename", **NAMES)
    (entry,) = UnitsLog(station.database).of_unit(TEAM)
    assert (entry.officer, entry.act, entry.reason) == (ADMINISTRATOR, "rename", REASON)
    (changed,) = entry.changed
    assert changed.before["name"] == "Đội Cảnh sát giao thông đường bộ số 2"
    assert changed.after["name"] == "Đội Tuần tra số 2"


def test_the_same_form_sent_twice_changes_once(station: Station, browser: Browser) -> None:
    plan = show(browser, UNIT, "open", **OPEN)
    fields = {**shown_fields(plan.text), "step": "yes"}
    answers = [confirm(browser, UNIT, fields) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(UnitsLog(station.database).of_unit(UNIT)) == 1


def test_what_was_shown_is_not_done_on_another_tree(station: Station, browser: Browser) -> None:
    plan = show(browser, TEAM, "rename", **NAMES)
    do(browser, UNIT, "open", **OPEN)
    fields = {**shown_fields(plan.text), "step": "yes"}
    answer = confirm(browser, TEAM, fields)
    assert answer.status_code == 409
    assert "vừa có thay đổi khác" in answer.text
    assert unit(station, TEAM).name == "Đội Cảnh sát giao thông đường bộ số 2"
    again = {**shown_fields(answer.text), "step": "yes"}
    assert confirm(browser, TEAM, again).status_code == 303


def test_going_back_keeps_what_was_typed(browser: Browser) -> None:
    plan = show(browser, TEAM, "rename", **NAMES)
    fields = {**shown_fields(plan.text), "step": "again"}
    page = confirm(browser, TEAM, fields).text
    assert 'value="Đội Tuần tra số 2"' in page
    assert f'value="{REASON}"' in page


@pytest.mark.parametrize(
    ("act", "typed", "sentence"),
    [
        ("rename", {**NAMES, "reason": ""}, "Xin ghi nội dung"),
        ("rename", {"name": "", "short_name": "x"}, "Tên dài từ 1"),
        ("redraw", {"stretches": "QL18 Km12"}, "Chưa đọc được"),
        ("redraw", {}, "không làm thay đổi gì"),
        ("open", {**OPEN, "unit_id": "Đội 9"}, "chữ thường không dấu"),
        ("open", {**OPEN, "unit_id": UNIT}, "đã được dùng"),
        ("merge", {"into": TEAM}, "phải khác"),
        ("split", {**SPLIT, "part_name": ["Đội số 3", ""]}, "cần có mã và tên"),
    ],
)
def test_what_cannot_be_is_said_beside_the_form(
    browser: Browser, act: str, typed: dict[str, object], sentence: str
) -> None:
    answer = show(browser, TEAM, act, **typed)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_an_area_is_drawn_anew(station: Station, browser: Browser) -> None:
    do(
        browser,
        TEAM,
        "redraw",
        communes="xã An Hòa (thị trấn An Hòa) [huyện An Hòa]\nphường Bến Vân",
        stretches="QL18 Km0+000-Km42+500 hướng Bến Vân",
        categories="violation",
    )
    after = unit(station, TEAM)
    assert [one.name for one in after.area.communes] == ["xã An Hòa", "phường Bến Vân"]
    assert after.area.stretches[0].to_metres == 42_500
    assert after.categories == ("violation",)
    page = browser.get(f"/units/{TEAM}").text
    assert "QL18 Km0+000-Km42+500 hướng Bến Vân" in page
    assert "xã An Hòa (thị trấn An Hòa) [huyện An Hòa]" in page


def test_more_names_are_found(browser: Browser) -> None:
    do(browser, TEAM, "call", aliases="Trạm Bến Vân\nĐội liên huyện")
    assert f'href="/units/{TEAM}"' in browser.get("/units?q=tram+ben+van").text


def test_a_merged_unit_gives_its_pages_and_roles_to_its_successor(
    station: Station, browser: Browser
) -> None:
    do(browser, UNIT, "open", **OPEN)
    station.write(
        "pages/2100000000000000009",
        {"name": "Trang đội 2", "app_id": "1100000000000000001", "unit_id": TEAM, "oa_type": 4},
    )
    plan = show(browser, TEAM, "merge", into="pc08-doi-9", take_along="true")
    assert "1 trang Zalo về đơn vị tiếp nhận" in plan.text
    assert "1 cán bộ có thêm vai trò" in plan.text
    fields = {**shown_fields(plan.text), "step": "yes"}
    assert confirm(browser, TEAM, fields).status_code == 303
    units = UnitStore(station.database)
    merged = unit(station, TEAM)
    assert merged.is_closed
    assert merged.successor_ids == ("pc08-doi-9",)
    page = units.page("2100000000000000009")
    assert page is not None
    assert page.unit_id == "pc08-doi-9"
    officer = units.officer("officer-tam")
    assert officer is not None
    assert [given.unit_id for given in officer.roles] == [TEAM, "pc08-doi-9"]
    assert "Đội số 9" in browser.get(f"/units/{TEAM}").text
    assert "đã kết thúc" in browser.get("/units").text


def test_a_closed_unit_says_what_becomes_of_its_reports(station: Station, browser: Browser) -> None:
    station.report("Xe tải vượt đèn đỏ", unit_id=TEAM)
    page = show(browser, TEAM, "close").text
    assert "1 phản ánh đang mở" in page
    assert do(browser, TEAM, "close").status_code == 303
    assert unit(station, TEAM).is_closed


def test_a_unit_is_split_in_two(station: Station, browser: Browser) -> None:
    do(browser, UNIT, "open", **OPEN)
    do(browser, TEAM, "open", unit_id="to-1", name="Tổ 1", short_name="Tổ 1", kind="team")
    assert do(browser, TEAM, "split", **SPLIT, goes=["to-1:2"]).status_code == 303
    assert unit(station, TEAM).successor_ids == ("pc08-doi-3", "pc08-doi-4")
    assert unit(station, "to-1").line == (ROOT, UNIT, "pc08-doi-4", "to-1")
    assert unit(station, "pc08-doi-3").area.stretches[0].to_metres == 10_000


@pytest.mark.parametrize(
    ("unit_id", "act", "typed"),
    [
        (TEAM, "move", {"parent": OTHER_UNIT}),
        (TEAM, "merge", {"into": THIRD_UNIT}),
        (TEAM, "close", {"successor": OTHER_UNIT}),
        (UNIT, "split", {**SPLIT, "goes": [f"{TEAM}:1"]}),
    ],
)
def test_nothing_reaches_beyond_ones_own_units(
    station: Station, browser: Browser, unit_id: str, act: str, typed: dict[str, object]
) -> None:
    station.database.commits = 0
    assert show(browser, unit_id, act, **typed).status_code == 403
    assert station.database.commits == 0


def test_a_unit_moves_below_another(station: Station, browser: Browser) -> None:
    do(browser, UNIT, "open", **OPEN)
    assert do(browser, TEAM, "move", parent="pc08-doi-9").status_code == 303
    assert unit(station, TEAM).line == (ROOT, UNIT, "pc08-doi-9", TEAM)


def test_one_unit_shows_its_pages_officers_and_changes(browser: Browser) -> None:
    do(browser, UNIT, "open", **OPEN)
    page = browser.get(f"/units/{UNIT}").text
    for told in (PAGE, "Trung tá Lê Thu Hà", "Chỉ huy đội, ca trực", "Đội số 9", REASON):
        assert told in page


@pytest.mark.parametrize("role", Role)
def test_a_unit_is_for_administrators_of_it_or_above(station: Station, role: Role) -> None:
    world_of(station)
    answers = {}
    for unit_id in PLACES.values():
        browser = station.browser(visitor(role, unit_id))
        page, form = browser.get(f"/units/{UNIT}"), confirm(browser, UNIT, {})
        answers[unit_id] = (page.status_code, form.status_code)
    allowed = {UNIT, ROOT} if role is Role.ADMINISTRATOR else set()
    assert {one for one, statuses in answers.items() if statuses == (200, 400)} == allowed
    assert {one for one, statuses in answers.items() if statuses == (404, 404)} == (
        set(PLACES.values()) - allowed
    )
