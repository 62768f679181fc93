"""Roles given and taken, accounts closed: within one's own units, never one's own."""

import secrets

import pytest
from werkzeug.test import TestResponse

from functions.admin.organisation.changes import UnitsLog
from functions.admin.organisation.staffing import fingerprint
from functions.units.model import Officer
from functions.units.roles import Role
from functions.units.store import UnitStore
from tests.admin.browsing import Browser, hidden_fields
from tests.admin.station import (
    ADMINISTRATOR,
    COLLEAGUE,
    OFFICER,
    OTHER_UNIT,
    STRANGER,
    TEAM,
    UNIT,
    Station,
)

REASON = "Theo phân công của thủ trưởng"


def officer(station: Station, subject: str = COLLEAGUE) -> Officer:
    """The officer as they stand."""
    return UnitStore(station.database).officers([subject])[subject]


def roles(station: Station, subject: str = COLLEAGUE) -> list[tuple[str, str]]:
    """Their roles."""
    return [(given.unit_id, given.role.value) for given in officer(station, subject).roles]


def send(browser: Browser, act: str, subject: str = COLLEAGUE, **typed: str) -> TestResponse:
    """A form of the officer's page, filled in and sent."""
    page = browser.get(f"/officers/one?subject={subject}").text
    form = f"take-{typed['unit']}-{typed['role']}" if act == "take" else f"{act}-form"
    fields = hidden_fields(page, form)
    return browser.post("/officers/one", {**fields, "reason": REASON, **typed})


@pytest.fixture
def browser(station: Station) -> Browser:
    """An administrator of UNIT."""
    return station.browser(ADMINISTRATOR)


def test_the_list_shows_who_works_in_ones_own_units(browser: Browser) -> None:
    page = browser.get("/officers").text
    assert "Đại úy Trần Quốc Khánh" in page
    assert "Trung úy Vũ Thành Tâm" in page
    assert "Thượng úy Phạm Anh Tuấn" not in page
    found = browser.get("/officers?q=tran+quoc").text
    assert "Đại úy Trần Quốc Khánh" in found
    assert "Trung úy Vũ Thành Tâm" not in found


def test_a_role_is_given_and_taken(station: Station, browser: Browser) -> None:
    assert send(browser, "give", unit=TEAM, role="lead").status_code == 303
    assert roles(station) == [(UNIT, "duty_officer"), (TEAM, "lead")]
    assert send(browser, "take", unit=TEAM, role="lead").status_code == 303
    assert roles(station) == [(UNIT, "duty_officer")]


def test_a_change_is_logged_with_before_and_after(station: Station, browser: Browser) -> None:
    send(browser, "give", unit=TEAM, role="lead")
    (entry,) = UnitsLog(station.database).of_unit(TEAM)
    assert (entry.act, entry.officer, entry.reason) == ("give", ADMINISTRATOR, REASON)
    assert entry.changed[0].before == {"roles": "pc08: duty_officer"}
    assert entry.changed[0].after == {"roles": "pc08: duty_officer; pc08-doi-2: lead"}
    page = browser.get(f"/officers/one?subject={COLLEAGUE}").text
    assert "Chỉ huy đội, ca trực · Đội CSGT số 2" in page


def test_the_same_form_sent_twice_gives_once(station: Station, browser: Browser) -> None:
    page = browser.get(f"/officers/one?subject={COLLEAGUE}").text
    fields = {**hidden_fields(page, "give-form"), "reason": REASON, "unit": TEAM, "role": "lead"}
    answers = [browser.post("/officers/one", fields).status_code for _ in range(2)]
    assert answers == [303, 303]
    assert len(UnitsLog(station.database).of_unit(TEAM)) == 1


def test_a_form_of_an_officer_who_changed_is_refused(station: Station, browser: Browser) -> None:
    page = browser.get(f"/officers/one?subject={COLLEAGUE}").text
    old = {**hidden_fields(page, "give-form"), "reason": REASON, "unit": TEAM, "role": "lead"}
    send(browser, "give", unit=TEAM, role="investigator")
    answer = browser.post("/officers/one", old)
    assert answer.status_code == 409
    assert "vừa được người khác cập nhật" in answer.text
    assert roles(station) == [(UNIT, "duty_officer"), (TEAM, "investigator")]


def test_no_role_is_given_in_a_unit_of_somebody_else(station: Station, browser: Browser) -> None:
    assert send(browser, "give", unit=OTHER_UNIT, role="lead").status_code == 403
    assert roles(station) == [(UNIT, "duty_officer")]


