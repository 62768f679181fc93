"""What the tests of the webhook share."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.emulators import MovableClock, Project
from tests.webhook.door import Door, listed
from tests.zalo.scripted_server import ScriptedServer, answering

MOST_TASKS = 20


@pytest.fixture
def tasks() -> Iterator[ScriptedServer]:
    """Cloud Tasks over REST: takes every task, unless a test says otherwise."""
    with ScriptedServer() as running:
        running.will(*[answering({"name": "projects/…/tasks/1"})] * MOST_TASKS)
        yield running


@pytest.fixture
def secrets_file(tmp_path: Path) -> Path:
    """The pages' secrets, as Secret Manager mounts them."""
    path = tmp_path / "pages.json"
    path.write_text(json.dumps(listed()), encoding="utf-8")
    return path


@pytest.fixture
def door(project: Project, clock: MovableClock, tasks: ScriptedServer, secrets_file: Path) -> Door:
    """The webhook with everything in order."""
    return Door(project, clock, secrets_file, tasks=tasks.url)
