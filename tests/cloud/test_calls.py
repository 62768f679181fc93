"""One function calls another, as itself."""

import pytest
import urllib3
from pydantic import BaseModel

from functions.cloud.calls import Calls
from functions.cloud.metadata import Metadata
from functions.errors import Transient
from tests.emulators import MovableClock
from tests.zalo.scripted_server import Behaviour, ScriptedServer, answering, hanging_up


class KeepPiece(BaseModel):
    """A body as tasks carry it."""

    evidence: str


@pytest.fixture
def calls(server: ScriptedServer, pool: urllib3.PoolManager, clock: MovableClock) -> Calls:
    server.will(answering(b"own.identity.token"))
    return Calls(pool, Metadata(server.url.removeprefix("http://"), clock.now))


def test_a_function_is_called_with_our_own_identity(calls: Calls, server: ScriptedServer) -> None:
    server.will(answering(b"done"))

    word = calls.call(f"{server.url}/upload", KeepPiece(evidence="piece1"))

    assert word == "done"
    token, called = server.received
    assert token.query["audience"] == [f"{server.url}/upload"]
    assert (called.method, called.path) == ("POST", "/upload")
    assert called.headers["authorization"] == "Bearer own.identity.token"
    assert called.json() == {"evidence": "piece1"}


@pytest.mark.parametrize(
    "behaviour",
    [
        *(answering(b"", status) for status in (202, 204, 302, 401, 403, 404, 500, 503)),
        hanging_up,
    ],
    ids=["202", "204", "302", "401", "403", "404", "500", "503", "hung up"],
)
def test_whatever_is_not_200_is_not_done(
    calls: Calls, server: ScriptedServer, behaviour: Behaviour
) -> None:
    server.will(behaviour)

    with pytest.raises(Transient):
        calls.call(f"{server.url}/upload", KeepPiece(evidence="piece1"))


def test_a_function_that_does_not_answer_is_not_waited_for(
    calls: Calls, server: ScriptedServer
) -> None:
    server.will(server.silent)

    with pytest.raises(Transient):
        calls.call(f"{server.url}/upload", KeepPiece(evidence="piece1"), seconds=0.1)


def test_without_an_identity_nobody_is_called(
    server: ScriptedServer, pool: urllib3.PoolManager, clock: MovableClock
) -> None:
    server.will(answering({}, 500))
    calls = Calls(pool, Metadata(server.url.removeprefix("http://"), clock.now))

    with pytest.raises(Transient):
        calls.call(f"{server.url}/upload", KeepPiece(evidence="piece1"))

    assert len(server.received) == 1
