"""An ordinary morning: a station in which every page has something to show."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from functions.admin.desk.saved import SavedView, SavedViews, Span, added
from functions.admin.records.logs import AccessEntry, AccessKind, AccessLog
from functions.evidence.model import FailureReason
from functions.reports.account import Account, Fact, Finding, Precision
from functions.reports.model import Report
from functions.reports.rows import Queue
from functions.reports.tracks import Source, Track
from functions.vietnam import VIETNAM
from infra.local.sample_media import photograph, traffic_clip
from tests.admin.acting import do
from tests.admin.browsing import hidden_fields
from tests.admin.station import (
    COLLEAGUE,
    INVESTIGATOR,
    LEAD,
    LINEAGES,
    OFFICER,
    TEAM,
    THIRD_UNIT,
    UNIT,
    Station,
)

WORDS = (
    "Xe tải biển số 84C-123.45 vượt đèn đỏ tại ngã tư Điện Biên Phủ và Lê Lợi lúc 7 giờ 20, "
    "hướng từ cầu Long Bình vào trung tâm. Xe chạy rất nhanh, suýt va vào người đi xe đạp."
)


@dataclass(frozen=True)
class Morning:
    """What pages are about."""

    full: Report
    """With all that a report may have."""
    concluded: Report
    waiting: Report
    """Nobody's yet."""
    told: Report
    """By telephone."""


def morning_of(station: Station) -> Morning:
    """Fill a station."""
    late = _told(station, 1800, "Bãi giữ xe lấn chiếm lòng đường trước chợ Bến Vân")
    do(station, late, "claim", COLLEAGUE)
    _told(
        station,
        95,
        "Xe khách dừng đón khách giữa giao lộ đường 3/2 và Trần Hưng Đạo",
        unit_id=TEAM,
        place=(9.9412, 106.3391),
        account=_account(station, plate="84B-012.34", act="dung_do_cao_toc"),
    )
    _told(
        station,
        12,
        "Nhóm thanh niên tụ tập, nẹt pô gây mất trật tự lúc nửa đêm tại công viên Tân Lâm",
        is_urgent=True,
        track=Track.ORDER,
        place=(9.9288, 106.3502),
    )
    _told(station, 9, "Làm lại giấy phép lái xe bị mất cần giấy tờ gì?", track=Track.QUESTION)
    offered = _told(
        station,
        64,
        "Biển báo hạn chế tốc độ bị cây che khuất",
        source=Source.PHONE,
        page_id="",
        contact="a" * 32,
    )
    do(station, offered, "offer", LEAD, unit=THIRD_UNIT)
    verified = _told(station, 300, "Xe ben 84C-998.21 làm rơi đất cát trên quốc lộ 53, nhiều đoạn")
    do(station, verified, "accept", LEAD)
    concluded = _told(station, 400, "Ô tô 84A-246.80 đỗ chắn lối ra vào trạm y tế xã")
    do(station, concluded, "record", LEAD, outcome="fined", reason="Đã xử phạt chủ xe.")
    waiting = _told(station, 3, "Xe máy chở ba người không đội mũ bảo hiểm gần trường học")
    full = _full(station)
    _around(station, full)
    _save(station)
    return Morning(station.now_of(full), station.now_of(concluded), waiting, offered)


def _told(station: Station, minutes: int, text: str, **fields: object) -> Report:
    station.clock.advance(-timedelta(minutes=minutes))
    report = station.report(text, **fields)  # type: ignore[arg-type]
    station.clock.advance(timedelta(minutes=minutes))
    return report


def _account(station: Station, *, plate: str, act: str) -> Account:
    now = station.clock.now()
    findings = (
        Finding(fact=Fact.ACT, item_id="1", at=now, value=act, said="vượt đèn đỏ"),
        Finding(fact=Fact.SUBJECT, item_id="1", at=now, value=plate, said=plate),
        Finding(fact=Fact.PLACE, item_id="1", at=now, value="ngã tư Điện Biên Phủ và Lê Lợi"),
        Finding(
            fact=Fact.TIME,
            item_id="1",
            at=now,
            start=now - timedelta(minutes=30),
            precision=Precision.MINUTE,
        ),
        Finding(fact=Fact.MEDIA, item_id="2", at=now, value="3"),
    )
    return Account(findings=findings)


def _full(station: Station) -> Report:
    report = _told(
        station,
        40,
        WORDS,
        place=(9.93470, 106.34530),
        account=_account(station, plate="84C-123.45", act="vuot_den_do"),
    )
    station.attach(report, photograph("motorcycle_left.png"), "image/png")
    station.attach(report, photograph("motorcycle_right.png"), "image/png")
    station.attach(report, traffic_clip(), "video/mp4")
    station.attach(report, reason=FailureReason.GONE)
    do(station, report, "claim", LEAD)
    do(station, report, "note", COLLEAGUE)
    do(station, report, "ask", LEAD)
    station.browser(COLLEAGUE).post(f"/reports/{report.id}/presence", {})
    return report


def _save(station: Station) -> None:
    """What the lead keeps at hand; one of a unit that is not theirs to see any more."""
    views = SavedViews(station.database)
    for one in (
        SavedView(id="saved-0", name="Việc mới của phòng", unit=UNIT, queue=Queue.NEW),
        SavedView(id="saved-1", name="30 ngày qua", unit=UNIT, span=Span.MONTH),
        SavedView(id="saved-2", name="Trật tự ở Đội 1", unit=THIRD_UNIT, track=Track.ORDER),
    ):
        views.change(LEAD, partial(added, new=one))


def _around(station: Station, report: Report) -> None:
    now = station.clock.now()
    for number, (title, text) in enumerate(
        (
            ("Xin biển số", "Ông/Bà vui lòng cho biết biển số xe của phản ánh {ma_phieu}."),
            ("Đã cử tổ tuần tra", "{don_vi} đã cử tổ tuần tra đến kiểm tra."),
        )
    ):
        station.write(
            f"texts/text-{number}",
            {
                "unit_id": UNIT,
                "title": title,
                "text": text,
                "changed_at": now,
                "changed_by": LEAD,
            },
        )
    for officer, start in ((OFFICER, 0), (COLLEAGUE, 8), (OFFICER, 26)):
        begin = (now + timedelta(hours=start)).astimezone(VIETNAM)
        station.browser(LEAD).post(
            "/roster/plan",
            {
                "unit": UNIT,
                "operation": secrets.token_hex(16),
                "officer": officer,
                "starts_at": f"{begin:%Y-%m-%dT%H:%M}",
                "ends_at": f"{begin + timedelta(hours=8):%Y-%m-%dT%H:%M}",
                "note": "",
            },
        )
    browser = station.browser(INVESTIGATOR)
    path = f"/reports/{report.id}/identity"
    fields = hidden_fields(browser.get(path).text, "ask-identity-form")
    browser.post(f"{path}/ask", {**fields, "reason": "Cần mời làm chứng"})
    AccessLog(station.database).write(
        AccessEntry(
            at=now,
            officer=LEAD,
            name="Trung tá Lê Thu Hà",
            kind=AccessKind.ORIGINAL,
            unit_id=UNIT,
            lineage=LINEAGES[UNIT],
            report_id=report.id,
            code=report.code,
            subject="ảnh",
            reason="Xác minh biển số",
        )
    )
