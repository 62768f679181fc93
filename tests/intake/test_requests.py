"""What a citizen asks for beside reporting, on the real emulator."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from functions.errors import Rejected
from functions.evidence.model import Evidence
from functions.evidence.store import EvidenceStore
from functions.followups.model import FollowUp, Kind, State
from functions.followups.sentences import choices, fill
from functions.followups.store import FollowUpStore
from functions.identity.store import PersonStore
from functions.identity.vault import Person
from functions.intake.erasure import Erasure
from functions.intake.log import Conversation
from functions.intake.requests import ReportsInHand, Requests
from functions.intake.submissions import Act, Submission, spoken
from functions.reports.codes import code_from
from functions.reports.lifecycle import Change, open_report
from functions.reports.model import Outcome, OutcomeCode, Report, ReportState
from functions.reports.store import ReportStore
from functions.units.model import Unit
from functions.zalo.messages import QueryButton, TextMessage
from tests.emulators import MovableClock, Project

ME, STRANGER = "me", "a-stranger"
UNIT = Unit(id="pc08", name="Phòng Cảnh sát giao thông", short_name="PC08", kind="division")
PERSON = Person(citizen=ME, page_id="page", user_id="3333333333", known_since=MovableClock().now())


@dataclass
class Hand:
    """The reports of a fold, each change written at once."""

    counter: "Counter"
    new: list[Report] = field(default_factory=list)

    def latest_of(self, citizen: str, limit: int) -> list[Report]:
        return self.counter.reports.latest_of(citizen, limit)

    def find_by_code(self, code: str) -> Report | None:
        stored = self.counter.reports.find_by_code(code)
        return stored.report if stored else None

    def change(self, report_id: str, change: Callable[[Report], Change]) -> Report:
        stored = self.counter.reports.read(report_id)
        assert stored is not None
        changed = change(stored.report)
        commit = self.counter.database.commit()
        self.counter.reports.add_change(commit, stored, changed)
        commit.send()
        return changed.report

    def begun(self) -> list[Report]:
        return self.new


class Counter:
    """Where citizens' requests are answered."""

    def __init__(self, project: Project, clock: MovableClock) -> None:
        self.clock = clock
        self.database = project.database()
        self.reports = ReportStore(self.database)
        self.followups = FollowUpStore(self.database)
        self.people = PersonStore(project.database("identity"))
        self.evidence = EvidenceStore(self.database)
        erasure = Erasure(
            database=self.database,
            reports=self.reports,
            evidence=self.evidence,
            followups=self.followups,
            people=self.people,
            draw=bytes,
        )
        self.requests = Requests(self.reports, self.followups, self.people, erasure)
        self.conversation = Conversation(citizen=ME, page_id="page")
        self.people.remember(PERSON)

    def report(self, number: int, *, citizen: str = ME, **fields: Any) -> Report:
        """A report on record, the later the higher its number; received unless told otherwise."""
        at = self.clock.now() + timedelta(minutes=number)
        opened = open_report(
            report_id=f"R{number}",
            code=code_from(bytes([0, 0, 0, 1, number + 1])),
            unit_id=UNIT.id,
            page_id="page",
            citizen=citizen,
            at=at,
        )
        told = {"state": ReportState.RECEIVED, "received_at": at, "messages": 1, **fields}
        report = opened.report.model_copy(update=told)
        commit = self.database.commit()
        self.reports.add_new(commit, report, opened.entries, [])
        commit.send()
        return report

    def concluded(self, number: int, *, told_in: float = 0.0, **fields: Any) -> Report:
        """A report with an outcome that its reporter is told in so many hours."""
        now = self.clock.now()
        outcome = Outcome(
            version=1,
            code=OutcomeCode.CRIME_SIGNS,
            reason="",
            note="",
            decided_at=now,
            decided_by="officer",
            tell_at=now + timedelta(hours=told_in),
        )
        return self.report(number, state=ReportState.CONCLUDED, outcome=outcome, **fields)

    def sent(self, text: str, *, citizen: str = ME, **fields: Any) -> FollowUp:
        """A message of ours that reached a citizen."""
        now = self.clock.now()
        followup = FollowUp.model_validate(
            {
                "id": f"f{len(text)}{citizen}",
                "kind": Kind.OUTCOME,
                "citizen": citizen,
                "page_id": "page",
                "unit_id": UNIT.id,
                "sentence": "outcome_fined",
                "created_at": now,
                "due_at": now,
                "next_at": now,
                "state": State.SENT,
                "sent_at": now,
                "text": text,
                **fields,
            }
        )
        commit = self.database.commit()
        self.followups.add_new(commit, followup)
        commit.send()
        return followup

    def ask(self, text: str, hand: ReportsInHand | None = None, **fields: Any) -> FollowUp:
        """What is answered to these words."""
        asked = spoken(key="k", at=self.clock.now(), text=text)
        (answer,) = self.requests.answer(
            asked.model_copy(update=fields),
            self.conversation,
            hand or Hand(self),
            UNIT,
            now=self.clock.now(),
        )
        return answer

    def now(self, report: Report) -> Report:
        """It, as it stands on record."""
        stored = self.reports.read(report.id)
        assert stored is not None
        return stored.report


