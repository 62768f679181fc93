"""The simulator as a process: how the launcher starts and stops it."""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.local.zalo.simulator import BUSINESS, PROVINCE, wait_for

ROOT = Path(__file__).parents[3]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Process:
    """One run of `python -m infra.local.zalo`."""

    def __init__(self, folder: Path) -> None:
        province, secrets = folder / "province.json", folder / "secrets.json"
        province.write_text(PROVINCE.model_dump_json())
        pages = {page.page_id: {"app_id": page.app_id, "secrets": ["s"]} for page in PROVINCE.pages}
        app_id = PROVINCE.pages[0].app_id
        secrets.write_text(json.dumps({"apps": {app_id: {"secret_key": "k"}}, "pages": pages}))
        port = free_port()
        arguments = {
            "--port": port,
            "--data": folder / "zalo",
            "--province": province,
            "--secrets": secrets,
            "--webhook-url": "http://127.0.0.1:9/",
        }
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "infra.local.zalo",
                *(str(part) for pair in arguments.items() for part in pair),
            ],
            cwd=ROOT,
        )
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False)
        wait_for(self._is_up, seconds=20)

    def _is_up(self) -> bool:
        try:
            return self.http.get("/healthz").status_code == 200
        except httpx.ConnectError:
            return False

    def stop(self, how: signal.Signals = signal.SIGTERM) -> float:
        """The seconds that it took."""
        begun = time.monotonic()
        self.process.send_signal(how)
        self.process.wait(timeout=10)
        return time.monotonic() - begun

    def close(self) -> None:
        self.http.close()
        self.process.kill()
        self.process.wait()


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    process = Process(tmp_path)
    yield process
    process.close()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_quickly_although_a_stream_is_open(process: Process, how: signal.Signals) -> None:
    with process.http.stream("GET", "/stream?topics=message") as stream:
        next(stream.iter_lines())
        assert process.stop(how) < 2


def test_what_it_knew_outlives_a_killed_process(process: Process, tmp_path: Path) -> None:
    created = process.http.post("/control/citizens", json={"name": "Lê Văn Tư"}).json()
    process.http.post("/control/clock", json={"advance": "P1D"})
    pair = process.http.post(f"/control/pages/{BUSINESS}/grant").json()
    process.stop(signal.SIGKILL)
    again = Process(tmp_path)
    try:
        (citizen,) = again.http.get("/control/citizens").json()
        headers = {"access_token": pair["access_token"]}
        assert citizen["user_id"] == created["user_id"]
        assert again.http.get("/control/clock").json()["offset_seconds"] == 86400
        assert again.http.get("/v2.0/oa/getoa", headers=headers).json()["error"] == 0
    finally:
        again.close()
