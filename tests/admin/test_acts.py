"""Each act by its route: done once, refused by role, and never on a report that has changed."""

import re
from datetime import timedelta

import pytest

from functions.admin.acts.offers import DEMANDS
from functions.admin.acts.repertoire import ACTS
from functions.followups.model import Kind, State
from functions.reports.audit import first_flaw
from functions.reports.model import ItemKind, Report, ReportState
from functions.reports.tracks import Source, Track
from tests.admin.acting import REASON, TYPED, do, fields_of, owed, send
from tests.admin.station import (
    AUDITOR,
    COLLEAGUE,
    INSPECTOR,
    LEAD,
    OFFICER,
    OTHER_UNIT,
    ROOT,
    STRANGER,
    SUPERVISOR,
    UNIT,
    Station,
)
from tests.emulators import MovableClock


@pytest.fixture
def report(station: Station) -> Report:
    """A report that waits for a decision."""
    return station.report("Xe tải vượt đèn đỏ", place=(9.9347, 106.3453))


def other(station: Station) -> Report:
    """Another one of the same unit."""
    return station.report("Cùng chiếc xe tải ấy")


def test_an_officer_takes_a_report_and_gives_it_back(station: Station, report: Report) -> None:
    assert do(station, report, "claim").headers["Location"].endswith("?done=claim")
    after = station.now_of(report)
    assert (after.assignee, after.assignee_name) == (OFFICER, "Thiếu tá Nguyễn Thị Minh")
    assert first_flaw(station.reports.audit(report.id), head=after.audit_hash) is None
    do(station, report, "release")
    assert station.now_of(report).assignee is None


def test_a_taken_report_is_not_taken_again(station: Station, report: Report) -> None:
    do(station, report, "claim", COLLEAGUE)
    answer = do(station, report, "claim")
    assert answer.status_code == 400
    assert "Phản ánh này đang do cán bộ khác xử lý." in answer.text
    assert station.now_of(report).assignee == COLLEAGUE


def test_somebody_elses_report_is_given_back_by_who_assigns(
    station: Station, report: Report
) -> None:
    do(station, report, "claim", COLLEAGUE)
    assert do(station, report, "release", OFFICER).status_code == 403
    assert do(station, report, "release", LEAD).status_code == 303


def test_a_lead_assigns_an_officer_of_the_unit(station: Station, report: Report) -> None:
    page = station.browser(LEAD).get(f"/reports/{report.id}").text
    assert f'<option value="{COLLEAGUE}"' in page
    assert f'<option value="{STRANGER}"' not in page
    assert do(station, report, "assign", LEAD, officer=COLLEAGUE).status_code == 303
    assert station.now_of(report).assignee == COLLEAGUE
    assert do(station, report, "assign", LEAD, officer=STRANGER).status_code == 400
    assert station.now_of(report).assignee == COLLEAGUE


def test_a_transfer_is_accepted_and_the_reporter_hears_so(station: Station, report: Report) -> None:
    assert do(station, report, "offer").status_code == 303
    assert owed(station, report, Kind.STEP) == []
    assert do(station, report, "take_over", OFFICER).status_code == 403
    assert do(station, report, "take_over", STRANGER).status_code == 303
    after = station.now_of(report)
    assert (after.unit_id, after.lineage, after.transfer) == (OTHER_UNIT, (ROOT, OTHER_UNIT), None)
    assert [one.sentence for one in owed(station, report, Kind.STEP)] == ["transferred_notice"]
    # The unit that gave it away goes on seeing it, and does nothing in it any more.
    assert station.browser(OFFICER).get(f"/reports/{report.id}").status_code == 200
    assert do(station, report, "note", OFFICER).status_code == 403


def test_a_transfer_is_returned_with_a_reason(station: Station, report: Report) -> None:
    do(station, report, "offer")
    answer = do(station, report, "return_back", STRANGER)
    assert answer.headers["Location"].startswith("/")
    assert station.now_of(report).transfer is None
    assert station.reports.audit(report.id)[-1].changes["reason"] == REASON
    assert station.browser(STRANGER).get(f"/reports/{report.id}").status_code == 404


def test_an_offer_is_taken_back_by_the_unit_that_made_it(station: Station, report: Report) -> None:
    do(station, report, "offer")
    assert do(station, report, "take_back", OFFICER).status_code == 303
    assert station.now_of(report).transfer is None


