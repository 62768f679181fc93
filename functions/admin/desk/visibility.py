"""The one question before any report: is it this officer's to see? Otherwise it does not exist."""

from flask import abort

from functions.admin.door.guards import visit
from functions.reports.store import ReportStore, StoredReport


def visible(reports: ReportStore, report_id: str) -> StoredReport:
    """The report, if the visit's officer may see it; else what an unknown id gets: 404."""
    found = reports.read(report_id)
    if found is None or not visit().officer.may_see(found.report.audience):
        abort(404)
    return found
