"""The vault: a database of its own, opened to send a message, and able to forget."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from functions.cloud.firestore import Commit, Database
from functions.errors import Conflict
from functions.identity.store import FAREWELL_KEPT_FOR, PersonStore
from functions.identity.vault import Person
from tests.emulators import Project

PERSON = Person(
    citizen="aaaabbbbccccddddeeeeffff22",
    page_id="579745863508352884",
    user_id="8756287263669629130",
    known_since=datetime(2026, 11, 21, 5, tzinfo=UTC),
)


@pytest.fixture
def people(project: Project) -> PersonStore:
    return PersonStore(project.database("identity"))


def test_a_person_is_found_by_the_pseudonym(people: PersonStore) -> None:
    people.remember(PERSON)

    assert people.find(PERSON.citizen) == PERSON


def test_nobody_stands_behind_an_unknown_pseudonym(people: PersonStore) -> None:
    assert people.find("unknown") is None


def test_remembering_again_changes_nothing(people: PersonStore) -> None:
    people.remember(PERSON)

    people.remember(PERSON.model_copy(update={"known_since": datetime(2027, 1, 1, tzinfo=UTC)}))

    assert people.find(PERSON.citizen) == PERSON


class _Contended(Database):
    """A database in which others are always in the way."""

    def commit(self) -> Commit:
        return _Aborted(self._client)


class _Aborted(Commit):
    def send(self) -> list[datetime]:
        raise Conflict("firestore: Aborted")


def test_a_person_who_was_not_kept_is_not_taken_for_kept(project: Project) -> None:
    people = PersonStore(_Contended(project.firestore_client("identity")))

    with pytest.raises(Conflict):
        people.remember(PERSON)


def test_who_a_person_is_stands_in_no_other_database(project: Project, people: PersonStore) -> None:
    people.remember(PERSON)

    for database in ("(default)", "inbox"):
        assert project.database(database).read(f"people/{PERSON.citizen}") is None
        assert list(project.firestore_client(database).collections()) == []


def test_a_person_who_is_forgotten_is_gone(people: PersonStore) -> None:
    people.remember(PERSON)

    people.forget(PERSON.citizen)

    assert people.find(PERSON.citizen) is None


def test_forgetting_twice_is_fine(people: PersonStore) -> None:
    people.forget(PERSON.citizen)
    people.forget(PERSON.citizen)


def test_a_person_who_writes_again_is_known_again(people: PersonStore) -> None:
    people.remember(PERSON)
    people.forget(PERSON.citizen)

    people.remember(PERSON)

    assert people.find(PERSON.citizen) == PERSON


def test_the_vault_takes_nothing_that_is_not_needed() -> None:
    with pytest.raises(ValidationError):
        Person.model_validate({**PERSON.model_dump(), "birth_date": "30/10/1999"})


def shared(name: str, at: datetime) -> Person:
    """The person, as a form shows them that was sent then."""
    told = {"name": name, "phone": "84900000001", "address": "12 Trần Phú", "shared_at": at}
    return PERSON.model_copy(update=told)


FIRST, SECOND = (PERSON.known_since + timedelta(hours=hours) for hours in (1, 2))


def test_what_a_person_shares_is_kept_beside_who_they_are(people: PersonStore) -> None:
    people.remember(PERSON)

    people.share(shared("Nguyễn Văn A", FIRST))

    assert people.find(PERSON.citizen) == shared("Nguyễn Văn A", FIRST)


def test_who_shares_before_anything_else_is_remembered_by_it(people: PersonStore) -> None:
    people.share(shared("Nguyễn Văn A", FIRST))

    assert people.find(PERSON.citizen) == shared("Nguyễn Văn A", FIRST)


@pytest.mark.parametrize("order", [(FIRST, SECOND), (SECOND, FIRST), (SECOND, FIRST, SECOND)])
def test_the_form_that_was_sent_last_counts_in_whatever_order_they_arrive(
    people: PersonStore, order: tuple[datetime, ...]
) -> None:
    people.remember(PERSON)

    for at in order:
        people.share(shared("cũ" if at == FIRST else "mới", at))

    assert people.find(PERSON.citizen) == shared("mới", SECOND)


TOLD = Person(
    citizen=PERSON.citizen,
    known_since=FIRST,
    name="Trần Thị B",
    phone="84900000123",
    shared_at=FIRST,
)
"""Who told a report by telephone, as an officer wrote it down."""


def test_who_has_no_account_is_kept_too(people: PersonStore) -> None:
    people.complete(TOLD)

    found = people.find(PERSON.citizen)
    assert found == TOLD
    assert not found.has_account


def test_what_is_told_later_completes_what_was_known(people: PersonStore) -> None:
    people.complete(TOLD)

    people.complete(
        Person(
            citizen=PERSON.citizen,
            known_since=SECOND,
            phone="84900000456",
            address="Xã An Hòa",
            shared_at=SECOND,
        )
    )

    assert people.find(PERSON.citizen) == TOLD.model_copy(
        update={"phone": "84900000456", "address": "Xã An Hòa", "shared_at": SECOND}
    )


def test_an_account_alone_shares_nothing(people: PersonStore) -> None:
    people.share(shared("Nguyễn Văn A", FIRST))

    people.share(PERSON)

    assert people.find(PERSON.citizen) == shared("Nguyễn Văn A", FIRST)


def test_remembering_again_does_not_erase_what_was_shared(people: PersonStore) -> None:
    people.share(shared("Nguyễn Văn A", FIRST))

    people.remember(PERSON)

    assert people.find(PERSON.citizen) == shared("Nguyễn Văn A", FIRST)


def test_two_forms_at_once_are_both_taken(project: Project) -> None:
    people = PersonStore(_Overtaken(project.firestore_client("identity"), SECOND))
    PersonStore(project.database("identity")).remember(PERSON)

    people.share(shared("cũ", FIRST))

    assert people.find(PERSON.citizen) == shared("mới", SECOND)


class _Overtaken(Database):
    """A vault into which somebody else's write comes first, once."""

    def __init__(self, client: Any, at: datetime) -> None:
        super().__init__(client)
        self._at: datetime | None = at

    def commit(self) -> Commit:
        at, self._at = self._at, None
        if at is not None:
            PersonStore(Database(self._client)).share(shared("mới", at))
        return super().commit()


