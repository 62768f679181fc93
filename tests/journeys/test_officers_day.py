"""An officer's day in a real browser: the whole of it by mouse, the shortest of it by keyboard.

The citizen writes through the simulator. Looked at is only what an officer and a citizen see.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from infra.local import sample_media
from infra.local.system import LocalSystem
from tests.chromium import PATIENCE_MILLISECONDS, Window, needs_chromium
from tests.journeys.people import Citizen, World

pytestmark = [
    pytest.mark.journey,
    pytest.mark.browser,
    pytest.mark.xdist_group("journeys"),
    needs_chromium,
]

MINH, HUNG, DUNG = "Nguyễn Thị Minh", "Lương Mạnh Hùng", "Hoàng Tiến Dũng"
"""On duty at the traffic police; leading its team no. 2; who takes the next shift."""
TEAM = "Đội Cảnh sát giao thông đường bộ số 2"
QUESTION, ANSWER = "Xe đi theo hướng nào, thưa Ông/Bà?", "Xe đi từ cầu Long Bình vào trung tâm"
FIRST_REASON, LAST_REASON = "Đang mời chủ xe.", "Đã lập biên bản với người điều khiển xe."
VIETNAM = timezone(timedelta(hours=7))
MOST_PRESSES = 6


@pytest.fixture
def open_window(browser: Browser, system: LocalSystem) -> Iterator[Callable[[], Window]]:
    """Opens windows on the officers' page, one for each officer."""
    with ExitStack() as windows:
        yield lambda: windows.enter_context(Window(browser, system.addresses.admin))


def sign_in(window: Window, name: str) -> None:
    """Sign that officer in with the mouse."""
    window.go("/")
    window.page.get_by_role("link", name="Đăng nhập").click()
    window.page.get_by_role("button", name=name).click()
    window.page.get_by_role("heading", name="Tất cả đang mở").wait_for()


def tell_everything(world: World, name: str, plate: str) -> tuple[Citizen, str]:
    """A citizen reports with all that is needed; gives the report's code."""
    now = datetime.fromisoformat(world.ask("GET", "/clock")["now"]).astimezone(UTC)
    then = (now - timedelta(hours=1)).astimezone(VIETNAM)
    citizen = Citizen.new(world, name)
    citizen.wait_for("Kính chào")
    citizen.send("text", text=f"Xe máy {plate} vượt đèn đỏ lúc {then:%H:%M ngày %d/%m/%Y}")
    citizen.send_file("image", "xe.png", sample_media.photograph("motorcycle_left.png"))
    citizen.send("location", latitude=20.9517, longitude=107.0748)
    citizen.send("text", text="Xong")
    return citizen, citizen.wait_for_code()


def tell_shortly(world: World, name: str, plate: str) -> str:
    """A citizen reports in one sentence; gives the report's code."""
    citizen = Citizen.new(world, name)
    citizen.send("text", text=f"Ô tô {plate} dừng đỗ trái quy định trước cổng trường")
    citizen.send("text", text="Xong")
    return citizen.wait_for_code()


def open_row(page: Page, code: str) -> None:
    """Open a report from the list, which other journeys fill too."""
    page.locator("#list").get_by_role("listitem").filter(has_text=code).get_by_role("link").click()
    expect(page.locator("#report h1")).to_have_text(code)


def take_the_next(window: Window, code: str) -> None:
    """Open the newest report that nobody has, and claim it."""
    page = window.page
    page.get_by_role("link", name="Mới, chưa ai nhận").click()
    page.get_by_role("heading", name="Mới, chưa ai nhận").wait_for()
    page.get_by_role("link", name="Mới nhất").click()
    page.wait_for_url("**order=newest**")
    open_row(page, code)
    window.check()
    page.get_by_role("button", name="Nhận xử lý").click()
    window.hears("Đồng chí đã nhận xử lý.")


