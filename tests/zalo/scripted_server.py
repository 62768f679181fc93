"""A real HTTP server on the loopback that answers what a test tells it to, in order."""

import json
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Received:
    """A request as it arrived."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    def data(self) -> Any:
        """The `data` parameter, in which Zalo takes what a GET asks for."""
        return json.loads(self.query["data"][0])


Behaviour = Callable[[BaseHTTPRequestHandler], None]


def answering(body: object, status: int = 200, **headers: str) -> Behaviour:
    """Answer with JSON, or with bytes as they are."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def success(data: object) -> Behaviour:
    """Zalo's success."""
    return answering({"data": data, "error": 0, "message": "Success"})


def refusal(code: int, message: str = "") -> Behaviour:
    """Zalo's refusal: HTTP 200 with an error inside."""
    return answering({"error": code, "message": message})


def hanging_up(handler: BaseHTTPRequestHandler) -> None:
    """Take the request, then close without a word."""
    handler.close_connection = True


def breaking_off(handler: BaseHTTPRequestHandler) -> None:
    """Announce more than is sent."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"error":0')
    handler.close_connection = True


class ScriptedServer:
    """Answers each request with the next behaviour told to it; remembers every request."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.released = threading.Event()
        self._behaviours: deque[Behaviour] = deque()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def will(self, *behaviours: Behaviour) -> None:
        """Do these next, in this order."""
        self._behaviours.extend(behaviours)

    def silent(self, handler: BaseHTTPRequestHandler) -> None:
        """A behaviour: say nothing until the test is over."""
        self.released.wait(30)
        handler.close_connection = True

    def dripping(self, handler: BaseHTTPRequestHandler) -> None:
        """A behaviour: a byte now and then, each in time, the whole never."""
        handler.send_response(200)
        handler.end_headers()
        while not self.released.wait(0.02):
            handler.wfile.write(b" ")
            handler.wfile.flush()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        script = self

        class Handler(BaseHTTPRequestHandler):
            def _handle(self) -> None:
                address = urlsplit(self.path)
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                script.received.append(
                    Received(
                        self.command,
                        address.path,
                        parse_qs(address.query),
                        {name.casefold(): value for name, value in self.headers.items()},
                        body,
                    )
                )
                try:
                    script._behaviours.popleft()(self)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

            do_GET = do_POST = _handle  # noqa: N815, the base class asks for these names

            def log_message(self, format: str, *args: Any) -> None:
                """Nothing: what is received stands in `received`."""

        return Handler