def test_nobody_gives_themselves_a_role(station: Station, browser: Browser) -> None:
    page = browser.get(f"/officers/one?subject={ADMINISTRATOR}").text
    assert "không tự đổi vai trò" in page
    assert 'id="give-form"' not in page
    other = browser.get(f"/officers/one?subject={COLLEAGUE}").text
    fields = hidden_fields(other, "give-form") | {"officer": ADMINISTRATOR, "reason": REASON}
    fields |= {"seen": fingerprint(officer(station, ADMINISTRATOR)), "unit": UNIT, "role": "lead"}
    answer = browser.post("/officers/one", fields)
    assert answer.status_code == 403
    assert "không tự đổi vai trò" in answer.text
    assert roles(station, ADMINISTRATOR) == [(UNIT, "administrator")]


def test_an_officer_of_somebody_else_does_not_exist(browser: Browser) -> None:
    for subject in (STRANGER, "nobody", "..", "a/b"):
        assert browser.get(f"/officers/one?subject={subject}").status_code == 404


def test_who_also_works_elsewhere_is_not_closed_from_here(
    station: Station, browser: Browser
) -> None:
    page = browser.get(f"/officers/one?subject={OFFICER}").text
    assert 'id="disable-form"' not in page
    fields = hidden_fields(page, "give-form") | {"act": "disable", "reason": REASON}
    assert browser.post("/officers/one", fields).status_code == 403
    assert officer(station, OFFICER).is_active


def test_a_closed_account_is_out_at_its_next_request(station: Station, browser: Browser) -> None:
    theirs = station.browser(COLLEAGUE)
    assert theirs.get("/").status_code == 200
    assert send(browser, "disable").status_code == 303
    assert theirs.get("/").status_code == 403
    assert send(browser, "enable").status_code == 303
    assert theirs.get("/").status_code == 200


def test_a_closed_account_is_out_elsewhere_within_a_minute(
    station: Station, browser: Browser
) -> None:
    seconds = [0.0]
    elsewhere = UnitStore(station.database, lambda: seconds[0])
    assert elsewhere.officer(COLLEAGUE) is not None
    send(browser, "disable")
    seconds[0] = 59.0
    assert elsewhere.officer(COLLEAGUE) is None


def test_an_account_that_is_opened_again_forgets_whom_the_proxy_named(
    station: Station, browser: Browser
) -> None:
    duty = {"unit_id": UNIT, "role": "duty_officer"}
    known: dict[str, object] = {"name": "An", "email": "an@example.vn", "roles": [duty]}
    station.write(f"officers/{COLLEAGUE}", known | {"proxy_subject": "google-1"})
    send(browser, "give", unit=TEAM, role="lead")
    assert officer(station).proxy_subject == "google-1"
    send(browser, "disable")
    send(browser, "enable")
    assert officer(station).proxy_subject is None


def test_a_new_officer_comes_in(station: Station, browser: Browser) -> None:
    fields = {
        "subject": "officer-moi",
        "name": "Trung úy Lý Thị Mới",
        "email": "moi.ly@example.vn",
        "unit": TEAM,
        "role": "duty_officer",
        "reason": REASON,
        "operation": secrets.token_hex(16),
    }
    answers = [browser.post("/officers", fields).status_code for _ in range(2)]
    assert answers == [303, 303]
    assert officer(station, "officer-moi").roles[0].role is Role.DUTY_OFFICER
    assert station.browser("officer-moi").get("/").status_code == 200
    again = browser.post("/officers", {**fields, "operation": secrets.token_hex(16)})
    assert again.status_code == 422
    assert "Mã đăng nhập này đã có" in again.text


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [("email", "khong-phai", 422), ("subject", "a/b", 422), ("unit", OTHER_UNIT, 403)],
)
def test_a_new_officer_that_cannot_be_is_refused(
    station: Station, browser: Browser, field: str, value: str, status: int
) -> None:
    fields = {
        "subject": "officer-moi",
        "name": "Trung úy Lý Thị Mới",
        "email": "moi.ly@example.vn",
        "unit": TEAM,
        "role": "duty_officer",
        "reason": REASON,
        "operation": secrets.token_hex(16),
    }
    assert browser.post("/officers", {**fields, field: value}).status_code == status
    assert UnitStore(station.database).officers(["officer-moi"]) == {}
