"""What late and urgent messages do to the record, through the worker on the real emulator."""

from datetime import timedelta

from functions.followups.model import FollowUp, Kind, State
from functions.followups.notices import receipt_id
from functions.followups.sentences import fill
from functions.identity.blocks import BlockStore
from functions.intake.conversation import GRACE
from functions.intake.replies import still_ongoing_id
from functions.reports.audit import first_flaw
from functions.reports.casework import claim
from functions.reports.lifecycle import Change
from functions.reports.model import Report, ReportState
from functions.reports.rows import Queue, shelf
from tests.intake.desk import ME, SILENCE, UNIT, Desk
from tests.intake.phone import PHOTO, Phone

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
WORDS = "Xe máy vượt đèn đỏ"


def _reports(desk: Desk) -> list[Report]:
    """Oldest first."""
    return sorted(desk.reports.latest_of(ME), key=lambda report: report.opened_at)


def _texts(desk: Desk, report: Report) -> list[str]:
    return [item.text for item in desk.reports.items(report.id) if item.text]


def _said(desk: Desk) -> list[FollowUp]:
    return [*desk.owed(Kind.GATHERING), *desk.owed(Kind.ANSWER)]


def test_a_late_xong_moves_what_came_after_it_with_its_evidence(desk: Desk, phone: Phone) -> None:
    start = desk.clock.now()
    desk.clock.advance(3 * MINUTE)
    desk.fold(
        phone.text(WORDS, at=start), phone.photo(PHOTO, at=start + 2 * MINUTE, caption="Xe khác")
    )
    (piece,) = desk.woken[0].evidence

    desk.fold(phone.text("xong", at=start + MINUTE))

    first, second = _reports(desk)
    assert (first.state, second.state) == (ReportState.RECEIVED, ReportState.GATHERING)
    assert (_texts(desk, first), _texts(desk, second)) == ([WORDS], ["Xe khác"])
    assert (first.evidence.total, second.evidence.pending) == (0, 1)
    assert (first.account.media, second.account.media) == (0, 1)
    stored = desk.evidence.read(piece)
    assert stored is not None
    assert stored.evidence.report_id == second.id
    for report in (first, second):
        assert first_flaw(desk.reports.audit(report.id), head=report.audit_hash) is None


def test_a_late_message_joins_what_were_two(desk: Desk, phone: Phone) -> None:
    start = desk.clock.now()
    desk.clock.advance(SILENCE + MINUTE)
    desk.fold(phone.text(WORDS, at=start), phone.text("Biển 14A-123.45", at=desk.clock.now()))

    desk.fold(phone.text("ngã tư Loong Toòng", at=start + 5 * MINUTE))

    one, other = _reports(desk)
    assert _texts(desk, one) == [WORDS, "ngã tư Loong Toòng", "Biển 14A-123.45"]
    assert (other.state, _texts(desk, other)) == (ReportState.WITHDRAWN, [])
    [row] = desk.reports.rows([shelf(UNIT, Queue.ALL)])
    assert row.report_id == one.id


def test_what_an_officer_works_on_keeps_what_it_has(desk: Desk, phone: Phone) -> None:
    start = desk.clock.now()
    desk.clock.advance(3 * MINUTE)
    desk.fold(phone.text(WORDS, at=start), phone.text("Biển 14A-123.45", at=start + 2 * MINUTE))
    before = desk.reports.read(desk.the_report().id)
    assert before is not None
    claimed = claim(before.report, officer="o", name="A", at=desk.clock.now(), operation="1")
    commit = desk.database.commit()
    desk.reports.add_change(commit, before, claimed)
    commit.send()

    desk.fold(
        phone.text("ngã tư Loong Toòng", at=start + 30 * SECOND),
        phone.text("#huy", at=start + MINUTE),
    )

    report = desk.the_report()
    assert report.assignee == "o"
    assert report.account.plates == ("14A-123.45",)
    assert len(_texts(desk, report)) == 3


def test_a_cancelled_report_is_on_no_list_and_gets_no_receipt(desk: Desk, phone: Phone) -> None:
    start = desk.clock.now()
    desk.fold(phone.text(WORDS, at=start), phone.text("#huy", at=start + SECOND))
    desk.clock.advance(SILENCE + GRACE)
    desk.fold()

    assert desk.the_report().state is ReportState.WITHDRAWN
    assert desk.reports.rows([shelf(UNIT, Queue.ALL)]) == []
    assert desk.followups.read(receipt_id(desk.the_report().id)) is None


def test_what_is_going_on_is_urgent_before_it_is_finished(desk: Desk, phone: Phone) -> None:
    desk.fold(phone.text("Đang có đua xe trên quốc lộ 18", at=desk.clock.now()))

    [row] = desk.reports.rows([shelf(UNIT, Queue.URGENT)])
    assert row.state is ReportState.GATHERING
    later = desk.followups.read(still_ongoing_id(row.report_id))
    assert later is not None
    assert later.followup.due_at == desk.clock.now() + timedelta(minutes=20)
    assert (later.followup.id, later.followup.due_at) in desk.woken[0].followups


def test_nobody_asks_whether_it_goes_on_once_it_has_ended(desk: Desk, phone: Phone) -> None:
    desk.fold(phone.text("Đang có đua xe trên quốc lộ 18", at=desk.clock.now()))
    desk.fold(phone.text("#dahet", at=desk.clock.now() + SECOND))

    later = desk.followups.read(still_ongoing_id(desk.the_report().id))
    assert later is not None
    assert later.followup.state is State.CANCELLED