def test_the_competent_person_accepts_and_extends(
    station: Station, report: Report, clock: MovableClock
) -> None:
    assert do(station, report, "accept", OFFICER).status_code == 404
    assert do(station, report, "accept", LEAD).status_code == 303
    after = station.now_of(report)
    assert after.state is ReportState.ACCEPTED
    assert after.verify_until == clock.now() + timedelta(days=30)
    until = (after.verify_until + timedelta(days=30)).date().isoformat()
    clock.advance(timedelta(minutes=1))
    assert do(station, report, "extend", LEAD, until=until).status_code == 303
    assert station.now_of(report).verify_until == after.verify_until + timedelta(days=30)
    told = [one.sentence for one in owed(station, report, Kind.STEP)]
    assert told == ["accepted_notice", "extended_notice"]


def test_no_verification_lasts_longer_than_the_law_allows(
    station: Station, report: Report, clock: MovableClock
) -> None:
    do(station, report, "accept", LEAD)
    until = (clock.now() + timedelta(days=61)).date().isoformat()
    answer = do(station, report, "extend", LEAD, until=until)
    assert answer.status_code == 400
    assert "không quá 60 ngày" in answer.text
    assert f'value="{until}"' in answer.text


def test_an_officer_says_which_matter_it_is(station: Station, report: Report) -> None:
    do(station, report, "classify", track="crime_tip", is_urgent="true")
    after = station.now_of(report)
    assert (after.track, after.is_urgent) == (Track.CRIME_TIP, True)


def test_what_is_about_an_officer_goes_to_the_inspectorate(
    station: Station, report: Report
) -> None:
    do(station, report, "claim")
    answer = do(station, report, "restrict")
    assert answer.headers["Location"].startswith("/")
    assert station.browser(OFFICER).get(f"/reports/{report.id}").status_code == 404
    assert station.browser(LEAD).get(f"/reports/{report.id}").status_code == 404
    assert station.browser(INSPECTOR).get(f"/reports/{report.id}").status_code == 200
    assert do(station, report, "open_to_unit", INSPECTOR).status_code == 303
    assert station.browser(OFFICER).get(f"/reports/{report.id}").status_code == 200


def test_a_note_is_never_sent(station: Station, report: Report) -> None:
    do(station, report, "note", text="Gọi lại cho đội tuần tra")
    notes = [one for one in station.reports.items(report.id) if one.kind is ItemKind.NOTE]
    assert [(one.text, one.author) for one in notes] == [("Gọi lại cho đội tuần tra", OFFICER)]
    assert station.owed(report) == []


@pytest.mark.parametrize(
    ("name", "kind", "item", "sentence"),
    [
        ("ask", Kind.QUESTION, ItemKind.QUESTION, "question_to_citizen"),
        ("reply", Kind.REPLY, ItemKind.REPLY, "officer_reply"),
    ],
)
def test_words_go_to_the_reporter_after_fifteen_seconds(
    station: Station,
    report: Report,
    clock: MovableClock,
    name: str,
    kind: Kind,
    item: ItemKind,
    sentence: str,
) -> None:
    do(station, report, name, text="Xin cho biết thêm")
    (followup,) = owed(station, report, kind)
    assert followup.sentence == sentence
    assert followup.values["noi_dung"] == "Xin cho biết thêm"
    assert followup.due_at == followup.next_at == clock.now() + timedelta(seconds=15)
    (written,) = [one for one in station.reports.items(report.id) if one.kind is item]
    assert (written.text, written.followup_id) == ("Xin cho biết thêm", followup.id)
    assert (station.now_of(report).asked_at is not None) is (name == "ask")
    assert station.wakes.made[-1][2] == followup.due_at


def test_words_can_be_called_back_before_they_leave(station: Station, report: Report) -> None:
    browser = station.browser()
    do(station, report, "ask", browser=browser, text="Xin cho biết thêm")
    (followup,) = owed(station, report, Kind.QUESTION)
    path = f"followups/{followup.id}/undo"
    assert path in browser.get(f"/reports/{report.id}").text
    assert do(station, report, path, browser=browser).status_code == 303
    (followup,) = owed(station, report, Kind.QUESTION)
    assert (followup.state, followup.problem) == (State.CANCELLED, "called back")
    assert station.now_of(report).asked_at is None
    # The words lie in the composer again.
    assert ">Xin cho biết thêm</textarea>" in browser.get(f"/reports/{report.id}").text


