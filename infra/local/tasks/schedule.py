"""When a task is tried again, and how fast a queue may go: pure rules.

Source: `RetryConfig` and `RateLimits` of google.cloud.tasks.v2.
"""

import math
from dataclasses import dataclass
from datetime import timedelta

LONGEST_LIFE = timedelta(days=31)
"""A task older than this is deleted, dispatched or not."""

SMALLEST_SHARE = 1 / 8
"""How far answers of 429 and 503 slow a queue down."""


def backoff(retry: int, *, minimum: float, maximum: float, doublings: int) -> float:
    """Seconds between a failed attempt and retry number `retry`, the first being 0.

    It starts at `minimum`, doubles `doublings` times, grows by the last step, stays at `maximum`.
    """
    doublings = min(doublings, 900)  # A float overflows beyond; no maximum is that far.
    doubled = math.ldexp(minimum, min(retry, doublings))
    grown = math.ldexp(minimum, doublings) * max(0, retry - doublings)
    return min(maximum, doubled + grown)


def is_exhausted(
    *, attempts: int, since_first: timedelta, max_attempts: int, max_retry_duration: timedelta
) -> bool:
    """Whether a failed task is given up: every limit that is set has been used up.

    `max_attempts` of -1 and `max_retry_duration` of zero are limits that are not set.
    """
    used_up = []
    if max_attempts > 0:
        used_up.append(attempts >= max_attempts)
    if max_retry_duration > timedelta():
        used_up.append(since_first >= max_retry_duration)
    return bool(used_up) and all(used_up)


def burst_size(rate: float) -> int:
    """Tokens a queue's bucket holds: "at least equal to max_dispatches_per_second"."""
    return max(1, math.ceil(rate))


@dataclass
class TokenBucket:
    """The rate of one queue. `now` is in seconds of a clock that never goes back."""

    rate: float
    """Dispatches per second."""
    tokens: float
    filled_at: float
    share: float = 1.0
    """Part of the rate that is left after answers of 429 and 503."""

    @classmethod
    def full(cls, rate: float, now: float) -> "TokenBucket":
        return cls(rate=rate, tokens=burst_size(rate), filled_at=now)

    def wait(self, now: float) -> float:
        """Seconds until a task may be dispatched; 0 if it may be now."""
        self._fill(now)
        missing = 1 - self.tokens
        return missing / (self.rate * self.share) if missing > 1e-9 else 0.0

    def take(self, now: float) -> None:
        self._fill(now)
        self.tokens -= 1

    def change_rate(self, rate: float, now: float) -> None:
        self._fill(now)
        self.rate = rate

    def slow_down(self, now: float) -> None:
        """The worker answered 429 or 503."""
        self._fill(now)
        self.share = max(SMALLEST_SHARE, self.share / 2)
        self.tokens = min(0.0, self.tokens)

    def speed_up(self, now: float) -> None:
        """The worker answered 2xx."""
        self._fill(now)
        self.share = min(1.0, self.share * 2)

    def _fill(self, now: float) -> None:
        gained = (now - self.filled_at) * self.rate * self.share
        self.tokens = min(burst_size(self.rate * self.share), self.tokens + gained)
        self.filled_at = now
