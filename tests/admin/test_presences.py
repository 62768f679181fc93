"""Who is looking at a report just now."""

from datetime import timedelta

from tests.admin.station import COLLEAGUE, LEAD, OFFICER, STRANGER, Station


def test_a_colleague_who_has_the_page_open_is_named(station: Station) -> None:
    report = station.report("Xe tải")
    station.browser(COLLEAGUE).post(f"/reports/{report.id}/presence", {})
    station.browser(LEAD).post(f"/reports/{report.id}/presence", {})
    told = "Trung tá Lê Thu Hà, Đại úy Trần Quốc Khánh đang xem"
    browser = station.browser()
    assert told in browser.get(f"/reports/{report.id}").text
    assert told in browser.post(f"/reports/{report.id}/presence", {}, HX_Request="true").text


def test_nobody_is_told_of_themselves(station: Station) -> None:
    report = station.report("Xe tải")
    browser = station.browser()
    for _ in range(2):
        answer = browser.post(f"/reports/{report.id}/presence", {}, HX_Request="true")
        assert "đang xem" not in answer.text


def test_a_page_that_was_closed_is_forgotten_after_a_minute(station: Station) -> None:
    report = station.report("Xe tải")
    station.browser(COLLEAGUE).post(f"/reports/{report.id}/presence", {})
    station.clock.advance(timedelta(seconds=60))
    browser = station.browser()
    assert "đang xem" not in browser.get(f"/reports/{report.id}").text
    browser.post(f"/reports/{report.id}/presence", {})
    stored = station.database.read(f"presences/{report.id}")
    assert stored is not None
    assert len(stored.fields["officers"]) == 1


def test_looking_changes_nothing_in_the_record(station: Station) -> None:
    report = station.report("Xe tải")
    station.browser().post(f"/reports/{report.id}/presence", {})
    assert station.now_of(report) == report


def test_an_open_page_alone_keeps_no_session_alive(station: Station) -> None:
    report = station.report("Xe tải")
    browser = station.browser()
    for _ in range(2):
        station.clock.advance(timedelta(minutes=20))
        answer = browser.post(f"/reports/{report.id}/presence", {}, X_Refresh="1", HX_Request="1")
    assert answer.status_code == 401


def test_without_scripts_it_leads_back_to_the_report(station: Station) -> None:
    report = station.report("Xe tải")
    answer = station.browser().post(f"/reports/{report.id}/presence", {})
    assert answer.headers["Location"] == f"/reports/{report.id}"


def test_another_units_report_is_looked_at_by_nobody(station: Station) -> None:
    report = station.report("Xe tải")
    assert station.browser(STRANGER).post(f"/reports/{report.id}/presence", {}).status_code == 404
    assert station.database.read(f"presences/{report.id}") is None


def test_a_subject_may_hold_any_sign(station: Station) -> None:
    odd = "auth0|a.b`c"
    role = {"unit_id": "pc08", "role": "duty_officer"}
    station.write(f"officers/{odd}", {"name": "Thượng úy Lý", "email": "", "roles": [role]})
    report = station.report("Xe tải")
    station.browser(odd).post(f"/reports/{report.id}/presence", {})
    assert "Thượng úy Lý đang xem" in station.browser(OFFICER).get(f"/reports/{report.id}").text
