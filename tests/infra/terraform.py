"""The real Terraform, on a copy of the repository's deployable part, against stand-in providers.

The stand-ins serve the google provider's own schema, so names, types and rules are checked as by
the real one; nothing reaches Google. They lie beside the repository (`../shared/terraform`).
"""

import json
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
STAND_INS = REPOSITORY.parent / "shared" / "terraform" / "env.sh"
PROVINCE = REPOSITORY / "infra" / "environments" / "province.tfvars.example"
APPROVAL = "compliance_ack=Công văn số 123/CAT-PV01 ngày 01/12/2026"

Plan = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Terraform:
    """Terraform at work in one folder."""

    folder: Path
    environment: Mapping[str, str]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The command as it ended, whatever its status; both outputs in `stdout`."""
        return subprocess.run(
            ["terraform", *arguments],
            cwd=self.folder,
            env=dict(self.environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def succeed(self, *arguments: str) -> str:
        """What the command said.

        Raises:
            AssertionError: it failed.
        """
        ended = self.run(*arguments)
        assert ended.returncode == 0, ended.stdout
        return ended.stdout

    def plan(self, *arguments: str) -> Plan:
        """The plan of the province example, as `terraform show -json` tells it."""
        self.succeed(
            *("plan", "-input=false", "-no-color", "-out=plan"),
            *(f"-var-file={PROVINCE}", "-var", APPROVAL, *arguments),
        )
        shown: Plan = json.loads(self.succeed("show", "-json", "plan"))
        return shown


def absent() -> str | None:
    """Why Terraform cannot run here, or None."""
    if shutil.which("terraform") is None:
        return "TERRAFORM IS NOT CHECKED: there is no terraform on this machine"
    if not STAND_INS.exists():
        return f"TERRAFORM IS NOT CHECKED: there are no stand-in providers at {STAND_INS}"
    return None


@cache
def environment() -> Mapping[str, str]:
    """The environment in which Terraform finds its providers."""
    shown = subprocess.run(
        ["bash", "-c", f"source '{STAND_INS}' >&2 && env -0"],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout
    return dict(line.split("=", 1) for line in shown.split("\0") if line)


def copy(folder: Path, change: Callable[[Path], None] = lambda _: None) -> Terraform:
    """A copy of what is deployed and of infra/, changed by `change`, initialised."""
    shutil.copytree(
        REPOSITORY / "functions",
        folder / "functions",
        ignore=shutil.ignore_patterns("__pycache__", ".*"),
    )
    for name in ("main.py", "requirements.txt"):
        shutil.copy(REPOSITORY / name, folder)
    infra = folder / "infra"
    shutil.copytree(
        REPOSITORY / "infra",
        infra,
        ignore=shutil.ignore_patterns("__pycache__", ".terraform*", "*.tfstate*", "local"),
    )
    # The state's bucket is not here.
    (infra / "backend_override.tf").write_text('terraform {\n  backend "local" {}\n}\n')
    change(infra)
    terraform = Terraform(infra, environment())
    terraform.succeed("init", "-input=false", "-no-color")
    return terraform
