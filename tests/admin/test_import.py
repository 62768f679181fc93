"""Units, pages and officers as files: out, and in after a dry run."""

import io
import secrets

import pytest
from werkzeug.test import TestResponse

from functions.admin.organisation.changes import UnitsLog
from functions.admin.records.logs import AccessKind, AccessLog
from functions.units.imports import OFFICER_HEADINGS, PAGE_HEADINGS
from functions.units.spreadsheets import read_table, written_csv, written_xlsx
from functions.units.store import UnitStore
from functions.units.unit_imports import UNIT_HEADINGS
from tests.admin.browsing import Browser, hidden_fields
from tests.admin.station import (
    ADMINISTRATOR,
    COLLEAGUE,
    OFFICER,
    OTHER_UNIT,
    PAGE,
    TEAM,
    UNIT,
    Station,
)

REASON = "Rà soát quý IV"
NEW_UNIT = ["doi-3", "Đội số 3", "Đội 3", "đội", UNIT, "", "", "QL18 Km0+000-Km9+000", ""]


@pytest.fixture
def browser(station: Station) -> Browser:
    """An administrator of UNIT."""
    return station.browser(ADMINISTRATOR)


def try_out(
    browser: Browser, content: bytes, subject: str = "units", name: str = "tep.csv"
) -> TestResponse:
    """The file, sent for a dry run."""
    fields = {
        "csrf_token": browser.form_token,
        "subject": subject,
        "reason": REASON,
        "operation": secrets.token_hex(16),
        "file": (io.BytesIO(content), name),
    }
    answer = browser.client.post(
        "/imports",
        base_url=browser.address,
        data=fields,
        headers={"Origin": browser.address},
        content_type="multipart/form-data",
        buffered=True,
    )
    # A large body lies in a temporary file, which the client leaves open.
    answer.request.environ["wsgi.input"].close()
    return answer


def confirm(browser: Browser, plan: TestResponse) -> TestResponse:
    """What the dry run showed, carried out."""
    return browser.post("/imports/do", hidden_fields(plan.text, "do-form"))


def take_out(browser: Browser, subject: str, kind: str = "csv") -> TestResponse:
    """A list as a file."""
    return browser.post("/exports", {"subject": subject, "format": kind, "reason": REASON})


@pytest.mark.parametrize("write", [written_csv, lambda *a: written_xlsx("Đơn vị", *a)])
def test_a_file_is_tried_out_and_then_carried_out(
    station: Station, browser: Browser, write: object
) -> None:
    content = write(UNIT_HEADINGS, [NEW_UNIT])  # type: ignore[operator]
    station.database.commits = 0
    plan = try_out(browser, content)
    assert plan.status_code == 200, plan.text
    assert "Mới: 1. Thay đổi: 0. Giữ nguyên: 0." in plan.text
    assert station.database.commits == 0
    assert confirm(browser, plan).status_code == 200
    found = UnitStore(station.database).directory().tree.find("doi-3")
    assert found is not None
    assert found.area.stretches[0].to_metres == 9_000
    (entry,) = UnitsLog(station.database).of_unit("doi-3")
    assert (entry.act, entry.reason) == ("import", REASON)


def test_problems_are_told_by_line_and_nothing_is_offered(browser: Browser) -> None:
    wrong = ["doi-4", "", "Đội 4", "đội", UNIT, "", "", "QL18 Km1", ""]
    strange = ["doi-5", "Đội 5", "Đội 5", "trại", UNIT, "", "", "", ""]
    plan = try_out(browser, written_csv(UNIT_HEADINGS, [NEW_UNIT, wrong, strange]))
    assert plan.status_code == 422
    assert '<td class="number">3</td><td>tên đơn vị</td>' in plan.text
    assert '<td class="number">4</td><td>loại</td>' in plan.text
    assert 'id="do-form"' not in plan.text


def test_importing_twice_changes_once(station: Station, browser: Browser) -> None:
    plan = try_out(browser, written_csv(UNIT_HEADINGS, [NEW_UNIT]))
    fields = hidden_fields(plan.text, "do-form")
    answers = [browser.post("/imports/do", fields).status_code for _ in range(2)]
    assert answers == [200, 200]
    assert len(UnitsLog(station.database).of_unit("doi-3")) == 1
    again = try_out(browser, written_csv(UNIT_HEADINGS, [NEW_UNIT]))
    assert "Mới: 0. Thay đổi: 0. Giữ nguyên: 1." in again.text
    assert 'id="do-form"' not in again.text


def test_what_changed_since_the_dry_run_is_shown_again(station: Station, browser: Browser) -> None:
    plan = try_out(browser, written_csv(UNIT_HEADINGS, [NEW_UNIT]))
    other = [*NEW_UNIT[:1], "Đội ba", *NEW_UNIT[2:]]
    confirm(browser, try_out(browser, written_csv(UNIT_HEADINGS, [other])))
    answer = confirm(browser, plan)
    assert answer.status_code == 409
    assert "vừa có thay đổi khác" in answer.text


