"""Keeps processes running: starts them, notices when they are ready, starts the dead ones again.

One thread of its own starts and watches everything, so that a Ctrl-C in the main thread can never
fall between a process's birth and its entry in the list.
"""

import json
import math
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from infra.local.errors import LocalSystemError
from infra.local.process import Process, Program, last_line

_LOOK_SECONDS = 0.02
_WAIT_SECONDS = 0.1
_DEATHS = 3
_DEATHS_WITHIN_SECONDS = 30.0


class _Watched:
    """A program, its present process, and how it fared."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.process: Process | None = None
        self.is_ready = False
        self.was_ready = False
        self.is_killed_on_purpose = False
        self.deaths: list[float] = []

    def is_up(self) -> bool:
        """Whether it is ready and has not died since, noticed or not."""
        return self.is_ready and self.process is not None and self.process.ended() is None


class Supervisor:
    """Runs programs until told to stop.

    Args:
        processes_file: where the process ids are written, by name, after every change.
        say: receives one line for each process that had to be started again.
    """

    def __init__(self, *, processes_file: Path, say: Callable[[str], None]) -> None:
        self._processes_file = processes_file
        self._say = say
        self._watched: dict[str, _Watched] = {}
        self._leaving: list[Process] = []
        self._changed = threading.Condition()
        self._is_stopping = False
        self._failure: str | None = None
        self._thread = threading.Thread(target=self._watch, name="supervisor", daemon=True)
        self._thread.start()

    def run(self, programs: Iterable[Program]) -> None:
        """Have these started, all at once."""
        with self._changed:
            self._watched |= {program.name: _Watched(program) for program in programs}

    def wait_until_ready(self, names: Iterable[str], *, seconds: float) -> None:
        """Wait until these are ready.

        Raises:
            LocalSystemError: one of them ended or took too long.
        """
        wanted = list(names)
        with self._changed:
            self._wait_for(
                lambda: bool(self._failure) or all(self._watched[name].is_up() for name in wanted),
                seconds,
            )
            if self._failure:
                raise LocalSystemError(self._failure)
            for name in wanted:
                if not (late := self._watched[name]).is_up():
                    raise LocalSystemError(
                        f"{name} was not ready after {seconds:.0f} s: see {late.program.log}."
                    )

    def wait_for_failure(self) -> None:
        """Wait until the system cannot go on.

        Raises:
            LocalSystemError: why.
        """
        with self._changed:
            self._wait_for(lambda: bool(self._failure) or self._is_stopping, math.inf)
            if self._failure:
                raise LocalSystemError(self._failure)

    def names(self) -> list[str]:
        """Everything that is to run."""
        with self._changed:
            return list(self._watched)

    def process_ids(self) -> dict[str, int]:
        """The process ids by name."""
        with self._changed:
            return self._process_ids()

    def kill(self, name: str) -> None:
        """Kill a process as a crash would, with SIGKILL; it is started again at once."""
        with self._changed:
            watched = self._watched[name]
            watched.is_killed_on_purpose = True
            watched.is_ready = False
            if watched.process is not None:
                watched.process.kill()

    def stop(self, names: Iterable[str]) -> None:
        """End these for good, side by side; returns when they are gone."""
        with self._changed:
            leaving = [self._watched.pop(name) for name in names if name in self._watched]
            processes = [watched.process for watched in leaving if watched.process is not None]
            self._leaving += processes
        stoppers = [threading.Thread(target=process.stop) for process in processes]
        for stopper in stoppers:
            stopper.start()
        for stopper in stoppers:
            stopper.join()

    def kill_all(self) -> None:
        """Kill everything now and start nothing again."""
        with self._changed:
            self._is_stopping = True
            self._changed.notify_all()
            processes = [watched.process for watched in self._watched.values() if watched.process]
            for process in processes + self._leaving:
                process.kill()

    def close(self) -> None:
        """Kill whatever still runs, and end the watch."""
        self.kill_all()
        self._thread.join()
        self._processes_file.unlink(missing_ok=True)

    def _wait_for(self, condition: Callable[[], bool], seconds: float) -> None:
        # In short waits: a signal that comes a moment before a long one would not end it.
        deadline = time.monotonic() + seconds
        while not condition() and time.monotonic() < deadline:
            self._changed.wait(_WAIT_SECONDS)

    def _watch(self) -> None:
        try:
            while not self._is_stopping:
                with self._changed:
                    came_up = self._look_after_all()
                for watched in came_up:
                    self._prepare(watched)
                time.sleep(_LOOK_SECONDS)
        except BaseException as error:
            with self._changed:
                self._fail(f"The launcher itself failed: {error!r}")
            raise

    def _look_after_all(self) -> list[_Watched]:
        """Start what is not running; returns what has come up since the last look."""
        if self._is_stopping or self._failure:
            return []
        before = self._process_ids()
        came_up = [watched for watched in self._watched.values() if self._look_after(watched)]
        if self._process_ids() != before:
            self._write_process_ids()
        return came_up

    def _look_after(self, watched: _Watched) -> bool:
        if watched.process is not None and (how := watched.process.ended()) is not None:
            # What it started itself would keep its ports from the next one.
            watched.process.kill()
            if watched.program.when_ended is not None:
                watched.program.when_ended()
            self._record_death(watched, how)
            watched.process = None
        if self._failure:
            return False
        if watched.process is None:
            try:
                watched.process = Process(watched.program)
            except OSError as error:
                self._fail(f"{watched.program.name} cannot be started: {error}.")
            return False
        return not watched.is_ready and watched.process.listens()

    def _record_death(self, watched: _Watched, how: str) -> None:
        name, log = watched.program.name, watched.program.log
        was_up, watched.is_ready = watched.is_ready, False
        if watched.is_killed_on_purpose:
            watched.is_killed_on_purpose = False
            return
        if not watched.was_ready:
            self._fail(f"{name} ended at its start ({how}): {last_line(log)} See {log}.")
            return
        if not (watched.program.is_function and was_up):
            now = time.monotonic()
            watched.deaths = [at for at in watched.deaths if now - at < _DEATHS_WITHIN_SECONDS]
            watched.deaths.append(now)
        if len(watched.deaths) >= _DEATHS:
            self._fail(f"{name} ended {_DEATHS} times in a short while ({how}): see {log}.")
            return
        self._say(f"{name} ended ({how}) and is started again.")

    def _prepare(self, watched: _Watched) -> None:
        try:
            if watched.program.when_ready is not None:
                watched.program.when_ready()
        except LocalSystemError as error:
            with self._changed:
                self._fail(str(error))
            return
        with self._changed:
            watched.is_ready = watched.was_ready = True
            self._changed.notify_all()

    def _fail(self, sentence: str) -> None:
        self._failure = sentence
        self._changed.notify_all()

    def _process_ids(self) -> dict[str, int]:
        return {
            name: watched.process.pid
            for name, watched in self._watched.items()
            if watched.process is not None
        }

    def _write_process_ids(self) -> None:
        new = self._processes_file.with_suffix(".new")
        new.write_text(json.dumps(self._process_ids(), indent=2))
        new.replace(self._processes_file)
