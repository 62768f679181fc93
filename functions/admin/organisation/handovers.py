"""What a shift is handed over with: every open report and every notice that is stuck. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from functions.followups.model import FollowUp
from functions.reports.model import ReportState
from functions.reports.rows import OpenRow

SOON = timedelta(hours=12)
"""A shift: what falls due before the next hand-over."""
NOTICE = "notice:"
"""Before the id of a follow-up among a shift's open points; other points are ids of reports."""


class Heading(StrEnum):
    """Why a report is on the list; it stands under the first that fits."""

    EXPIRING = "expiring"
    """Late already, or due within the next shift."""
    NEW = "new"
    TRANSFERS = "transfers"
    """Offered from one unit to another, and not taken yet."""
    AWAITING = "awaiting"
    """The citizen owes an answer."""
    UNACCEPTED = "unaccepted"
    """Somebody's, but not accepted for verification."""
    REST = "rest"


@dataclass(frozen=True, slots=True)
class Handover:
    """The list."""

    rows: Sequence[OpenRow]
    """The next deadline first."""
    held: Sequence[FollowUp]
    now: datetime

    @property
    def points(self) -> tuple[str, ...]:
        """The list as a shift keeps it."""
        reports = (row.report_id for row in self.rows)
        return tuple(dict.fromkeys((*reports, *(NOTICE + one.id for one in self.held))))

    def under(self, heading: Heading) -> list[OpenRow]:
        """The reports under that heading."""
        return [row for row in self.rows if heading_of(row, self.now) is heading]

    def passing(self, subject: str) -> list[OpenRow]:
        """Those of the officer who leaves that go to the next one.

        What was accepted for verification stays with whoever verifies it (Decree 61/2026,
        article 20).
        """
        return [row for row in self.rows if passes(row, subject)]


def heading_of(row: OpenRow, now: datetime) -> Heading:
    """Under which heading the report stands."""
    if row.due_at - now <= SOON:
        return Heading.EXPIRING
    if row.transfer_to is not None:
        return Heading.TRANSFERS
    if row.state is ReportState.RECEIVED and row.assignee is None:
        return Heading.NEW
    if row.asked_at is not None:
        return Heading.AWAITING
    if row.state is ReportState.RECEIVED:
        return Heading.UNACCEPTED
    return Heading.REST


def passes(row: OpenRow, subject: str) -> bool:
    """Whether a report of that officer goes on with the shift."""
    return row.assignee == subject and row.state is not ReportState.ACCEPTED
