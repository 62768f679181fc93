"""What is in the Firestore emulator survives it, in all databases, byte for byte."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from google.cloud.firestore import Client, GeoPoint
from google.cloud.firestore_v1.vector import Vector

from infra.local.errors import LocalSystemError
from infra.local.ports import free_port
from infra.local.snapshot import SnapshotKeeper, Snapshots
from tests.emulators import Project, wait_until

DATABASES = ("(default)", "inbox", "identity")


def everything(client: Client) -> dict[str, Any]:
    """A value of every type that Firestore knows."""
    return {
        "nothing": None,
        "yes": True,
        "integer": 2**62,
        "one": 1,
        "one as a float": 1.0,
        "minus zero": -0.0,
        "infinite": float("inf"),
        "text": "Nguyễn Văn An",
        "empty text": "",
        "bytes": b"\x00\xff",
        "moment": datetime(2026, 1, 2, 3, 4, 5, 123456, tzinfo=UTC),
        "long ago": datetime(1, 1, 1, tzinfo=UTC),
        "reference": client.document("reports/a"),
        "place": GeoPoint(20.84, 106.68),
        "list": [1, 1.0, "x", {"inner": []}],
        "map": {"a.b": {"`c`": b"", "đ": {}}},
        "vector": Vector([1.0, 2.5]),
    }


@pytest.fixture
def snapshots(project: Project, tmp_path: Path) -> Snapshots:
    return snapshots_of(project, tmp_path / "kept" / "snapshot")


def snapshots_of(project: Project, file: Path) -> Snapshots:
    return Snapshots(
        emulator=project.firestore_host, project=project.name, databases=DATABASES, file=file
    )


def clear(project: Project) -> None:
    """Leave the project's databases as a new emulator would have them."""
    for name in DATABASES:
        client = project.firestore_client(name)
        for collection in client.collections():
            client.recursive_delete(collection)


def stored(project: Project, name: str) -> Iterator[tuple[str, Any]]:
    """Every document of a database as the interface gives it, by path."""
    client = project.firestore_client(name)
    for collection in client.collections():
        for reference in collection.list_documents():
            yield from _below(reference)


def _below(reference: Any) -> Iterator[tuple[str, Any]]:
    found = reference.get()
    if found.exists:
        fields = found.to_dict()
        # A reference equals another of the same client only.
        yield (
            reference.path,
            {name: getattr(value, "path", value) for name, value in fields.items()},
        )
    for collection in reference.collections():
        for inner in collection.list_documents():
            yield from _below(inner)


def test_all_databases_come_back_as_they_were(project: Project, snapshots: Snapshots) -> None:
    snapshots.restore()
    for name in DATABASES:
        client = project.firestore_client(name)
        client.document("types/all").set({**everything(client), "database": name})
    before = {name: dict(stored(project, name)) for name in DATABASES}
    snapshots.save()
    clear(project)
    snapshots.restore()
    after = {name: dict(stored(project, name)) for name in DATABASES}
    assert before == after
    assert after["inbox"]["types/all"]["database"] == "inbox"


def test_integers_and_floats_stay_apart(project: Project, snapshots: Snapshots) -> None:
    snapshots.restore()
    document = project.firestore_client().document("types/numbers")
    document.set({"integer": 1, "float": 1.0, "minus zero": -0.0, "nothing at all": float("nan")})
    snapshots.save()
    clear(project)
    snapshots.restore()
    fields = document.get().to_dict() or {}
    assert [type(fields[name]) for name in ("integer", "float")] == [int, float]
    assert str(fields["minus zero"]) == "-0.0"
    assert fields["nothing at all"] != fields["nothing at all"]


def test_documents_under_missing_parents_come_back(project: Project, snapshots: Snapshots) -> None:
    snapshots.restore()
    client = project.firestore_client()
    client.document("reports/missing/items/missing/notes/đơn 1:2").set({"text": "x"})
    client.document("empty/document").set({})
    snapshots.save()
    clear(project)
    snapshots.restore()
    assert dict(stored(project, "(default)")) == {
        "reports/missing/items/missing/notes/đơn 1:2": {"text": "x"},
        "empty/document": {},
    }


def test_more_than_one_write_request_is_needed_and_used(
    project: Project, snapshots: Snapshots
) -> None:
    snapshots.restore()
    client = project.firestore_client()
    batch = client.batch()
    for number in range(501):
        batch.set(client.document(f"many/{number}"), {"number": number})
    batch.commit()
    for number in range(12):
        client.document(f"large/{number}").set({"text": "x" * 1_000_000})
    snapshots.save()
    clear(project)
    snapshots.restore()
    assert len(list(client.collection("many").list_documents())) == 501
    assert len(list(client.collection("large").list_documents())) == 12


def test_nothing_is_written_when_nothing_changed(
    project: Project, snapshots: Snapshots, tmp_path: Path
) -> None:
    snapshots.restore()
    project.firestore_client().document("a/b").set({"x": 1})
    assert snapshots.save()
    assert not snapshots.save()
    again = snapshots_of(project, tmp_path / "kept" / "snapshot")
    again.restore()
    assert not again.save()


def test_a_change_is_noticed(project: Project, snapshots: Snapshots) -> None:
    snapshots.restore()
    document = project.firestore_client().document("a/b")
    document.set({"x": 1})
    snapshots.save()
    document.update({"x": 2})
    assert snapshots.save()


def test_an_emulator_that_was_not_restored_never_replaces_the_snapshot(
    project: Project, snapshots: Snapshots, tmp_path: Path
) -> None:
    snapshots.restore()
    project.firestore_client().document("a/b").set({"x": 1})
    snapshots.save()
    kept = (tmp_path / "kept" / "snapshot").read_bytes()
    clear(project)
    snapshots.emulator_ended()
    assert not snapshots.save()
    assert (tmp_path / "kept" / "snapshot").read_bytes() == kept


def test_a_failed_save_leaves_the_snapshot_alone(tmp_path: Path) -> None:
    file = tmp_path / "snapshot"
    away = Snapshots(
        emulator=f"127.0.0.1:{free_port()}", project="any", databases=DATABASES, file=file
    )
    # Without a file there is nothing to load, so nobody has to answer yet.
    away.restore()
    file.write_bytes(b"kept")
    with pytest.raises(LocalSystemError, match="did not answer: UNAVAILABLE"):
        away.save()
    assert file.read_bytes() == b"kept"


@pytest.mark.parametrize("cut", [1, 5, 40])
def test_a_damaged_snapshot_is_refused(
    project: Project, snapshots: Snapshots, tmp_path: Path, cut: int
) -> None:
    file = tmp_path / "kept" / "snapshot"
    snapshots.restore()
    project.firestore_client().document("a/b").set({"x": "y" * 100})
    snapshots.save()
    file.write_bytes(file.read_bytes()[:-cut])
    with pytest.raises(LocalSystemError, match="is damaged"):
        snapshots.restore()


def test_the_keeper_saves_at_once_and_when_something_changed(
    project: Project, snapshots: Snapshots, tmp_path: Path
) -> None:
    file = tmp_path / "kept" / "snapshot"
    snapshots.restore()
    document = project.firestore_client().document("a/b")
    document.set({"x": 1})
    keeper = SnapshotKeeper(snapshots, every_seconds=0.05, say=print)
    try:
        wait_until(file.exists)
        first = file.stat().st_mtime_ns
        document.set({"x": 2})
        wait_until(lambda: file.stat().st_mtime_ns != first)
    finally:
        keeper.close()
