"""A report that an officer writes down (Decree 61/2026/NĐ-CP, articles 16.1 and 20.1). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from functions.reports.account import Account
from functions.reports.lifecycle import Change, add_items, audited
from functions.reports.model import Report, ReportState, TimelineItem
from functions.reports.tracks import Source, Track


@dataclass(frozen=True, slots=True)
class Entry:
    """What an officer writes down of a report that did not come through Zalo."""

    source: Source
    track: Track
    account: Account
    items: tuple[TimelineItem, ...]
    is_urgent: bool = False


def enter(
    entry: Entry,
    *,
    report_id: str,
    code: str,
    citizen: str,
    unit_id: str,
    lineage: Sequence[str],
    officer: str,
    at: datetime,
    operation: str,
) -> Change:
    """A report that came by telephone, in person or from a public post: received at once.

    Nobody can be told its outcome through Zalo. `citizen` is a pseudonym of its own, under which
    the vault may keep who told it.
    """
    report = Report(
        id=report_id,
        code=code,
        unit_id=unit_id,
        lineage=tuple(lineage),
        page_id="",
        citizen=citizen,
        state=ReportState.RECEIVED,
        opened_at=at,
        received_at=at,
        updated_at=at,
        source=entry.source,
        track=entry.track,
        account=entry.account,
        is_urgent=entry.is_urgent,
        wants_result=False,
        last_operation=operation,
    )
    return audited(
        add_items(report, entry.items, at),
        actor=f"officer:{officer}",
        act="entered",
        at=at,
        changes={"code": code, "unit": unit_id, "source": entry.source.value},
    )
