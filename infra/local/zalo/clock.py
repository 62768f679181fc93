"""The time of the whole local system: the machine's clock plus an offset that only grows."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

from infra.local.zalo.store import Store

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""Zalo's hours and dates. Vietnam has had no summer time since 1975."""

_DURATION = re.compile(
    r"P(?=.)(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=.)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)


def parse_duration(text: str) -> timedelta:
    """An ISO 8601 duration of weeks, days, hours, minutes and seconds, such as `P3DT2H`.

    Raises ValueError for anything else; months and years have no fixed length.
    """
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError("not an ISO 8601 duration of weeks, days, hours, minutes, seconds")
    return timedelta(**{unit: float(n) for unit, n in match.groupdict().items() if n})


def to_milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970, Zalo's unit of time."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def from_milliseconds(milliseconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)


def to_text(moment: datetime) -> str:
    """ISO 8601 in UTC, as the control API says it."""
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def day_began(now: datetime) -> datetime:
    """Midnight in Vietnam."""
    return now.astimezone(VIETNAM).replace(hour=0, minute=0, second=0, microsecond=0)


def month_began(now: datetime) -> datetime:
    """Midnight in Vietnam of the first of the month."""
    return day_began(now).replace(day=1)


class Clock:
    """Says the time and can be moved forward; the offset survives a restart."""

    def __init__(self, store: Store, machine: Callable[[], datetime]) -> None:
        self._store = store
        self._machine = machine
        row = store.one("SELECT value FROM settings WHERE name = 'clock_offset_seconds'")
        self._offset = timedelta(seconds=float(row["value"])) if row else timedelta()
        self.watchers: list[Callable[[], None]] = []

    @property
    def offset(self) -> timedelta:
        return self._offset

    def now(self) -> datetime:
        return self._machine() + self._offset

    def milliseconds(self) -> int:
        return to_milliseconds(self.now())

    def advance(self, by: timedelta) -> None:
        """Move time forward and tell everybody who waits for it."""
        self._offset += by
        self._store.write(
            "INSERT OR REPLACE INTO settings VALUES ('clock_offset_seconds', ?)",
            repr(self._offset.total_seconds()),
        )
        for watcher in self.watchers:
            watcher()
