"""What the tests of follow-ups share."""

import pytest

from tests.emulators import MovableClock, Project
from tests.followups.chats import Chats
from tests.followups.office import Office


@pytest.fixture
def chats() -> Chats:
    """The citizens' chats."""
    return Chats()


@pytest.fixture
def office(project: Project, clock: MovableClock, chats: Chats) -> Office:
    """Sends follow-ups into these chats."""
    return Office(project, clock, chats)