def ask_the_citizen(window: Window, world: World, citizen: Citizen) -> None:
    """Ask; the answer is announced on the open page and read there."""
    page = window.page
    page.locator("summary", has_text="Hỏi thêm người dân").click()
    page.locator("#ask-text").fill(QUESTION)
    expect(page.locator("#ask-form .bubble")).to_contain_text(QUESTION)
    page.get_by_role("button", name="Gửi người dân").locator("visible=true").click()
    page.locator(".waiting-words").wait_for()
    window.check()
    world.advance("PT20S")
    citizen.wait_for(QUESTION)
    page.reload()
    citizen.send("text", text=ANSWER)
    news = page.locator("#news").get_by_role("link", name="Tải lại để xem")
    # The page asks for news only every fifteen seconds.
    news.click(timeout=2 * PATIENCE_MILLISECONDS)
    expect(page.locator("#thread")).to_contain_text(ANSWER)
    window.check()


def hand_to_the_team(window: Window) -> str:
    """Offer the open report to another unit; gives its path."""
    page = window.page
    path = page.url.removeprefix(window.address)
    page.locator("summary", has_text="Chuyển đơn vị khác").click()
    page.get_by_label("Đơn vị tiếp nhận").select_option(label=TEAM)
    page.get_by_label("Lý do chuyển").fill("Đúng tuyến của Đội số 2")
    page.get_by_role("button", name="Đề nghị chuyển").click()
    window.hears("Đã đề nghị chuyển.")
    return path


def conclude(window: Window, reason: str) -> None:
    """Record an outcome, read first what the citizen will read."""
    page = window.page
    page.locator("summary", has_text="Ghi kết quả").click()
    page.locator("#outcome-form").get_by_text("Đã lập biên bản").click()
    page.locator("#reason").fill(reason)
    expect(page.locator("#preview .bubble")).to_contain_text(reason)
    window.check()
    page.locator("#outcome-form").get_by_role("button", name="Ghi kết quả").click()
    window.hears("Đã ghi kết quả.")


@pytest.mark.timeout(400)
def test_an_officers_whole_day(
    world: World, open_window: Callable[[], Window], tmp_path: Path
) -> None:
    minh, hung, dung = open_window(), open_window(), open_window()
    others = [tell_shortly(world, f"Người {n}", f"14A-88{n}.88") for n in range(1, 4)]
    citizen, code = tell_everything(world, "Trần Thị Bình", "14-B1 987.65")
    sign_in(minh, MINH)
    minh.check()

    take_the_next(minh, code)
    ask_the_citizen(minh, world, citizen)
    path = hand_to_the_team(minh)

    sign_in(hung, HUNG)
    accept_there(hung, code)
    conclude(hung, FIRST_REASON)
    hung.go(path)
    hung.check()
    hung.page.get_by_role("button", name="Hoàn tác kết quả").click()
    hung.hears("Đã hoàn tác kết quả.")
    conclude(hung, LAST_REASON)
    world.advance("PT20S")
    assert LAST_REASON in citizen.wait_for("Kết quả phản ánh")
    assert len(citizen.received_with("Kết quả phản ánh")) == 1

    claim_together(minh, others)
    find_by_plate(minh, "14b1 98765", code)
    rows = exported_register(minh, tmp_path)
    assert any(code in row and citizen.user_id not in row for row in rows)
    sign_in(dung, DUNG)
    hand_over(minh, dung)


def accept_there(window: Window, code: str) -> None:
    """The other unit takes the report, and begins its verification (thụ lý)."""
    page = window.page
    page.get_by_role("link", name="Chuyển đến").click()
    open_row(page, code)
    page.get_by_role("button", name="Tiếp nhận chuyển đến").click()
    window.hears("Đơn vị đã tiếp nhận phản ánh.")
    page.get_by_role("button", name="Thụ lý").click()
    window.hears("Đã thụ lý.")
    window.check()


def choose_together(window: Window, codes: list[str]) -> None:
    """Choose several reports of the list, and look at what would happen to them."""
    page = window.page
    window.go("/?unit=pc08&queue=new&order=newest")
    for code in codes:
        page.get_by_label(f"Chọn phản ánh {code}").check()
    page.locator("summary", has_text="Thao tác với nhiều phản ánh").click()
    page.locator("#bulk-act").select_option("claim")
    window.check()
    page.get_by_role("button", name="Xem trước").click()
    page.get_by_role("button", name=f"Thực hiện với {len(codes)} phản ánh").wait_for()
    window.check()


