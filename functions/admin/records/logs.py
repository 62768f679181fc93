"""Who looked at what: `access_log/{key}`, create-only; keys run from new to old.

Every original that is opened, every identity and every export leaves an entry, written before the
answer is given (ASVS 5.0, 16.2: who, what, when, which unit; and why); an entry holds
nothing of what was seen. It is found like reports are (`functions.reports.store`): by marks, which
are fields of a map, so that any of them together needs no composite index.
"""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from functions.admin.door.guards import Visit
from functions.cloud import newest_first
from functions.cloud.firestore import Commit, Database, Where
from functions.reports.model import Report
from functions.units.roles import RESTRICTED

KEPT_FOR = timedelta(days=2 * 365)
"""Twice what a system of level 3 has to keep its logs (Law 116/2025, Decree 331/2026)."""


class AccessKind(StrEnum):
    """What was looked at."""

    ORIGINAL = "original"
    """An attachment as it was sent."""
    IDENTITY = "identity"
    """Who a reporter is."""
    EXPORT = "export"
    """Many reports, as a file."""


class AccessEntry(BaseModel):
    """One look: who, at what, when, for which unit, why."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    at: datetime
    officer: str
    """The subject of the sign-in."""
    name: str
    kind: AccessKind
    unit_id: str
    """Whose report it was, or whose reports."""
    lineage: tuple[str, ...]
    is_restricted: bool = False
    report_id: str = ""
    code: str = ""
    subject: str = ""
    """The attachment's id, or what was exported: the filter, never a word that was searched for."""
    reason: str = ""
    count: int = 1
    """How many reports, with an export."""
    sha256: str = ""
    """Of the exported file."""

    @property
    def units(self) -> tuple[str, ...]:
        """Whose readers of logs see the entry: of restricted reports only the root's."""
        return self.lineage[:1] if self.is_restricted else self.lineage


@dataclass(frozen=True, slots=True)
class Logged:
    """An entry that was found, and the key to go on from."""

    key: str
    entry: AccessEntry


def of_report(
    here: Visit, report: Report, kind: AccessKind, *, subject: str = "", reason: str = ""
) -> AccessEntry:
    """The entry of a look at something of one report."""
    return AccessEntry(
        at=here.now,
        officer=here.officer.subject,
        name=here.officer.name,
        kind=kind,
        unit_id=report.unit_id,
        lineage=report.line,
        is_restricted=report.is_restricted,
        report_id=report.id,
        code=report.code,
        subject=subject,
        reason=reason,
    )


class AccessLog:
    """Adds entries to a commit that the caller opened, and finds them."""

    def __init__(
        self, database: Database, draw: Callable[[int], bytes] = secrets.token_bytes
    ) -> None:
        self._database = database
        self._draw = draw

    def add(self, commit: Commit, entry: AccessEntry) -> None:
        """Add an entry, so that it stands or falls with the rest of the commit."""
        key = f"{newest_first.prefix(entry.at)}-{self._draw(8).hex()}"
        marks = [_unit(unit) for unit in entry.units]
        marks += [_mark("officer", entry.officer), _mark("kind", entry.kind.value)]
        if entry.report_id:
            marks.append(_mark("report", entry.report_id))
        commit.create(
            f"access_log/{key}",
            {
                **entry.model_dump(),
                "marks": dict.fromkeys(marks, True),
                "kept_until": entry.at + KEPT_FOR,
            },
        )

    def write(self, entry: AccessEntry) -> None:
        """Write one entry by itself, before what it tells of is shown.

        Raises:
            Transient: no clear answer; then nothing may be shown.
        """
        commit = self._database.commit()
        self.add(commit, entry)
        commit.send()

    def find(
        self,
        unit_id: str,
        *,
        officer: str = "",
        report_id: str = "",
        kind: str = "",
        since: datetime | None = None,
        until: datetime | None = None,
        after: str | None = None,
        limit: int = 50,
    ) -> list[Logged]:
        """The entries of a unit and everything below it, the newest first.

        `since` and `until` are exact to the second; `after` is the key of the last one seen.

        Raises:
            Transient: no answer.
        """
        marks = [_unit(unit_id)]
        asked = (("officer", officer), ("report", report_id), ("kind", kind))
        marks += [_mark(name, value) for name, value in asked if value]
        where = [Where(f"marks.{mark}", "==", True) for mark in marks]
        where += newest_first.bounds("access_log", since=since, until=until, after=after)
        found = self._database.find("access_log", where=where, limit=limit)
        return [Logged(one.id, AccessEntry.model_validate(dict(one.fields))) for one in found]


def shown_to(entry: AccessEntry, audiences: Sequence[str]) -> bool:
    """Whether these audiences may know which report it was."""
    if entry.is_restricted:
        return f"{RESTRICTED}{entry.lineage[0]}" in audiences
    return not set(audiences).isdisjoint(entry.lineage)


def _unit(unit_id: str) -> str:
    return _mark("unit", unit_id)


def _mark(name: str, value: str) -> str:
    # Not a secret: only a name that any field may have.
    return "m" + hashlib.sha256(f"{name}:{value}".encode()).hexdigest()[:24]
