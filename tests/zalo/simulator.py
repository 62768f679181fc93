"""The Zalo simulator as a process of its own, and its control API."""

import http.client
import json
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

ROOT = Path(__file__).parents[2]
PROVINCE = ROOT / "infra" / "local" / "province.json"
CALLBACK = "https://tinbao.example.vn/pages/callback"
_STARTS_WITHIN = 30.0


class Simulator:
    """Drives a running simulator from outside."""

    def __init__(self, port: int, app_secrets: dict[str, str], pages: list[dict[str, Any]]) -> None:
        self._port = port
        self.url = f"http://127.0.0.1:{port}"
        self.app_secrets = app_secrets
        self.pages = pages

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """A call of the control API; its answer as JSON."""
        status, _, content = self.request(method, path, body)
        assert status == 200, (status, path, content)
        return json.loads(content)

    def request(
        self, method: str, path: str, body: object = None
    ) -> tuple[int, dict[str, str], bytes]:
        """Any request; status, headers and content of the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
        try:
            content = None if body is None else json.dumps(body).encode()
            connection.request(method, path, content, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def page_of_type(self, oa_type: int, *, linked_account: bool) -> str:
        """The id of a page of that type."""
        return next(
            str(page["page_id"])
            for page in self.pages
            if page["oa_type"] == oa_type and page["linked_account"] is linked_account
        )

    def app_of(self, page_id: str) -> str:
        """The app of a page."""
        return next(str(page["app_id"]) for page in self.pages if page["page_id"] == page_id)

    def change_page(self, page_id: str, **knobs: object) -> None:
        self.ask("POST", f"/control/pages/{page_id}/settings", knobs)

    def change_app(self, page_id: str, **knobs: object) -> None:
        self.ask("POST", f"/control/apps/{self.app_of(page_id)}/settings", knobs)

    def grant(self, page_id: str) -> str:
        """An access token by hand."""
        return str(self.ask("POST", f"/control/pages/{page_id}/grant")["access_token"])

    def citizen(self, *, writes_to: str | None = None, **knobs: object) -> str:
        """A new citizen; one who has just written to a page may be written to."""
        user_id = str(
            self.ask("POST", "/control/citizens", {"name": "Trần Thị B", **knobs})["user_id"]
        )
        if writes_to is not None:
            message = {"page": writes_to, "type": "text", "text": "Tôi muốn phản ánh"}
            self.ask("POST", f"/control/citizens/{user_id}/send", message)
        return user_id

    def phone(self, user_id: str, page_id: str) -> list[dict[str, Any]]:
        """What is on the citizen's phone, oldest first."""
        found: list[dict[str, Any]] = self.ask(
            "GET", f"/control/citizens/{user_id}/messages?page={page_id}"
        )
        return found

    def fault(self, name: str, **parameters: object) -> None:
        """Switch a fault on, for one strike."""
        self.ask("POST", "/control/faults", {"name": name, "count": 1, **parameters})

    def no_faults(self) -> None:
        self.ask("DELETE", "/control/faults")

    def now(self) -> datetime:
        return datetime.fromisoformat(self.ask("GET", "/control/clock")["now"])

    def advance(self, by: timedelta) -> None:
        self.ask("POST", "/control/clock", {"advance": f"PT{by.total_seconds():.0f}S"})

    def advance_to_hour(self, hour: int) -> None:
        """Move on to the next time it is that hour in Vietnam."""
        local = self.now() + timedelta(hours=7)
        target = local.replace(hour=hour, minute=30, second=0, microsecond=0)
        self.advance((target - local) % timedelta(days=1))

    def consent(self, page_id: str, permission_url: str) -> dict[str, str]:
        """What the administrator's browser brings back to the callback."""
        address = urlsplit(permission_url)
        path = f"{address.path}?{address.query}&oa_id={page_id}"
        status, headers, content = self.request("GET", path)
        assert status == 302, content
        query = parse_qs(urlsplit(headers["location"]).query)
        return {name: values[0] for name, values in query.items()}

    @classmethod
    @contextmanager
    def running(cls, folder: Path) -> Iterator[Self]:
        """A simulator with an empty memory in `folder`; its webhooks go nowhere."""
        pages = json.loads(PROVINCE.read_text())["pages"]
        app_secrets = {page["app_id"]: secrets.token_hex(16) for page in pages}
        keys = folder / "secrets.json"
        keys.write_text(
            json.dumps(
                {
                    "apps": {app: {"secret_key": key} for app, key in app_secrets.items()},
                    "pages": {
                        page["page_id"]: {
                            "app_id": page["app_id"],
                            "secrets": [secrets.token_hex(16)],
                        }
                        for page in pages
                    },
                }
            )
        )
        port, nowhere = _free_port(), _free_port()
        command = [sys.executable, "-m", "infra.local.zalo", "--port", str(port)]
        command += ["--data", str(folder / "zalo"), "--province", str(PROVINCE)]
        command += ["--secrets", str(keys), "--webhook-url", f"http://127.0.0.1:{nowhere}/"]
        command += ["--callback-url", CALLBACK]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        try:
            _wait_for(port, process, folder / "log")
            yield cls(port, app_secrets, pages)
        finally:
            process.terminate()
            process.wait(10)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"the simulator did not start: {log.read_text()[-2000:]}")