def test_words_that_left_cannot_be_called_back(station: Station, report: Report) -> None:
    do(station, report, "reply")
    (followup,) = owed(station, report, Kind.REPLY)
    found = station.followups.read(followup.id)
    assert found is not None
    sending = found.followup.model_copy(update={"state": State.SENDING})
    station.followups.change(found, sending)
    answer = do(station, report, f"followups/{followup.id}/undo")
    assert answer.status_code == 400
    assert "không thu hồi được nữa" in answer.text
    assert owed(station, report, Kind.REPLY) == [sending]


def test_another_reports_words_cannot_be_called_back(station: Station, report: Report) -> None:
    do(station, report, "reply")
    (followup,) = owed(station, report, Kind.REPLY)
    answer = do(station, other(station), f"followups/{followup.id}/undo")
    assert answer.status_code == 400
    assert owed(station, report, Kind.REPLY) == [followup]


@pytest.mark.parametrize(
    "text", ["", "Xin gửi {bien_so}", "Xem tại http://phat-nguoi.example/nop", "a" * 1501]
)
def test_words_that_must_not_go_out_come_back_as_typed(
    station: Station, report: Report, text: str
) -> None:
    answer = do(station, report, "reply", text=text)
    assert answer.status_code == 422
    assert f">{text}</textarea>" in answer.text
    assert station.owed(report) == []


def test_who_did_not_write_through_zalo_is_not_written_to(station: Station) -> None:
    report = station.report("Người dân gọi điện", source=Source.PHONE)
    assert 'id="reply-form"' not in station.browser().get(f"/reports/{report.id}").text
    for name in ("ask", "reply"):
        assert do(station, report, name).status_code == 400
    do(station, report, "accept", LEAD)
    do(station, report, "record", LEAD)
    assert station.owed(report) == []


def test_who_wants_no_result_is_told_none(station: Station) -> None:
    report = station.report("Không cần báo lại", wants_result=False)
    do(station, report, "accept", LEAD)
    do(station, report, "record", LEAD)
    assert station.now_of(report).state is ReportState.CONCLUDED
    assert station.owed(report) == []


def test_two_reports_of_one_incident_are_linked_and_unlinked(
    station: Station, report: Report
) -> None:
    second = other(station)
    assert do(station, report, "link", code=second.code.lower()).status_code == 303
    assert station.now_of(report).linked == (second.id,)
    assert station.now_of(second).linked == (report.id,)
    do(station, second, "unlink", other=report.id)
    assert (station.now_of(report).linked, station.now_of(second).linked) == ((), ())
    for one in (report, second):
        assert first_flaw(station.reports.audit(one.id)) is None


def test_another_units_report_cannot_be_linked_nor_be_told_from_none(
    station: Station, report: Report
) -> None:
    theirs = station.report("Của xã", unit_id=OTHER_UNIT)
    refused = do(station, report, "link", code=theirs.code)
    unknown = do(station, report, "link", code="7K3F-9Q2D-X")
    assert (refused.status_code, unknown.status_code) == (400, 400)
    assert "Không tìm thấy phản ánh có mã này" in refused.text
    assert station.now_of(theirs).linked == ()


def test_a_duplicate_hears_the_outcome_of_the_original(station: Station, report: Report) -> None:
    second = other(station)
    do(station, second, "mark_duplicate", code=report.code)
    assert station.now_of(second).duplicate_of == report.id
    do(station, second, "record", outcome="duplicate")
    do(station, report, "record", LEAD, outcome="fined")
    after = station.now_of(second)
    assert after.outcome is not None
    assert (after.outcome.code.value, after.outcome.version) == ("fined", 2)
    states = [(one.notice, one.state) for one in owed(station, second, Kind.OUTCOME)]
    assert sorted(states) == [
        (f"TB {second.code}/1", State.CANCELLED),
        (f"TB {second.code}/2", State.DUE),
    ]
    assert len(owed(station, report, Kind.OUTCOME)) == 1


def test_a_part_becomes_a_report_of_its_own_with_the_same_file(
    station: Station, report: Report
) -> None:
    evidence = station.attach(report, b"\xff\xd8\xff one clip, two plates")
    clip = next(one for one in station.reports.items(report.id) if one.evidence_id == evidence.id)
    do(station, report, "split_off", item=clip.id, plate="84a-123.45")
    (part_id,) = station.now_of(report).linked
    part = station.reports.read(part_id)
    assert part is not None
    assert part.report.split_from == report.id
    assert part.report.state is ReportState.RECEIVED
    assert part.report.account.plates == ("84A12345",)
    assert part.report.evidence.stored == 1
    assert part.report.code != report.code
    assert [one.evidence_id for one in station.reports.items(part_id)] == [evidence.id]
    assert first_flaw(station.reports.audit(part_id), head=part.report.audit_hash) is None
    assert len(station.reports.items(report.id)) == 3


