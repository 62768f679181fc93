"""What may happen to a report, and what each change leaves behind."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from functions.errors import Conflict
from functions.reports.account import Account, Fact, Finding
from functions.reports.audit import START, first_flaw
from functions.reports.casework import claim, conclude
from functions.reports.lifecycle import (
    Change,
    add_items,
    cancel,
    describe,
    hand_over,
    is_touched,
    learn,
    open_report,
    receive,
    settle_evidence,
    take_out,
)
from functions.reports.model import (
    SUMMARY_CHARACTERS,
    EvidenceCount,
    ItemKind,
    OutcomeCode,
    Report,
    ReportState,
    TimelineItem,
)
from functions.reports.rows import row_of

NOON = datetime(2026, 11, 21, 5, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)


def _opened() -> Change:
    return open_report(
        report_id="r1", code="7K3F-9Q2D-X", unit_id="pc08", page_id="p1", citizen="c1", at=NOON
    )


def _item(identifier: str, kind: ItemKind = ItemKind.TEXT, **fields: object) -> TimelineItem:
    return TimelineItem.model_validate({"id": identifier, "kind": kind, "at": NOON, **fields})


def _conclude(report: Report, at: datetime = LATER, **changes: object) -> Change:
    decision: dict[str, object] = {
        "code": OutcomeCode.ANSWERED,
        "reason": "",
        "note": "",
        "officer": "subject1",
        "at": at,
        "tell_at": at + timedelta(days=3),
        "operation": "operation1",
    }
    return conclude(report, **(decision | changes))  # type: ignore[arg-type]


GATHERING = _opened().report
RECEIVED = receive(GATHERING, at=NOON, because="finished").report
CANCELLED = cancel(RECEIVED, at=NOON, because="cancelled").report
CONCLUDED = _conclude(RECEIVED).report

ACTS: dict[str, Callable[[Report], Change]] = {
    "receive": lambda report: receive(report, at=LATER, because="finished"),
    "settle": lambda report: settle_evidence(
        report, evidence_id="e1", at=LATER, sha256="ab", reason=None
    ),
    "cancel": lambda report: cancel(report, at=LATER, because="cancelled"),
}


@pytest.mark.parametrize(
    ("report", "act", "result"),
    [
        (GATHERING, "receive", ReportState.RECEIVED),
        (RECEIVED, "receive", ReportState.RECEIVED),
        (CANCELLED, "receive", ReportState.RECEIVED),
        (CONCLUDED, "receive", Conflict),
        (GATHERING, "cancel", ReportState.WITHDRAWN),
        (RECEIVED, "cancel", ReportState.WITHDRAWN),
        (CONCLUDED, "cancel", Conflict),
        (GATHERING, "settle", ReportState.GATHERING),
        (RECEIVED, "settle", ReportState.RECEIVED),
        (CONCLUDED, "settle", ReportState.CONCLUDED),
    ],
    ids=lambda value: value.state.value if isinstance(value, Report) else str(value),
)
def test_what_may_happen_depends_on_where_the_report_stands(
    report: Report, act: str, result: ReportState | type[Exception]
) -> None:
    if isinstance(result, ReportState):
        assert ACTS[act](report).report.state is result
    else:
        with pytest.raises(result):
            ACTS[act](report)


@pytest.mark.parametrize("act", ACTS)
def test_every_change_is_one_entry_of_the_chain(act: str) -> None:
    before = GATHERING if act == "receive" else RECEIVED

    change = ACTS[act](before)

    [entry] = change.entries
    assert (entry.previous, entry.sequence) == (before.audit_hash, before.audit_sequence + 1)
    assert (change.report.audit_hash, change.report.audit_sequence) == (entry.hash, entry.sequence)
    assert change.report.updated_at == entry.at == LATER


def test_a_whole_life_is_one_chain() -> None:
    opened = _opened()
    received = receive(opened.report, at=NOON, because="silence")
    settled = settle_evidence(received.report, evidence_id="e1", at=LATER, sha256="ab", reason=None)
    first = _conclude(settled.report)
    second = _conclude(first.report, code=OutcomeCode.EXPIRED)

    entries = [
        entry for change in (opened, received, settled, first, second) for entry in change.entries
    ]
    assert first_flaw(entries, head=second.report.audit_hash) is None
    assert [entry.act for entry in entries] == [
        "opened",
        "received",
        "evidence stored",
        "outcome recorded",
        "outcome recorded",
    ]


def test_a_report_begins_by_gathering() -> None:
    change = _opened()

    assert change.report.state is ReportState.GATHERING
    assert (change.report.opened_at, change.report.received_at) == (NOON, None)
    assert change.entries[0].previous == START
    assert change.entries[0].actor == "reporter"


def test_a_received_report_knows_when_and_why() -> None:
    change = receive(GATHERING, at=LATER, because="silence")

    assert change.report.received_at == LATER
    assert change.entries[0].changes == {"because": "silence"}


def test_the_first_words_are_the_summary() -> None:
    words = "  Xe tải\n vượt   đèn đỏ " + "x" * 500
    report = add_items(GATHERING, [_item("1", text=""), _item("2", text=words)], LATER)
    report = add_items(report, [_item("3", text="sau đó")], LATER)

    assert report.summary.startswith("Xe tải vượt đèn đỏ x")
    assert len(report.summary) == SUMMARY_CHARACTERS


def test_the_first_place_is_the_place() -> None:
    places = [
        _item("1", ItemKind.LOCATION, latitude=9.17, longitude=105.15),
        _item("2", ItemKind.LOCATION, latitude=10.0, longitude=106.0),
    ]

    report = add_items(GATHERING, places, LATER)

    assert (report.latitude, report.longitude) == (9.17, 105.15)


def test_a_place_on_the_equator_is_a_place() -> None:
    report = add_items(
        GATHERING, [_item("1", ItemKind.LOCATION, latitude=0.0, longitude=0.0)], LATER
    )
    report = add_items(
        report, [_item("2", ItemKind.LOCATION, latitude=9.17, longitude=105.15)], LATER
    )

    assert (report.latitude, report.longitude) == (0.0, 0.0)
    assert row_of(report).located


def test_messages_and_attachments_are_counted() -> None:
    items = [
        _item("1", text="xe tải"),
        _item("2", ItemKind.EVIDENCE, evidence_id="e1"),
        _item("3", ItemKind.EVIDENCE, evidence_id="e2"),
        _item("4", ItemKind.OTHER),
    ]

    report = add_items(GATHERING, items, LATER)

    assert (report.messages, report.evidence) == (4, EvidenceCount(pending=2))


def test_a_message_that_comes_late_does_not_turn_the_time_back() -> None:
    report = add_items(GATHERING, [_item("1", text="a")], LATER)

    assert add_items(report, [_item("2", text="b")], NOON).updated_at == LATER


def test_a_stored_piece_stands_with_its_hash() -> None:
    report = add_items(RECEIVED, [_item("1", ItemKind.EVIDENCE, evidence_id="e1")], LATER)

    change = settle_evidence(report, evidence_id="e1", at=LATER, sha256="ab", reason=None)

    assert change.report.evidence == EvidenceCount(stored=1)
    assert change.entries[0].changes == {"evidence": "e1", "sha256": "ab"}


def test_a_lost_piece_stands_with_its_reason() -> None:
    report = add_items(RECEIVED, [_item("1", ItemKind.EVIDENCE, evidence_id="e1")], LATER)

    change = settle_evidence(report, evidence_id="e1", at=LATER, sha256=None, reason="gone")

    assert change.report.evidence == EvidenceCount(failed=1)
    assert (change.entries[0].act, change.entries[0].changes) == (
        "evidence lost",
        {"evidence": "e1", "reason": "gone"},
    )


def test_pieces_never_become_fewer_than_none() -> None:
    change = settle_evidence(RECEIVED, evidence_id="e1", at=LATER, sha256="ab", reason=None)

    assert change.report.evidence == EvidenceCount(stored=1)
    assert change.report.evidence.total == 1


def test_a_change_leaves_the_report_before_it_as_it_was() -> None:
    before = RECEIVED.model_dump()

    for act in ACTS:
        ACTS[act](RECEIVED)

    assert RECEIVED.model_dump() == before


def _told(fact: Fact, value: str = "", item_id: str = "1", **more: object) -> Finding:
    fields = {"fact": fact, "value": value, "item_id": item_id, "at": NOON, **more}
    return Finding.model_validate(fields)


def _described(report: Report, *findings: Finding, is_urgent: bool = False) -> Change:
    return describe(
        report,
        Account(findings=findings),
        opened_at=NOON,
        summary="Xe tải vượt đèn đỏ",
        is_urgent=is_urgent,
        is_anonymous=False,
        at=LATER,
    )


def test_a_description_is_what_the_account_says() -> None:
    place = _told(Fact.PLACE, latitude=9.17, longitude=105.15)

    report = _described(GATHERING, place, _told(Fact.SUBJECT, "14A-123.45")).report

    assert report.account.plates == ("14A-123.45",)
    assert (report.latitude, report.longitude) == (9.17, 105.15)
    assert report.summary == "Xe tải vượt đèn đỏ"


def test_a_description_that_marks_nothing_needs_no_entry() -> None:
    assert _described(GATHERING, _told(Fact.ACT, "den_do")).entries == ()


@pytest.mark.parametrize("is_urgent", [False, True])
def test_what_becomes_urgent_or_restricted_stands_in_the_audit_chain(is_urgent: bool) -> None:
    findings = [] if is_urgent else [_told(Fact.COMPLAINT)]

    change = _described(GATHERING, *findings, is_urgent=is_urgent)

    [entry] = change.entries
    assert entry.changes == {"is_urgent" if is_urgent else "is_restricted": "true"}
    assert (change.report.is_urgent, change.report.is_restricted) == (is_urgent, not is_urgent)


def test_what_is_learned_later_is_added_to_what_is_known() -> None:
    known = _described(RECEIVED, _told(Fact.SUBJECT, "14A-123.45")).report

    report = learn(known, [_told(Fact.SUBJECT, "14C-543.21", "2"), _told(Fact.EMERGENCY, "life")])

    assert report.account.plates == ("14A-123.45", "14C-543.21")
    assert report.is_urgent


def test_items_that_move_are_counted_where_they_are_and_recorded_on_both_sides() -> None:
    items = [_item("1"), _item("1-0", ItemKind.EVIDENCE)]
    source = add_items(GATHERING, items, NOON)
    target = GATHERING.model_copy(update={"id": "r2"})

    given, taken = hand_over(source, target, items, EvidenceCount(pending=1), LATER)

    assert (given.report.messages, given.report.evidence.total) == (0, 0)
    assert (taken.report.messages, taken.report.evidence.pending) == (2, 1)
    assert given.entries[0].changes == {"items": "1, 1-0", "to": "r2"}
    assert taken.entries[0].changes == {"items": "1, 1-0", "from": "r1"}


def test_words_that_are_taken_out_are_recorded() -> None:
    report = add_items(GATHERING, [_item("1")], NOON)

    change = take_out(report, "1", LATER)

    assert change.report.messages == 0
    assert change.entries[0].changes == {"item": "1"}


def test_an_officer_touches_a_report_by_any_act() -> None:
    claimed = claim(RECEIVED, officer="o", name="A", at=LATER, operation="1").report

    assert [is_touched(one) for one in (GATHERING, RECEIVED, CANCELLED)] == [False] * 3
    assert is_touched(claimed)
    assert is_touched(CONCLUDED)


def test_a_message_answers_what_an_officer_asked_and_is_new_to_them() -> None:
    asked = RECEIVED.model_copy(update={"asked_at": NOON})

    report = add_items(asked, [_item("1")], LATER)

    assert (report.asked_at, report.unseen) == (None, 1)
