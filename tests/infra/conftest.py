"""One initialised copy and one plan for all tests of this folder: a plan takes its time."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.infra import terraform
from tests.infra.terraform import Plan, Terraform


@dataclass(frozen=True, slots=True)
class Planned:
    """The plan of the province example, and how long it took."""

    plan: Plan
    seconds: float


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Terraform:
    """infra/ as it stands, initialised."""
    _demand()
    return terraform.copy(tmp_path_factory.mktemp("infra"))


@pytest.fixture(scope="session")
def province(workspace: Terraform) -> Planned:
    """The plan of a province with 127 pages."""
    start = time.monotonic()
    plan = workspace.plan()
    return Planned(plan, time.monotonic() - start)


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """The plan of a copy in which somebody was careless, in four ways."""
    _demand()

    def spoil(infra: Path) -> None:
        _replace(
            infra / "iam.tf",
            '"send_followup", database = "identity", role = local._vault_keeper',
            '"send_followup", database = "identity", role = "roles/editor"',
        )
        _replace(infra / "functions.tf", 'callers       = ["iap"]', 'callers = ["everybody"]')
        _replace(infra / "firestore.tf", "    evidence_by_report ", "    #")
        _replace(infra / "firestore.tf", "DELETE_PROTECTION_ENABLED", "DELETE_PROTECTION_DISABLED")

    return terraform.copy(tmp_path_factory.mktemp("planted"), spoil).plan()


def _demand() -> None:
    reason = terraform.absent()
    if reason is None:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def _replace(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert text.count(old) == 1, f"{file.name} no longer says {old!r} once"
    file.write_text(text.replace(old, new))
