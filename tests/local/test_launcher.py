"""The launcher: one command starts everything, and one signal ends it without a trace.

The functions are stand-ins that answer with the names of their settings; everything else is real.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import httpx
import psutil
import pytest

from infra.local.errors import LocalSystemError
from infra.local.ports import HOST, Ports
from infra.local.province import read_province
from infra.local.settings import DATABASES, FUNCTIONS, PROJECT, PROVINCE, REPOSITORY
from infra.local.system import LocalSystem
from tests.emulators import wait_until

pytestmark = pytest.mark.xdist_group("launcher")

FUNCTION = """
def {name}(request):
    import os, time
    if request.path == "/hang":
        time.sleep(600)
    return {{"pid": os.getpid(), "settings": sorted(os.environ)}}
"""
SECONDS = 60


class Launcher:
    """`python -m infra.local` with free ports, in a data folder of its own."""

    def __init__(self, folder: Path, source: Path, *more: str) -> None:
        self.data = folder / "data"
        self.ready_file = folder / "ready.json"
        self.output = folder / "output"
        environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "infra.local", "--free-ports"),
                    *("--data", str(self.data), "--ready-file", str(self.ready_file)),
                    *("--source", str(source), *more),
                ],
                cwd=REPOSITORY,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def wait_until_ready(self) -> dict[str, Any]:
        """Wait for the ready file; returns what it says."""
        wait_until(
            lambda: self.ready_file.exists() or self.process.poll() is not None, seconds=SECONDS
        )
        assert self.ready_file.exists(), self.said()
        content: dict[str, Any] = json.loads(self.ready_file.read_bytes())
        return content

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and wait for the end; returns the exit status."""
        self.process.send_signal(number)
        return self.process.wait(SECONDS)

    def said(self) -> str:
        """All its output."""
        return self.output.read_text()


def left_over(data: Path) -> list[str]:
    """The processes of that data folder that still run."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("HOME") == str(data):
                found.append(process.name())
        except psutil.Error:
            continue
    return found


@contextmanager
def launched(folder: Path, source: Path, *more: str) -> Iterator[Launcher]:
    """A launcher that is gone afterwards, whatever happens."""
    launcher = Launcher(folder, source, *more)
    try:
        yield launcher
    finally:
        if launcher.process.poll() is None:
            launcher.end()


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A `main.py` with a stand-in for each function."""
    file = tmp_path_factory.mktemp("source") / "main.py"
    file.write_text("".join(FUNCTION.format(name=name) for name in FUNCTIONS))
    return file


@pytest.fixture(scope="module")
def launcher(tmp_path_factory: pytest.TempPathFactory, source: Path) -> Iterator[Launcher]:
    with launched(tmp_path_factory.mktemp("launcher"), source) as launcher:
        launcher.wait_until_ready()
        yield launcher


@pytest.fixture(scope="module")
def ready(launcher: Launcher) -> dict[str, Any]:
    return launcher.wait_until_ready()


def test_the_ready_file_tells_every_address(ready: dict[str, Any]) -> None:
    assert list(ready) == [
        "webhook",
        "admin",
        "simulator",
        "tasks",
        "tasks_page",
        "storage",
        "firestore",
        "identity_provider",
        "secret_manager",
        "project",
        "functions",
        "processes",
    ]
    assert tuple(ready["functions"]) == FUNCTIONS
    assert ready["project"] == PROJECT


def test_the_same_addresses_stand_in_the_data_folder(
    launcher: Launcher, ready: dict[str, Any]
) -> None:
    assert json.loads((launcher.data / "ready.json").read_bytes()) == ready


def test_a_person_is_told_three_addresses_and_the_time_it_took(
    launcher: Launcher, ready: dict[str, Any]
) -> None:
    wait_until(lambda: "Ready in" in launcher.said())
    said = launcher.said()
    for address in (f"{ready['simulator']}/phone", ready["admin"], ready["simulator"]):
        assert f" {address}\n" in said
    assert re.search(r"^Ready in \d+\.\d s\.", said, re.MULTILINE)