def test_a_farewell_leaves_the_account_alone_to_tell_them(people: PersonStore) -> None:
    people.share(shared("Nguyễn Văn A", FIRST))

    people.bid_farewell(PERSON.citizen, now=SECOND)

    assert people.find(PERSON.citizen) == PERSON
    assert people.find_farewell(PERSON.citizen) == PERSON


def test_a_farewell_outlives_the_person_and_then_ends(people: PersonStore) -> None:
    people.remember(PERSON)
    people.bid_farewell(PERSON.citizen, now=FIRST)

    people.forget(PERSON.citizen)
    assert people.find_farewell(PERSON.citizen) == PERSON

    people.end_farewell(PERSON.citizen)
    assert people.find_farewell(PERSON.citizen) is None


def test_a_farewell_said_again_after_the_person_is_gone_is_not_lost(people: PersonStore) -> None:
    people.remember(PERSON)
    people.bid_farewell(PERSON.citizen, now=FIRST)
    people.forget(PERSON.citizen)

    people.bid_farewell(PERSON.citizen, now=SECOND)

    assert people.find_farewell(PERSON.citizen) == PERSON


def test_a_farewell_carries_its_own_end(people: PersonStore, project: Project) -> None:
    people.remember(PERSON)

    people.bid_farewell(PERSON.citizen, now=FIRST)

    stored = project.database("identity").read(f"farewells/{PERSON.citizen}")
    assert stored is not None
    assert stored.fields["expire_at"] == FIRST + FAREWELL_KEPT_FOR
