"""The tasks server as its users have it: a process and the official client."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import grpc
from google.cloud.tasks_v2 import CloudTasksClient, types
from google.cloud.tasks_v2.services.cloud_tasks.transports import CloudTasksGrpcTransport
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

from .stand_ins import PATIENCE

REPOSITORY = Path(__file__).parents[3]
LOCATION = "projects/tin-bao/locations/asia-southeast1"
ISSUER = "http://127.0.0.1:1/issuer"


def free_port() -> int:
    """A port below those that outgoing connections are given, so that none takes it meanwhile."""
    while True:
        port = random.SystemRandom().randrange(15000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


class TasksServer:
    """One server process over one data file; may be killed and started again."""

    def __init__(self, folder: Path, signing_key: Path, **options: str | Path) -> None:
        self.log = folder / "stderr"
        self.grpc_port, self.http_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.http_port}"
        self._command = [sys.executable, "-m", "infra.local.tasks"]
        settings: dict[str, str | Path] = {
            "grpc-port": str(self.grpc_port),
            "http-port": str(self.http_port),
            "data": folder / "tasks.sqlite",
            "project": "tin-bao",
            "location": "asia-southeast1",
            "signing-key": signing_key,
            "issuer": ISSUER,
        }
        settings |= {name.replace("_", "-"): value for name, value in options.items()}
        for name, value in settings.items():
            self._command += [f"--{name}", str(value)]
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()

    def start(self) -> None:
        """Start the process, and wait until it answers on both ports."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(self._command, cwd=REPOSITORY, stderr=log)
        reconnect = [
            ("grpc.initial_reconnect_backoff_ms", 20),
            ("grpc.max_reconnect_backoff_ms", 50),
        ]
        self._channel = grpc.insecure_channel(f"127.0.0.1:{self.grpc_port}", options=reconnect)
        self.client = CloudTasksClient(transport=CloudTasksGrpcTransport(channel=self._channel))
        try:
            grpc.channel_ready_future(self._channel).result(PATIENCE)
        except grpc.FutureTimeoutError:
            raise AssertionError(self.log.read_text()) from None
        assert self.get("/healthz") == b"ok"

    def run_to_end(self) -> tuple[int, str]:
        """Start the process where it cannot run; its exit code and what it printed."""
        ended = subprocess.run(
            self._command, cwd=REPOSITORY, stderr=subprocess.PIPE, timeout=PATIENCE, check=False
        )
        return ended.returncode, ended.stderr.decode()

    @property
    def process_id(self) -> int:
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """As `kill -9`; nothing if it does not run."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
            self._channel.close()

    def terminate(self) -> tuple[int, float]:
        """Send SIGTERM; the exit code and the seconds until then."""
        assert self._process is not None
        begun = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        code = self._process.wait(PATIENCE)
        self._process = None
        self._channel.close()
        return code, time.monotonic() - begun

    def get(self, path: str) -> bytes:
        with urllib.request.urlopen(self.url + path, timeout=PATIENCE) as answer:  # noqa: S310
            return bytes(answer.read())

    def make_queue(self, queue_id: str = "", **settings: Any) -> str:
        """The name of a new queue."""
        name = f"{LOCATION}/queues/{queue_id or os.urandom(8).hex()}"
        self.client.create_queue(parent=LOCATION, queue=types.Queue(name=name, **settings))
        return name

    def add(self, queue: str, url: str, **fields: Any) -> types.Task:
        """Create a task; `id` and the fields of its request may be among the fields."""
        if "id" in fields:
            fields["name"] = f"{queue}/tasks/{fields.pop('id')}"
        request = {
            name: fields.pop(name)
            for name in ("body", "headers", "http_method", "oidc_token")
            if name in fields
        }
        task = types.Task(http_request=types.HttpRequest(url=url, **request), **fields)
        return self.client.create_task(parent=queue, task=task)

    def create_in_background(self, queue: str, url: str) -> None:
        """Send a CreateTask and do not wait for its answer."""
        request = types.CreateTaskRequest(
            parent=queue, task=types.Task(http_request=types.HttpRequest(url=url))
        )
        call = self._channel.unary_unary(
            "/google.cloud.tasks.v2.CloudTasks/CreateTask",
            request_serializer=types.CreateTaskRequest.serialize,
        )
        call.future(request)

    def task_ids(self, queue: str) -> list[str]:
        """Ids of the tasks that are in the queue."""
        return [task.name.rsplit("/", 1)[1] for task in self.client.list_tasks(parent=queue)]


def seconds(number: float) -> Duration:
    duration = Duration()
    duration.FromTimedelta(timedelta(seconds=number))
    return duration


def as_datetime(field: Any) -> datetime:
    """A time as the client hands it out, whose annotation says Timestamp."""
    assert isinstance(field, datetime)
    return field


def as_timedelta(field: Any) -> timedelta:
    """A duration as the client hands it out, whose annotation says Duration."""
    assert isinstance(field, timedelta)
    return field


def moment(at: datetime) -> Timestamp:
    timestamp = Timestamp()
    timestamp.FromDatetime(at)
    return timestamp
