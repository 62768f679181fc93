"""The emulator is found wherever it usually is, or one sentence says how to get it."""

from pathlib import Path

import pytest

from infra.local.errors import LocalSystemError
from infra.local.firestore_emulator import command, find_jar

_IN_SDK = "platform/cloud-firestore-emulator/cloud-firestore-emulator.jar"


def _made(file: Path, *, executable: bool = False) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o755 if executable else 0o644)
    return file


def test_the_named_jar_wins(tmp_path: Path) -> None:
    jar = _made(tmp_path / "mine.jar")
    _made(tmp_path / "google-cloud-sdk" / _IN_SDK)
    environment = {"FIRESTORE_EMULATOR_JAR": str(jar), "HOME": str(tmp_path)}
    assert find_jar(environment) == jar


def test_a_named_jar_that_is_missing_is_not_replaced_by_another(tmp_path: Path) -> None:
    missing = tmp_path / "missing.jar"
    with pytest.raises(LocalSystemError, match="which is no file"):
        find_jar({"FIRESTORE_EMULATOR_JAR": str(missing), "PATH": "/usr/bin"})


def test_the_sdk_behind_a_link_to_gcloud_is_searched(tmp_path: Path) -> None:
    gcloud = _made(tmp_path / "sdk" / "bin" / "gcloud", executable=True)
    jar = _made(tmp_path / "sdk" / _IN_SDK)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "gcloud").symlink_to(gcloud)
    assert find_jar({"PATH": str(tmp_path / "bin"), "HOME": str(tmp_path)}) == jar


def test_the_cache_of_the_firebase_tools_is_searched(tmp_path: Path) -> None:
    cache = tmp_path / "home" / ".cache" / "firebase" / "emulators"
    jar = _made(cache / "cloud-firestore-emulator-v1.19.9.jar")
    assert find_jar({"HOME": str(tmp_path / "home")}, sdk_roots=()) == jar


def test_without_a_jar_one_sentence_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(LocalSystemError) as raised:
        find_jar({"HOME": str(tmp_path)}, sdk_roots=())
    assert "gcloud components install cloud-firestore-emulator" in str(raised.value)


def test_without_java_one_sentence_says_so(tmp_path: Path) -> None:
    jar = _made(tmp_path / "mine.jar")
    environment = {"FIRESTORE_EMULATOR_JAR": str(jar), "PATH": str(tmp_path)}
    with pytest.raises(LocalSystemError, match="Java 17"):
        command("127.0.0.1", 9301, environment=environment)


def test_the_archive_of_classes_is_used_if_there_is_one(tmp_path: Path) -> None:
    archive = _made(tmp_path / "classes.jsa")
    flag = f"-XX:SharedArchiveFile={archive}"
    assert flag in command("127.0.0.1", 9301, archive=archive)
    archive.unlink()
    assert flag not in command("127.0.0.1", 9301, archive=archive)
