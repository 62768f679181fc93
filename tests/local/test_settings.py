"""Every function is told what its settings classes read, and nobody else's secrets."""

from pathlib import Path

import pytest

from functions import settings as read
from functions.settings import MissingSetting
from infra.local.keys import Keys, kept_keys
from infra.local.ports import Ports
from infra.local.province import read_province
from infra.local.settings import FUNCTIONS, PROVINCE, Addresses, Folders, function_environment

ADDRESSES = Addresses(Ports())

READ_BY = {
    "zalo_webhook": (read.CloudSettings, read.TaskSettings, read.InboxSettings),
    "store_report": (
        read.CloudSettings,
        read.TaskSettings,
        read.CallerSettings,
        read.InboxSettings,
        read.IntakeSettings,
    ),
    "upload_media": (
        read.CloudSettings,
        read.TaskSettings,
        read.CallerSettings,
        read.BucketSettings,
        read.EvidenceSettings,
        read.ZaloSettings,
    ),
    "send_followup": (
        read.CloudSettings,
        read.TaskSettings,
        read.CallerSettings,
        read.ZaloSettings,
    ),
    "upkeep": (read.CloudSettings, read.TaskSettings, read.CallerSettings, read.ZaloSettings),
    "admin": (
        read.CloudSettings,
        read.TaskSettings,
        read.BucketSettings,
        read.AdminSettings,
        read.IssuerSettings,
        read.ZaloSettings,
    ),
}


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return kept_keys(tmp_path_factory.mktemp("keys"), read_province(PROVINCE))


def test_every_function_has_a_row_in_the_table() -> None:
    assert set(READ_BY) == set(FUNCTIONS)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_can_read_its_settings(function: str, keys: Keys) -> None:
    environment = function_environment(function, ADDRESSES, keys)
    for settings in READ_BY[function]:
        settings.from_environment(environment)


def test_only_the_officers_page_can_sign_officers_in(keys: Keys) -> None:
    for function in set(FUNCTIONS) - {"admin"}:
        with pytest.raises(MissingSetting):
            read.AdminSettings.from_environment(function_environment(function, ADDRESSES, keys))


def test_everything_stays_on_this_machine(keys: Keys) -> None:
    for function in FUNCTIONS:
        environment = function_environment(function, ADDRESSES, keys)
        addresses = [value for name, value in environment.items() if name.endswith("_URL")]
        assert addresses
        assert all(address.startswith("http://127.0.0.1:") for address in addresses)


def test_media_come_from_the_simulator_only(keys: Keys) -> None:
    environment = function_environment("upload_media", ADDRESSES, keys)
    zalo = read.ZaloSettings.from_environment(environment)
    assert zalo.media_origins == (ADDRESSES.simulator,)


def test_the_folders_are_those_of_the_data_folder(tmp_path: Path) -> None:
    assert {folder.name for folder in Folders(tmp_path).kept} == {
        "firestore",
        "storage",
        "tasks",
        "zalo",
        "keys",
        "secrets",
        "logs",
    }
