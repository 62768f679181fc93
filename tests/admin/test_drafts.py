"""Words that are not sent yet: kept for their officer, filled from canned texts, approved first."""

import pytest

from functions.followups.model import Kind
from functions.reports.model import Report, ReportState
from tests.admin.acting import do, fields_of, owed, send
from tests.admin.station import COLLEAGUE, LEAD, OFFICER, OTHER_UNIT, ROOT, UNIT, UNIT_HEAD, Station


@pytest.fixture
def report(station: Station) -> Report:
    """A report that waits for a decision."""
    return station.report("Xe tải vượt đèn đỏ")


def canned(station: Station, text_id: str, unit_id: str, title: str, text: str) -> None:
    """A canned text."""
    station.write(
        f"texts/{text_id}",
        {
            "unit_id": unit_id,
            "title": title,
            "text": text,
            "changed_at": station.clock.now(),
            "changed_by": LEAD,
        },
    )


def test_a_draft_is_there_again_for_its_officer_alone(station: Station, report: Report) -> None:
    fields = {"text": "Đang viết dở"}
    answer = station.browser().post(f"/reports/{report.id}/draft?kind=reply", fields)
    assert answer.status_code == 204
    shown = ">Đang viết dở</textarea>"
    assert shown in station.browser().get(f"/reports/{report.id}").text
    assert shown not in station.browser(COLLEAGUE).get(f"/reports/{report.id}").text


def test_keeping_a_draft_changes_no_report(station: Station, report: Report) -> None:
    station.browser().post(f"/reports/{report.id}/draft?kind=note", {"text": "Đang viết dở"})
    assert station.now_of(report) == report


@pytest.mark.parametrize("name", ["note", "ask", "reply"])
def test_sending_removes_the_draft(station: Station, report: Report, name: str) -> None:
    kind = "question" if name == "ask" else name
    station.browser().post(f"/reports/{report.id}/draft?kind={kind}", {"text": "Đang viết dở"})
    do(station, report, name, text="Viết xong")
    assert "Đang viết dở" not in station.browser().get(f"/reports/{report.id}").text


def test_an_emptied_draft_is_forgotten(station: Station, report: Report) -> None:
    path = f"/reports/{report.id}/draft?kind=note"
    for text in ("Đang viết dở", " "):
        station.browser().post(path, {"text": text})
    assert station.database.read(f"reports/{report.id}/drafts/{OFFICER}-note") is None


@pytest.mark.parametrize("query", ["", "?kind=outcome", "?kind=../x"])
def test_only_words_of_the_composer_are_kept(station: Station, report: Report, query: str) -> None:
    answer = station.browser().post(f"/reports/{report.id}/draft{query}", {"text": "x"})
    assert answer.status_code == 400


def test_a_canned_text_is_put_in_without_a_script(station: Station, report: Report) -> None:
    canned(station, "t1", UNIT, "Xin biển số", "Phiếu {ma_phieu}: xin gửi {bien_so}.")
    answer = station.browser().post(
        f"/reports/{report.id}/draft/insert?kind=question",
        {"text": "Kính gửi Ông/Bà,", "insert": "t1", "version": "1", "operation": "x"},
    )
    assert answer.headers["Location"].endswith("#compose-question")
    page = station.browser().get(f"/reports/{report.id}").text
    assert f">Kính gửi Ông/Bà,\nPhiếu {report.code}: xin gửi {{bien_so}}.</textarea>" in page


def test_canned_texts_come_from_the_units_above_and_no_other(
    station: Station, report: Report
) -> None:
    for text_id, unit_id in (("own", UNIT), ("above", ROOT), ("other", OTHER_UNIT)):
        canned(station, text_id, unit_id, f"Mẫu {text_id}", "Nội dung")
    page = station.browser().get(f"/reports/{report.id}").text
    found = [text_id for text_id in ("own", "above", "other") if f"Mẫu {text_id}" in page]
    assert found == ["own", "above"]
    station.browser().post(
        f"/reports/{report.id}/draft/insert?kind=question", {"text": "", "insert": "other"}
    )
    assert "Nội dung</textarea>" not in station.browser().get(f"/reports/{report.id}").text


def test_the_preview_is_word_for_word_what_goes_out(station: Station, report: Report) -> None:
    fields = {"text": "Đã cử tổ tuần tra", "version": "1", "operation": "0" * 32}
    preview = station.browser().post(f"/reports/{report.id}/words/preview?kind=reply", fields).text
    do(station, report, "reply", text="Đã cử tổ tuần tra")
    (followup,) = owed(station, report, Kind.REPLY)
    shown = preview.partition('<p class="bubble">')[2].partition("</p>")[0]
    assert "Đã cử tổ tuần tra" in shown
    assert report.code in shown
    assert followup.values["noi_dung"] in shown


