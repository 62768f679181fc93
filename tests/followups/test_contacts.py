"""How to reach who told a report at the desk: kept for what officers wrote down, and no other."""

from typing import Any

import pytest
from pydantic import SecretStr

from functions.errors import Rejected
from functions.followups.contacts import ContactKeeper
from functions.followups.entrance import Contact, KeepContact
from functions.followups.model import State
from functions.identity.store import PersonStore
from functions.identity.vault import Person
from tests.emulators import MovableClock, Project
from tests.followups.chats import Chats
from tests.followups.office import CITIZEN, Office
from tests.intake.kills import Kill, Killed, opened

NAME, PHONE, ADDRESS = "Trần Thị Mẫu Danh", "84900000123", "Số 1 đường Mẫu"
CONTACT = Contact(name=SecretStr(NAME), phone=SecretStr(PHONE), address=SecretStr(ADDRESS))
ASKED = KeepContact(report="R1", contact=CONTACT)


@pytest.fixture
def keeper(office: Office) -> ContactKeeper:
    """As `functions.wiring` builds it, with a report that an officer wrote down."""
    office.conclude("R1", version=1, page_id="", source="phone")
    return ContactKeeper(office.reports, office.people, office.clock)


def told(office: Office) -> dict[str, Any]:
    """What the vault says of who told the report."""
    person = office.people.find(CITIZEN)
    assert person is not None
    return person.model_dump(include={"name", "phone", "address", "page_id", "user_id"})


KEPT = {"name": NAME, "phone": PHONE, "address": ADDRESS, "page_id": "", "user_id": ""}


def test_a_contact_is_kept_under_the_reports_pseudonym(
    office: Office, keeper: ContactKeeper, clock: MovableClock
) -> None:
    keeper.keep(ASKED)

    assert told(office) == KEPT
    person = office.people.find(CITIZEN)
    assert person is not None
    assert person.shared_at == clock.now()


def test_the_same_contact_twice_is_one_entry(office: Office, keeper: ContactKeeper) -> None:
    keeper.keep(ASKED)
    keeper.keep(ASKED)

    assert told(office) == KEPT


def test_a_contact_that_is_erased_is_gone_and_may_be_kept_again(
    office: Office, keeper: ContactKeeper
) -> None:
    keeper.keep(ASKED)
    for _ in range(2):
        keeper.keep(KeepContact(report="R1", contact=None))
        assert office.people.find(CITIZEN) is None

    keeper.keep(ASKED)
    assert told(office) == KEPT


def test_nobody_with_an_account_is_overwritten_or_erased(office: Office) -> None:
    office.conclude("R2", version=1)
    keeper = ContactKeeper(office.reports, office.people, office.clock)
    person = Person(
        citizen=CITIZEN, page_id="page", user_id="3333333333", known_since=office.clock.now()
    )
    office.people.remember(person)

    for contact in (CONTACT, None):
        with pytest.raises(Rejected, match="has an account"):
            keeper.keep(KeepContact(report="R2", contact=contact))

    assert office.people.find(CITIZEN) == person


def test_a_report_that_does_not_exist_has_no_contact(keeper: ContactKeeper) -> None:
    with pytest.raises(Rejected, match="no such report"):
        keeper.keep(KeepContact(report="R9", contact=CONTACT))


@pytest.mark.parametrize("is_applied", [False, True])
def test_a_process_that_dies_while_it_keeps_a_contact_may_do_it_again(
    project: Project, office: Office, keeper: ContactKeeper, is_applied: bool
) -> None:
    kill = Kill(at=1, is_applied=is_applied)
    dying = ContactKeeper(
        office.reports, PersonStore(opened(project, "identity", kill)), office.clock
    )
    with pytest.raises(Killed):
        dying.keep(ASKED)

    keeper.keep(ASKED)

    assert told(office) == KEPT


def test_nothing_of_a_contact_stands_in_the_record(
    project: Project, office: Office, keeper: ContactKeeper
) -> None:
    keeper.keep(ASKED)

    for collection in project.firestore_client().collections():
        for snapshot in collection.stream():
            fields = str(snapshot.to_dict())
            assert not any(words in fields for words in (NAME, PHONE, ADDRESS)), collection.id


def test_nobody_without_an_account_is_written_to(
    office: Office, keeper: ContactKeeper, chats: Chats
) -> None:
    keeper.keep(ASKED)

    sent = office.send(office.owe(is_known=False))

    assert sent.state is not State.SENT
    assert not sent.is_pending
    assert chats.tries == 0
