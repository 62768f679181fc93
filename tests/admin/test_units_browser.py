"""Units, officers, rosters and hand-overs in a real Chromium, light and dark, wide and narrow."""

from datetime import timedelta

import pytest

from functions.units.rosters import Shift
from functions.units.store import RosterStore
from tests.admin.desk import Desk
from tests.admin.station import (
    ADMINISTRATOR,
    COLLEAGUE,
    LEAD,
    OFFICER,
    TEAM,
    UNIT,
    Station,
)
from tests.chromium import needs_chromium

PATHS = {
    "units": ("/units", ADMINISTRATOR),
    "unit": (f"/units/{UNIT}", ADMINISTRATOR),
    "officers": ("/officers", ADMINISTRATOR),
    "officer": (f"/officers/one?subject={COLLEAGUE}", ADMINISTRATOR),
    "imports": ("/imports", ADMINISTRATOR),
    "roster": (f"/roster?unit={UNIT}", LEAD),
    "handover": (f"/handover?unit={UNIT}", OFFICER),
}

pytestmark = [pytest.mark.browser, needs_chromium]


@pytest.fixture
def served_station(served_station: Station) -> Station:
    """A province with a shift and some reports."""
    _fill(served_station)
    return served_station


def _fill(station: Station) -> None:
    station.report("Xe khách dừng đón khách giữa giao lộ", unit_id=TEAM)
    station.report("Xe tải vượt đèn đỏ", assignee=OFFICER, assignee_name="Thiếu tá Minh")
    station.clock.advance(timedelta(days=1))
    station.report("Đua xe trên quốc lộ 53", is_urgent=True)
    now, commit = station.clock.now(), station.database.commit()
    rosters = RosterStore(station.database)
    for number, (subject, start) in enumerate(((OFFICER, -2), (COLLEAGUE, 6), (OFFICER, 30))):
        rosters.add(
            commit,
            Shift(
                id=f"shift-{number}",
                unit_id=UNIT,
                subject=subject,
                starts_at=now + timedelta(hours=start),
                ends_at=now + timedelta(hours=start + 8),
                note="Trực chỉ huy" if number else "",
            ),
        )
    commit.send()


@pytest.mark.parametrize("name", PATHS)
def test_every_page_is_usable_by_everybody(desk: Desk, name: str) -> None:
    desk.open(*PATHS[name])
    desk.look(name)


def test_a_unit_is_renamed_by_keyboard(desk: Desk) -> None:
    page = desk.open(f"/units/{TEAM}", ADMINISTRATOR)
    page.locator("summary", has_text="Đổi tên").first.focus()
    desk.press("Enter")
    page.get_by_label("Tên mới", exact=True).fill("Đội Tuần tra số 2")
    page.locator("#rename-reason").fill("Quyết định 12/QĐ-CAT")
    desk.press("Enter")
    page.get_by_role("heading", name="Đổi tên", level=1).wait_for()
    desk.picture("unit-plan-desktop-light")
    desk.press("y")
    page.get_by_role("heading", name="Đội Tuần tra số 2", level=1).wait_for()


def test_a_shift_is_handed_over_from_one_screen_to_the_other(desk: Desk) -> None:
    page = desk.open(f"/handover?unit={UNIT}", OFFICER)
    page.get_by_label("Người nhận ca").select_option(COLLEAGUE)
    page.get_by_role("button", name="Bàn giao ca").click()
    page.get_by_text("chờ xác nhận").wait_for()
    theirs = desk.open(f"/handover?unit={UNIT}", COLLEAGUE)
    theirs.get_by_role("button", name="Nhận bàn giao").click()
    theirs.get_by_text("Đã thực hiện: Nhận bàn giao ca.").wait_for()
