"""One running system for all journeys, started by the launcher as `make run` starts it."""

from collections.abc import Iterator

import pytest

from infra.local.province import read_province
from infra.local.settings import PROVINCE
from infra.local.system import LocalSystem
from tests.journeys.people import Officer, World


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSystem]:
    """The whole system, with real emulators and every function in its own process."""
    with LocalSystem(data=tmp_path_factory.mktemp("system"), free_ports=True) as running:
        yield running


@pytest.fixture
def world(system: LocalSystem) -> Iterator[World]:
    """The control room, with no fault on before and after."""
    world = World(system.addresses.simulator)
    world.no_faults()
    yield world
    world.no_faults()


@pytest.fixture
def officer(system: LocalSystem) -> Iterator[Officer]:
    """An officer of the unit whose page citizens write to, signed in."""
    province = read_province(PROVINCE)
    unit_id = province.pages[0].unit_id
    subject = next(
        officer.subject
        for officer in province.officers
        if any(role.unit_id == unit_id for role in officer.roles)
    )
    officer = Officer.sign_in(system.addresses.admin, subject)
    yield officer
    officer.close()