def test_splitting_twice_splits_once(station: Station, report: Report) -> None:
    item = station.reports.items(report.id)[0].id
    fields = fields_of(station, report, "split_off", item=item)
    browser = station.browser()
    answers = [send(browser, report, "split_off", fields).status_code for _ in range(2)]
    assert answers == [303, 303]
    assert len(station.now_of(report).linked) == 1


def test_an_outcome_is_undone_with_its_notice_while_there_is_time(
    station: Station, report: Report, clock: MovableClock
) -> None:
    do(station, report, "claim")
    do(station, report, "record")
    assert do(station, report, "undo_outcome", COLLEAGUE).status_code == 403
    assert do(station, report, "undo_outcome").status_code == 303
    after = station.now_of(report)
    assert (after.state, after.assignee) == (ReportState.RECEIVED, OFFICER)
    assert [one.state for one in owed(station, report, Kind.OUTCOME)] == [State.CANCELLED]
    assert station.reports.audit(report.id)[-1].act == "outcome undone"
    do(station, report, "record")
    clock.advance(timedelta(minutes=11))
    assert do(station, report, "undo_outcome").status_code == 400


def test_undoing_the_original_undoes_its_duplicates_too(station: Station, report: Report) -> None:
    second = other(station)
    do(station, second, "mark_duplicate", code=report.code)
    do(station, report, "record")
    assert station.now_of(second).state is ReportState.CONCLUDED
    do(station, report, "undo_outcome")
    assert station.now_of(second).state is ReportState.RECEIVED
    assert [one.state for one in owed(station, second, Kind.OUTCOME)] == [State.CANCELLED]


def test_a_concluded_report_is_reopened_by_the_competent_person(
    station: Station, report: Report
) -> None:
    do(station, report, "record")
    assert do(station, report, "reopen", OFFICER).status_code == 404
    assert do(station, report, "reopen", LEAD).status_code == 303
    after = station.now_of(report)
    assert after.state is ReportState.RECEIVED
    assert after.outcome is not None


@pytest.mark.parametrize("before", [(), ("accept",)])
def test_what_is_reopened_is_not_late_at_once(
    station: Station, report: Report, clock: MovableClock, before: tuple[str, ...]
) -> None:
    for name in (*before, "record"):
        do(station, report, name, LEAD)
    clock.advance(timedelta(days=70))
    browser = station.browser(LEAD)
    assert "<span>Mở lại" not in browser.get(f"/reports/{report.id}").text
    do(station, report, "reopen", LEAD, browser=browser)
    assert station.now_of(report).reopened_at == clock.now()
    page = browser.get(f"/reports/{report.id}").text
    assert "<span>Mở lại 08:30 ngày 30/01/2027</span>" in page
    assert re.search(r"<dt>Đã mở lại</dt><dd><time[^>]*>08:30 ngày 30/01/2027</time>", page)
    assert re.findall(r'<span class="due (\w+)"', browser.get("/").text) == ["calm"]


@pytest.mark.parametrize("code", ["fined", "no_violation", "crime_signs"])
def test_an_outcome_of_a_verification_needs_the_competent_person(
    station: Station, report: Report, code: str
) -> None:
    answer = do(station, report, "record", OFFICER, outcome=code, reason="Lời của tôi")
    assert answer.status_code == 403
    assert ">Lời của tôi</textarea>" in answer.text
    assert station.now_of(report).outcome is None
    assert do(station, report, "record", LEAD, outcome=code).status_code == 303


def test_a_reporter_is_blocked_and_taken_again(
    station: Station, report: Report, clock: MovableClock
) -> None:
    assert do(station, report, "block", OFFICER).status_code == 404
    assert do(station, report, "block", LEAD).status_code == 303
    stored = station.database.read(f"blocks/{report.citizen}")
    assert stored is not None
    assert stored.fields["decisions"][0]["until"] == clock.now() + timedelta(days=7)
    assert do(station, report, "block", LEAD).status_code == 400
    assert do(station, report, "unblock", LEAD).status_code == 303


def test_a_closed_report_takes_notes_links_and_a_new_outcome_only(
    station: Station, report: Report
) -> None:
    second = other(station)
    do(station, report, "record")
    for name in ("claim", "accept", "classify", "offer", "ask"):
        assert do(station, report, name, LEAD).status_code == 400, name
    assert do(station, report, "note").status_code == 303
    assert do(station, report, "link", code=second.code).status_code == 303
    assert do(station, report, "record").status_code == 303


