"""Nobody alone comes to know who a reporter is: asked, approved by another, read once, told."""

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from functions.errors import Rejected, Transient
from functions.identity.disclosure import Disclosed, Disclosure
from functions.identity.openings import (
    ANSWERED_WITHIN,
    OPEN_FOR,
    READ_WITHIN,
    By,
    Case,
    Opening,
    Stage,
    alert_of,
    approve,
    ask,
    ask_in_emergency,
    check_reading,
    read,
    refuse,
    seen,
)
from functions.identity.store import OpeningStore, PersonStore
from functions.identity.vault import Person
from tests.emulators import MovableClock, Project

NOW = datetime(2026, 11, 21, 1, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ASKER, LEAD, HEAD = (By(subject=one, name=f"Đồng chí {one}") for one in ("a", "b", "c"))
UNITS = ("ca-hai-minh", "pc08")
CASE = Case(report_id="r1", code="7K3F-9Q2D-X", citizen="k7f2", audience=UNITS)
READING = "f" * 32


def asked(opening_id: str = "o1", at: datetime = NOW) -> Opening:
    """A request that waits."""
    return ask(opening_id, CASE, by=ASKER, reason="Cần làm chứng", at=at)


def approved() -> Opening:
    """A request that a second officer agreed to."""
    return approve(asked(), by=LEAD, at=NOW)


def was_read(at: datetime = NOW) -> Opening:
    """An opening in its one reading."""
    return read(approved(), by=ASKER, reading=READING, at=at)


def test_whoever_asks_may_not_read_before_somebody_else_agreed() -> None:
    with pytest.raises(Rejected):
        read(asked(), by=ASKER, reading=READING, at=NOW)


def test_nobody_approves_their_own_request() -> None:
    with pytest.raises(Rejected, match="own"):
        approve(asked(), by=ASKER, at=NOW)


def test_nobody_refuses_their_own_request() -> None:
    with pytest.raises(Rejected, match="own"):
        refuse(asked(), by=ASKER, answer="Thôi", at=NOW)


def test_an_approved_request_is_read_by_whoever_asked() -> None:
    opening = was_read()
    assert opening.stage is Stage.READ
    assert opening.read_at == NOW


@pytest.mark.parametrize("other", [LEAD, HEAD])
def test_nobody_else_reads_it_not_even_who_approved(other: By) -> None:
    with pytest.raises(Rejected, match="somebody else"):
        read(approved(), by=other, reading=READING, at=NOW)


def test_it_is_read_once() -> None:
    with pytest.raises(Rejected):
        read(was_read(), by=ASKER, reading="0" * 32, at=NOW)


def test_the_same_form_may_read_again_while_its_answer_may_be_lost() -> None:
    opening = was_read()
    again = read(opening, by=ASKER, reading=READING, at=NOW + READ_WITHIN - SECOND)
    assert again == opening


def test_the_same_form_does_not_read_again_later() -> None:
    with pytest.raises(Rejected):
        read(was_read(), by=ASKER, reading=READING, at=NOW + READ_WITHIN)


def test_an_approval_ends_after_half_an_hour() -> None:
    opening = approved()
    assert opening.stage_at(NOW + OPEN_FOR - SECOND) is Stage.APPROVED
    assert opening.stage_at(NOW + OPEN_FOR) is Stage.LAPSED
    with pytest.raises(Rejected, match="lapsed"):
        read(opening, by=ASKER, reading=READING, at=NOW + OPEN_FOR)


def test_a_request_that_nobody_answered_ends_after_a_day() -> None:
    late = NOW + ANSWERED_WITHIN
    assert asked().stage_at(late) is Stage.LAPSED
    with pytest.raises(Rejected, match="lapsed"):
        approve(asked(), by=LEAD, at=late)
    with pytest.raises(Rejected, match="lapsed"):
        refuse(asked(), by=LEAD, answer="Không cần", at=late)


def test_a_refused_request_is_neither_read_nor_approved() -> None:
    refused = refuse(asked(), by=LEAD, answer="Không cần", at=NOW)
    assert refused.answer == "Không cần"
    with pytest.raises(Rejected, match="refused"):
        read(refused, by=ASKER, reading=READING, at=NOW)
    with pytest.raises(Rejected, match="refused"):
        approve(refused, by=HEAD, at=NOW)


def test_answering_twice_the_same_changes_nothing() -> None:
    assert approve(approved(), by=LEAD, at=NOW + SECOND) == approved()


@pytest.mark.parametrize(
    "step",
    [
        lambda: ask("o1", CASE, by=ASKER, reason=" \n", at=NOW),
        lambda: refuse(asked(), by=LEAD, answer="", at=NOW),
    ],
)
def test_asking_and_refusing_need_a_reason(step: Callable[[], Opening]) -> None:
    with pytest.raises(Rejected, match="no reason"):
        step()


def test_an_emergency_needs_a_setting() -> None:
    with pytest.raises(Rejected, match="emergencies"):
        ask_in_emergency("o1", CASE, by=ASKER, reason="Dọa giết", at=NOW, is_allowed=False)


def test_an_emergency_is_read_at_once_and_alerts_without_an_approver() -> None:
    opening = ask_in_emergency("o1", CASE, by=ASKER, reason="Dọa giết", at=NOW, is_allowed=True)
    alert = alert_of(read(opening, by=ASKER, reading=READING, at=NOW), UNITS)
    assert alert.is_emergency
    assert alert.approver == ""


def test_each_head_of_the_lineage_has_to_see_an_alert() -> None:
    alert = alert_of(was_read(), UNITS)
    after = seen(alert, ("pc08",), by=HEAD, at=NOW)
    assert after.unseen_by == ("ca-hai-minh",)
    assert [one.by for one in after.seen] == [HEAD]
    assert seen(after, ("pc08",), by=HEAD, at=NOW) == after


def emergency() -> Opening:
    """Read without an approval."""
    opening = ask_in_emergency("o1", CASE, by=ASKER, reason="Dọa giết", at=NOW, is_allowed=True)
    return read(opening, by=ASKER, reading=READING, at=NOW)


@pytest.mark.parametrize(
    ("opening", "reading", "at"),
    [
        (asked(), READING, NOW),
        (approved(), READING, NOW),
        (refuse(asked(), by=LEAD, answer="Không", at=NOW), READING, NOW),
        (was_read(), "0" * 32, NOW),
        (was_read(), "", NOW),
        (was_read().model_copy(update={"reading": ""}), "", NOW),
        (was_read(), READING, NOW + READ_WITHIN),
        (was_read(), READING, NOW - SECOND),
        (was_read().model_copy(update={"decided_by": None}), READING, NOW),
        (was_read().model_copy(update={"decided_by": ASKER}), READING, NOW),
        (was_read().model_copy(update={"decided_at": NOW - OPEN_FOR}), READING, NOW),
        (was_read().model_copy(update={"decided_at": NOW + SECOND}), READING, NOW),
        (was_read().model_copy(update={"decided_at": None}), READING, NOW),
        (was_read().model_copy(update={"stage": Stage.APPROVED}), READING, NOW),
        (emergency(), READING, NOW),
    ],
)
def test_the_keeper_of_the_vault_takes_nobodys_word(
    opening: Opening, reading: str, at: datetime
) -> None:
    with pytest.raises(Rejected):
        check_reading(opening, reading, at=at, is_emergency_allowed=False)


def test_the_keeper_of_the_vault_lets_the_one_reading_pass() -> None:
    check_reading(was_read(), READING, at=NOW, is_emergency_allowed=False)
    check_reading(emergency(), READING, at=NOW, is_emergency_allowed=True)


# The stores.


@pytest.fixture
def openings(project: Project) -> OpeningStore:
    """The record's part."""
    return OpeningStore(project.database())


def keep(project: Project, openings: OpeningStore, *kept: Opening) -> None:
    """Put them into the record as they are."""
    for opening in kept:
        commit = project.database().commit()
        openings.add_new(commit, opening)
        commit.send()


def change(project: Project, openings: OpeningStore, after: Opening) -> None:
    """One step on."""
    before = openings.read(after.id)
    assert before is not None
    commit = project.database().commit()
    openings.add_change(commit, before, after)
    commit.send()


def test_an_opening_comes_back_as_it_was(project: Project, openings: OpeningStore) -> None:
    keep(project, openings, asked())
    change(project, openings, was_read())
    found = openings.read("o1")
    assert found is not None
    assert found.opening == was_read()


def test_what_waits_is_found_by_who_may_answer_until_somebody_did(
    project: Project, openings: OpeningStore
) -> None:
    keep(project, openings, asked("o1"), asked("o2", NOW + SECOND))
    assert [one.id for one in openings.waiting(["pc08"])] == ["o2", "o1"]
    assert openings.waiting(["cax-an-hoa"]) == []
    assert openings.waiting([]) == []
    change(project, openings, approved())
    assert [one.id for one in openings.waiting(["pc08"])] == ["o2"]


def test_ones_own_are_found_until_they_are_read(project: Project, openings: OpeningStore) -> None:
    keep(project, openings, asked())
    change(project, openings, approved())
    assert [one.id for one in openings.of_officer("a")] == ["o1"]
    change(project, openings, was_read())
    assert openings.of_officer("a") == []
    assert [one.id for one in openings.of_report("r1")] == ["o1"]


def test_alerts_are_found_by_heads_who_have_not_seen_them(
    project: Project, openings: OpeningStore
) -> None:
    alert = alert_of(was_read(), UNITS)
    commit = project.database().commit()
    openings.add_alert(commit, alert)
    commit.send()
    assert openings.alerts(["pc08"]) == [alert]
    found = openings.alert(alert.id)
    assert found is not None
    commit = project.database().commit()
    openings.add_sight(commit, found, seen(alert, ("pc08",), by=HEAD, at=NOW))
    commit.send()
    assert openings.alerts(["pc08"]) == []
    assert [one.id for one in openings.alerts(["ca-hai-minh"])] == [alert.id]
    assert openings.alerts([]) == []


# What the vault says.

PERSON = Person(
    citizen="k7f2",
    page_id="2100000000000000001",
    user_id="9876543210",
    known_since=NOW,
    name="Trần Văn Mẫu",
    phone="84900000000",
    shared_at=NOW,
)


def disclosure(project: Project, clock: MovableClock, *, allowed: bool = False) -> Disclosure:
    """As `send_followup` builds it."""
    return Disclosure(
        openings=OpeningStore(project.database()),
        people=PersonStore(project.database("identity")),
        account_name=lambda person: "Mẫu Trần",
        clock=clock,
        is_emergency_allowed=allowed,
    )


def test_an_identity_is_told_in_its_one_reading(
    project: Project, openings: OpeningStore, clock: MovableClock
) -> None:
    people = PersonStore(project.database("identity"))
    people.remember(PERSON)
    keep(project, openings, was_read(clock.now()))
    told = disclosure(project, clock).disclose("o1", READING)
    assert (told.name, told.phone, told.account_name) == ("Trần Văn Mẫu", "84900000000", "Mẫu Trần")
    assert told.user_id == "9876543210"


def test_who_has_no_account_is_told_without_asking_zalo(
    project: Project, openings: OpeningStore, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(person: Person) -> str | None:
        raise AssertionError("Zalo was asked")

    contact = PERSON.model_copy(update={"page_id": "", "user_id": ""})
    PersonStore(project.database("identity")).complete(contact)
    keep(project, openings, was_read(clock.now()))
    keeper = dataclasses.replace(disclosure(project, clock), account_name=never)

    told = keeper.disclose("o1", READING)

    assert (told.name, told.phone) == ("Trần Văn Mẫu", "84900000000")
    assert (told.account_name, told.user_id, told.page_id) == (None, None, None)


def test_nothing_is_told_of_an_opening_that_does_not_exist(
    project: Project, clock: MovableClock
) -> None:
    with pytest.raises(Rejected, match="no such opening"):
        disclosure(project, clock).disclose("o1", READING)


def test_nothing_is_read_from_the_vault_before_the_opening_is_checked(
    project: Project,
    openings: OpeningStore,
    clock: MovableClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def never(store: PersonStore, citizen: str) -> Person | None:
        raise AssertionError("the vault was read")

    monkeypatch.setattr(PersonStore, "find", never)
    keep(project, openings, approved())
    with pytest.raises(Rejected):
        disclosure(project, clock).disclose("o1", READING)


def test_an_emergency_is_told_only_where_it_is_allowed(
    project: Project, openings: OpeningStore, clock: MovableClock
) -> None:
    keep(project, openings, emergency())
    with pytest.raises(Rejected):
        disclosure(project, clock).disclose("o1", READING)
    assert not disclosure(project, clock, allowed=True).disclose("o1", READING).is_known


def test_who_was_erased_is_not_known(
    project: Project, openings: OpeningStore, clock: MovableClock
) -> None:
    keep(project, openings, was_read(clock.now()))
    assert disclosure(project, clock).disclose("o1", READING) == Disclosed(is_known=False)


def test_what_was_told_shows_in_no_line_of_a_log() -> None:
    told = Disclosed(is_known=True, name="Trần Văn Mẫu", phone="84900000000")
    assert "Mẫu" not in f"{told} {told!r}"
    assert "84900000000" not in f"{told} {told!r}"


def test_an_error_on_the_way_is_passed_on(
    project: Project,
    openings: OpeningStore,
    clock: MovableClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away(store: PersonStore, citizen: str) -> Person | None:
        raise Transient("vault: away")

    monkeypatch.setattr(PersonStore, "find", away)
    keep(project, openings, was_read(clock.now()))
    with pytest.raises(Transient):
        disclosure(project, clock).disclose("o1", READING)
