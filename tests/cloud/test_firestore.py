"""The write rules, on the real emulator, under contention."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from functions.cloud.firestore import (
    ID,
    MOST_WRITES,
    REMOVED,
    Database,
    Stored,
    Where,
    compare_and_set,
)
from functions.errors import Conflict
from tests.emulators import Project


def _put(database: Database, path: str, fields: dict[str, object]) -> None:
    commit = database.commit()
    commit.put(path, fields)
    commit.send()


def _read(database: Database, path: str) -> Stored:
    stored = database.read(path)
    assert stored is not None
    return stored


def test_a_document_is_created_once(project: Project) -> None:
    def create(value: int) -> bool:
        commit = project.database().commit()
        commit.create("things/one", {"value": value})
        try:
            commit.send()
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        won = list(threads.map(create, range(8)))

    assert won.count(True) == 1
    assert _read(project.database(), "things/one").fields["value"] == won.index(True)


def test_no_update_is_lost_when_many_change_one_document(project: Project) -> None:
    database = project.database()
    _put(database, "counters/one", {"value": 0})

    def increment(_: int) -> None:
        def attempt() -> None:
            before = _read(database, "counters/one")
            commit = database.commit()
            commit.update(before, {"value": before.fields["value"] + 1})
            commit.send()

        compare_and_set(attempt, tries=50)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(increment, range(40)))

    assert _read(database, "counters/one").fields["value"] == 40


def test_one_stale_guard_refuses_the_whole_commit(project: Project) -> None:
    database = project.database()
    _put(database, "things/one", {"value": 1})
    stale = _read(database, "things/one")
    _put(database, "things/one", {"value": 2})

    commit = database.commit()
    commit.create("things/two", {"value": 1})
    commit.update(stale, {"value": 3})
    with pytest.raises(Conflict):
        commit.send()

    assert database.read("things/two") is None
    assert _read(database, "things/one").fields["value"] == 2


def test_the_answer_of_a_commit_guards_the_next_change(project: Project) -> None:
    database = project.database()
    _put(database, "things/one", {"value": 1})
    before = _read(database, "things/one")
    commit = database.commit()
    commit.update(before, {"value": 2})
    written_at = commit.send()[0]

    commit = database.commit()
    commit.update(Stored(before.path, before.fields, written_at), {"value": 3})
    commit.send()

    assert _read(database, "things/one").fields["value"] == 3


def test_updating_what_is_gone_is_a_conflict(project: Project) -> None:
    database = project.database()
    _put(database, "things/one", {"value": 1})
    stored = _read(database, "things/one")
    commit = database.commit()
    commit.remove("things/one")
    commit.send()

    commit = database.commit()
    commit.update(stored, {"value": 2})
    with pytest.raises(Conflict):
        commit.send()


def test_a_removed_field_is_in_no_query(project: Project) -> None:
    database = project.database()
    _put(database, "rows/one", {"pending": 1})
    _put(database, "rows/two", {"pending": 1})
    commit = database.commit()
    commit.update(_read(database, "rows/one"), {"pending": REMOVED})
    commit.send()

    found = database.find("rows", where=[Where("pending", "==", 1)], limit=10)

    assert [stored.id for stored in found] == ["two"]


def test_pages_follow_each_other_without_gap_or_overlap(project: Project) -> None:
    database = project.database()
    for number in range(7):
        at = datetime(2026, 1, 1, number // 2, tzinfo=UTC)
        _put(database, f"rows/{number}", {"at": at, "id": str(number)})
    order = [("at", "DESCENDING"), ("id", "DESCENDING")]

    first = database.find("rows", order=order, limit=4)
    last = first[-1].fields
    second = database.find("rows", order=order, limit=4, after=(last["at"], last["id"]))

    assert [stored.id for stored in first + second] == list("6543210")


def test_a_commit_of_more_writes_than_firestore_takes_is_refused_before_it_is_sent(
    project: Project,
) -> None:
    commit = project.database().commit()
    for number in range(MOST_WRITES):
        commit.put(f"things/{number}", {})

    with pytest.raises(ValueError, match="500"):
        commit.put("things/last", {})


def test_the_last_conflict_is_told_when_the_tries_are_used_up() -> None:
    waits: list[float] = []

    def always_beaten() -> None:
        raise Conflict("beaten")

    with pytest.raises(Conflict):
        compare_and_set(always_beaten, tries=4, pause=waits.append, jitter=lambda: 0.5)

    assert waits == sorted(waits)
    assert len(waits) == 3


def test_documents_are_read_in_the_order_asked_for(project: Project) -> None:
    database = project.database()
    _put(database, "things/a", {"name": "a"})
    _put(database, "things/c", {"name": "c"})

    found = database.read_many(["things/c", "things/b", "things/a"])

    names: Callable[[Stored | None], object] = lambda each: each and each.fields["name"]  # noqa: E731
    assert [names(each) for each in found] == ["c", None, "a"]


def test_merging_adds_and_removes_inside_of_a_map_and_leaves_the_rest(project: Project) -> None:
    database = project.database()
    _put(database, "things/one", {"terms": {"a": True, "b": True}, "name": "x"})

    commit = database.commit()
    commit.merge("things/one", {"terms": {"b": REMOVED, "c": True}})
    commit.send()

    assert _read(database, "things/one").fields == {"terms": {"a": True, "c": True}, "name": "x"}


def test_merging_makes_what_was_not_there(project: Project) -> None:
    commit = project.database().commit()
    commit.merge("things/one", {"terms": {"a": True, "b": REMOVED}})
    commit.send()

    assert _read(project.database(), "things/one").fields == {"terms": {"a": True}}


def test_counting_stops_at_the_number_asked_for(project: Project) -> None:
    database = project.database()
    for number in range(5):
        _put(database, f"things/{number}", {"kind": "even" if number % 2 == 0 else "odd"})
    where = [Where("kind", "==", "even")]

    assert database.count("things", where=where, most=10) == 3
    assert database.count("things", where=where, most=2) == 2
    assert database.count("nothing", most=2) == 0


def test_a_query_can_ask_for_documents_by_their_own_ids(project: Project) -> None:
    database = project.database()
    for name in "abcd":
        _put(database, f"things/{name}", {"terms": {"x": True}})

    found = database.find(
        "things",
        where=[
            Where("terms.x", "==", True),
            Where(ID, ">", "things/a"),
            Where(ID, "<=", "things/c"),
        ],
        limit=9,
    )

    assert [stored.id for stored in found] == ["b", "c"]
