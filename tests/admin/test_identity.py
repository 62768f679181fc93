"""Who a reporter is: asked with a reason, approved by a second officer, shown once, told of."""

import dataclasses
import re

import pytest

from functions.admin.records.logs import AccessEntry, AccessLog
from functions.errors import Transient
from functions.identity.disclosure import Disclosed
from functions.identity.openings import OPEN_FOR, Opening
from functions.reports.audit import first_flaw
from functions.reports.casework import restrict
from functions.reports.model import Report
from tests.admin.browsing import hidden_fields
from tests.admin.station import (
    AUDITOR,
    INSPECTOR,
    INVESTIGATOR,
    LEAD,
    OFFICER,
    ROOT,
    STRANGER,
    SUPERVISOR,
    UNIT,
    UNIT_HEAD,
    Station,
)

NAME, PHONE = "Trần Thị Mẫu Danh", "84900000123"
WHY = "Cần mời làm chứng"
KNOWN = Disclosed(is_known=True, name=NAME, phone=PHONE, user_id="9876543210")


@pytest.fixture
def report(station: Station) -> Report:
    """A report whose reporter the vault knows."""
    station.vault.end = KNOWN
    return station.report("Xe tải vượt đèn đỏ")


def ask(station: Station, report: Report, who: str = INVESTIGATOR, **typed: str) -> int:
    """The form of the identity's page, filled in and sent."""
    browser = station.browser(who)
    page = browser.get(f"/reports/{report.id}/identity").text
    fields = {"reason": WHY, **hidden_fields(page, "ask-identity-form"), **typed}
    return browser.post(f"/reports/{report.id}/identity/ask", fields).status_code


def only(station: Station, report: Report) -> Opening:
    """The one opening that there is."""
    (opening,) = station.identities.openings.of_report(report.id)
    return opening


def answer(station: Station, report: Report, who: str = LEAD, how: str = "approve") -> int:
    """A second officer's answer."""
    path = f"/reports/{report.id}/identity/{only(station, report).id}/{how}"
    fields = {} if how == "approve" else {"reason": "Chưa cần"}
    return station.browser(who).post(path, fields).status_code


def read(
    station: Station, report: Report, who: str = INVESTIGATOR, reading: str = "a" * 32
) -> tuple[int, str]:
    """The one reading: status and page."""
    path = f"/reports/{report.id}/identity/{only(station, report).id}/read"
    shown = station.browser(who).post(path, {"operation": reading})
    return shown.status_code, shown.text


def logged(station: Station, unit: str = UNIT) -> list[AccessEntry]:
    """The access log, oldest first."""
    return [one.entry for one in AccessLog(station.database).find(unit)][::-1]


def test_an_identity_is_shown_after_a_second_officer_agreed(
    station: Station, report: Report
) -> None:
    assert ask(station, report) == 303
    assert answer(station, report) == 303
    status, page = read(station, report)
    assert status == 200
    assert NAME in page
    assert PHONE in page


def test_the_answer_with_an_identity_is_kept_by_nobody(station: Station, report: Report) -> None:
    ask(station, report)
    answer(station, report)
    path = f"/reports/{report.id}/identity/{only(station, report).id}/read"
    shown = station.browser(INVESTIGATOR).post(path, {"operation": "a" * 32})
    assert shown.headers["Cache-Control"] == "no-store"
    assert "Location" not in shown.headers


def test_no_page_that_is_only_looked_at_holds_an_identity(station: Station, report: Report) -> None:
    ask(station, report)
    answer(station, report)
    read(station, report)
    browser = station.browser(INVESTIGATOR)
    for path in ("/identity", f"/reports/{report.id}", f"/reports/{report.id}/identity"):
        page = browser.get(path).text
        assert NAME not in page, path
        assert PHONE not in page, path


