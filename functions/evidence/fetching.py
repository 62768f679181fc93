"""The download: from a checked address, counted while it runs, hashed on the way to a file."""

import hashlib
import socket
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

import urllib3

from functions.errors import Transient
from functions.evidence.model import FailureReason
from functions.evidence.screening import (
    SNIFFED_BYTES,
    USUAL_PORT,
    Origin,
    Refused,
    is_public,
    screen_address,
    screen_type,
)

_PIECE_BYTES = 64 * 1024
_CONNECT_SECONDS = 5.0
_READ_SECONDS = 15.0
_GONE = {401, 403, 404, 410}

Resolver = Callable[[str, int], list[str]]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came: a file positioned anywhere, and what it is."""

    content: IO[bytes]
    size: int
    sha256: str
    md5: str
    media_type: str


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host, by the system's resolver.

    Raises:
        Transient: the name could not be resolved.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        raise Transient("the media host's name could not be resolved") from None
    return [str(entry[4][0]) for entry in found]


class Fetcher:
    """Fetches attachments from Zalo's media hosts, and from nowhere else."""

    def __init__(
        self,
        *,
        allowed: Sequence[str],
        maximum_bytes: int,
        total_seconds: float,
        resolver: Resolver = resolve,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._allowed = allowed
        self._maximum_bytes = maximum_bytes
        self._total_seconds = total_seconds
        self._resolver = resolver
        self._monotonic = monotonic

    @contextmanager
    def fetch(self, address: str) -> Iterator[Fetched]:
        """Download into a temporary file that lives as long as the context.

        Raises:
            Refused: not from there, not that large, not that type, or gone.
            Transient: nothing usable came this time.
        """
        origin = screen_address(address, self._allowed)
        with tempfile.TemporaryFile() as content:
            yield self._download(origin, content)

    def _download(self, origin: Origin, content: IO[bytes]) -> Fetched:
        deadline = self._monotonic() + self._total_seconds
        sha256, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
        size, start = 0, b""
        try:
            with self._connect(origin) as pool:
                answer = pool.request(
                    "GET",
                    origin.path,
                    headers={"Host": _host_header(origin), "Accept-Encoding": "identity"},
                    preload_content=False,
                    redirect=False,
                    retries=False,
                    timeout=urllib3.Timeout(connect=_CONNECT_SECONDS, read=_READ_SECONDS),
                )
                with answer:
                    self._check_status(answer)
                    # read1, because read waits for whole pieces: for hours, if they come in drops.
                    while piece := answer.read1(_PIECE_BYTES, decode_content=False):
                        size += len(piece)
                        if size > self._maximum_bytes:
                            raise Refused(FailureReason.TOO_LARGE)
                        if self._monotonic() > deadline:
                            raise Transient("the download took too long")
                        if len(start) < SNIFFED_BYTES:
                            start += piece[: SNIFFED_BYTES - len(start)]
                        sha256.update(piece)
                        md5.update(piece)
                        content.write(piece)
        except urllib3.exceptions.HTTPError as error:
            raise Transient(f"media host: {type(error).__name__}") from None
        if not size:
            # Integrators report empty first answers of links that work a moment later.
            raise Transient("the media host sent nothing")
        return Fetched(content, size, sha256.hexdigest(), md5.hexdigest(), screen_type(start))

    def _check_status(self, answer: urllib3.BaseHTTPResponse) -> None:
        if answer.status in _GONE:
            raise Refused(FailureReason.GONE)
        if 300 <= answer.status < 400:
            raise Refused(FailureReason.FOREIGN_HOST)
        if answer.status != 200:
            raise Transient(f"media host answered {answer.status}")
        stated = answer.headers.get("Content-Length", "")
        if stated.isdecimal() and int(stated) > self._maximum_bytes:
            raise Refused(FailureReason.TOO_LARGE)

    def _connect(self, origin: Origin) -> Any:
        if not origin.public_only:
            pool_class = {
                "http": urllib3.HTTPConnectionPool,
                "https": urllib3.HTTPSConnectionPool,
            }[origin.scheme]
            return pool_class(origin.host, origin.port)
        # Resolved once, checked, and connected to that very address: a name that changes its
        # answer between the check and the connection gains nothing.
        addresses = self._resolver(origin.host, origin.port)
        if not addresses or not all(is_public(address) for address in addresses):
            raise Refused(FailureReason.FOREIGN_HOST)
        return urllib3.HTTPSConnectionPool(
            addresses[0],
            origin.port,
            server_hostname=origin.host,
            assert_hostname=origin.host,
        )


def _host_header(origin: Origin) -> str:
    usual = USUAL_PORT[origin.scheme]
    return origin.host if origin.port == usual else f"{origin.host}:{origin.port}"
