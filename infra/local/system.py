"""The whole system on this machine: started, supervised, stopped, with nothing left behind."""

import fcntl
import json
import shutil
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import urllib3

from infra.local import storage
from infra.local.clock import ClockAway, clock_at
from infra.local.errors import LocalSystemError
from infra.local.keys import kept_keys
from infra.local.ports import FreePorts, Ports, require_free
from infra.local.process import end_orphans
from infra.local.programs import Programs
from infra.local.province import Province, read_province
from infra.local.seed import PageGrants, firestore_client, seed_province
from infra.local.settings import (
    DATA,
    DATABASES,
    DERIVED_BUCKET,
    EVIDENCE_BUCKET,
    FUNCTIONS,
    PROJECT,
    PROVINCE,
    REPOSITORY,
    SCHEDULER_ACCOUNT,
    Addresses,
    Folders,
)
from infra.local.snapshot import SnapshotKeeper, Snapshots
from infra.local.supervisor import Supervisor

_START_SECONDS = 60.0
_SNAPSHOT_SECONDS = 60.0
_UPKEEP_SECONDS = 60


class LocalSystem:
    """The local system, as a context manager: running inside the `with`, gone after it.

        with LocalSystem(data=folder, free_ports=True) as system:
            urlopen(system.addresses.admin)
            system.kill("store_report")

    Args:
        data: the folder that everything is kept in; one running system at a time.
        free_ports: take ports that nobody uses instead of the fixed ones.
        fresh: forget what an earlier run kept.
        ready_file: written once everything is up, beside the one in the data folder.
        source: the `main.py` whose functions are run.
        province: the file that describes the province.
        settings: more environment for every function, such as `INTAKE_GATHERING_SECONDS`.
        say: receives one line when something happens that a person would want to know.
    """

    def __init__(
        self,
        *,
        data: Path = DATA,
        free_ports: bool = False,
        fresh: bool = False,
        ready_file: Path | None = None,
        source: Path = REPOSITORY / "main.py",
        province: Path = PROVINCE,
        settings: Mapping[str, str] | None = None,
        say: Callable[[str], None] = lambda line: None,
    ) -> None:
        self.folders = Folders(data.resolve())
        self._has_free_ports = free_ports
        self._is_fresh = fresh
        self._ready_files = [self.folders.ready, *([ready_file] if ready_file else [])]
        self._source = source.resolve()
        self._province_file = province.resolve()
        self._settings = dict(settings or {})
        self._say = say
        self._lock: IO[str] | None = None
        self._free_ports: FreePorts | None = None
        self._supervisor: Supervisor | None = None
        self._snapshots: Snapshots | None = None
        self._keeper: SnapshotKeeper | None = None
        self.addresses = Addresses(Ports())
        """Where everything answers; valid once started."""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start everything; returns when it is ready to be used.

        Raises:
            LocalSystemError: something is missing, taken or broken. Nothing is left running.
        """
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def wait(self) -> None:
        """Wait for as long as the system can go on.

        Raises:
            LocalSystemError: why it cannot.
        """
        self._running().wait_for_failure()

    def process_ids(self) -> dict[str, int]:
        """The process ids by name; a process that was started again has a new one."""
        return self._running().process_ids()

    def kill(self, name: str) -> None:
        """Kill a process with SIGKILL, as a crash would. It is started again at once.

        Killing "firestore" loses what came after the last snapshot, at most a minute.
        """
        self._running().kill(name)

    def wait_until_ready(self, name: str) -> None:
        """Wait until a process that was killed is ready again.

        Raises:
            LocalSystemError: it did not come back.
        """
        self._running().wait_until_ready([name], seconds=_START_SECONDS)

    def stop(self) -> None:
        """Stop everything in reverse order, and keep the data."""
        is_over = threading.Event()

        def stop_in_order() -> None:
            try:
                self._stop()
            finally:
                is_over.set()

        # On a thread of its own, so that an interrupt cannot end it halfway. An event is waited
        # for, not the thread: before Python 3.13 a `join` that is interrupted takes it for ended.
        # In short waits: a signal that comes a moment before a long one would not end it.
        threading.Thread(target=stop_in_order).start()
        while not is_over.wait(0.1):
            continue

    def kill_all(self) -> None:
        """Kill every process now; a `stop` that is under way has less to do."""
        if self._supervisor is not None:
            self._supervisor.kill_all()

    def _start(self) -> None:
        self._lock_folder()
        end_orphans(self.folders.processes, self.folders.root)
        self._forget_ready_files()
        if self._is_fresh:
            for folder in self.folders.kept:
                shutil.rmtree(folder, ignore_errors=True)
        if self._has_free_ports:
            self._free_ports = FreePorts()
            self.addresses = Addresses(self._free_ports.ports)
        else:
            require_free(self.addresses.ports)
        for folder in self.folders.kept:
            folder.mkdir(parents=True, exist_ok=True)
        self._snapshots = Snapshots(
            emulator=self.addresses.firestore,
            project=PROJECT,
            databases=DATABASES,
            file=self.folders.firestore / "snapshot",
        )
        storage.create_buckets(self.folders.storage, (EVIDENCE_BUCKET, DERIVED_BUCKET))
        programs = Programs(
            folders=self.folders,
            addresses=self.addresses,
            province=self._province_file,
            source=self._source,
            settings=self._settings,
        )
        self._supervisor = supervisor = Supervisor(
            processes_file=self.folders.processes, say=self._say
        )
        # What takes longest comes first: the first start still has to draw its keys.
        supervisor.run(
            [programs.firestore(self._snapshots), programs.storage(), programs.secret_manager()]
        )
        province = read_province(self._province_file)
        keys = kept_keys(self.folders.keys, province)
        supervisor.run(
            [
                programs.simulator(keys),
                programs.identity_provider(keys),
                *programs.functions(keys),
            ]
        )
        self._write_schedule()
        supervisor.wait_until_ready(["firestore"], seconds=_START_SECONDS)
        # Tasks kept from an earlier run are delivered at once: not before their data is there.
        # Events may come in earlier; the webhook only adds them to what is restored.
        supervisor.run([programs.tasks(keys)])
        self._seed(supervisor, province)
        supervisor.wait_until_ready(supervisor.names(), seconds=_START_SECONDS)
        self._keeper = SnapshotKeeper(
            self._snapshots, every_seconds=_SNAPSHOT_SECONDS, say=self._say
        )
        for file in self._ready_files:
            self._write_ready_file(file)

    def _stop(self) -> None:
        if self._lock is None:
            # Somebody else's folder: nothing in it is ours to touch.
            return
        self._forget_ready_files()
        if self._keeper is not None:
            self._keeper.close()
        if self._supervisor is not None:
            self._supervisor.stop(["tasks"])
            self._supervisor.stop(FUNCTIONS)
            self._supervisor.stop(["simulator", "identity_provider", "secret_manager", "storage"])
            self._save_for_the_last_time()
            self._supervisor.close()
        if self._free_ports is not None:
            self._free_ports.close()
        self._lock.close()
        self._supervisor = self._snapshots = self._keeper = self._free_ports = self._lock = None

    def _running(self) -> Supervisor:
        if self._supervisor is None:
            raise LocalSystemError("The local system is not running.")
        return self._supervisor

    def _lock_folder(self) -> None:
        self.folders.root.mkdir(parents=True, exist_ok=True)
        lock = self.folders.lock.open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise LocalSystemError(
                f"Another local system is using {self.folders.root}: stop it, or start this one "
                "with another --data folder and --free-ports."
            ) from None
        self._lock = lock

    def _write_schedule(self) -> None:
        upkeep = self.addresses.function("upkeep")
        jobs = [
            {
                "name": "upkeep",
                "every_seconds": _UPKEEP_SECONDS,
                "url": upkeep,
                "service_account": SCHEDULER_ACCOUNT,
                "audience": upkeep,
            }
        ]
        self.folders.schedule.write_text(json.dumps(jobs, indent=2))

    def _seed(self, supervisor: Supervisor, province: Province) -> None:
        with (
            firestore_client(self.addresses.firestore, PROJECT) as client,
            urllib3.PoolManager() as pool,
        ):
            seed_province(client, province)
            supervisor.wait_until_ready(["simulator", "secret_manager"], seconds=_START_SECONDS)
            grants = PageGrants(
                pool,
                simulator=self.addresses.simulator,
                secret_manager=self.addresses.secret_manager,
                project=PROJECT,
                clock=clock_at(self.addresses.clock, pool),
            )
            try:
                grants.grant(client, province.pages)
            except ClockAway as error:
                raise LocalSystemError(f"{error}.") from error

    def _save_for_the_last_time(self) -> None:
        if self._snapshots is None:
            return
        try:
            self._snapshots.save()
        except LocalSystemError as error:
            self._say(f"The snapshot of a minute ago stays. {error}")

    def _forget_ready_files(self) -> None:
        for file in self._ready_files:
            file.unlink(missing_ok=True)

    def _write_ready_file(self, file: Path) -> None:
        content = {
            **self.addresses.by_name(),
            "project": PROJECT,
            "functions": {name: self.addresses.function(name) for name in FUNCTIONS},
            "processes": self.process_ids(),
        }
        file.parent.mkdir(parents=True, exist_ok=True)
        new = file.with_name(f"{file.name}.new")
        new.write_text(json.dumps(content, indent=2))
        new.replace(file)
