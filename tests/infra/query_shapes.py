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
from unittest.mock import Mock

from functions.cloud.firestore import ID, Database, Stored, Where

REPOSITORY = Path(__file__).resolve().parents[2]
DATABASES = {
    "functions.identity.store.PersonStore": "identity",
    "functions.intake.store.Inbox": "inbox",
}
"""Stores of another database than the core (`functions/wiring`)."""

_NOW = datetime(2026, 11, 21, tzinfo=UTC)
_EQUALITIES = {"==", "in"}
_ARRAYS = {"array_contains", "array_contains_any"}


@dataclass(frozen=True, slots=True)
class Index:
    """A declared composite index: a field that descends begins with -, a list ends with []."""

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
        others = (
            field
            for field, operator in self.where
            # Every index goes by the document's name in the end.
            if operator not in _EQUALITIES | _ARRAYS and field != ID
        )
        return ordered or tuple(dict.fromkeys(others))

    def equal_fields(self) -> frozenset[str]:
        """The fields that are compared with values, in any order; lists end with []."""
        return frozenset(
            field + ("[]" if operator in _ARRAYS else "")
            for field, operator in self.where
            if operator in _EQUALITIES | _ARRAYS
        )

    def is_covered_by(self, indexes: Iterable[Index], unindexed: Iterable[tuple[str, str]]) -> bool:
        """Whether Firestore would answer it.

        Args:
            indexes: the declared composite indexes.
            unindexed: (collection, field) pairs that have no index of their own, nor has what a
                map of that name holds.
        """
        equal, ordered = self.equal_fields(), self.sorted_fields()
        fields = equal | {field.removeprefix("-") for field in ordered}
        if not fields:
            return True
        if len(fields) == 1 or not ordered:
            # Firestore's own single-field indexes; equalities may use several of them at once.
            paths = {field.removesuffix("[]") for field in fields}
            paths |= {path.partition(".")[0] for path in paths}
            return not any((self.collection, path) in set(unindexed) for path in paths)
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

    def count(self, collection: str, *, where: Iterable[Where] = (), most: int) -> int:
        """Nothing, always."""
        self.find(collection, where=where, limit=most)
        return 0


@dataclass(frozen=True, slots=True)
class Finder:
    """A method that asks a database to find or to count."""

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
    # `limit` is demanded by Database.find, and a collection is named as such: nothing else of those
    # names is asked like that.
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"find", "count"}
        and isinstance(node.func.value, ast.Attribute)
        and node.func.value.attr in {"_database", "database"}
    )


def shapes_of(finder: Finder) -> list[Shape]:
    """What that method asks: it is called with made-up arguments, and with each switch turned."""
    store = getattr(importlib.import_module(finder.module), finder.store)
    database = RecordingDatabase(DATABASES.get(f"{finder.module}.{finder.store}", "core"))
    method = getattr(_built(store, database), finder.method)
    hints = get_type_hints(method)
    parameters = inspect.signature(method).parameters
    needed = {
        name: _made_up(hints[name])
        for name, parameter in parameters.items()
        if parameter.default is inspect.Parameter.empty
    }
    switches: list[Mapping[str, object]] = [
        {name: True} for name in parameters if hints[name] is bool
    ]
    bounds: Mapping[str, object] = {
        name: _NOW for name in parameters if hints[name] == datetime | None
    }
    for chosen in ({}, bounds, *switches):
        method(**{**needed, **chosen})
    return list(dict.fromkeys(database.shapes))


def _built(store: Any, database: Database) -> object:
    """One on that database, with a key where it takes one, and strangers for what else it needs."""
    given: dict[str, object] = {}
    hints = get_type_hints(store.__init__)
    for name, parameter in inspect.signature(store).parameters.items():
        if hints[name] in {Database, bytes}:
            given[name] = database if hints[name] is Database else bytes(32)
        elif parameter.default is inspect.Parameter.empty:
            given[name] = Mock()
    built: object = store(**given)
    return built


def _made_up(hint: Any) -> object:
    samples: Mapping[Any, object] = {str: "an-id", int: 1, datetime: _NOW}
    kinds = [kind for kind in get_args(hint) or (hint,) if kind is not NoneType]
    return samples[kinds[0]]