# Words that a superior approves.


def propose(station: Station, report: Report, kind: str = "reply", **typed: str) -> int:
    """The duty officer lays words before a superior."""
    name = f"propose?kind={kind}"
    if kind != "outcome":
        typed = {"text": "Đã cử tổ tuần tra", **typed}
    fields = fields_of(station, report, name, **typed)
    return send(station.browser(), report, name, fields).status_code


def test_proposed_words_go_out_by_the_superiors_act(station: Station, report: Report) -> None:
    assert propose(station, report) == 303
    assert station.owed(report) == []
    assert "Đã cử tổ tuần tra" in station.browser(LEAD).get(f"/reports/{report.id}").text
    assert do(station, report, "approve", LEAD).status_code == 303
    (followup,) = owed(station, report, Kind.REPLY)
    assert followup.values["noi_dung"] == "Đã cử tổ tuần tra"
    (item,) = [one for one in station.reports.items(report.id) if one.author]
    assert item.author == LEAD
    acts = [entry.act for entry in station.reports.audit(report.id)]
    assert acts[-3:] == ["words proposed", "words approved", "answered"]
    assert do(station, report, "approve", UNIT_HEAD).status_code == 400


def test_a_proposed_outcome_is_recorded_by_the_competent_person(
    station: Station, report: Report
) -> None:
    typed = {"outcome": "fined", "reason": "Biên bản số 12", "delay_days": "0", "note": ""}
    assert propose(station, report, "outcome", **typed) == 303
    assert station.now_of(report).outcome is None
    do(station, report, "approve", LEAD)
    after = station.now_of(report)
    assert after.state is ReportState.CONCLUDED
    assert after.outcome is not None
    assert (after.outcome.decided_by, after.outcome.reason) == (LEAD, "Biên bản số 12")


def test_nobody_approves_their_own_words(station: Station, report: Report) -> None:
    do(station, report, "propose?kind=reply", LEAD, text="Đã cử tổ tuần tra")
    assert do(station, report, "approve", LEAD).status_code == 400
    assert station.owed(report) == []


def test_a_duty_officer_approves_nothing(station: Station, report: Report) -> None:
    propose(station, report)
    assert do(station, report, "approve", COLLEAGUE).status_code == 404
    assert station.owed(report) == []


def test_returned_words_come_back_with_a_word(station: Station, report: Report) -> None:
    propose(station, report)
    do(station, report, "return_words", LEAD, reason="Xin viết gọn hơn")
    page = station.browser().get(f"/reports/{report.id}").text
    assert "Trung tá Lê Thu Hà trả lại: Xin viết gọn hơn" in page
    assert do(station, report, "approve", LEAD).status_code == 400
    do(station, report, "withdraw_words")
    assert ">Đã cử tổ tuần tra</textarea>" in station.browser().get(f"/reports/{report.id}").text


def test_words_proposed_before_a_change_are_approved_on_what_is_seen(
    station: Station, report: Report
) -> None:
    propose(station, report)
    seen = str(station.now_of(report).version)
    do(station, report, "note")
    assert do(station, report, "approve", LEAD, version=seen).status_code == 409
    assert owed(station, report, Kind.REPLY) == []


# The page of canned texts.


def test_a_lead_writes_changes_and_removes_a_text(station: Station) -> None:
    browser = station.browser(LEAD)
    fields = {"unit": UNIT, "title": "Cảm ơn", "text": "Xin cảm ơn", "operation": "a" * 32}
    assert browser.post("/texts", fields).status_code == 303
    assert browser.post("/texts", fields).status_code == 303
    page = browser.get("/texts").text
    assert page.count('value="Cảm ơn"') == 1
    browser.post("/texts", {**fields, "id": "a" * 32, "text": "Trân trọng", "operation": "b" * 32})
    assert "Trân trọng" in browser.get("/texts").text
    browser.post(f"/texts/{'a' * 32}/remove", {})
    assert "Trân trọng" not in browser.get("/texts").text


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({"title": ""}, 422),
        ({"text": "Xem http://phat-nguoi.example/nop"}, 422),
        ({"unit": OTHER_UNIT}, 403),
        ({"owner": "x"}, 400),
    ],
)
def test_a_text_that_may_not_be_kept_is_refused(
    station: Station, typed: dict[str, str], status: int
) -> None:
    fields = {"unit": UNIT, "title": "Cảm ơn", "text": "Xin cảm ơn", "operation": "a" * 32}
    assert station.browser(LEAD).post("/texts", {**fields, **typed}).status_code == status
    assert station.database.read(f"texts/{'a' * 32}") is None
