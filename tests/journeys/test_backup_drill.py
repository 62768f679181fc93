"""The backup drill: export, lose everything, restore, and the story goes on to its end."""

import shutil
from pathlib import Path

import pytest

from infra.local.system import LocalSystem
from tests.journeys.people import Citizen, Officer, World

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

OFFICER = "officer-minh"


def _list_page(system: LocalSystem) -> str:
    officer = Officer.sign_in(system.addresses.admin, OFFICER)
    page = officer.list_page()
    officer.close()
    return page


def test_a_restored_record_goes_on_where_it_was(tmp_path: Path) -> None:
    data, backup = tmp_path / "data", tmp_path / "backup"
    with LocalSystem(data=data, free_ports=True) as system:
        citizen = Citizen.new(World(system.addresses.simulator), "Bùi Văn Khoa")
        citizen.send("text", text="Xe khách 14B-012.34 đón khách trên cao tốc sáng nay")
        citizen.send("text", text="Xong")
        code = citizen.wait_for_code()
    shutil.copytree(data / "firestore", backup)

    shutil.rmtree(data / "firestore")
    with LocalSystem(data=data, free_ports=True) as system:
        assert code not in _list_page(system)

    shutil.rmtree(data / "firestore")
    shutil.copytree(backup, data / "firestore")
    with LocalSystem(data=data, free_ports=True) as system:
        assert code in _list_page(system)
        officer = Officer.sign_in(system.addresses.admin, OFFICER)
        officer.conclude(code, outcome="fined", reason="", delay_days=0)
        officer.close()
        citizen = Citizen(World(system.addresses.simulator), citizen.page, citizen.user_id)
        told = citizen.wait_for("Kết quả phản ánh")
        assert code in told
        assert len(citizen.received_with("Kết quả phản ánh")) == 1
