"""The archive of the emulator's classes is a convenience: nothing fails without it."""

from pathlib import Path

import pytest

from infra.local import class_archive, firestore_emulator


def test_without_an_emulator_set_up_goes_on_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FIRESTORE_EMULATOR_JAR", str(tmp_path / "missing.jar"))
    monkeypatch.setattr(firestore_emulator, "ARCHIVE", tmp_path / "classes.jsa")
    assert class_archive.main() == 0
    assert "which is no file" in capsys.readouterr().err
    assert not (tmp_path / "classes.jsa").exists()
