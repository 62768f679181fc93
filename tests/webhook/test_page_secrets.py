"""The pages' secrets: read again when their file changes, and never guessed."""

import json
import os
from pathlib import Path

import pytest

from functions.errors import OperatorNeeded
from functions.webhook.page_secrets import PageSecrets, SecretsFile
from tests.emulators import MovableClock
from tests.intake.phone import Phone
from tests.webhook.door import FORMER_SECRET, OA_SECRET, Door, listed
from tests.zalo.samples import APP, PAGE


@pytest.fixture
def event(clock: MovableClock) -> bytes:
    return Phone().text("Xe vượt đèn đỏ", at=clock.now())


def replace(path: Path, content: object) -> None:
    """As a mounted secret changes: another file takes the name."""
    new = path.with_suffix(".new")
    new.write_text(json.dumps(content), encoding="utf-8")
    new.replace(path)


def test_a_page_has_its_app_and_its_secrets(secrets_file: Path) -> None:
    assert SecretsFile(str(secrets_file)).pages()[PAGE] == PageSecrets(
        APP, (OA_SECRET, FORMER_SECRET)
    )


def test_a_secret_changed_while_it_runs_counts_at_once(
    door: Door, secrets_file: Path, event: bytes
) -> None:
    assert door.deliver(event, "a new one") == 401

    replace(secrets_file, listed(["a new one", OA_SECRET]))

    assert door.deliver(event, "a new one") == 200
    assert door.deliver(event, OA_SECRET) == 200
    assert door.deliver(event, FORMER_SECRET) == 401


def test_a_page_added_while_it_runs_is_known_at_once(door: Door, secrets_file: Path) -> None:
    event = Phone(page_id="777").text("Xe vượt đèn đỏ", at=MovableClock().now())
    assert door.deliver(event, "of 777") == 401

    pages = listed()["pages"] | {"777": {"app_id": APP, "secrets": ["of 777"]}}
    replace(secrets_file, {"pages": pages})

    assert door.deliver(event, "of 777") == 200


def test_a_file_rewritten_in_place_is_read_again(secrets_file: Path) -> None:
    secrets = SecretsFile(str(secrets_file))
    secrets.pages()
    state = secrets_file.stat()

    secrets_file.write_text(json.dumps(listed(["a new one"])), encoding="utf-8")
    os.utime(secrets_file, ns=(state.st_atime_ns, state.st_mtime_ns + 1))

    assert secrets.pages()[PAGE].secrets == ("a new one",)


def test_an_unchanged_file_is_not_read_again(secrets_file: Path) -> None:
    secrets = SecretsFile(str(secrets_file))

    assert secrets.pages() is secrets.pages()


@pytest.mark.parametrize(
    "content",
    [
        [],
        {},
        {"pages": []},
        {"pages": {PAGE: OA_SECRET}},
        {"pages": {PAGE: {"secrets": [OA_SECRET]}}},
        {"pages": {PAGE: {"app_id": APP}}},
        {"pages": {PAGE: {"app_id": APP, "secrets": OA_SECRET}}},
    ],
)
def test_a_file_of_another_shape_needs_an_operator(secrets_file: Path, content: object) -> None:
    """The last one above all: taken letter by letter, anybody could sign."""
    replace(secrets_file, content)

    with pytest.raises(OperatorNeeded):
        SecretsFile(str(secrets_file)).pages()


def test_without_its_file_nothing_is_verified_and_zalo_sends_again(
    door: Door, secrets_file: Path, event: bytes
) -> None:
    secrets_file.unlink()
    assert door.deliver(event) == 503

    replace(secrets_file, listed())
    assert door.deliver(event) == 200


@pytest.mark.parametrize("secrets", [[""], [OA_SECRET, ""]])
def test_an_empty_secret_lets_nobody_in(
    door: Door, secrets_file: Path, event: bytes, secrets: list[str]
) -> None:
    replace(secrets_file, listed(secrets))

    assert door.deliver(event, "") == 503


def test_a_page_without_secrets_lets_nobody_in(
    door: Door, secrets_file: Path, event: bytes
) -> None:
    replace(secrets_file, listed([]))

    assert door.deliver(event) == 401


def test_a_broken_file_says_nothing_of_what_is_in_it(
    door: Door, secrets_file: Path, event: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    secrets_file.write_text('{"pages": {"1": "s3cr3t', encoding="utf-8")

    assert door.deliver(event) == 503
    assert "s3cr3t" not in " ".join(str(vars(record)) for record in caplog.records)
