"""Fixtures of the cloud tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.cloud.issuer import Issuer, new_key
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


@pytest.fixture(scope="session")
def signing_key() -> RSAPrivateKey:
    """The issuer's key: making one takes longer than a test."""
    return new_key()


@pytest.fixture(scope="session")
def signing_key_file(signing_key: RSAPrivateKey, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The issuer's key as the tasks server reads it."""
    path = tmp_path_factory.mktemp("keys") / "signing.pem"
    path.write_bytes(signing_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path


@pytest.fixture
def issuer(server: ScriptedServer, clock: MovableClock, signing_key: RSAPrivateKey) -> Issuer:
    """An issuer whose key is published."""
    issuer = Issuer(server, clock, signing_key)
    issuer.publish()
    return issuer
