"""What time it is in the local system: the simulator owns the clock, everybody else asks it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import urllib3

Clock = Callable[[], datetime]
"""Tells this moment, aware, in UTC."""


class ClockAway(Exception):
    """The clock did not answer."""


def machine_clock() -> datetime:
    """This moment by the machine's own clock."""
    return datetime.now(UTC)


def clock_at(address: str | None, pool: urllib3.PoolManager) -> Clock:
    """The clock at that address (`GET` answers `{"now": "<ISO 8601>"}`), else the machine's own.

    The clock that is returned raises `ClockAway` when nobody answers.
    """
    if address is None:
        return machine_clock

    def asked_clock() -> datetime:
        try:
            answer = pool.request("GET", address, timeout=2.0, retries=False)
            return datetime.fromisoformat(json.loads(answer.data)["now"]).astimezone(UTC)
        except (urllib3.exceptions.HTTPError, ValueError, KeyError) as error:
            raise ClockAway(f"{address} did not tell the time") from error

    return asked_clock