@pytest.fixture
def counter(project: Project, clock: MovableClock) -> Counter:
    return Counter(project, clock)


def words(followup: FollowUp) -> str:
    """What the citizen reads; it and its buttons keep Zalo's limits."""
    text = followup.text or fill(followup.sentence, followup.values, followup.language)
    below = followup.choices
    if below is None:
        below = choices(followup.sentence, followup.values, followup.language)
    buttons = tuple(QueryButton(title=one.title, payload=one.payload) for one in below)
    return TextMessage(text=text, buttons=buttons).text


def payloads(followup: FollowUp) -> list[str]:
    return [choice.payload for choice in followup.choices or ()]


# Look-up


def test_who_sent_nothing_is_told_so(counter: Counter) -> None:
    assert counter.ask("tra cứu").sentence == "status_none"


def test_one_report_is_told_with_its_state(counter: Counter) -> None:
    report = counter.report(1)

    answer = counter.ask("tra cứu")

    assert report.code in words(answer)
    assert "đã tiếp nhận" in words(answer)
    assert payloads(answer) == [f"#bosung {report.code}", f"#rut {report.code}", "#guiphananh"]


def test_of_several_reports_the_five_latest_are_listed_newest_first(counter: Counter) -> None:
    reports = [counter.report(number) for number in range(1, 8)]

    told = words(counter.ask("phản ánh của tôi"))

    listed = [report.code for report in reports if report.code in told]
    assert listed == [report.code for report in reports[2:]]
    assert told.index(reports[6].code) < told.index(reports[2].code)


def test_what_turned_out_to_hold_nothing_is_not_listed(counter: Counter) -> None:
    counter.report(2, state=ReportState.WITHDRAWN, messages=0)

    assert counter.ask("tra cứu").sentence == "status_none"


@pytest.mark.parametrize("way", ["tc {}", "rút phản ánh {}", "#xemlai {}", "#baoketqua {}"])
def test_somebody_else_s_report_is_answered_as_one_that_does_not_exist(
    counter: Counter, way: str
) -> None:
    report = counter.report(1, citizen=STRANGER)
    unheard_of = code_from(b"\x09\x09\x09\x09\x09")

    answers = [counter.ask(way.format(code)) for code in (report.code, unheard_of)]

    assert words(answers[0]) == words(answers[1])
    assert counter.now(report) == report


def test_an_outcome_is_not_told_before_its_time(counter: Counter) -> None:
    report = counter.concluded(1, told_in=1)

    assert "đã tiếp nhận" in words(counter.ask(f"tc {report.code}"))
    counter.clock.advance(timedelta(hours=1))
    ended = counter.ask(f"tc {report.code}")

    assert "đã chuyển cơ quan có thẩm quyền" in words(ended)
    assert payloads(ended) == [f"#xemlai {report.code}", "#guiphananh"]