@pytest.mark.parametrize("row", [[OTHER_UNIT, "Xã khác"], ["doi-9", "Đội 9"]])
def test_a_file_reaches_no_further_than_its_officer(browser: Browser, row: list[str]) -> None:
    cells = [*row, "Ngắn", "phòng" if row[0] == OTHER_UNIT else "đội"]
    cells += ["ca-hai-minh" if row[0] == OTHER_UNIT else OTHER_UNIT, "", "", "", ""]
    plan = try_out(browser, written_csv(UNIT_HEADINGS, [cells]))
    assert plan.status_code == 422
    assert "Ngoài phạm vi quản lý" in plan.text


def test_pages_come_in(station: Station, browser: Browser) -> None:
    row = [PAGE, "1100000000000000001", "Tên trang mới", TEAM, "4"]
    plan = try_out(browser, written_csv(PAGE_HEADINGS, [row]), "pages")
    assert "Tên trang mới" in plan.text
    confirm(browser, plan)
    page = UnitStore(station.database).page(PAGE)
    assert page is not None
    assert (page.name, page.unit_id) == ("Tên trang mới", TEAM)


def test_officers_come_in(station: Station, browser: Browser) -> None:
    row = [COLLEAGUE, "khanh@example.vn", "Đại úy Khánh", f"{UNIT}: lead", "không"]
    confirm(browser, try_out(browser, written_csv(OFFICER_HEADINGS, [row]), "officers"))
    found = UnitStore(station.database).officers([COLLEAGUE])[COLLEAGUE]
    assert (found.name, found.is_active) == ("Đại úy Khánh", False)
    assert [given.role.value for given in found.roles] == ["lead"]


@pytest.mark.parametrize(
    "row",
    [
        [ADMINISTRATOR, "a@example.vn", "Phúc", f"{UNIT}: administrator; {UNIT}: lead", "có"],
        [COLLEAGUE, "a@example.vn", "Khánh", f"{OTHER_UNIT}: lead", "có"],
        [OFFICER, "a@example.vn", "Minh", f"{UNIT}: lead", "có"],
    ],
)
def test_no_file_gives_a_role_that_the_page_would_not(
    station: Station, browser: Browser, row: list[str]
) -> None:
    before = UnitStore(station.database).officers([row[0]])
    plan = try_out(browser, written_csv(OFFICER_HEADINGS, [row]), "officers")
    assert plan.status_code == 422
    assert "Ngoài phạm vi quản lý" in plan.text
    assert UnitStore(station.database).officers([row[0]]) == before


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Tệp không có dòng tiêu đề"),
        (b"PK\x03\x04 not a book", "Tệp Excel bị hỏng"),
        (b"\xff\xfa", "UTF-8"),
        (b"a" * (2 * 1024 * 1024 + 1), "lớn quá 2 MB"),
    ],
)
def test_what_is_no_table_is_refused(browser: Browser, content: bytes, sentence: str) -> None:
    answer = try_out(browser, content)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_only_imports_may_be_large(browser: Browser) -> None:
    large = {"reason": "a" * 100_000}
    assert browser.post(f"/units/{TEAM}/change", large).status_code == 413


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_taken_out_goes_in_again_unchanged(browser: Browser, kind: str) -> None:
    for subject in ("units", "pages", "officers"):
        file = take_out(browser, subject, kind)
        assert file.status_code == 200
        assert file.headers["Content-Disposition"].endswith(f".{kind}")
        plan = try_out(browser, file.data, subject, f"tep.{kind}")
        assert "Mới: 0. Thay đổi: 0." in plan.text


def test_a_file_holds_only_ones_own_units(browser: Browser) -> None:
    table = read_table(take_out(browser, "units").data)
    assert [row.cells["mã đơn vị"] for row in table.rows] == [UNIT, TEAM]
    pages = read_table(take_out(browser, "pages").data)
    assert [row.cells["mã trang"] for row in pages.rows] == [PAGE]


def test_taking_out_is_logged(station: Station, browser: Browser) -> None:
    take_out(browser, "officers")
    (logged,) = AccessLog(station.database).find(UNIT)
    assert (logged.entry.kind, logged.entry.officer) == (AccessKind.EXPORT, ADMINISTRATOR)
    assert logged.entry.reason == REASON
    assert logged.entry.sha256


def test_no_reason_no_file(station: Station, browser: Browser) -> None:
    answer = browser.post("/exports", {"subject": "units", "format": "csv", "reason": ""})
    assert answer.status_code == 400
    assert AccessLog(station.database).find(UNIT) == []
