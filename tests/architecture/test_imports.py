"""Who may know whom: the contracts hold, and breaking one is noticed."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

PLANTED = {
    "functions/reports/model.py": "functions.intake.worker",
    "functions/cloud/shards.py": "functions.reports.codes",
    "functions/webhook/page_secrets.py": "functions.intake.worker",
    "functions/identity/vault.py": "functions.units.model",
    "functions/units/model.py": "tests.emulators",
    "functions/zalo/wire.py": "infra.local.ports",
    "infra/local/tasks/messages.py": "functions.errors",
}
"""Where an import is planted, and what it must not import."""


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [program, "--no-logo", "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def _as_module(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".")


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What is reported about a copy of the house with forbidden imports."""
    copy = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", copy)
    shutil.copy(ROOT / "main.py", copy)
    for folder in ("functions", "infra", "tests"):
        shutil.copytree(
            ROOT / folder, copy / folder, ignore=lambda _, names: {"__pycache__", *_not_code(names)}
        )
    for path, imported in PLANTED.items():
        with (copy / path).open("a", encoding="utf-8") as file:
            file.write(f"\nimport {imported}\n")
    found = _lint(copy)
    assert found.returncode == 1, found.stdout + found.stderr
    return found.stdout


def _not_code(names: list[str]) -> list[str]:
    return [name for name in names if "." in name and not name.endswith(".py")]


def test_the_contracts_hold() -> None:
    found = _lint(ROOT)

    assert found.returncode == 0, found.stdout + found.stderr


@pytest.mark.parametrize(("path", "imported"), PLANTED.items())
def test_a_forbidden_import_is_noticed(planted: str, path: str, imported: str) -> None:
    lines = " ".join(planted.split())

    assert f"{_as_module(path)} -> {imported}" in lines or (
        # What leads on from there is reported as a chain.
        f"{_as_module(path)} is not allowed to import {imported}" in lines
    )
