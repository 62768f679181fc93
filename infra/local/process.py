"""One process of the local system: in a group of its own, with a log, ready or not."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from infra.local.ports import HOST, is_free

_STOP_SECONDS = 10.0
"""As long as Cloud Run leaves between SIGTERM and SIGKILL."""
_LOG_TAIL_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Program:
    """What to run and how to know that it is ready.

    `is_function`: started again whenever it dies, however often; the system lives on without it.
    `when_ready`: run each time it has come up, before others may rely on it.
    `when_ended`: run each time it has gone, before it is started again.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Path
    log: Path
    ports: tuple[int, ...]
    is_function: bool = False
    when_ready: Callable[[], None] | None = None
    when_ended: Callable[[], None] | None = None


class Process:
    """A running program; it and all it started die together."""

    def __init__(self, program: Program) -> None:
        self.program = program
        with program.log.open("ab") as log:
            self._process = subprocess.Popen(
                program.command,
                cwd=program.folder,
                env=dict(program.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """The process id, which is the id of the group too."""
        return self._process.pid

    def ended(self) -> str | None:
        """How it ended ("exit 1", "signal 9"), or None while it runs."""
        code = self._process.poll()
        if code is None:
            return None
        return f"signal {-code}" if code < 0 else f"exit {code}"

    def listens(self) -> bool:
        """Whether all its ports take connections."""
        for port in self.program.ports:
            try:
                socket.create_connection((HOST, port), timeout=1).close()
            except OSError:
                return False
        return True

    def stop(self, seconds: float = _STOP_SECONDS) -> None:
        """End the group: asked to first, killed after `seconds`. Returns when it is gone."""
        signal_group(self.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        self.kill()

    def kill(self) -> None:
        """Kill the group and wait until its ports are free again."""
        signal_group(self.pid, signal.SIGKILL)
        self._process.wait()
        # The group's other members go a moment later than the first, and hold its ports till then.
        deadline = time.monotonic() + _STOP_SECONDS
        while not all(map(is_free, self.program.ports)) and time.monotonic() < deadline:
            time.sleep(0.005)


def signal_group(group: int, number: signal.Signals) -> None:
    """Send a signal to a process group; one that is gone is fine."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return


def end_orphans(processes_file: Path, home: Path) -> None:
    """Kill what a launcher that was itself killed left running in that data folder."""
    try:
        process_ids: dict[str, int] = json.loads(processes_file.read_bytes())
    except (OSError, ValueError):
        return
    orphans: list[psutil.Process] = []
    for pid in process_ids.values():
        # The number may be somebody else's by now; our processes have their home in the folder.
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(pid)
            if process.environ().get("HOME") == str(home):
                orphans += [process, *process.children(recursive=True)]
    for orphan in orphans:
        with contextlib.suppress(psutil.Error):
            orphan.kill()
    psutil.wait_procs(orphans, timeout=_STOP_SECONDS)
    processes_file.unlink()


def last_line(log: Path) -> str:
    """The last line of a log that says anything, or nothing."""
    try:
        with log.open("rb") as opened:
            opened.seek(max(0, log.stat().st_size - _LOG_TAIL_BYTES))
            lines = opened.read().decode(errors="replace").split("\n")
    except OSError:
        return ""
    return next((line.strip() for line in reversed(lines) if line.strip()), "")
