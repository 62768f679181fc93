"""A page loses its connection: messages wait until an administrator consents again."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from infra.local.system import LocalSystem
from tests.emulators import wait_until
from tests.journeys.people import Citizen, Form, Officer, World, form_of

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

PAGE = "2100000000000000002"
"""Not the page of the other journeys: what is broken here is nobody else's trouble."""
OTHER_PAGE = "2100000000000000004"
NAME = "Công an tỉnh Hải Minh"
LOST = "Mất kết nối, cần kết nối lại"


@pytest.fixture
def duty_officer(system: LocalSystem) -> Iterator[Officer]:
    """An officer of the unit whose page it is."""
    officer = Officer.sign_in(system.addresses.admin, "officer-ha")
    yield officer
    officer.close()


@pytest.fixture
def administrator(system: LocalSystem) -> Iterator[Officer]:
    """Who may connect pages, and sees no report."""
    officer = Officer.sign_in(system.addresses.admin, "officer-phuc")
    yield officer
    officer.close()


def connections(administrator: Officer) -> str:
    """The page "Kết nối trang"."""
    answer = administrator.browser.get(f"{administrator.admin}/connections")
    assert answer.status_code == 200, answer.text
    return answer.text


def row(page: str, page_id: str) -> str:
    """A page's row in it."""
    return page[page.index(f'id="page-{page_id}"') :].split("</tr>")[0]


def address_of(words: str, page: str) -> str:
    """The address of the report in whose row of the list these words stand."""
    row_of_words = next(one for one in page.split('<li id="row-') if words in one)
    found = re.search(r'href="(/reports/[0-9a-f]+)[?"]', row_of_words)
    assert found is not None, row_of_words
    return found.group(1)


def consent(administrator: Officer, chosen: str) -> httpx.Response:
    """Press "Kết nối lại", go to Zalo, choose a page there, come back."""
    form: Form = form_of(connections(administrator), f"/connections/{PAGE}")
    leaving = administrator.browser.post(
        f"{administrator.admin}{form.action}",
        data=form.fields,
        headers={"Origin": administrator.admin},
    )
    found = re.search(r'href="(http[^"]+/v4/oa/permission[^"]+)"', leaving.text)
    assert found is not None, leaving.text
    zalo = administrator.browser.get(found.group(1).replace("&amp;", "&"))
    choices = re.findall(r'href="(http[^"]+)"', zalo.text)
    choice = next(it for it in choices if it.endswith(f"oa_id={chosen}"))
    back = administrator.browser.get(choice.replace("&amp;", "&"))
    assert back.status_code == 200, back.text
    assert "code" not in urlsplit(str(back.url)).query
    return back


def test_held_messages_arrive_once_after_an_administrator_consents_again(
    system: LocalSystem, world: World, duty_officer: Officer, administrator: Officer
) -> None:
    made = world.ask("POST", "/citizens", json={"name": "Lý Thị Mai"})
    citizen = Citizen(world, PAGE, made["user_id"])
    world.ask("POST", f"/citizens/{citizen.user_id}/follow", json={"page": PAGE})
    citizen.wait_for("Kính chào")
    world.ask("POST", f"/pages/{PAGE}/revoke")
    citizen.send("text", text="Quán karaoke mở nhạc lớn sau 23 giờ, số 5 đường Lê Lai")
    citizen.send("text", text="Xong")
    wait_until(lambda: "Quán karaoke" in duty_officer.list_page(), seconds=60)
    # The sender notices that the token is refused ...
    wait_until(lambda: "Tin được giữ" in row(connections(administrator), PAGE), seconds=60)

    # ... and an hour after it was made so is its renewal.
    world.advance("PT2H")
    for officer in (duty_officer, administrator):
        officer.sign_in_again()
    wait_until(lambda: LOST in row(connections(administrator), PAGE), seconds=60)
    report = duty_officer.admin + address_of("Quán karaoke", duty_officer.list_page())
    world.advance("PT1H")
    for officer in (duty_officer, administrator):
        officer.sign_in_again()
    wait_until(lambda: "bước Kết nối trang" in duty_officer.browser.get(report).text, seconds=60)
    assert not citizen.received_with("đã tiếp nhận phản ánh")

    wrong = consent(administrator, OTHER_PAGE)
    assert f"chọn đúng trang {NAME}" in wrong.text
    assert LOST in row(wrong.text, PAGE)

    right = consent(administrator, PAGE)
    assert f"Đã kết nối trang {NAME}" in right.text
    assert "Đang kết nối đến" in row(right.text, PAGE)

    world.advance("PT2M")
    citizen.wait_for("đã tiếp nhận phản ánh")
    # Whatever would send twice gets its chance.
    world.advance("PT2H")
    citizen.tap("#hotro")
    citizen.wait_for("nội dung cần hỏi")
    assert len(citizen.received_with("đã tiếp nhận phản ánh")) == 1
    _assert_no_secret_was_logged(system)


def _assert_no_secret_was_logged(system: LocalSystem) -> None:
    logs = "".join(
        (system.folders.logs / f"{name}.log").read_text() for name in ("admin", "upkeep")
    )
    assert "page connected" in logs
    assert "held messages released" in logs
    assert "oa_id=" not in logs
    assert "code=" not in logs
