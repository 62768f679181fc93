"""The source files of the house, read once."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
FUNCTIONS = ROOT / "functions"


def packages() -> list[Path]:
    """Every package of `functions/`, those within others too."""
    return sorted(file.parent for file in FUNCTIONS.rglob("__init__.py"))


def modules(folder: Path = FUNCTIONS) -> list[Path]:
    """Every Python file below a folder."""
    return sorted(folder.rglob("*.py"))


@cache
def tree(file: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def places(file: Path, nodes: Iterator[ast.AST]) -> list[str]:
    """Where these nodes stand, for a message."""
    return [f"{file.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}" for node in nodes]
