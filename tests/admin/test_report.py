"""One report: what was sent, done and told, and what is still to come."""

import re
from datetime import timedelta

import pytest

from functions.errors import Undeliverable
from functions.evidence.model import EvidenceState, FailureReason
from functions.followups.model import FollowUp, Kind, followup_id
from functions.followups.planner import delivered, not_delivered
from functions.reports.account import Account, Fact, Finding, Precision
from functions.reports.model import ItemKind, Report, ReportState, TimelineItem
from tests.admin.station import COLLEAGUE, LEAD, OTHER_UNIT, Station
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


def test_a_video_and_a_recording_are_opened_by_a_form_and_play_in_the_page(
    station: Station, report: Report
) -> None:
    for content, media_type in ((b"\0\0\0\x18ftypmp42", "video/mp4"), (b"#!AMR\n", "audio/amr")):
        evidence = station.attach(report, content, media_type)
        path = f"/reports/{report.id}/evidence/{evidence.id}/open"
        opener = f'action="{path}" hx-post="{path}" hx-target="#evidence-{evidence.id}"'
        assert opener in page_of(station, report)


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
    assert re.search(r'id="checklist"[^>]+hx-swap-oob="true"', after)


def test_an_open_page_hears_of_what_changed(station: Station, report: Report) -> None:
    browser = station.browser()
    page = browser.get(f"/reports/{report.id}").text
    found = re.search(r'hx-get="(/reports/[0-9a-f]+/news[^"]+)"', page)
    assert found is not None
    assert browser.fragment(found.group(1)).status_code == 204
    station.browser(LEAD).conclude(report)
    assert "vừa có thay đổi" in browser.fragment(found.group(1)).text


def test_the_checklist_says_what_is_missing(station: Station) -> None:
    page = page_of(station, station.report())
    assert page.count('<li class="lacking">') == 5
    assert page.count('<li class="there">') == 0
    assert "Còn thiếu 5" in page


def test_the_checklist_says_what_was_read(station: Station, clock: MovableClock) -> None:
    def told(fact: Fact, value: str, said: str, **more: object) -> Finding:
        return Finding.model_validate(
            {"fact": fact, "item_id": "1", "at": clock.now(), "value": value, "said": said, **more}
        )

    account = Account(
        findings=(
            told(Fact.ACT, "red_light", "vượt đèn đỏ"),
            told(Fact.PLACE, "ngã tư Lê Lợi", "tại ngã tư Lê Lợi"),
            told(Fact.TIME, "", "sáng nay", start=clock.now(), precision=Precision.HOUR),
            told(Fact.SUBJECT, "84C-123.45", "84c 12345"),
            told(Fact.MEDIA, "2", ""),
        )
    )
    page = page_of(station, station.report("Lời kể", account=account))
    assert "Đủ căn cứ" in page
    for words in (
        "vượt đèn đỏ",
        "ngã tư Lê Lợi",
        "khoảng 08:30 ngày 21/11/2026",
        "84C-123.45",
        "Đã nêu",
    ):
        assert words in page
    assert '<li class="lacking">' not in page


def test_the_clock_says_when_what_has_to_happen(station: Station, clock: MovableClock) -> None:
    now = clock.now()
    report = station.report(
        "Xe tải",
        state=ReportState.ACCEPTED,
        accepted_at=now,
        verify_until=now + timedelta(days=30),
        extension_reason="Chờ giám định",
    )
    page = page_of(station, report)
    assert "08:30 ngày 21/12/2026" in page
    assert "Còn 30 ngày" in page
    assert "08:30 ngày 20/01/2027" in page
    assert "Chờ giám định" in page


def test_what_is_related_is_named_as_far_as_the_officer_may_see_it(station: Station) -> None:
    same = station.report("Cùng vụ")
    hidden = station.report("Của xã", unit_id=OTHER_UNIT)
    report = station.report("Xe tải", linked=(same.id, hidden.id, "f" * 32))
    page = page_of(station, report)
    assert same.code in page
    assert hidden.code not in page


def write_item(station: Station, report: Report, kind: ItemKind, text: str, **more: str) -> None:
    """An item of an officer's."""
    item = TimelineItem(
        id=f"{kind}-1", kind=kind, at=station.clock.now(), text=text, author=COLLEAGUE, **more
    )
    station.write(f"reports/{report.id}/items/{item.id}", item.model_dump())


def test_a_note_looks_different_and_says_that_it_is_not_sent(
    station: Station, report: Report
) -> None:
    write_item(station, report, ItemKind.NOTE, "Nghi là xe của công ty Bình An")
    page = page_of(station, report)
    assert re.search(r'class="step step-note"', page)
    assert '<p class="internal">Nghi là xe của công ty Bình An</p>' in page
    assert "Đại úy Trần Quốc Khánh · không gửi cho người dân" in page


def test_a_question_and_how_its_message_stands_are_one_step(
    station: Station, report: Report
) -> None:
    owed = owe(station, report)
    write_item(station, report, ItemKind.QUESTION, "Xe màu gì?", followup_id=owed.id)
    page = page_of(station, report)
    assert page.count('class="step step-question is-due"') == 1
    assert 'class="step step-told' not in page


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
    station.browser(LEAD).conclude(report)
    assert "Trung tá Lê Thu Hà" in page_of(station, report)
