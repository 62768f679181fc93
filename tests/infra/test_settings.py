"""What each function is told is what its code reads: nothing is missing, nothing too much."""

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.infra import policies
from tests.infra.conftest import Planned
from tests.infra.terraform import REPOSITORY

pytestmark = [pytest.mark.xdist_group("terraform"), pytest.mark.timeout(600)]

PROCESS = {"THREADS", "WORKERS"}
"""Read by functions-framework."""
FOR_STAND_INS = {"CLOCK_URL", "FIRESTORE_EMULATOR_HOST", "STORAGE_EMULATOR_HOST"}


@pytest.fixture(scope="module")
def read() -> dict[str, dict[str, tuple[bool, bool]]]:
    """Each function's variables: is it needed, is it a secret."""
    said = subprocess.run(
        [sys.executable, "-m", "tests.infra.settings"],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        check=True,
    )
    variables: dict[str, dict[str, tuple[bool, bool]]] = json.loads(said.stdout)
    return variables


def _services(province: Planned) -> dict[str, dict[str, Any]]:
    return {
        values["build_config"][0]["entry_point"]: values["service_config"][0]
        for _, values in policies.resources(province.plan, "google_cloudfunctions2_function")
    }


def _secrets(service: dict[str, Any]) -> set[str]:
    return {secret["key"] for secret in service["secret_environment_variables"]}


def test_every_needed_setting_is_given(
    province: Planned, read: dict[str, dict[str, tuple[bool, bool]]]
) -> None:
    missing = {
        (function, name)
        for function, service in _services(province).items()
        for name, (is_needed, _) in read[function].items()
        if is_needed and name not in {*service["environment_variables"], *_secrets(service)}
    }
    assert missing == set()


def test_no_function_is_told_what_it_does_not_read(
    province: Planned, read: dict[str, dict[str, tuple[bool, bool]]]
) -> None:
    idle = {
        (function, name)
        for function, service in _services(province).items()
        for name in {*service["environment_variables"], *_secrets(service)} - PROCESS
        if name not in read[function]
    }
    assert idle == set()


def test_secrets_come_from_secret_manager(
    province: Planned, read: dict[str, dict[str, tuple[bool, bool]]]
) -> None:
    for function, service in _services(province).items():
        secret = {name for name, (_, is_secret) in read[function].items() if is_secret}
        assert _secrets(service) == secret, function


def test_nothing_points_to_a_stand_in(province: Planned) -> None:
    for service in _services(province).values():
        assert not FOR_STAND_INS & set(service["environment_variables"])


def test_files_are_where_their_secrets_are_mounted(province: Planned) -> None:
    for service in _services(province).values():
        mounted = {f"{it['mount_path']}/{it['secret']}" for it in service["secret_volumes"]}
        told = {
            value
            for name, value in service["environment_variables"].items()
            if name.endswith("_FILE") and value != "/dev/null"
        }
        assert told == mounted


def test_a_worker_believes_the_platform_only_behind_named_callers(province: Planned) -> None:
    bindings = dict(policies.resources(province.plan, "google_cloud_run_v2_service_iam_binding"))
    for function, service in _services(province).items():
        told = service["environment_variables"]
        if told.get("CALLER_SIGNATURE_CHECKED_BY_PLATFORM") == "true":
            callers = bindings[f'google_cloud_run_v2_service_iam_binding.invoker["{function}"]'][
                "members"
            ]
            expected = {f"serviceAccount:{it}" for it in told["CALLER_ACCOUNTS"].split(",")}
            assert set(callers) == expected, function
