"""The access log and the auditor's pages."""

import re
from datetime import timedelta

import pytest

from functions.admin.records.auditing import ROWS
from functions.admin.records.logs import KEPT_FOR, AccessEntry, AccessKind, AccessLog
from functions.reports.model import Report
from tests.admin.browsing import Browser
from tests.admin.station import (
    ADMINISTRATOR,
    AUDITOR,
    COLLEAGUE,
    INSPECTOR,
    LINEAGES,
    OFFICER,
    OTHER_UNIT,
    STRANGER,
    TEAM,
    UNIT,
    UNIT_HEAD,
    Station,
)
from tests.emulators import MovableClock


def look(station: Station, report: Report, subject: str = OFFICER, **fields: object) -> None:
    """Somebody opens an original of that report."""
    entry = AccessEntry(
        at=station.clock.now(),
        officer=subject,
        name=f"Tên {subject}",
        kind=AccessKind.ORIGINAL,
        unit_id=report.unit_id,
        lineage=report.line,
        is_restricted=report.is_restricted,
        report_id=report.id,
        code=report.code,
        subject="e" * 32,
        reason="Xem biển số",
    )
    AccessLog(station.database).write(entry.model_copy(update=fields))


def codes(browser: Browser, query: str = "") -> list[str]:
    """The codes on the logs' page."""
    page = browser.get(f"/logs{query}")
    assert page.status_code == 200
    return re.findall(r"<code>([^<]+)</code>", page.text)


def test_a_look_says_who_what_when_where_and_why(station: Station) -> None:
    report = station.report("Xe tải")
    look(station, report)
    page = station.browser(AUDITOR).get("/logs").text
    for words in (f"Tên {OFFICER}", "Mở tệp gốc", report.code, "Phòng CSGT", "Xem biển số"):
        assert words in page
    assert "08:30 ngày 21/11/2026" in page


def test_entries_are_kept_for_a_year_at_least(station: Station) -> None:
    look(station, station.report("Xe tải"))
    stored = station.database.find("access_log", limit=1)[0]
    assert stored.fields["kept_until"] == station.clock.now() + KEPT_FOR
    assert timedelta(days=366) <= KEPT_FOR


@pytest.mark.parametrize(
    ("subject", "sees"),
    [(AUDITOR, {"own", "below", "other"}), (UNIT_HEAD, {"own", "below"})],
)
def test_logs_are_read_by_whoever_may_for_their_units(
    station: Station, subject: str, sees: set[str]
) -> None:
    reports = {
        "own": station.report("Một", unit_id=UNIT),
        "below": station.report("Hai", unit_id=TEAM),
        "other": station.report("Ba", unit_id=OTHER_UNIT),
    }
    for report in reports.values():
        look(station, report)
    assert set(codes(station.browser(subject))) == {reports[name].code for name in sees}


@pytest.mark.parametrize("subject", [OFFICER, STRANGER, ADMINISTRATOR, INSPECTOR])
def test_whoever_may_not_read_logs_finds_none(station: Station, subject: str) -> None:
    report = station.report("Xe tải")
    browser = station.browser(subject)
    assert browser.get("/logs").status_code == 404
    assert browser.get(f"/logs/reports/{report.id}").status_code == 404


def test_another_units_logs_are_not_found(station: Station) -> None:
    other = station.report("Ba", unit_id=OTHER_UNIT)
    browser = station.browser(UNIT_HEAD)
    assert browser.get(f"/logs?unit={OTHER_UNIT}").status_code == 404
    assert browser.get(f"/logs/reports/{other.id}").status_code == 404


def test_a_look_at_a_complaint_about_an_officer_is_seen_by_the_roots_auditor_without_its_code(
    station: Station,
) -> None:
    report = station.report("Về cán bộ", is_restricted=True)
    look(station, report, INSPECTOR)
    assert codes(station.browser(UNIT_HEAD)) == []
    page = station.browser(AUDITOR).get("/logs").text
    assert f"Tên {INSPECTOR}" in page
    for hidden in (report.code, report.id, "Xem biển số"):
        assert hidden not in page


