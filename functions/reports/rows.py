"""A report's row in the list of open reports, and the shelves it stands on. Pure.

A shelf is an audience and a queue, such as `pc08|new`. A row names all its shelves, so one query
over one array serves any queue of a unit and everything below it, whatever the number of reports.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from functions.reports.account import Gap
from functions.reports.deadlines import next_deadline
from functions.reports.model import EvidenceCount, Report, ReportState
from functions.reports.tracks import Source, Track
from functions.units.roles import audience_of


class Queue(StrEnum):
    """A saved view of the open list."""

    ALL = "all"
    NEW = "new"
    """Nobody's yet, and not accepted."""
    URGENT = "urgent"
    MINE = "mine"
    """Of one officer: the shelf names the officer in place of a unit."""
    WAITING = "waiting"
    """The reporter owes an answer."""
    ANSWERED = "answered"
    """The reporter wrote since an officer last acted."""
    ACCEPTED = "accepted"
    TRANSFERS = "transfers"
    """Offered to the unit, which has not accepted or returned it yet."""
    APPROVALS = "approvals"
    """Words wait for a superior of the report's own units."""
    QUESTIONS = "questions"
    RESTRICTED = "restricted"


def shelf(audience: str, queue: Queue) -> str:
    """The shelf of a queue for a unit, for a restricted audience, or of one officer's own."""
    return f"{audience}|{queue.value}"


class OpenRow(BaseModel):
    """What a list needs of a report, so that it reads nothing else."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    report_id: str
    unit_id: str
    code: str
    state: ReportState
    track: Track = Track.VIOLATION
    source: Source = Source.ZALO
    opened_at: datetime
    received_at: datetime | None = None
    updated_at: datetime
    due_at: datetime
    summary: str
    messages: int
    evidence: EvidenceCount
    located: bool
    latitude: float | None = None
    longitude: float | None = None
    plate: str = ""
    """The first plate told."""
    gaps: tuple[Gap, ...] = ()
    is_urgent: bool = False
    is_restricted: bool = False
    assignee: str | None = None
    assignee_name: str = ""
    unseen: int = 0
    asked_at: datetime | None = None
    proposed_at: datetime | None = None
    accepted_at: datetime | None = None
    transfer_to: str | None = None
    version: int = 1
    shelves: tuple[str, ...] = ()


def due_at(report: Report) -> datetime:
    """The report's next deadline."""
    return next_deadline(
        report.kind,
        opened_at=report.opened_at,
        received_at=report.received_at,
        reopened_at=report.reopened_at,
        verify_until=report.verify_until,
        is_urgent=report.is_urgent,
    )


def shelves_of(report: Report) -> tuple[str, ...]:
    """Every shelf on which the report stands while it is open."""
    queues = set(_queues(report))
    shelves = [shelf(audience, queue) for audience in report.audience for queue in sorted(queues)]
    if report.assignee is not None:
        shelves.append(shelf(report.assignee, Queue.MINE))
    if report.transfer is not None and not report.is_restricted:
        shelves += [shelf(unit, Queue.TRANSFERS) for unit in report.transfer.to_lineage]
    if report.proposed_at is not None:
        # Whoever it is shared with sees it, and approves nothing in it.
        own = audience_of(report.line, is_restricted=report.is_restricted)
        shelves += [shelf(audience, Queue.APPROVALS) for audience in own]
    return tuple(dict.fromkeys(shelves))


def _queues(report: Report) -> Iterable[Queue]:
    yield Queue.ALL
    is_new = report.state is ReportState.RECEIVED and report.assignee is None
    if is_new and report.transfer is None:
        yield Queue.NEW
    if report.is_urgent:
        yield Queue.URGENT
    if report.asked_at is not None:
        yield Queue.WAITING
    elif report.unseen and report.state is not ReportState.GATHERING and not is_new:
        yield Queue.ANSWERED
    if report.state is ReportState.ACCEPTED:
        yield Queue.ACCEPTED
    if report.kind is Track.QUESTION:
        yield Queue.QUESTIONS
    if report.is_restricted:
        yield Queue.RESTRICTED


def row_of(report: Report) -> OpenRow:
    """The report's row in the open list."""
    return OpenRow(
        report_id=report.id,
        unit_id=report.unit_id,
        code=report.code,
        state=report.state,
        track=report.kind,
        source=report.source,
        opened_at=report.opened_at,
        received_at=report.received_at,
        updated_at=report.updated_at,
        due_at=due_at(report),
        summary=report.summary,
        messages=report.messages,
        evidence=report.evidence,
        located=report.latitude is not None,
        latitude=report.latitude,
        longitude=report.longitude,
        plate=next(iter(report.account.plates), ""),
        gaps=report.account.gaps,
        is_urgent=report.is_urgent,
        is_restricted=report.is_restricted,
        assignee=report.assignee,
        assignee_name=report.assignee_name,
        unseen=report.unseen,
        asked_at=report.asked_at,
        proposed_at=report.proposed_at,
        accepted_at=report.accepted_at,
        transfer_to=report.transfer.to_unit if report.transfer else None,
        version=report.version,
        shelves=shelves_of(report),
    )
