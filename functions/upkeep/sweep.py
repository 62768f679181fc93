"""The sweep: the database is the truth, tasks are only wake-ups, and here they may all be lost.

Work that should long have been looked at is done now, by calling its function directly; what does
not fit into this minute's time is enqueued again. If anything had to be done directly, wake-ups are
evidently being lost, so what that work led to is seen to in the same run.
"""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import BaseModel

from functions.cloud.clock import Clock
from functions.cloud.tasks import Queue
from functions.errors import Transient

_log = logging.getLogger(__name__)

GRACE = timedelta(seconds=20)
"""How long a wake-up may take before it counts as lost."""
BUDGET_SECONDS = 40.0
AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Stage:
    """One kind of pending work: how to find what is overdue, and how to have it done."""

    name: str
    queue: Queue
    overdue: Callable[[datetime], Sequence[BaseModel]]
    """The bodies of the tasks for what should have been looked at before a moment."""


@dataclass(slots=True)
class Swept:
    """What a run did, for the log."""

    done: dict[str, int] = field(default_factory=dict)
    enqueued: dict[str, int] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sweep:
    """Sees to pending work, stage by stage, in the order in which one leads to the next."""

    stages: Sequence[Stage]
    call: Callable[[Queue, BaseModel], None]
    """Has the work done now, and waits for it."""
    wake: Callable[[Queue, BaseModel], None]
    clock: Clock
    monotonic: Callable[[], float] = time.monotonic

    def run(self) -> Swept:
        """One run.

        Raises:
            Transient: the database did not answer.
        """
        swept, until = Swept(), self.monotonic() + BUDGET_SECONDS
        wake_ups_are_lost = False
        for stage in self.stages:
            now = self.clock.now()
            found = stage.overdue(now if wake_ups_are_lost else now - GRACE)
            if found:
                self._see_to(stage, found, until, swept)
                wake_ups_are_lost = wake_ups_are_lost or bool(swept.done.get(stage.name))
        if swept.done or swept.enqueued or swept.failed:
            _log.warning(
                "swept",
                extra={"done": swept.done, "enqueued": swept.enqueued, "failed": swept.failed},
            )
        return swept

    def _see_to(self, stage: Stage, found: Sequence[BaseModel], until: float, swept: Swept) -> None:
        def see_to(body: BaseModel) -> str:
            if self.monotonic() >= until:
                self.wake(stage.queue, body)
                return "enqueued"
            try:
                self.call(stage.queue, body)
            except Transient as problem:
                _log.warning("not done by the sweep", extra={"reason": str(problem)})
                return "failed"
            return "done"

        with ThreadPoolExecutor(max_workers=AT_ONCE) as workers:
            results: Iterable[str] = workers.map(see_to, found)
            for result in results:
                counts: dict[str, int] = getattr(swept, result)
                counts[stage.name] = counts.get(stage.name, 0) + 1