def test_a_complaint_about_an_officer_is_on_no_shelf_of_the_unit(desk: Desk, phone: Phone) -> None:
    desk.fold(phone.text("Cán bộ CSGT vòi vĩnh tôi 500 nghìn", at=desk.clock.now()))

    assert desk.the_report().is_restricted
    assert desk.reports.rows([shelf(UNIT, Queue.ALL)]) == []


def test_a_supplement_joins_the_report_and_its_account(desk: Desk, phone: Phone) -> None:
    start = desk.clock.now()
    desk.fold(phone.text(WORDS, at=start), phone.text("xong", at=start + SECOND))
    code = desk.the_report().code
    desk.clock.advance(timedelta(hours=30))
    later = desk.clock.now()

    desk.fold(
        phone.text(f"#bosung {code}", at=later),
        phone.text("Biển số 14A-123.45", at=later + SECOND),
        phone.text("xong", at=later + 2 * SECOND),
    )

    report = desk.the_report()
    assert report.account.plates == ("14A-123.45",)
    assert _texts(desk, report) == [WORDS, "Biển số 14A-123.45"]
    assert any(code in (one.text or "") for one in _said(desk))


def test_a_question_for_an_officer_is_a_report_without_receipt(desk: Desk, phone: Phone) -> None:
    question = "hồ sơ của tôi nộp hôm qua mà chưa ai trả lời thì hỏi ai ạ?"
    desk.fold(phone.text(question, at=desk.clock.now()))

    [row] = desk.reports.rows([shelf(UNIT, Queue.QUESTIONS)])
    assert row.state is ReportState.RECEIVED
    assert desk.owed(Kind.RECEIPT) == []
    assert [one.sentence for one in _said(desk)] == ["question_forwarded"]


def test_who_is_blocked_begins_no_report_and_is_told_so(desk: Desk, phone: Phone) -> None:
    start = desk.clock.now()
    desk.fold(phone.text("xin chào", at=start))
    store = BlockStore(desk.database)
    before = store.read(ME)
    until = start + timedelta(days=7)
    commit = desk.database.commit()
    blocked = before.blocks.blocked(by="o", reason="quấy rối", until=until, at=start)
    store.add_change(commit, before, blocked)
    commit.send()

    desk.fold(phone.text(WORDS, at=start + SECOND))
    assert desk.reports.latest_of(ME) == []
    assert "blocked" in {one.sentence for one in _said(desk)}

    desk.fold(phone.text("cháy nhà ở phường Hồng Hà", at=start + 2 * SECOND))
    assert desk.the_report().is_urgent


def test_silence_is_told_with_what_is_missing(desk: Desk, phone: Phone) -> None:
    desk.fold(phone.text(WORDS, at=desk.clock.now()))
    desk.clock.advance(SILENCE + GRACE)
    desk.fold()

    [receipt] = desk.owed(Kind.RECEIPT)
    text = fill(receipt.sentence, receipt.values)
    assert text.startswith("Trong 10 phút không có tin mới")
    assert "Còn thiếu: địa điểm" in text


def test_an_officers_question_is_answered_into_its_report(desk: Desk, phone: Phone) -> None:
    start = desk.clock.now()
    desk.fold(phone.text(WORDS, at=start), phone.text("xong", at=start + SECOND))
    _ask(desk)
    desk.clock.advance(MINUTE)

    later = desk.clock.now()
    desk.fold(phone.text("dừng ngay làn giữa, không bật đèn gì cả", at=later))
    desk.fold(phone.text("#boqua", at=later + SECOND))

    report = desk.the_report()
    assert report.asked_at is None
    assert _texts(desk, report) == [WORDS, "dừng ngay làn giữa, không bật đèn gì cả"]
    assert "answer_noted" in {one.sentence for one in _said(desk)}


def test_that_they_do_not_know_is_an_answer_to_an_officer(desk: Desk, phone: Phone) -> None:
    start = desk.clock.now()
    desk.fold(phone.text(WORDS, at=start), phone.text("xong", at=start + SECOND))
    _ask(desk)

    desk.fold(phone.text("#boqua", at=desk.clock.now() + MINUTE))

    assert _texts(desk, desk.the_report()) == [WORDS, "Không rõ"]


def test_a_report_on_its_own_is_no_answer_to_an_officer(desk: Desk, phone: Phone) -> None:
    start = desk.clock.now()
    desk.fold(phone.text(WORDS, at=start), phone.text("xong", at=start + SECOND))
    _ask(desk)

    another = "Xe 14C-543.21 đi ngược chiều phố Hàng Buồm 7h40 sáng nay"
    desk.fold(phone.text(another, at=desk.clock.now() + MINUTE))

    first, second = _reports(desk)
    assert (_texts(desk, first), _texts(desk, second)) == ([WORDS], [another])


def _ask(desk: Desk) -> None:
    stored = desk.reports.read(desk.the_report().id)
    assert stored is not None
    asked = stored.report.model_copy(update={"asked_at": desk.clock.now(), "last_operation": "1"})
    commit = desk.database.commit()
    desk.reports.add_change(commit, stored, Change(asked))
    commit.send()
