"""The one place that talks HTTP to Zalo.

A fresh connection for each call: a kept-alive one that died unseen would turn a message that never
left into one that may have arrived. No redirect, no repetition, no proxy from the environment.
What is sent and received is never logged: it holds tokens and citizens' words.
"""

import http.client
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlsplit

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from functions.zalo.errors import AmbiguousDelivery, NotSent

MOST_BYTES = 2_000_000
"""Of an answer; Zalo's largest are some tens of kilobytes."""
_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds until connected, and until the whole answer is here."""

    connect: float
    total: float


API_DEADLINES = Deadlines(connect=3, total=10)
TOKEN_DEADLINES = Deadlines(connect=5, total=45)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whatever its status. Its body may hold tokens: not shown."""

    status: int
    body: bytes = field(repr=False)


class ZaloHttp:
    """Carries one request to Zalo and brings its answer back."""

    def __init__(
        self,
        *,
        deadlines: Deadlines = API_DEADLINES,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._deadlines = deadlines
        self._monotonic = monotonic

    def call(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None = None,
        deadlines: Deadlines | None = None,
    ) -> Answer:
        """Send a request once; `deadlines` if other than the usual ones.

        Raises:
            NotSent: no byte left us: the name, the connection or TLS failed.
            AmbiguousDelivery: bytes left us, and no whole answer came in time.
        """
        deadlines = deadlines or self._deadlines
        end = self._monotonic() + deadlines.total
        address = urlsplit(url)
        connection = self._connection(address.scheme, address.hostname or "", address.port)
        connection.timeout = deadlines.connect
        try:
            connection.connect()
        except (HTTPError, OSError) as error:
            connection.close()
            raise NotSent(f"no connection to Zalo: {type(error).__name__}") from None
        stream = connection.sock
        target = f"{address.path or '/'}?{address.query}" if address.query else address.path or "/"
        try:
            connection.timeout = self._left(end)
            connection.request(
                method, target, body, {**headers, "Connection": "close"}, preload_content=False
            )
            connection.timeout = self._left(end)
            response = connection.getresponse()
            content = bytearray()
            while chunk := response.read1(_CHUNK):
                content += chunk
                left = self._left(end)
                if stream.fileno() != -1:  # It is closed as soon as the answer is whole.
                    stream.settimeout(left)
                if len(content) > MOST_BYTES:
                    raise http.client.HTTPException
            return Answer(response.status, bytes(content))
        except (HTTPError, http.client.HTTPException, OSError) as error:
            raise AmbiguousDelivery(f"no answer from Zalo: {type(error).__name__}") from None
        finally:
            connection.close()

    def _connection(self, scheme: str, host: str, port: int | None) -> HTTPConnection:
        if scheme == "https":
            return HTTPSConnection(host, port, ssl_context=self._tls)
        return HTTPConnection(host, port)

    def _left(self, end: float) -> float:
        left = end - self._monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context()
