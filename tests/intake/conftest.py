"""What the tests of intake share."""

import pytest

from tests.emulators import MovableClock, Project
from tests.intake.desk import Desk
from tests.intake.phone import Phone


@pytest.fixture
def desk(project: Project, clock: MovableClock) -> Desk:
    """A desk of a unit with one page."""
    desk = Desk(project, clock)
    desk.found()
    return desk


@pytest.fixture
def phone() -> Phone:
    """A citizen's phone."""
    return Phone()
