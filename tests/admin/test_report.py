"""One report: what was sent, done and told, and what is still to come."""

import re
from datetime import timedelta

import pytest

from functions.errors import Undeliverable
from functions.evidence.model import EvidenceState, FailureReason
from functions.followups.model import FollowUp, Kind, followup_id
from functions.followups.planner import delivered, not_delivered
from functions.reports.model import Report
from tests.admin.station import COLLEAGUE, Station
from tests.emulators import MovableClock

JPEG = b"\xff\xd8\xff\xe0"


@pytest.fixture
def report(station: Station) -> Report:
    """A report with a story and a place."""
    return station.report("Xe tải vượt đèn đỏ", "Xe màu xanh", place=(9.9347, 106.3453))


def page_of(station: Station, report: Report) -> str:
    """The report's page."""
    answer = station.browser().get(f"/reports/{report.id}")
    assert answer.status_code == 200
    return answer.text


def owe(station: Station, report: Report) -> FollowUp:
    """A receipt that is owed."""
    now = station.clock.now()
    owed = FollowUp(
        id=followup_id(Kind.RECEIPT, report.id),
        kind=Kind.RECEIPT,
        citizen=report.citizen,
        page_id=report.page_id,
        unit_id=report.unit_id,
        report_id=report.id,
        sentence="status",
        values={"ma_phieu": report.code, "ngay": "21/11/2026", "trang_thai": "chờ xử lý"},
        created_at=now,
        due_at=now + timedelta(minutes=2),
        next_at=now + timedelta(minutes=2),
    )
    commit = station.database.commit()
    station.followups.add_new(commit, owed)
    commit.send()
    return owed


def change(station: Station, owed: FollowUp, after: FollowUp) -> None:
    """The follow-up, as `send_followup` left it."""
    found = station.followups.read(owed.id)
    assert found is not None
    station.followups.change(found, after)


def test_the_story_stands_in_the_order_in_which_it_was_sent(
    station: Station, report: Report
) -> None:
    page = page_of(station, report)
    words = ["Xe tải vượt đèn đỏ", "Xe màu xanh", "9,93470° Bắc, 106,34530° Đông", "Tiếp nhận đủ"]
    places = [page.index(word, page.index("Diễn biến")) for word in words]
    assert places == sorted(places)


def test_what_was_told_stands_between_what_was_sent_before_and_after(
    station: Station, report: Report, clock: MovableClock
) -> None:
    owed = owe(station, report)
    change(station, owed, delivered(owed, message_id="1", at=clock.now() + timedelta(minutes=1)))
    clock.advance(timedelta(minutes=2))
    station.attach(report, reason=FailureReason.GONE)
    page = page_of(station, report)
    assert page.index("Xe màu xanh") < page.index("Biên nhận") < page.index("Ảnh không lưu được")


def test_the_reporter_has_a_short_pseudonym_and_no_more(station: Station, report: Report) -> None:
    page = page_of(station, report)
    assert "Người phản ánh K7F2QX" in page
    assert report.citizen not in page
    assert report.page_id not in page


def test_pictures_that_came_together_stand_together(station: Station, report: Report) -> None:
    station.clock.advance(timedelta(seconds=1))
    for _ in range(3):
        station.attach(report, JPEG, "image/jpeg")
    assert 'class="body tiles count-many"' in page_of(station, report)


def test_a_video_plays_in_the_page_and_a_recording_too(station: Station, report: Report) -> None:
    video = station.attach(report, b"\0\0\0\x18ftypmp42", "video/mp4")
    sound = station.attach(report, b"#!AMR\n", "audio/amr")
    page = page_of(station, report)
    for tag, evidence in (("video", video), ("audio", sound)):
        found = re.search(rf"<{tag} controls [^>]*src=\"([^\"]+)\"", page)
        assert found is not None
        assert found.group(1) == f"/reports/{report.id}/evidence/{evidence.id}"


@pytest.mark.parametrize("reason", FailureReason)
def test_a_lost_attachment_says_why_in_plain_words(
    station: Station, report: Report, reason: FailureReason
) -> None:
    station.attach(report, reason=reason)
    page = page_of(station, report)
    assert "Ảnh không lưu được." in page
    assert reason.value not in page
    assert "1 không lưu được" in page


