"""One worker, one world and one server for all tests of a process; each test has its own queue."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from .running import REPOSITORY, TasksServer
from .stand_ins import StillWorld, Worker


@pytest.fixture(scope="session")
def signing_key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    path = tmp_path_factory.mktemp("keys") / "signing.pem"
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path


@pytest.fixture(scope="session")
def worker() -> Iterator[Worker]:
    worker = Worker()
    yield worker
    worker.close()


@pytest.fixture(scope="session")
def shared_world() -> Iterator[StillWorld]:
    world = StillWorld()
    yield world
    world.close()


@pytest.fixture
def world(shared_world: StillWorld) -> Iterator[StillWorld]:
    """Its clock goes on from test to test; its faults do not, and should name the test's queue."""
    yield shared_world
    shared_world.switch_off()


@pytest.fixture
def own_world() -> Iterator[StillWorld]:
    """A world that the shared server does not ask."""
    world = StillWorld()
    yield world
    world.close()


@pytest.fixture(scope="session")
def server(
    tmp_path_factory: pytest.TempPathFactory, signing_key: Path, shared_world: StillWorld
) -> Iterator[TasksServer]:
    folder = tmp_path_factory.mktemp("tasks")
    queues = REPOSITORY / "infra/queues.json"
    with TasksServer(folder, signing_key, world_url=shared_world.url, queues=queues) as server:
        yield server


@pytest.fixture
def own_server(tmp_path: Path, signing_key: Path) -> Iterator[Callable[..., TasksServer]]:
    """Makes a server for one test, not yet started, that may be killed."""
    servers: list[TasksServer] = []

    def make(**options: str | Path) -> TasksServer:
        servers.append(TasksServer(tmp_path, signing_key, **options))
        return servers[-1]

    yield make
    for server in servers:
        server.kill()


@pytest.fixture
def queue(server: TasksServer) -> Iterator[str]:
    """The name of a queue with the service's defaults."""
    name = server.make_queue()
    yield name
    server.client.delete_queue(name=name)


@pytest.fixture
def paused(server: TasksServer, queue: str) -> str:
    """The name of a queue from which nothing goes out."""
    server.client.pause_queue(name=queue)
    return queue


@pytest.fixture
def path() -> str:
    """A path of the worker that no other test uses."""
    return f"/{os.urandom(8).hex()}"


@pytest.fixture
def passed(server: TasksServer, worker: Worker) -> Callable[[], None]:
    """Lets a task of another queue go out: whatever was due before it has had its turn."""

    def wait() -> None:
        path = f"/{os.urandom(8).hex()}"
        server.add(server.make_queue(), worker.url + path)
        worker.wait_for(path)

    return wait
