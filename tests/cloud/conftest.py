"""Fixtures of the cloud tests."""

from collections.abc import Iterator

import pytest
import urllib3

from tests.cloud.issuer import Issuer
from tests.emulators import MovableClock
from tests.zalo.scripted_server import ScriptedServer


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """A server that does what the test tells it to."""
    with ScriptedServer() as server:
        yield server


@pytest.fixture
def pool() -> Iterator[urllib3.PoolManager]:
    """Connections, closed at the end."""
    pool = urllib3.PoolManager(retries=False)
    yield pool
    pool.clear()


@pytest.fixture
def issuer(server: ScriptedServer, clock: MovableClock) -> Issuer:
    """An issuer whose key is published."""
    issuer = Issuer(server, clock)
    issuer.publish()
    return issuer
