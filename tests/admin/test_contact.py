"""How to reach who told a report: out of the officers' page at once, and never back into it."""

import io
import logging
from collections.abc import Iterator

import pytest

from functions.cloud.logs import JsonLines
from functions.errors import Rejected, TinBaoError, Transient
from functions.followups.entrance import Contact
from functions.reports.audit import first_flaw
from functions.reports.model import Report
from functions.units.roles import Role
from tests.admin.browsing import hidden_fields
from tests.admin.routes import PLACES, dump, visitor, world_of
from tests.admin.station import AUDITOR, OFFICER, OTHER_UNIT, ROOT, STRANGER, TEAM, UNIT, Station
from tests.admin.test_entering import FORM, entered
from tests.emulators import Project

NAME, ADDRESS = "Trần Thị Mẫu Danh", "Số 1 đường Mẫu"
TYPED = {"contact_name": NAME, "contact_phone": "0900 000 123", "contact_address": ADDRESS}
WORDS = (NAME, "0900", "900000123", ADDRESS)
"""What must be nowhere."""
PATH = f"/reports/{FORM['operation']}/contact"
NEW = {**TYPED, "operation": "a" * 32}


def shown(contact: Contact | None) -> tuple[str | None, ...] | None:
    """What a contact holds."""
    if contact is None:
        return None
    parts = (contact.name, contact.phone, contact.address)
    return tuple(one.get_secret_value() if one else None for one in parts)


def handed_on(station: Station) -> list[tuple[str, tuple[str | None, ...] | None]]:
    """What the keeper of the vault was given."""
    return [(one.report, shown(one.contact)) for one in station.contacts.asked]


def acts(station: Station) -> list[tuple[str, dict[str, str]]]:
    """The report's audit chain, but for its beginning."""
    report = entered(station)
    audit = station.reports.audit(report.id)
    assert first_flaw(audit, head=report.audit_hash) is None
    return [(entry.act, dict(entry.changes)) for entry in audit[1:]]


KEPT = ("contact kept", {"contact": "true"})
TOLD = (FORM["operation"], (NAME, "84900000123", ADDRESS))


