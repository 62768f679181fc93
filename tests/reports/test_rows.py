"""The row of the open list and its shelves."""

from datetime import UTC, datetime, timedelta

import pytest

from functions.reports import casework
from functions.reports.lifecycle import open_report, receive
from functions.reports.model import Report
from functions.reports.rows import Queue, row_of, shelf, shelves_of
from functions.reports.tracks import Track

NOON = datetime(2026, 11, 21, 5, tzinfo=UTC)


@pytest.fixture
def report() -> Report:
    opened = open_report(
        report_id="r1", code="0000-0001-Z", unit_id="team", page_id="p", citizen="c", at=NOON
    ).report.model_copy(update={"lineage": ("province", "team")})
    return receive(opened, at=NOON, because="done").report


def _queues(report: Report, audience: str = "team") -> set[Queue]:
    shelves = set(shelves_of(report))
    return {queue for queue in Queue if shelf(audience, queue) in shelves}


def test_a_received_report_is_new(report: Report) -> None:
    assert _queues(report) == {Queue.ALL, Queue.NEW}


def test_a_unit_above_finds_it_on_the_same_queues(report: Report) -> None:
    assert _queues(report, "province") == _queues(report)


def test_what_somebody_took_is_theirs_and_not_new(report: Report) -> None:
    taken = casework.claim(report, officer="o1", name="Minh", at=NOON, operation="x").report

    assert _queues(taken) == {Queue.ALL}
    assert _queues(taken, "o1") == {Queue.MINE}


def test_an_offered_report_is_on_the_other_units_shelf(report: Report) -> None:
    offered = casework.offer(
        report,
        to_unit="commune",
        to_lineage=("province", "commune"),
        reason="địa bàn",
        officer="o1",
        at=NOON,
        operation="x",
    ).report

    assert Queue.TRANSFERS in _queues(offered, "commune")
    assert Queue.NEW not in _queues(offered)


def test_a_question_to_the_reporter_makes_it_wait(report: Report) -> None:
    asked = casework.ask_reporter(report, officer="o1", at=NOON, operation="x").report

    assert Queue.WAITING in _queues(asked)


def test_words_of_the_reporter_after_an_act_are_an_answer(report: Report) -> None:
    taken = casework.claim(report, officer="o1", name="Minh", at=NOON, operation="x").report
    answered = taken.model_copy(update={"unseen": 1})

    assert Queue.ANSWERED in _queues(answered)


def test_a_restricted_report_is_on_restricted_shelves_only(report: Report) -> None:
    secret = report.model_copy(update={"is_restricted": True})

    assert all(one.startswith("restricted:province|") for one in shelves_of(secret))


def test_the_rows_deadline_is_the_verifications(report: Report) -> None:
    accepted = casework.accept(report, officer="o1", at=NOON, operation="x").report

    assert row_of(accepted).due_at == NOON + timedelta(days=30)


def test_the_officers_track_counts_before_the_accounts(report: Report) -> None:
    order = casework.classify(
        report, track=Track.ORDER, is_urgent=True, officer="o1", at=NOON, operation="x"
    ).report

    assert (row_of(order).track, row_of(order).is_urgent) == (Track.ORDER, True)
