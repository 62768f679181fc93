"""Function servers to measure: started as deployed, watched from outside."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import urllib3

from tests.emulators import HOST, free_port

_REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Server:
    """One functions-framework server and its processes."""

    port: int
    process: psutil.Process

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://{HOST}:{self.port}/"

    def _all(self) -> list[psutil.Process]:
        return [self.process, *self.process.children(recursive=True)]

    def cpu_seconds(self) -> float:
        """CPU time of all its processes so far."""
        times = [each.cpu_times() for each in self._all()]
        return sum(each.user + each.system for each in times)

    def memory_mebibytes(self) -> float:
        """Resident memory of its worker."""
        workers = self.process.children(recursive=True) or [self.process]
        return max(float(each.memory_info().rss) for each in workers) / 2**20


def spawn(source: Path, target: str, environment: Mapping[str, str], port: int) -> psutil.Process:
    """Start a server and return at once."""
    return psutil.Process(
        subprocess.Popen(
            [
                *(sys.executable, "-m", "functions_framework", "--source", str(source)),
                *("--target", target, "--host", HOST, "--port", str(port)),
            ],
            cwd=_REPOSITORY,
            env={
                "PATH": os.environ["PATH"],
                "WORKERS": "1",
                "THREADS": "8",
                "GUNICORN_LOG_LEVEL": "error",
                **environment,
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ).pid
    )


def stop(process: psutil.Process) -> None:
    """Kill a server and its workers."""
    for each in [*process.children(recursive=True), process]:
        try:
            each.kill()
            each.wait(10)
        except psutil.NoSuchProcess:
            continue


@contextmanager
def serving(source: Path, target: str, environment: Mapping[str, str]) -> Iterator[Server]:
    """A server that takes connections, while the context lasts."""
    port = free_port()
    process = spawn(source, target, environment, port)
    try:
        wait_for_any_answer(f"http://{HOST}:{port}/")
        yield Server(port, process)
    finally:
        stop(process)


def wait_for_any_answer(address: str, *, body: bytes = b"{}", headers: object = None) -> int:
    """Ask until something answers; returns the status."""
    pool = urllib3.PoolManager(retries=False)
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            given = dict(headers) if isinstance(headers, Mapping) else None
            return pool.request("POST", address, body=body, headers=given, timeout=10).status
        except urllib3.exceptions.HTTPError:
            time.sleep(0.005)
    raise TimeoutError(address)
