"""Fixtures that every folder may use."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser

from tests import emulators
from tests.chromium import chromium
from tests.emulators import MovableClock, Project

# The same examples in every run, and no deadline: machines are noisy.
settings.register_profile("shared", deadline=None, derandomize=True, database=None)
settings.load_profile("shared")


@pytest.fixture(scope="session")
def firestore_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The official Firestore emulator, one for each test process."""
    with emulators.firestore(tmp_path_factory.mktemp("firestore")) as address:
        # The client library knows no other way to be told.
        os.environ["FIRESTORE_EMULATOR_HOST"] = address
        yield address
        del os.environ["FIRESTORE_EMULATOR_HOST"]


@pytest.fixture(scope="session")
def storage_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of the storage server, one for each test process."""
    folder = tmp_path_factory.mktemp("storage")
    with emulators.storage_server(folder) as address:
        os.environ["STORAGE_EMULATOR_HOST"] = address
        yield folder
        del os.environ["STORAGE_EMULATOR_HOST"]


@pytest.fixture
def project(firestore_host: str, storage_folder: Path) -> Project:
    """A project of the test's own."""
    return emulators.new_project(firestore_host, storage_folder)


@pytest.fixture
def clock() -> MovableClock:
    """A clock that stands still until it is moved."""
    return MovableClock()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real browser for one module: while it is open, no test may run an event loop."""
    with chromium() as browser:
        yield browser
