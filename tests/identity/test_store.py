"""The vault: a database of its own, opened to send a message, and able to forget."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from functions.cloud.firestore import Commit, Database
from functions.errors import Conflict
from functions.identity.store import PersonStore
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
        Person.model_validate({**PERSON.model_dump(), "phone": "0912345678"})