def test_a_reader_of_english_is_answered_in_english(counter: Counter) -> None:
    report = counter.report(1)
    counter.conversation = counter.conversation.model_copy(update={"language": "en"})

    assert words(counter.ask(f"tc {report.code}")).startswith("Report")


# Withdrawal


def test_a_withdrawal_is_asked_back_and_changes_nothing_yet(counter: Counter) -> None:
    report = counter.report(1)

    answer = counter.ask("rút phản ánh")

    assert answer.sentence == "withdraw_confirm"
    assert f"#rut_dongy {report.code}" in [
        choice.payload for choice in choices(answer.sentence, answer.values)
    ]
    assert counter.now(report) == report


def test_a_confirmed_withdrawal_waits_for_an_officer(counter: Counter) -> None:
    report = counter.report(1)

    answer = counter.ask(f"#rut_dongy {report.code}")

    after = counter.now(report)
    assert answer.sentence == "withdraw_noted"
    assert (after.state, after.withdrawal_asked_at) == (ReportState.RECEIVED, counter.clock.now())
    assert after.unseen == report.unseen + 1
    assert counter.reports.audit(report.id)[-1].act == "withdrawal asked"


def test_confirming_twice_is_one_withdrawal(counter: Counter) -> None:
    report = counter.report(1)
    counter.ask(f"#rut_dongy {report.code}")
    once = counter.now(report)

    assert counter.ask(f"#rut_dongy {report.code}").sentence == "withdraw_noted"

    assert counter.now(report) == once


@pytest.mark.parametrize(
    "state", [ReportState.GATHERING, ReportState.CONCLUDED, ReportState.WITHDRAWN]
)
def test_what_is_closed_or_still_gathered_is_not_withdrawn(
    counter: Counter, state: ReportState
) -> None:
    report = counter.report(1, state=state)

    assert counter.ask(f"#rut_dongy {report.code}").sentence == "withdraw_nothing"
    assert counter.now(report) == report


# The result


def test_a_result_that_is_not_wanted_is_noted_for_whatever_is_open(counter: Counter) -> None:
    reports = [counter.report(1), counter.report(2), counter.concluded(3)]

    assert counter.ask("#khongbao").sentence == "result_not_wanted"
    assert [counter.now(one).wants_result for one in reports] == [False, False, True]

    assert counter.ask(f"#baoketqua {reports[0].code}").sentence == "result_wanted"
    assert [counter.now(one).wants_result for one in reports] == [True, False, True]


# Looked at again


def test_a_report_with_an_outcome_is_looked_at_again_once(counter: Counter) -> None:
    report = counter.concluded(1)

    assert counter.ask(f"#xemlai {report.code}").sentence == "reopen_noted"
    after = counter.now(report)
    assert (after.state, after.reopenings) == (ReportState.RECEIVED, 1)
    assert after.outcome == report.outcome

    assert counter.ask(f"#xemlai {report.code}").sentence == "reopen_used"
    assert counter.now(report) == after


@pytest.mark.parametrize("is_decided", [False, True])
def test_without_an_outcome_that_was_told_there_is_nothing_to_look_at_again(
    counter: Counter, is_decided: bool
) -> None:
    report = counter.concluded(1, told_in=1) if is_decided else counter.report(1)

    assert counter.ask(f"#xemlai {report.code}").sentence == "reopen_not_yet"
    assert counter.now(report) == report


# Is this ours


NOTICE = "TB 7K3F-9Q2D-X/2: Phản ánh của Ông/Bà đã được xử lý. Trân trọng cảm ơn Ông/Bà."
NUMBER = f"TB {code_from(bytes(5))}/2"


