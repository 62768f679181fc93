"""The webhook against a bare handler: interleaved pairs, medians of ratios.

Goals P1 to P4 of the project's performance plan. Absolute numbers move with the machine's mood;
the ratios within a run are what counts. CPU is the servers' own, not the load generator's.
"""

import base64
import hashlib
import json
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import urllib3

from tests import emulators
from tests.bench.servers import Server, serving, spawn, stop, wait_for_any_answer

PAIRS = 7
REQUESTS = 400
AT_ONCE = 8
EVENTS_PER_CITIZEN = 4
COLD_STARTS = 9

APP_ID = "1111111111111111111"
PAGE_ID = "2222222222222222222"
_SECRET = secrets.token_hex(16)


@dataclass(frozen=True)
class Round:
    """One side's figures in one round."""

    cpu_milliseconds: float
    per_second: float
    p99_milliseconds: float
    failures: int


def signed_event(number: int) -> tuple[bytes, dict[str, str]]:
    """An event that nobody sent before, as Zalo would sign it."""
    timestamp = str(int(time.time() * 1000))
    body = json.dumps(
        {
            "app_id": APP_ID,
            "user_id_by_app": str(4 * 10**18 + number),
            "event_name": "user_send_text",
            "timestamp": timestamp,
            "sender": {"id": str(3 * 10**18 + number)},
            "recipient": {"id": PAGE_ID},
            "message": {"text": "Tôi muốn phản ánh", "msg_id": secrets.token_hex(10)},
        }
    ).encode()
    mac = hashlib.sha256(APP_ID.encode() + body + (timestamp + _SECRET).encode()).hexdigest()
    return body, {"X-ZEvent-Signature": f"mac={mac}", "Content-Type": "application/json"}


def _fresh() -> int:
    return secrets.randbelow(10**15)


