"""What may happen to a report, and what each change leaves behind."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from functions.errors import Conflict, Rejected
from functions.reports.audit import START, first_flaw
from functions.reports.lifecycle import (
    Change,
    add_items,
    conclude,
    open_report,
    receive,
    settle_evidence,
)
from functions.reports.model import (
    SUMMARY_CHARACTERS,
    EvidenceCount,
    ItemKind,
    OutcomeCode,
    Report,
    ReportState,
    TimelineItem,
    row_of,
)

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
        "code": OutcomeCode.FINED,
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
CONCLUDED = _conclude(RECEIVED).report

ACTS: dict[str, Callable[[Report], Change]] = {
    "receive": lambda report: receive(report, at=LATER, because="finished"),
    "settle": lambda report: settle_evidence(
        report, evidence_id="e1", at=LATER, sha256="ab", reason=None
    ),
    "conclude": _conclude,
}


@pytest.mark.parametrize(
    ("report", "act", "result"),
    [
        (GATHERING, "receive", ReportState.RECEIVED),
        (RECEIVED, "receive", Conflict),
        (CONCLUDED, "receive", Conflict),
        (GATHERING, "settle", ReportState.GATHERING),
        (RECEIVED, "settle", ReportState.RECEIVED),
        (CONCLUDED, "settle", ReportState.CONCLUDED),
        (GATHERING, "conclude", Rejected),
        (RECEIVED, "conclude", ReportState.CONCLUDED),
        (CONCLUDED, "conclude", ReportState.CONCLUDED),
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
    second = _conclude(first.report, code=OutcomeCode.NO_VIOLATION)

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


@pytest.mark.parametrize("code", OutcomeCode)
def test_a_report_can_end_in_every_way(code: OutcomeCode) -> None:
    change = _conclude(RECEIVED, code=code, reason="lý do", note="ghi chú")

    outcome = change.report.outcome
    assert outcome is not None
    assert (outcome.code, outcome.version, outcome.decided_by) == (code, 1, "subject1")
    assert (outcome.reason, outcome.note) == ("lý do", "ghi chú")
    assert change.entries[0].actor == "officer:subject1"
    assert change.entries[0].changes["outcome"] == code.value


def test_a_note_for_colleagues_is_not_in_the_audit_chain() -> None:
    change = _conclude(RECEIVED, note="chỉ nội bộ")

    assert "chỉ nội bộ" not in str(change.entries[0].changes)


def test_a_new_decision_is_a_new_version_and_the_operation_is_known_by_its_name() -> None:
    second = _conclude(CONCLUDED, operation="operation2")

    assert second.report.outcome is not None
    assert second.report.outcome.version == 2
    assert (CONCLUDED.version, second.report.version) == (2, 3)
    assert (CONCLUDED.last_operation, second.report.last_operation) == ("operation1", "operation2")


def test_nobody_is_told_before_the_decision() -> None:
    with pytest.raises(Rejected):
        _conclude(RECEIVED, tell_at=LATER - timedelta(microseconds=1))


def test_a_decision_may_be_told_at_once() -> None:
    outcome = _conclude(RECEIVED, tell_at=LATER).report.outcome

    assert outcome is not None
    assert outcome.tell_at == LATER


def test_a_decision_on_what_is_still_coming_is_refused_in_words_for_an_officer() -> None:
    with pytest.raises(Rejected) as refused:
        _conclude(GATHERING)

    assert "đang gửi thêm" in refused.value.sentence


def test_a_change_leaves_the_report_before_it_as_it_was() -> None:
    before = RECEIVED.model_dump()

    for act in ("settle", "conclude"):
        ACTS[act](RECEIVED)

    assert RECEIVED.model_dump() == before
