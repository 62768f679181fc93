"""The row of the open list and its shelves."""

from datetime import UTC, datetime, timedelta

import pytest

from functions.reports import casework
from functions.reports.lifecycle import open_report, receive, reopen
from functions.reports.model import Report, ReportState
from functions.reports.rows import OpenRow, Queue, row_of, shelf, shelves_of
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


def test_words_that_wait_for_a_superior_are_on_the_shelf_of_the_reports_own_units(
    report: Report,
) -> None:
    shared = report.model_copy(update={"shared_with": ("commune",)})
    proposed = casework.propose(shared, kind="reply", officer="o1", at=NOON, operation="x").report

    assert Queue.APPROVALS in _queues(proposed)
    assert Queue.APPROVALS in _queues(proposed, "province")
    assert _queues(proposed, "commune") == _queues(shared, "commune") != set()
    assert row_of(proposed).proposed_at == NOON


def test_words_in_a_restricted_report_wait_for_the_inspectorate(report: Report) -> None:
    secret = report.model_copy(update={"is_restricted": True, "proposed_at": NOON})

    assert Queue.APPROVALS in _queues(secret, "restricted:province")
    assert Queue.APPROVALS not in _queues(secret) | _queues(secret, "province")


def test_what_was_kept_before_there_were_approvals_is_read(report: Report) -> None:
    old = report.model_dump(exclude={"proposed_at", "proposed_by", "reopened_at"})
    old_row = row_of(report).model_dump(exclude={"proposed_at"})

    assert Report.model_validate(old) == report
    assert OpenRow.model_validate(old_row) == row_of(report)


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


def test_the_deadline_of_what_the_reporter_reopened_counts_from_then(report: Report) -> None:
    again = reopen(
        report.model_copy(update={"state": ReportState.CONCLUDED}), at=NOON + timedelta(days=40)
    ).report

    assert row_of(report).due_at == NOON + timedelta(days=1)
    assert row_of(again).due_at == NOON + timedelta(days=41)


def test_the_officers_track_counts_before_the_accounts(report: Report) -> None:
    order = casework.classify(
        report, track=Track.ORDER, is_urgent=True, officer="o1", at=NOON, operation="x"
    ).report

    assert (row_of(order).track, row_of(order).is_urgent) == (Track.ORDER, True)
