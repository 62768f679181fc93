"""The reports that one fold changes, until they are committed with it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from functions.cloud.firestore import Commit
from functions.errors import Rejected
from functions.evidence.model import Evidence, EvidenceState, evidence_id
from functions.evidence.store import EvidenceStore, StoredEvidence
from functions.intake.submissions import Submission
from functions.reports.lifecycle import Change, add_items, hand_over, take_out
from functions.reports.model import EvidenceCount, ItemKind, Report, TimelineItem
from functions.reports.store import ReportStore, StoredReport


@dataclass(slots=True)
class _Draft:
    before: StoredReport | None
    change: Change
    items: list[TimelineItem] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


class Drafts:
    """Reports as they will stand after the fold, begun by it or read when first named."""

    def __init__(self, reports: ReportStore, evidence: EvidenceStore) -> None:
        self._reports = reports
        self._evidence_store = evidence
        self._drafts: dict[str, _Draft] = {}
        self._evidence: list[Evidence] = []
        self._moved: list[tuple[StoredEvidence, Evidence]] = []

    @property
    def evidence(self) -> tuple[str, ...]:
        """The ids of the attachments that came with it."""
        return tuple(piece.id for piece in self._evidence)

    def begin(self, opened: Change) -> None:
        """A report begins."""
        self._drafts[opened.report.id] = _Draft(None, opened)

    def report(self, report_id: str) -> Report:
        """The report as it will stand.

        Raises:
            Rejected: there is no such report.
            Transient: no answer.
        """
        return self._draft(report_id).change.report

    def is_first(self, report_id: str) -> bool:
        """Whether the report is received in this fold for the first time.

        Raises:
            Rejected, Transient: as `report`.
        """
        before = self._draft(report_id).before
        return before is None or before.report.received_at is None

    def begun(self) -> list[Report]:
        """Those that begin with it."""
        return [it.change.report for it in self._drafts.values() if it.before is None]

    def take(self, report_id: str, submission: Submission, *, now: datetime) -> None:
        """A message belongs to that report.

        Raises:
            Rejected, Transient: as `report`.
        """
        draft = self._draft(report_id)
        items = _items_of(submission)
        report = add_items(draft.change.report, items, submission.at)
        draft.items += items
        draft.change = Change(report, draft.change.entries)
        self._evidence += _evidence_of(submission, report, now)

    def move(self, source_id: str, report_id: str, key: str, *, now: datetime) -> None:
        """A message belongs to another report than the one that holds it.

        Raises:
            Rejected, Transient: as `report`.
        """
        source, target = self._draft(source_id), self._draft(report_id)
        items = [
            item
            for item in self._reports.items(source_id)
            if item.id == key or item.id.startswith(f"{key}-")
        ]
        states: list[EvidenceState] = []
        for item in items:
            stored = self._evidence_store.read(item.evidence_id) if item.evidence_id else None
            if stored is not None:
                states.append(stored.evidence.state)
                moved = stored.evidence.model_copy(update={"report_id": report_id})
                self._moved.append((stored, moved))
        count = EvidenceCount(
            pending=states.count(EvidenceState.PENDING),
            stored=states.count(EvidenceState.STORED),
            failed=states.count(EvidenceState.FAILED),
        )
        given, taken = hand_over(source.change.report, target.change.report, items, count, now)
        source.removed += [item.id for item in items]
        target.items += items
        source.change = _after(source.change, given)
        target.change = _after(target.change, taken)

    def drop(self, report_id: str, key: str, *, now: datetime) -> None:
        """Words turn out to belong to no report.

        Raises:
            Rejected, Transient: as `report`.
        """
        draft = self._draft(report_id)
        draft.removed.append(key)
        draft.change = _after(draft.change, take_out(draft.change.report, key, now))

    def change(self, report_id: str, decide: Callable[[Report], Change]) -> Report:
        """Change a report; it as it stands then.

        Raises:
            Rejected, Transient: as `report`.
        """
        draft = self._draft(report_id)
        draft.change = _after(draft.change, decide(draft.change.report))
        return draft.change.report

    def latest_of(self, citizen: str, limit: int) -> list[Report]:
        """The citizen's newest reports, as they will stand.

        Raises:
            Transient: no answer.
        """
        stored = self._reports.latest_of(citizen, limit=limit)
        reports = {report.id: report for report in stored}
        reports |= {key: draft.change.report for key, draft in self._drafts.items()}
        own = [report for report in reports.values() if report.citizen == citizen]
        return sorted(own, key=lambda report: report.opened_at, reverse=True)[:limit]

    def find_by_code(self, code: str) -> Report | None:
        """The report of that code, as it will stand.

        Raises:
            Transient: no answer.
        """
        for draft in self._drafts.values():
            if draft.change.report.code == code:
                return draft.change.report
        stored = self._reports.find_by_code(code)
        return stored.report if stored else None

    def add_to(self, commit: Commit) -> None:
        """Add all of it to a commit."""
        for draft in self._drafts.values():
            if draft.before is None:
                self._reports.add_new(
                    commit, draft.change.report, draft.change.entries, draft.items
                )
            elif draft.change.report != draft.before.report or draft.items:
                self._reports.add_change(
                    commit, draft.before, draft.change, draft.items, draft.removed
                )
        for piece in self._evidence:
            self._evidence_store.add_new(commit, piece)
        for before, after in self._moved:
            self._evidence_store.add_change(commit, before, after)

    def _draft(self, report_id: str) -> _Draft:
        if report_id not in self._drafts:
            stored = self._reports.read(report_id)
            if stored is None:
                raise Rejected("the conversation names a report that does not exist")
            self._drafts[report_id] = _Draft(stored, Change(stored.report))
        return self._drafts[report_id]


def _after(before: Change, change: Change) -> Change:
    return Change(change.report, before.entries + change.entries)


def _items_of(submission: Submission) -> list[TimelineItem]:
    items = [
        TimelineItem(
            id=f"{submission.key}-{place}",
            kind=ItemKind.EVIDENCE,
            at=submission.at,
            evidence_id=evidence_id(submission.key, place),
        )
        for place in range(len(submission.media))
    ]
    if submission.latitude is not None:
        located = TimelineItem(
            id=submission.key,
            kind=ItemKind.LOCATION,
            at=submission.at,
            text=submission.text,
            latitude=submission.latitude,
            longitude=submission.longitude,
        )
        return [located, *items]
    if submission.text:
        text = TimelineItem(
            id=submission.key, kind=ItemKind.TEXT, at=submission.at, text=submission.text
        )
        return [text, *items]
    return items


def _evidence_of(submission: Submission, report: Report, now: datetime) -> list[Evidence]:
    return [
        Evidence(
            id=evidence_id(submission.key, place),
            report_id=report.id,
            unit_id=report.unit_id,
            page_id=report.page_id,
            citizen=report.citizen,
            sent_at=submission.at,
            kind=media.kind,
            name=media.name,
            declared_size=media.size,
            checksum=media.checksum,
            address=media.address,
            next_at=now,
        )
        for place, media in enumerate(submission.media)
    ]
