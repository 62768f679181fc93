"""Fetch one attachment, keep it, attach it to its report: every step may be repeated."""

import hashlib
import io
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.cloud.clock import Clock
from functions.cloud.firestore import Commit, Database, compare_and_set
from functions.cloud.storage import Bucket
from functions.errors import Conflict, Transient
from functions.evidence.fetching import Fetched, Fetcher
from functions.evidence.model import Evidence, EvidenceState, FailureReason
from functions.evidence.previews import MEDIA_TYPE, preview_of
from functions.evidence.screening import Refused
from functions.evidence.store import EvidenceStore
from functions.followups.model import State
from functions.followups.notices import media_problem, receipt_id, receipt_words
from functions.followups.store import FollowUpStore
from functions.reports.lifecycle import settle_evidence
from functions.reports.model import Report, ReportState
from functions.reports.store import ReportStore
from functions.units.store import UnitStore

_log = logging.getLogger(__name__)

MOST_TRIES = 12
"""With the queue's pauses some twenty minutes: longer than Zalo's media hosts are usually away."""
AGAIN_AFTER = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Keeper:
    """Brings attachments in. One call, one attachment."""

    database: Database
    evidence: EvidenceStore
    reports: ReportStore
    followups: FollowUpStore
    units: UnitStore
    originals: Bucket
    previews: Bucket
    fetcher: Fetcher
    clock: Clock
    maximum_bytes: int
    wake_followup: Callable[[str], None]

    def keep(self, evidence_id: str) -> None:
        """Do what is still to be done for that attachment; nothing if it is settled.

        Raises:
            Transient: nothing usable came this time; it stays pending.
        """
        found = self.evidence.read(evidence_id)
        if found is None or found.evidence.state is not EvidenceState.PENDING:
            return
        try:
            stored = self._store(found.evidence)
        except Refused as refused:
            self._settle(evidence_id, {"state": EvidenceState.FAILED, "reason": refused.reason})
        except Transient as problem:
            self._count_try(evidence_id, problem)
        else:
            self._settle(evidence_id, stored)

    def _store(self, evidence: Evidence) -> Mapping[str, object]:
        with self.fetcher.fetch(evidence.address or "") as fetched:
            if evidence.checksum and evidence.checksum.lower() != fetched.md5:
                raise Transient("the download does not match Zalo's checksum")
            name = f"{fetched.sha256[:2]}/{fetched.sha256}"
            kept = self.originals.keep(
                name,
                fetched.content,
                size=fetched.size,
                content_type=fetched.media_type,
                metadata={"sha256": fetched.sha256},
            )
            return {
                "state": EvidenceState.STORED,
                "received_at": self.clock.now(),
                "sha256": fetched.sha256,
                "crc32c": kept.crc32c,
                "size": fetched.size,
                "media_type": fetched.media_type,
                "object_name": kept.name,
                "generation": kept.generation,
                "preview_name": self._keep_preview(fetched, name),
            }

    def _keep_preview(self, fetched: Fetched, name: str) -> str | None:
        picture = preview_of(fetched.content, fetched.media_type)
        if picture is None:
            return None
        try:
            self.previews.keep(
                name,
                io.BytesIO(picture),
                size=len(picture),
                content_type=MEDIA_TYPE,
                metadata={"sha256": hashlib.sha256(picture).hexdigest()},
            )
        except Conflict:
            # An earlier preview of the same original, made by another version of the encoder.
            _log.info("preview exists already")
        return name

    def _count_try(self, evidence_id: str, problem: Transient) -> None:
        found = self.evidence.read(evidence_id)
        if found is None or found.evidence.state is not EvidenceState.PENDING:
            return
        tries = found.evidence.tries + 1
        if tries >= MOST_TRIES:
            _log.error("evidence given up", extra={"evidence": evidence_id, "tries": tries})
            self._settle(
                evidence_id,
                {
                    "state": EvidenceState.FAILED,
                    "reason": FailureReason.UNREACHABLE,
                    "tries": tries,
                },
            )
            return
        commit = self.database.commit()
        next_at = self.clock.now() + AGAIN_AFTER * tries
        self.evidence.add_change(
            commit, found, found.evidence.model_copy(update={"tries": tries, "next_at": next_at})
        )
        commit.send()
        raise problem

    def _settle(self, evidence_id: str, result: Mapping[str, object]) -> None:
        woken = compare_and_set(lambda: self._settle_once(evidence_id, result))
        for followup_id in woken:
            self.wake_followup(followup_id)

    def _settle_once(self, evidence_id: str, result: Mapping[str, object]) -> list[str]:
        found = self.evidence.read(evidence_id)
        if found is None or found.evidence.state is not EvidenceState.PENDING:
            return []
        report = self.reports.read(found.evidence.report_id)
        if report is None:
            raise Conflict("evidence without a report")
        now = self.clock.now()
        # Zalo's link dies soon and may tell who sent it: it is not kept longer than needed.
        after = found.evidence.model_copy(update={**result, "address": None})
        change = settle_evidence(
            report.report,
            evidence_id=evidence_id,
            at=now,
            sha256=after.sha256,
            reason=after.reason.value if after.reason else None,
        )
        commit = self.database.commit()
        self.evidence.add_change(commit, found, after)
        self.reports.add_change(commit, report, change)
        woken: list[str] = []
        if after.reason is not None:
            notice = media_problem(
                change.report,
                _told_as(after.reason),
                now=now,
                values={"gioi_han": f"{self.maximum_bytes // 1024 // 1024} MB"},
            )
            if self.followups.read(notice.id) is None:
                self.followups.add_new(commit, notice)
                woken.append(notice.id)
        if change.report.evidence.pending == 0 and change.report.state is not ReportState.GATHERING:
            woken += self._add_receipt_release(commit, change.report, now)
        commit.send()
        return woken

    def _add_receipt_release(self, commit: Commit, report: Report, now: datetime) -> list[str]:
        """The receipt waited for the evidence; now it may say how that went."""
        receipt = self.followups.read(receipt_id(report.id))
        unit = self.units.unit(report.unit_id)
        if receipt is None or unit is None or receipt.followup.state is not State.DUE:
            return []
        opening = receipt.followup.values.get("mo_dau", "")
        sentence, values = receipt_words(report, unit, opening=opening)
        released = receipt.followup.model_copy(
            update={"sentence": sentence, "values": values, "next_at": now}
        )
        self.followups.add_change(commit, receipt, released)
        return [released.id]


def _told_as(reason: FailureReason) -> str:
    return "unreachable" if reason is FailureReason.FOREIGN_HOST else reason.value
