"""Opening an identity in a real Chromium: two officers, one reading, one alert; and accessible."""

import pytest

from functions.identity.disclosure import Disclosed
from tests.admin.desk import Desk
from tests.admin.station import INVESTIGATOR, LEAD, UNIT_HEAD
from tests.chromium import needs_chromium

NAME = "Trần Thị Mẫu Danh"

pytestmark = [pytest.mark.browser, needs_chromium]


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """A window of the unit's officers; the vault knows the reporter."""
    desk.station.vault.end = Disclosed(
        is_known=True, name=NAME, phone="84900000123", user_id="9876543210"
    )
    return desk


def test_two_officers_open_an_identity_once_and_the_head_is_told(desk: Desk) -> None:
    report = desk.station.report("Xe tải vượt đèn đỏ")
    page = desk.open(f"/reports/{report.id}", INVESTIGATOR)
    page.get_by_role("link", name="Đề nghị mở danh tính").click()
    desk.look("identity-ask")
    page.get_by_label("Lý do cần biết danh tính").fill("Cần mời làm chứng")
    page.get_by_role("button", name="Gửi đề nghị").click()
    page.get_by_text("Chờ duyệt").wait_for()

    lead = desk.open("/", LEAD)
    lead.get_by_role("link", name="1 đề nghị mở danh tính chờ đồng chí duyệt").click()
    desk.look("identity-approve")
    lead.get_by_role("button", name="Duyệt mở").click()
    lead.get_by_text("Không có đề nghị nào.", exact=True).wait_for()

    page = desk.open("/identity", INVESTIGATOR)
    page.get_by_role("button", name="Xem danh tính, một lần").click()
    page.get_by_text(NAME).wait_for()
    assert NAME not in page.url
    desk.look("identity-shown")

    head = desk.open("/", UNIT_HEAD)
    head.get_by_text("Danh tính người phản ánh đã được mở").wait_for()
    desk.look("identity-alert")
    head.get_by_role("button", name="Đã xem").click()
    head.wait_for_url("**/identity")
    assert head.get_by_text("Danh tính người phản ánh đã được mở").count() == 0


def test_what_each_role_may_do_is_readable(desk: Desk) -> None:
    desk.open("/permissions")
    desk.look("permissions")
