"""The views of attachments: previews for everybody who sees the report, originals one by one.

An original is opened by a form, which is logged; the answer leads to an address that serves it to
this session for some minutes and to nobody else.
"""

import hashlib
import hmac
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from functions.admin.desk.details import checklist, files
from functions.admin.desk.files import KeptFile, file_name, stream
from functions.admin.desk.tiles import tile
from functions.admin.desk.visibility import visible
from functions.admin.door.guards import Visit, is_htmx, visit
from functions.admin.records.logs import AccessKind, AccessLog, of_report
from functions.admin.rules import Rule
from functions.cloud.storage import Bucket
from functions.evidence.model import Evidence
from functions.evidence.store import EvidenceStore
from functions.reports.model import Report
from functions.reports.store import ReportStore
from functions.settings import Secret

_log = logging.getLogger(__name__)

OPEN_FOR = timedelta(minutes=15)
"""Long enough to look through a clip; whoever needs longer opens it again."""
_PLAYED = ("video/", "audio/")
_PATH = "/reports/<id:report_id>/evidence/<id:evidence_id>"


@dataclass(frozen=True, slots=True)
class Media:
    """Shows what the reporter attached."""

    reports: ReportStore
    evidence: EvidenceStore
    originals: Bucket
    previews: Bucket
    access_log: AccessLog
    secret: Secret

    def rules(self) -> Sequence[Rule]:
        """The routes."""
        return (
            Rule(_PATH, "original", self.original),
            Rule(f"{_PATH}/open", "open_original", self.open, ("POST",)),
            Rule(f"{_PATH}/preview", "preview_picture", self.preview_picture),
            Rule(f"{_PATH}/tile", "tile", self.tile),
        )

    def tile(self, report_id: str, evidence_id: str) -> ResponseReturnValue:
        """One attachment as the report's page shows it, with the checklist it changes."""
        report = visible(self.reports, report_id).report
        return render_template(
            "_tile.html",
            report=report,
            tile=tile(self._evidence(report, evidence_id)),
            checks=checklist(report),
            files=files(report),
            is_alone=True,
        )

    def open(self, report_id: str, evidence_id: str) -> ResponseReturnValue:
        """Log that the original is looked at, and lead to it; a clip plays in the page itself."""
        here, report = visit(), visible(self.reports, report_id).report
        evidence = self._evidence(report, evidence_id)
        _kept(report, evidence)
        self.access_log.write(of_report(here, report, AccessKind.ORIGINAL, subject=evidence.id))
        _log.info(
            "original opened",
            extra={
                "officer": here.officer.subject,
                "report": report.id,
                "unit": report.unit_id,
                "evidence": evidence.id,
            },
        )
        address = url_for(
            "original",
            report_id=report.id,
            evidence_id=evidence.id,
            token=self._token(here, evidence.id, here.now),
        )
        if is_htmx() and (evidence.media_type or "").startswith(_PLAYED):
            return render_template(
                "_tile.html", report=report, tile=tile(evidence), address=address
            )
        return redirect(address, code=303)

    def original(self, report_id: str, evidence_id: str) -> ResponseReturnValue:
        """An attachment as it was sent, for whoever has just opened it."""
        here, report = visit(), visible(self.reports, report_id).report
        evidence = self._evidence(report, evidence_id)
        if not self._is_open(here, evidence.id, request.args.get("token", "")):
            abort(404)
        return stream(self.originals, _kept(report, evidence))

    def preview_picture(self, report_id: str, evidence_id: str) -> ResponseReturnValue:
        """A small picture of an attachment."""
        report = visible(self.reports, report_id).report
        evidence = self._evidence(report, evidence_id)
        if evidence.preview_name is None or evidence.sha256 is None:
            abort(404)
        kept = self.previews.describe(evidence.preview_name)
        if kept is None:
            abort(404)
        name = file_name(report, evidence.sha256, kept.content_type)
        return stream(self.previews, KeptFile(kept.name, kept.size, kept.content_type, name))

    def _evidence(self, report: Report, evidence_id: str) -> Evidence:
        found = self.evidence.read(evidence_id)
        if found is None:
            abort(404)
        evidence = found.evidence
        if evidence.report_id != report.id and not self._is_shared(report, evidence):
            abort(404)
        return evidence

    def _is_shared(self, report: Report, evidence: Evidence) -> bool:
        """Whether the report was split off with an item that carries that attachment."""
        if report.split_from is None or evidence.report_id != report.split_from:
            return False
        return any(item.evidence_id == evidence.id for item in self.reports.items(report.id))

    def _token(self, here: Visit, evidence_id: str, at: datetime) -> str:
        minute = int(at.timestamp()) // 60
        said = f"original|{here.session.id}|{evidence_id}|{minute}"
        proof = hmac.new(self.secret.reveal().encode(), said.encode(), hashlib.sha256)
        return f"{minute}-{proof.hexdigest()}"

    def _is_open(self, here: Visit, evidence_id: str, token: str) -> bool:
        minute = token.partition("-")[0]
        # Longer digits are no minute, and would be no time either.
        if not (minute.isascii() and minute.isdigit()) or len(minute) > 9:
            return False
        at = datetime.fromtimestamp(int(minute) * 60, tz=here.now.tzinfo)
        is_fresh = timedelta() <= here.now - at < OPEN_FOR + timedelta(minutes=1)
        return is_fresh and hmac.compare_digest(
            self._token(here, evidence_id, at).encode(), token.encode()
        )


def _kept(report: Report, evidence: Evidence) -> KeptFile:
    if evidence.object_name is None or evidence.sha256 is None or evidence.size is None:
        abort(404)
    media_type = evidence.media_type or ""
    name = file_name(report, evidence.sha256, media_type)
    return KeptFile(evidence.object_name, evidence.size, media_type, name)
