"""Processes are kept running, and nothing of them is left behind."""

import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from infra.local.errors import LocalSystemError
from infra.local.ports import free_port, is_free
from infra.local.process import Process, Program, end_orphans
from infra.local.supervisor import Supervisor
from tests.emulators import wait_until

LISTEN = """
import socket, sys, time
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
time.sleep(600)
"""
# As gunicorn does: a child holds the port, too. It exists by the time the port answers.
LISTEN_WITH_A_CHILD = """
import os, socket, sys, time
server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("127.0.0.1", int(sys.argv[1])))
os.fork()
server.listen()
time.sleep(600)
"""
DEAF = """
import signal, socket, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
time.sleep(600)
"""
FAIL = "import sys; sys.exit('the reason why')"
# The first time it listens, afterwards it fails.
FAIL_LATER = """
import pathlib, socket, sys, time
if pathlib.Path("started").exists():
    sys.exit("not again")
pathlib.Path("started").touch()
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
time.sleep(600)
"""


class Supervised:
    """A supervisor with what it said, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lines: list[str] = []
        self.supervisor = Supervisor(
            processes_file=folder / "processes.json", say=self.lines.append
        )

    def program(self, name: str, code: str, **more: object) -> Program:
        """A Python program that listens on a free port."""
        port = free_port()
        parts: dict[str, object] = {
            "name": name,
            "command": (sys.executable, "-c", code, str(port)),
            "environment": {"HOME": str(self.folder)},
            "folder": self.folder,
            "log": self.folder / f"{name}.log",
            "ports": (port,),
        }
        return Program(**(parts | more))  # type: ignore[arg-type]

    def run(self, *programs: Program) -> None:
        """Start programs and wait until they are ready."""
        self.supervisor.run(programs)
        self.supervisor.wait_until_ready([one.name for one in programs], seconds=30)

    def pid(self, name: str) -> int:
        """The process id of a program."""
        return self.supervisor.process_ids()[name]

    def wait_until_gone(self, name: str, pid: int) -> None:
        """Wait until a program's process is no longer the one with that id."""
        wait_until(lambda: self.supervisor.process_ids().get(name) != pid)


def is_gone(process: psutil.Process) -> bool:
    """Whether a process has ended; one that nobody has reaped yet has."""
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Supervised]:
    supervised = Supervised(tmp_path)
    yield supervised
    supervised.supervisor.close()


def test_a_program_is_ready_when_it_listens(running: Supervised) -> None:
    program = running.program("server", LISTEN)
    running.run(program)
    assert not is_free(program.ports[0])


def test_what_is_to_happen_before_others_rely_on_it_has_happened(running: Supervised) -> None:
    happened: list[str] = []
    running.run(running.program("server", LISTEN, when_ready=lambda: happened.append("ready")))
    assert happened == ["ready"]


def test_a_program_that_ends_at_its_start_says_why(running: Supervised) -> None:
    program = running.program("server", FAIL)
    with pytest.raises(LocalSystemError) as raised:
        running.run(program)
    expected = f"server ended at its start (exit 1): the reason why See {program.log}."
    assert str(raised.value) == expected


def test_a_program_that_cannot_be_run_at_all_is_named(running: Supervised) -> None:
    with pytest.raises(LocalSystemError, match="server cannot be started"):
        running.run(running.program("server", LISTEN, command=("/no/such/program",)))


def test_a_failure_of_what_has_to_happen_first_is_told(running: Supervised) -> None:
    def fail() -> None:
        raise LocalSystemError("The snapshot is damaged.")

    with pytest.raises(LocalSystemError, match="snapshot is damaged"):
        running.run(running.program("server", LISTEN, when_ready=fail))


def test_a_program_that_dies_is_started_again(running: Supervised) -> None:
    running.run(running.program("server", LISTEN))
    first = running.pid("server")
    os.killpg(first, signal.SIGKILL)
    running.wait_until_gone("server", first)
    running.supervisor.wait_until_ready(["server"], seconds=30)
    assert running.lines == ["server ended (signal 9) and is started again."]


def test_a_child_that_outlives_its_parent_does_not_keep_the_port(running: Supervised) -> None:
    running.run(running.program("server", LISTEN_WITH_A_CHILD))
    first = running.pid("server")
    (child,) = psutil.Process(first).children()
    os.kill(first, signal.SIGKILL)
    running.wait_until_gone("server", first)
    running.supervisor.wait_until_ready(["server"], seconds=30)
    assert is_gone(child)


def test_what_follows_a_death_happens_before_the_next_start(running: Supervised) -> None:
    order: list[str] = []
    running.run(
        running.program(
            "server",
            LISTEN,
            when_ready=lambda: order.append("ready"),
            when_ended=lambda: order.append("ended"),
        )
    )
    running.supervisor.kill("server")
    wait_until(lambda: len(order) == 3)
    assert order == ["ready", "ended", "ready"]


