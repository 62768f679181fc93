"""What may happen at a step of a grant's life instead of the usual."""

from enum import StrEnum


class Twist(StrEnum):
    """What may happen at a step instead of the usual."""

    CRASH_BEFORE = "crash_before"
    CRASH_AFTER = "crash_after"
    FAIL = "fail"
    """Nothing happened, and we are told so."""
    LOSE = "lose"
    """It happened, and the answer is lost."""
    OTHER = "other"
    """Another process looks after the page in between."""
    OTHER_AFTER_LEASE = "other_after_lease"
    """We are frozen for longer than the lease, and another process looks after the page."""
    OTHER_AT_LAST_CHANCE = "other_at_last_chance"
    """We are frozen for half a day, and another process looks after the page, twice."""
    FREEZE = "freeze"
    MALFORMED = "malformed"
    """Zalo does it and answers 200 with half of what it should say."""
    REFUSED = "refused"
    """Zalo does nothing and says why, with HTTP 200."""
    OUTAGE = "outage"
    """Zalo does it and answers 500."""


OF_STORES = list(Twist)[:8]
OF_ZALO = list(Twist)


class Crash(BaseException):
    """The process is gone; nothing of ours may catch it."""
