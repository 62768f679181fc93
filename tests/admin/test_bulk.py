"""One act on many reports: seen first, done each for itself, taken back."""

import pytest
from werkzeug.test import TestResponse

from functions.followups.model import State
from functions.reports.audit import first_flaw
from functions.reports.model import Report, ReportState
from functions.reports.tracks import Track
from tests.admin.acting import do
from tests.admin.browsing import Browser, hidden_fields
from tests.admin.station import COLLEAGUE, LEAD, OFFICER, OTHER_UNIT, UNIT, Station

OPERATION = "0" * 32


@pytest.fixture
def reports(station: Station) -> list[Report]:
    """Three that wait."""
    return [station.report(f"Phản ánh {number}") for number in range(3)]


def plan(browser: Browser, act: str, chosen: list[str], **typed: str) -> TestResponse:
    """The dry run."""
    fields = {"act": act, "view": f"{UNIT}|all", "operation": OPERATION, **typed}
    return browser.post("/bulk", {**fields, "report": chosen})  # type: ignore[dict-item]


def carry_out(station: Station, browser: Browser, planned: TestResponse) -> str:
    """The form of the dry run is sent; the address of what became of it."""
    fields = hidden_fields(planned.text, "bulk-do")
    chosen = [
        f"{report_id}:{version}"
        for report_id, version in (
            part.split('"')[0].split(":")
            for part in planned.text.partition('id="bulk-do"')[2].split('name="report" value="')[1:]
        )
    ]
    answer = browser.post("/bulk/do", {**fields, "report": chosen})  # type: ignore[dict-item]
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def ids(reports: list[Report]) -> list[str]:
    """Their ids."""
    return [report.id for report in reports]


def test_a_dry_run_says_what_would_happen_and_writes_nothing(
    station: Station, reports: list[Report]
) -> None:
    do(station, reports[0], "claim", COLLEAGUE)
    theirs = station.report("Của xã", unit_id=OTHER_UNIT)
    browser = station.browser()
    station.database.commits = 0
    page = plan(browser, "claim", [*ids(reports), theirs.id]).text
    assert station.database.commits == 0
    assert page.count('class="done"') == 2
    assert "Phản ánh này đang do cán bộ khác xử lý." in page
    assert theirs.code not in page


def test_many_are_claimed_and_given_back(station: Station, reports: list[Report]) -> None:
    browser = station.browser()
    where = carry_out(station, browser, plan(browser, "claim", ids(reports)))
    assert [station.now_of(one).assignee for one in reports] == [OFFICER] * 3
    assert "Đã thực hiện với 3 phản ánh." in browser.get(where).text
    browser.post(f"{where.partition('?')[0]}/undo", {})
    assert [station.now_of(one).assignee for one in reports] == [None] * 3
    for one in reports:
        assert first_flaw(station.reports.audit(one.id)) is None


def test_all_of_a_view_are_assigned(station: Station, reports: list[Report]) -> None:
    browser = station.browser(LEAD)
    planned = plan(browser, "assign", [], scope="all", officer=COLLEAGUE)
    carry_out(station, browser, planned)
    assert [station.now_of(one).assignee for one in reports] == [COLLEAGUE] * 3


def test_many_are_classified_and_put_back(station: Station, reports: list[Report]) -> None:
    browser = station.browser()
    planned = plan(browser, "classify", ids(reports), track="order", is_urgent="true")
    where = carry_out(station, browser, planned)
    assert {station.now_of(one).track for one in reports} == {Track.ORDER}
    browser.post(f"{where.partition('?')[0]}/undo", {})
    assert {station.now_of(one).kind for one in reports} == {Track.VIOLATION}
    assert not any(station.now_of(one).is_urgent for one in reports)


def test_many_get_one_outcome_and_lose_it_again(station: Station, reports: list[Report]) -> None:
    browser = station.browser()
    planned = plan(browser, "record", ids(reports), outcome="insufficient", delay_days="0")
    where = carry_out(station, browser, planned)
    assert {station.now_of(one).state for one in reports} == {ReportState.CONCLUDED}
    browser.post(f"{where.partition('?')[0]}/undo", {})
    assert {station.now_of(one).state for one in reports} == {ReportState.RECEIVED}
    assert {owed.state for one in reports for owed in station.owed(one)} == {State.CANCELLED}


def test_an_outcome_of_a_verification_is_refused_to_whoever_may_not_decide(
    station: Station, reports: list[Report]
) -> None:
    page = plan(station.browser(), "record", ids(reports), outcome="fined", delay_days="0").text
    assert page.count('class="refused"') == 3
    assert 'id="bulk-do"' not in page


def test_a_report_that_changed_since_the_dry_run_is_left_alone(
    station: Station, reports: list[Report]
) -> None:
    browser = station.browser()
    planned = plan(browser, "claim", ids(reports))
    do(station, reports[1], "note", COLLEAGUE)
    where = carry_out(station, browser, planned)
    assert [station.now_of(one).assignee for one in reports] == [OFFICER, None, OFFICER]
    assert "Phản ánh vừa có thay đổi" in browser.get(where).text


def test_undo_leaves_what_somebody_built_on(station: Station, reports: list[Report]) -> None:
    browser = station.browser()
    where = carry_out(station, browser, plan(browser, "claim", ids(reports)))
    do(station, reports[1], "note", COLLEAGUE)
    browser.post(f"{where.partition('?')[0]}/undo", {})
    assert [station.now_of(one).assignee for one in reports] == [None, OFFICER, None]


def test_sending_it_twice_does_it_once(station: Station, reports: list[Report]) -> None:
    browser = station.browser()
    planned = plan(browser, "claim", ids(reports))
    for _ in range(2):
        carry_out(station, browser, planned)
    assert [station.now_of(one).version for one in reports] == [2, 2, 2]


def test_a_bulk_is_its_officers_alone(station: Station, reports: list[Report]) -> None:
    browser = station.browser()
    where = carry_out(station, browser, plan(browser, "claim", ids(reports))).partition("?")[0]
    other = station.browser(COLLEAGUE)
    assert other.get(where).status_code == 404
    assert other.post(f"{where}/undo", {}).status_code == 404


@pytest.mark.parametrize("act", ["", "accept", "restrict", "nothing"])
def test_only_the_listed_acts_are_done_to_many(
    station: Station, reports: list[Report], act: str
) -> None:
    assert plan(station.browser(), act, ids(reports)).status_code == 400


def test_another_units_report_is_not_touched_by_a_forged_form(station: Station) -> None:
    theirs = station.report("Của xã", unit_id=OTHER_UNIT)
    browser = station.browser()
    fields = {"act": "claim", "operation": OPERATION, "report": f"{theirs.id}:1"}
    assert browser.post("/bulk/do", fields).status_code == 404
    assert station.now_of(theirs) == theirs