def test_process_ids_on_disk_follow_a_new_start(running: Supervised) -> None:
    running.run(running.program("server", LISTEN))
    first = running.pid("server")
    running.supervisor.kill("server")
    running.wait_until_gone("server", first)

    def written() -> dict[str, int]:
        found: dict[str, int] = json.loads((running.folder / "processes.json").read_bytes())
        return found

    wait_until(lambda: written().get("server") == running.pid("server"))


def test_a_server_that_dies_three_times_ends_it_all(running: Supervised) -> None:
    program = running.program("server", LISTEN)
    running.run(program)
    for _ in range(3):
        running.supervisor.wait_until_ready(["server"], seconds=30)
        pid = running.pid("server")
        os.killpg(pid, signal.SIGKILL)
        running.wait_until_gone("server", pid)
    with pytest.raises(LocalSystemError) as raised:
        running.supervisor.wait_for_failure()
    expected = f"server ended 3 times in a short while (signal 9): see {program.log}."
    assert str(raised.value) == expected


def test_a_function_may_die_as_often_as_it_likes(running: Supervised) -> None:
    running.run(running.program("store_report", LISTEN, is_function=True))
    for _ in range(4):
        pid = running.pid("store_report")
        os.killpg(pid, signal.SIGKILL)
        running.wait_until_gone("store_report", pid)
        running.supervisor.wait_until_ready(["store_report"], seconds=30)
    assert len(running.lines) == 4


def test_a_function_that_does_not_come_up_any_more_ends_it_all(running: Supervised) -> None:
    running.run(running.program("store_report", FAIL_LATER, is_function=True))
    os.killpg(running.pid("store_report"), signal.SIGKILL)
    with pytest.raises(LocalSystemError, match="store_report ended 3 times"):
        running.supervisor.wait_for_failure()


def test_killing_on_purpose_never_counts(running: Supervised) -> None:
    running.run(running.program("server", LISTEN))
    for _ in range(4):
        running.supervisor.kill("server")
        running.supervisor.wait_until_ready(["server"], seconds=30)
    assert running.lines == []


def test_a_stopped_program_stays_stopped(running: Supervised) -> None:
    program = running.program("server", LISTEN)
    running.run(program, running.program("other", LISTEN))
    running.supervisor.stop(["server"])
    assert is_free(program.ports[0])
    assert list(running.supervisor.process_ids()) == ["other"]


def test_the_whole_group_of_a_stopped_program_is_gone(running: Supervised) -> None:
    running.run(running.program("server", LISTEN_WITH_A_CHILD))
    (child,) = psutil.Process(running.pid("server")).children()
    running.supervisor.stop(["server"])
    assert is_gone(child)


def test_a_program_that_does_not_listen_to_sigterm_is_killed(running: Supervised) -> None:
    program = running.program("server", DEAF)
    process = Process(program)
    wait_until(process.listens)
    process.stop(seconds=0.1)
    assert process.ended() == "signal 9"


def test_killing_all_does_not_wait_for_those_who_are_being_stopped(running: Supervised) -> None:
    program = running.program("server", DEAF)
    running.run(program)
    pid = running.pid("server")
    stopper = threading.Thread(target=running.supervisor.stop, args=(["server"],))
    stopper.start()
    wait_until(lambda: "server" not in running.supervisor.process_ids())
    running.supervisor.kill_all()
    stopper.join(timeout=5)
    assert not stopper.is_alive()
    assert not psutil.pid_exists(pid)


def test_what_a_killed_launcher_left_is_ended(tmp_path: Path) -> None:
    supervised = Supervised(tmp_path)
    process = Process(supervised.program("server", LISTEN_WITH_A_CHILD))
    wait_until(process.listens)
    (child,) = psutil.Process(process.pid).children()
    (tmp_path / "processes.json").write_text(json.dumps({"server": process.pid}))
    end_orphans(tmp_path / "processes.json", tmp_path)
    assert process.ended() is not None
    assert is_gone(child)
    assert not (tmp_path / "processes.json").exists()
    supervised.supervisor.close()


def test_a_stranger_with_the_same_number_is_left_alone(tmp_path: Path) -> None:
    supervised = Supervised(tmp_path)
    process = Process(supervised.program("server", LISTEN, environment={"HOME": "/elsewhere"}))
    try:
        wait_until(process.listens)
        (tmp_path / "processes.json").write_text(json.dumps({"server": process.pid}))
        end_orphans(tmp_path / "processes.json", tmp_path)
        assert process.ended() is None
    finally:
        process.kill()
        supervised.supervisor.close()
