"""A report that an officer writes down (Decree 61/2026/NĐ-CP, articles 16.1 and 20.1). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from functions.errors import Rejected
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
    is_anonymous: bool = False


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
        is_anonymous=entry.is_anonymous,
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


def check_entered(report: Report) -> None:
    """Let only a report pass that an officer wrote down.

    Raises:
        Rejected: it came through Zalo, and what its reporter shares is theirs to say.
    """
    if report.page_id:
        raise Rejected(
            "its reporter has an account",
            sentence="Phản ánh này đến qua Zalo: người dân tự gửi thông tin liên hệ của mình.",
        )


def keep_contact(report: Report, *, officer: str, at: datetime, operation: str) -> Change:
    """How to reach who told it is in the vault: written down is that, and nothing of what it is.

    The same form again changes nothing.
    """
    if report.contact == operation:
        return Change(report)
    return _contact(report, operation, "contact kept", officer, at)


def erase_contact(report: Report, *, officer: str, at: datetime) -> Change:
    """The vault does not know any more how to reach who told it; again changes nothing."""
    return _contact(report, "", "contact erased", officer, at) if report.contact else Change(report)


def _contact(report: Report, contact: str, act: str, officer: str, at: datetime) -> Change:
    told = {"contact": str(bool(contact)).lower()}
    change = audited(report, actor=f"officer:{officer}", act=act, at=at, changes=told)
    return Change(change.report.model_copy(update={"contact": contact}), change.entries)
