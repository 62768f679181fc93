"""An outcome after Zalo's seven days: held, shown to the officer, delivered at the next touch."""

import pytest

from tests.emulators import wait_until
from tests.journeys.people import Citizen, Officer, World

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]


def test_a_held_outcome_arrives_when_the_citizen_touches_the_menu(
    world: World, officer: Officer
) -> None:
    citizen = Citizen.new(world, "Đỗ Văn Hải")
    citizen.send("text", text="Xe tải 14C-111.22 làm rơi vãi đất đá trên Quốc lộ 18")
    citizen.send("text", text="Xong")
    code = citizen.wait_for_code()
    address, _ = officer.report_page(code)
    officer.conclude(code, outcome="fined", reason="", delay_days=8)

    world.advance("P8D")
    # A session lasts twelve hours.
    officer.sign_in_again()
    wait_until(lambda: "trong 7 ngày qua" in officer.browser.get(address).text, seconds=90)
    assert not citizen.received_with("Kết quả phản ánh")

    citizen.tap("#tracuu")
    told = citizen.wait_for("Kết quả phản ánh")
    assert code in told
    assert len(citizen.received_with("Kết quả phản ánh")) == 1
