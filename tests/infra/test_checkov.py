"""The public catalogue of checks; the exceptions and their reasons stand in infra/.checkov.yaml."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.infra.conftest import Planned
from tests.infra.terraform import REPOSITORY

OWN = REPOSITORY / ".venv" / "checkov" / "bin" / "checkov"
"""In an environment of its own: it pins a hundred packages."""


@pytest.mark.xdist_group("terraform")
@pytest.mark.timeout(900)
def test_checkov_has_nothing_to_say(province: Planned, tmp_path: Path) -> None:
    checkov = str(OWN) if OWN.exists() else shutil.which("checkov")
    if checkov is None:
        pytest.skip("CHECKOV IS NOT RUN: `make checkov` installs it")
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps(province.plan))
    said = subprocess.run(
        [checkov, "--config-file", str(REPOSITORY / "infra/.checkov.yaml"), "-f", str(plan)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
    )
    assert said.returncode == 0, said.stdout