@pytest.mark.parametrize(
    ("quoted", "said"),
    [
        (NOTICE, "verify_ours"),
        (NOTICE.upper().replace(" ", "\n"), "verify_ours"),
        (NOTICE[20:], "verify_ours"),
        (NUMBER, "verify_ours"),
        (NUMBER.lower(), "verify_ours"),
        (NUMBER.replace("/2", "/3"), "verify_not_ours"),
        (f"{NUMBER}: nộp phạt tại http://csgt.example", "verify_not_ours"),
        (f"{NOTICE} Nộp phạt tại http://csgt.example", "verify_not_ours"),
        ("Trân trọng cảm ơn", "verify_not_ours"),
        ("Ông/Bà có một lỗi vi phạm, đề nghị nộp phạt ngay hôm nay", "verify_not_ours"),
    ],
    ids=[
        *("the text", "the text as a phone copies it", "a long part", "the number"),
        *("the number in small letters", "another number", "our number in another text"),
        *("our text with more behind it", "words that stand anywhere", "a forgery"),
    ],
)
def test_a_message_is_ours_if_we_sent_it_to_this_citizen(
    counter: Counter, quoted: str, said: str
) -> None:
    counter.sent(NOTICE, notice=NUMBER)

    assert counter.ask("kiểm tra tin này", rest=quoted).sentence == said


def test_what_somebody_else_was_sent_is_not_ours_to_this_citizen(counter: Counter) -> None:
    counter.sent(NOTICE, notice=NUMBER, citizen=STRANGER)

    for quoted in (NOTICE, NUMBER):
        assert counter.ask("kiểm tra tin này", rest=quoted).sentence == "verify_not_ours"


@pytest.mark.parametrize("state", sorted(set(State) - {State.SENT}))
def test_what_was_not_sent_yet_is_not_ours(counter: Counter, state: State) -> None:
    counter.sent(NOTICE, notice=NUMBER, state=state, sent_at=None)

    assert counter.ask("kiểm tra tin này", rest=NOTICE).sentence == "verify_not_ours"


def test_without_a_message_the_way_to_send_one_is_told(counter: Counter) -> None:
    assert counter.ask("kiểm tra tin này").sentence == "verify_how"


# Their data


SHARED = PERSON.model_copy(
    update={
        "name": "Nguyễn Văn A",
        "phone": "84900000001",
        "address": "12 Trần Phú",
        "shared_at": PERSON.known_since,
    }
)


def test_my_data_tells_what_is_kept_but_not_what_the_vault_holds(counter: Counter) -> None:
    counter.people.share(SHARED)
    counter.report(1)

    answer = counter.ask("dữ liệu của tôi")

    assert "Họ tên, số điện thoại, địa chỉ" in words(answer)
    told = answer.model_dump_json()
    assert not any(value in told for value in ("Nguyễn", "84900000001", "Trần Phú", "3333333333"))


def test_my_data_of_who_has_sent_nothing_can_be_told(counter: Counter) -> None:
    counter.people.forget(ME)

    assert "Chưa có phản ánh nào" in words(counter.ask("#dulieu"))


def test_erasure_is_asked_back_and_changes_nothing_yet(counter: Counter) -> None:
    report = counter.report(1)

    assert counter.ask("xóa dữ liệu của tôi").sentence == "delete_confirm"

    assert counter.people.find(ME) == PERSON
    assert counter.now(report) == report


def photo_of(report: Report) -> Evidence:
    return Evidence(
        id="photo",
        report_id=report.id,
        unit_id=report.unit_id,
        page_id=report.page_id,
        citizen=report.citizen,
        sent_at=report.opened_at,
        kind="image",
        address="https://photo-stal-12.zdn.vn/a.jpg",
        next_at=report.opened_at,
    )


