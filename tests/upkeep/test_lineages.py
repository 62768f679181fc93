"""After a reorganisation, old reports are seen by whoever answers for them now."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from unittest import mock

import pytest

from functions.cloud.firestore import Commit, Database, Stored
from functions.errors import Transient
from functions.reports import casework
from functions.reports.audit import first_flaw
from functions.reports.codes import code_from
from functions.reports.lifecycle import Change, add_items, open_report, receive
from functions.reports.model import ItemKind, OutcomeCode, Report, TimelineItem
from functions.reports.rows import Queue, shelf
from functions.reports.store import ReportStore, StoredReport
from functions.reports.terms import asked_terms
from functions.units.model import Decision, Unit
from functions.units.store import UnitStore
from functions.units.tree import Tree
from functions.upkeep import lineages
from functions.upkeep.lineages import PROGRESS, SETTLED, LineageKeeper, moved_since
from tests.emulators import MovableClock, Project
from tests.units.hai_minh import UNITS, unit

KEY = bytes(range(32))
OPERATION = "0" * 32
WORDS = "Xe tải vượt đèn đỏ"

Reorganise = Callable[[Tree, Decision], Sequence[Unit]]


class CountingDatabase(Database):
    """Counts the documents and the answers that are read."""

    reads = 0

    def read_many(self, paths: Sequence[str]) -> list[Stored | None]:
        """Those documents."""
        self.reads += len(paths)
        return super().read_many(paths)

    def find(self, *arguments: object, **named: object) -> list[Stored]:
        """What is asked for."""
        found = super().find(*arguments, **named)  # type: ignore[arg-type]
        self.reads += max(len(found), 1)
        return found


class Province:
    """Units that are reorganised, and their reports."""

    def __init__(self, project: Project, clock: MovableClock) -> None:
        self.database = CountingDatabase(project.firestore_client())
        self.reports = ReportStore(self.database, KEY)
        self.clock = clock
        self._units = UnitStore(self.database)
        self.keeper = LineageKeeper(self.database, self.reports, self._units, clock)
        commit = self.database.commit()
        tree = Tree(UNITS)
        for one in tree.units:
            commit.create(f"units/{one.id}", one.model_dump(exclude={"id"}))
        commit.send()

    @property
    def tree(self) -> Tree:
        """The units as they are."""
        return self._units.standing_units()[0].tree

    def reorganise(self, act: Reorganise, *, settle: bool = True) -> None:
        """Change the tree, as the officers' page does."""
        directory, standing = self._units.standing_units()
        at = self.clock.now()
        changed = act(directory.tree, Decision(at=at, by="officer-phuc", reason="QĐ 12"))
        commit = self.database.commit()
        self._units.add_units(commit, changed, standing, at=at)
        commit.send()
        if settle:
            self.clock.advance(SETTLED)

    def add(self, unit_id: str = "an-phuc", report_id: str = "") -> Report:
        """A received report of that unit."""
        at = self.clock.now()
        opened = open_report(
            report_id=report_id or secrets.token_hex(8),
            code=code_from(secrets.token_bytes(5)),
            unit_id=unit_id,
            lineage=self.tree.unit(unit_id).line,
            page_id="page",
            citizen="citizen",
            at=at,
        )
        items = [TimelineItem(id=secrets.token_hex(8), kind=ItemKind.TEXT, at=at, text=WORDS)]
        received = receive(add_items(opened.report, items, at), at=at, because="done")
        commit = self.database.commit()
        entries = (*opened.entries, *received.entries)
        self.reports.add_new(commit, received.report, entries, items)
        commit.send()
        return received.report

    def change(self, report: Report, act: Callable[[Report], Change]) -> Report:
        """Something is done to the report."""
        before = self.stored(report)
        commit = self.database.commit()
        self.reports.add_change(commit, before, act(before.report))
        commit.send()
        return self.now(report)

    def stored(self, report: Report) -> StoredReport:
        """The report as it was read."""
        found = self.reports.read(report.id)
        assert found is not None
        return found

    def now(self, report: Report) -> Report:
        """The report as it is."""
        return self.stored(report).report

    def listed(self, audience: str, queue: Queue = Queue.ALL) -> set[str]:
        """The open reports that this audience sees."""
        return {row.report_id for row in self.reports.rows([shelf(audience, queue)])}

    def found(self, audience: str) -> set[str]:
        """The reports that this audience finds, closed ones too."""
        return {one.line.report_id for one in self.reports.search(audience, asked_terms(WORDS))}

    def progress(self) -> Mapping[str, object]:
        """How far it has come."""
        stored = self.database.read(PROGRESS)
        return {} if stored is None else stored.fields


@pytest.fixture
def province(project: Project, clock: MovableClock) -> Province:
    return Province(project, clock)


