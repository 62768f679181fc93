"""Every query that the code issues has an index, and every index and exemption has a reason."""

import re

import pytest

from tests.infra import policies, query_shapes
from tests.infra.conftest import Planned
from tests.infra.query_shapes import Index, Shape
from tests.infra.terraform import Plan

pytestmark = [pytest.mark.xdist_group("terraform"), pytest.mark.timeout(600)]


def _indexes(plan: Plan) -> set[Index]:
    return {
        Index(
            "core" if values["database"] == "(default)" else str(values["database"]),
            values["collection"],
            tuple(_written(field) for field in values["fields"]),
        )
        for _, values in policies.resources(plan, "google_firestore_index")
    }


def _written(field: dict[str, str | None]) -> str:
    path = str(field["field_path"])
    if field.get("array_config") == "CONTAINS":
        return f"{path}[]"
    return ("-" if field["order"] == "DESCENDING" else "") + path


def _unindexed(plan: Plan) -> set[tuple[str, str]]:
    return {
        (values["collection"], values["field"])
        for _, values in policies.resources(plan, "google_firestore_field")
    }


def _shapes() -> list[Shape]:
    return [shape for finder in query_shapes.finders() for shape in query_shapes.shapes_of(finder)]


def _uncovered(plan: Plan) -> list[Shape]:
    indexes, unindexed = _indexes(plan), _unindexed(plan)
    return [shape for shape in _shapes() if not shape.is_covered_by(indexes, unindexed)]


def test_every_method_that_finds_asks_something() -> None:
    silent = [finder for finder in query_shapes.finders() if not query_shapes.shapes_of(finder)]
    assert silent == []


def test_queries_are_asked_by_stores_alone() -> None:
    assert query_shapes.stray_finds() == []
    assert len(query_shapes.finders()) >= 13


def test_every_query_has_its_index(province: Planned) -> None:
    assert _uncovered(province.plan) == []


def test_no_index_is_there_for_nothing(province: Planned) -> None:
    shapes, unindexed = _shapes(), _unindexed(province.plan)
    indexes = _indexes(province.plan)
    idle = [
        index
        for index in indexes
        if all(shape.is_covered_by(indexes - {index}, unindexed) for shape in shapes)
    ]
    assert idle == []


def test_missing_index_is_found(planted: Plan) -> None:
    assert [(shape.collection, shape.order) for shape in _uncovered(planted)] == [
        ("evidence", (("sent_at", "ASCENDING"),))
    ]


def test_what_has_an_end_is_removed_by_firestore(province: Planned) -> None:
    # A module that writes such a field bears its collection's name, but for these.
    called = {"bulk": "bulks", "store": "farewells"}
    ending = {
        called.get(file.stem, file.stem)
        for file in (query_shapes.REPOSITORY / "functions").rglob("*.py")
        if re.search(r'"expires?_at":', file.read_text(encoding="utf-8"))
    }
    removed = {
        values["collection"]
        for _, values in policies.resources(province.plan, "google_firestore_field")
        if values["ttl_config"]
    }
    assert removed == ending
    assert {"consents", "inbox", "sessions"} <= removed


@pytest.mark.parametrize(
    ("fields", "is_covered"),
    [
        (("pending_shard", "next_at"), True),
        (("next_at", "pending_shard"), False),
        (("pending_shard", "-next_at"), False),
        (("pending_shard", "next_at", "id"), False),
        (("pending_shard",), False),
    ],
)
def test_an_index_has_the_equal_fields_first_then_the_order(
    fields: tuple[str, ...], is_covered: bool
) -> None:
    shape = Shape("core", "followups", (("pending_shard", "in"), ("next_at", "<=")), ())
    assert shape.is_covered_by([Index("core", "followups", fields)], []) is is_covered


def test_an_index_of_another_database_is_none() -> None:
    shape = Shape("inbox", "inbox", (("pending_for", "=="),), (("sent_at", "ASCENDING"),))
    assert not shape.is_covered_by([Index("core", "inbox", ("pending_for", "sent_at"))], [])


def test_a_field_without_an_index_cannot_be_asked_alone() -> None:
    shape = Shape("core", "followups", (("held_for", "=="),), ())
    assert shape.is_covered_by([], [])
    assert not shape.is_covered_by([], [("followups", "held_for")])
