"""Keys are drawn once, kept where only their owner reads them, and never in the repository."""

import base64
import json
from pathlib import Path

import pytest

from infra.local.keys import kept_keys
from infra.local.province import Province, read_province
from infra.local.settings import PROVINCE


@pytest.fixture(scope="module")
def province() -> Province:
    return read_province(PROVINCE)


def test_a_second_start_finds_the_same_keys(tmp_path: Path, province: Province) -> None:
    first = kept_keys(tmp_path, province)
    signing_key = first.signing_key_file.read_bytes()
    page_secrets = first.page_secrets_file.read_bytes()
    second = kept_keys(tmp_path, province)
    assert second == first
    assert second.signing_key_file.read_bytes() == signing_key
    assert second.page_secrets_file.read_bytes() == page_secrets


def test_two_systems_have_different_keys(tmp_path: Path, province: Province) -> None:
    one = kept_keys(tmp_path / "one", province)
    other = kept_keys(tmp_path / "other", province)
    assert one.citizen_key_secret != other.citizen_key_secret


def test_keys_are_readable_by_their_owner_only(tmp_path: Path, province: Province) -> None:
    kept_keys(tmp_path / "keys", province)
    assert [
        file.name for file in (tmp_path / "keys").iterdir() if file.stat().st_mode & 0o077
    ] == []


def test_keys_for_sealing_and_pseudonyms_are_32_bytes(tmp_path: Path, province: Province) -> None:
    keys = kept_keys(tmp_path, province)
    for secret in (keys.citizen_key_secret, keys.inbox_seal_secret, keys.search_key_secret):
        assert len(base64.b64decode(secret, validate=True)) == 32


def test_every_page_has_a_secret_of_its_own(tmp_path: Path, province: Province) -> None:
    pages = json.loads(kept_keys(tmp_path, province).page_secrets_file.read_text())["pages"]
    assert list(pages) == [page.page_id for page in province.pages]
    assert len({page["secrets"][0] for page in pages.values()}) == len(province.pages)


def test_the_webhooks_file_has_no_application_secret(tmp_path: Path, province: Province) -> None:
    keys = kept_keys(tmp_path, province)
    applications = json.loads(keys.application_secrets_file.read_text())
    webhooks = keys.page_secrets_file.read_text()
    assert all(secret not in webhooks for secret in applications.values())


def test_the_simulator_knows_the_same_secrets(tmp_path: Path, province: Province) -> None:
    keys = kept_keys(tmp_path, province)
    simulator = json.loads(keys.simulator_secrets_file.read_text())
    assert {"pages": simulator["pages"]} == json.loads(keys.page_secrets_file.read_text())
    assert {app: known["secret_key"] for app, known in simulator["apps"].items()} == json.loads(
        keys.application_secrets_file.read_text()
    )