def test_a_pending_attachment_asks_again_until_it_is_there(
    station: Station, report: Report
) -> None:
    pending = station.attach(report, media_type="application/pdf")
    assert "đang được tải về" in page_of(station, report)
    browser = station.browser()
    path = f"/reports/{report.id}/evidence/{pending.id}/tile"
    before = browser.fragment(path).text
    assert f'hx-get="{path}"' in before
    station.settle(pending, {"state": EvidenceState.FAILED, "reason": FailureReason.GONE}, "gone")
    after = browser.fragment(path).text
    assert "hx-get" not in after
    assert 'id="checklist" aria-label="Căn cứ" hx-swap-oob="true"' in after


def test_an_open_page_hears_of_what_changed(station: Station, report: Report) -> None:
    browser = station.browser()
    page = browser.get(f"/reports/{report.id}").text
    found = re.search(r'hx-get="(/reports/[0-9a-f]+/news[^"]+)"', page)
    assert found is not None
    assert browser.fragment(found.group(1)).status_code == 204
    station.browser(COLLEAGUE).conclude(report)
    assert "vừa có thay đổi" in browser.fragment(found.group(1)).text


def test_the_checklist_says_what_is_there_and_what_is_not(station: Station) -> None:
    page = page_of(station, station.report())
    assert page.count('<li class="lacking">') == 3
    assert page.count('<li class="there">') == 0


def test_a_message_that_is_owed_says_when_it_goes_out(station: Station, report: Report) -> None:
    owe(station, report)
    page = page_of(station, report)
    assert "Sẽ báo người phản ánh lúc 08:32 ngày 21/11/2026" in page
    assert f"Phản ánh {report.code} (gửi ngày 21/11/2026): chờ xử lý." in page


def test_a_message_that_was_sent_says_when(
    station: Station, report: Report, clock: MovableClock
) -> None:
    owed = owe(station, report)
    clock.advance(timedelta(minutes=5))
    sent = owed.model_copy(update={"text": "Nguyên văn"})
    change(station, owed, delivered(sent, message_id="1", at=clock.now()))
    page = page_of(station, report)
    assert "Đã báo người phản ánh lúc 08:35 ngày 21/11/2026" in page
    assert "Nguyên văn" in page


def test_a_message_that_is_held_says_why(station: Station, report: Report) -> None:
    owed = owe(station, report)
    problem = Undeliverable("window closed", sentence="Đã quá 7 ngày kể từ tin gần nhất.")
    change(station, owed, not_delivered(owed, problem, now=station.clock.now()))
    page = page_of(station, report)
    assert "Chưa gửi được" in page
    assert "Đã quá 7 ngày kể từ tin gần nhất." in page
    assert "window closed" not in page


def test_the_log_shows_the_whole_chain_and_that_it_holds(station: Station, report: Report) -> None:
    station.attach(report, JPEG, "image/jpeg")
    page = page_of(station, report)
    assert "Nhật ký (3)" in page
    assert "Chuỗi nguyên vẹn" in page


def test_a_log_that_was_tampered_with_is_shown_as_broken(station: Station, report: Report) -> None:
    path = f"reports/{report.id}/audit/00000002"
    stored = station.database.read(path)
    assert stored is not None
    station.write(path, {**stored.fields, "actor": "officer:officer-tuan"})
    assert "Sai từ dòng 2" in page_of(station, report)


def test_an_outcome_names_the_officer_who_recorded_it(station: Station, report: Report) -> None:
    station.browser(COLLEAGUE).conclude(report)
    assert "Đại úy Trần Quốc Khánh" in page_of(station, report)


def test_the_notice_of_success_belongs_to_the_version_that_was_just_recorded(
    station: Station, report: Report
) -> None:
    browser = station.browser()
    browser.conclude(report)
    assert "Đã ghi kết quả." in browser.get(f"/reports/{report.id}?recorded=1").text
    assert "Đã ghi kết quả." not in browser.get(f"/reports/{report.id}").text
    assert "Đã ghi kết quả." not in browser.get(f"/reports/{report.id}?recorded=9").text
