"""Fixtures of the officers' page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from tests.admin.issuer import Issuer, issuer_at
from tests.admin.station import Station
from tests.emulators import MovableClock, Project


@pytest.fixture(scope="session")
def signing_key() -> RSAPrivateKey:
    """The issuer's key: drawn once, because drawing is slow."""
    return generate_private_key(public_exponent=65_537, key_size=2048)


@pytest.fixture
def issuer(clock: MovableClock, signing_key: RSAPrivateKey) -> Iterator[Issuer]:
    """An issuer of sign-ins on this machine."""
    with issuer_at(clock.now, signing_key) as issuer:
        yield issuer


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where compiled templates are kept from test to test."""
    return tmp_path_factory.mktemp("templates")


@pytest.fixture
def station(project: Project, clock: MovableClock, issuer: Issuer, compiled: Path) -> Station:
    """The officers' page, its units and its officers."""
    return Station(project, clock, issuer, compiled)
