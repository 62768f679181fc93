"""Fixtures of the officers' page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from playwright.sync_api import Browser

from tests.admin.assertions import published_keys
from tests.admin.desk import Desk
from tests.admin.issuer import Issuer, issuer_at
from tests.admin.served import served
from tests.admin.station import Station
from tests.emulators import MovableClock, Project, free_port


@pytest.fixture(scope="session")
def signing_key() -> RSAPrivateKey:
    """The issuer's key: drawn once, because drawing is slow."""
    return generate_private_key(public_exponent=65_537, key_size=2048)


@pytest.fixture
def issuer(clock: MovableClock, signing_key: RSAPrivateKey) -> Iterator[Issuer]:
    """An issuer of sign-ins on this machine."""
    with issuer_at(clock.now, signing_key) as issuer:
        yield issuer


@pytest.fixture
def jwks_url() -> Iterator[str]:
    """Where the keys of Identity-Aware Proxy are."""
    with published_keys() as address:
        yield address


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where compiled templates are kept from test to test."""
    return tmp_path_factory.mktemp("templates")


@pytest.fixture
def station(project: Project, clock: MovableClock, issuer: Issuer, compiled: Path) -> Station:
    """The officers' page, its units and its officers."""
    return Station(project, clock, issuer, compiled)


@pytest.fixture
def served_station(
    project: Project, clock: MovableClock, issuer: Issuer, compiled: Path
) -> Iterator[Station]:
    """A station that listens, so that a real browser can come."""
    port = free_port()
    station = Station(project, clock, issuer, compiled, f"http://127.0.0.1:{port}")
    with served(station, port):
        yield station


@pytest.fixture
def desk(browser: Browser, served_station: Station) -> Iterator[Desk]:
    """An officer's window before anybody signed in."""
    with Desk(browser, served_station) as desk:
        yield desk
