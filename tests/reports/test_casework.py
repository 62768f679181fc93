"""Officers' acts: whatever is done in whatever order, the record holds together."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.errors import Rejected
from functions.reports import casework
from functions.reports.account import Account, Fact, Finding
from functions.reports.audit import AuditEntry, first_flaw
from functions.reports.lifecycle import Change, add_items, open_report, receive
from functions.reports.model import EvidenceCount, ItemKind, OutcomeCode, Report, ReportState
from functions.reports.model import TimelineItem as Item
from functions.reports.rows import Queue, due_at, shelf, shelves_of
from functions.reports.tracks import Source, Track

NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=40)
TOLD: dict[str, Any] = {"officer": "minh", "at": NOW, "operation": "1" * 32}
WORDS = Item(id="words", kind=ItemKind.TEXT, at=NOW, text="Xe tải 14A-123.45 vượt đèn đỏ")


def opened(*, is_received: bool = True) -> tuple[Report, tuple[AuditEntry, ...]]:
    """A report of pc08, and its audit chain."""
    begun = open_report(
        report_id="one",
        code="7K3F-9Q2D-X",
        unit_id="pc08",
        lineage=("root", "pc08"),
        page_id="page",
        citizen="somebody",
        at=NOW,
    )
    report = add_items(begun.report, [WORDS], NOW)
    if not is_received:
        return report, begun.entries
    received = receive(report, at=NOW, because="done")
    return received.report, (*begun.entries, *received.entries)


def conclude(report: Report, code: OutcomeCode = OutcomeCode.NO_VIOLATION, **about: Any) -> Change:
    """The report ends so."""
    told = {**TOLD, **about}
    return casework.conclude(
        report, code=code, reason="", note="", tell_at=told["at"] + timedelta(days=1), **told
    )


ACTS: dict[str, Callable[[Report, dict[str, Any]], Change]] = {
    "claim": lambda report, told: casework.claim(report, name="Minh", **told),
    "assign": lambda report, told: casework.assign(report, to="ha", name="Hà", **told),
    "release": lambda report, told: casework.assign(report, to=None, name="", **told),
    "classify": lambda report, told: casework.classify(
        report, track=Track.ORDER, is_urgent=True, **told
    ),
    "restrict": lambda report, told: casework.restrict(
        report, is_restricted=True, reason="về cán bộ", **told
    ),
    "open": lambda report, told: casework.restrict(
        report, is_restricted=False, reason="nhầm", **told
    ),
    "offer": lambda report, told: casework.offer(
        report, to_unit="cax", to_lineage=("root", "cax"), reason="địa bàn", **told
    ),
    "take over": lambda report, told: casework.take_over(report, **told),
    "return": lambda report, told: casework.return_back(report, reason="không phải", **told),
    "accept": lambda report, told: casework.accept(report, **told),
    "extend": lambda report, told: casework.extend(
        report, until=NOW + timedelta(days=50), reason="phức tạp", **told
    ),
    "ask": lambda report, told: casework.ask_reporter(report, **told),
    "propose": lambda report, told: casework.propose(report, kind="reply", **told),
    "settle": lambda report, told: casework.settle_proposal(report, "words approved", **told),
    "call back": lambda report, told: casework.call_back(report, asked=True, **told),
    "note": lambda report, told: casework.write_down(report, "noted", **told),
    "link": lambda report, told: casework.link(report, other="two", **told),
    "unlink": lambda report, told: casework.unlink(report, other="two", **told),
    "duplicate": lambda report, told: casework.mark_duplicate(report, original="two", **told),
    "split": lambda report, told: split(report, **told).original,
    "conclude": lambda report, told: conclude(report, **told),
    "answer": lambda report, told: conclude(report, OutcomeCode.ANSWERED, **told),
    "reopen": lambda report, told: casework.reopen(report, reason="bằng chứng mới", **told),
    "undo": lambda report, told: casework.reopen(report, reason="", is_undo=True, **told),
}
AFTER_THE_END = {
    "restrict",
    "open",
    "settle",
    "call back",
    "note",
    "link",
    "unlink",
    "duplicate",
    "conclude",
    "answer",
    "reopen",
    "undo",
}
"""What a closed report still takes: words, links, who may see it, another outcome, reopening."""


def split(report: Report, **told: Any) -> casework.Split:
    """The words become a report of their own."""
    return casework.split_off(
        report,
        part_id="part",
        code="8K3F-9Q2D-X",
        items=[WORDS],
        evidence=EvidenceCount(stored=1),
        account=Account(),
        **told,
    )


@settings(max_examples=200, deadline=None)
@given(st.booleans(), st.lists(st.sampled_from(sorted(ACTS)), max_size=14))
def test_whatever_is_done_the_record_holds_together(is_received: bool, names: list[str]) -> None:
    report, entries = opened(is_received=is_received)
    for number, name in enumerate(names):
        told = {
            "officer": "minh",
            "at": NOW + timedelta(minutes=number),
            "operation": f"{number:032x}",
        }
        try:
            change = ACTS[name](report, told)
        except Rejected as refusal:
            assert refusal.sentence != Rejected.sentence
            continue
        after = change.report
        assert report.state.is_open or name in AFTER_THE_END
        assert after.version == report.version + 1
        assert after.last_operation == told["operation"]
        assert change.entries
        assert (after.id, after.code, after.citizen) == (report.id, report.code, report.citizen)
        entries += change.entries
        assert first_flaw(entries, head=after.audit_hash) is None
        _check(after)
        report = after


def _check(report: Report) -> None:
    assert (report.state is ReportState.ACCEPTED) <= (report.accepted_at is not None)
    assert (report.state is ReportState.CONCLUDED) <= (report.outcome is not None)
    assert bool(report.assignee) == bool(report.assignee_name)
    assert report.id not in report.linked
    assert report.duplicate_of is None or report.duplicate_of in report.linked
    assert report.line[-1] == report.unit_id
    if report.is_restricted:
        assert report.audience == ("restricted:root",)
        assert not any(one.startswith(("pc08|", "cax|")) for one in shelves_of(report))
    else:
        assert set(report.line) <= set(report.audience)
    assert bool(report.proposed_by) == (report.proposed_at is not None) <= report.state.is_open
    if report.reopened_at is not None:
        assert due_at(report) >= report.reopened_at
    if report.transfer is not None:
        assert report.state.is_open
        assert report.transfer.to_unit != report.unit_id


@pytest.mark.parametrize("name", sorted(ACTS.keys() - AFTER_THE_END))
def test_a_closed_report_refuses_to_be_worked(name: str) -> None:
    report = conclude(opened()[0]).report
    with pytest.raises(Rejected):
        ACTS[name](report, TOLD)


@pytest.mark.parametrize("name", ["offer", "accept", "split", "conclude", "answer"])
def test_what_is_still_being_sent_is_not_decided(name: str) -> None:
    with pytest.raises(Rejected, match="still being gathered"):
        ACTS[name](opened(is_received=False)[0], TOLD)


def test_an_offered_report_is_seen_by_both_units_and_stands_on_the_others_shelf() -> None:
    offered = ACTS["offer"](opened()[0], TOLD).report
    assert {"pc08", "cax"} <= set(offered.audience)
    assert shelf("cax", Queue.TRANSFERS) in shelves_of(offered)
    taken = casework.take_over(offered, **TOLD).report
    assert (taken.unit_id, taken.lineage) == ("cax", ("root", "cax"))
    assert "pc08" in taken.audience
    returned = casework.return_back(offered, reason="không phải", **TOLD).report
    assert "cax" not in returned.audience


def test_every_change_is_told_before_and_after_with_its_reason() -> None:
    (entry,) = ACTS["restrict"](opened()[0], TOLD).entries
    assert entry.changes == {"is_restricted": "False > True", "reason": "về cán bộ"}
    assert entry.actor == "officer:minh"


def test_an_outcome_of_a_verification_begins_it_in_the_same_act() -> None:
    change = conclude(opened()[0])
    assert [entry.act for entry in change.entries] == ["accepted", "outcome recorded"]
    assert change.report.accepted_at == NOW
    at_intake = conclude(opened()[0], OutcomeCode.ANSWERED)
    assert [entry.act for entry in at_intake.entries] == ["outcome recorded"]
    assert at_intake.report.accepted_at is None


def test_undoing_says_that_it_was_undone() -> None:
    concluded = conclude(opened()[0]).report
    undone = casework.reopen(concluded, reason="", is_undo=True, **TOLD)
    assert undone.entries[0].act == "outcome undone"
    assert undone.report.state is ReportState.ACCEPTED
    assert undone.report.outcome == concluded.outcome


@pytest.mark.parametrize("name", ["settle", "conclude", "answer", "restrict", "open", "take over"])
def test_words_wait_for_a_superior_no_longer_than_they_can_be_approved(name: str) -> None:
    proposed = ACTS["propose"](ACTS["offer"](opened()[0], TOLD).report, TOLD).report
    assert (proposed.proposed_at, proposed.proposed_by) == (NOW, "minh")
    after = ACTS[name](proposed, TOLD).report
    assert (after.proposed_at, after.proposed_by) == (None, "")


def test_the_chain_tells_whose_words_were_approved() -> None:
    proposed = ACTS["propose"](opened()[0], TOLD)
    assert proposed.entries[-1].changes["proposed_by"] == " > minh"
    approved = ACTS["settle"](proposed.report, {**TOLD, "officer": "ha"})
    assert approved.entries[-1].changes["proposed_by"] == "minh > "
    assert approved.entries[-1].actor == "officer:ha"


def test_a_verification_that_an_officer_reopens_has_its_time_anew() -> None:
    concluded = conclude(ACTS["accept"](opened()[0], TOLD).report).report
    told = {**TOLD, "at": LATER}
    again = casework.reopen(concluded, reason="bằng chứng mới", **told).report
    assert (again.state, again.accepted_at) == (ReportState.ACCEPTED, NOW)
    assert due_at(again) == LATER + timedelta(days=30)
    longest = LATER + timedelta(days=60)
    extended = casework.extend(again, until=longest, reason="phức tạp", **told).report
    assert extended.verify_until == longest
    with pytest.raises(Rejected, match="longer than the law allows"):
        casework.extend(again, until=longest + timedelta(seconds=1), reason="phức tạp", **told)


def test_what_an_officer_reopens_before_it_was_accepted_is_due_as_if_it_came_in_then() -> None:
    answered = conclude(opened()[0], OutcomeCode.ANSWERED).report
    again = casework.reopen(answered, reason="còn hỏi", **{**TOLD, "at": LATER}).report
    assert (again.state, again.received_at) == (ReportState.RECEIVED, NOW)
    assert due_at(again) == LATER + timedelta(days=1)


def test_what_is_accepted_after_it_was_reopened_counts_from_the_acceptance() -> None:
    answered = conclude(opened()[0], OutcomeCode.ANSWERED).report
    again = casework.reopen(answered, reason="còn hỏi", **TOLD).report
    accepted = casework.accept(again, **{**TOLD, "at": LATER}).report
    assert accepted.verified_since == LATER
    assert due_at(accepted) == LATER + timedelta(days=30)


def test_an_undone_outcome_leaves_the_clock_as_it_was() -> None:
    accepted = ACTS["accept"](opened()[0], TOLD).report
    undone = casework.reopen(
        conclude(accepted).report, reason="", is_undo=True, **{**TOLD, "at": LATER}
    ).report
    assert (undone.reopened_at, due_at(undone)) == (None, due_at(accepted))


def test_a_part_is_a_report_of_its_own_with_a_chain_of_its_own() -> None:
    report = ACTS["propose"](casework.claim(opened()[0], name="Minh", **TOLD).report, TOLD).report
    done = split(report, **TOLD)
    part = done.part.report
    assert (part.proposed_at, part.proposed_by) == (None, "")
    assert (part.split_from, part.linked) == (report.id, (report.id,))
    assert (part.version, part.outcome, part.state) == (1, None, ReportState.RECEIVED)
    assert part.summary == "Xe tải 14A-123.45 vượt đèn đỏ"
    assert part.evidence == EvidenceCount(stored=1)
    assert part.citizen == report.citizen
    assert first_flaw(done.part.entries, head=part.audit_hash) is None
    assert part.id in done.original.report.linked


def test_a_report_has_so_many_links_and_no_more() -> None:
    report = opened()[0]
    for number in range(casework.MOST_LINKS):
        report = casework.link(report, other=f"other-{number}", **TOLD).report
    with pytest.raises(Rejected, match="too many links"):
        casework.link(report, other="one more", **TOLD)
    with pytest.raises(Rejected, match="too many links"):
        casework.mark_duplicate(report, original="one more", **TOLD)


def test_unlinking_an_original_unmarks_the_duplicate() -> None:
    marked = ACTS["duplicate"](opened()[0], TOLD).report
    assert marked.duplicate_of == "two"
    unmarked = ACTS["unlink"](marked, TOLD).report
    assert (unmarked.duplicate_of, unmarked.linked) == (None, ())


def test_what_an_officer_writes_down_is_received_and_never_told_through_zalo() -> None:
    account = Account(
        findings=(Finding(fact=Fact.SUBJECT, item_id="words", at=NOW, value="14A12345"),)
    )
    entered = casework.enter(
        casework.Entry(Source.WALK_IN, Track.VIOLATION, account, (WORDS,), is_urgent=True),
        report_id="one",
        code="7K3F-9Q2D-X",
        citizen="somebody",
        unit_id="pc08",
        lineage=("root", "pc08"),
        **TOLD,
    )
    report = entered.report
    assert (report.state, report.received_at) == (ReportState.RECEIVED, NOW)
    assert (report.source, report.wants_result) == (Source.WALK_IN, False)
    assert report.account.plates == ("14A12345",)
    assert entered.entries[0].changes["source"] == "walk_in"
    assert first_flaw(entered.entries, head=report.audit_hash) is None


def entered() -> Report:
    """A report that an officer wrote down."""
    return casework.enter(
        casework.Entry(Source.PHONE, Track.VIOLATION, Account(), (WORDS,), is_anonymous=True),
        report_id="one",
        code="7K3F-9Q2D-X",
        citizen="somebody",
        unit_id="pc08",
        lineage=("root", "pc08"),
        **TOLD,
    ).report


def test_of_a_contact_is_written_down_that_it_is_kept_and_that_it_is_erased() -> None:
    told = {"officer": TOLD["officer"], "at": NOW}
    kept = casework.keep_contact(entered(), operation="a form", **told)
    erased = casework.erase_contact(kept.report, **told)
    entries = (*kept.entries, *erased.entries)
    assert [(one.act, one.changes) for one in entries] == [
        ("contact kept", {"contact": "true"}),
        ("contact erased", {"contact": "false"}),
    ]
    assert (kept.report.contact, erased.report.contact) == ("a form", "")
    assert kept.report.version == entered().version


def test_the_same_contact_again_is_not_written_down_again() -> None:
    told = {"officer": TOLD["officer"], "at": NOW}
    kept = casework.keep_contact(entered(), operation="a form", **told).report
    assert casework.keep_contact(kept, operation="a form", **told).entries == ()
    assert casework.keep_contact(kept, operation="another", **told).entries != ()
    assert casework.erase_contact(entered(), **told).entries == ()


def test_who_wants_to_stay_unnamed_is_marked_so() -> None:
    assert entered().is_anonymous


def test_a_report_of_a_zalo_account_takes_no_contact() -> None:
    casework.check_entered(entered())
    with pytest.raises(Rejected, match="has an account"):
        casework.check_entered(opened()[0])
