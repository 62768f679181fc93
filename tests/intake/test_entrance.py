"""The door of `store_report`: what a task's body brings."""

import base64
import os

import pytest
from pydantic import ValidationError

from functions.cloud.sealing import seal
from functions.errors import Rejected
from functions.intake.entrance import Entrance, StoreReport
from tests.emulators import Project
from tests.intake.desk import ME, Desk, row_of
from tests.intake.phone import Phone

KEY = bytes(range(32))


@pytest.fixture
def entrance(desk: Desk) -> Entrance:
    return Entrance(worker=desk.worker(), inbox=desk.inbox, seal_secret=KEY, clock=desk.clock)


def sealed(body: bytes, key: bytes = KEY) -> str:
    return base64.b64encode(seal(key, row_of(body).to_json(), os.urandom)).decode()


def test_a_woken_citizen_is_folded(entrance: Entrance, desk: Desk, phone: Phone) -> None:
    desk.receive(phone.text("Xe vượt đèn đỏ", at=desk.clock.now()))

    entrance.store(StoreReport(citizen=ME))

    assert [report.summary for report in desk.reports.latest_of(ME)] == ["Xe vượt đèn đỏ"]


def test_an_event_that_came_along_sealed_is_kept_and_folded(
    entrance: Entrance, desk: Desk, phone: Phone, project: Project
) -> None:
    body = phone.text("Xe vượt đèn đỏ", at=desk.clock.now())

    entrance.store(StoreReport(citizen=ME, sealed=sealed(body)))

    row = project.database("inbox").read(f"inbox/{row_of(body).key}")
    assert row is not None
    assert row.fields["raw"] == body
    assert [report.summary for report in desk.reports.latest_of(ME)] == ["Xe vượt đèn đỏ"]


def test_an_event_that_came_both_ways_is_one(entrance: Entrance, desk: Desk, phone: Phone) -> None:
    body = phone.text("Xe vượt đèn đỏ", at=desk.clock.now())
    desk.receive(body)

    entrance.store(StoreReport(citizen=ME, sealed=sealed(body)))
    entrance.store(StoreReport(citizen=ME, sealed=sealed(body)))

    (report,) = desk.reports.latest_of(ME)
    assert report.messages == 1


@pytest.mark.parametrize("what", ["", "no base64", base64.b64encode(b"short").decode()])
def test_what_was_not_sealed_is_refused(entrance: Entrance, what: str) -> None:
    with pytest.raises(Rejected):
        entrance.store(StoreReport(citizen=ME, sealed=what))


def test_what_somebody_else_sealed_is_refused(entrance: Entrance, desk: Desk, phone: Phone) -> None:
    foreign = sealed(phone.text("…", at=desk.clock.now()), key=bytes(32))

    with pytest.raises(Rejected):
        entrance.store(StoreReport(citizen=ME, sealed=foreign))

    assert desk.inbox.pending_for(ME) == []


def test_the_sealed_event_is_never_written_to_a_log() -> None:
    asked = StoreReport.model_validate({"citizen": ME, "sealed": "s3al3d"})

    assert "s3al3d" not in f"{asked!r} {asked} {asked.model_dump()} {asked.model_dump_json()}"


def test_a_body_with_anything_else_is_not_ours() -> None:
    with pytest.raises(ValidationError):
        StoreReport.model_validate({"citizen": ME, "text": "…"})
