"""Firestore away or silent: whoever asks is told soon, and by an error of ours."""

import socket
from collections.abc import Callable, Iterator

import pytest

from functions.cloud.firestore import Database
from functions.errors import Transient
from tests.emulators import Project

CALLS: list[Callable[[Database], object]] = [
    lambda database: database.read("things/one"),
    lambda database: database.read_many(["things/one", "things/two"]),
    lambda database: database.find("things", limit=1),
]


@pytest.fixture
def refusing() -> Iterator[str]:
    """A port that nobody can listen on and nobody answers at."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture
def silent() -> Iterator[str]:
    """A port that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"127.0.0.1:{listening.getsockname()[1]}"


@pytest.mark.parametrize("call", CALLS, ids=["read", "read many", "find"])
@pytest.mark.parametrize("place", ["refusing", "silent"])
def test_a_read_without_an_answer_ends_soon(
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    place: str,
    call: Callable[[Database], object],
) -> None:
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", request.getfixturevalue(place))

    with pytest.raises(Transient):
        call(Database(project.firestore_client(), read_seconds=0.3))


def test_a_commit_without_an_answer_is_not_repeated(
    project: Project, monkeypatch: pytest.MonkeyPatch, refusing: str
) -> None:
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", refusing)
    commit = project.database().commit()
    commit.create("things/one", {"value": 1})

    with pytest.raises(Transient):
        commit.send()
