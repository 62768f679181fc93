"""Who is looking at a report just now: `presences/{report id}`.

Nobody's record: it is written over all the time, and forgotten a minute after the page was closed.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from functions.cloud.firestore import REMOVED, Database

LASTS = timedelta(seconds=60)
_KEPT = timedelta(days=1)
"""What is left of it is cleared away by Firestore."""


class Presences:
    """Says who is there, and is told."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def others(self, report_id: str, subject: str, now: datetime) -> list[str]:
        """The names of the other officers who look at it, by name.

        Raises:
            Transient: no answer.
        """
        return _names(self._there(report_id), subject, now)

    def enter(self, report_id: str, subject: str, name: str, now: datetime) -> list[str]:
        """This officer looks at it now; gives the names of the others.

        Raises:
            Transient: no clear answer.
        """
        there = self._there(report_id)
        gone: dict[str, Any] = {
            key: REMOVED for key, one in there.items() if now - one["at"] >= LASTS
        }
        commit = self._database.commit()
        commit.merge(
            f"presences/{report_id}",
            {
                "officers": gone | {_key(subject): {"name": name, "at": now}},
                "expires_at": now + _KEPT,
            },
        )
        commit.send()
        return _names(there, subject, now)

    def _there(self, report_id: str) -> Mapping[str, Any]:
        stored = self._database.read(f"presences/{report_id}")
        return {} if stored is None else stored.fields["officers"]


def _key(subject: str) -> str:
    """A subject may hold any sign; the name of a field may not."""
    return "o" + hashlib.sha256(subject.encode()).hexdigest()[:16]


def _names(there: Mapping[str, Any], subject: str, now: datetime) -> list[str]:
    own = _key(subject)
    return sorted(
        one["name"] for key, one in there.items() if key != own and now - one["at"] < LASTS
    )
