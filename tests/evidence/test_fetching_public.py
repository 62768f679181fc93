"""Zalo's hosts: resolved once, checked, connected to that very address, over TLS in their name."""

import datetime
import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from functions.errors import Transient
from functions.evidence.fetching import Fetcher, resolve
from functions.evidence.model import FailureReason
from functions.evidence.screening import Refused
from infra.local.sample_media import photograph
from tests.evidence.media_host import MediaHost

JPEG = photograph("rocket.jpg")
HOST = "photo.zdn.vn"


def _certificate(folder: Path, *names: x509.GeneralName) -> tuple[Path, Path]:
    """A self-signed certificate for these names; its file and its key's."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(certificate.public_bytes(Encoding.PEM))
    files[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return files


@pytest.fixture
def tls_host(tmp_path: Path) -> Iterator[Callable[..., MediaHost]]:
    """Makes a media host with a certificate for some names."""
    hosts: list[MediaHost] = []

    def make(*names: x509.GeneralName) -> MediaHost:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*_certificate(tmp_path, *names))
        hosts.append(MediaHost(context).__enter__())
        return hosts[-1]

    yield make
    for host in hosts:
        host.__exit__(None, None, None)


class Internet:
    """Stands for the internet: whatever address is connected to, one host of the test answers."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.connections: list[tuple[str, int]] = []
        """The addresses that were connected to."""
        self._patch = patch

    def leads_to(self, host: MediaHost) -> None:
        """From now on that host answers."""
        connect = socket.create_connection

        def connected(address: tuple[str, int], timeout: float, **_: Any) -> socket.socket:
            self.connections.append(address)
            return connect(("127.0.0.1", host.port), timeout)

        self._patch.setattr("urllib3.util.connection.create_connection", connected)


@pytest.fixture
def internet(monkeypatch: pytest.MonkeyPatch) -> Internet:
    """An internet of the test's own."""
    return Internet(monkeypatch)


def _trust(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "certificate.pem"))


def _fetch(*answers: list[str]) -> str:
    """Fetch from Zalo's host while its name resolves to these answers, one after the other."""
    waiting = iter(answers)
    fetcher = Fetcher(
        allowed=["zdn.vn"],
        maximum_bytes=1024 * 1024,
        total_seconds=60,
        resolver=lambda host, port: next(waiting),
    )
    with fetcher.fetch(f"https://{HOST}/1") as fetched:
        return fetched.sha256


def test_the_address_that_was_checked_is_the_one_connected_to(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    tls_host: Callable[..., MediaHost],
    internet: Internet,
) -> None:
    host = tls_host(x509.DNSName(HOST))
    internet.leads_to(host)
    _trust(tmp_path, monkeypatch)
    host.lay(JPEG)

    # A name that answers with a public address first and with our own metadata server next.
    _fetch(["8.8.8.8"], ["169.254.169.254"])

    assert internet.connections == [("8.8.8.8", 443)]
    assert host.asked[0][1]["host"] == HOST


def test_a_certificate_of_somebody_else_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    tls_host: Callable[..., MediaHost],
    internet: Internet,
) -> None:
    host = tls_host(x509.DNSName("evil.com"), x509.IPAddress(ipaddress.ip_address("8.8.8.8")))
    internet.leads_to(host)
    _trust(tmp_path, monkeypatch)
    host.lay(JPEG)

    with pytest.raises(Transient, match="SSLError"):
        _fetch(["8.8.8.8"])

    assert host.asked == []


def test_a_certificate_that_nobody_vouches_for_is_refused(
    tls_host: Callable[..., MediaHost], internet: Internet
) -> None:
    host = tls_host(x509.DNSName(HOST))
    internet.leads_to(host)
    host.lay(JPEG)

    with pytest.raises(Transient, match="SSLError"):
        _fetch(["8.8.8.8"])

    assert host.asked == []


@pytest.mark.parametrize(
    "answers",
    [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["::ffff:169.254.169.254"], ["fd00::1"], []],
    ids=["own", "one of two", "mapped", "private", "none"],
)
def test_a_name_with_an_address_that_is_not_public_is_not_connected_to(
    host: MediaHost, answers: list[str], internet: Internet
) -> None:
    internet.leads_to(host)

    with pytest.raises(Refused) as refused:
        _fetch(answers)

    assert refused.value.reason is FailureReason.FOREIGN_HOST
    assert internet.connections == []


def test_a_proxy_of_the_environment_is_not_used(
    host: MediaHost, internet: Internet, monkeypatch: pytest.MonkeyPatch
) -> None:
    internet.leads_to(host)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:3128")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:3128")

    with pytest.raises(Transient):
        _fetch(["8.8.8.8"])

    assert internet.connections == [("8.8.8.8", 443)]


def test_the_system_s_resolver_gives_addresses() -> None:
    assert "127.0.0.1" in resolve("127.0.0.1", 443)


def test_a_name_that_does_not_resolve_is_tried_again_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    with pytest.raises(Transient):
        resolve(HOST, 443)
