"""What was held because of its page goes out again, and nothing else does."""

import pytest

from functions.errors import OperatorNeeded
from functions.followups.model import FollowUp, State, followup_id
from functions.followups.model import Kind as FollowUpKind
from functions.followups.planner import waits_for_page
from functions.upkeep import held
from functions.upkeep.held import release_held
from functions.zalo.errors import PageNotConnected, PermanentForCitizen, WindowClosed
from tests.emulators import MovableClock, Project
from tests.followups.chats import Chats
from tests.followups.office import Office


@pytest.fixture
def office(project: Project, clock: MovableClock) -> Office:
    return Office(project, clock, Chats())


def hold(office: Office, cause: str, problem: Exception, page_id: str = "page") -> FollowUp:
    """A message whose sending ended with `problem`."""
    office.chats.will_end(problem, after_delivery=False)
    owed = office.owe(id=followup_id(FollowUpKind.ANSWER, cause), page_id=page_id)
    after = office.send(owed)
    assert after.state is State.HELD
    return after


def release(office: Office, page_id: str = "page") -> int:
    return release_held(
        page_id, database=office.database, followups=office.followups, now=office.clock.now()
    )


def kinds_of(base: type[OperatorNeeded]) -> list[type[OperatorNeeded]]:
    """A class of errors and all below it."""
    return [base, *(below for kind in base.__subclasses__() for below in kinds_of(kind))]


@pytest.mark.parametrize("kind", kinds_of(OperatorNeeded))
def test_whatever_an_operator_has_to_mend_waits_for_the_page(
    office: Office, kind: type[OperatorNeeded]
) -> None:
    assert waits_for_page(hold(office, "cause", kind("x")))


def test_what_the_page_held_up_is_due_at_once_and_arrives_once(office: Office) -> None:
    owed = hold(office, "cause", PageNotConnected("x"))

    assert release(office) == 1
    after = office.now(owed)
    assert (after.state, after.next_at) == (State.DUE, office.clock.now())
    assert [it.id for it in office.followups.overdue(office.clock.now())] == [owed.id]
    assert office.send(owed).state is State.SENT
    assert len(office.chats.texts) == 1
    assert release(office) == 0


@pytest.mark.parametrize("problem", [WindowClosed("x"), PermanentForCitizen("x")])
def test_what_waits_for_the_citizen_stays_held(office: Office, problem: Exception) -> None:
    owed = hold(office, "cause", problem)

    assert release(office) == 0
    assert office.now(owed).state is State.HELD


def test_what_another_page_holds_up_stays_held(office: Office) -> None:
    owed = hold(office, "cause", PageNotConnected("x"), page_id="other")

    assert release(office) == 0
    assert office.now(owed).state is State.HELD


def test_more_than_one_commit_takes_is_released_too(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held, "MOST_WRITES", 2)
    all_held = [hold(office, f"cause{number}", PageNotConnected("x")) for number in range(5)]

    assert release(office) == 5
    assert {office.now(one).state for one in all_held} == {State.DUE}


def test_what_was_held_for_the_page_first_and_the_citizen_then_waits_for_the_citizen(
    office: Office,
) -> None:
    owed = hold(office, "cause", PageNotConnected("x"))
    release(office)
    office.chats.will_end(WindowClosed("x"))
    office.send(owed)

    assert release(office) == 0