@pytest.mark.parametrize(("who", "refusal"), [(INVESTIGATOR, 404), (LEAD, 400), (UNIT_HEAD, 400)])
def test_nobody_approves_their_own_request(
    station: Station, report: Report, who: str, refusal: int
) -> None:
    ask(station, report, who)
    assert answer(station, report, who) == refusal
    status, page = read(station, report, who)
    assert status == 400
    assert NAME not in page
    assert station.vault.asked == []


def test_only_the_asker_reads(station: Station, report: Report) -> None:
    ask(station, report)
    answer(station, report)
    for who in (LEAD, UNIT_HEAD):
        status, page = read(station, report, who)
        assert status == 400
        assert NAME not in page
    assert station.vault.asked == []


def test_one_approval_is_one_reading(station: Station, report: Report) -> None:
    ask(station, report)
    answer(station, report)
    read(station, report)
    status, page = read(station, report, reading="b" * 32)
    assert status == 400
    assert NAME not in page


def test_an_approval_is_of_no_use_after_half_an_hour(station: Station, report: Report) -> None:
    ask(station, report)
    answer(station, report)
    station.clock.advance(OPEN_FOR)
    assert read(station, report)[0] == 400
    assert station.vault.asked == []


def test_a_refused_request_shows_why_and_opens_nothing(station: Station, report: Report) -> None:
    ask(station, report)
    assert answer(station, report, how="refuse") == 303
    assert read(station, report)[0] == 400
    page = station.browser(INVESTIGATOR).get(f"/reports/{report.id}/identity").text
    assert "Chưa cần" in page


def test_every_step_stands_in_the_audit_chain_and_in_the_access_log(
    station: Station, report: Report
) -> None:
    ask(station, report)
    answer(station, report)
    read(station, report)
    audit = station.reports.audit(report.id)
    acts = ["identity asked", "identity approved", "identity read"]
    assert [entry.act for entry in audit][-3:] == acts
    assert first_flaw(audit, head=station.now_of(report).audit_hash) is None
    assert sorted((one.subject, one.officer) for one in logged(station)) == [
        ("identity approved", LEAD),
        ("identity asked", INVESTIGATOR),
        ("identity read", INVESTIGATOR),
    ]
    assert NAME not in str(audit) + str(logged(station))


def test_a_reading_is_written_down_even_if_its_answer_is_lost(
    station: Station, report: Report
) -> None:
    ask(station, report)
    answer(station, report)
    station.vault.end = Transient("send_followup: away")
    assert read(station, report)[0] == 503
    assert "identity read" in {one.subject for one in logged(station)}
    station.vault.end = KNOWN
    status, page = read(station, report)
    assert (status, NAME in page) == (200, True)
    assert [one.subject for one in logged(station)].count("identity read") == 1


def test_the_head_of_the_unit_is_told_and_says_so(station: Station, report: Report) -> None:
    ask(station, report)
    answer(station, report)
    head = station.browser(UNIT_HEAD)
    assert report.code not in head.fragment("/alerts").text
    read(station, report)
    strip = head.fragment("/alerts").text
    assert report.code in strip
    assert "Đại úy Hoàng Trung Dũng" in strip
    assert WHY in strip
    (seen_path,) = re.findall(r'action="(/alerts/[^"]+/seen)"', strip)
    assert head.post(seen_path, {}).status_code == 303
    assert report.code not in head.fragment("/alerts").text
    # A second time is as good as the first.
    assert head.post(seen_path, {}).status_code == 303


def test_an_alert_is_not_for_others_to_put_away(station: Station, report: Report) -> None:
    ask(station, report)
    answer(station, report)
    read(station, report)
    (alert,) = station.identities.openings.alerts([UNIT])
    theirs = station.browser(LEAD).post(f"/alerts/{alert.id}/seen", {})
    nothing = station.browser(LEAD).post("/alerts/nothing/seen", {})
    assert (theirs.status_code, nothing.status_code) == (404, 404)
    assert station.identities.openings.alerts([UNIT]) == [alert]


def test_what_waits_is_listed_for_those_who_may_answer(station: Station, report: Report) -> None:
    ask(station, report)
    assert WHY in station.browser(LEAD).get("/identity").text
    assert WHY in station.browser(UNIT_HEAD).get("/identity").text
    page = station.browser(INVESTIGATOR).get("/identity").text
    assert "/approve" not in page
    assert WHY in page


