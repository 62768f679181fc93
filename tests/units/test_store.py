"""Units, pages and officers: read for every message, so remembered for a minute."""

from dataclasses import dataclass

import pytest

from functions.cloud.firestore import Database
from functions.units.model import Assignment, Officer, Page, Role, Unit
from functions.units.store import UnitStore
from tests.emulators import Project

UNIT = Unit(id="pc08", name="Phòng Cảnh sát giao thông", short_name="PC08", kind="division")
PAGE = Page(id="p1", name="Trang", app_id="a1", unit_id="pc08")


@dataclass
class Stopwatch:
    """Seconds that pass when a test says so."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch() -> Stopwatch:
    return Stopwatch()


@pytest.fixture
def database(project: Project) -> Database:
    database = project.database()
    _put(database, "units/pc08", UNIT)
    _put(database, "pages/p1", PAGE)
    return database


@pytest.fixture
def store(database: Database, watch: Stopwatch) -> UnitStore:
    return UnitStore(database, watch)


def _put(database: Database, path: str, record: Unit | Page) -> None:
    commit = database.commit()
    commit.put(path, record.model_dump(exclude={"id"}))
    commit.send()


def _remove(database: Database, path: str) -> None:
    commit = database.commit()
    commit.remove(path)
    commit.send()


def test_units_and_pages_are_read_as_they_were_written(store: UnitStore) -> None:
    assert store.unit("pc08") == UNIT
    assert store.page("p1") == PAGE


def test_what_does_not_exist_is_none(store: UnitStore) -> None:
    assert store.unit("another") is None
    assert store.page("another") is None
    assert store.officer("another") is None


def test_a_change_is_seen_within_a_minute(
    database: Database, store: UnitStore, watch: Stopwatch
) -> None:
    store.unit("pc08")
    renamed = UNIT.model_copy(update={"name": "Đội 1"})
    _put(database, "units/pc08", renamed)

    watch.seconds = 59.9
    assert store.unit("pc08") == UNIT
    watch.seconds = 60.0
    assert store.unit("pc08") == renamed


def test_a_minute_counts_from_the_reading(
    database: Database, store: UnitStore, watch: Stopwatch
) -> None:
    store.page("p1")
    watch.seconds = 50.0
    store.page("p1")
    _remove(database, "pages/p1")

    watch.seconds = 61.0
    assert store.page("p1") is None


def test_what_was_not_there_is_looked_for_again_at_once(
    database: Database, store: UnitStore
) -> None:
    assert store.unit("phuong1") is None
    ward = UNIT.model_copy(update={"id": "phuong1"})
    _put(database, "units/phuong1", ward)

    assert store.unit("phuong1") == ward


def test_a_unit_and_a_page_of_one_name_are_kept_apart(database: Database, store: UnitStore) -> None:
    _put(database, "pages/pc08", PAGE)

    assert store.unit("pc08") == UNIT
    assert store.page("pc08") == PAGE.model_copy(update={"id": "pc08"})


def test_those_units_are_given_that_exist(database: Database, store: UnitStore) -> None:
    ward = UNIT.model_copy(update={"id": "phuong1"})
    _put(database, "units/phuong1", ward)

    assert store.units(["phuong1", "another", "pc08"]) == [ward, UNIT]
    assert store.units([]) == []


def test_all_pages_are_given(database: Database, store: UnitStore) -> None:
    other = PAGE.model_copy(update={"id": "p2"})
    _put(database, "pages/p2", other)

    assert sorted(page.id for page in store.pages()) == ["p1", "p2"]


def test_an_officer_is_known_by_the_subject_of_the_sign_in(
    database: Database, store: UnitStore
) -> None:
    officer = Officer(
        subject="auth0|42",
        email="an@example.vn",
        name="Nguyễn Văn An",
        roles=(Assignment(unit_id="pc08", role=Role.DUTY_OFFICER),),
    )
    commit = database.commit()
    commit.put("officers/auth0|42", officer.model_dump(exclude={"subject"}))
    commit.send()

    assert store.officer("auth0|42") == officer
    assert store.officer("42") is None


def test_an_officer_whose_role_was_taken_away_loses_it_at_once(
    database: Database, store: UnitStore
) -> None:
    fields = {"email": "an@example.vn", "name": "An", "roles": []}
    for roles in ([{"unit_id": "pc08", "role": "duty_officer"}], []):
        commit = database.commit()
        commit.put("officers/s1", fields | {"roles": roles})
        commit.send()
        officer = store.officer("s1")
        assert officer is not None
        assert officer.may_work_in("pc08") is bool(roles)


def test_an_officer_works_in_the_units_of_the_roles_only() -> None:
    officer = Officer(
        subject="s1",
        email="an@example.vn",
        name="An",
        roles=(Assignment(unit_id="pc08", role=Role.DUTY_OFFICER),),
    )

    assert officer.may_work_in("pc08")
    assert not officer.may_work_in("pc0")
    assert not officer.may_work_in("")


def test_an_administrator_works_in_no_unit() -> None:
    officer = Officer(
        subject="s1",
        email="an@example.vn",
        name="An",
        roles=(
            Assignment(unit_id="pc08", role=Role.ADMINISTRATOR),
            Assignment(unit_id="phuong2", role=Role.DUTY_OFFICER),
            Assignment(unit_id="phuong1", role=Role.DUTY_OFFICER),
            Assignment(unit_id="phuong2", role=Role.DUTY_OFFICER),
        ),
    )

    assert officer.may_connect_pages
    assert officer.unit_ids == ["phuong2", "phuong1"]
    assert not officer.may_work_in("pc08")
    assert not officer.model_copy(update={"roles": officer.roles[1:]}).may_connect_pages


def test_an_endpoint_that_zalo_accepted_is_known_at_once(store: UnitStore) -> None:
    store.page("p1")

    store.pin_send_endpoint("p1", "v3.0/oa/message/cs")

    page = store.page("p1")
    assert page is not None
    assert page.send_endpoint == "v3.0/oa/message/cs"


def test_pinning_leaves_the_rest_of_the_page_as_it_is(store: UnitStore) -> None:
    store.pin_send_endpoint("p1", "v3.0/oa/message/cs")

    assert store.page("p1") == PAGE.model_copy(update={"send_endpoint": "v3.0/oa/message/cs"})


def test_pinning_what_is_pinned_writes_nothing(database: Database, store: UnitStore) -> None:
    store.pin_send_endpoint("p1", "v3.0/oa/message/cs")
    before = database.read("pages/p1")

    store.pin_send_endpoint("p1", "v3.0/oa/message/cs")

    assert database.read("pages/p1") == before


def test_pinning_on_a_page_that_is_gone_is_harmless(database: Database, store: UnitStore) -> None:
    store.page("p1")
    _remove(database, "pages/p1")

    store.pin_send_endpoint("p1", "v3.0/oa/message/cs")
    store.pin_send_endpoint("another", "v3.0/oa/message/cs")

    assert database.read("pages/p1") is None
    assert database.read("pages/another") is None
