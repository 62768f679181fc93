"""`python -m infra.local.class_archive`: makes the Firestore emulator start in half the time.

Java can keep the classes that a program loaded in an archive and map it at the next start (JEP
350): measured on two cores, 1.3 instead of 2.4 seconds of CPU until the emulator has answered its
first calls. The archive is made once, at set-up, by a run that does what every start does. Java
itself ignores an archive that does not fit its version or the emulator's.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

from infra.local import firestore_emulator
from infra.local.errors import LocalSystemError
from infra.local.ports import HOST, free_port
from infra.local.process import Process, Program
from infra.local.province import read_province
from infra.local.seed import firestore_client, seed_province
from infra.local.settings import DATABASES, PROJECT, PROVINCE, process_environment
from infra.local.snapshot import Snapshots

_SECONDS = 60.0


def make_archive(file: Path, folder: Path) -> None:
    """Run the emulator once, in `folder`, and keep its classes in `file`.

    Raises:
        LocalSystemError: there is no emulator here, or it did not run.
    """
    port = free_port()
    new = file.with_name(f"{file.name}.{os.getpid()}.new")
    java, *rest = firestore_emulator.command(HOST, port, archive=None)
    program = Program(
        name="firestore",
        command=(java, f"-XX:ArchiveClassesAtExit={new}", *rest),
        environment=process_environment(folder),
        folder=folder,
        log=folder / "firestore.log",
        ports=(port,),
    )
    process = Process(program)
    try:
        _wait_until_ready(process)
        _play_a_start(f"{HOST}:{port}", folder / "snapshot")
    finally:
        process.stop(_SECONDS)
    if not new.is_file():
        raise LocalSystemError("Java kept no archive of the Firestore emulator's classes.")
    new.replace(file)


def _wait_until_ready(process: Process) -> None:
    deadline = time.monotonic() + _SECONDS
    while not process.listens():
        if process.ended() is not None or time.monotonic() > deadline:
            raise LocalSystemError("The Firestore emulator did not start.")
        time.sleep(0.02)


def _play_a_start(emulator: str, file: Path) -> None:
    snapshots = Snapshots(emulator=emulator, project=PROJECT, databases=DATABASES, file=file)
    snapshots.restore()
    with firestore_client(emulator, PROJECT) as client:
        seed_province(client, read_province(PROVINCE))
        list(client.collection("officers").order_by("name").limit(1).stream())
    snapshots.save()
    snapshots.restore()


def main() -> int:
    """Make the archive that `firestore_emulator.command` uses; without it all works, slower."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            make_archive(firestore_emulator.ARCHIVE, Path(folder))
    except LocalSystemError as error:
        print(error, file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
