"""What stands around the tasks server in its tests: a worker to call, a world with a clock."""

import json
import os
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar

PATIENCE = 10.0
"""Seconds after which a condition is taken to never come true."""

_CLOCK, _FAULTS = "/control/clock", "/control/faults"

Value = TypeVar("Value")


def eventually(read: Callable[[], Value], holds: Callable[[Value], bool]) -> Value:
    """Read again and again until what is read holds."""
    give_up_at = time.monotonic() + PATIENCE
    while not holds(value := read()):
        assert time.monotonic() < give_up_at, f"still {value!r}"
    return value


@dataclass(frozen=True)
class Received:
    """One request that the worker got."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    at: float


@dataclass(frozen=True)
class Answer:
    """What the worker says; it waits for `release` before, if there is one."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    release: threading.Event | None = None


class LoopbackServer:
    """An HTTP server on a free port of 127.0.0.1, with one thread per connection."""

    def __init__(self) -> None:
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def respond(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                received = Received(
                    self.command,
                    self.path,
                    {name.lower(): value for name, value in self.headers.items()},
                    body,
                    time.monotonic(),
                )
                status, headers, content = stand_in.respond(received)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
                stand_in.has_responded(received)

            do_GET = do_POST = do_PUT = do_DELETE = respond  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, request: Any, client_address: Any) -> None:
                """A caller that hung up is no error of ours."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def respond(self, received: Received) -> tuple[int, Mapping[str, str], bytes]:
        raise NotImplementedError

    def has_responded(self, received: Received) -> None:
        """Called when an answer is on its way."""

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Worker(LoopbackServer):
    """Keeps what it is sent; answers 200 unless told otherwise."""

    def __init__(self) -> None:
        self._received: list[Received] = []
        self._answers: dict[str, deque[Answer]] = defaultdict(deque)
        self._answered: list[str] = []
        self._changed = threading.Condition()
        super().__init__()

    def respond(self, received: Received) -> tuple[int, Mapping[str, str], bytes]:
        with self._changed:
            self._received.append(received)
            queued = self._answers[received.path]
            answer = queued.popleft() if queued else Answer()
            self._changed.notify_all()
        if answer.release is not None:
            answer.release.wait(PATIENCE)
        return answer.status, answer.headers, b""

    def has_responded(self, received: Received) -> None:
        with self._changed:
            self._answered.append(received.path)
            self._changed.notify_all()

    def will_answer(self, path: str, *answers: Answer) -> None:
        """Answer the next requests to a path so, one after the other."""
        self._answers[path].extend(answers)

    def received(self, path: str) -> list[Received]:
        with self._changed:
            return [request for request in self._received if request.path == path]

    def wait_for(self, path: str, count: int = 1) -> list[Received]:
        """The requests to a path once there are so many."""
        with self._changed:
            there = self._changed.wait_for(lambda: len(self.received(path)) >= count, PATIENCE)
            requests = self.received(path)
        assert there, f"{len(requests)} requests instead of {count}"
        return requests

    def wait_until_answered(self, path: str, count: int) -> None:
        """Until so many answers of a path are on their way."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._answered.count(path) >= count, PATIENCE)


class StillWorld(LoopbackServer):
    """The part of the simulator's control interface that the tasks server asks."""

    def __init__(self, offset: timedelta = timedelta()) -> None:
        self._offset = offset
        self._faults: list[dict[str, Any]] = []
        self._asked: list[str] = []
        self._was_asked = threading.Condition(threading.RLock())
        super().__init__()

    def respond(self, received: Received) -> tuple[int, Mapping[str, str], bytes]:
        with self._was_asked:
            self._asked.append(received.path)
            self._was_asked.notify_all()
            answer: dict[str, Any]
            if received.path == _CLOCK:
                offset = self._offset.total_seconds()
                answer = {"now": self.now().isoformat(), "offset_seconds": offset}
            else:
                answer = {"faults": self._faults}
        return 200, {"Content-Type": "application/json"}, json.dumps(answer).encode()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    def advance(self, by: timedelta) -> None:
        """Move the clock, and wait until it was noticed."""
        with self._was_asked:
            self._offset += by
        self._wait_until_noticed(_CLOCK)

    def switch_on(self, name: str, **parameters: Any) -> None:
        """Switch a fault on, as POST /control/faults does, and wait until it was noticed."""
        with self._was_asked:
            fault = {
                "id": os.urandom(8).hex(),
                "name": name,
                "rate": parameters.pop("rate", 1),
                "count": parameters.pop("count", None),
                "parameters": parameters,
            }
            self._faults = [*self._faults, fault]
        self._wait_until_noticed(_FAULTS)

    def switch_off(self) -> None:
        with self._was_asked:
            self._faults = []

    def _wait_until_noticed(self, question: str) -> None:
        """Who asks the next question has read the answer to this one.

        In a world that was never asked nobody is waited for.
        """
        with self._was_asked:
            before = len(self._asked)
            assert not before or self._was_asked.wait_for(
                lambda: question in self._asked[before:-1], PATIENCE
            )
