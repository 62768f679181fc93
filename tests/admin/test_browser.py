"""An officer's work in a real Chromium: looked at, played, decided, by keyboard alone."""

import itertools
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from functions.evidence.model import EvidenceState, FailureReason
from functions.followups.notices import outcome_id, receipt
from functions.followups.planner import delivered
from functions.reports.model import Report
from functions.units.model import Unit
from infra.local.sample_media import photograph, traffic_clip
from tests.admin.desk import Desk
from tests.admin.station import COLLEAGUE, OFFICER, THIRD_UNIT, UNIT, Station
from tests.chromium import SCHEMES, SIZES, needs_chromium
from tests.emulators import wait_until

pytestmark = [pytest.mark.browser, needs_chromium]


def fill_inbox(station: Station) -> Report:
    """An ordinary morning; gives the report that has everything."""
    for text, minutes in (
        ("Đề nghị kiểm tra bãi giữ xe lấn chiếm lòng đường trước chợ Bến Vân", 340),
        ("Xe khách dừng đón khách giữa giao lộ đường 3/2 và Trần Hưng Đạo", 95),
        ("", 40),
        ("Nhóm thanh niên tụ tập, nẹt pô gây mất trật tự lúc nửa đêm tại công viên Tân Lâm", 12),
    ):
        station.clock.advance(-timedelta(minutes=minutes))
        report = station.report(*([text] if text else []), is_received=bool(text))
        if minutes == 40:
            station.attach(report, photograph("rocket.jpg"))
            station.attach(report)
        if minutes == 12:
            station.attach(report, reason=FailureReason.TOO_LARGE, media_type="video/mp4")
        station.clock.advance(timedelta(minutes=minutes))
    station.report("Biển báo hạn chế tốc độ bị cây che khuất", unit_id=THIRD_UNIT)
    station.clock.advance(-timedelta(minutes=4))
    report = station.report(
        "Xe tải biển số 84C-123.45 vượt đèn đỏ tại ngã tư Điện Biên Phủ và Lê Lợi lúc 7 giờ 20, "
        "hướng từ cầu Long Bình vào trung tâm. Xe chạy rất nhanh, suýt va vào người đi xe đạp.",
        place=(9.93470, 106.34530),
    )
    station.clock.advance(timedelta(seconds=40))
    station.attach(report, photograph("motorcycle_left.png"), "image/png")
    station.attach(report, photograph("motorcycle_right.png"), "image/png")
    station.clock.advance(timedelta(seconds=30))
    station.attach(report, traffic_clip(), "video/mp4")
    station.attach(report, reason=FailureReason.GONE)
    owe_receipt(station, report)
    station.clock.advance(timedelta(minutes=2, seconds=50))
    return station.now_of(report)


def owe_receipt(station: Station, report: Report) -> None:
    """The receipt, already with the reporter."""
    unit = Unit(id=UNIT, name="Phòng Cảnh sát giao thông", short_name="", kind="division")
    owed = receipt(station.now_of(report), unit, now=station.clock.now())
    commit = station.database.commit()
    station.followups.add_new(commit, owed)
    commit.send()
    found = station.followups.read(owed.id)
    assert found is not None
    station.followups.change(
        found, delivered(found.followup, message_id="1", at=station.clock.now())
    )


def test_an_officer_signs_in_looks_plays_and_decides_by_keyboard_alone(desk: Desk) -> None:
    report = fill_inbox(desk.station)
    page = desk.go("/")
    desk.press_until(page.get_by_role("link", name="Đăng nhập"))
    desk.press("Enter")
    page.get_by_role("heading", name="Tất cả đang mở").wait_for()
    desk.press_until(page.locator(f"#report-{report.id}"), "j")
    desk.press("Enter")
    page.get_by_role("heading", name=report.code).wait_for()
    # When the list comes it takes the place of a link that could have the focus.
    page.locator("#list a[data-row]").first.wait_for()

    desk.press_until(page.get_by_role("button", name="Phát video"))
    desk.press("Enter")
    wait_until(lambda: bool(page.evaluate("document.querySelector('video')?.currentTime > 0.1")))

    desk.press("e", *["ArrowDown"] * 4)
    expect(page.get_by_label("Chưa đủ căn cứ")).to_be_checked()
    desk.press_until(page.locator("#reason"))
    page.keyboard.type("Biên bản số 12/BB-VPHC")
    desk.press_until(page.locator("#delay_days"))
    page.keyboard.type("3")
    expect(page.locator("#preview")).to_contain_text("08:30 ngày 24/11/2026")
    expect(page.locator("#preview .bubble")).to_contain_text("Biên bản số 12/BB-VPHC")
    promised = page.locator("#preview .bubble").inner_text()
    desk.press("Enter")
    desk.hears("Đã ghi kết quả.")
    assert desk.station.followups.read(outcome_id(report.id, 1)) is not None

    desk.go(f"/reports/{report.id}")
    expect(page.locator("#outcome")).to_contain_text(
        "Sẽ báo người phản ánh lúc 08:30 ngày 24/11/2026"
    )
    assert page.locator(".recorded .bubble").inner_text() == promised


