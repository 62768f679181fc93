"""A webhook that tests can look into: it keeps what it gets and answers as told."""

import hashlib
import json
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.local.zalo.simulator import wait_for


@dataclass(frozen=True)
class Received:
    body: bytes
    headers: dict[str, str]

    @property
    def event(self) -> dict[str, Any]:
        event: dict[str, Any] = json.loads(self.body)
        return event

    def is_signed_with(self, secret: str) -> bool:
        """Whether the signature is the one of fact sheet section 2.3."""
        app_id, timestamp = self.event["app_id"], self.event["timestamp"]
        text = app_id.encode() + self.body + timestamp.encode() + secret.encode()
        mac = hashlib.sha256(text).hexdigest()
        return self.headers["X-ZEvent-Signature"] == f"mac={mac}"


class Webhook:
    """Answers `status`; with `silence` only once that is set."""

    def __init__(self) -> None:
        self.status = 200
        self.silence: threading.Event | None = None
        self.received: list[Received] = []
        webhook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                webhook.received.append(Received(body, dict(self.headers.items())))
                if webhook.silence is not None:
                    webhook.silence.wait()
                self.send_response(webhook.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *arguments: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/"

    def close(self) -> None:
        if self.silence is not None:
            self.silence.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def wait(self, count: int) -> list[Received]:
        """The first `count` requests, once they are here."""
        wait_for(lambda: len(self.received) >= count)
        return self.received[:count]

    def wait_for_event(self, name: str, text: str = "") -> Received:
        """The first event of that name in which that text stands."""

        def find() -> Received | None:
            for received in list(self.received):
                if all(part.encode() in received.body for part in (f'"{name}"', text)):
                    return received
            return None

        found = wait_for(find)
        assert found is not None
        return found
