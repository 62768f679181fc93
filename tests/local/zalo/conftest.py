from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.local.zalo.simulator import Grounds, Simulator
from tests.local.zalo.webhook import Webhook


@pytest.fixture(scope="session")
def grounds() -> Iterator[Grounds]:
    grounds = Grounds()
    yield grounds
    grounds.close()


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    webhook = Webhook()
    yield webhook
    webhook.close()


@pytest.fixture(scope="session")
def shared(grounds: Grounds, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """One world for all tests that leave nothing behind in it but citizens."""
    nobody = "http://127.0.0.1:9/"
    shared = Simulator(grounds, tmp_path_factory.mktemp("shared"), nobody)
    yield shared
    shared.stop()


@pytest.fixture
def simulator(grounds: Grounds, webhook: Webhook, tmp_path: Path) -> Iterator[Simulator]:
    simulator = Simulator(grounds, tmp_path, webhook.url)
    yield simulator
    simulator.stop()