@pytest.mark.timeout(400)
def test_every_page_is_pictured_and_accessible_in_light_and_dark_on_desktop_and_phone(
    desk: Desk,
) -> None:
    page = desk.go("/sign-in")
    desk.picture("sign-in")
    desk.check()
    desk.sign_in()
    desk.picture("empty")
    report = fill_inbox(desk.station)
    for scheme, size in itertools.product(SCHEMES, SIZES):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(SIZES[size])
        desk.go("/")
        page.locator(".queue .some").first.wait_for()
        desk.picture(f"list-{size}-{scheme}")
        desk.check()
        desk.go(f"/reports/{report.id}")
        desk.picture(f"report-{size}-{scheme}")
        for fold in page.locator("#report details").all():
            fold.evaluate("fold => { fold.open = true }")
        desk.check()
        for part in ("details", "acts") if size == "phone" else ():
            desk.go(f"/reports/{report.id}#{part}")
            expect(page.locator(f"#{part}")).to_be_visible()
            expect(page.locator("#thread")).not_to_be_visible()
            desk.picture(f"{part}-{size}-{scheme}")
            desk.check()


def test_a_page_with_everything_open_is_accessible(desk: Desk) -> None:
    fill_inbox(desk.station)
    page = desk.sign_in()
    desk.press("?")
    expect(page.get_by_role("dialog", name="Phím tắt")).to_be_visible()
    desk.check()
    desk.press("Escape", "Control+k")
    expect(page.get_by_role("dialog", name="Bảng lệnh")).to_be_visible()
    desk.check()
    desk.press("Escape")
    page.locator(".person summary").click()
    desk.check()


def test_a_row_opens_beside_the_list_and_back_goes_back(desk: Desk) -> None:
    report = fill_inbox(desk.station)
    page = desk.sign_in()
    page.get_by_role("link", name="Xe khách dừng đón khách").click()
    page.locator("#list a[data-row]").first.wait_for()
    page.locator("#list").evaluate("list => { list.mark = 'the same' }")
    page.locator(f"#list #report-{report.id}").click()
    expect(page.locator("#report h1")).to_be_focused()
    expect(page.locator("#report h1")).to_have_text(report.code)
    expect(page.locator(f"#report-{report.id}")).to_have_attribute("aria-current", "page")
    expect(page).to_have_title(f"{report.code} · Tin Báo")
    assert page.locator("#list").evaluate("list => list.mark") == "the same"
    assert report.id in page.url
    page.go_back()
    expect(page.locator("#report h1")).not_to_have_text(report.code)


def test_single_keys_move_open_and_return(desk: Desk) -> None:
    report = fill_inbox(desk.station)
    page = desk.sign_in()
    desk.press("j", "j", "k")
    first = page.locator("a[data-row]").first
    expect(first).to_be_focused()
    desk.press("o")
    page.locator("#report h1").wait_for()
    desk.press("u")
    page.wait_for_url("**/?unit=pc08&queue=all")
    desk.press("2")
    page.get_by_role("heading", name="Mới, chưa ai nhận").wait_for()
    desk.press("/")
    expect(page.get_by_label("Tìm phản ánh")).to_be_focused()
    page.keyboard.type("junk 1?")
    expect(page.get_by_label("Tìm phản ánh")).to_have_value("junk 1?")
    page.get_by_label("Tìm phản ánh").fill(report.code)
    desk.press("Enter")
    expect(page.locator("#report h1")).to_have_text(report.code)


def test_keys_are_silent_while_letters_are_composed_and_when_switched_off(desk: Desk) -> None:
    page = desk.sign_in()
    sheet = page.get_by_role("dialog", name="Phím tắt")
    page.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown',"
        " {key: '?', isComposing: true, bubbles: true}))"
    )
    expect(sheet).not_to_be_visible()
    desk.press("?")
    page.get_by_label("Bật phím tắt một chữ").uncheck()
    desk.press("Escape")
    expect(sheet).not_to_be_visible()
    desk.press("?")
    expect(sheet).not_to_be_visible()
    page.reload()
    desk.press("?", "2")
    expect(sheet).not_to_be_visible()
    desk.press("Control+k")
    expect(page.get_by_role("dialog", name="Bảng lệnh")).to_be_visible()
    expect(page.get_by_role("heading", name="Tất cả đang mở")).to_be_visible()


def test_the_palette_finds_without_marks_and_gives_the_focus_back(desk: Desk) -> None:
    fill_inbox(desk.station)
    page = desk.sign_in()
    desk.press("j", "Control+k")
    page.keyboard.type("khong co gi nhu vay")
    expect(page.get_by_text("Không có việc nào như vậy trên trang này.")).to_be_visible()
    desk.press("Escape")
    expect(page.locator("a[data-row]").first).to_be_focused()
    desk.press("Control+k")
    page.keyboard.type("dang xac minh")
    desk.press("Enter")
    page.get_by_role("heading", name="Đang xác minh").wait_for()


