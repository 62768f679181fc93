"""Saved views in a real Chromium: kept and found by keyboard, light and dark, wide and narrow."""

import re

import pytest
from playwright.sync_api import expect

from tests.admin.desk import Desk
from tests.admin.morning import morning_of
from tests.admin.station import UNIT
from tests.chromium import needs_chromium

PATHS = {
    "save-queue": f"/?unit={UNIT}&queue=new",
    "save-search": "/search?state=received",
    "saved": "/saved",
}

pytestmark = [pytest.mark.browser, needs_chromium]


@pytest.mark.parametrize("name", PATHS)
def test_every_form_is_usable_by_everybody(desk: Desk, name: str) -> None:
    morning_of(desk.station)
    page = desk.open(PATHS[name])
    page.locator(".save > summary").first.click()
    desk.look(name)


def test_a_view_is_saved_and_opened_again_by_the_palette(desk: Desk) -> None:
    page = desk.open(f"/?unit={UNIT}&queue=urgent")
    desk.press("Control+k")
    page.keyboard.type("luu muc nay")
    desk.press("Enter")
    expect(page.get_by_label("Tên mục")).to_be_focused()
    page.keyboard.type("Gấp")
    desk.press("Enter")
    link = page.locator("#queues .saved").get_by_role("link", name="Gấp")
    expect(link).to_have_attribute("aria-current", "true")
    page.goto("/?queue=all")
    expect(link).to_be_visible()
    desk.press("Control+k")
    page.keyboard.type("gap")
    desk.press("Enter")
    expect(page).to_have_url(re.compile("queue=urgent"))


def test_a_list_stands_still_while_a_name_is_typed_in_it(desk: Desk) -> None:
    page = desk.open(PATHS["save-queue"])
    desk.wait_until_still()
    page.locator(".save > summary").click()
    page.get_by_label("Tên mục").fill("Việc mới")
    page.evaluate("htmx.trigger('#list', 'refresh')")
    desk.wait_until_still()
    expect(page.get_by_label("Tên mục")).to_have_value("Việc mới")
