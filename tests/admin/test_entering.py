"""Reports that officers write down: received at once, under a code, never told through Zalo."""

import pytest

from functions.reports.audit import first_flaw
from functions.reports.model import Report, ReportState
from functions.reports.tracks import Source, Track
from tests.admin.station import AUDITOR, OFFICER, OTHER_UNIT, ROOT, UNIT, Station

FORM = {
    "unit": UNIT,
    "source": "phone",
    "track": "violation",
    "what": "Xe khách chạy ngược chiều",
    "when": "2026-11-20T17:30",
    "where": "Ngã tư Loong Toong",
    "plates": "14a-123.45, 15B 67890",
    "is_urgent": "true",
    "operation": "e" * 32,
}


def entered(station: Station) -> Report:
    """The report of that form."""
    found = station.reports.read(FORM["operation"])
    assert found is not None
    return found.report


def test_what_was_told_becomes_a_received_report(station: Station) -> None:
    answer = station.browser().post("/enter", FORM)
    assert answer.headers["Location"] == f"/reports/{FORM['operation']}?done=enter"
    report = entered(station)
    assert (report.state, report.source, report.track) == (
        ReportState.RECEIVED,
        Source.PHONE,
        Track.VIOLATION,
    )
    assert report.lineage == (ROOT, UNIT)
    assert report.is_urgent
    assert report.account.plates == ("14A12345", "15B67890")
    assert report.account.place is not None
    assert report.account.moment is not None
    assert report.account.moment.start.isoformat() == "2026-11-20T10:30:00+00:00"
    audit = station.reports.audit(report.id)
    assert first_flaw(audit, head=report.audit_hash) is None
    assert [(entry.act, entry.actor) for entry in audit] == [("entered", f"officer:{OFFICER}")]
    page = station.browser().get(answer.headers["Location"]).text
    assert report.code in page
    assert "Ngã tư Loong Toong" in page


def test_the_same_form_makes_one_report(station: Station) -> None:
    for _ in range(2):
        assert station.browser().post("/enter", FORM).status_code == 303
    report = entered(station)
    found = station.reports.find_by_code(report.code)
    assert found is not None
    assert len(station.reports.audit(report.id)) == 1
    assert len(station.reports.items(report.id)) == 1


def test_every_report_has_a_pseudonym_of_its_own(station: Station) -> None:
    for operation in ("e" * 32, "f" * 32):
        station.browser().post("/enter", {**FORM, "operation": operation})
    stored = [station.reports.read(one * 32) for one in "ef"]
    citizens = {one.report.citizen for one in stored if one}
    assert len(citizens) == 2


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({"what": ""}, 422),
        ({"when": "hôm qua"}, 422),
        ({"source": "zalo"}, 422),
        ({"source": "system"}, 422),
        ({"unit": OTHER_UNIT}, 403),
        ({"unit": "nothing"}, 403),
        ({"citizen": "somebody"}, 400),
    ],
)
def test_what_cannot_be_entered_is_refused_and_stays_typed(
    station: Station, typed: dict[str, str], status: int
) -> None:
    answer = station.browser().post("/enter", {**FORM, **typed})
    assert answer.status_code == status
    assert station.reports.read(FORM["operation"]) is None
    if status == 422:
        assert 'value="Ngã tư Loong Toong"' in answer.text


def test_nobody_enters_without_the_role(station: Station) -> None:
    browser = station.browser(AUDITOR)
    assert browser.get("/enter").status_code == 404
    assert browser.post("/enter", FORM).status_code == 404