def test_the_page_is_dark_when_the_officer_says_so(desk: Desk) -> None:
    page = desk.sign_in()
    page.locator(".person summary").click()
    page.get_by_role("button", name="Tối", exact=True).click()
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(ground)
    page.reload()
    assert page.evaluate(ground) == dark
    page.locator(".person summary").click()
    page.get_by_role("button", name="Sáng", exact=True).click()
    assert page.evaluate(ground) != dark


def test_a_colleague_who_looks_at_the_same_report_is_named(desk: Desk) -> None:
    report = desk.station.report("Xe tải")
    page = desk.sign_in()
    page.clock.install()
    desk.go(f"/reports/{report.id}")
    desk.station.browser(COLLEAGUE).post(f"/reports/{report.id}/presence", {})
    page.clock.fast_forward(20_000)
    expect(page.locator(".watchers")).to_have_text("Đại úy Trần Quốc Khánh đang xem")


def test_without_scripts_the_desk_still_works(browser: Browser, served_station: Station) -> None:
    report = fill_inbox(served_station)
    with Desk(browser, served_station, java_script_enabled=False) as desk:
        page = desk.open("/", OFFICER)
        page.locator(f"#report-{report.id}").click()
        page.get_by_role("heading", name=report.code).wait_for()
        page.get_by_role("link", name="Tất cả đang mở").first.click()
        page.locator(f"#report-{report.id}").wait_for()


def test_a_report_is_printed_without_the_desk_around_it(desk: Desk) -> None:
    report = fill_inbox(desk.station)
    page = desk.sign_in()
    desk.go(f"/reports/{report.id}")
    page.emulate_media(media="print")
    for gone in (".bar", "#queues", "#list", "#acts", ".bottom"):
        expect(page.locator(gone)).not_to_be_visible()
    for there in ("#report h1", "#thread", "#checklist"):
        expect(page.locator(there)).to_be_visible()
    desk.picture("print")


def test_the_list_refreshes_itself_and_leaves_the_focus_where_it_is(desk: Desk) -> None:
    report = desk.station.report("Đang đọc")
    page = desk.sign_in()
    page.clock.install()
    page.reload()
    page.get_by_role("link", name="Đang đọc").focus()
    desk.station.report("Vừa gửi đến")
    page.clock.fast_forward(15_000)
    expect(page.get_by_role("link", name="Vừa gửi đến")).to_be_visible()
    expect(page.locator(f"#report-{report.id}")).to_be_focused()
    expect(page.locator("#announcer")).to_have_text("2 phản ánh trong danh sách")


def test_an_attachment_appears_when_it_arrives_and_a_playing_video_plays_on(desk: Desk) -> None:
    report = desk.station.report("Xe tải")
    desk.station.attach(report, traffic_clip(), "video/mp4")
    pending = desk.station.attach(report)
    page = desk.sign_in()
    desk.go(f"/reports/{report.id}")
    page.clock.install()
    page.reload()
    page.get_by_role("button", name="Phát video").click()
    page.locator("video").evaluate("video => { video.mark = 'the same' }")
    lost = {"state": EvidenceState.FAILED, "reason": FailureReason.TOO_LARGE}
    desk.station.settle(pending, lost, "too_large")
    page.clock.fast_forward(4_000)
    expect(page.locator(".tile.failed")).to_contain_text("vượt dung lượng cho phép")
    expect(page.locator("#checklist")).to_contain_text("1 không lưu được")
    assert page.locator("video").evaluate("video => video.mark") == "the same"


def test_a_session_that_ends_while_typing_takes_nothing_away(desk: Desk) -> None:
    report = desk.station.report("Xe tải")
    page = desk.sign_in()
    desk.go(f"/reports/{report.id}")
    desk.refusals = (401,)
    desk.press("e")
    page.get_by_label("Thông tin thêm cho người dân").fill("Lời của tôi")
    desk.station.clock.advance(timedelta(minutes=31))
    page.get_by_label("Chưa đủ căn cứ").check()
    page.get_by_role("button", name="Ghi kết quả", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Phiên làm việc đã hết")
    expect(page.get_by_label("Thông tin thêm cho người dân")).to_have_value("Lời của tôi")


def test_a_photo_opened_by_itself_is_shown_in_a_place_of_its_own(desk: Desk) -> None:
    report = desk.station.report("Xe tải")
    desk.station.attach(report, photograph("rocket.jpg"))
    page = desk.sign_in()
    desk.go(f"/reports/{report.id}")
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Mở bản gốc").click()
    photo = opened.value
    photo.wait_for_load_state()
    assert photo.evaluate("document.images[0].naturalWidth") > 0
    assert photo.evaluate("origin") == "null"