def merge(tree: Tree, decision: Decision) -> Sequence[Unit]:
    """An Phúc goes into An Hòa."""
    return tree.merge(["an-phuc"], "an-hoa", decision)


def move(tree: Tree, decision: Decision) -> Sequence[Unit]:
    """Team 1 leaves the traffic police for the cyber police."""
    return tree.move("doi-1", "pa05", decision)


def conclude(at: datetime) -> Callable[[Report], Change]:
    """A decision."""
    return lambda now: casework.conclude(
        now,
        code=OutcomeCode.ANSWERED,
        reason="",
        note="",
        officer="o1",
        at=at,
        tell_at=at,
        operation=OPERATION,
    )


def test_officers_of_the_successor_see_the_old_reports(province: Province) -> None:
    report, other = province.add("an-phuc"), province.add("ben-van")
    province.reorganise(merge)
    assert province.listed("an-hoa") == set() == province.found("an-hoa")

    assert province.keeper.run() == 1

    assert province.now(report).line == ("tinh", "an-hoa", "an-phuc")
    assert province.now(report).unit_id == "an-phuc"
    for audience in ("an-hoa", "an-phuc"):
        assert province.listed(audience) == {report.id} == province.found(audience)
    assert province.found("tinh") == {report.id, other.id}


def test_closed_reports_follow_too(province: Province, clock: MovableClock) -> None:
    report = province.add("an-phuc")
    province.change(report, conclude(clock.now()))
    province.reorganise(merge)

    province.keeper.run()

    assert province.found("an-hoa") == {report.id}
    assert province.listed("an-hoa") == set()


def test_who_no_longer_stands_above_a_moved_unit_no_longer_sees_its_reports(
    province: Province,
) -> None:
    report = province.add("doi-1")
    province.reorganise(move)

    province.keeper.run()

    assert province.listed("pa05") == {report.id} == province.found("pa05")
    assert province.listed("pc08") == set() == province.found("pc08")


def test_units_below_go_along(province: Province) -> None:
    report = province.add("doi-1")
    province.reorganise(lambda tree, decision: tree.move("pc08", "an-hoa", decision))

    province.keeper.run()

    assert province.now(report).line == ("tinh", "an-hoa", "pc08", "doi-1")


def test_who_takes_over_from_a_closed_unit_sees_its_reports(province: Province) -> None:
    report = province.add("doi-2")
    province.reorganise(lambda tree, by: tree.close("doi-2", by, successor_ids=["doi-3"]))

    province.keeper.run()

    assert province.found("doi-3") == {report.id} == province.listed("doi-3")


def test_a_split_takes_the_units_below_to_their_part(province: Province) -> None:
    report, own = province.add("doi-1"), province.add("pc08")
    parts = [unit("pc08-a", "tinh"), unit("pc08-b", "tinh")]
    goes = {"doi-1": "pc08-a", "doi-2": "pc08-b", "doi-3": "pc08-b"}
    province.reorganise(lambda tree, by: tree.split("pc08", parts, by, children=goes))

    province.keeper.run()

    assert province.listed("pc08-a") == {report.id}
    assert province.now(own).line == ("tinh", "pc08")


def test_the_audit_chain_tells_what_changed(province: Province) -> None:
    report = province.add("doi-1")
    province.reorganise(move)

    province.keeper.run()

    after = province.now(report)
    entries = province.reports.audit(report.id)
    assert first_flaw(entries, head=after.audit_hash) is None
    assert (entries[-1].actor, entries[-1].act) == ("system", "unit moved")
    assert entries[-1].changes == {"lineage": "tinh,pc08,doi-1 > tinh,pa05,doi-1"}


def test_an_offer_follows_the_unit_it_was_made_to(province: Province, clock: MovableClock) -> None:
    report = province.add("ben-van")
    province.change(
        report,
        lambda now: casework.offer(
            now,
            to_unit="doi-1",
            to_lineage=province.tree.unit("doi-1").line,
            reason="địa bàn",
            officer="o1",
            at=clock.now(),
            operation=OPERATION,
        ),
    )
    province.reorganise(move)

    assert province.keeper.run() == 1

    assert province.listed("pa05", Queue.TRANSFERS) == {report.id} == province.found("pa05")
    assert province.listed("pc08", Queue.TRANSFERS) == set() == province.found("pc08")
    taken = province.change(
        report,
        lambda now: casework.take_over(now, officer="o2", at=clock.now(), operation=OPERATION),
    )
    assert taken.line == province.tree.unit("doi-1").line