_BEFORE: dict[str, tuple[tuple[str, str], ...]] = {
    "release": (("claim", LEAD),),
    "take_over": (("offer", LEAD),),
    "return_back": (("offer", LEAD),),
    "take_back": (("offer", LEAD),),
    "extend": (("accept", LEAD),),
    "undo_outcome": (("record", LEAD),),
    "reopen": (("record", LEAD),),
    "unblock": (("block", LEAD),),
    "open_to_unit": (("restrict", LEAD),),
}
_BY = {"take_over": STRANGER, "return_back": STRANGER, "open_to_unit": INSPECTOR}
_APART = {"approve", "return_words", "withdraw_words", "link", "unlink", "mark_duplicate"}
SIMPLE = sorted(ACTS.keys() - _APART - {"split_off"})


@pytest.mark.parametrize("name", SIMPLE)
def test_an_act_sent_twice_is_done_once(station: Station, report: Report, name: str) -> None:
    for earlier, subject in _BEFORE.get(name, ()):
        do(station, report, earlier, subject)
    browser = station.browser(_BY.get(name, LEAD))
    fields = fields_of(station, report, name)
    first = send(browser, report, name, fields)
    stands = station.now_of(report)
    again = send(browser, report, name, fields)
    assert first.status_code == 303
    # What the officer may not see any more is not told again either.
    assert again.status_code in {303, 403, 404}
    assert station.now_of(report) == stands
    assert first_flaw(station.reports.audit(report.id), head=stands.audit_hash) is None


@pytest.mark.parametrize("name", SIMPLE)
def test_an_act_on_a_report_that_changed_is_shown_beside_what_changed(
    station: Station, report: Report, name: str
) -> None:
    for earlier, subject in _BEFORE.get(name, ()):
        do(station, report, earlier, subject)
    subject = _BY.get(name, LEAD)
    fields = fields_of(station, report, name)
    noter = {"take_over": LEAD, "return_back": LEAD}.get(name, subject)
    do(station, report, "note", noter)
    stands = station.now_of(report)
    answer = send(station.browser(subject), report, name, fields)
    assert answer.status_code == 409
    assert "Chưa ghi: cán bộ khác vừa cập nhật phản ánh này." in answer.text
    assert "Ghi chú nội bộ" in answer.text
    for typed in TYPED.get(name, {}).values():
        assert typed in answer.text
    assert station.now_of(report) == stands
    assert station.owed(report) == [
        one for one in station.owed(report) if one.created_at <= stands.updated_at
    ]


MOVES = {"assign", "offer", "take_over", "return_back", "take_back"}
"""What a supervisor may do."""


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        (subject, name)
        for subject in (AUDITOR, SUPERVISOR, STRANGER)
        for name in sorted(
            DEMANDS.keys() - {"call_back"} - (MOVES if subject == SUPERVISOR else set())
        )
    ],
)
def test_whose_roles_do_not_permit_it_changes_nothing(
    station: Station, report: Report, name: str, subject: str
) -> None:
    paths = {
        "preview": "outcomes/preview",
        "preview_words": "words/preview?kind=reply",
        "propose": "propose?kind=reply",
        "keep_draft": "draft?kind=reply",
        "insert_text": "draft/insert?kind=reply",
    }
    stands = station.now_of(report)
    answer = do(station, report, paths.get(name, name), subject)
    assert answer.status_code in ({404} if subject == STRANGER else {403, 404})
    assert station.now_of(report) == stands


def test_the_next_report_of_the_list_comes_after_an_outcome(
    station: Station, clock: MovableClock
) -> None:
    first = station.report("Một")
    clock.advance(timedelta(minutes=1))
    second = station.report("Hai")
    answer = do(station, first, "record", view=f"{UNIT}|all")
    assert answer.headers["Location"].startswith(f"/reports/{second.id}?")
    page = station.browser().get(answer.headers["Location"]).text
    assert "Đã ghi kết quả." in page
    assert f'href="/reports/{first.id}' in page


def test_nothing_a_person_wrote_in_an_act_reaches_the_log(
    station: Station, report: Report, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "functions")
    for name in ("note", "ask", "reply"):
        do(station, report, name, text="MARKED")
    do(station, report, "offer", reason="MARKED")
    assert caplog.records
    assert "MARKED" not in "".join(str(vars(record)) for record in caplog.records)