@pytest.mark.parametrize(
    "path",
    [
        "webhook",
        "admin",
        "simulator",
        "simulator/phone",
        "simulator/control/clock",
        "tasks_page",
        "storage/storage/v1/b/evidence",
        "storage/storage/v1/b/derived",
        "identity_provider/.well-known/openid-configuration",
        "secret_manager/v1/projects/tin-bao-local/secrets/none/versions",
    ],
)
def test_every_server_answers(ready: dict[str, Any], path: str) -> None:
    name, _, rest = path.partition("/")
    answer = httpx.get(f"{ready[name]}/{rest}")
    assert answer.status_code == (404 if "none" in path else 200)


def test_firestore_and_the_task_server_answer(ready: dict[str, Any]) -> None:
    assert httpx.get(f"http://{ready['firestore']}/").text.strip() == "Ok"
    with grpc.insecure_channel(ready["tasks"]) as channel:
        grpc.channel_ready_future(channel).result(timeout=10)


def test_nothing_listens_beyond_this_machine(launcher: Launcher, ready: dict[str, Any]) -> None:
    for name, pid in ready["processes"].items():
        for process in (psutil.Process(pid), *psutil.Process(pid).children()):
            listening = [
                connection.laddr.ip
                for connection in process.net_connections("inet")
                if connection.status == psutil.CONN_LISTEN
            ]
            assert set(listening) <= {HOST, f"::ffff:{HOST}"}, name


def test_a_function_is_told_only_what_it_needs(ready: dict[str, Any]) -> None:
    told = {
        name: set(httpx.get(url).json()["settings"]) for name, url in ready["functions"].items()
    }
    who = {
        secret: {name for name, settings in told.items() if secret in settings}
        for secret in (
            "OIDC_CLIENT_SECRET",
            "SESSION_SECRET",
            "ZALO_APP_SECRETS_FILE",
            "SECRET_MANAGER_URL",
        )
    }
    assert who["OIDC_CLIENT_SECRET"] == who["SESSION_SECRET"] == {"admin"}
    assert who["ZALO_APP_SECRETS_FILE"] == {"upkeep"}
    assert who["SECRET_MANAGER_URL"] == {"send_followup", "upkeep"}


def test_nothing_of_the_shell_reaches_a_function(ready: dict[str, Any]) -> None:
    ours = {"WORKERS", "THREADS", "GOOGLE_CLOUD_PROJECT", "CLOCK_URL", "GCE_METADATA_HOST"}
    prefixes = ("TASKS_", "CLOUD_TASKS_", "FIRESTORE_", "ZALO_", "CITIZEN_", "INBOX_")
    urls = {f"{name}_URL" for name in ("STORE_REPORT", "UPLOAD_MEDIA", "SEND_FOLLOWUP", "UPKEEP")}
    # What functions-framework and the interpreter add themselves.
    added = {"FUNCTION_TARGET", "FUNCTION_SIGNATURE_TYPE", "SERVER_SOFTWARE", "LC_CTYPE"}
    told = httpx.get(ready["webhook"]).json()["settings"]
    strange = [
        name
        for name in told
        if name not in ours | urls | added | {"PATH", "HOME", "LANG", "NO_PROXY", "JAVA_HOME"}
        and not name.startswith(prefixes)
    ]
    assert strange == []


def test_every_connected_page_has_a_token(launcher: Launcher) -> None:
    kept = launcher.data / "secrets" / PROJECT
    pages = {page.page_id for page in read_province(PROVINCE).pages if page.is_connected}
    assert {file.stem.rsplit("-", 1)[1] for file in kept.iterdir()} == pages


def test_a_function_that_dies_is_started_again(launcher: Launcher, ready: dict[str, Any]) -> None:
    def process_id() -> int:
        found: dict[str, int] = json.loads((launcher.data / "processes.json").read_bytes())
        return found["store_report"]

    before = process_id()
    os.killpg(before, signal.SIGKILL)
    wait_until(lambda: process_id() != before)
    wait_until(lambda: _answers(ready["functions"]["store_report"]))
    assert "store_report ended (signal 9) and is started again." in launcher.said()


