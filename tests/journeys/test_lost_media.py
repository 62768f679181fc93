"""An attachment that cannot be kept: both sides are told why, and nothing else is lost."""

import pytest

from infra.local import sample_media
from tests.emulators import wait_until
from tests.journeys.people import Citizen, Officer, World

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

TEXT = "Ô tô 14A-123.45 dừng đỗ chắn lối vào bệnh viện lúc 9h sáng nay"


@pytest.mark.parametrize(
    ("fault", "officer_reads", "citizen_reads"),
    [
        ("media_foreign_host", "không nằm trên máy chủ của Zalo", "không tải được một tệp"),
        ("media_oversize", "vượt dung lượng cho phép", "vượt dung lượng cho phép (25 MB)"),
        ("media_wrong_type", "Định dạng tệp không được hỗ trợ", "định dạng chưa được hỗ trợ"),
        ("media_gone", "đã hết hạn hoặc tệp đã bị thu hồi", "liên kết đã hết hạn"),
    ],
)
def test_both_sides_are_told_and_the_rest_is_kept(
    world: World, officer: Officer, fault: str, officer_reads: str, citizen_reads: str
) -> None:
    citizen = Citizen.new(world, "Vũ Thị Giang")
    world.forget_calls()
    citizen.send_file("image", "xe.png", sample_media.photograph("coffee.png"))
    wait_until(lambda: world.has_served_media(), seconds=60)
    world.fault(fault, user_id=citizen.user_id)
    citizen.send_file("image", "loi.jpg", sample_media.photograph("rocket.jpg"))
    citizen.send("text", text=TEXT)
    citizen.send("text", text="Xong")

    receipt = citizen.wait_for("chưa lưu được: 1 tệp")
    citizen.wait_for(citizen_reads)
    code = citizen.wait_for_code()
    assert code in receipt
    _, page = officer.report_page(code)
    assert officer_reads in page
    assert TEXT in page
    assert len(officer.originals(page)) == 1
