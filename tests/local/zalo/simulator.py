"""A simulator for tests: a fresh world on a free port, and what a test asks of it."""

import asyncio
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import SystemRandom
from typing import Any, TypeVar

import httpx

from infra.local.zalo.province import Province, Secrets
from infra.local.zalo.server import Server
from infra.local.zalo.store import Store
from infra.local.zalo.world import World

V3, V2 = "/v3.0/oa/message/cs", "/v2.0/oa/message"
"""Where business and government pages send."""
HELLO = {"text": "Đã tiếp nhận phản ánh."}

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
"""Ten in the morning in Vietnam. The machine's clock stands still in these tests."""

APP = "1111111111111111111"
BUSINESS = "2222222222222222222"
GOVERNMENT = "2222222222222222224"
APP_SECRET = "app-secret"
CALLBACK = "http://127.0.0.1:8080/connect"

PROVINCE = Province.model_validate(
    {
        "pages": [
            {
                "page_id": page_id,
                "app_id": APP,
                "name": f"Công an {kind}",
                "unit_id": f"unit-{kind}",
                "oa_type": oa_type,
                "linked_account": True,
            }
            for page_id, kind, oa_type in ((BUSINESS, "phường", 2), (GOVERNMENT, "tỉnh", 4))
        ]
    }
)
SECRETS = Secrets.model_validate(
    {
        "apps": {APP: {"secret_key": APP_SECRET}},
        "pages": {
            BUSINESS: {"app_id": APP, "secrets": ["page-secret", "older-page-secret"]},
            GOVERNMENT: {"app_id": APP, "secrets": ["government-secret"]},
        },
    }
)

JPEG = b"\xff\xd8\xff"
"""How a JPEG begins."""
PHOTO = JPEG + b"the photo"

CUT = (httpx.RemoteProtocolError, httpx.ReadError)
"""How httpx says that a connection was cut."""

Answer = TypeVar("Answer")


def wait_for(look: Callable[[], Answer], seconds: float = 30) -> Answer:
    """What `look` finds, as soon as it finds something."""
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)
    return found


class Grounds:
    """One event loop in a thread, on which the servers of all tests run."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._servers: list[tuple[Server, Future[None]]] = []

    def serve(self, server: Server, listening: socket.socket) -> Future[None]:
        serving = asyncio.run_coroutine_threadsafe(server.serve([listening]), self._loop)
        self._servers.append((server, serving))
        wait_for(lambda: server.started or serving.done())
        return serving

    def close(self) -> None:
        for server, serving in self._servers:
            server.should_exit = True
            serving.result(timeout=10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class Simulator:
    """A running world. `control` speaks the control API, `call` the Zalo API as a page.

    `options` are the world's. Its webhook has 30 seconds, so that a busy machine fails no test.
    """

    def __init__(self, grounds: Grounds, folder: Path, webhook_url: str, **options: Any) -> None:
        self._grounds = grounds
        self._folder = folder
        self._webhook_url = webhook_url
        self._options = {"webhook_patience": timedelta(seconds=30), **options}
        self._tokens: dict[str, str] = {}
        self.start()

    def start(self) -> None:
        listening = socket.create_server(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        self.origin = f"http://127.0.0.1:{port}"
        no_certificates = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.http = httpx.Client(
            base_url=self.origin, trust_env=False, timeout=10, verify=no_certificates
        )
        world = World(
            store=Store(self._folder),
            machine=lambda: NOW,
            random=SystemRandom(),
            province=PROVINCE,
            secrets=SECRETS,
            origin=self.origin,
            webhook_url=self._webhook_url,
            callback_url=CALLBACK,
            **self._options,
        )
        self._server = Server(world, port)
        self._serving = self._grounds.serve(self._server, listening)

    def stop(self) -> None:
        """Ask it to stop; `Grounds.close` waits for it."""
        self.http.close()
        self._server.should_exit = True

    def restart(self) -> None:
        self.stop()
        self._serving.result(timeout=10)
        self.start()

    def control(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """POST with a body, else GET; the JSON that comes back."""
        if body is None:
            answer = self.http.get(f"/control/{path}")
        else:
            answer = self.http.post(f"/control/{path}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def advance(self, duration: str) -> None:
        """Move the clock; the pages get fresh tokens, as the old ones may have run out."""
        self.control("clock", {"advance": duration})
        self._tokens.clear()

    def fault(self, name: str, **parameters: Any) -> None:
        self.control("faults", {"name": name, **parameters})

    def citizen(self, page: str | None = BUSINESS, **settings: Any) -> str:
        """A new citizen, who follows `page`: the user id."""
        body = {"name": "Nguyễn Thị Lan", **settings}
        user_id: str = self.control("citizens", body)["user_id"]
        if page is not None:
            self.act(user_id, "follow", page=page)
        return user_id

    def act(self, user_id: str, name: str, *, page: str = BUSINESS, **body: Any) -> Any:
        return self.control(f"citizens/{user_id}/{name}", {"page": page, **body})

    def say(self, user_id: str, text: str = "Xin chào", *, page: str = BUSINESS) -> str:
        message_id: str = self.act(user_id, "send", page=page, type="text", text=text)["msg_id"]
        return message_id

    def phone(self, user_id: str, page: str = BUSINESS) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = self.control(f"citizens/{user_id}/messages?page={page}")
        return messages

    def link(self, kind: str = "image", name: str = "ảnh 1.jpg") -> str:
        """A new citizen sends a file: its address in the event."""
        answer = self.http.post(
            f"/control/citizens/{self.citizen()}/send",
            data={"page": BUSINESS, "type": kind},
            files={"file": (name, PHOTO)},
        )
        assert answer.status_code == 200, answer.text
        (attachment,) = self.event(f"user_send_{kind}")["message"]["attachments"]
        url: str = attachment["payload"]["url"]
        return url

    def grant(self, page: str = BUSINESS) -> dict[str, str]:
        pair: dict[str, str] = self.control(f"pages/{page}/grant", {})
        return pair

    def token(self, page: str) -> str:
        if page not in self._tokens:
            self._tokens[page] = self.grant(page)["access_token"]
        return self._tokens[page]

    def call(
        self, method: str, path: str, *, page: str = BUSINESS, **arguments: Any
    ) -> httpx.Response:
        """A call with the page's token; `arguments` as httpx takes them."""
        headers = {"access_token": self.token(page), **arguments.pop("headers", {})}
        return self.http.request(method, path, headers=headers, **arguments)

    def ask(self, path: str, parameters: Mapping[str, Any], *, page: str = BUSINESS) -> Any:
        """A GET call with its one query parameter."""
        query = {"data": json.dumps(parameters)}
        return self.call("GET", path, page=page, params=query).json()

    def send(self, user_id: str, message: Any = HELLO, *, page: str = BUSINESS) -> Any:
        """Send as the page, by the endpoint of its kind."""
        path = V2 if page == GOVERNMENT else V3
        body = {"recipient": {"user_id": user_id}, "message": message}
        return self.call("POST", path, page=page, json=body).json()

    def events(self, **chosen: str) -> list[dict[str, Any]]:
        query = "&".join(f"{key}={value}" for key, value in chosen.items())
        found: list[dict[str, Any]] = self.control(f"events?{query}")
        return found

    def event(self, name: str) -> dict[str, Any]:
        """The last event of that name, whether delivered or not."""
        event: dict[str, Any] = self.events(event=name)[-1]["event"]
        return event
