"""Units, pages and officers: read for every message, so remembered for a minute."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from functions.cloud.firestore import Database, Stored
from functions.errors import Conflict
from functions.units.model import Officer, Page, Unit
from functions.units.roles import Assignment, Role
from functions.units.store import UnitStore
from tests.emulators import Project
from tests.units.hai_minh import DECISION, NOON, UNITS, unit

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


def _officer(database: Database, **fields: object) -> None:
    known: dict[str, object] = {"email": "an@example.vn", "name": "An", "roles": []}
    commit = database.commit()
    commit.put("officers/s1", known | fields)
    commit.send()


DUTY = {"unit_id": "pc08", "role": "duty_officer"}


@pytest.mark.parametrize("change", [{"roles": []}, {"roles": [DUTY], "is_active": False}])
def test_an_officer_who_loses_a_role_is_out_within_half_a_minute(
    database: Database, store: UnitStore, watch: Stopwatch, change: dict[str, object]
) -> None:
    def works() -> bool:
        officer = store.officer("s1")
        return officer is not None and officer.may_see(["pc08"])

    _officer(database, roles=[DUTY])
    assert works()
    _officer(database, **change)

    watch.seconds = 29.9
    assert works()
    watch.seconds = 30.0
    assert not works()


def test_whoever_was_disabled_is_still_known_by_name(database: Database, store: UnitStore) -> None:
    _officer(database, is_active=False)

    assert store.officer("s1") is None
    assert store.officers(["s1", "another", "s1"]).keys() == {"s1"}
    assert [officer.is_active for officer in store.all_officers()] == [False]
    assert store.officers([]) == {}


def _sharing(database: Database, **officers: dict[str, object]) -> None:
    """Officers with the address an@example.vn, but for what differs."""
    known: dict[str, object] = {"email": "an@example.vn", "name": "An", "roles": [DUTY]}
    commit = database.commit()
    for subject, fields in officers.items():
        commit.put(f"officers/{subject}", known | fields)
    commit.send()


def test_an_officer_is_recognised_by_their_address(database: Database, store: UnitStore) -> None:
    _sharing(database, s1={}, s2={"email": "binh@example.vn"})

    found = store.recognise("an@example.vn", "google-1")
    assert found is not None
    assert (found.subject, found.proxy_subject) == ("s1", "google-1")
    assert store.recognise("an@example.vn", "google-1") == found
    assert store.officer("s1") == found


@pytest.mark.parametrize("address", ["", "another@example.vn"])
def test_an_unknown_address_is_nobodys(database: Database, store: UnitStore, address: str) -> None:
    _sharing(database, s1={}, s2={"email": ""})

    assert store.recognise(address, "google-1") is None


@pytest.mark.parametrize("change", [{"roles": []}, {"is_active": False}])
def test_who_works_here_no_more_is_not_recognised(
    database: Database, store: UnitStore, change: dict[str, object]
) -> None:
    _sharing(database, s1=change)

    assert store.recognise("an@example.vn", "google-1") is None
    assert store.officers(["s1"])["s1"].proxy_subject is None


def test_an_address_of_two_officers_is_nobodys(database: Database, store: UnitStore) -> None:
    _sharing(database, s1={"proxy_subject": "google-1"}, s2={})

    assert store.recognise("an@example.vn", "google-1") is None


def test_a_closed_account_does_not_stand_in_the_way_of_the_next(
    database: Database, store: UnitStore
) -> None:
    _sharing(database, s1={"is_active": False, "proxy_subject": "google-1"}, s2={})

    found = store.recognise("an@example.vn", "google-2")
    assert found is not None
    assert found.subject == "s2"


def test_the_first_with_an_officers_address_stays_the_officer(
    database: Database, store: UnitStore
) -> None:
    _sharing(database, s1={})

    assert store.recognise("an@example.vn", "google-1") is not None
    assert store.recognise("an@example.vn", "google-2") is None
    assert store.recognise("an@example.vn", "google-1") is not None


def test_an_address_is_kept_in_lower_case() -> None:
    assert Officer(subject="s1", email="An@Example.VN", name="An").email == "an@example.vn"


def test_several_officers_are_read_in_one_round_trip(project: Project) -> None:
    database = CountingDatabase(project.firestore_client())
    UnitStore(database).officers([f"s{number}" for number in range(20)])

    assert database.reads == 1


class CountingDatabase(Database):
    """Counts how often it is asked."""

    reads = 0

    def read_many(self, paths: Sequence[str]) -> list[Stored | None]:
        """As always, counted."""
        self.reads += 1
        return super().read_many(paths)

    def find(self, *arguments: Any, **options: Any) -> list[Stored]:
        """As always, counted."""
        self.reads += 1
        return super().find(*arguments, **options)


def test_the_directory_is_read_once_a_minute(project: Project, watch: Stopwatch) -> None:
    database = CountingDatabase(project.firestore_client())
    store = UnitStore(database, watch)
    _save(database, UNITS)
    for seconds in (0.0, 30.0, 59.9):
        watch.seconds = seconds
        assert store.directory().tree.unit("doi-1").lineage == ("tinh", "pc08", "doi-1")
    before = database.reads
    watch.seconds = 60.0
    store.directory()

    assert database.reads == before + 1


def _save(database: Database, units: Iterable[Unit]) -> None:
    commit = database.commit()
    for one in units:
        commit.put(f"units/{one.id}", one.model_dump(exclude={"id"}))
    commit.send()


def test_a_unit_of_before_the_tree_is_still_read(database: Database, store: UnitStore) -> None:
    commit = database.commit()
    commit.put("units/old", {"name": "Đội", "short_name": "Đ", "kind": "department"})
    commit.send()

    found = store.unit("old")
    assert found is not None
    assert found.line == ("old",)


def test_a_lineage_that_was_never_stored_is_worked_out(
    database: Database, store: UnitStore
) -> None:
    _put(database, "units/doi-1", UNIT.model_copy(update={"id": "doi-1", "parent_id": "pc08"}))

    found = store.unit("doi-1")
    assert found is not None
    assert found.line == ("pc08", "doi-1")
    assert [one.line for one in store.units(["doi-1"])] == [("pc08", "doi-1")]


@pytest.fixture
def reorganised(project: Project) -> UnitStore:
    database = project.database()
    _save(database, UNITS)
    return UnitStore(database)


def _merge(store: UnitStore, database: Database, merged: str, into: str) -> Callable[[], object]:
    directory, standing = store.standing_units()
    commit = database.commit()
    changed = directory.tree.merge([merged], into, DECISION)
    store.add_units(commit, changed, standing, at=NOON)
    return commit.send


def test_a_reorganisation_is_read_as_it_was_written(
    project: Project, reorganised: UnitStore
) -> None:
    reorganised.directory()
    _merge(reorganised, project.database(), "an-phuc", "an-hoa")()
    reorganised.forget()

    tree = reorganised.directory().tree
    closed = tree.unit("an-phuc")
    assert closed.history[-1].reason == DECISION.reason
    assert closed.closed_at == NOON
    assert closed.lineage == ("tinh", "an-hoa", "an-phuc")
    assert tree.unit("an-hoa").area.communes[1].name == "xã An Phúc"
    heir = reorganised.living_unit("an-phuc")
    assert heir is not None
    assert heir.id == "an-hoa"


@pytest.mark.parametrize("is_first", [True, False], ids=["first ever", "later"])
def test_of_two_reorganisations_at_once_one_is_refused(
    project: Project, reorganised: UnitStore, is_first: bool
) -> None:
    database = project.database()
    if not is_first:
        _merge(reorganised, database, "doi-3", "doi-1")()
    one = _merge(reorganised, database, "an-phuc", "an-hoa")
    other = _merge(reorganised, database, "doi-2", "doi-1")
    one()

    with pytest.raises(Conflict):
        other()
    assert not reorganised.directory().tree.unit("doi-2").is_closed


def test_a_new_unit_is_created(project: Project, reorganised: UnitStore) -> None:
    directory, standing = reorganised.standing_units()
    commit = project.database().commit()
    opened = directory.tree.open(unit("doi-4", "pc08"), DECISION)
    reorganised.add_units(commit, opened, standing, at=NOON)
    commit.send()

    found = reorganised.unit("doi-4")
    assert found is not None
    assert found.lineage == ("tinh", "pc08", "doi-4")


def test_a_page_changes_without_losing_its_endpoint(database: Database, store: UnitStore) -> None:
    standing = store.standing_pages(["p1", "p2"])
    store.pin_send_endpoint("p1", "v3.0/oa/message/cs")
    moved = PAGE.model_copy(update={"unit_id": "phuong1"})
    other = PAGE.model_copy(update={"id": "p2"})
    stale = database.commit()
    store.add_pages(stale, [moved, other], standing)
    with pytest.raises(Conflict):
        stale.send()

    commit = database.commit()
    store.add_pages(commit, [moved, other], store.standing_pages(["p1", "p2"]))
    commit.send()
    store.forget()

    page = store.page("p1")
    assert page is not None
    assert (page.unit_id, page.send_endpoint) == ("phuong1", "v3.0/oa/message/cs")
    assert store.page("p2") == other


def test_an_officer_is_changed_by_whoever_read_them_last(
    database: Database, store: UnitStore
) -> None:
    _officer(database, roles=[DUTY])
    changed = store.officers(["s1"])["s1"].model_copy(update={"is_active": False})
    standing = store.standing_officers(["s1"])
    stale = store.standing_officers(["s1"])
    commit = database.commit()
    store.add_officers(commit, [changed], standing)
    commit.send()
    late = database.commit()
    store.add_officers(late, [changed], stale)

    with pytest.raises(Conflict):
        late.send()
    assert store.officer("s1") is None


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
