"""Starting the process."""

import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest

from infra.local.tasks.__main__ import main

from .running import TasksServer, as_datetime
from .stand_ins import Worker


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory, signing_key: Path) -> Iterator[TasksServer]:
    """A server without queues, jobs and world."""
    with TasksServer(tmp_path_factory.mktemp("plain"), signing_key) as server:
        yield server


def test_a_start_prints_nothing(plain: TasksServer) -> None:
    assert plain.log.read_text() == ""


def test_without_a_world_the_time_is_the_machines(plain: TasksServer, worker: Worker) -> None:
    task = plain.add(plain.make_queue(), worker.url)
    ahead = as_datetime(task.schedule_time) - datetime.now(UTC)
    assert abs(ahead) < timedelta(seconds=5)


def test_only_this_machine_can_reach_it(server: TasksServer) -> None:
    connections = psutil.Process(server.process_id).net_connections("inet")
    open_at = {
        (each.laddr.ip.removeprefix("::ffff:"), each.laddr.port)
        for each in connections
        if each.status == psutil.CONN_LISTEN
    }
    assert open_at == {("127.0.0.1", server.grpc_port), ("127.0.0.1", server.http_port)}


def test_a_grpc_port_that_is_taken_is_said_in_one_line(
    own_server: Callable[..., TasksServer],
) -> None:
    server = own_server()
    # Willing to share its port, as gRPC servers are unless told otherwise.
    with socket.create_server(("127.0.0.1", server.grpc_port), reuse_port=True):
        code, printed = server.run_to_end()
    assert code == 1
    assert "The tasks server cannot run: " in printed
    assert "Traceback" not in printed


def run(folder: Path, key: Path, **options: str | Path) -> int:
    """The exit code of the command line, in this process."""
    settings: dict[str, str | Path] = {
        "grpc-port": "0",
        "http-port": "0",
        "data": folder / "tasks.sqlite",
        "project": "tin-bao",
        "location": "asia-southeast1",
        "issuer": "http://127.0.0.1:1",
        "signing-key": key,
    }
    settings |= {name.replace("_", "-"): value for name, value in options.items()}
    return main([part for name, value in settings.items() for part in (f"--{name}", str(value))])


def test_an_http_port_that_is_taken_is_said(
    tmp_path: Path, signing_key: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code = run(tmp_path, signing_key, http_port=str(taken.getsockname()[1]))
    assert code == 1
    assert "The tasks server cannot run: " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "content"),
    [
        ("signing_key", None),
        ("signing_key", "no key"),
        ("queues", '{"inbox": {}}'),
        ("queues", None),
        ("schedule", "[{}]"),
    ],
)
def test_a_file_that_cannot_be_used_is_said(
    option: str,
    content: str | None,
    tmp_path: Path,
    signing_key: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "wrong"
    if content is not None:
        file.write_text(content)
    assert run(tmp_path, signing_key, **{option: file}) == 1
    assert "The tasks server cannot run: " in capsys.readouterr().err
