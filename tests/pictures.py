"""`make pictures`: takes the screenshots of the README from a system that is really running."""

import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from infra.local import sample_media
from infra.local.province import read_province
from infra.local.settings import PROVINCE
from infra.local.system import LocalSystem
from tests.journeys.people import Citizen, Officer, World

FOLDER = Path(__file__).resolve().parents[1] / "infra" / "local" / "pictures"
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def _story(system: LocalSystem) -> tuple[Citizen, str]:
    world = World(system.addresses.simulator)
    for name, text in (
        ("Nguyễn Văn An", "Quán karaoke số 12 đường Trần Phú mở nhạc rất to sau 23 giờ"),
        ("Lê Thị Hoa", "Ô tô 14A-123.45 đỗ chắn cổng trường tiểu học lúc 7h sáng nay"),
    ):
        other = Citizen.new(world, name)
        other.send("text", text=text)
        other.send("text", text="Xong")
        other.wait_for_code()
    citizen = Citizen.new(world, "Trần Thị Bình")
    citizen.wait_for("Kính chào")
    citizen.send("text", text="Xe máy 14-B1 234.56 vượt đèn đỏ lúc 7h30 sáng nay")
    citizen.wait_for("đang ghi nhận")
    citizen.send_file("image", "xe.png", sample_media.photograph("motorcycle_left.png"))
    citizen.send_file("video", "clip.mp4", sample_media.traffic_clip())
    citizen.send("location", latitude=20.9517, longitude=107.0748)
    citizen.send("text", text="Xong")
    return citizen, citizen.wait_for_code()


def _officer_page(browser: Browser, system: LocalSystem, **context: object) -> Page:
    page = browser.new_context(locale="vi-VN", **context).new_page()  # type: ignore[arg-type]
    page.goto(f"{system.addresses.admin}/sign-in/start")
    province = read_province(PROVINCE)
    unit_id = province.pages[0].unit_id
    name = next(
        officer.name
        for officer in province.officers
        if any(role.unit_id == unit_id for role in officer.roles)
    )
    page.get_by_role("button", name=name).first.click()
    page.wait_for_load_state("networkidle")
    return page


def take() -> None:
    """Take all pictures, small enough for a repository: 256 colours do."""
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        LocalSystem(data=Path(folder) / "data", free_ports=True) as system,
        sync_playwright() as playwright,
    ):
        citizen, code = _story(system)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        desk = _officer_page(browser, system, viewport={"width": 1280, "height": 860})
        desk.screenshot(path=FOLDER / "list.png")
        desk.goto(f"{system.addresses.admin}/search?code={code}")
        desk.wait_for_load_state("networkidle")
        desk.screenshot(path=FOLDER / "report.png")
        mobile = _officer_page(browser, system, viewport={"width": 390, "height": 844})
        mobile.goto(desk.url)
        mobile.wait_for_load_state("networkidle")
        mobile.screenshot(path=FOLDER / "report-phone.png", full_page=True)
        officer = Officer.sign_in(system.addresses.admin, "officer-minh")
        officer.conclude(
            code, outcome="record_made", reason="Đã mời chủ xe làm việc.", delay_days=0
        )
        officer.close()
        citizen.wait_for("Kết quả phản ánh")
        phone = browser.new_context(
            locale="vi-VN", viewport={"width": 390, "height": 844}
        ).new_page()
        phone.goto(system.addresses.phone)
        phone.get_by_text("Thị Bình").first.click()
        phone.get_by_text("CSGT Công an tỉnh Hải Minh").first.click()
        phone.get_by_text("Kết quả phản ánh").first.wait_for()
        phone.wait_for_timeout(800)
        phone.screenshot(path=FOLDER / "phone.png")
        room = browser.new_context(
            locale="vi-VN", viewport={"width": 1280, "height": 860}
        ).new_page()
        room.goto(system.addresses.simulator)
        room.wait_for_timeout(1500)
        room.screenshot(path=FOLDER / "control-room.png")
        browser.close()
    for file in FOLDER.glob("*.png"):
        with Image.open(file) as picture:
            small = picture.convert("RGB").quantize(256)
        small.save(file, optimize=True)


if __name__ == "__main__":
    take()
