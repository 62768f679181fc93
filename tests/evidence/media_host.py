"""Where attachments lie: a real HTTP server on the loopback, good and bad."""

import itertools
import ssl
import threading
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

Behaviour = Callable[[BaseHTTPRequestHandler], None]


def answering(content: bytes, status: int = 200, **headers: str) -> Behaviour:
    """Answer with `content`; `_` in a header's name stands for `-`."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        stated = {"Content-Length": str(len(content))}
        stated |= {name.replace("_", "-"): value for name, value in headers.items()}
        handler.send_response(status)
        for name, value in stated.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(content)
        # A length that is a lie ends with the connection.
        handler.close_connection = True

    return answer


def sending(head: bytes, pieces: Iterable[bytes] = ()) -> Behaviour:
    """Write these bytes as they are, then close."""

    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(head)
        for piece in pieces:
            handler.wfile.write(piece)
        handler.close_connection = True

    return send


class MediaHost:
    """Serves what a test laid down, each under an address of its own, and remembers requests."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        """Paths and headers, in order."""
        self.released = threading.Event()
        self._behaviours: dict[str, Behaviour] = {}
        self._numbers = itertools.count(1)
        self._server = _Server(("127.0.0.1", 0), self._handler())
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def port(self) -> int:
        """Where it listens on 127.0.0.1."""
        return self._server.server_address[1]

    @property
    def origin(self) -> str:
        """Its origin over plain HTTP."""
        return f"http://127.0.0.1:{self.port}"

    def lay(self, behaviour: Behaviour | bytes) -> str:
        """The address at which the host will behave so; bytes are served properly."""
        path = f"/{next(self._numbers)}"
        self._behaviours[path] = answering(behaviour) if isinstance(behaviour, bytes) else behaviour
        return self.origin + path

    def silent_after(self, start: bytes) -> Behaviour:
        """A behaviour: send `start`, then nothing more until the test is over."""

        def send(handler: BaseHTTPRequestHandler) -> None:
            handler.wfile.write(start)
            self.released.wait(30)
            handler.close_connection = True

        return send

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
        host = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                host.asked.append(
                    (self.path, {name.lower(): value for name, value in self.headers.items()})
                )
                try:
                    host._behaviours[self.path](self)
                except ConnectionError:
                    self.close_connection = True

            def log_message(self, format: str, *args: Any) -> None:
                """Nothing: what is asked stands in `asked`."""

        return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: clients here break off on purpose."""
