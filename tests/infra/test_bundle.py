"""What is deployed: the functions and nothing else."""

import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.infra.conftest import Planned
from tests.infra.terraform import REPOSITORY, Terraform

pytestmark = [pytest.mark.xdist_group("terraform"), pytest.mark.timeout(600)]


@pytest.fixture
def bundled(workspace: Terraform, province: Planned) -> set[str]:
    """The names in the ZIP that the plan of the province packed."""
    assert province.plan
    file = workspace.folder / ".terraform" / "source-province.zip"
    with zipfile.ZipFile(file) as bundle:
        return set(bundle.namelist())


def test_only_what_is_deployed_ships(bundled: set[str]) -> None:
    strays = {
        name
        for name in bundled
        if name not in {"main.py", "requirements.txt"} and Path(name).parts[0] != "functions"
    }
    assert strays == set()
    assert {"main.py", "requirements.txt", "functions/settings.py"} <= bundled


def test_nothing_made_by_tools_ships(bundled: set[str]) -> None:
    assert [
        name for name in bundled if "__pycache__" in name or "/." in name or name.endswith(".pyc")
    ] == []


def test_every_file_of_the_functions_ships(bundled: set[str]) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "functions"],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout.split("\n")
    present = {name for name in listed if name and (REPOSITORY / name).exists()}
    # Pages for developers stay behind, and what tools left under a .gitignore of their own.
    expected = {name for name in present if "/." not in name and not name.endswith(".md")}
    assert expected - bundled == set()
