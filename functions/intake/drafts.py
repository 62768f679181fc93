"""The reports that one fold changes, until they are committed with it."""

from dataclasses import dataclass, field
from datetime import datetime

from functions.cloud.firestore import Commit
from functions.errors import Rejected
from functions.evidence.model import Evidence, evidence_id
from functions.evidence.store import EvidenceStore
from functions.intake.submissions import Submission
from functions.reports.lifecycle import Change, add_items, receive
from functions.reports.model import ItemKind, Report, TimelineItem
from functions.reports.store import ReportStore, StoredReport


@dataclass(slots=True)
class _Draft:
    before: StoredReport | None
    change: Change
    items: list[TimelineItem] = field(default_factory=list)


class Drafts:
    """Reports as they will stand after the fold, begun by it or read when first named."""

    def __init__(self, reports: ReportStore, evidence: EvidenceStore) -> None:
        self._reports = reports
        self._evidence_store = evidence
        self._drafts: dict[str, _Draft] = {}
        self._evidence: list[Evidence] = []

    @property
    def evidence(self) -> tuple[str, ...]:
        """The ids of the attachments that came with it."""
        return tuple(piece.id for piece in self._evidence)

    def begin(self, opened: Change) -> None:
        """A report begins."""
        self._drafts[opened.report.id] = _Draft(None, opened)

    def take(self, report_id: str, submission: Submission, *, now: datetime) -> None:
        """A message belongs to that report.

        Raises:
            Rejected: there is no such report.
            Transient: no answer.
        """
        draft = self._draft(report_id)
        items = _items_of(submission)
        report = add_items(draft.change.report, items, submission.at)
        draft.items += items
        draft.change = Change(report, draft.change.entries)
        self._evidence += _evidence_of(submission, report, now)

    def finish(self, report_id: str, *, at: datetime, because: str) -> Report:
        """That report is complete as sent.

        Raises:
            Conflict: it was not being gathered any more.
            Rejected, Transient: as `take`.
        """
        draft = self._draft(report_id)
        received = receive(draft.change.report, at=at, because=because)
        draft.change = Change(received.report, draft.change.entries + received.entries)
        return received.report

    def latest_of(self, citizen: str) -> Report | None:
        """The citizen's newest report, as it will stand.

        Raises:
            Transient: no answer.
        """
        stored = self._reports.latest_of(citizen, limit=1)
        reports = {report.id: report for report in stored}
        reports |= {key: draft.change.report for key, draft in self._drafts.items()}
        return max(reports.values(), key=lambda report: report.opened_at, default=None)

    def add_to(self, commit: Commit) -> None:
        """Add all of it to a commit."""
        for draft in self._drafts.values():
            if draft.before is None:
                self._reports.add_new(
                    commit, draft.change.report, draft.change.entries, draft.items
                )
            else:
                self._reports.add_change(commit, draft.before, draft.change, draft.items)
        for piece in self._evidence:
            self._evidence_store.add_new(commit, piece)

    def _draft(self, report_id: str) -> _Draft:
        if report_id not in self._drafts:
            stored = self._reports.read(report_id)
            if stored is None:
                raise Rejected("the conversation names a report that does not exist")
            self._drafts[report_id] = _Draft(stored, Change(stored.report))
        return self._drafts[report_id]


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
