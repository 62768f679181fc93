"""Somebody telephones: how to reach them is known to the vault, and to whoever may know it."""

from collections.abc import Iterator

import httpx
import pytest

from infra.local.system import LocalSystem
from tests.journeys.people import Officer, form_of

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

ON_DUTY, HEAD = "officer-dung", "officer-lan"
NAME, PHONE, ADDRESS = "Trần Thị Mẫu Danh", "0900 000 123", "Số 1 đường Mẫu"


@pytest.fixture
def on_duty(system: LocalSystem) -> Iterator[Officer]:
    """Who takes the call."""
    officer = Officer.sign_in(system.addresses.admin, ON_DUTY)
    yield officer
    officer.close()


@pytest.fixture
def head(system: LocalSystem) -> Iterator[Officer]:
    """The head of the same unit."""
    officer = Officer.sign_in(system.addresses.admin, HEAD)
    yield officer
    officer.close()


def send(officer: Officer, path: str, ending: str, **typed: str) -> httpx.Response:
    """A form of that page, filled in and sent."""
    page = officer.browser.get(f"{officer.admin}{path}")
    form = form_of(page.text, ending)
    answer = officer.browser.post(
        f"{officer.admin}{form.action}",
        data={**form.fields, **typed},
        headers={"Origin": officer.admin},
    )
    assert answer.status_code == 200, answer.text
    return answer


def test_who_telephoned_is_told_once_to_whom_a_second_officer_allowed_it(
    system: LocalSystem, on_duty: Officer, head: Officer
) -> None:
    entered = send(
        on_duty,
        "/enter",
        "/enter",
        unit="pc08",
        source="phone",
        track="violation",
        what="Xe khách chạy ngược chiều",
        contact_name=NAME,
        contact_phone=PHONE,
    )
    report = entered.url.path
    assert "Đã có liên hệ trong két" in entered.text
    send(on_duty, f"{report}/contact", "/contact", contact_address=ADDRESS)

    send(on_duty, f"{report}/identity", "/ask", reason="Mời làm chứng")
    send(head, "/identity", "/approve")
    told = send(on_duty, f"{report}/identity", "/read").text

    for words in (NAME, "84900000123", ADDRESS):
        assert words in told
        assert words not in on_duty.browser.get(f"{on_duty.admin}{report}").text
    assert "Zalo" not in told.partition("person-card")[2].partition("</dl>")[0]
    logs = "".join(file.read_text() for file in system.folders.logs.glob("*.log"))
    assert "contact kept" in logs
    for words in (NAME, PHONE, "900000123", ADDRESS):
        assert words not in logs
