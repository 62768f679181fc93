"""What the tests of the Zalo client share."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from functions.zalo.api import PageAccess, ZaloApi
from functions.zalo.http import ZaloHttp
from tests.zalo.samples import PAGE
from tests.zalo.scripted_server import ScriptedServer
from tests.zalo.simulator import Simulator

NOW = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


@pytest.fixture
def api(server: ScriptedServer) -> ZaloApi:
    return ZaloApi(ZaloHttp(), api_url=server.url, template_url=server.url, now=lambda: NOW)


@pytest.fixture
def page() -> PageAccess:
    return PageAccess(PAGE, "the-access-token")


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with Simulator.running(tmp_path_factory.mktemp("simulator")) as running:
        yield running


@pytest.fixture
def live_api(simulator: Simulator) -> Iterator[ZaloApi]:
    """The client on the simulator, which behaves itself again when the test is over."""
    yield ZaloApi(ZaloHttp(), api_url=simulator.url, template_url=simulator.url, now=simulator.now)
    simulator.no_faults()


@pytest.fixture
def state_body(simulator: Simulator) -> PageAccess:
    """A state body's page, whose ZBS account pays."""
    page_id = simulator.page_of_type(4, linked_account=True)
    return PageAccess(page_id, simulator.grant(page_id))


@pytest.fixture
def business(simulator: Simulator) -> PageAccess:
    """A business page without a ZBS account."""
    page_id = simulator.page_of_type(2, linked_account=False)
    return PageAccess(page_id, simulator.grant(page_id))
