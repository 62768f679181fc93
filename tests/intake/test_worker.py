"""The worker on the real emulator: a citizen's events become one report, exactly once."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from functions.errors import OperatorNeeded, Undeliverable
from functions.followups.model import Kind, State
from functions.followups.notices import receipt_id
from functions.followups.planner import not_delivered
from functions.identity.pseudonym import citizen_key
from functions.intake.conversation import GRACE
from functions.reports.audit import first_flaw
from functions.reports.codes import code_from, find_code
from functions.reports.model import ItemKind, ReportState
from functions.reports.rows import Queue, shelf
from tests.emulators import MovableClock, Project
from tests.intake.desk import ME, SECRET, SILENCE, UNIT, Desk, drawing, row_of, snapshot
from tests.intake.phone import PHOTO, Phone
from tests.zalo.samples import PAGE

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def test_a_citizens_events_become_one_report(desk: Desk, phone: Phone) -> None:
    desk.fold(*phone.reports(at=desk.clock.now()))

    report = desk.the_report()
    assert report.state is ReportState.RECEIVED
    assert report.summary == "Xe vượt đèn đỏ"
    assert (report.latitude, report.longitude) == (9.1769, 105.1524)
    kinds = [item.kind for item in desk.reports.items(report.id)]
    assert kinds == [ItemKind.TEXT, ItemKind.EVIDENCE, ItemKind.LOCATION, ItemKind.TEXT]


def test_its_evidence_waits_to_be_fetched_and_a_wake_up_goes_out(desk: Desk, phone: Phone) -> None:
    desk.fold(*phone.reports(at=desk.clock.now()))

    report = desk.the_report()
    (piece,) = desk.evidence.of_report(report.id)
    assert piece.address == PHOTO
    assert [waiting.id for waiting in desk.evidence.overdue(desk.clock.now())] == [piece.id]
    assert [item.evidence_id for item in desk.reports.items(report.id) if item.evidence_id] == [
        piece.id
    ]
    assert desk.woken[0].evidence == (piece.id,)


def test_its_code_is_reserved_and_it_stands_in_its_units_open_list(
    desk: Desk, phone: Phone
) -> None:
    desk.fold(*phone.reports(at=desk.clock.now()))

    report = desk.the_report()
    assert find_code(report.code) == report.code
    by_code = desk.reports.find_by_code(report.code)
    assert by_code is not None
    assert by_code.report == report
    (row,) = desk.reports.rows([shelf(UNIT, Queue.ALL)])
    assert (row.report_id, row.state, row.messages) == (report.id, ReportState.RECEIVED, 4)


def test_its_audit_chain_verifies(desk: Desk, phone: Phone) -> None:
    desk.fold(*phone.reports(at=desk.clock.now()))

    report = desk.the_report()
    entries = desk.reports.audit(report.id)
    assert [entry.act for entry in entries] == ["opened", "received"]
    assert first_flaw(entries) is None
    assert (report.audit_sequence, report.audit_hash) == (2, entries[-1].hash)


def test_one_receipt_is_owed_and_waits_for_the_evidence(desk: Desk, phone: Phone) -> None:
    desk.fold(*phone.reports(at=desk.clock.now()))

    report = desk.the_report()
    (receipt,) = desk.owed(Kind.RECEIPT)
    assert receipt.id == receipt_id(report.id)
    assert receipt.values["ma_phieu"] == report.code
    assert receipt.next_at == desk.clock.now() + timedelta(minutes=2)
    assert (receipt.id, receipt.next_at) in desk.woken[0].followups


def test_silence_closes_a_report_without_another_event(desk: Desk, phone: Phone) -> None:
    desk.fold(phone.text("Xe vượt đèn đỏ", at=desk.clock.now()))
    silence_at = desk.woken[0].silence_at
    assert silence_at == desk.clock.now() + SILENCE + GRACE
    desk.clock.advance(SILENCE + GRACE)
    assert list(desk.conversations.silent(desk.clock.now())) == [ME]

    desk.fold()

    assert desk.the_report().state is ReportState.RECEIVED
    assert not desk.conversations.silent(desk.clock.now())


def test_a_wake_up_without_anything_to_do_changes_nothing(
    desk: Desk, phone: Phone, project: Project
) -> None:
    desk.fold(*phone.reports(at=desk.clock.now()))
    before = snapshot(project)

    desk.fold()
    desk.fold()

    assert snapshot(project) == before


def test_an_unreadable_event_is_parked_and_the_rest_folded(
    desk: Desk, phone: Phone, project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    start = desk.clock.now()
    body = phone.text("không đọc được", at=start)
    broken = body.replace(b'"message":{', b'"message":[{').replace(b'"}}', b'"}]}')
    rows = project.database("inbox")
    desk.receive(phone.text("Xe vượt đèn đỏ", at=start))
    desk.inbox.keep(row_of(broken), now=start)

    desk.fold(phone.text("#xong", at=start + SECOND))

    assert [item.text for item in desk.reports.items(desk.the_report().id)] == ["Xe vượt đèn đỏ"]
    parked = rows.read(f"inbox/{row_of(broken).key}")
    assert parked is not None
    assert parked.fields["parked"] == "unreadable"
    assert parked.fields["raw"] == broken
    assert desk.inbox.pending_for(ME) == []
    assert "không đọc được" not in caplog.text


def test_an_event_of_somebody_else_is_parked(desk: Desk, project: Project) -> None:
    stranger = Phone(user_id="5555555555555555555")
    row = row_of(stranger.text("của người khác", at=desk.clock.now()))
    commit = project.database("inbox").commit()
    commit.create(
        f"inbox/{row.key}",
        row.fields(received_at=desk.clock.now(), shard=1) | {"pending_for": ME},
    )
    commit.send()

    desk.fold()

    assert desk.reports.latest_of(ME) == []
    assert desk.reports.latest_of(citizen_key(SECRET, PAGE, stranger.user_id)) == []
    assert desk.inbox.pending_for(ME) == []


def _hold_the_receipt(desk: Desk) -> str:
    found = desk.followups.read(receipt_id(desk.the_report().id))
    assert found is not None
    held = not_delivered(found.followup, Undeliverable("window"), now=desk.clock.now())
    desk.followups.change(found, held)
    return held.id


def test_what_is_held_goes_out_when_the_citizen_writes_again(desk: Desk, phone: Phone) -> None:
    desk.fold(*phone.reports(at=desk.clock.now()))
    held = _hold_the_receipt(desk)
    desk.clock.advance(timedelta(days=8))

    desk.fold(phone.sticker(at=desk.clock.now()))

    found = desk.followups.read(held)
    assert found is not None
    assert (found.followup.state, found.followup.next_at) == (State.DUE, desk.clock.now())
    assert desk.woken[-1].followups == ((held, desk.clock.now()),)


@pytest.mark.parametrize("act", [Phone.unfollows, Phone.withdraws])
def test_what_is_held_stays_held_when_the_citizen_goes(
    desk: Desk, phone: Phone, act: Callable[..., bytes]
) -> None:
    desk.fold(*phone.reports(at=desk.clock.now()))
    held = _hold_the_receipt(desk)

    desk.fold(act(phone, at=desk.clock.now() + MINUTE))

    found = desk.followups.read(held)
    assert found is not None
    assert found.followup.state is State.HELD


def test_a_code_that_is_taken_is_drawn_again(desk: Desk, phone: Phone) -> None:
    draws = drawing()
    draws(16)
    taken = code_from(draws(5))
    commit = desk.database.commit()
    commit.create(f"codes/{taken}", {"report_id": "somebody's"})
    commit.send()

    desk.fold(*phone.reports(at=desk.clock.now()))

    report = desk.the_report()
    assert report.code != taken
    by_code = desk.reports.find_by_code(report.code)
    assert by_code is not None
    assert by_code.report.id == report.id


def test_a_look_up_right_after_the_first_message_knows_of_it(desk: Desk, phone: Phone) -> None:
    desk.fold(
        phone.text("Xe vượt đèn đỏ", at=desk.clock.now()),
        phone.text("tra cứu", at=desk.clock.now() + SECOND),
    )

    (answer,) = desk.owed(Kind.ANSWER)
    assert answer.sentence == "status"
    assert answer.values["ma_phieu"] == desk.the_report().code


def test_more_than_one_commit_holds_is_folded_in_one_call(desk: Desk, phone: Phone) -> None:
    """A backlog: every message within the silence of the one before, the last one just now."""
    apart = SILENCE - SECOND
    desk.clock.advance(109 * apart)
    start = desk.clock.now() - 109 * apart

    times = [start + number * apart for number in range(110)]
    desk.fold(*(phone.text(f"Xe vượt đèn đỏ {at:%H:%M}", at=at) for at in times))

    report = desk.the_report()
    assert report.state is ReportState.GATHERING
    assert len(desk.reports.items(report.id)) == 110
    assert desk.inbox.pending_for(ME) == []


def test_many_albums_fit_into_firestores_limit(desk: Desk, phone: Phone) -> None:
    start = desk.clock.now()

    album = [f"{PHOTO}?{number}" for number in range(90)]

    desk.fold(*(phone.photo(*album, at=start + number * SECOND) for number in range(3)))

    assert desk.the_report().evidence.pending == 270


def test_a_page_without_a_unit_leaves_everything_pending(
    project: Project, clock: MovableClock, phone: Phone
) -> None:
    desk = Desk(project, clock)

    with pytest.raises(OperatorNeeded):
        desk.fold(phone.text("Xe vượt đèn đỏ", at=clock.now()))

    assert len(desk.inbox.pending_for(ME)) == 1
    desk.found()
    desk.fold()
    assert desk.the_report().summary == "Xe vượt đèn đỏ"
