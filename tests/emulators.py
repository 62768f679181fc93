"""Real servers for tests: started once for each test process, stopped at its end."""

import os
import secrets
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import urllib3
from google.cloud.firestore import Client as FirestoreClient
from google.cloud.storage import Client as StorageClient

from functions.cloud.firestore import Database
from functions.cloud.storage import Bucket
from infra.local import firestore_emulator, storage
from infra.local.process import Process, Program

HOST = "127.0.0.1"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(name: str, command: tuple[str, ...], port: int, folder: Path) -> Iterator[str]:
    """A server on this machine while the context lasts; gives its `host:port`."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "NO_PROXY": HOST}
    program = Program(
        name=name,
        command=command,
        environment=environment,
        folder=folder,
        log=folder / f"{name}.log",
        ports=(port,),
    )
    process = Process(program)
    try:
        wait_until(lambda: process.listens() or process.ended() is not None, seconds=60)
        if (end := process.ended()) is not None:
            raise RuntimeError(f"{name} ended: {end}: {program.log.read_text()[-2000:]}")
        yield f"{HOST}:{port}"
    finally:
        process.kill()


def wait_until(condition: Callable[[], bool], *, seconds: float = 30.0) -> None:
    """Wait for a condition, looking often.

    Raises:
        TimeoutError: it did not come true.
    """
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("the condition did not come true")
        time.sleep(0.01)


@contextmanager
def firestore(folder: Path) -> Iterator[str]:
    """The official Firestore emulator; gives `host:port`."""
    port = free_port()
    with running("firestore", firestore_emulator.command(HOST, port), port, folder) as address:
        pool = urllib3.PoolManager(retries=False)

        def answers() -> bool:
            try:
                return pool.request("GET", f"http://{address}/", timeout=1).status == 200
            except urllib3.exceptions.HTTPError:
                return False

        wait_until(answers, seconds=60)
        yield address


@contextmanager
def storage_server(folder: Path) -> Iterator[str]:
    """fake-gcs-server; gives `http://host:port`."""
    port = free_port()
    with running("storage", storage.command(HOST, port, folder), port, folder) as address:
        yield f"http://{address}"


@dataclass(frozen=True)
class Project:
    """A project of its own for one test: databases and buckets nobody else sees."""

    name: str
    firestore_host: str
    storage_folder: Path

    def database(self, name: str = "(default)") -> Database:
        """One of its databases."""
        return Database(self.firestore_client(name))

    def firestore_client(self, name: str = "(default)") -> FirestoreClient:
        """The official client of one of its databases."""
        return FirestoreClient(project=self.name, database=name)

    def bucket(self, name: str) -> Bucket:
        """A bucket of its own, made when asked for."""
        own = f"{self.name}-{name}"
        storage.create_buckets(self.storage_folder, [own])
        return Bucket(StorageClient(project=self.name), own)


def new_project(firestore_host: str, storage_folder: Path) -> Project:
    """A project with a name never used before."""
    return Project(f"test-{secrets.token_hex(6)}", firestore_host, storage_folder)


@contextmanager
def environment(folder: Path) -> Iterator[Project]:
    """Both emulators and a project on them, for programs that are not tests."""
    with firestore(folder) as host, storage_server(folder) as address:
        os.environ["FIRESTORE_EMULATOR_HOST"] = host
        os.environ["STORAGE_EMULATOR_HOST"] = address
        yield new_project(host, folder)


@dataclass
class MovableClock:
    """A clock that stands still until it is moved."""

    moment: datetime = field(default_factory=lambda: datetime(2026, 11, 21, 1, 30, tzinfo=UTC))

    def now(self) -> datetime:
        """This moment."""
        return self.moment

    def advance(self, by: timedelta) -> None:
        """Move on."""
        self.moment += by
