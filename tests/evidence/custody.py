"""A report with attachments still to come, and the keeper who brings them in."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import IO

from google.cloud.storage import Client

from functions.cloud.storage import Bucket, KeptObject
from functions.evidence.fetching import Fetcher
from functions.evidence.keeping import Keeper
from functions.evidence.model import Evidence
from functions.evidence.store import EvidenceStore
from functions.followups.model import FollowUp, Kind
from functions.followups.notices import receipt, receipt_id
from functions.followups.store import FollowUpStore
from functions.reports.audit import first_flaw
from functions.reports.codes import code_from
from functions.reports.lifecycle import Change, add_items, open_report, receive
from functions.reports.model import ItemKind, Report, TimelineItem
from functions.reports.store import ReportStore
from functions.units.model import Unit
from functions.units.store import UnitStore
from tests.emulators import MovableClock, Project
from tests.evidence.media_host import MediaHost
from tests.intake.kills import Kill, opened

CAP = 1024 * 1024
UNIT = Unit(id="pc08", name="Phòng Cảnh sát giao thông", short_name="PC08", kind="division")


class FragileBucket(Bucket):
    """A bucket whose user may be killed at any write."""

    def __init__(self, bucket: Bucket, kill: Kill) -> None:
        self._fragile = bucket, kill

    def keep(
        self,
        name: str,
        content: IO[bytes],
        *,
        size: int,
        content_type: str,
        metadata: Mapping[str, str],
    ) -> KeptObject:
        """Store `content`, unless that is one write too many."""
        bucket, kill = self._fragile
        with kill.around_commit():
            return bucket.keep(
                name, content, size=size, content_type=content_type, metadata=metadata
            )


@dataclass
class Custody:
    """One project's evidence, with all that it touches."""

    project: Project
    clock: MovableClock
    host: MediaHost
    woken: list[str] = field(default_factory=list)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.database = opened(self.project)
        self.evidence = EvidenceStore(self.database)
        self.reports = ReportStore(self.database)
        self.followups = FollowUpStore(self.database)
        self.originals = self.project.bucket("originals")
        self.previews = self.project.bucket("previews")
        commit = self.database.commit()
        commit.put(f"units/{UNIT.id}", UNIT.model_dump(exclude={"id"}))
        commit.send()

    def keeper(self, kill: Kill | None = None) -> Keeper:
        """A process of `upload_media`, which may be killed at one of its writes."""
        kill = kill or Kill()
        database = opened(self.project, kill=kill)
        return Keeper(
            database=database,
            evidence=EvidenceStore(database),
            reports=ReportStore(database),
            followups=FollowUpStore(database),
            units=UnitStore(database),
            originals=FragileBucket(self.originals, kill),
            previews=FragileBucket(self.previews, kill),
            fetcher=Fetcher(
                allowed=["zdn.vn", self.host.origin], maximum_bytes=CAP, total_seconds=60
            ),
            clock=self.clock,
            maximum_bytes=CAP,
            wake_followup=self.woken.append,
        )

    def report(
        self, *addresses: str | None, gathering: bool = False, checksum: str | None = None
    ) -> tuple[str, list[str]]:
        """A report with an attachment at each address: its id, and theirs."""
        number, now = next(self._numbers), self.clock.now()
        report_id = f"report{number}"
        change = open_report(
            report_id=report_id,
            code=code_from(number.to_bytes(5, "big")),
            unit_id=UNIT.id,
            page_id="579745863508352884",
            citizen="aaaabbbbccccddddeeeeffff22",
            at=now,
        )
        evidence_ids = [f"{report_id}piece{place}" for place in range(len(addresses))]
        items = [
            TimelineItem(id=piece, kind=ItemKind.EVIDENCE, at=now, evidence_id=piece)
            for piece in evidence_ids
        ]
        change = Change(add_items(change.report, items, now), change.entries)
        commit = self.database.commit()
        if not gathering:
            received = receive(change.report, at=now, because="finished")
            change = Change(received.report, change.entries + received.entries)
            self.followups.add_new(commit, receipt(change.report, UNIT, now=now))
        self.reports.add_new(commit, change.report, change.entries, items)
        for piece, address in zip(evidence_ids, addresses, strict=True):
            self.evidence.add_new(
                commit,
                Evidence(
                    id=piece,
                    report_id=report_id,
                    unit_id=UNIT.id,
                    page_id="579745863508352884",
                    citizen="aaaabbbbccccddddeeeeffff22",
                    sent_at=now,
                    kind="image",
                    checksum=checksum,
                    address=address,
                    next_at=now,
                ),
            )
        commit.send()
        self.clock.advance(timedelta(seconds=5))
        return report_id, evidence_ids

    def piece(self, evidence_id: str) -> Evidence:
        """A piece of evidence as it stands."""
        found = self.evidence.read(evidence_id)
        assert found is not None
        return found.evidence

    def read(self, report_id: str) -> Report:
        """A report as it stands, its audit chain checked to the end."""
        found = self.reports.read(report_id)
        assert found is not None
        audit = self.reports.audit(report_id)
        assert first_flaw(audit, head=found.report.audit_hash) is None
        assert len(audit) == found.report.audit_sequence
        return found.report

    def acts(self, report_id: str) -> list[str]:
        """What the audit chain tells, in order."""
        return [entry.act for entry in self.reports.audit(report_id)]

    def receipt(self, report_id: str) -> FollowUp:
        """The receipt as it stands."""
        found = self.followups.read(receipt_id(report_id))
        assert found is not None
        return found.followup

    def problems(self, report_id: str) -> list[str]:
        """The sentences about attachments that are owed to the reporter."""
        owed = self.followups.of_report(report_id)
        return sorted(each.sentence for each in owed if each.kind is Kind.MEDIA_PROBLEM)

    def objects(self, bucket: str) -> list[str]:
        """The names of the objects in a bucket."""
        client = Client(project=self.project.name)
        try:
            return [blob.name for blob in client.list_blobs(f"{self.project.name}-{bucket}")]
        finally:
            client.close()
