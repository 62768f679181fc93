"""The README tells every fault, endpoint and control call."""

import re
from pathlib import Path

import pytest
from starlette.routing import Route

from infra.local.zalo import control, faults, server

README = (Path(server.__file__).parent / "README.md").read_text()


@pytest.mark.parametrize("kind", faults.KINDS, ids=lambda kind: kind.name)
def test_every_fault_stands_with_its_parameters(kind: faults.Kind) -> None:
    row = re.search(rf"^\| `{kind.name}` \|(.*)$", README, re.MULTILINE)
    assert row is not None
    assert [name for name in kind.parameters if f"`{name}`" not in row[1]] == []


def test_no_fault_stands_that_does_not_exist() -> None:
    section = README.partition("## Faults")[2].partition("\n## ")[0]
    told = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
    assert told == [kind.name for kind in faults.KINDS]


@pytest.mark.parametrize(
    "route", control.ROUTES, ids=lambda route: f"{sorted(route.methods)} {route.path}"
)
def test_every_control_call_stands(route: Route) -> None:
    assert f"`{route.path}`" in README


@pytest.mark.parametrize(
    "path", [path for _, path, _ in (*server.OPENAPI, *server.TEMPLATE_API)], ids=str
)
def test_every_endpoint_stands(path: str) -> None:
    assert path in README
