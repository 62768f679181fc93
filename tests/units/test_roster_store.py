"""Shifts as they are kept: read by what is not over, changed by whoever read them last."""

from datetime import timedelta

import pytest

from functions.cloud.firestore import Database
from functions.errors import Conflict
from functions.units.rosters import Shift, hand_over, on_duty, take_over
from functions.units.store import RosterStore
from tests.emulators import Project
from tests.units.hai_minh import NOON

HOUR = timedelta(hours=1)


def _shift(subject: str, start: int, end: int) -> Shift:
    return Shift(
        id=f"{subject}{start}",
        unit_id="pc08",
        subject=subject,
        starts_at=NOON + start * HOUR,
        ends_at=NOON + end * HOUR,
    )


MORNING, EVENING = _shift("minh", 0, 8), _shift("dung", 8, 16)


@pytest.fixture
def database(project: Project) -> Database:
    database = project.database()
    commit = database.commit()
    for shift in (EVENING, MORNING):
        RosterStore(database).add(commit, shift)
    commit.send()
    return database


@pytest.fixture
def store(database: Database) -> RosterStore:
    return RosterStore(database)


def test_the_roster_has_what_is_not_over_in_the_order_of_beginning(store: RosterStore) -> None:
    assert store.roster("pc08", NOON) == [MORNING, EVENING]
    assert store.roster("pc08", NOON + 8 * HOUR) == [EVENING]
    assert store.roster("another", NOON) == []


def test_a_shift_nobody_has_taken_over_stays_on_the_roster(
    database: Database, store: RosterStore
) -> None:
    found = store.shift("pc08", MORNING.id)
    assert found is not None
    commit = database.commit()
    store.add(commit, hand_over(found[0], to="lan", at=NOON), found[1])
    commit.send()

    late = NOON + 100 * HOUR
    assert [shift.subject for shift in on_duty(store.roster("pc08", late), late)] == ["minh"]


def test_a_shift_is_taken_over_by_one_officer(database: Database, store: RosterStore) -> None:
    offered = hand_over(_shift("lan", 0, 8), to="dung", at=NOON)
    commit = database.commit()
    store.add(commit, offered)
    commit.send()

    found = store.shift("pc08", offered.id)
    assert found is not None
    _, before = found

    def taken(new_id: str) -> None:
        ended, begun = take_over(offered, by="dung", at=NOON, ends_at=NOON + HOUR, new_id=new_id)
        commit = database.commit()
        store.add(commit, ended, before)
        store.add(commit, begun)
        commit.send()

    taken("one")
    with pytest.raises(Conflict):
        taken("other")
    assert store.shift("pc08", "other") is None


def test_a_planned_shift_can_be_taken_off(database: Database, store: RosterStore) -> None:
    commit = database.commit()
    store.remove(commit, EVENING)
    commit.send()

    assert store.shift("pc08", EVENING.id) is None
