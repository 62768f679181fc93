"""The sweep: the database is the truth, tasks are only wake-ups, and here they may all be lost.

Work whose wake-up never came, and work so far off that none was ever made, is done now, by calling
its function directly. What falls due before the next run is woken for its time; what does not fit
into this minute is enqueued. If a wake-up was evidently lost, others are too, so what that work led
to is seen to in the same run.
"""

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import BaseModel

from functions.cloud.clock import Clock
from functions.cloud.tasks import Queue
from functions.errors import Transient

_log = logging.getLogger(__name__)

_NONE = timedelta(0)

GRACE = timedelta(seconds=20)
"""How long a wake-up may take before it counts as lost."""
UNTIL_NEXT_RUN = timedelta(seconds=60)
BUDGET_SECONDS = 40.0
AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Pending:
    """Something that has to be done, from `due_at` on."""

    body: BaseModel
    """The body of its task."""
    due_at: datetime
    was_woken: bool = True
    """Whether a wake-up was made for it, which may still be on its way."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One kind of pending work: how to find it, and which queue has it done."""

    name: str
    queue: Queue
    due_before: Callable[[datetime], Sequence[Pending]]


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
    call: Callable[[Queue, BaseModel], object]
    """Has the work done now, and waits for it."""
    wake: Callable[[Queue, BaseModel, datetime | None], None]
    """Enqueues it, for now or for a time, best effort."""
    clock: Clock
    monotonic: Callable[[], float] = time.monotonic

    def run(self) -> Swept:
        """One run.

        Raises:
            Transient: the database did not answer.
        """
        swept, until = Swept(), self.monotonic() + BUDGET_SECONDS
        grace = GRACE
        for stage in self.stages:
            now = self.clock.now()
            found = stage.due_before(now + UNTIL_NEXT_RUN)
            late = [it for it in found if it.due_at <= now - (grace if it.was_woken else _NONE)]
            ahead = [it for it in found if it.due_at > now and not it.was_woken]
            for it in ahead:
                self.wake(stage.queue, it.body, it.due_at)
            self._see_to(stage, late, until, swept)
            if any(it.was_woken for it in late):
                grace = _NONE
        if swept.done or swept.enqueued or swept.failed:
            _log.warning(
                "swept",
                extra={"done": swept.done, "enqueued": swept.enqueued, "failed": swept.failed},
            )
        return swept

    def _see_to(self, stage: Stage, late: Sequence[Pending], until: float, swept: Swept) -> None:
        def see_to(it: Pending) -> str:
            if self.monotonic() >= until:
                self.wake(stage.queue, it.body, None)
                return "enqueued"
            try:
                self.call(stage.queue, it.body)
            except Transient as problem:
                _log.warning("not done by the sweep", extra={"reason": str(problem)})
                return "failed"
            return "done"

        with ThreadPoolExecutor(max_workers=AT_ONCE) as workers:
            for result in workers.map(see_to, late):
                counts: dict[str, int] = getattr(swept, result)
                counts[stage.name] = counts.get(stage.name, 0) + 1
