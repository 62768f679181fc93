"""Kept connections: used again, replaced when dead, and never waited for longer than told."""

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from functions.cloud.connections import Connections
from functions.errors import Transient
from tests.zalo.scripted_server import ScriptedServer, breaking_off, hanging_up

Behaviour = Callable[[BaseHTTPRequestHandler], None]


def _answer(handler: BaseHTTPRequestHandler) -> None:
    body = f"{handler.command} {handler.path}".encode()
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


class Host:
    """A server that keeps connections open, and counts them."""

    def __init__(self) -> None:
        self.connections = 0
        self.requests = 0
        self.behaviour: Behaviour = _answer
        host = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                super().setup()
                host.connections += 1
                host._open.append(self.connection)

            def _handle(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                host.requests += 1
                host.behaviour(self)

            do_GET = do_POST = _handle  # noqa: N815, the base class asks for these names

            def log_message(self, format: str, *args: Any) -> None:
                """Nothing: what matters is counted."""

        self._open: list[socket.socket] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def reset_connections(self) -> None:
        """Close what is open, as after a freeze."""
        while self._open:
            self._open.pop().shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def host() -> Iterator[Host]:
    host = Host()
    yield host
    host.close()


def _get(connections: Connections, seconds: float = 5) -> tuple[int, bytes]:
    return connections.request("GET", "/a?b=c", headers={}, seconds=seconds)


def test_an_answer_is_its_status_and_its_body(host: Host) -> None:
    assert _get(Connections(host.url)) == (200, b"GET /a?b=c")


def test_a_connection_is_used_again(host: Host) -> None:
    connections = Connections(host.url)

    for _ in range(5):
        _get(connections)

    assert (host.connections, host.requests) == (1, 5)


def test_a_connection_that_died_meanwhile_is_replaced(host: Host) -> None:
    connections = Connections(host.url)
    _get(connections)
    host.reset_connections()

    assert _get(connections)[0] == 200
    assert (host.connections, host.requests) == (2, 2)


def test_a_request_on_a_new_connection_is_not_repeated(server: ScriptedServer) -> None:
    server.will(hanging_up, hanging_up)

    with pytest.raises(Transient):
        _get(Connections(server.url))

    assert len(server.received) == 1


def test_requests_at_once_have_connections_of_their_own(host: Host) -> None:
    connections = Connections(host.url)
    all_are_there = threading.Barrier(4)

    def wait_for_all(handler: BaseHTTPRequestHandler) -> None:
        all_are_there.wait(10)
        _answer(handler)

    host.behaviour = wait_for_all
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: _get(connections)[0], range(4)))

    assert answers == [200] * 4
    assert host.connections == 4


def test_an_answer_is_waited_for_no_longer_than_told(server: ScriptedServer) -> None:
    server.will(server.silent)

    with pytest.raises(Transient):
        _get(Connections(server.url), seconds=0.1)


def test_without_any_time_nothing_is_asked(host: Host) -> None:
    with pytest.raises(Transient):
        _get(Connections(host.url), seconds=0)

    assert host.requests == 0


@pytest.mark.parametrize("behaviour", [hanging_up, breaking_off], ids=["hung up", "broken off"])
def test_half_an_answer_is_none(server: ScriptedServer, behaviour: Behaviour) -> None:
    server.will(behaviour)

    with pytest.raises(Transient):
        _get(Connections(server.url))


def test_a_host_that_is_away_is_told() -> None:
    with pytest.raises(Transient):
        _get(Connections("http://127.0.0.1:1"))


def test_a_host_that_speaks_no_tls_is_told(host: Host) -> None:
    with pytest.raises(Transient):
        _get(Connections(host.url.replace("http:", "https:")))


def test_a_failure_leaves_nothing_behind_that_the_next_request_trips_over(host: Host) -> None:
    connections = Connections(host.url)
    host.behaviour = breaking_off
    with pytest.raises(Transient):
        _get(connections)

    host.behaviour = _answer
    assert _get(connections)[0] == 200
