"""The sender on the real emulator: never twice, never forgotten."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from functions.errors import Ambiguous, Conflict, OperatorNeeded, Rejected, TinBaoError, Transient
from functions.followups.model import FollowUp, Kind, State
from functions.followups.notices import outcome_id
from functions.followups.planner import CHECK_AFTER, LEASE, RETRY_AFTER, cancel, release
from functions.followups.sentences import Choice
from functions.followups.store import FollowUpStore, StoredFollowUp
from functions.zalo.errors import Deferral, DeferredUntil, PermanentForCitizen, WindowClosed
from tests.emulators import MovableClock, Project
from tests.followups.chats import Chats
from tests.followups.office import CITIZEN, Office
from tests.intake.kills import Kill, Killed

TEXT = "Phản ánh 7K3F-9Q2D-X (gửi ngày 21/11/2026): đã tiếp nhận."


def test_what_is_due_is_sent_and_settled(office: Office, chats: Chats) -> None:
    owed = office.owe()

    sent = office.send(owed)

    assert chats.texts == [TEXT]
    assert (sent.state, sent.message_id, sent.text) == (State.SENT, "message-1", TEXT)
    assert sent.sent_at == office.clock.now()
    assert office.followups.overdue(office.clock.now()) == []


def test_the_buttons_of_its_sentence_go_with_it(office: Office, chats: Chats) -> None:
    office.send(office.owe())

    payloads = [choice.payload for choice in chats.choices[0]]
    assert payloads == ["#bosung 7K3F-9Q2D-X", "#rut 7K3F-9Q2D-X", "#guiphananh"]


def test_buttons_of_its_own_go_in_place_of_those(office: Office, chats: Chats) -> None:
    office.send(office.owe(choices=(Choice("Xong", "#xong"),)))

    assert chats.choices == [(Choice("Xong", "#xong"),)]


def test_a_reader_of_english_gets_english(office: Office, chats: Chats) -> None:
    office.send(office.owe(language="en"))

    assert chats.texts[0].startswith("Report 7K3F-9Q2D-X")


def test_the_form_for_name_and_telephone_goes_as_zalo_s_form(office: Office, chats: Chats) -> None:
    sent = office.send(office.owe(kind=Kind.DETAILS_REQUEST, sentence="share_identity", values={}))

    assert sent.state is State.SENT
    assert chats.forms == [("Cung cấp liên hệ", sent.text)]


def test_what_is_cancelled_before_it_is_due_is_never_sent(office: Office, chats: Chats) -> None:
    """Undo: an officer's message is due in some seconds, and may be taken back until then."""
    owed = office.owe(kind=Kind.REPLY, next_at=office.clock.now() + timedelta(seconds=15))
    taken_back = cancel(office.now(owed), problem="undone", sentence="Đã thu hồi.")
    assert taken_back is not None
    office.followups.change(office.stored(owed), taken_back)

    office.clock.advance(timedelta(seconds=15))

    assert office.send(owed).state is State.CANCELLED
    assert chats.tries == 0


def test_what_is_claimed_before_it_is_cancelled_is_sent(office: Office, chats: Chats) -> None:
    owed = office.owe(kind=Kind.REPLY)
    seen = office.stored(owed)
    taken_back = cancel(seen.followup, problem="undone", sentence="Đã thu hồi.")
    assert taken_back is not None

    assert office.send(owed).state is State.SENT

    with pytest.raises(Conflict):
        office.followups.change(seen, taken_back)


def owe_notice(office: Office, version: int) -> FollowUp:
    """The notice of that version of the report's outcome."""
    return office.owe(
        id=outcome_id("R1", version),
        kind=Kind.OUTCOME,
        report_id="R1",
        notice=f"TB 7K3F-9Q2D-X/{version}",
    )


def test_an_outcome_is_told(office: Office, chats: Chats) -> None:
    office.conclude("R1", version=1)

    assert office.send(owe_notice(office, 1)).state is State.SENT
    assert chats.texts == [TEXT]


def test_after_a_failed_attempt_a_newer_outcome_is_told_in_place_of_the_older(
    office: Office, chats: Chats
) -> None:
    office.conclude("R1", version=1)
    older = owe_notice(office, 1)
    chats.will_end(Transient("busy"))
    office.send(older)
    office.conclude("R1", version=2)
    newer = owe_notice(office, 2)

    assert office.send_until_done(older).state is State.CANCELLED
    assert office.send_until_done(newer).state is State.SENT
    assert chats.texts == [TEXT]


