"""Whom this process woke a moment ago: a burst of photos needs one wake-up, not one each."""

import threading
import time
from collections.abc import Callable

_MOST_REMEMBERED = 2000


class RecentWakeUps:
    """Remembers wake-ups for a moment. Forgetting one costs a wake-up too many, nothing else."""

    def __init__(self, seconds: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._monotonic = monotonic
        self._woken: dict[str, float] = {}
        self._lock = threading.Lock()

    def claim(self, citizen: str) -> bool:
        """Whether to wake the citizen's worker now; nobody else here does so for a moment."""
        now = self._monotonic()
        with self._lock:
            woken = self._woken.get(citizen)
            if woken is not None and now - woken < self._seconds:
                return False
            if len(self._woken) >= _MOST_REMEMBERED:
                self._woken.clear()
            self._woken[citizen] = now
            return True

    def give_back(self, citizen: str) -> None:
        """The wake-up did not leave: the next event tries again."""
        with self._lock:
            self._woken.pop(citizen, None)
