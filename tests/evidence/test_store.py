"""The collection of evidence: the pending is found, a change made meanwhile is not overwritten."""

from datetime import UTC, datetime, timedelta

import pytest

from functions.cloud.firestore import Database
from functions.errors import Conflict
from functions.evidence.model import Evidence, EvidenceState, FailureReason, evidence_id
from functions.evidence.store import EvidenceStore
from tests.emulators import Project

NOON = datetime(2026, 11, 21, 5, tzinfo=UTC)


def _piece(identifier: str, *, minutes: int = 0, report_id: str = "r1") -> Evidence:
    at = NOON + timedelta(minutes=minutes)
    return Evidence(
        id=identifier,
        report_id=report_id,
        unit_id="pc08",
        page_id="p1",
        citizen="c1",
        sent_at=at,
        kind="image",
        address="https://photo.zdn.vn/a.jpg",
        next_at=at,
    )


@pytest.fixture
def database(project: Project) -> Database:
    return project.database()


@pytest.fixture
def store(database: Database) -> EvidenceStore:
    return EvidenceStore(database)


def _add(database: Database, *pieces: Evidence) -> None:
    commit = database.commit()
    for piece in pieces:
        EvidenceStore.add_new(commit, piece)
    commit.send()


def test_a_piece_is_read_as_it_was_added(database: Database, store: EvidenceStore) -> None:
    _add(database, _piece("one"))

    found = store.read("one")

    assert found is not None
    assert found.evidence == _piece("one")
    assert store.read("another") is None


def test_a_piece_is_added_once(database: Database) -> None:
    _add(database, _piece("one"))

    with pytest.raises(Conflict):
        _add(database, _piece("one"))


def test_a_report_s_evidence_comes_in_the_order_in_which_it_was_sent(
    database: Database, store: EvidenceStore
) -> None:
    _add(
        database,
        _piece("late", minutes=9),
        _piece("early", minutes=1),
        _piece("elsewhere", report_id="r2"),
    )

    assert [piece.id for piece in store.of_report("r1")] == ["early", "late"]


def test_what_is_overdue_comes_oldest_first(database: Database, store: EvidenceStore) -> None:
    _add(database, *(_piece(f"piece{minutes}", minutes=minutes) for minutes in (3, 1, 2, 9)))

    overdue = store.overdue(NOON + timedelta(minutes=3))

    assert [piece.id for piece in overdue] == ["piece1", "piece2", "piece3"]


def test_pieces_on_every_shard_are_found(database: Database, store: EvidenceStore) -> None:
    pieces = [_piece(evidence_id("event", place)) for place in range(64)]
    _add(database, *pieces)

    assert {piece.id for piece in store.overdue(NOON)} == {piece.id for piece in pieces}


def test_a_change_of_what_changed_meanwhile_is_refused(
    database: Database, store: EvidenceStore
) -> None:
    _add(database, _piece("one"))
    before = store.read("one")
    assert before is not None
    failed = before.evidence.model_copy(
        update={"state": EvidenceState.FAILED, "reason": FailureReason.GONE}
    )

    first, second = database.commit(), database.commit()
    store.add_change(first, before, failed)
    store.add_change(second, before, failed)
    first.send()

    with pytest.raises(Conflict):
        second.send()


def test_one_message_s_attachments_have_ids_of_their_own_that_never_change() -> None:
    assert evidence_id("event", 0) == evidence_id("event", 0)
    assert len({evidence_id("event", place) for place in range(100)}) == 100
    assert evidence_id("event", 1) != evidence_id("event|1", 0)
