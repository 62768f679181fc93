"""An outcome is recorded once, and the reporter is owed exactly one notice of it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from functions.cloud.firestore import Commit
from functions.cloud.tasks import Queue
from functions.errors import Transient
from functions.followups.entrance import SendFollowUp
from functions.followups.model import Attempt, FollowUp, Kind, State
from functions.followups.notices import outcome_id
from functions.reports.audit import first_flaw
from functions.reports.model import OutcomeCode, Report, ReportState
from functions.reports.rows import Queue as OpenQueue
from functions.reports.rows import shelf
from tests.admin.station import LEAD, UNIT, UNIT_HEAD, CountedDatabase, Station
from tests.emulators import MovableClock, Project


@pytest.fixture
def report(station: Station) -> Report:
    """A report that waits for a decision."""
    return station.report("Xe tải vượt đèn đỏ", place=(9.9347, 106.3453))


def notice_of(station: Station, report: Report, version: int = 1) -> FollowUp:
    """The notice of that version of the outcome."""
    found = station.followups.read(outcome_id(report.id, version))
    assert found is not None
    return found.followup


def change_notice(station: Station, report: Report, **fields: object) -> None:
    """The notice of the first outcome, as `send_followup` left it."""
    found = station.followups.read(outcome_id(report.id, 1))
    assert found is not None
    station.followups.change(found, found.followup.model_copy(update=fields))


def test_an_outcome_is_recorded_with_all_that_belongs_to_it(
    station: Station, report: Report, clock: MovableClock
) -> None:
    browser = station.browser(LEAD)
    answer = browser.conclude(report, outcome="record_made", reason="Biên bản số 12", note="Gấp")
    assert answer.headers["Location"].startswith(f"/reports/{report.id}?done=record")
    after = station.now_of(report)
    assert after.state is ReportState.CONCLUDED
    assert after.outcome is not None
    assert after.outcome.decided_by == LEAD
    assert (after.outcome.code, after.outcome.note) == (OutcomeCode.RECORD_MADE, "Gấp")
    assert first_flaw(station.reports.audit(report.id)) is None
    assert station.reports.audit(report.id)[-1].actor == f"officer:{LEAD}"
    assert station.reports.rows([shelf(UNIT, OpenQueue.ALL)]) == []
    notice = notice_of(station, report)
    assert notice.due_at == notice.next_at == clock.now() + timedelta(days=3)
    assert notice.notice == f"TB {report.code}/1"
    assert notice.values["them"] == "\nThông tin thêm: Biên bản số 12"
    assert "Gấp" not in str(notice)


def test_the_page_says_what_was_recorded_and_when_the_reporter_will_be_told(
    station: Station, report: Report
) -> None:
    browser = station.browser(LEAD)
    browser.conclude(report, outcome="record_made", reason="Biên bản số 12", note="Gấp")
    page = browser.get(f"/reports/{report.id}?done=record").text
    assert "Đã ghi kết quả." in page
    assert "Sẽ báo người phản ánh lúc 08:30 ngày 24/11/2026" in page
    assert "Thông tin thêm: Biên bản số 12" in page
    assert "Gấp" in page


@pytest.mark.parametrize("code", OutcomeCode)
def test_the_reporter_is_told_word_for_word_what_the_preview_showed(
    station: Station, report: Report, code: OutcomeCode
) -> None:
    browser = station.browser(LEAD)
    fields = browser.outcome_fields(report, outcome=code.value, reason="Số 12\r\nvà 13")
    preview = browser.post(f"/reports/{report.id}/outcomes/preview", fields).text
    browser.post(f"/reports/{report.id}/outcomes", fields)
    page = browser.get(f"/reports/{report.id}").text
    shown = preview.partition('<p class="bubble">')[2].partition("</p>")[0]
    assert "Số 12\nvà 13" in shown
    assert shown in page


@pytest.mark.parametrize("code", ["crime_signs", "forged_data"])
def test_what_an_investigation_looks_into_is_told_as_transferred(
    station: Station, report: Report, code: str
) -> None:
    station.browser(LEAD).conclude(report, outcome=code)
    assert notice_of(station, report).sentence == "outcome_transferred"


def test_the_same_form_sent_twice_records_once(station: Station, report: Report) -> None:
    browser = station.browser(LEAD)
    fields = browser.outcome_fields(report)
    answers = [browser.post(f"/reports/{report.id}/outcomes", fields) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(station.owed(report)) == 1
    assert station.now_of(report).version == 2


def test_the_same_form_sent_many_times_at_once_records_once(
    station: Station, report: Report
) -> None:
    fields = station.browser(LEAD).outcome_fields(report)
    browsers = [station.browser(LEAD) for _ in range(4)]

    def send(number: int) -> int:
        sent = {**fields, "csrf_token": browsers[number].form_token}
        return browsers[number].post(f"/reports/{report.id}/outcomes", sent).status_code

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(send, range(4))) == [303] * 4
    assert len(station.owed(report)) == 1
    assert [entry.act for entry in station.reports.audit(report.id)].count("outcome recorded") == 1


def test_two_officers_at_once_one_records_and_the_other_is_told(
    station: Station, report: Report
) -> None:
    browsers = [station.browser(LEAD), station.browser(UNIT_HEAD)]
    forms = [browser.outcome_fields(report) for browser in browsers]

    def send(number: int) -> int:
        path = f"/reports/{report.id}/outcomes"
        return browsers[number].post(path, forms[number]).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(send, range(2))) == [303, 409]
    assert len(station.owed(report)) == 1


def test_a_stale_form_is_refused_and_nothing_typed_is_lost(
    station: Station, report: Report
) -> None:
    browser = station.browser(LEAD)
    stale = browser.outcome_fields(
        report, outcome="no_violation", reason="Lời của tôi", note="Ghi chú của tôi", delay_days="7"
    )
    station.browser(UNIT_HEAD).conclude(report, outcome="fined", reason="Lời của đồng nghiệp")
    answer = browser.post(f"/reports/{report.id}/outcomes", stale)
    assert answer.status_code == 409
    for words in ("Lời của đồng nghiệp", "Thượng tá Đỗ Ngọc Lan", "Đã xử phạt"):
        assert words in answer.text
    assert ">Lời của tôi</textarea>" in answer.text
    assert ">Ghi chú của tôi</textarea>" in answer.text
    assert 'value="no_violation" required checked' in answer.text
    assert 'value="7"' in answer.text
    assert station.now_of(report).version == 2


def test_after_a_stale_form_the_officer_may_decide_again(station: Station, report: Report) -> None:
    browser = station.browser(LEAD)
    stale = browser.outcome_fields(report)
    station.browser(UNIT_HEAD).conclude(report)
    browser.post(f"/reports/{report.id}/outcomes", stale)
    assert browser.conclude(report, outcome="no_violation").status_code == 303
    outcome = station.now_of(report).outcome
    assert outcome is not None
    assert (outcome.version, outcome.code) == (2, OutcomeCode.NO_VIOLATION)


def test_evidence_that_arrives_meanwhile_does_not_make_a_form_stale(
    station: Station, report: Report
) -> None:
    browser = station.browser(LEAD)
    fields = browser.outcome_fields(report)
    station.attach(report, b"\xff\xd8\xff\xe0", "image/jpeg")
    assert browser.post(f"/reports/{report.id}/outcomes", fields).status_code == 303


@pytest.mark.parametrize("days", [0, 3, 60])
def test_the_sender_is_woken_for_the_moment_when_the_notice_is_due(
    station: Station, report: Report, clock: MovableClock, days: int
) -> None:
    station.browser(LEAD).conclude(report, delay_days=str(days))
    # What is told at once waits as long as it can still be undone.
    due_at = clock.now() + (timedelta(days=days) or timedelta(seconds=15))
    body = SendFollowUp(followup=outcome_id(report.id, 1))
    assert station.wakes.made == [(Queue.SEND, body, due_at)]


@pytest.mark.parametrize("state", [State.DUE, State.HELD])
def test_a_newer_outcome_replaces_a_notice_that_has_not_left(
    station: Station, report: Report, state: State
) -> None:
    browser = station.browser(LEAD)
    browser.conclude(report)
    change_notice(station, report, state=state)
    browser.conclude(report, outcome="no_violation")
    replaced = notice_of(station, report)
    assert (replaced.state, replaced.problem) == (State.CANCELLED, "superseded")
    assert notice_of(station, report, 2).state is State.DUE
    assert station.followups.overdue(station.clock.now() + timedelta(days=99)) == [
        notice_of(station, report, 2)
    ]


@pytest.mark.parametrize("state", [State.SENDING, State.UNKNOWN, State.SENT])
def test_a_notice_that_may_have_left_is_not_touched(
    station: Station, report: Report, clock: MovableClock, state: State
) -> None:
    browser = station.browser(LEAD)
    browser.conclude(report)
    attempt = Attempt(id="1", started_at=clock.now(), lease_until=clock.now())
    change_notice(station, report, state=state, attempt=attempt)
    browser.conclude(report, outcome="no_violation")
    assert notice_of(station, report).state is state
    assert notice_of(station, report, 2).state is State.DUE


def test_a_notice_of_two_outcomes_ago_is_replaced_too(station: Station, report: Report) -> None:
    browser = station.browser(LEAD)
    browser.conclude(report)
    change_notice(station, report, state=State.SENDING)
    browser.conclude(report, outcome="no_violation")
    change_notice(station, report, state=State.DUE)
    browser.conclude(report, outcome="insufficient")
    states = [notice_of(station, report, version).state for version in (1, 2, 3)]
    assert states == [State.CANCELLED, State.CANCELLED, State.DUE]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"outcome": ""}, "Xin chọn một kết quả."),
        ({"outcome": "pardoned"}, "Xin chọn một kết quả."),
        ({"reason": "a" * 501}, "tối đa 500 ký tự"),
        ({"note": "a" * 2001}, "tối đa 2000 ký tự"),
        ({"delay_days": "-1"}, "từ 0 đến 60"),
        ({"delay_days": "61"}, "từ 0 đến 60"),
        ({"delay_days": "mai"}, "từ 0 đến 60"),
    ],
)
def test_a_form_with_a_mistake_comes_back_as_it_was_typed(
    station: Station, report: Report, typed: dict[str, str], words: str
) -> None:
    answer = station.browser(LEAD).conclude(report, **{"reason": "Lời của tôi", **typed})
    assert answer.status_code == 422
    assert words in answer.text
    assert f">{typed.get('reason', 'Lời của tôi')}</textarea>" in answer.text
    assert station.now_of(report).outcome is None


@pytest.mark.parametrize(
    "extra",
    [
        {"decided_by": "officer-tuan"},
        {"tell_at": "2020-01-01"},
        {"version": "0"},
        {"version": "x"},
        {"operation": "short"},
        {"operation": "0" * 32 + "\n"},
    ],
)
def test_a_form_that_our_page_did_not_make_is_refused(
    station: Station, report: Report, extra: dict[str, str]
) -> None:
    assert station.browser(LEAD).conclude(report, **extra).status_code == 400
    assert station.now_of(report).outcome is None


def test_a_field_sent_twice_is_refused(station: Station, report: Report) -> None:
    browser = station.browser(LEAD)
    fields = {**browser.outcome_fields(report), "reason": ["một", "hai"]}
    answer = browser.post(f"/reports/{report.id}/outcomes", fields)  # type: ignore[arg-type]
    assert answer.status_code == 400


def test_a_report_that_is_still_being_sent_cannot_be_decided(station: Station) -> None:
    report = station.report("Xe tải", is_received=False)
    browser = station.browser(LEAD)
    assert 'id="outcome-form"' not in browser.get(f"/reports/{report.id}").text
    answer = browser.post(
        f"/reports/{report.id}/outcomes",
        {"outcome": "fined", "delay_days": "0", "version": "1", "operation": "0" * 32},
    )
    assert answer.status_code == 400
    assert "Người dân đang gửi thêm" in answer.text


def test_words_are_kept_composed_and_without_control_characters(
    station: Station, report: Report
) -> None:
    station.browser(LEAD).conclude(report, reason="  Bie\u0302n ba\u0309n\x00\x1b[31m\r\nsố 12 ")
    outcome = station.now_of(report).outcome
    assert outcome is not None
    assert outcome.reason == "Biên bản[31m\nsố 12"


class _LosesAnswers(CountedDatabase):
    """Carries every commit out and loses the answer."""

    def commit(self) -> Commit:
        commit = super().commit()
        send = commit.send

        def lost() -> list[datetime]:
            send()
            raise Transient("the answer was lost")

        commit.send = lost  # type: ignore[method-assign]
        return commit


def test_an_outcome_whose_answer_was_lost_counts_as_recorded(
    station: Station, project: Project, report: Report
) -> None:
    browser = station.browser(LEAD)
    fields = browser.outcome_fields(report)
    station.database = _LosesAnswers(project.firestore_client())
    browser.client = station.client_of(browser)
    assert browser.post(f"/reports/{report.id}/outcomes", fields).status_code == 303
    assert [owed.kind for owed in station.owed(report)] == [Kind.OUTCOME]


def test_nothing_a_person_wrote_reaches_the_log(
    station: Station, report: Report, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "functions")
    browser = station.browser(LEAD)
    browser.conclude(report, reason="MARKED-REASON", note="MARKED-NOTE")
    browser.conclude(report, outcome="", reason="MARKED-REASON")
    browser.post(f"/reports/{report.id}/outcomes", {"MARKED-FIELD": "MARKED-VALUE"})
    assert caplog.records
    assert "MARKED" not in "".join(str(vars(record)) for record in caplog.records)
