"""What surely never left, what may have arrived, and what must not be followed or shown."""

import socket
from collections.abc import Iterator

import pytest

from functions.zalo.errors import AmbiguousDelivery, NotSent
from functions.zalo.http import Answer, Deadlines, ZaloHttp
from tests.zalo.scripted_server import (
    Behaviour,
    ScriptedServer,
    answering,
    breaking_off,
    hanging_up,
)

SHORT = Deadlines(connect=0.2, total=0.2)
PATIENT = Deadlines(connect=10, total=10)


@pytest.fixture
def full_backlog() -> Iterator[int]:
    """A port on which nobody ever accepts and no more connections are taken."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for connection in waiting:
            connection.setblocking(False)
            connection.connect_ex(("127.0.0.1", port))
        yield port
        for connection in waiting:
            connection.close()


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def get(url: str, deadlines: Deadlines = PATIENT) -> Answer:
    return ZaloHttp().call("GET", url, headers={"access_token": "secret"}, deadlines=deadlines)


def test_answer_comes_back_whole(server: ScriptedServer) -> None:
    server.will(answering({"error": 0}, status=418))
    assert get(f"{server.url}/a/b?data=%7B%7D") == Answer(418, b'{"error": 0}')
    (request,) = server.received
    assert (request.path, request.query) == ("/a/b", {"data": ["{}"]})
    assert request.headers["access_token"] == "secret"


def test_refused_connection_was_not_sent(closed_port: int) -> None:
    with pytest.raises(NotSent):
        get(f"http://127.0.0.1:{closed_port}/")


def test_unknown_name_was_not_sent() -> None:
    with pytest.raises(NotSent):
        get("http://zalo.invalid/")


def test_connection_that_takes_too_long_was_not_sent(full_backlog: int) -> None:
    with pytest.raises(NotSent):
        get(f"http://127.0.0.1:{full_backlog}/", SHORT)


def test_failed_tls_was_not_sent(server: ScriptedServer) -> None:
    with pytest.raises(NotSent):
        get(server.url.replace("http:", "https:"))
    assert server.received == []


def test_tls_handshake_that_hangs_was_not_sent() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        with pytest.raises(NotSent):
            get(f"https://127.0.0.1:{listener.getsockname()[1]}/", SHORT)


@pytest.mark.parametrize("behaviour", [hanging_up, breaking_off])
def test_broken_answer_is_ambiguous(server: ScriptedServer, behaviour: Behaviour) -> None:
    server.will(behaviour)
    with pytest.raises(AmbiguousDelivery):
        get(server.url)


def test_silence_is_ambiguous(server: ScriptedServer) -> None:
    server.will(server.silent)
    with pytest.raises(AmbiguousDelivery):
        get(server.url, SHORT)


def test_answer_that_drips_is_cut_off_in_time(server: ScriptedServer) -> None:
    server.will(server.dripping)
    with pytest.raises(AmbiguousDelivery):
        get(server.url, SHORT)


def test_endless_answer_is_cut_off(server: ScriptedServer) -> None:
    server.will(answering(bytes(2_000_001)))
    with pytest.raises(AmbiguousDelivery):
        get(server.url)


def test_redirect_is_not_followed(server: ScriptedServer) -> None:
    server.will(answering({}, status=302, Location=f"{server.url}/elsewhere"))
    assert get(server.url).status == 302
    assert len(server.received) == 1


def test_each_call_has_its_own_connection(server: ScriptedServer) -> None:
    server.will(answering({}), answering({}))
    http = ZaloHttp()
    for _ in range(2):
        http.call("GET", server.url, headers={})
    assert [request.headers["connection"] for request in server.received] == ["close", "close"]


def test_nothing_secret_shows(server: ScriptedServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    server.will(answering({"access_token": "secret"}), hanging_up)
    answer = get(server.url)
    with pytest.raises(AmbiguousDelivery) as caught:
        get(f"{server.url}/?data=secret")
    assert "secret" not in repr(answer) + str(caught.value) + caplog.text