@pytest.mark.parametrize("change", [{"wants_result": False}, {"citizen": "erased-1"}])
def test_an_outcome_is_not_told_to_who_does_not_want_it_or_had_their_data_erased(
    office: Office, chats: Chats, change: dict[str, object]
) -> None:
    office.conclude("R1", version=1, **change)

    cancelled = office.send(owe_notice(office, 1))

    assert cancelled.state is State.CANCELLED
    assert "Không gửi" in (cancelled.sentence_for_officer or "")
    assert chats.tries == 0


def test_a_farewell_reaches_who_was_forgotten_and_is_the_last_of_them(
    office: Office, chats: Chats
) -> None:
    owed = office.owe(kind=Kind.FAREWELL, sentence="delete_done", values={})
    office.people.bid_farewell(CITIZEN, now=office.clock.now())
    office.people.forget(CITIZEN)
    chats.will_end(Transient("busy"))

    office.send(owed)
    assert office.people.find_farewell(CITIZEN) is not None
    assert office.send_until_done(owed).state is State.SENT

    assert len(chats.texts) == 1
    assert office.people.find_farewell(CITIZEN) is None


def test_a_second_task_sends_nothing(office: Office, chats: Chats) -> None:
    owed = office.owe()

    office.send(owed)
    office.clock.advance(timedelta(days=2))
    office.send(owed)

    assert chats.texts == [TEXT]


def test_what_is_not_due_yet_waits(office: Office, chats: Chats) -> None:
    owed = office.owe(next_at=office.clock.now() + timedelta(seconds=1))

    assert office.send(owed).state is State.DUE
    assert chats.tries == 0


def test_a_task_for_nothing_does_nothing(office: Office, chats: Chats) -> None:
    office.sender().send("unheard-of")

    assert chats.tries == 0


def test_two_tasks_at_once_send_once(project: Project, clock: MovableClock, chats: Chats) -> None:
    both_have_read = threading.Barrier(2, timeout=20)
    owed = Office(project, clock, chats).owe()

    class Simultaneous(FollowUpStore):
        def read(self, followup_id: str) -> StoredFollowUp | None:
            found = super().read(followup_id)
            both_have_read.wait()
            return found

    def send(_: int) -> None:
        office = Office(project, clock, chats)
        office.sender(followups=Simultaneous(office.database)).send(owed.id)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(send, range(2)))

    assert chats.tries == 1
    assert Office(project, clock, chats).now(owed).state is State.SENT


def test_killed_after_delivery_it_is_found_in_the_chat_and_not_sent_again(
    office: Office, chats: Chats
) -> None:
    owed = office.owe()
    chats.will_end(Killed(), after_delivery=True)
    with pytest.raises(Killed):
        office.send(owed)
    assert office.now(owed).state is State.SENDING

    office.clock.advance(LEASE)
    found = office.send(owed)

    assert found.state is State.SENT
    assert chats.tries == 1


def test_killed_before_delivery_it_is_sent_again_after_it_was_missing_twice(
    office: Office, chats: Chats
) -> None:
    owed = office.owe()
    chats.will_end(Killed())
    with pytest.raises(Killed):
        office.send(owed)

    office.clock.advance(LEASE)
    assert office.send(owed).state is State.UNKNOWN
    office.clock.advance(CHECK_AFTER[1])
    assert office.send(owed).state is State.DUE
    assert chats.tries == 1

    assert office.send_until_done(owed).state is State.SENT
    assert chats.texts == [TEXT]


def test_while_the_lease_lasts_nobody_else_acts(office: Office, chats: Chats) -> None:
    owed = office.owe()
    chats.will_end(Killed(), after_delivery=True)
    with pytest.raises(Killed):
        office.send(owed)

    office.clock.advance(LEASE - timedelta(seconds=1))

    assert office.send(owed).state is State.SENDING


