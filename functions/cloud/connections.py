"""Kept-alive connections to one host, over the standard library.

For what the webhook does at every event, where a general client's own work would weigh more than
the request. Requests made here must be safe to repeat, because a kept connection that turns out
dead is replaced and the request made once more: an instance wakes up with all its connections reset
whenever it was frozen between two events.
"""

import http.client
import socket
import ssl
import threading
import time
import weakref
from collections.abc import Mapping
from functools import cache
from urllib.parse import urlsplit

from functions.errors import Transient

_MOST_KEPT = 16


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


class Connections:
    """Connections to the host of `address`."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._host = parts.hostname or ""
        self._port = parts.port
        self._is_secure = parts.scheme == "https"
        self._kept: list[http.client.HTTPConnection] = []
        self._lock = threading.Lock()
        weakref.finalize(self, _close_all, self._kept)

    def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        seconds: float,
        body: bytes | None = None,
    ) -> tuple[int, bytes]:
        """Status and body of the answer, had within `seconds`.

        Raises:
            Transient: no answer in time. The request may have been carried out.
        """
        until = time.monotonic() + seconds
        connection = self._take()
        is_kept = connection.sock is not None
        try:
            try:
                answer = _exchange(connection, method, path, body, headers, until)
            except (ConnectionError, http.client.RemoteDisconnected):
                if not is_kept:
                    raise
                connection.close()
                answer = _exchange(connection, method, path, body, headers, until)
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise Transient(f"no answer: {type(error).__name__}") from None
        self._give_back(connection)
        return answer

    def _take(self) -> http.client.HTTPConnection:
        with self._lock:
            if self._kept:
                return self._kept.pop()
        if self._is_secure:
            return http.client.HTTPSConnection(self._host, self._port, context=_tls())
        return http.client.HTTPConnection(self._host, self._port)

    def _give_back(self, connection: http.client.HTTPConnection) -> None:
        with self._lock:
            if connection.sock is not None and len(self._kept) < _MOST_KEPT:
                self._kept.append(connection)
                return
        connection.close()


def _close_all(connections: list[http.client.HTTPConnection]) -> None:
    for connection in connections:
        connection.close()


def _exchange(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    body: bytes | None,
    headers: Mapping[str, str],
    until: float,
) -> tuple[int, bytes]:
    if connection.sock is None:
        connection.timeout = _left(until)
        connection.connect()
        # Headers and body leave in two pieces; the second must not wait for the first's receipt.
        _socket(connection).setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    wire = _socket(connection)
    wire.settimeout(_left(until))
    connection.request(method, path, body, dict(headers))
    answer = connection.getresponse()
    if connection.sock is not None:
        wire.settimeout(_left(until))
    return answer.status, answer.read()


def _socket(connection: http.client.HTTPConnection) -> socket.socket:
    # The type stubs say that it is always there; it is, between connecting and closing.
    wire: socket.socket = connection.sock
    return wire


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