def _events() -> list[tuple[bytes, dict[str, str]]]:
    """Events as citizens send them: four in a row each."""
    citizens = [_fresh() for _ in range(REQUESTS // EVENTS_PER_CITIZEN)]
    return [signed_event(citizen) for citizen in citizens for _ in range(EVENTS_PER_CITIZEN)]


def _round(server: Server, requests: Sequence[tuple[bytes, Mapping[str, str]]]) -> Round:
    pool = urllib3.PoolManager(maxsize=AT_ONCE, retries=False, block=True)

    def one(request: tuple[bytes, Mapping[str, str]]) -> tuple[float, bool]:
        start = time.perf_counter()
        answer = pool.request("POST", server.address, body=request[0], headers=request[1])
        return time.perf_counter() - start, answer.status == 200

    cpu, start = server.cpu_seconds(), time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as senders:
        answers = list(senders.map(one, requests))
    elapsed = time.perf_counter() - start
    times = sorted(seconds for seconds, _ in answers)
    return Round(
        cpu_milliseconds=(server.cpu_seconds() - cpu) * 1000 / len(requests),
        per_second=len(requests) / elapsed,
        p99_milliseconds=times[int(len(times) * 0.99)] * 1000,
        failures=sum(not ok for _, ok in answers),
    )


@contextmanager
def _backends() -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """The servers behind both sides, and each side's environment."""
    with tempfile.TemporaryDirectory() as folder, emulators.firestore(Path(folder)) as firestore:
        _warm(firestore)
        secrets_file = Path(folder) / "pages.json"
        secrets_file.write_text(
            json.dumps({"pages": {PAGE_ID: {"app_id": APP_ID, "secrets": [_SECRET]}}})
        )
        port, page_port = emulators.free_port(), emulators.free_port()
        command = (
            *(sys.executable, "-m", "infra.local.tasks"),
            *("--grpc-port", str(port), "--http-port", str(page_port)),
            *("--data", str(Path(folder) / "tasks.sqlite")),
            *("--project", "bench", "--location", "asia-southeast1"),
            *("--queues", "infra/queues.json"),
            *("--signing-key", str(signing_key_in(Path(folder))), "--issuer", "http://127.0.0.1:9"),
        )
        log = Path(folder) / "tasks.log"
        with log.open("wb") as output:
            tasks = subprocess.Popen(command, stdout=output, stderr=output)
        try:
            wait_for_any_answer(f"http://{emulators.HOST}:{page_port}/healthz")
            # Nothing may run: what is measured is the webhook alone.
            _pause_queue(port)
            common = {"GOOGLE_CLOUD_PROJECT": "bench", "FIRESTORE_EMULATOR_HOST": firestore}
            key = base64.b64encode(secrets.token_bytes(32)).decode()
            webhook = {
                **common,
                "TASKS_REST_URL": f"http://{emulators.HOST}:{page_port}",
                "TASKS_LOCATION": "asia-southeast1",
                "TASKS_SERVICE_ACCOUNT": "tasks@bench.iam.gserviceaccount.com",
                "STORE_REPORT_URL": "http://127.0.0.1:9/",
                "UPLOAD_MEDIA_URL": "http://127.0.0.1:9/",
                "SEND_FOLLOWUP_URL": "http://127.0.0.1:9/",
                "ZALO_SECRETS_FILE": str(secrets_file),
                "CITIZEN_KEY_SECRET": key,
                "INBOX_SEAL_SECRET": key,
                "GCE_METADATA_HOST": _metadata_server(folder),
            }
            yield webhook, common
        finally:
            tasks.kill()
            tasks.wait()


def _warm(firestore: str) -> None:
    """The emulator's first REST call takes longer than the webhook waits for Firestore."""
    documents = "projects/bench/databases/inbox/documents"
    urllib3.request("POST", f"http://{firestore}/v1/{documents}:commit", json={"writes": []})


def signing_key_in(folder: Path) -> Path:
    """A new RSA key, for a task server that has to have one."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
    file = folder / "signing-key.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return file


def _pause_queue(port: int) -> None:
    from google.cloud import tasks_v2

    from functions.cloud.tasks import connect_tasks

    connect_tasks(f"{emulators.HOST}:{port}").pause_queue(
        tasks_v2.PauseQueueRequest(name="projects/bench/locations/asia-southeast1/queues/inbox")
    )


def _metadata_server(folder: str) -> str:
    """A metadata server in a thread: hands out one token."""
    import threading
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = b'{"access_token": "bench", "expires_in": 3600, "token_type": "Bearer"}'
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            return

    server = ThreadingHTTPServer((emulators.HOST, 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"{emulators.HOST}:{server.server_address[1]}"


def _cold_start(source: Path, target: str, environment: Mapping[str, str]) -> float:
    port = emulators.free_port()
    body, headers = signed_event(secrets.randbelow(10**9))
    start = time.perf_counter()
    process = spawn(source, target, environment, port)
    try:
        status = wait_for_any_answer(f"http://{emulators.HOST}:{port}/", body=body, headers=headers)
        elapsed = time.perf_counter() - start
    finally:
        stop(process)
    if status != 200:
        raise RuntimeError(f"{target} answered {status}")
    return elapsed * 1000


def _import_milliseconds(code: str, environment: Mapping[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", code], check=True, env={"PATH": os.environ["PATH"], **environment}
    )
    return (time.perf_counter() - start) * 1000


def _without_wake_up(environment: Mapping[str, str]) -> dict[str, str]:
    """The webhook whose queue is away: what it costs without the wake-up, but for a refusal."""
    return {**environment, "TASKS_REST_URL": f"http://{emulators.HOST}:9"}


def _line(name: str, goal: str, figure: float, detail: str, *, met: bool) -> None:
    verdict = "met" if met else "MISSED"
    print(f"  {name:<34}{goal:>12}{figure:>9.2f}  {verdict:<7}{detail}")


def measure() -> None:
    """Print the table."""
    here = Path(__file__).resolve().parent
    main, bare = here.parents[1] / "main.py", here / "bare.py"
    print("Webhook against a bare handler with one durable write; medians of pair-wise ratios.")
    print(f"{PAIRS} interleaved pairs of {REQUESTS} requests, {AT_ONCE} at once,")
    print(f"{EVENTS_PER_CITIZEN} in a row from each citizen.")
    print(f"  {'':<34}{'goal':>12}{'ratio':>9}")
    with _backends() as (ours_environment, bare_environment):
        with (
            serving(main, "zalo_webhook", ours_environment) as ours,
            serving(main, "zalo_webhook", _without_wake_up(ours_environment)) as keeping,
            serving(bare, "bare", bare_environment) as theirs,
        ):
            pairs: list[tuple[Round, Round]] = []
            keeping_pairs: list[tuple[Round, Round]] = []
            for number in range(PAIRS + 1):
                rounds = [_round(server, _events()) for server in (ours, theirs, keeping)]
                if number:  # The first round warms all sides up.
                    pairs.append((rounds[0], rounds[1]))
                    keeping_pairs.append((rounds[2], rounds[1]))
            memory = ours.memory_mebibytes(), theirs.memory_mebibytes()
        starts = [
            (
                _cold_start(main, "zalo_webhook", ours_environment),
                _cold_start(bare, "bare", bare_environment),
            )
            for _ in range(COLD_STARTS)
        ]
        needed = (
            "import functions_framework, main; from functions.wiring import doors; doors.webhook()"
        )
        imports = [
            (
                _import_milliseconds(needed, ours_environment),
                _import_milliseconds("import functions_framework", ours_environment),
            )
            for _ in range(COLD_STARTS)
        ]
    every = [*pairs, *keeping_pairs]
    failures = sum(round_.failures for pair in every for round_ in pair)

    def ratio(values: Sequence[tuple[float, float]]) -> float:
        return statistics.median(a / b for a, b in values)

    def medians(values: Sequence[tuple[float, float]], unit: str) -> str:
        a, b = (statistics.median(side) for side in zip(*values, strict=True))
        return f"{a:.2f} : {b:.2f} {unit}"

    for label, sides in (("", pairs), (", not waking", keeping_pairs)):
        cpu = [(a.cpu_milliseconds, b.cpu_milliseconds) for a, b in sides]
        figure = ratio(cpu)
        _line(f"P1 CPU{label}", "<= 0.90", figure, medians(cpu, "ms"), met=figure <= 0.9)
        rate = [(a.per_second, b.per_second) for a, b in sides]
        figure = ratio(rate)
        _line(f"P2 throughput{label}", ">= 1.00", figure, medians(rate, "/s"), met=figure >= 1)
        p99 = [(a.p99_milliseconds, b.p99_milliseconds) for a, b in sides]
        figure = ratio(p99)
        _line(f"P2 p99{label}", "<= 1.20", figure, medians(p99, "ms"), met=figure <= 1.2)
    cold = ratio(starts)
    _line("P3 spawn to first 200", "<= 0.60", cold, medians(starts, "ms"), met=cold <= 0.6)
    imported = ratio(imports)
    _line(
        "P3 imports / functions_framework",
        "<= 1.15",
        imported,
        medians(imports, "ms"),
        met=imported <= 1.15,
    )
    resident = memory[0] / memory[1]
    _line(
        "P4 memory",
        "<= 0.50",
        resident,
        f"{memory[0]:.0f} : {memory[1]:.0f} MiB",
        met=resident <= 0.5,
    )
    print(f"  answers other than 200: {failures}")
    print(
        "  The webhook verifies, keeps and wakes the worker; the bare handler only keeps. The local"
    )
    print(
        "  task server takes its share of the same cores; 'not waking' is the webhook whose queue"
    )
    print("  refuses connections.")


if __name__ == "__main__":
    measure()