@pytest.mark.parametrize("is_applied", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("commit", [1, 2], ids=["claim", "settle"])
def test_killed_at_any_commit_it_arrives_once(
    project: Project, clock: MovableClock, chats: Chats, commit: int, is_applied: bool
) -> None:
    office = Office(project, clock, chats)
    owed = office.owe()

    with pytest.raises(Killed):
        Office(project, clock, chats, Kill(commit, is_applied)).send(owed)

    assert office.send_until_done(owed).state is State.SENT
    assert chats.texts == [TEXT]


@pytest.mark.parametrize("is_delivered", [False, True])
def test_without_a_clear_answer_it_arrives_once(
    office: Office, chats: Chats, is_delivered: bool
) -> None:
    owed = office.owe()
    chats.will_end(Ambiguous("no answer"), after_delivery=is_delivered)

    assert office.send(owed).state is State.UNKNOWN
    assert office.woken == [(owed.id, office.clock.now() + CHECK_AFTER[0])]

    assert office.send_until_done(owed).state is State.SENT
    assert chats.texts == [TEXT]


def test_without_evidence_an_officer_decides(office: Office, chats: Chats) -> None:
    owed = office.owe()
    chats.can_be_read = False
    chats.will_end(Ambiguous("no answer"), after_delivery=True)

    held = office.send_until_done(owed)

    assert (held.state, held.problem) == (State.HELD, "delivery unclear")
    assert "đồng chí" in (held.sentence_for_officer or "")
    assert chats.tries == 1


def test_released_without_evidence_it_is_looked_for_before_it_is_sent(
    office: Office, chats: Chats
) -> None:
    owed = office.owe()
    chats.can_be_read = False
    chats.will_end(Ambiguous("no answer"), after_delivery=True)
    office.send_until_done(owed)
    chats.can_be_read = True

    stored = office.stored(owed)
    office.followups.change(stored, release(stored.followup, now=office.clock.now()))

    assert office.send_until_done(owed).state is State.SENT
    assert chats.texts == [TEXT]


def test_a_closed_window_holds_it_until_the_citizen_writes(office: Office, chats: Chats) -> None:
    owed = office.owe()
    chats.will_end(WindowClosed("the window is closed"))

    held = office.send(owed)

    assert held.state is State.HELD
    assert held.sentence_for_officer == WindowClosed.sentence
    assert office.followups.overdue(office.clock.now() + timedelta(days=60)) == []
    (found,) = office.followups.held_for(CITIZEN)
    office.followups.change(found, release(found.followup, now=office.clock.now()))
    assert office.send(owed).state is State.SENT
    assert office.followups.held_for(CITIZEN) == []


@pytest.mark.parametrize(
    ("end", "state"),
    [
        (PermanentForCitizen("blocked"), State.HELD),
        (OperatorNeeded("no grant"), State.HELD),
        (Rejected("too long"), State.FAILED),
        (Transient("busy"), State.DUE),
    ],
)
def test_a_refusal_is_settled_with_a_reason(
    office: Office, chats: Chats, end: TinBaoError, state: State
) -> None:
    chats.will_end(end)

    settled = office.send(office.owe())

    assert settled.state is state
    assert settled.problem == type(end).__name__
    assert settled.sentence_for_officer == end.sentence
    assert chats.texts == []


def test_what_is_surely_not_delivered_is_sent_later(office: Office, chats: Chats) -> None:
    owed = office.owe()
    chats.will_end(Transient("busy"))

    later = office.send(owed)

    assert later.next_at == office.clock.now() + RETRY_AFTER[0]
    assert office.woken == [(owed.id, later.next_at)]
    assert office.send_until_done(owed).state is State.SENT


def test_what_is_deferred_to_a_time_is_sent_then(office: Office, chats: Chats) -> None:
    owed, morning = office.owe(), office.clock.now() + timedelta(hours=7)
    chats.will_end(DeferredUntil("night", reason=Deferral.NIGHT, until=morning))

    assert office.send(owed).next_at == morning
    assert office.send_until_done(owed).state is State.SENT


def test_the_second_attempt_says_word_for_word_what_the_first_said(
    office: Office, chats: Chats
) -> None:
    owed = office.owe()
    chats.will_end(Transient("busy"))
    office.send(owed)
    stored = office.stored(owed)
    changed = {**owed.values, "trang_thai": "đã có kết quả"}
    office.followups.change(stored, stored.followup.model_copy(update={"values": changed}))

    office.send_until_done(owed)

    assert chats.texts == [TEXT]


def test_nobody_behind_the_pseudonym_is_a_failure_that_an_officer_sees(
    office: Office, chats: Chats
) -> None:
    failed = office.send(office.owe(is_known=False))

    assert failed.state is State.FAILED
    assert failed.sentence_for_officer == "Không còn thông tin liên hệ của người phản ánh."
    assert chats.tries == 0


@pytest.mark.parametrize("sentence", ["receipt", "unheard_of"])
def test_nothing_is_sent_half_filled(office: Office, chats: Chats, sentence: str) -> None:
    assert office.send(office.owe(sentence=sentence)).state is State.FAILED
    assert chats.tries == 0


def test_no_log_line_holds_what_was_said_or_to_whom(
    office: Office, chats: Chats, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="functions")
    owed = office.owe()
    for end in (Transient("busy"), Ambiguous("no answer")):
        chats.will_end(end)

    office.send_until_done(owed)

    lines = " ".join(str(vars(record)) for record in caplog.records)
    assert owed.id in lines
    assert "tiếp nhận" not in lines
    assert "3333333333" not in lines
