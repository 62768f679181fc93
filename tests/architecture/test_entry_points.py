"""main.py: every deployed function by its name, and nothing else."""

import json
import subprocess
import sys
import types
from typing import Any

import functions_framework
import pytest

import main
from tests.architecture.sources import ROOT

DEPLOYED = ["zalo_webhook", "store_report", "upload_media", "send_followup", "upkeep", "admin"]


def test_exactly_the_deployed_functions_are_exported() -> None:
    exported = [
        name
        for name, value in vars(main).items()
        if isinstance(value, types.FunctionType) and value.__module__ == main.__name__
    ]

    assert exported == DEPLOYED


@pytest.mark.parametrize("name", DEPLOYED)
def test_each_is_a_plain_function_of_that_name(name: str) -> None:
    # What functions-framework demands of a target.
    function = getattr(main, name)

    assert type(function) is types.FunctionType
    assert function.__name__ == function.__qualname__ == name
    assert function.__doc__


@pytest.mark.parametrize("name", DEPLOYED)
def test_each_can_be_served(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # The framework leaves these behind for whoever comes next.
    for left_behind in ("FUNCTION_TARGET", "FUNCTION_SIGNATURE_TYPE", "FUNCTION_SOURCE"):
        monkeypatch.setenv(left_behind, "")
        monkeypatch.delenv(left_behind)

    create_app: Any = functions_framework.create_app
    served = create_app(name, str(ROOT / "main.py"), "http")

    assert served.view_functions


def test_importing_builds_no_client_and_loads_none() -> None:
    program = (
        "import json, sys; sys.path.insert(0, '.'); import main\n"
        "print(json.dumps(sorted(name for name in sys.modules)))"
    )
    found = subprocess.run(
        [sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    loaded = set(json.loads(found.stdout))

    assert not loaded & {
        "grpc",
        "google.cloud.firestore",
        "google.cloud.storage",
        "PIL",
        "pydantic",
    }
