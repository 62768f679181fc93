"""What a reporter may ask of a report once it was sent."""

from datetime import UTC, datetime, timedelta

import pytest

from functions.errors import Rejected
from functions.reports.audit import first_flaw
from functions.reports.lifecycle import (
    Change,
    ask_withdrawal,
    choose_result,
    open_report,
    part_from_reporter,
    reopen,
)
from functions.reports.model import Report, ReportState

NOW = datetime(2026, 11, 21, 5, tzinfo=UTC)
LATER = NOW + timedelta(days=3)
OPENED = open_report(
    report_id="R1", code="7K3F-9Q2D-X", unit_id="pc08", page_id="page", citizen="c", at=NOW
)


def standing(state: ReportState, **fields: object) -> Report:
    return OPENED.report.model_copy(update={"state": state, "received_at": NOW, **fields})


@pytest.mark.parametrize("state", [ReportState.RECEIVED, ReportState.ACCEPTED])
def test_a_withdrawal_is_asked_and_decided_by_nobody_yet(state: ReportState) -> None:
    asked = ask_withdrawal(standing(state), at=LATER)

    assert (asked.report.state, asked.report.withdrawal_asked_at) == (state, LATER)
    assert [entry.act for entry in asked.entries] == ["withdrawal asked"]


def test_asking_for_a_withdrawal_again_changes_nothing() -> None:
    once = ask_withdrawal(standing(ReportState.RECEIVED), at=NOW).report

    assert ask_withdrawal(once, at=LATER) == Change(once)


@pytest.mark.parametrize(
    "state", [ReportState.GATHERING, ReportState.CONCLUDED, ReportState.WITHDRAWN]
)
def test_what_is_gathered_or_closed_cannot_be_withdrawn(state: ReportState) -> None:
    with pytest.raises(Rejected):
        ask_withdrawal(standing(state), at=LATER)


@pytest.mark.parametrize("is_wanted", [True, False])
def test_the_reporter_chooses_whether_to_be_told(is_wanted: bool) -> None:
    report = standing(ReportState.RECEIVED, wants_result=not is_wanted)

    chosen = choose_result(report, is_wanted=is_wanted, at=LATER)

    assert chosen.report.wants_result is is_wanted
    assert choose_result(chosen.report, is_wanted=is_wanted, at=LATER) == Change(chosen.report)


def test_a_concluded_report_is_received_again_and_nobody_has_accepted_it() -> None:
    report = standing(ReportState.CONCLUDED, accepted_at=NOW, accepted_by="officer")

    again = reopen(report, at=LATER).report

    assert (again.state, again.reopenings, again.unseen) == (ReportState.RECEIVED, 1, 1)
    assert (again.accepted_at, again.verify_until, again.received_at) == (None, None, NOW)
    assert (report.reopened_at, again.reopened_at) == (None, LATER)


@pytest.mark.parametrize(
    "report",
    [standing(ReportState.RECEIVED), standing(ReportState.CONCLUDED, reopenings=1)],
    ids=["no outcome", "again"],
)
def test_only_an_outcome_is_looked_at_again_and_only_once(report: Report) -> None:
    with pytest.raises(Rejected):
        reopen(report, at=LATER)


def test_a_report_parted_from_its_reporter_names_nobody_and_tells_nobody() -> None:
    parted = part_from_reporter(standing(ReportState.RECEIVED), nobody="erased-1", at=LATER)

    assert (parted.report.citizen, parted.report.wants_result) == ("erased-1", False)
    assert first_flaw([*OPENED.entries, *parted.entries], head=parted.report.audit_hash) is None
    assert all("c" not in entry.changes.values() for entry in parted.entries)
