"""Every package says what is in it, and says it right."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.sources import FUNCTIONS, ROOT, modules, packages, tree

_NAMED = re.compile(r"([a-z_]+(?:\.py|/))")
_LISTED = re.compile(r"^ *([a-z_]+(?:\.py|/))", re.MULTILINE)
FORBIDDEN = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc", "info"}


def _description(package: Path) -> str:
    return ast.get_docstring(tree(package / "__init__.py")) or ""


def _contained(package: Path) -> set[str]:
    files = {file.name for file in package.glob("*.py")} - {"__init__.py"}
    folders = {f"{below.parent.name}/" for below in package.glob("*/__init__.py")}
    return files | folders


@pytest.mark.parametrize(
    "package",
    [package for package in packages() if package != FUNCTIONS],
    ids=lambda package: str(package.relative_to(ROOT)),
)
def test_a_package_names_its_modules_and_no_others(package: Path) -> None:
    description, contained = _description(package), _contained(package)

    assert contained - set(_NAMED.findall(description)) == set(), "not named"
    listed = set(_LISTED.findall(description))
    assert {name for name in listed if not (package / name).exists()} == set(), "gone"


def test_the_house_names_its_packages() -> None:
    description = _description(FUNCTIONS)
    parts = {entry.stem for entry in FUNCTIONS.iterdir() if (entry / "__init__.py").exists()}
    parts |= {file.stem for file in FUNCTIONS.glob("*.py")} - {"__init__"}

    assert {part for part in parts if not re.search(rf"\b{part}\b", description)} == set()


@pytest.mark.parametrize("folder", ["functions", "infra", "tests"])
def test_no_module_has_a_name_that_says_nothing(folder: str) -> None:
    files = [*modules(ROOT / folder)]

    assert files
    assert [str(file) for file in files if {*file.parts, file.stem} & FORBIDDEN] == []


def test_every_module_and_everything_public_in_it_is_described() -> None:
    silent: list[str] = []
    for file in [ROOT / "main.py", *modules()]:
        module = tree(file)
        public = [
            node
            for node in module.body
            if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_")
        ]
        silent += [
            f"{file.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"
            for node in [module, *public]
            if not ast.get_docstring(node)
        ]

    assert silent == []