def test_a_second_launcher_leaves_the_data_folder_alone(
    launcher: Launcher, source: Path, ready: dict[str, Any]
) -> None:
    command = (sys.executable, "-m", "infra.local", "--free-ports", "--fresh")
    second = subprocess.run(
        [*command, "--data", str(launcher.data), "--source", str(source)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert second.returncode == 1
    assert re.fullmatch(r"Another local system is using \S+: stop it, .*\n", second.stderr)
    assert json.loads((launcher.data / "ready.json").read_bytes()) == ready
    assert httpx.get(ready["simulator"]).status_code == 200


def test_a_signal_during_the_start_ends_everything(tmp_path: Path, source: Path) -> None:
    with launched(tmp_path, source) as launcher:
        wait_until(lambda: bool(left_over(launcher.data)), seconds=SECONDS)
        assert launcher.end(signal.SIGINT) == 0
    assert left_over(launcher.data) == []


def test_functions_that_cannot_be_loaded_end_the_start(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("def admin(:\n")
    with (
        pytest.raises(LocalSystemError, match=r"ended at its start .*SyntaxError.*\.log\.$"),
        LocalSystem(data=tmp_path / "data", free_ports=True, source=tmp_path / "main.py"),
    ):
        pytest.fail("it started")
    assert left_over(tmp_path / "data") == []


@dataclass
class Story:
    """What three runs on one data folder showed: ended by SIGTERM, killed, ended by SIGINT."""

    status_after_sigterm: int
    left_after_sigterm: list[str]
    ready_file_after_sigterm: bool
    said_by_the_first: str
    read_by_the_second: list[str]
    object_read_by_the_second: bytes
    clock_of_the_second: float
    read_after_the_emulator_died: str
    orphans_beside_the_third: list[int]
    read_by_the_third: list[str]
    seconds_of_a_second_ctrl_c: float
    left_in_the_end: list[str]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, source: Path) -> Story:
    folder = tmp_path_factory.mktemp("story")
    with launched(folder, source) as first:
        ready = first.wait_until_ready()
        for database in DATABASES:
            _write(ready["firestore"], database)
        url = f"{ready['storage']}/upload/storage/v1/b/evidence/o"
        upload = {"uploadType": "media", "name": "original"}
        httpx.post(url, params=upload, content=b"bytes").raise_for_status()
        clock = f"{ready['simulator']}/control/clock"
        httpx.post(clock, json={"advance": "P3D"}).raise_for_status()
        status = first.end(signal.SIGTERM)
    left, said, is_ready = left_over(first.data), first.said(), first.ready_file.exists()
    with launched(folder, source) as second:
        ready = second.wait_until_ready()
        kept = [_read(ready["firestore"], database) for database in DATABASES]
        url = f"{ready['storage']}/storage/v1/b/evidence/o/original"
        original = httpx.get(url, params={"alt": "media"}).content
        offset = httpx.get(f"{ready['simulator']}/control/clock").json()["offset_seconds"]
        os.killpg(ready["processes"]["firestore"], signal.SIGKILL)
        wait_until(lambda: "firestore ended" in second.said())
        wait_until(lambda: _answers(f"http://{ready['firestore']}/"), seconds=SECONDS)
        wait_until(lambda: _has(ready["firestore"], "identity"))
        after_death = _read(ready["firestore"], "identity")
        second.end(signal.SIGKILL)
        orphans = json.loads((second.data / "processes.json").read_bytes()).values()
        second.ready_file.unlink()
    with launched(folder, source) as third:
        ready = third.wait_until_ready()
        alive = [pid for pid in orphans if psutil.pid_exists(pid)]
        kept_again = [_read(ready["firestore"], database) for database in DATABASES]
        with _hanging_request(ready["webhook"]):
            third.process.send_signal(signal.SIGINT)
            wait_until(lambda: not psutil.pid_exists(ready["processes"]["tasks"]), seconds=SECONDS)
            started = time.monotonic()
            third.end(signal.SIGINT)
            seconds = time.monotonic() - started
    return Story(
        status_after_sigterm=status,
        left_after_sigterm=left,
        ready_file_after_sigterm=is_ready,
        said_by_the_first=said,
        read_by_the_second=kept,
        object_read_by_the_second=original,
        clock_of_the_second=offset,
        read_after_the_emulator_died=after_death,
        orphans_beside_the_third=alive,
        read_by_the_third=kept_again,
        seconds_of_a_second_ctrl_c=seconds,
        left_in_the_end=left_over(third.data),
    )


def test_sigterm_ends_everything(story: Story) -> None:
    assert (story.status_after_sigterm, story.left_after_sigterm) == (0, [])
    assert "Stopped." in story.said_by_the_first


def test_a_system_that_is_stopped_is_not_ready(story: Story) -> None:
    assert not story.ready_file_after_sigterm


def test_all_three_databases_are_kept(story: Story) -> None:
    assert story.read_by_the_second == list(DATABASES)


def test_stored_objects_are_kept(story: Story) -> None:
    assert story.object_read_by_the_second == b"bytes"


def test_a_moved_clock_stays_moved(story: Story) -> None:
    assert story.clock_of_the_second >= 3 * 86_400


def test_an_emulator_that_died_comes_back_with_its_snapshot(story: Story) -> None:
    assert story.read_after_the_emulator_died == "identity"


def test_what_a_killed_launcher_left_is_ended_by_the_next(story: Story) -> None:
    assert story.orphans_beside_the_third == []


def test_a_killed_launcher_loses_no_snapshot(story: Story) -> None:
    assert story.read_by_the_third == list(DATABASES)


def test_a_second_ctrl_c_does_not_wait_for_running_requests(story: Story) -> None:
    # A running request alone would keep its function for ten seconds.
    assert story.seconds_of_a_second_ctrl_c < 8


def test_ctrl_c_ends_everything(story: Story) -> None:
    assert story.left_in_the_end == []


def test_a_fresh_start_forgets_what_is_ours_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "zalo").mkdir()
    (tmp_path / "zalo" / "kept").touch()
    (tmp_path / "somebody's letter").touch()
    missing = tmp_path / "missing.json"
    with (
        pytest.raises(LocalSystemError, match=r"missing\.json cannot be read"),
        LocalSystem(data=tmp_path, free_ports=True, fresh=True, province=missing),
    ):
        pytest.fail("it started")
    assert not (tmp_path / "zalo" / "kept").exists()
    assert (tmp_path / "somebody's letter").exists()


def test_a_taken_port_is_told_in_one_sentence(tmp_path: Path, source: Path) -> None:
    with ExitStack() as stack:
        # If somebody's own system is running on the fixed ports, they are taken as well.
        with suppress(OSError):
            stack.enter_context(socket.create_server((HOST, Ports().secret_manager)))
        complaint = r"^Port \d+, which \w+ needs, is taken: "
        stack.enter_context(pytest.raises(LocalSystemError, match=complaint))
        stack.enter_context(LocalSystem(data=tmp_path, source=source))


def test_a_missing_emulator_is_told_in_one_sentence(tmp_path: Path, source: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "FIRESTORE_EMULATOR_JAR": "/no/such.jar"}
    command = (sys.executable, "-m", "infra.local", "--free-ports", "--data", str(tmp_path))
    started = time.monotonic()
    ended = subprocess.run(
        [*command, "--source", str(source)],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert time.monotonic() - started < 20
    expected = (1, "FIRESTORE_EMULATOR_JAR names /no/such.jar, which is no file.\n")
    assert (ended.returncode, ended.stderr) == expected
    assert left_over(tmp_path) == []


@contextmanager
def _hanging_request(address: str) -> Iterator[None]:
    """A request that its function never answers."""
    host, _, port = address.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(b"GET /hang HTTP/1.1\r\nHost: function\r\n\r\n")
        yield


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=5).is_success
    except httpx.HTTPError:
        return False


def _has(emulator: str, database: str) -> bool:
    headers = {"Authorization": "Bearer owner"}
    return httpx.get(_document(emulator, database), headers=headers).is_success


def _document(emulator: str, database: str) -> str:
    root = f"http://{emulator}/v1/projects/{PROJECT}/databases/{database}/documents"
    return f"{root}/reports/one"


def _write(emulator: str, database: str) -> None:
    fields = {"fields": {"database": {"stringValue": database}}}
    headers = {"Authorization": "Bearer owner"}
    url = _document(emulator, database)
    httpx.patch(url, json=fields, headers=headers).raise_for_status()


def _read(emulator: str, database: str) -> str:
    headers = {"Authorization": "Bearer owner"}
    answer = httpx.get(_document(emulator, database), headers=headers)
    return str(answer.json()["fields"]["database"]["stringValue"])
