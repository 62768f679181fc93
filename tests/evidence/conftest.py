"""Fixtures of the evidence tests."""

from collections.abc import Iterator

import pytest

from tests.emulators import MovableClock, Project
from tests.evidence.custody import Custody
from tests.evidence.media_host import MediaHost


@pytest.fixture
def host() -> Iterator[MediaHost]:
    """A media host of the test's own."""
    with MediaHost() as host:
        yield host


@pytest.fixture
def custody(project: Project, clock: MovableClock, host: MediaHost) -> Custody:
    """A project with a unit, and no report yet."""
    return Custody(project, clock, host)
