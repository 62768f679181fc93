"""The functions have one name each: in main.py, in Terraform and in the README."""

import ast
import re

import pytest

from tests.infra import policies
from tests.infra.conftest import Planned
from tests.infra.settings import BUILDERS
from tests.infra.terraform import REPOSITORY


def _functions() -> set[str]:
    module = ast.parse((REPOSITORY / "main.py").read_text(encoding="utf-8"))
    return {node.name for node in module.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.xdist_group("terraform")
@pytest.mark.timeout(600)
def test_terraform_deploys_what_main_offers(province: Planned) -> None:
    deployed = {
        values["build_config"][0]["entry_point"]
        for _, values in policies.resources(province.plan, "google_cloudfunctions2_function")
    }
    assert deployed == _functions()


def test_readmes_table_names_them_all() -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `functions/.*?\*\*([a-z_]+)\*\*", readme, re.MULTILINE))
    assert named == _functions()


def test_settings_are_checked_for_all_of_them() -> None:
    assert set(BUILDERS) == _functions()
