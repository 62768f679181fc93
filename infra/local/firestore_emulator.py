"""Google's own Firestore emulator, started with `java` directly."""

import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from infra.local.errors import LocalSystemError

ARCHIVE = Path(sys.prefix) / "firestore-emulator.jsa"
"""The emulator's classes, ready to be mapped (`class_archive`)."""

_MAIN_CLASS = "com.google.cloud.datastore.emulator.firestore.CloudFirestore"
USUAL_SDK_ROOTS = (
    "/usr/lib/google-cloud-sdk",
    "/usr/share/google-cloud-sdk",
    "/opt/google-cloud-sdk",
    "~/google-cloud-sdk",
)
_JAR_IN_SDK = "platform/cloud-firestore-emulator/cloud-firestore-emulator.jar"
_CACHED_JARS = "~/.cache/firebase/emulators"


def command(
    host: str,
    port: int,
    *,
    archive: Path | None = ARCHIVE,
    environment: Mapping[str, str] = os.environ,
) -> tuple[str, ...]:
    """The command that runs the emulator, with the archive of its classes if there is one.

    Raises:
        LocalSystemError: Java or the emulator's jar is not on this machine.
    """
    return (
        _java(environment),
        # The emulator lives for minutes: quick to start matters more than fast in the end.
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        *([f"-XX:SharedArchiveFile={archive}"] if archive and archive.is_file() else []),
        "-Xshare:auto",
        "-Xmx512m",
        "-Duser.language=en",
        "-cp",
        str(find_jar(environment)),
        _MAIN_CLASS,
        "start",
        f"--host={host}",
        f"--port={port}",
    )


def find_jar(
    environment: Mapping[str, str] = os.environ, sdk_roots: Iterable[str] = USUAL_SDK_ROOTS
) -> Path:
    """The emulator's jar: `FIRESTORE_EMULATOR_JAR`, a gcloud SDK, or the Firebase tools' cache.

    Raises:
        LocalSystemError: there is none.
    """
    if named := environment.get("FIRESTORE_EMULATOR_JAR"):
        jar = Path(named)
        if not jar.is_file():
            raise LocalSystemError(f"FIRESTORE_EMULATOR_JAR names {jar}, which is no file.")
        return jar
    for jar in _usual_jars(environment, sdk_roots):
        if jar.is_file():
            return jar
    raise LocalSystemError(
        "The Firestore emulator is not on this machine: run "
        "`gcloud components install cloud-firestore-emulator` (Debian: `apt-get install "
        "google-cloud-cli-firestore-emulator`) or set FIRESTORE_EMULATOR_JAR to its jar."
    )


def _usual_jars(environment: Mapping[str, str], sdk_roots: Iterable[str]) -> Iterator[Path]:
    path, home = environment.get("PATH", ""), Path(environment.get("HOME", "/"))
    if gcloud := shutil.which("gcloud", path=path):
        yield Path(gcloud).resolve().parents[1] / _JAR_IN_SDK
    for root in sdk_roots:
        yield _at_home(root, home) / _JAR_IN_SDK
    # Names carry the version, and the newest one is wanted.
    yield from sorted(
        _at_home(_CACHED_JARS, home).glob("cloud-firestore-emulator-*.jar"),
        key=lambda jar: jar.stat().st_mtime,
        reverse=True,
    )


def _at_home(folder: str, home: Path) -> Path:
    return home / folder[2:] if folder.startswith("~/") else Path(folder)


def _java(environment: Mapping[str, str]) -> str:
    if home := environment.get("JAVA_HOME"):
        java = Path(home) / "bin" / "java"
        if java.is_file():
            return str(java)
    found = shutil.which("java", path=environment.get("PATH", ""))
    if found is None:
        raise LocalSystemError(
            "Java 17 or newer is needed for the Firestore emulator: install a JRE "
            "(Debian: `apt-get install default-jre-headless`)."
        )
    return found
