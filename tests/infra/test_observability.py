"""Alerts watch for lines that are really written, and lead to a runbook that is really there."""

import ast
import re

import pytest

from tests.infra import policies
from tests.infra.conftest import Planned
from tests.infra.terraform import REPOSITORY

pytestmark = [pytest.mark.xdist_group("terraform"), pytest.mark.timeout(600)]

_LEVELS = {"critical", "error", "exception", "info", "warning"}


def _messages() -> set[str]:
    """The constant messages of all log lines of the functions."""
    found = set()
    for file in (REPOSITORY / "functions").rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        constants = {
            target.id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in _LEVELS
                and node.args
            ):
                match node.args[0]:
                    case ast.Constant(value=str(text)):
                        found.add(text)
                    case ast.Name(id=name) if name in constants:
                        found.add(str(constants[name]))
    return found


def test_watched_lines_are_written(province: Planned) -> None:
    watched = {
        message
        for _, values in policies.resources(province.plan, "google_logging_metric")
        for message in re.findall(r'jsonPayload\.message="([^"]+)"', values["filter"])
    }
    assert watched - _messages() == set()
    assert len(watched) >= 17


def test_every_alert_leads_to_a_runbook(province: Planned) -> None:
    readme = (REPOSITORY / "infra" / "README.md").read_text(encoding="utf-8")
    headings = set(re.findall(r"^### (.+)$", readme, re.MULTILINE))
    named = {
        re.findall(r"\*\*(.+)\*\*", values["documentation"][0]["content"])[0]
        for _, values in policies.resources(province.plan, "google_monitoring_alert_policy")
    }
    assert named - headings == set()


def test_every_alert_tells_everybody_on_duty(province: Planned) -> None:
    channels = list(policies.resources(province.plan, "google_monitoring_notification_channel"))
    assert len(channels) == 2
    for address, values in policies.resources(province.plan, "google_monitoring_alert_policy"):
        assert values["severity"], address
