"""Which queries the stores issue, and which index each of them needs.

The emulator answers any query; Firestore refuses those without an index. So every call of
`Database.find` in the code is found, made on a database that only writes down what it is asked,
and compared with the indexes that Terraform declares.
"""

import ast
import importlib
import inspect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_type_hints

from functions.cloud.firestore import Database, Stored, Where

REPOSITORY = Path(__file__).resolve().parents[2]
DATABASES = {
    "functions.identity.store.PersonStore": "identity",
    "functions.intake.store.Inbox": "inbox",
}
"""Stores of another database than the core (`functions/wiring`)."""

_NOW = datetime(2026, 11, 21, tzinfo=UTC)
_EQUALITIES = {"==", "in"}


@dataclass(frozen=True, slots=True)
class Index:
    """A declared composite index; a field that descends begins with a minus."""

    database: str
    collection: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a query asks, without its values."""

    database: str
    collection: str
    """The collection's id: indexes are declared for all collections of that name."""
    where: tuple[tuple[str, str], ...]
    order: tuple[tuple[str, str], ...]

    def sorted_fields(self) -> tuple[str, ...]:
        """The fields by which the answer is sorted; an inequality sorts by its field."""
        ordered = tuple(("-" if way == "DESCENDING" else "") + field for field, way in self.order)
        others = (field for field, operator in self.where if operator not in _EQUALITIES)
        return ordered or tuple(dict.fromkeys(others))

    def equal_fields(self) -> frozenset[str]:
        """The fields that are compared with values, in any order."""
        return frozenset(field for field, operator in self.where if operator in _EQUALITIES)

    def is_covered_by(self, indexes: Iterable[Index], unindexed: Iterable[tuple[str, str]]) -> bool:
        """Whether Firestore would answer it.

        Args:
            indexes: the declared composite indexes.
            unindexed: (collection, field) pairs that have no index of their own.
        """
        equal, ordered = self.equal_fields(), self.sorted_fields()
        fields = equal | {field.removeprefix("-") for field in ordered}
        if not fields:
            return True
        if len(fields) == 1 or not ordered:
            # Firestore's own single-field indexes; equalities may use several of them at once.
            return not any((self.collection, field) in set(unindexed) for field in fields)
        return any(
            (index.database, index.collection) == (self.database, self.collection)
            and frozenset(index.fields[: len(equal)]) == equal
            and index.fields[len(equal) :] == ordered
            for index in indexes
        )


class RecordingDatabase(Database):
    """Writes down what it is asked, and finds nothing."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.shapes: list[Shape] = []

    def find(
        self,
        collection: str,
        *,
        where: Iterable[Where] = (),
        order: Iterable[tuple[str, str]] = (),
        limit: int,
        after: Sequence[object] | None = None,
        fields: Sequence[str] | None = None,
    ) -> list[Stored]:
        """Nothing, always."""
        shape = Shape(
            self._name,
            collection.rsplit("/", 1)[-1],
            tuple((condition.field, condition.operator) for condition in where),
            tuple(order),
        )
        self.shapes.append(shape)
        return []


@dataclass(frozen=True, slots=True)
class Finder:
    """A method that asks `Database.find`."""

    module: str
    store: str
    method: str


def finders() -> list[Finder]:
    """Every method of the code that asks a database to find."""
    return [
        Finder(".".join(file.relative_to(REPOSITORY).with_suffix("").parts), store, method)
        for file in sorted((REPOSITORY / "functions").rglob("*.py"))
        for store, method in _finders_in(ast.parse(file.read_text(encoding="utf-8")))
    ]


def _finders_in(module: ast.Module) -> Iterator[tuple[str, str]]:
    for store in (node for node in module.body if isinstance(node, ast.ClassDef)):
        for method in (node for node in store.body if isinstance(node, ast.FunctionDef)):
            if any(_is_find(node) for node in ast.walk(method)):
                yield store.name, method.name


def stray_finds() -> list[str]:
    """Files where `Database.find` is called elsewhere than in a method of a class."""
    stray = []
    for file in sorted((REPOSITORY / "functions").rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        calls = sum(_is_find(node) for node in ast.walk(tree))
        within = sum(
            _is_find(node)
            for store in tree.body
            if isinstance(store, ast.ClassDef)
            for method in store.body
            if isinstance(method, ast.FunctionDef)
            for node in ast.walk(method)
        )
        if calls != within:
            stray.append(str(file.relative_to(REPOSITORY)))
    return stray


def _is_find(node: ast.AST) -> bool:
    # `limit` is demanded by Database.find, and by nothing else of that name.
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "find"
        and any(keyword.arg == "limit" for keyword in node.keywords)
    )


def shapes_of(finder: Finder) -> list[Shape]:
    """What that method asks: it is called with made-up arguments."""
    store = getattr(importlib.import_module(finder.module), finder.store)
    database = RecordingDatabase(DATABASES.get(f"{finder.module}.{finder.store}", "core"))
    method = getattr(store(database), finder.method)
    hints = get_type_hints(method)
    method(
        **{
            name: _made_up(hints[name])
            for name, parameter in inspect.signature(method).parameters.items()
            if parameter.default is inspect.Parameter.empty
        }
    )
    return database.shapes


def _made_up(hint: Any) -> object:
    samples: Mapping[Any, object] = {str: "an-id", int: 1, datetime: _NOW}
    kinds = [kind for kind in get_args(hint) or (hint,) if kind is not NoneType]
    return samples[kinds[0]]