@pytest.mark.parametrize("who", [OFFICER, SUPERVISOR, AUDITOR])
def test_roles_without_the_task_see_who_opened_but_cannot_ask(
    station: Station, report: Report, who: str
) -> None:
    ask(station, report)
    browser = station.browser(who)
    page = browser.get(f"/reports/{report.id}/identity")
    assert page.status_code == 200
    assert WHY in page.text
    assert "/ask" not in page.text
    assert "/approve" not in page.text
    fields = {"reason": "x", "operation": "c" * 32}
    assert browser.post(f"/reports/{report.id}/identity/ask", fields).status_code == 404


def test_another_unit_learns_nothing(station: Station, report: Report) -> None:
    ask(station, report)
    browser = station.browser(STRANGER)
    assert browser.get(f"/reports/{report.id}/identity").status_code == 404


def test_of_a_restricted_report_only_the_inspectorate_knows_and_is_told(
    station: Station, report: Report
) -> None:
    ask(station, report)
    before = station.reports.read(report.id)
    assert before is not None
    commit = station.database.commit()
    change = restrict(
        before.report,
        is_restricted=True,
        reason="Tố cáo cán bộ",
        officer=LEAD,
        at=station.clock.now(),
        operation="d" * 32,
    )
    station.reports.add_change(commit, before, change)
    commit.send()
    assert answer(station, report) == 404
    assert WHY not in station.browser(LEAD).get("/identity").text
    assert WHY not in station.browser(INVESTIGATOR).get("/identity").text
    opened = station.browser(INSPECTOR)
    page = opened.get(f"/reports/{report.id}/identity")
    assert page.status_code == 200
    assert answer(station, report, INSPECTOR) == 303
    assert station.identities.openings.alerts([UNIT, ROOT]) == []


def test_a_reason_is_needed_and_what_was_typed_comes_back(station: Station, report: Report) -> None:
    assert ask(station, report, reason="  ") == 422
    assert station.identities.openings.of_report(report.id) == []


def test_the_same_form_asks_once(station: Station, report: Report) -> None:
    assert ask(station, report, operation="e" * 32) == 303
    assert ask(station, report, operation="e" * 32) == 303
    assert only(station, report).id == "e" * 32


def test_whoever_waits_for_an_answer_does_not_ask_again(station: Station, report: Report) -> None:
    ask(station, report, operation="e" * 32)
    assert ask(station, report, operation="f" * 32) == 400


def test_an_emergency_needs_the_setting(station: Station, report: Report) -> None:
    assert (
        "is_emergency"
        not in station.browser(INVESTIGATOR).get(f"/reports/{report.id}/identity").text
    )
    assert ask(station, report, is_emergency="true") == 400
    assert station.identities.openings.of_report(report.id) == []


def test_an_emergency_opens_at_once_and_alerts_loudly(station: Station, report: Report) -> None:
    station.identities = dataclasses.replace(station.identities, is_emergency_allowed=True)
    assert ask(station, report, is_emergency="true") == 303
    assert NAME in read(station, report)[1]
    strip = station.browser(UNIT_HEAD).fragment("/alerts").text
    assert 'role="alert"' in strip
    assert "KHẨN CẤP" in strip


def test_an_opening_opens_only_its_own_report(station: Station, report: Report) -> None:
    ask(station, report)
    answer(station, report)
    other = station.report("Khác")
    path = f"/reports/{other.id}/identity/{only(station, report).id}/read"
    assert station.browser(INVESTIGATOR).post(path, {"operation": "a" * 32}).status_code == 404
    assert station.vault.asked == []


def test_the_page_says_that_nothing_has_to_be_opened(station: Station, report: Report) -> None:
    page = station.browser(INVESTIGATOR).get(f"/reports/{report.id}/identity").text
    assert "mà không cần mở danh tính" in page
