"""`make pictures`: takes the screenshots of the README from a system that is really running."""

import tempfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from infra.local import sample_media
from infra.local.province import read_province
from infra.local.settings import PROVINCE
from infra.local.system import LocalSystem
from tests.journeys.people import Citizen, Officer, World, form_of

FOLDER = Path(__file__).resolve().parents[1] / "infra" / "local" / "pictures"
VIETNAM = timezone(timedelta(hours=7))
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


MORNING = 9
"""The story begins at nine: what happened at half past seven lies behind it."""
OTHERS = (
    ("Nguyễn Văn An", "Ô tô 14A-123.45 đỗ trên vỉa hè chắn cổng trường lúc 7h sáng nay", 0, 0),
    ("Lê Thị Hoa", "Xe khách 14B-012.34 dừng đón khách giữa ngã tư lúc 8h", 20.9561, 107.0852),
    ("Vũ Đức Thắng", "Xe tải 14C-998.21 rơi vãi đất cát trên quốc lộ 18", 20.9489, 107.0931),
    ("Đỗ Minh Châu", "Nhóm xe máy đang bốc đầu, lạng lách trên đường 25/4", 20.9523, 107.0801),
    ("Phạm Thu Trang", "Ô tô 14A-777.88 vượt đèn đỏ lúc 6h45 sáng nay", 20.9530, 107.0812),
    ("Hoàng Gia Huy", "Bằng lái hạng B1 cũ có phải đổi không?", 0, 0),
)


def _wait_for_morning(world: World) -> None:
    now = datetime.fromisoformat(world.ask("GET", "/clock")["now"]).astimezone(VIETNAM)
    morning = now.replace(hour=MORNING, minute=5, second=0, microsecond=0)
    seconds = int((morning - now).total_seconds()) % (24 * 3600)
    world.advance(f"PT{seconds}S")


def _tell(world: World, name: str, text: str, latitude: float, longitude: float) -> str | None:
    citizen = Citizen.new(world, name)
    citizen.wait_for("Kính chào")
    citizen.send("text", text=text)
    if not latitude:
        return None
    citizen.send("location", latitude=latitude, longitude=longitude)
    citizen.send("text", text="Xong")
    return citizen.wait_for_code()


def _act(officer: Officer, code: str, act: str) -> None:
    _, page = officer.report_page(code)
    form = form_of(page, f"/{act}")
    officer.browser.post(
        f"{officer.admin}{form.action}", data=form.fields, headers={"Origin": officer.admin}
    ).raise_for_status()


def _begin(world: World) -> Citizen:
    """The story's citizen, who has just read what is still missing."""
    citizen = Citizen.new(world, "Trần Thị Bình")
    citizen.wait_for("Kính chào")
    citizen.send("text", text="Xe máy 14-B1 234.56 vượt đèn đỏ lúc 7h30 sáng nay")
    citizen.wait_for("Còn thiếu")
    citizen.send_file("image", "xe.png", sample_media.photograph("motorcycle_left.png"))
    return citizen


def _finish(citizen: Citizen) -> str:
    citizen.send_file("video", "clip.mp4", sample_media.traffic_clip())
    citizen.send("location", latitude=20.9517, longitude=107.0748)
    citizen.send("text", text="Xong")
    return citizen.wait_for_code()


def _phone(browser: Browser, system: LocalSystem, citizen: Citizen, words: str, name: str) -> None:
    page = browser.new_context(locale="vi-VN", viewport={"width": 390, "height": 844}).new_page()
    page.add_init_script(
        f"localStorage.setItem('shown-citizens', JSON.stringify(['{citizen.user_id}']))"
    )
    page.goto(system.addresses.phone)
    page.get_by_text("CSGT Công an tỉnh Hải Minh").first.click()
    page.get_by_text(words).first.wait_for()
    page.wait_for_timeout(800)
    page.screenshot(path=FOLDER / name)


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
        world = World(system.addresses.simulator)
        _wait_for_morning(world)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        codes = [code for code in (_tell(world, *other) for other in OTHERS) if code]
        officer = Officer.sign_in(system.addresses.admin, "officer-minh")
        _act(officer, codes[0], "claim")
        _act(officer, codes[1], "accept")
        citizen = _begin(world)
        citizen.wait_for("1 tệp ảnh")
        _phone(browser, system, citizen, "1 tệp ảnh", "phone.png")
        code = _finish(citizen)
        desk = _officer_page(browser, system, viewport={"width": 1440, "height": 900})
        desk.screenshot(path=FOLDER / "list.png")
        desk.goto(f"{system.addresses.admin}/search?q={code}")
        desk.wait_for_load_state("networkidle")
        desk.screenshot(path=FOLDER / "report.png")
        desk.goto(f"{system.addresses.admin}/map")
        desk.locator("#map[data-shown]").wait_for()
        desk.wait_for_timeout(800)
        desk.screenshot(path=FOLDER / "map.png")
        address, _ = officer.report_page(code)
        mobile = _officer_page(browser, system, viewport={"width": 390, "height": 844})
        mobile.goto(address)
        mobile.wait_for_load_state("networkidle")
        mobile.screenshot(path=FOLDER / "report-phone.png")
        officer.conclude(
            code, outcome="record_made", reason="Đã mời chủ xe làm việc.", delay_days=0
        )
        officer.close()
        world.advance("PT20S")
        citizen.wait_for("Kết quả phản ánh")
        _phone(browser, system, citizen, "Kết quả phản ánh", "phone-outcome.png")
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
