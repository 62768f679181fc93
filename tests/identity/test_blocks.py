"""An officer's block: with a reason, for a time, and to be undone."""

from datetime import UTC, datetime, timedelta

import pytest

from functions.errors import Conflict, Rejected
from functions.identity.blocks import Blocks, BlockStore
from tests.emulators import Project

NOW = datetime(2026, 11, 21, 5, tzinfo=UTC)
DAY = timedelta(days=1)
NONE = Blocks(citizen="c")
BLOCKED = NONE.blocked(by="officer", reason="Gửi tin rác", until=NOW + 7 * DAY, at=NOW)


def test_nobody_is_blocked_until_an_officer_decides() -> None:
    assert NONE.in_force(NOW) is None


@pytest.mark.parametrize(
    ("after", "is_in_force"),
    [(timedelta(seconds=-1), False), (timedelta(0), True), (6 * DAY, True), (7 * DAY, False)],
)
def test_a_block_holds_from_its_beginning_to_its_end(after: timedelta, is_in_force: bool) -> None:
    assert (BLOCKED.in_force(NOW + after) is not None) is is_in_force


def test_a_block_that_is_lifted_holds_no_more_and_says_by_whom_and_why() -> None:
    lifted = BLOCKED.lifted(by="chief", reason=" Nhầm người ", at=NOW + DAY)

    assert lifted.in_force(NOW + DAY) is None
    (decision,) = lifted.decisions
    assert (decision.by, decision.reason) == ("officer", "Gửi tin rác")
    assert (decision.lifted_by, decision.lifted_because) == ("chief", "Nhầm người")
    assert decision.lifted_at == NOW + DAY


def test_every_decision_is_kept() -> None:
    again = BLOCKED.lifted(by="chief", reason="Nhầm người", at=NOW + DAY).blocked(
        by="officer", reason="Lại gửi tin rác", until=NOW + 9 * DAY, at=NOW + 2 * DAY
    )

    assert [decision.reason for decision in again.decisions] == ["Gửi tin rác", "Lại gửi tin rác"]
    current = again.in_force(NOW + 3 * DAY)
    assert current is not None
    assert current.reason == "Lại gửi tin rác"


@pytest.mark.parametrize(("reason", "until"), [("  ", NOW + DAY), ("Gửi tin rác", NOW)])
def test_a_block_needs_a_reason_and_an_end(reason: str, until: datetime) -> None:
    with pytest.raises(Rejected):
        NONE.blocked(by="officer", reason=reason, until=until, at=NOW)


def test_who_is_blocked_is_not_blocked_twice() -> None:
    with pytest.raises(Rejected):
        BLOCKED.blocked(by="officer", reason="Nữa", until=NOW + 2 * DAY, at=NOW + DAY)


@pytest.mark.parametrize(("blocks", "reason"), [(NONE, "Nhầm"), (BLOCKED, "")])
def test_only_what_is_in_force_is_lifted_and_with_a_reason(blocks: Blocks, reason: str) -> None:
    with pytest.raises(Rejected):
        blocks.lifted(by="chief", reason=reason, at=NOW + DAY)


def test_decisions_are_read_as_they_were_written(project: Project) -> None:
    database = project.database()
    store = BlockStore(database)

    for change in (BLOCKED, BLOCKED.lifted(by="chief", reason="Nhầm", at=NOW + DAY)):
        commit = database.commit()
        store.add_change(commit, store.read("c"), change)
        commit.send()
        assert store.read("c").blocks == change


@pytest.mark.parametrize("is_first", [True, False])
def test_of_two_officers_one_decides(project: Project, is_first: bool) -> None:
    database = project.database()
    store = BlockStore(database)
    if not is_first:
        commit = database.commit()
        store.add_change(commit, store.read("c"), BLOCKED)
        commit.send()
    seen = store.read("c")
    commits = [database.commit(), database.commit()]
    decided = BLOCKED if is_first else BLOCKED.lifted(by="chief", reason="Nhầm", at=NOW + DAY)
    for commit in commits:
        store.add_change(commit, seen, decided)

    commits[0].send()
    with pytest.raises(Conflict):
        commits[1].send()
