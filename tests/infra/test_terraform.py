"""Terraform itself: form, validity, its own tests, and the plan of a whole province."""

from collections import Counter
from pathlib import Path

import pytest

from tests.infra import policies
from tests.infra.conftest import Planned
from tests.infra.terraform import Plan, Terraform

pytestmark = [pytest.mark.xdist_group("terraform"), pytest.mark.timeout(1200)]


def test_files_are_formatted(workspace: Terraform) -> None:
    assert workspace.succeed("fmt", "-check", "-recursive", "-diff") == ""


def test_configuration_is_valid(workspace: Terraform) -> None:
    assert "is valid" in workspace.succeed("validate", "-no-color")


def test_bootstrap_is_valid(workspace: Terraform) -> None:
    bootstrap = Terraform(workspace.folder / "bootstrap", workspace.environment)
    bootstrap.succeed("init", "-input=false", "-no-color")
    assert "is valid" in bootstrap.succeed("validate", "-no-color")


def test_terraforms_own_tests_pass(workspace: Terraform) -> None:
    assert "0 failed" in workspace.succeed("test", "-no-color")


def test_misspelt_attribute_fails(workspace: Terraform) -> None:
    misspelt = workspace.folder / "misspelt.tf"
    misspelt.write_text(
        'resource "google_cloud_tasks_queue" "misspelt" {\n'
        '  name     = "misspelt"\n'
        "  location = var.region\n"
        "  rate_limit {\n    max_concurrent_dispatches = 1\n  }\n}\n"
    )
    try:
        said = workspace.run("validate", "-no-color")
    finally:
        misspelt.unlink()
    assert said.returncode != 0
    assert 'Blocks of type "rate_limit" are not expected here' in said.stdout


def test_province_is_planned_and_its_size_told(
    province: Planned, capsys: pytest.CaptureFixture[str]
) -> None:
    kinds = Counter(address.split(".")[0] for address, _ in policies.resources(province.plan))
    pages = [
        address
        for address, _ in policies.resources(province.plan, "google_secret_manager_secret")
        if "zalo-grant-" in address
    ]
    with capsys.disabled():
        print(
            f"\nprovince with {len(pages)} pages: {kinds.total()} resources of {len(kinds)} types,"
            f" planned in {province.seconds:.0f} s"
        )
    assert len(pages) == 127


def test_province_with_real_data_is_refused_without_approval(workspace: Terraform) -> None:
    example = Path("environments/province.tfvars.example")
    said = workspace.run("plan", "-input=false", "-no-color", f"-var-file={example}")
    assert said.returncode != 0
    assert "real data needs compliance_ack" in " ".join(said.stdout.split())


def test_pilot_is_planned(workspace: Terraform) -> None:
    example = Path("environments/pilot.tfvars.example")
    said = workspace.succeed("plan", "-input=false", "-no-color", f"-var-file={example}")
    assert "pilot – synthetic data only" in said


def test_plan_keeps_to_the_policies(province: Planned) -> None:
    assert policies.violations(province.plan) == []


def test_carelessness_is_found(planted: Plan) -> None:
    found = policies.violations(planted)
    assert (
        'google_project_iam_member.database["send_followup_identity"] gives roles/editor' in found
    )
    assert 'google_cloud_run_v2_service_iam_binding.invoker["admin"] is open to the world' in found
    assert 'google_firestore_database.this["core"] can be deleted' in found
    assert len(found) == 5, found