@pytest.fixture
def report(station: Station) -> Report:
    """A report that came by telephone, without a contact."""
    station.browser().post("/enter", FORM)
    return entered(station)


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """All that is logged, as Cloud Logging would read it."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lines
    root.removeHandler(handler)
    root.setLevel(level)


def test_a_contact_goes_to_the_vault_with_the_report(station: Station) -> None:
    answer = station.browser().post("/enter", {**FORM, **TYPED})
    assert answer.headers["Location"] == f"/reports/{FORM['operation']}?done=enter"
    assert handed_on(station) == [TOLD]
    assert acts(station) == [KEPT]
    assert "Đã có liên hệ trong két" in station.browser().get(answer.headers["Location"]).text


def test_a_report_without_a_contact_asks_nothing_of_the_vault(station: Station) -> None:
    blank = dict.fromkeys(TYPED, " ")
    assert station.browser().post("/enter", {**FORM, **blank}).status_code == 303
    assert handed_on(station) == []
    assert "Chưa có liên hệ" in station.browser().get(f"/reports/{FORM['operation']}").text


def test_nothing_of_a_contact_is_kept_shown_or_logged_here(
    station: Station, project: Project, logged: io.StringIO
) -> None:
    station.contacts.end = Transient("call: ReadTimeoutError")
    station.browser().post("/enter", {**FORM, **TYPED})
    station.contacts.end = None
    station.browser().post("/enter", {**FORM, **TYPED})
    pages = [station.browser().get(path).text for path in (f"/reports/{FORM['operation']}", PATH)]
    everything = f"{dump(project.firestore_client())} {logged.getvalue()} {pages}"
    assert "contact kept" in everything
    assert [words for words in WORDS if words in everything] == []


def test_the_same_form_keeps_one_contact_of_one_pseudonym(station: Station) -> None:
    citizens = set()
    for _ in range(2):
        assert station.browser().post("/enter", {**FORM, **TYPED}).status_code == 303
        citizens.add(entered(station).citizen)
    assert len(citizens) == 1
    assert set(handed_on(station)) == {TOLD}
    assert acts(station) == [KEPT]


@pytest.mark.parametrize("problem", [Transient("call answered 500"), Rejected("not kept")])
def test_a_report_is_received_though_the_vault_cannot_be_reached(
    station: Station, problem: TinBaoError
) -> None:
    station.contacts.end = problem
    browser = station.browser()
    answer = browser.post("/enter", {**FORM, **TYPED})
    assert answer.status_code == 503
    assert entered(station).code in answer.text
    assert "nhưng chưa lưu được liên hệ" in answer.text
    assert f'value="{NAME}"' in answer.text
    assert acts(station) == []

    station.contacts.end = None
    again = {**TYPED, **hidden_fields(answer.text, "contact-form")}
    assert browser.post(PATH, again).status_code == 303
    assert handed_on(station) == [TOLD, TOLD]
    assert acts(station) == [KEPT]


def test_what_broke_off_between_vault_and_record_is_completed_by_the_same_form(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:

        def away(*_: object, **__: object) -> None:
            raise Transient("firestore: Unavailable")

        broken.setattr("functions.admin.acts.contacting.keep_contact", away)
        assert station.browser().post("/enter", {**FORM, **TYPED}).status_code == 503
    assert acts(station) == []
    assert station.browser().post("/enter", {**FORM, **TYPED}).status_code == 303
    assert acts(station) == [KEPT]
    assert set(handed_on(station)) == {TOLD}


def test_a_contact_is_added_later(station: Station, report: Report) -> None:
    browser = station.browser()
    assert f'href="{PATH}"' in browser.get(f"/reports/{report.id}").text
    form = hidden_fields(browser.get(PATH).text, "contact-form")
    for _ in range(2):
        answer = browser.post(PATH, {**form, "contact_phone": "+84 900 000 123"})
        assert answer.headers["Location"] == f"/reports/{report.id}?done=keep_contact"
    assert set(handed_on(station)) == {(report.id, (None, "84900000123", None))}
    assert acts(station) == [KEPT]
    told = browser.get(answer.headers["Location"]).text
    assert "Đã lưu liên hệ vào két danh tính." in told


def test_a_contact_is_erased_when_whoever_told_it_asks(station: Station, report: Report) -> None:
    browser = station.browser()
    assert "erase-contact-form" not in browser.get(PATH).text
    browser.post(PATH, NEW)
    form = hidden_fields(browser.get(PATH).text, "erase-contact-form")
    for _ in range(2):
        answer = browser.post(f"{PATH}/erase", form)
        assert answer.headers["Location"] == f"/reports/{report.id}?done=erase_contact"
    assert handed_on(station)[1:] == [(report.id, None)] * 2
    assert acts(station) == [KEPT, ("contact erased", {"contact": "false"})]
    assert entered(station).contact == ""


def test_a_contact_that_may_not_be_erased_yet_is_not_said_to_be(
    station: Station, report: Report
) -> None:
    station.browser().post(PATH, NEW)
    station.contacts.end = Transient("call answered 500")
    answer = station.browser().post(f"{PATH}/erase", {"operation": "b" * 32})
    assert answer.status_code == 503
    assert "Chưa xóa được liên hệ" in answer.text
    assert acts(station) == [KEPT]


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("contact_phone", "113", "Số điện thoại chưa đúng"),
        ("contact_phone", "0900 000 12", "Số điện thoại chưa đúng"),
        ("contact_name", "M" * 201, "Họ tên dài tối đa"),
        ("contact_address", "M" * 301, "Địa chỉ dài tối đa"),
    ],
)
def test_what_cannot_be_a_contact_comes_back_as_it_was_typed(
    station: Station, report: Report, field: str, typed: str, sentence: str
) -> None:
    for path, form in (("/enter", {**FORM, "operation": "f" * 32}), (PATH, NEW)):
        answer = station.browser().post(path, {**form, **TYPED, field: typed})
        assert answer.status_code == 422
        assert sentence in answer.text
        assert f'value="{typed}"' in answer.text
    assert station.reports.read("f" * 32) is None
    assert handed_on(station) == []


def test_an_empty_contact_is_none(station: Station, report: Report) -> None:
    answer = station.browser().post(PATH, {"operation": "a" * 32})
    assert answer.status_code == 422
    assert "Xin ghi ít nhất một mục." in answer.text
    assert handed_on(station) == []


def test_whose_report_came_through_zalo_says_themselves_how_to_be_reached(
    station: Station,
) -> None:
    report = station.report("Xe tải vượt đèn đỏ")
    browser, path = station.browser(), f"/reports/{report.id}/contact"
    assert f'href="{path}"' not in browser.get(f"/reports/{report.id}").text
    answers = (browser.get(path), browser.post(path, NEW), browser.post(f"{path}/erase", {}))
    assert [answer.status_code for answer in answers] == [400, 400, 400]
    # Also where somebody made up the form of a new report.
    forged = browser.post("/enter", {**FORM, **TYPED, "operation": report.id})
    assert forged.status_code == 400
    assert handed_on(station) == []


def test_only_who_may_enter_reports_there_adds_a_contact(station: Station) -> None:
    world_of(station)
    station.browser().post("/enter", FORM)
    working = {Role.DUTY_OFFICER, Role.INVESTIGATOR, Role.LEAD, Role.UNIT_HEAD}
    passed = set()
    for role in Role:
        for unit_id in PLACES.values():
            browser = station.browser(visitor(role, unit_id))
            statuses = {browser.get(PATH).status_code, browser.post(PATH, {}).status_code}
            if statuses & {200, 303, 422}:
                passed.add((role, unit_id))
            else:
                assert statuses <= {403, 404}, (role, unit_id)
    assert passed == {(role, unit_id) for role in working for unit_id in (UNIT, ROOT)}
    assert not {OTHER_UNIT, TEAM} & {unit_id for _, unit_id in passed}


@pytest.mark.parametrize("subject", [AUDITOR, STRANGER])
def test_nobody_else_is_shown_the_way(station: Station, report: Report, subject: str) -> None:
    assert station.browser(subject).get(PATH).status_code == 404
    assert f'href="{PATH}"' not in station.browser(subject).get(f"/reports/{report.id}").text


def test_a_reporter_who_wants_to_stay_unnamed_is_marked_so(station: Station) -> None:
    station.browser(OFFICER).post("/enter", {**FORM, "is_anonymous": "true"})
    assert entered(station).is_anonymous
