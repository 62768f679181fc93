"""The register book: lines, numbers, pages; and its export."""

import csv
import hashlib
import io
import re
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from functions.admin.records.logs import AccessKind, AccessLog
from functions.admin.records.register import MOST_NUMBERED, ROWS
from functions.followups.notices import outcome_notice
from functions.followups.planner import delivered
from functions.reports.account import Account, Fact, Finding
from functions.reports.casework import conclude
from functions.reports.model import OutcomeCode
from functions.units.model import Unit
from functions.units.spreadsheets import read_table
from tests.admin.browsing import Browser
from tests.admin.station import (
    ADMINISTRATOR,
    AUDITOR,
    BELOW,
    INSPECTOR,
    LEAD,
    OFFICER,
    OTHER_UNIT,
    PRESS,
    ROOT,
    STRANGER,
    SUPERVISOR,
    TEAM,
    UNIT,
    Station,
)
from tests.emulators import MovableClock


def rows(page: str) -> list[list[str]]:
    """The cells of the book's lines."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)]
        for row in body.split("</tr>")[:-1]
    ]


def export(browser: Browser, **fields: str) -> list[dict[str, str]]:
    """The exported book."""
    answer = browser.post(
        "/register/export", {"format": "csv", "reason": "Báo cáo tháng", **fields}
    )
    assert answer.status_code == 200, answer.text
    text = answer.data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_a_line_says_what_the_book_has_to_say(station: Station) -> None:
    told = Account(
        findings=(
            Finding(fact=Fact.PLACE, item_id="i", at=station.clock.now(), value="Quốc lộ 53"),
            Finding(fact=Fact.SUBJECT, item_id="j", at=station.clock.now(), value="14A-123.45"),
        )
    )
    report = station.report("Xe tải vượt đèn đỏ", account=told, assignee_name="Đại úy Khánh")
    browser = station.browser()
    cells = rows(browser.get("/register").text)[0]
    assert cells[:3] == ["1", report.code, "08:30 ngày 21/11/2026"]
    assert cells[3:9] == [
        "Zalo", "CSGT Công an tỉnh Hải Minh", "Vi phạm", "Xe tải vượt đèn đỏ", "Quốc lộ 53",
        "14A-123.45",
    ]  # fmt: skip
    assert cells[9:13] == ["Phòng CSGT", "Đại úy Khánh", "", "Chờ xử lý"]


def test_the_book_has_no_identity_and_masks_telephones(station: Station) -> None:
    report = station.report("Gọi tôi số 0912 345 678")
    page = station.browser().get("/register").text
    assert "Gọi tôi số •••••••678" in page
    assert "345" not in page
    assert report.citizen not in page


def test_an_outcome_stands_in_the_book_with_when_the_reporter_was_told(
    station: Station, clock: MovableClock
) -> None:
    report = station.report("Xe tải vượt đèn đỏ")
    before = station.reports.read(report.id)
    assert before is not None
    now = clock.now()
    change = conclude(
        before.report,
        code=OutcomeCode.FINED,
        reason="",
        note="",
        officer=LEAD,
        at=now,
        tell_at=now,
        operation="0" * 32,
    )
    outcome = change.report.outcome
    assert outcome is not None
    unit = Unit(id=UNIT, name="Phòng Cảnh sát giao thông", short_name="", kind="division")
    owed = outcome_notice(change.report, outcome, unit)
    commit = station.database.commit()
    station.reports.add_change(commit, before, change)
    station.followups.add_new(commit, owed)
    commit.send()
    browser = station.browser()
    assert rows(browser.get("/register").text)[0][12:] == ["Đã có kết quả", "Đã xử phạt", ""]

    clock.advance(timedelta(hours=2))
    found = station.followups.read(owed.id)
    assert found is not None
    station.followups.change(found, delivered(found.followup, message_id="1", at=clock.now()))
    assert rows(station.browser().get("/register").text)[0][14] == "10:30 ngày 21/11/2026"


def test_what_was_not_received_is_not_in_the_book(station: Station) -> None:
    station.report("Đang gửi", is_received=False)
    assert rows(station.browser().get("/register").text) == []


def test_numbers_count_from_the_oldest_and_stay_over_pages(
    station: Station, clock: MovableClock
) -> None:
    codes = []
    for _ in range(ROWS + 2):
        clock.advance(timedelta(seconds=1))
        codes.append(station.report("Xe tải").code)
    browser = station.browser(STRANGER)
    assert rows(browser.get("/register").text) == []
    browser = station.browser(LEAD)
    page = browser.get("/register").text
    link = re.findall(r'id="next-page" href="([^"]+)"', page)[0].replace("&amp;", "&")
    station.report("Đến sau khi trang đầu được mở")
    both = rows(page) + rows(browser.get(link).text)
    assert [(int(row[0]), row[1]) for row in both] == [
        (number, codes[number - 1]) for number in range(ROWS + 2, 0, -1)
    ]


def test_days_are_this_month_unless_others_are_chosen(
    station: Station, clock: MovableClock
) -> None:
    november = station.report("Tháng mười một")
    clock.advance(timedelta(days=14))
    december = station.report("Tháng mười hai")
    browser = station.browser()
    assert [row[1] for row in rows(browser.get("/register").text)] == [december.code]
    page = browser.get("/register?since=2026-11-01&until=2026-11-30").text
    assert [row[1] for row in rows(page)] == [november.code]


@pytest.mark.parametrize(
    ("subject", "query", "sees"),
    [
        (OFFICER, "", {"own", "below"}),
        (BELOW, "", {"below"}),
        (STRANGER, "", {"other"}),
        (SUPERVISOR, "", {"own", "below", "other"}),
        (SUPERVISOR, f"?unit={TEAM}", {"below"}),
        (AUDITOR, "", {"own", "below", "other"}),
        (INSPECTOR, "", {"restricted"}),
    ],
)
def test_everybody_reads_the_book_of_what_is_theirs(
    station: Station, subject: str, query: str, sees: set[str]
) -> None:
    reports = {
        "own": station.report("Một", unit_id=UNIT),
        "below": station.report("Hai", unit_id=TEAM),
        "other": station.report("Ba", unit_id=OTHER_UNIT),
        "restricted": station.report("Bốn", unit_id=UNIT, is_restricted=True),
    }
    page = station.browser(subject).get(f"/register{query}").text
    assert {row[1] for row in rows(page)} == {reports[name].code for name in sees}


def test_another_units_book_is_not_found(station: Station) -> None:
    for unit_id in (OTHER_UNIT, ROOT, f"restricted:{ROOT}"):
        assert station.browser(BELOW).get(f"/register?unit={unit_id}").status_code == 404


def test_a_page_costs_the_same_however_long_the_book_is(station: Station) -> None:
    for _ in range(ROWS + 10):
        station.report("Xe tải")
    browser = station.browser(LEAD)
    browser.get("/register")
    station.database.documents = 0
    browser.get("/register")
    of_the_door, of_the_pages = 1, 2
    assert station.database.documents - of_the_door - of_the_pages == ROWS + 1


def test_an_export_has_every_line_once_and_the_oldest_first(
    station: Station, clock: MovableClock
) -> None:
    codes = []
    for _ in range(ROWS + 3):
        clock.advance(timedelta(seconds=1))
        codes.append(station.report("Xe tải").code)
    station.report("Của đơn vị khác", unit_id=OTHER_UNIT)
    lines = export(station.browser(LEAD))
    assert [line["Mã phiếu"] for line in lines] == codes
    assert [line["STT"] for line in lines] == [str(number) for number in range(1, ROWS + 4)]


def test_an_export_never_holds_another_units_report(station: Station) -> None:
    station.report("Của phòng", unit_id=UNIT)
    station.report("Về cán bộ", unit_id=OTHER_UNIT, is_restricted=True)
    browser = station.browser(LEAD)
    for unit_id in (OTHER_UNIT, ROOT, f"restricted:{ROOT}"):
        answer = browser.post(
            "/register/export", {"format": "csv", "reason": "Xem", "unit": unit_id}
        )
        assert answer.status_code == 404
    assert [line["Nội dung"] for line in export(browser)] == ["Của phòng"]


@pytest.mark.parametrize(
    "text", ["=1+1", "+84912345678", "-2+3", "@SUM(A1)", '=HYPERLINK("http://evil")']
)
def test_no_cell_of_an_export_is_a_formula(station: Station, text: str) -> None:
    station.report(text)
    answer = station.browser(LEAD).post("/register/export", {"format": "csv", "reason": "Xem"})
    for row in csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))):
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t"))]


def test_an_excel_file_holds_the_same_and_no_formula(station: Station) -> None:
    station.report("=1+1\x0b\x00 \u2028xong")
    browser = station.browser(LEAD)
    answer = browser.post("/register/export", {"format": "xlsx", "reason": "Xem"})
    sheet = load_workbook(io.BytesIO(answer.data)).worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "inlineStr", "n"}
    table = read_table(answer.data)
    assert table.rows[0].cells["nội dung"].startswith("=1+1")
    assert (
        "filename=so-theo-doi-pc08-2026-11-01-2026-11-21.xlsx"
        in answer.headers["Content-Disposition"]
    )


def test_a_csv_file_begins_with_the_mark_that_excel_needs(station: Station) -> None:
    answer = station.browser(LEAD).post("/register/export", {"format": "csv", "reason": "Xem"})
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_export_is_logged_with_who_what_and_why(
    station: Station, caplog: pytest.LogCaptureFixture
) -> None:
    station.report("Nội dung MẬT-0912345678")
    with caplog.at_level("INFO"):
        answer = station.browser(LEAD).post(
            "/register/export", {"format": "csv", "reason": "Báo cáo tháng"}
        )
    entry = AccessLog(station.database).find(UNIT)[0].entry
    assert (entry.officer, entry.kind, entry.unit_id, entry.reason, entry.count) == (
        LEAD,
        AccessKind.EXPORT,
        UNIT,
        "Báo cáo tháng",
        1,
    )
    assert entry.sha256 == hashlib.sha256(answer.data).hexdigest()
    record = next(one for one in caplog.records if one.getMessage() == "register exported")
    assert record.__dict__["officer"] == LEAD
    assert "MẬT" not in f"{entry} {record.__dict__}"


@pytest.mark.parametrize(
    "fields",
    [
        {"format": "csv"},
        {"format": "csv", "reason": "  "},
        {"format": "pdf", "reason": "Xem"},
        {"format": "csv", "reason": "Xem", "x": "1"},
    ],
)
def test_an_export_without_a_reason_or_with_a_strange_field_is_refused(
    station: Station, fields: dict[str, str]
) -> None:
    assert station.browser(LEAD).post("/register/export", fields).status_code == 400
    assert AccessLog(station.database).find(UNIT) == []


@pytest.mark.parametrize("subject", [OFFICER, PRESS, ADMINISTRATOR])
def test_whoever_may_not_export_finds_no_export(station: Station, subject: str) -> None:
    browser = station.browser(subject)
    answer = browser.post("/register/export", {"format": "csv", "reason": "Xem"})
    assert answer.status_code == 404
    assert "/register/export" not in browser.get("/register").text


def test_a_book_too_long_is_refused_with_a_sentence(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(station.reports.__class__, "count_found", lambda *_, **__: 5001)
    browser = station.browser(LEAD)
    answer = browser.post("/register/export", {"format": "csv", "reason": "Xem"})
    assert answer.status_code == 400
    assert f"Sổ có hơn {MOST_NUMBERED} phản ánh" in answer.text
    station.report("Xe tải")
    assert rows(browser.get("/register").text)[0][0] == ""