def test_a_confirmed_erasure_keeps_the_case_and_cuts_every_link_to_the_person(
    counter: Counter,
) -> None:
    counter.people.share(SHARED)
    reports = [counter.report(number, summary="Xe vượt đèn đỏ") for number in range(60)]
    commit = counter.database.commit()
    counter.evidence.add_new(commit, photo_of(reports[0]))
    commit.send()
    counter.sent(NOTICE)
    owed = counter.sent("Sẽ gửi", state=State.DUE, report_id="R1")

    answer = counter.ask("#xoadulieu_dongy")

    assert (answer.kind, answer.sentence) == (Kind.FAREWELL, "delete_done")
    assert "Điều 14, Điều 19" in words(answer)
    assert counter.people.find(ME) == PERSON
    assert counter.people.find_farewell(ME) == PERSON
    assert counter.reports.latest_of(ME) == []
    assert counter.followups.of_citizen(ME) == []
    (kept,) = counter.evidence.of_report(reports[0].id)
    assert kept.citizen == counter.now(reports[0]).citizen != ME
    assert counter.now(reports[0]).summary == "Xe vượt đèn đỏ"
    assert counter.reports.audit("R0")[-1].act == "reporter erased"
    stored = counter.followups.read(owed.id)
    assert stored is not None
    assert stored.followup.state is State.CANCELLED


def test_an_erasure_done_again_loses_no_farewell(counter: Counter) -> None:
    counter.report(1)
    counter.ask("#xoadulieu_dongy")
    counter.people.forget(ME)

    counter.ask("#xoadulieu_dongy")

    assert counter.people.find_farewell(ME) == PERSON


def test_what_the_same_fold_begins_is_parted_only_if_it_was_sent_before(
    counter: Counter,
) -> None:
    before, after = counter.report(-1, citizen=STRANGER), counter.report(1, citizen=STRANGER)

    counter.ask("#xoadulieu_dongy", Hand(counter, new=[before, after]))

    assert counter.now(before).citizen.startswith("erased-")
    assert counter.now(after) == after


def test_what_other_people_sent_is_not_erased(counter: Counter) -> None:
    report = counter.report(1, citizen=STRANGER)

    counter.ask("#xoadulieu_dongy")

    assert counter.now(report) == report


def test_the_form_is_asked_for_as_zalo_s_form(counter: Counter) -> None:
    assert counter.ask("#cungcap").kind is Kind.DETAILS_REQUEST


def test_shared_details_are_thanked_for_without_naming_them(counter: Counter) -> None:
    assert counter.ask("…", act=Act.IDENTITY).sentence == "identity_noted"


# Knowledge


@pytest.mark.parametrize("payload", ["#thutuc", "#thutuc ho_chieu", "#thutuc unheard_of"])
def test_procedures_are_answered(counter: Counter, payload: str) -> None:
    assert words(counter.ask(payload))


def test_contacts_name_the_unit_and_the_emergency_numbers(counter: Counter) -> None:
    told = words(counter.ask("liên hệ"))

    assert UNIT.name in told
    assert "113" in told


def test_the_warning_about_impostors_is_told(counter: Counter) -> None:
    assert counter.ask("cảnh báo").sentence == "scam_warning"


def test_what_is_no_request_is_a_mistake_of_ours(counter: Counter) -> None:
    with pytest.raises(Rejected):
        counter.ask("xong")


# More evidence


def resolved(counter: Counter, text: str) -> str | None:
    asked = [spoken(key="k", at=counter.clock.now(), text=text)]
    (submission,) = counter.requests.resolve(asked, ME)
    return submission.report_id


@pytest.mark.parametrize("state", [ReportState.RECEIVED, ReportState.ACCEPTED])
def test_an_open_report_of_one_s_own_takes_more(counter: Counter, state: ReportState) -> None:
    report = counter.report(1, state=state)
    counter.report(2, state=ReportState.CONCLUDED)

    assert resolved(counter, f"bs {report.code}") == "R1"
    assert resolved(counter, "bổ sung") == "R1"


def test_what_is_closed_or_somebody_else_s_takes_no_more(counter: Counter) -> None:
    closed = counter.report(1, state=ReportState.CONCLUDED)
    theirs = counter.report(2, citizen=STRANGER)

    assert resolved(counter, f"bs {closed.code}") is None
    assert resolved(counter, f"bs {theirs.code}") is None
    assert resolved(counter, "bổ sung") is None


def test_other_messages_need_no_look_at_the_record(counter: Counter) -> None:
    told = Submission(key="k", at=counter.clock.now(), act=Act.TELL, text="Xe vượt đèn đỏ")

    assert counter.requests.resolve([told], ME) == [told]
