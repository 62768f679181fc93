"""The phone page and the control room in a real browser."""

import base64
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.chromium import SIZES, Window, needs_chromium
from tests.local.zalo.simulator import BUSINESS, Simulator, wait_for
from tests.local.zalo.webhook import Webhook

pytestmark = [pytest.mark.browser, needs_chromium]

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJg"
    "gg=="
)


@pytest.fixture
def page(browser: Browser, simulator: Simulator) -> Iterator[Page]:
    """A window of the simulator as large as a desktop; nothing may go wrong in it."""
    with Window(browser, simulator.origin) as window:
        yield window.page


def open_chat(page: Page) -> None:
    """The chat of the only citizen with the first page."""
    page.goto("/phone")
    page.get_by_role("button", name=re.compile("Công an phường")).click()


def test_the_first_citizen_follows_a_page_and_writes_to_it(
    simulator: Simulator, webhook: Webhook, page: Page
) -> None:
    page.goto("/phone")
    page.get_by_role("main").get_by_role("button", name="Thêm người dân").click()
    page.get_by_role("dialog").get_by_role("button", name="Thêm").click()
    page.get_by_role("button", name=re.compile("Công an phường")).click()
    page.get_by_role("button", name="Quan tâm", exact=True).click()
    webhook.wait_for_event("follow")
    page.get_by_label("Nội dung tin nhắn").fill("Xe đỗ trên vỉa hè")
    page.keyboard.press("Enter")
    event = webhook.wait_for_event("user_send_text").event
    assert event["message"]["text"] == "Xe đỗ trên vỉa hè"
    expect(page.get_by_role("log")).to_contain_text("Đã nhận")


def test_an_answer_appears_by_itself_and_is_seen(simulator: Simulator, page: Page) -> None:
    user_id = simulator.citizen(reads_at_once=False)
    open_chat(page)
    simulator.send(user_id, {"text": "Đã tiếp nhận phản ánh."})
    expect(page.get_by_role("log")).to_contain_text("Đã tiếp nhận phản ánh.")
    wait_for(lambda: simulator.phone(user_id)[0]["seen"])


def test_a_message_in_a_closed_chat_is_unread(simulator: Simulator, page: Page) -> None:
    user_id = simulator.citizen(reads_at_once=False)
    page.goto("/phone")
    simulator.send(user_id, {"text": "Đã có kết quả."})
    expect(page.get_by_label("1 tin chưa đọc")).to_be_visible()
    assert not simulator.phone(user_id)[0]["seen"]


def test_a_key_under_a_message_and_a_menu_key_are_tapped(
    simulator: Simulator, webhook: Webhook, page: Page
) -> None:
    user_id = simulator.citizen()
    key = {"title": "Tra cứu phiếu", "type": "oa.query.hide", "payload": "#tracuu PA-1"}
    attachment = {"type": "template", "payload": {"buttons": [key]}}
    simulator.send(user_id, {"text": "Chọn:", "attachment": attachment})
    open_chat(page)
    page.get_by_role("button", name="Tra cứu phiếu").click()
    page.get_by_role("group", name="Menu của trang").get_by_role("button", name="Hỗ trợ").click()
    webhook.wait_for_event("user_send_text", "#tracuu PA-1")
    webhook.wait_for_event("user_send_text", "#hotro")


def test_a_key_that_opens_a_page_is_a_link(simulator: Simulator, page: Page) -> None:
    user_id = simulator.citizen()
    key = {"title": "Trang web", "type": "oa.open.url", "payload": {"url": "https://example.vn/"}}
    attachment = {"type": "template", "payload": {"buttons": [key]}}
    simulator.send(user_id, {"text": "Chọn:", "attachment": attachment})
    open_chat(page)
    link = page.get_by_role("link", name="Trang web")
    expect(link).to_have_attribute("href", "https://example.vn/")
    expect(link).to_have_attribute("rel", "noopener noreferrer")


def test_photos_are_attached_and_opened(
    simulator: Simulator, webhook: Webhook, page: Page, tmp_path: Path
) -> None:
    photo = tmp_path / "bien-so.png"
    photo.write_bytes(PNG)
    simulator.citizen()
    open_chat(page)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Gửi ảnh hoặc video").click()
    chooser.value.set_files(photo)
    webhook.wait_for_event("user_send_image")
    page.get_by_role("button", name="Xem ảnh bien-so.png").click()
    expect(page.get_by_role("dialog").get_by_alt_text("bien-so.png")).to_be_visible()


def test_files_are_dropped_onto_the_phone(
    simulator: Simulator, webhook: Webhook, page: Page
) -> None:
    simulator.citizen()
    open_chat(page)
    transfer = page.evaluate_handle(
        "() => { const all = new DataTransfer();"
        " all.items.add(new File(['nội dung'], 'đơn.pdf', { type: 'application/pdf' }));"
        " return all; }"
    )
    chat = page.locator(".chat")
    chat.dispatch_event("dragover", {"dataTransfer": transfer})
    expect(page.get_by_text("Thả ảnh, video hoặc tệp để gửi")).to_be_visible()
    chat.dispatch_event("drop", {"dataTransfer": transfer})
    attachment = webhook.wait_for_event("user_send_file").event["message"]["attachments"][0]
    assert attachment["payload"]["name"] == "đơn.pdf"