def claim_together(window: Window, codes: list[str]) -> None:
    """Several reports at once: seen first, done, taken back, done again."""
    page = window.page
    choose_together(window, codes)
    page.get_by_role("button", name="Thực hiện với").click()
    window.hears(f"Đã thực hiện với {len(codes)} phản ánh.")
    window.check()
    page.get_by_role("button", name="Hoàn tác tất cả").click()
    window.hears("Đã hoàn tác")
    choose_together(window, codes)
    page.get_by_role("button", name="Thực hiện với").click()
    window.hears(f"Đã thực hiện với {len(codes)} phản ánh.")


def find_by_plate(window: Window, plate: str, code: str) -> None:
    """Find a report by a plate as somebody else spells it."""
    page = window.page
    page.get_by_label("Tìm phản ánh").first.fill(plate)
    page.keyboard.press("Enter")
    page.locator("main tr", has_text=code).get_by_role("link").wait_for()
    window.check()


def exported_register(window: Window, folder: Path) -> list[str]:
    """The rows of the register as a spreadsheet."""
    page = window.page
    page.get_by_role("link", name="Sổ theo dõi").click()
    page.get_by_label("Lý do xuất").wait_for()
    window.check()
    page.get_by_label("Lý do xuất").fill("Báo cáo giao ban")
    with page.expect_download() as download:
        page.get_by_role("button", name="Tải tệp Excel").click()
    file = folder / "register.xlsx"
    download.value.save_as(file)
    book = openpyxl.load_workbook(file, read_only=True)
    return [" ".join(str(cell) for cell in row) for row in book.worksheets[0].values]


def hand_over(outgoing: Window, incoming: Window) -> None:
    """One officer is on duty, hands the shift over, and the other one takes it."""
    outgoing.go("/handover?unit=pc08")
    outgoing.page.get_by_role("button", name="Nhận trực").click()
    outgoing.page.get_by_label("Người nhận ca").wait_for()
    outgoing.check()
    outgoing.page.get_by_label("Người nhận ca").select_option(label=_named(outgoing.page, DUNG))
    outgoing.page.get_by_role("button", name="Bàn giao ca").click()
    outgoing.page.get_by_text("chờ xác nhận").wait_for()
    incoming.go("/handover?unit=pc08")
    incoming.check()
    incoming.page.get_by_role("button", name="Nhận bàn giao").click()
    expect(incoming.page.locator(".card.now", has_text=DUNG)).to_be_visible()
    incoming.check()


def _named(page: Page, name: str) -> str:
    return page.locator("#hand-officer option").filter(has_text=name).inner_text()


def test_by_keyboard_alone_a_report_is_found_claimed_and_concluded(
    world: World, open_window: Callable[[], Window]
) -> None:
    _, code = tell_everything(world, "Lê Văn Cường", "14-C1 456.78")
    window = open_window()
    page = window.go("/")
    window.press_until(page.get_by_role("link", name="Đăng nhập"))
    window.press("Enter")
    window.press_until(page.get_by_role("button", name=MINH))
    window.press("Enter")
    page.get_by_role("heading", name="Tất cả đang mở").wait_for()
    window.press("2")
    page.get_by_role("heading", name="Mới, chưa ai nhận").wait_for()
    window.press("Control+k")
    page.keyboard.type("moi nhat")
    window.press("Enter")
    page.wait_for_url("**order=newest**")
    row = page.locator("#list").get_by_role("listitem").filter(has_text=code)
    window.press_until(row.get_by_role("link"), "j")
    window.press("o")
    expect(page.locator("#report h1")).to_have_text(code)
    expect(page.locator("#checklist")).to_contain_text("Đủ căn cứ")
    page.wait_for_load_state("networkidle")

    before = window.presses
    window.press("a")
    window.hears("Đồng chí đã nhận xử lý.")
    window.press("e")
    expect(page.locator("#outcome-form input[type=radio]").first).to_be_focused()
    window.press("ArrowDown", "Enter")
    window.hears("Đã ghi kết quả.")
    assert window.presses - before <= MOST_PRESSES
