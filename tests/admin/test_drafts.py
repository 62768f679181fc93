"""Words that are not sent yet: kept for their officer, filled from canned texts, approved first."""

import re

import pytest

from functions.admin.acts.drafts import DraftStore, Proposal, Words
from functions.followups.model import Kind
from functions.reports.model import Report, ReportState
from tests.admin.acting import do, fields_of, owed, send
from tests.admin.station import (
    AUDITOR,
    BELOW,
    COLLEAGUE,
    INSPECTOR,
    INVESTIGATOR,
    LEAD,
    OFFICER,
    OTHER_UNIT,
    ROOT,
    STRANGER,
    SUPERVISOR,
    TEAM,
    UNIT,
    UNIT_HEAD,
    Station,
)


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


OUTCOME = {"outcome": "fined", "reason": "Biên bản số 12", "delay_days": "0", "note": ""}


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
    assert propose(station, report, "outcome", **OUTCOME) == 303
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


# Where a superior finds what waits.


QUEUE = re.compile(r'id="queue-approvals".*?class="number[^"]*">([^<]*)<', re.DOTALL)


def found(station: Station, subject: str = LEAD) -> list[str]:
    """The ids of the reports that wait for that superior."""
    page = station.browser(subject).get("/?queue=approvals").text
    return re.findall(r'<li id="row-(\w+)"', page)


def kept(station: Station, report: Report) -> Proposal | None:
    """The words that lie before a superior, or came back."""
    return DraftStore(station.database).proposal(report.id)


@pytest.mark.parametrize(("kind", "typed"), [("reply", {}), ("question", {}), ("outcome", OUTCOME)])
def test_a_superior_finds_what_waits_in_a_queue(
    station: Station, report: Report, kind: str, typed: dict[str, str]
) -> None:
    assert found(station) == []
    propose(station, report, kind, **typed)
    assert found(station) == found(station, UNIT_HEAD) == [report.id]
    counted = QUEUE.findall(station.browser(LEAD).fragment("/counts").text)
    assert counted == ["1"]
    after = station.now_of(report)
    assert (after.proposed_at, after.proposed_by) == (station.clock.now(), OFFICER)


def test_a_report_says_in_the_list_and_on_its_page_that_words_wait(
    station: Station, report: Report
) -> None:
    said = re.compile(r'<span class="(?:tag|pill waiting)"><svg[^>]*>.*?</svg>Chờ duyệt</span>')
    browser = station.browser()
    paths = ("/", f"/reports/{report.id}")
    assert [said.findall(browser.get(path).text) for path in paths] == [[], []]
    propose(station, report)
    assert [len(said.findall(browser.get(path).text)) for path in paths] == [1, 1]


@pytest.mark.parametrize("subject", [OFFICER, INVESTIGATOR, SUPERVISOR, AUDITOR, STRANGER])
def test_who_may_approve_nothing_has_no_such_queue(
    station: Station, report: Report, subject: str
) -> None:
    propose(station, report)
    browser = station.browser(subject)
    for path in ("/", "/counts"):
        assert 'id="queue-approvals"' not in browser.get(path).text
        assert browser.get(f"{path}?queue=approvals").status_code == 404


def test_words_in_a_restricted_report_wait_for_the_inspectorate_alone(station: Station) -> None:
    secret = station.report(
        "Về cán bộ", is_restricted=True, proposed_at=station.clock.now(), proposed_by="x"
    )
    assert found(station, INSPECTOR) == [secret.id]
    assert found(station, LEAD) == []


def test_the_words_of_a_unit_below_wait_for_the_unit_above_too(station: Station) -> None:
    report = station.report("Của đội", unit_id=TEAM)
    fields = fields_of(station, report, "propose", text="Đã cử tổ tuần tra")
    assert send(station.browser(BELOW), report, "propose?kind=reply", fields).status_code == 303
    assert found(station, LEAD) == [report.id]


ENDS = {
    "approve": LEAD,
    "return_words": LEAD,
    "withdraw_words": OFFICER,
    "record": OFFICER,
    "restrict": OFFICER,
    "take_over": STRANGER,
}
"""What ends the waiting, and by whom."""


@pytest.mark.parametrize("name", sorted(ENDS))
def test_what_waits_no_more_is_gone_from_the_queue_and_the_page(
    station: Station, report: Report, name: str
) -> None:
    do(station, report, "offer")
    propose(station, report)
    assert found(station) == [report.id]
    assert do(station, report, name, ENDS[name]).status_code == 303
    assert found(station) == []
    after, words = station.now_of(report), kept(station, report)
    assert (after.proposed_at, after.proposed_by) == (None, "")
    assert words is None or words.is_returned
    assert (words is not None) is (name == "return_words")


def test_words_that_came_back_wait_again_when_they_are_proposed_again(
    station: Station, report: Report
) -> None:
    propose(station, report)
    do(station, report, "return_words", LEAD)
    propose(station, report, text="Viết gọn hơn")
    assert found(station) == [report.id]
    words = kept(station, report)
    assert words is not None
    assert (words.text, words.is_returned) == ("Viết gọn hơn", False)


def test_the_outcome_of_the_original_ends_what_waits_in_its_duplicate(
    station: Station, report: Report
) -> None:
    second = station.report("Cùng chiếc xe tải ấy")
    do(station, second, "mark_duplicate", code=report.code)
    propose(station, second)
    assert found(station) == [second.id]
    do(station, report, "record")
    assert found(station) == []
    assert kept(station, second) is None
    do(station, second, "reopen", LEAD)
    assert found(station) == []


def test_in_a_closed_report_nothing_is_proposed(station: Station, report: Report) -> None:
    do(station, report, "record")
    assert propose(station, report) == propose(station, report, "outcome", **OUTCOME) == 400
    assert kept(station, report) is None
    assert station.now_of(report).proposed_at is None


def test_words_from_before_there_was_the_queue_are_approved_on_their_page(
    station: Station, report: Report
) -> None:
    commit = station.database.commit()
    old = Proposal(
        kind=Words.REPLY,
        text="Đã cử tổ tuần tra",
        by=OFFICER,
        by_name="Thiếu tá Nguyễn Thị Minh",
        at=station.clock.now(),
    )
    DraftStore.propose(commit, report.id, old)
    commit.send()
    assert do(station, report, "approve", LEAD).status_code == 303
    assert kept(station, report) is None


def test_proposing_the_same_form_twice_proposes_once(station: Station, report: Report) -> None:
    fields = fields_of(station, report, "propose", text="Đã cử tổ tuần tra")
    browser = station.browser()
    for _ in range(2):
        assert send(browser, report, "propose?kind=reply", fields).status_code == 303
    acts = [entry.act for entry in station.reports.audit(report.id)]
    assert acts.count("words proposed") == 1


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
