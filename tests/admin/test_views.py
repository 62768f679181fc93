"""Which part of the open list somebody looks at, and what comes next in it."""

from datetime import timedelta

import pytest

from functions.admin.desk.desk import Desk
from functions.admin.desk.views import QUEUES, View, queues_for, view_named, view_of
from functions.admin.door.guards import Visit
from functions.reports.rows import Queue
from functions.units.model import Officer
from functions.units.roles import Assignment, Role
from tests.admin.station import OFFICER, OTHER_UNIT, ROOT, UNIT, Station


def officer(*roles: tuple[str, Role]) -> Officer:
    """Somebody with these roles."""
    given = tuple(Assignment(unit_id=unit_id, role=role) for unit_id, role in roles)
    return Officer(subject="a", email="", name="A", roles=given)


DUTY = officer((UNIT, Role.DUTY_OFFICER))
INSPECTOR = officer((ROOT, Role.INSPECTORATE))
BOTH = officer((ROOT, Role.INSPECTORATE), (ROOT, Role.PROVINCE_SUPERVISOR))


def test_every_queue_has_a_name_and_a_key_of_its_own() -> None:
    assert set(QUEUES) == set(Queue)
    assert len({label.key for label in QUEUES.values()}) == len(QUEUES)


def test_the_usual_view_is_all_of_the_first_unit_by_deadline() -> None:
    assert view_of(DUTY, "", "", "") == View(UNIT)


@pytest.mark.parametrize("view", [View(UNIT), View(UNIT, Queue.NEW), View(UNIT, Queue.MINE, True)])
def test_a_view_survives_its_name_and_its_address(view: View) -> None:
    assert view_named(DUTY, view.name) == view
    asked = {"order": "", **view.address}
    assert view_of(DUTY, asked["unit"], asked["queue"], asked["order"]) == view


@pytest.mark.parametrize("name", ["x", f"{OTHER_UNIT}|all", "pc08|x", "pc08|all|x", "pc08|new|"])
def test_a_name_of_no_view_of_theirs_is_none(name: str) -> None:
    expected = View(UNIT, Queue.NEW) if name == "pc08|new|" else None
    assert view_named(DUTY, name) == expected


def test_whoever_reads_no_cases_has_no_view() -> None:
    assert view_of(officer((ROOT, Role.ADMINISTRATOR)), "", "", "") is None


def test_shelves_are_those_of_what_the_officer_may_see() -> None:
    assert View(UNIT, Queue.NEW).shelves(DUTY) == ["pc08|new"]
    assert View(UNIT, Queue.MINE).shelves(DUTY) == ["a|mine"]
    assert View(ROOT).shelves(INSPECTOR) == ["restricted:ca-hai-minh|all"]
    assert set(View(ROOT).shelves(BOTH)) == {"restricted:ca-hai-minh|all", "ca-hai-minh|all"}


def test_the_restricted_queue_is_the_inspectorates() -> None:
    assert Queue.RESTRICTED in queues_for(INSPECTOR, ROOT)
    assert Queue.RESTRICTED not in queues_for(DUTY, UNIT)


LEADER = officer((UNIT, Role.LEAD), (OTHER_UNIT, Role.DUTY_OFFICER))
WATCHER = officer((ROOT, Role.INSPECTORATE), (ROOT, Role.AUDITOR))


@pytest.mark.parametrize(
    ("somebody", "unit_id", "shelves"),
    [
        (DUTY, UNIT, []),
        (LEADER, UNIT, [f"{UNIT}|approvals"]),
        (LEADER, OTHER_UNIT, []),
        (WATCHER, ROOT, [f"restricted:{ROOT}|approvals"]),
        (officer((ROOT, Role.PROVINCE_SUPERVISOR)), ROOT, []),
    ],
)
def test_words_wait_where_an_officer_may_approve_them_and_nowhere_else(
    somebody: Officer, unit_id: str, shelves: list[str]
) -> None:
    assert View(unit_id, Queue.APPROVALS).shelves(somebody) == shelves
    assert (Queue.APPROVALS in queues_for(somebody, unit_id)) is bool(shelves)
    view = View(unit_id, Queue.APPROVALS) if shelves else None
    assert view_of(somebody, unit_id, "approvals", "") == view


def desk_of(station: Station, subject: str) -> Desk:
    """The desk, within a visit of that officer."""
    from flask import g

    from functions.admin.desk.presences import Presences
    from functions.admin.desk.saved import SavedViews
    from functions.units.store import UnitStore

    units = UnitStore(station.database)
    found = units.officer(subject)
    assert found is not None
    g.visit = Visit(station.sessions.begin(subject), found, station.clock.now())
    return Desk(
        reports=station.reports,
        evidence=station.evidence,
        followups=station.followups,
        units=units,
        presences=Presences(station.database),
        saved=SavedViews(station.database),
        draw=bytes,
        offers=lambda report, here, *, items, followups: {},
    )


@pytest.mark.parametrize(("name", "turn"), [("pc08|all", 1), ("pc08|all|newest", -1)])
def test_the_next_report_is_the_one_below_in_the_list_for_one_query(
    station: Station, name: str, turn: int
) -> None:
    reports = []
    for _ in range(3):
        reports.append(station.report("Xe tải"))
        station.clock.advance(timedelta(minutes=1))
    reports = reports[::turn]
    with station.page.test_request_context():
        desk = desk_of(station, OFFICER)
        station.database.reads = 0
        following = desk.next_in_view(name, reports[0])
        assert station.database.reads == 1
        assert following == reports[1].id
        assert desk.next_in_view(name, reports[2]) is None
        assert desk.next_in_view("x", reports[0]) is None
