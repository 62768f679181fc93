"""The audit chain: each change of a report carries the hash of the one before it.

Anyone can check it with a standard library: SHA-256 over the previous hash and the canonical JSON
of the entry (RFC 8785's key order and separators, which for strings and integers is
`json.dumps(..., sort_keys=True, separators=(",", ":"), ensure_ascii=False)`).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict

START = "0" * 64
"""What stands in for a previous hash before the first entry."""


class AuditEntry(BaseModel):
    """One change: who did what, when, and what it changed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sequence: int
    previous: str
    actor: str
    """`reporter`, `system`, or `officer:` and the subject of the sign-in."""
    act: str
    at: datetime
    changes: dict[str, str]
    hash: str


def _canonical(
    sequence: int, actor: str, act: str, at: datetime, changes: Mapping[str, str]
) -> str:
    return json.dumps(
        {
            "act": act,
            "actor": actor,
            "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
            "changes": dict(changes),
            "sequence": sequence,
        },
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )


def chain(
    previous: str, sequence: int, *, actor: str, act: str, at: datetime, changes: Mapping[str, str]
) -> AuditEntry:
    """The next entry after one whose hash is `previous`; sequences count from 1."""
    text = previous + _canonical(sequence, actor, act, at, changes)
    return AuditEntry(
        sequence=sequence,
        previous=previous,
        actor=actor,
        act=act,
        at=at,
        changes=dict(changes),
        hash=hashlib.sha256(text.encode()).hexdigest(),
    )


def first_flaw(entries: Iterable[AuditEntry], *, head: str = START) -> int | None:
    """The sequence number at which the chain breaks, or None where it holds from the start.

    `head` is the hash that the report itself carries, read before the entries were: entries that
    were cut off at the end are missed by nothing else.
    """
    previous, expected, reached = START, 0, head == START
    for expected, entry in enumerate(entries, start=1):
        again = chain(
            previous,
            expected,
            actor=entry.actor,
            act=entry.act,
            at=entry.at,
            changes=entry.changes,
        )
        if entry != again:
            return expected
        previous = entry.hash
        reached = reached or previous == head
    return None if reached else expected + 1