def test_filters_narrow_the_logs(station: Station, clock: MovableClock) -> None:
    first, second = station.report("Một"), station.report("Hai", unit_id=TEAM)
    look(station, first, OFFICER)
    clock.advance(timedelta(days=1))
    look(station, second, COLLEAGUE, kind=AccessKind.IDENTITY)
    browser = station.browser(AUDITOR)
    assert codes(browser) == [second.code, first.code]
    assert codes(browser, f"?officer={COLLEAGUE}") == [second.code]
    assert codes(browser, f"?code={first.code}") == [first.code]
    assert codes(browser, "?code=0000-0000-0") == []
    assert codes(browser, "?kind=identity") == [second.code]
    assert codes(browser, f"?unit={TEAM}") == [second.code]
    assert codes(browser, "?since=2026-11-22") == [second.code]
    assert codes(browser, "?until=2026-11-21&kind=original") == [first.code]


def test_logs_go_by_pages(station: Station, clock: MovableClock) -> None:
    report = station.report("Xe tải")
    for number in range(ROWS + 2):
        clock.advance(timedelta(seconds=1))
        look(station, report, name=f"Người {number}.")
    browser = station.browser(AUDITOR)
    page = browser.get("/logs").text
    link = re.findall(r'id="next-page" href="([^"]+)"', page)[0].replace("&amp;", "&")
    seen = re.findall(r">Người (\d+)\.</a>", page + browser.get(link).text)
    assert [int(number) for number in seen] == list(range(ROWS + 1, -1, -1))


@pytest.mark.parametrize("query", ["kind=x", "after=x", "since=x", "x=1"])
def test_a_filter_that_is_not_ours_is_refused(station: Station, query: str) -> None:
    assert station.browser(AUDITOR).get(f"/logs?{query}").status_code == 400


def test_a_reports_log_shows_every_change_and_that_it_is_whole(station: Station) -> None:
    report = station.report("Xe tải")
    page = station.browser(AUDITOR).get(f"/logs/reports/{report.id}").text
    assert "Chuỗi nguyên vẹn" in page
    body = page.partition("<tbody>")[2]
    assert body.count("<tr>") == len(station.reports.audit(report.id))


def test_a_log_that_was_tampered_with_says_from_where(station: Station) -> None:
    report = station.report("Xe tải")
    first = station.reports.audit(report.id)[0]
    forged = first.model_copy(update={"changes": {"code": "giả"}})
    station.write(f"reports/{report.id}/audit/00000001", forged.model_dump())
    page = station.browser(AUDITOR).get(f"/logs/reports/{report.id}").text
    assert "Chuỗi bị đứt từ mục số 1" in page
    assert "Chuỗi nguyên vẹn" not in page


def test_an_auditor_sees_no_identity(station: Station) -> None:
    report = station.report("Xe tải")
    look(station, report, kind=AccessKind.IDENTITY)
    browser = station.browser(AUDITOR)
    for path in ("/logs", f"/logs/reports/{report.id}"):
        assert report.citizen not in browser.get(path).text


def test_an_entry_stands_or_falls_with_its_commit(station: Station) -> None:
    report = station.report("Xe tải")
    commit = station.database.commit()
    entry = AccessEntry(
        at=station.clock.now(),
        officer=OFFICER,
        name="Tên",
        kind=AccessKind.IDENTITY,
        unit_id=UNIT,
        lineage=LINEAGES[UNIT],
    )
    AccessLog(station.database).add(commit, entry)
    assert AccessLog(station.database).find(UNIT) == []
    commit.create(f"codes/{report.code}", {})
    with pytest.raises(Exception, match="AlreadyExists"):
        commit.send()
    assert AccessLog(station.database).find(UNIT) == []
