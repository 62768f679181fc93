"""Finding reports by their terms, on real Firestore."""

import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from functions.cloud.firestore import Database
from functions.errors import OperatorNeeded
from functions.reports import casework
from functions.reports.codes import code_from
from functions.reports.lifecycle import Change, add_items, open_report, receive
from functions.reports.model import ItemKind, OutcomeCode, Report, TimelineItem
from functions.reports.store import ReportStore
from functions.reports.terms import RECEIVED, asked_terms
from tests.emulators import Project

NOON = datetime(2026, 11, 21, 5, tzinfo=UTC)
KEY = bytes(range(32))


class Shelf:
    """Reports that can be searched."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.store = ReportStore(database, KEY)

    def add(
        self,
        *texts: str,
        at: datetime = NOON,
        lineage: tuple[str, ...] = ("cat", "pc08"),
        report_id: str = "",
    ) -> Report:
        """A received report with those texts."""
        opened = open_report(
            report_id=report_id or secrets.token_hex(8),
            code=code_from(secrets.token_bytes(5)),
            unit_id=lineage[-1],
            page_id="p1",
            citizen="c1",
            at=at,
        )
        items = self.items(*texts, at=at)
        report = add_items(opened.report.model_copy(update={"lineage": lineage}), items, at)
        received = receive(report, at=at, because="done")
        commit = self.database.commit()
        self.store.add_new(commit, received.report, (*opened.entries, *received.entries), items)
        commit.send()
        return received.report

    @staticmethod
    def items(*texts: str, at: datetime = NOON) -> list[TimelineItem]:
        """What was sent."""
        return [
            TimelineItem(id=secrets.token_hex(8), kind=ItemKind.TEXT, at=at, text=text)
            for text in texts
        ]

    def send(self, report: Report, text: str) -> None:
        """The reporter sends more."""
        items = self.items(text)
        self.change(report, lambda now: Change(add_items(now, items, NOON)), items)

    def change(
        self,
        report: Report,
        act: Callable[[Report], Change],
        items: Sequence[TimelineItem] = (),
    ) -> None:
        """Something is done to the report."""
        before = self.store.read(report.id)
        assert before is not None
        commit = self.database.commit()
        self.store.add_change(commit, before, act(before.report), items)
        commit.send()

    def find(self, words: str, audience: str = "pc08", *terms: str) -> set[str]:
        """The ids of what those words find."""
        found = self.store.search(audience, (*asked_terms(words), *terms))
        return {one.line.report_id for one in found}


@pytest.fixture
def shelf(project: Project) -> Shelf:
    return Shelf(project.database())


def test_words_find_a_report_without_diacritics_and_in_any_order(shelf: Shelf) -> None:
    report = shelf.add("Xe tải vượt đèn đỏ ở ngã tư Nguyễn Trãi")
    shelf.add("Xe tải chở cát")
    assert shelf.find("nguyen trai xe TAI") == {report.id}
    assert shelf.find("đèn đỏ nguyễn huệ") == set()


def test_what_was_sent_later_is_found_too(shelf: Shelf) -> None:
    report = shelf.add("Xe tải vượt đèn đỏ")
    shelf.send(report, "Biển số 14A-123.45")
    assert shelf.find("14a 12345") == {report.id} == shelf.find("tai 14A12345")


def test_a_search_sees_no_more_than_its_audience(shelf: Shelf) -> None:
    own = shelf.add("Xe tải")
    other = shelf.add("Xe tải", lineage=("cat", "cax"))
    assert shelf.find("xe tai", "pc08") == {own.id}
    assert shelf.find("xe tai", "cax") == {other.id}
    assert shelf.find("xe tai", "cat") == {own.id, other.id}
    assert shelf.find("xe tai", "nobody") == set()


def test_a_restricted_report_leaves_its_unit_at_once(shelf: Shelf) -> None:
    report = shelf.add("Cán bộ nhận tiền")

    def restrict(now: Report) -> Change:
        return casework.restrict(
            now, is_restricted=True, reason="khiếu nại", officer="o1", at=NOON, operation="0" * 32
        )

    shelf.change(report, restrict)
    assert shelf.find("nhan tien", "pc08") == set() == shelf.find("nhan tien", "cat")
    assert shelf.find("nhan tien", "restricted:cat") == {report.id}


def test_a_concluded_report_is_found_by_its_new_state_alone(shelf: Shelf) -> None:
    report = shelf.add("Xe tải")

    def conclude(now: Report) -> Change:
        return casework.conclude(
            now,
            code=OutcomeCode.ANSWERED,
            reason="",
            note="",
            officer="o1",
            at=NOON,
            tell_at=NOON,
            operation="0" * 32,
        )

    shelf.change(report, conclude)
    assert shelf.find("xe", "pc08", "state:received") == set()
    assert shelf.find("xe", "pc08", "state:concluded") == {report.id}
    line = shelf.store.search("pc08", [])[0].line
    assert (line.outcome_code, line.outcome_version) == (OutcomeCode.ANSWERED, 1)


def test_the_newest_comes_first_page_by_page(shelf: Shelf) -> None:
    moments = [NOON + timedelta(hours=number) for number in range(5)]
    reports = [shelf.add("Xe", at=moment) for moment in moments]
    seen: list[str] = []
    after = None
    while found := shelf.store.search("pc08", ["word:xe"], after=after, limit=2):
        seen += [one.line.report_id for one in found]
        after = found[-1].key
    assert seen == [report.id for report in reversed(reports)]


def test_days_bound_a_search_on_both_sides(shelf: Shelf) -> None:
    days = [shelf.add("Xe", at=NOON + timedelta(days=number)).id for number in range(4)]
    found = shelf.store.search(
        "pc08", [], since=NOON + timedelta(days=1), until=NOON + timedelta(days=2)
    )
    assert [one.line.report_id for one in found] == [days[2], days[1]]


def test_found_reports_are_counted_up_to_a_number(shelf: Shelf) -> None:
    for _ in range(4):
        shelf.add("Xe")
    shelf.add("Xe", lineage=("cat", "cax"))
    assert shelf.store.count_found("pc08", [RECEIVED], most=100) == 4
    assert shelf.store.count_found("pc08", [RECEIVED], most=3) == 3
    third = shelf.store.search("pc08", [RECEIVED])[2].key
    assert shelf.store.count_found("pc08", [RECEIVED], most=100, after=third) == 1


def test_the_index_can_not_be_read(shelf: Shelf) -> None:
    report = shelf.add("Bí mật 0912345678")
    stored = shelf.database.find("search", limit=1)[0]
    names = [*stored.fields["terms"], *stored.fields["seen"]]
    assert not [name for name in names if "mat" in name or "912345678" in name or "pc08" in name]
    other = ReportStore(shelf.database, bytes(32))
    assert other.search("pc08", asked_terms("0912345678")) == []
    assert shelf.find("0912345678") == {report.id}


def test_a_report_from_before_there_was_a_search_is_found_after_its_next_change(
    shelf: Shelf,
) -> None:
    shelf.store = ReportStore(shelf.database)
    report = shelf.add("Xe tải")
    shelf.store = ReportStore(shelf.database, KEY)
    assert shelf.find("", "pc08", "state:received") == set()
    shelf.send(report, "Thêm")
    assert shelf.find("them", "pc08", "state:received") == {report.id}


def test_nothing_can_be_searched_without_the_key(project: Project) -> None:
    with pytest.raises(OperatorNeeded):
        ReportStore(project.database()).search("pc08", [])


def test_a_result_carries_no_term(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.add("Xe tải vượt đèn đỏ")
    asked: list[object] = []
    find = Database.find

    def watched(self: Database, *arguments: object, **named: object) -> object:
        asked.append(named.get("fields"))
        return find(self, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Database, "find", watched)
    assert len(shelf.find("xe tai")) == 1
    assert asked == [["row"]]
