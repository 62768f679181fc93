"""The report's collections, on real Firestore."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from functions.cloud.firestore import Database
from functions.errors import Conflict
from functions.reports.audit import first_flaw
from functions.reports.casework import conclude
from functions.reports.codes import code_from
from functions.reports.lifecycle import (
    Change,
    add_items,
    open_report,
    receive,
    settle_evidence,
)
from functions.reports.model import ItemKind, OutcomeCode, Report, TimelineItem
from functions.reports.rows import OpenRow, Queue, shelf
from functions.reports.store import ReportStore, StoredReport
from tests.emulators import Project

NOON = datetime(2026, 11, 21, 5, tzinfo=UTC)


@pytest.fixture
def database(project: Project) -> Database:
    return project.database()


@pytest.fixture
def store(database: Database) -> ReportStore:
    return ReportStore(database)


def _change(number: int = 1, *, unit_id: str = "pc08", citizen: str = "c1") -> Change:
    return open_report(
        report_id=f"r{number}",
        code=code_from(number.to_bytes(5, "big")),
        unit_id=unit_id,
        page_id="p1",
        citizen=citizen,
        at=NOON + timedelta(minutes=number),
    )


@pytest.fixture
def add(database: Database, store: ReportStore) -> Callable[..., Report]:
    """Adds a report that was just opened."""

    def add_one(change: Change | None = None, *items: TimelineItem) -> Report:
        change = change or _change()
        commit = database.commit()
        store.add_new(commit, add_items(change.report, items, NOON), change.entries, items)
        commit.send()
        return _read(store, change.report.id).report

    return add_one


def _read(store: ReportStore, report_id: str = "r1") -> StoredReport:
    found = store.read(report_id)
    assert found is not None
    return found


def _rows(
    store: ReportStore,
    audience: str,
    *,
    limit: int = 50,
    after: tuple[datetime, str] | None = None,
) -> list[OpenRow]:
    shelves = [shelf(audience, Queue.ALL)]
    return store.rows(shelves, is_newest_first=True, limit=limit, after=after)


def _carry_out(
    database: Database, store: ReportStore, act: Callable[[Report], Change], report_id: str = "r1"
) -> Report:
    before = _read(store, report_id)
    commit = database.commit()
    store.add_change(commit, before, act(before.report))
    commit.send()
    return _read(store, report_id).report


def _received(report: Report) -> Change:
    return receive(report, at=NOON + timedelta(hours=1), because="finished")


def _concluded(report: Report, operation: str = "operation1") -> Change:
    at = NOON + timedelta(hours=2)
    return conclude(
        report,
        code=OutcomeCode.FINED,
        reason="",
        note="",
        officer="subject1",
        at=at,
        tell_at=at,
        operation=operation,
    )


def test_a_report_is_read_as_it_was_added(store: ReportStore, add: Callable[..., Report]) -> None:
    change = _change()
    add(change)

    assert _read(store).report == change.report
    assert store.read("another") is None


def test_a_report_is_found_by_its_code(store: ReportStore, add: Callable[..., Report]) -> None:
    report = add()

    found = store.find_by_code(report.code)
    assert found is not None
    assert found.report == report
    assert store.find_by_code("ZZZZ-ZZZZ-8") is None


def test_a_code_is_given_once(
    database: Database, store: ReportStore, add: Callable[..., Report]
) -> None:
    first = add()
    second = _change(2)
    stolen = second.report.model_copy(update={"code": first.code})
    commit = database.commit()
    store.add_new(commit, stolen, second.entries, ())

    with pytest.raises(Conflict):
        commit.send()

    assert store.read("r2") is None
    assert store.audit("r2") == []
    assert _rows(store, "pc08")[0].report_id == "r1"


def test_items_come_in_the_order_in_which_they_were_sent(
    store: ReportStore, add: Callable[..., Report]
) -> None:
    items = [
        TimelineItem(id=name, kind=ItemKind.TEXT, at=NOON + timedelta(seconds=second), text=name)
        for name, second in (("c", 1), ("a", 3), ("b", 2), ("d", 1))
    ]

    add(_change(), *items)

    assert [item.id for item in store.items("r1")] == ["c", "d", "b", "a"]


def test_an_item_is_never_overwritten(
    database: Database, store: ReportStore, add: Callable[..., Report]
) -> None:
    item = TimelineItem(id="1", kind=ItemKind.TEXT, at=NOON, text="xe tải")
    add(_change(), item)
    before = _read(store)
    changed = [item.model_copy(update={"text": "xe con"})]
    commit = database.commit()
    store.add_change(commit, before, Change(add_items(before.report, changed, NOON)), changed)

    with pytest.raises(Conflict):
        commit.send()

    assert store.items("r1") == [item]


def test_the_audit_chain_holds_as_it_is_read_back(
    database: Database, store: ReportStore, add: Callable[..., Report]
) -> None:
    add()
    _carry_out(database, store, _received)
    for number in range(12):
        _carry_out(
            database,
            store,
            lambda report, number=number: settle_evidence(  # type: ignore[misc]
                report, evidence_id=f"e{number}", at=NOON, sha256="ab", reason=None
            ),
        )
    report = _carry_out(database, store, _concluded)

    audit = store.audit("r1")
    assert [entry.sequence for entry in audit] == list(range(1, 17))
    assert first_flaw(audit, head=report.audit_hash) is None


def test_a_report_has_its_open_row_as_long_as_it_is_open(
    database: Database, store: ReportStore, add: Callable[..., Report]
) -> None:
    report = add()
    assert [row.state for row in _rows(store, "pc08")] == [report.state]

    report = _carry_out(database, store, _received)
    assert [row.state for row in _rows(store, "pc08")] == [report.state]

    _carry_out(database, store, _concluded)
    assert _rows(store, "pc08") == []


def test_what_comes_after_the_outcome_does_not_open_the_report_again(
    database: Database, store: ReportStore, add: Callable[..., Report]
) -> None:
    add()
    _carry_out(database, store, _received)
    _carry_out(database, store, _concluded)

    _carry_out(
        database,
        store,
        lambda report: settle_evidence(report, evidence_id="e1", at=NOON, sha256="ab", reason=None),
    )

    assert _rows(store, "pc08") == []


def test_a_row_tells_what_a_list_shows(store: ReportStore, add: Callable[..., Report]) -> None:
    report = add(
        _change(),
        TimelineItem(id="1", kind=ItemKind.TEXT, at=NOON, text="xe tải vượt đèn đỏ"),
        TimelineItem(id="2", kind=ItemKind.EVIDENCE, at=NOON, evidence_id="e1"),
    )

    [row] = _rows(store, "pc08")
    assert (row.report_id, row.code, row.summary) == ("r1", report.code, "xe tải vượt đèn đỏ")
    assert (row.messages, row.evidence.pending, row.located) == (2, 1, False)


def test_a_unit_sees_its_own_rows(store: ReportStore, add: Callable[..., Report]) -> None:
    add(_change(1))
    add(_change(2, unit_id="phuong1"))

    assert [row.report_id for row in _rows(store, "pc08")] == ["r1"]
    assert [row.report_id for row in _rows(store, "phuong1")] == ["r2"]


def test_pages_of_open_rows_go_newest_first_without_gap_or_overlap(
    store: ReportStore, add: Callable[..., Report]
) -> None:
    for number in range(1, 8):
        change = _change(number)
        # Pairs opened at the same moment.
        at = NOON + timedelta(minutes=number // 2)
        add(Change(change.report.model_copy(update={"opened_at": at}), change.entries))

    pages: list[list[str]] = []
    after: tuple[datetime, str] | None = None
    while rows := _rows(store, "pc08", limit=3, after=after):
        pages.append([row.report_id for row in rows])
        after = (rows[-1].opened_at, rows[-1].report_id)

    assert pages == [["r7", "r6", "r5"], ["r4", "r3", "r2"], ["r1"]]


def test_a_stale_change_is_refused_whole(
    database: Database, store: ReportStore, add: Callable[..., Report]
) -> None:
    add()
    stale = _read(store)
    _carry_out(database, store, _received)
    commit = database.commit()
    store.add_change(commit, stale, _received(stale.report))

    with pytest.raises(Conflict):
        commit.send()

    report = _read(store).report
    assert len(store.audit("r1")) == report.audit_sequence == 2


def test_every_version_of_an_outcome_stays(
    database: Database, store: ReportStore, add: Callable[..., Report]
) -> None:
    add()
    _carry_out(database, store, _received)
    for operation in ("operation1", "operation2"):
        _carry_out(database, store, lambda report: _concluded(report, operation))  # noqa: B023

    kept = database.find("reports/r1/outcomes", limit=10)
    assert [(stored.id, stored.fields["version"]) for stored in kept] == [("0001", 1), ("0002", 2)]


def test_whoever_lost_the_answer_finds_the_own_operation(
    database: Database, store: ReportStore, add: Callable[..., Report]
) -> None:
    add()
    _carry_out(database, store, _received)
    before = _read(store)
    for operation in ("mine", "mine again"):
        commit = database.commit()
        store.add_change(commit, before, _concluded(before.report, operation))
        if operation == "mine":
            commit.send()  # The answer is lost; the officer presses once more.

    with pytest.raises(Conflict):
        commit.send()

    assert _read(store).report.last_operation == "mine"


def test_a_citizen_s_reports_come_newest_first(
    store: ReportStore, add: Callable[..., Report]
) -> None:
    for number in (1, 3, 2):
        add(_change(number))
    add(_change(4, citizen="c2"))

    assert [report.id for report in store.latest_of("c1")] == ["r3", "r2", "r1"]
    assert [report.id for report in store.latest_of("c1", limit=1)] == ["r3"]


def test_a_unit_sees_the_rows_of_everything_below_it(
    store: ReportStore, add: Callable[..., Report]
) -> None:
    below = _change(1, unit_id="team1")
    line = below.report.model_copy(update={"lineage": ("province", "pc08", "team1")})
    add(Change(line, below.entries))

    seen_by = [unit for unit in ("province", "pc08", "team1", "team2") if _rows(store, unit)]

    assert seen_by == ["province", "pc08", "team1"]


def test_a_restricted_report_stands_on_no_shelf_of_its_unit(
    store: ReportStore, add: Callable[..., Report]
) -> None:
    opened = _change(1, unit_id="team1")
    secret = opened.report.model_copy(
        update={"lineage": ("province", "team1"), "is_restricted": True}
    )
    add(Change(secret, opened.entries))

    assert _rows(store, "province") == _rows(store, "team1") == []
    assert [row.report_id for row in _rows(store, "restricted:province")] == ["r1"]


def test_rows_come_in_the_order_of_their_deadlines(
    store: ReportStore, add: Callable[..., Report]
) -> None:
    add(_change(1))
    urgent = _change(2)
    add(Change(urgent.report.model_copy(update={"is_urgent": True}), urgent.entries))

    rows = store.rows([shelf("pc08", Queue.ALL)])

    assert [row.report_id for row in rows] == ["r2", "r1"]


def test_rows_are_counted_no_further_than_asked(
    store: ReportStore, add: Callable[..., Report]
) -> None:
    for number in range(1, 5):
        add(_change(number))
    shelves = [shelf("pc08", Queue.ALL)]

    assert store.count(shelves, most=99) == 4
    assert store.count(shelves, most=3) == 3