def test_other_things_are_sent_from_the_sheet_by_keyboard(
    simulator: Simulator, webhook: Webhook, page: Page
) -> None:
    simulator.citizen()
    open_chat(page)
    for names, event in (
        (("Gửi thêm", "Vị trí", "Ngã tư Hòa Bình"), "user_send_location"),
        (("Gửi thêm", "Danh thiếp"), "user_send_business_card"),
        (("Nhãn dán", "Gửi nhãn dán Cảm ơn"), "user_send_sticker"),
    ):
        for name in names:
            page.get_by_role("button", name=re.compile(f"^{name}")).focus()
            page.keyboard.press("Enter")
        webhook.wait_for_event(event)


def test_requested_information_is_shared(
    simulator: Simulator, webhook: Webhook, page: Page
) -> None:
    user_id = simulator.citizen()
    element = {"title": "Thông tin", "image_url": "https://example.vn/a.jpg"}
    payload = {"template_type": "request_user_info", "elements": [element]}
    simulator.send(user_id, {"attachment": {"type": "template", "payload": payload}})
    open_chat(page)
    page.get_by_role("button", name="Chia sẻ thông tin").click()
    webhook.wait_for_event("user_submit_info")


def test_times_are_vietnamese_and_follow_the_clock(simulator: Simulator, page: Page) -> None:
    user_id = simulator.citizen()
    simulator.say(user_id)
    open_chat(page)
    log = page.get_by_role("log")
    expect(log).to_contain_text("Hôm nay")
    expect(log).to_contain_text("10:00")
    simulator.advance("P1D")
    simulator.say(user_id)
    expect(log).to_contain_text("Hôm qua")


def test_phones_stand_side_by_side_on_a_desktop(simulator: Simulator, page: Page) -> None:
    for _ in range(3):
        simulator.citizen()
    page.goto("/phone")
    phones = page.locator(".phone")
    expect(phones).to_have_count(3)
    boxes = [phones.nth(number).bounding_box() for number in range(3)]
    lefts = [box["x"] for box in boxes if box]
    assert lefts == sorted(lefts)
    assert len({round(box["y"]) for box in boxes if box}) == 1


def test_a_small_window_shows_one_chat_and_nothing_is_cut_off(
    simulator: Simulator, page: Page
) -> None:
    for _ in range(2):
        simulator.say(simulator.citizen(), "Xin chào " * 40)
    page.set_viewport_size(SIZES["phone"])
    page.goto("/phone")
    page.locator(".phone").first.get_by_role("button", name=re.compile("Công an phường")).click()
    chat = page.locator(".chat").first
    expect(chat).to_be_visible()
    box = chat.bounding_box()
    assert box is not None
    assert (box["x"], box["width"]) == (0, SIZES["phone"]["width"])
    assert page.evaluate("document.documentElement.scrollWidth") == SIZES["phone"]["width"]
    expect(page.locator(".menu").first).to_be_in_viewport(ratio=1)


def test_the_control_room_moves_the_clock_and_switches_faults(
    simulator: Simulator, page: Page
) -> None:
    page.goto("/")
    page.get_by_role("button", name="+ 2 ngày").click()
    expect(page.get_by_text("Nhanh hơn giờ thật 2 ngày.")).to_be_visible()
    switch = page.get_by_role("switch", name=re.compile("^bad_signature"))
    switch.click()
    expect(switch).to_be_checked()
    assert simulator.control("faults")["faults"][0]["name"] == "bad_signature"
    page.get_by_role("button", name="Tắt tất cả").click()
    expect(switch).not_to_be_checked()


def test_the_control_room_shows_traffic_live(simulator: Simulator, page: Page) -> None:
    page.goto("/")
    user_id = simulator.citizen(None)
    simulator.say(user_id)
    simulator.send("1", {"text": "Chào"})
    traffic = page.get_by_role("tabpanel")
    expect(traffic).to_contain_text("user_send_text")
    expect(traffic).to_contain_text("POST /v3.0/oa/message/cs")
    expect(traffic).to_contain_text("mã -201")
    page.get_by_role("tab", name="Sự kiện gửi đi").click()
    expect(traffic).not_to_contain_text("POST")


def test_the_control_room_switches_a_dead_webhook_on_again(
    simulator: Simulator, webhook: Webhook, page: Page
) -> None:
    webhook.status = 500
    simulator.citizen()
    wait_for(lambda: simulator.events()[0]["attempts"])
    simulator.advance("PT2H")
    page.goto("/")
    page.get_by_role("row", name=re.compile(BUSINESS)).get_by_role("button", name="Bật lại").click()
    wait_for(lambda: simulator.control("pages")[0]["webhook_is_enabled"])
