"""A report's line in the register book ("Sổ theo dõi"), which is also what a search finds. Pure.

Decree 61/2026/NĐ-CP, article 20.2c: whoever receives a report enters it in a book or in software.
"""

from datetime import datetime

from functions.reports.model import OutcomeCode, Report
from functions.reports.rows import OpenRow, row_of

MOST_PLATES = 5


class RegisterLine(OpenRow):
    """What the book says of a report, so that a page of it reads nothing else."""

    page_id: str = ""
    place: str = ""
    """Where it happened, in the reporter's words."""
    plates: tuple[str, ...] = ()
    outcome_code: OutcomeCode | None = None
    outcome_version: int = 0
    decided_at: datetime | None = None
    wants_result: bool = True


def line_of(report: Report) -> RegisterLine:
    """The report's line as it is now."""
    row = row_of(report).model_dump(exclude={"shelves"})
    place, outcome = report.account.place, report.outcome
    return RegisterLine(
        **row,
        page_id=report.page_id,
        place=place.text if place else "",
        plates=report.account.plates[:MOST_PLATES],
        outcome_code=outcome.code if outcome else None,
        outcome_version=outcome.version if outcome else 0,
        decided_at=outcome.decided_at if outcome else None,
        wants_result=report.wants_result,
    )