def test_a_restricted_report_stays_with_the_inspectorate(
    province: Province, clock: MovableClock
) -> None:
    report = province.add("an-phuc")

    def restrict(now: Report, is_restricted: bool = True) -> Change:
        return casework.restrict(
            now,
            is_restricted=is_restricted,
            reason="khiếu nại",
            officer="o1",
            at=clock.now(),
            operation=OPERATION,
        )

    province.change(report, restrict)
    province.reorganise(merge)

    province.keeper.run()

    assert province.now(report).audience == ("restricted:tinh",)
    assert province.found("an-hoa") == set()
    assert province.found("restricted:tinh") == {report.id}
    # Opened again, it is the successor's.
    province.change(report, lambda now: restrict(now, is_restricted=False))
    assert province.listed("an-hoa") == {report.id}


def test_nothing_to_do_costs_two_reads(province: Province) -> None:
    province.add("an-phuc")
    for is_reorganised in (False, True):
        if is_reorganised:
            province.reorganise(merge)
            province.keeper.run()
        province.database.reads = 0

        assert province.keeper.run() == 0
        assert province.database.reads == 2


def test_only_units_that_hang_elsewhere_are_gone_through(province: Province) -> None:
    province.reorganise(merge)
    assert moved_since(province.tree, None) == ["an-phuc"]


def test_a_later_change_goes_through_no_more_than_its_own_units(
    province: Province, clock: MovableClock
) -> None:
    province.reorganise(merge)
    clock.advance(timedelta(hours=1))
    at = clock.now()
    province.reorganise(move)
    assert moved_since(province.tree, at) == ["doi-1"]


def test_it_waits_until_nobody_remembers_the_units_from_before(
    province: Province, clock: MovableClock
) -> None:
    report = province.add("an-phuc")
    province.reorganise(merge, settle=False)
    clock.advance(SETTLED - timedelta(seconds=1))
    assert province.keeper.run() == 0

    clock.advance(timedelta(seconds=1))
    assert province.keeper.run() == 1
    assert province.found("an-hoa") == {report.id}


def test_a_change_during_the_walk_is_carried_through_as_well(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lineages, "MOST_IN_A_RUN", 2)
    monkeypatch.setattr(lineages, "PAGE", 1)
    passed, ahead = province.add("an-phuc", "r1"), province.add("an-phuc", "r2")
    province.reorganise(merge)
    assert province.keeper.run() == 1
    assert province.now(ahead) == ahead

    province.reorganise(lambda tree, by: tree.move("an-hoa", "pc08", by))
    for _ in range(8):
        province.keeper.run()

    line = ("tinh", "pc08", "an-hoa", "an-phuc")
    assert [province.now(one).line for one in (passed, ahead)] == [line, line]
    assert province.progress()["changes"] == 2


def test_a_run_ends_after_its_share_and_the_next_goes_on(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lineages, "MOST_IN_A_RUN", 3)
    monkeypatch.setattr(lineages, "PAGE", 2)
    every = {province.add("an-phuc").id for _ in range(5)}
    province.reorganise(merge)

    shares = [province.keeper.run() for _ in range(5)]

    assert shares == [2, 3, 0, 0, 0]
    assert province.listed("an-hoa") == every
    assert province.progress()["changes"] == 1


@pytest.mark.parametrize("is_carried_out", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("number", range(1, 8))
def test_it_may_die_at_any_commit(
    province: Province, monkeypatch: pytest.MonkeyPatch, number: int, is_carried_out: bool
) -> None:
    monkeypatch.setattr(lineages, "PAGE", 2)
    reports = [province.add("an-phuc") for _ in range(3)]
    province.reorganise(merge)
    send, sent = Commit.send, 0

    def die(commit: Commit) -> list[datetime]:
        nonlocal sent
        sent += 1
        if sent != number:
            return send(commit)
        if is_carried_out:
            send(commit)
        raise Transient("gone")

    with mock.patch.object(Commit, "send", die), pytest.raises(Transient):
        province.keeper.run()
    province.keeper.run()

    assert province.found("an-hoa") == {one.id for one in reports} == province.listed("an-hoa")
    # Each was followed once.
    acts = [[entry.act for entry in province.reports.audit(one.id)] for one in reports]
    assert [told.count("unit moved") for told in acts] == [1, 1, 1]
    assert province.progress()["changes"] == 1
    assert province.keeper.run() == 0


def test_of_two_runs_at_a_time_one_gives_way(province: Province) -> None:
    report = province.add("an-phuc")
    province.reorganise(merge)
    follow, is_first = LineageKeeper._follow, True

    def overtaken(keeper: LineageKeeper, report_id: str, tree: Tree) -> bool:
        nonlocal is_first
        if is_first:
            is_first = False
            assert province.keeper.run() == 1
        return follow(keeper, report_id, tree)

    with mock.patch.object(LineageKeeper, "_follow", overtaken):
        assert province.keeper.run() == 0

    assert province.found("an-hoa") == {report.id}
    assert province.progress()["changes"] == 1
