"""Which task is attempted when: one runner per queue, within the queue's rate and concurrency."""

import asyncio
import logging
import time
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from google.cloud.tasks_v2 import types

from .delivery import Outcome, request_of, send
from .identity import TokenSigner
from .messages import RUNNING, Attempt, parent_of, read_duration, read_time, short_id
from .schedule import LONGEST_LIFE, TokenBucket, backoff, is_exhausted
from .store import Store, StoredTask
from .world import FaultName, World

logger = logging.getLogger(__name__)

_EXPIRY_SECONDS = 60
_FAILURES_KEPT = 50


@dataclass(frozen=True)
class Failure:
    """A failed attempt, for people to see; kept in memory only."""

    task: str
    at: datetime
    attempts: int
    message: str
    is_last: bool
    """The task was given up."""


class Dispatcher:
    """Dispatches the tasks of all queues. Its runners and attempts live in one task group."""

    def __init__(
        self,
        *,
        store: Store,
        world: World,
        signer: TokenSigner,
        group: asyncio.TaskGroup,
    ) -> None:
        self.store = store
        self.world = world
        self.signer = signer
        self.group = group
        self.failures: deque[Failure] = deque(maxlen=_FAILURES_KEPT)
        self._runners: dict[str, _Runner] = {}

    def start(self) -> None:
        self._expire()
        for queue in self.store.queues():
            self.configure(queue)
        self.world.on_jump(self._catch_up)
        self.group.create_task(self._keep_expiring())

    def configure(self, queue: types.Queue) -> None:
        """A queue was made or its settings changed."""
        if queue.name in self._runners:
            self._runners[queue.name].configure(queue)
        else:
            self._runners[queue.name] = _Runner(queue, self)

    def close(self, queue_name: str) -> None:
        """A queue was deleted."""
        self._runners.pop(queue_name).stop()

    def wake(self, queue_name: str) -> None:
        """A task of that queue may be due."""
        self._runners[queue_name].wake.set()

    def share(self, queue_name: str) -> float:
        """The part of its rate that a queue has left after answers of 429 and 503."""
        return self._runners[queue_name].bucket.share

    def run_now(self, stored: StoredTask) -> types.Task:
        """Attempt a task at once, whatever its queue allows; the task as dispatched."""
        return self._runners[parent_of(stored.name)].dispatch(stored, is_forced=True)

    def _catch_up(self) -> None:
        self._expire()
        for runner in self._runners.values():
            runner.wake.set()

    def _expire(self) -> None:
        expired = self.store.expire(self.world.now(), LONGEST_LIFE)
        if expired:
            logger.warning("tasks deleted that were 31 days old: %d", expired)

    async def _keep_expiring(self) -> None:
        while True:
            await asyncio.sleep(_EXPIRY_SECONDS)
            self._expire()


class _Runner:
    """One queue: waits for tasks to be due and lets them go."""

    def __init__(self, queue: types.Queue, dispatcher: Dispatcher) -> None:
        self.wake = asyncio.Event()
        self._queue = queue
        self._dispatcher = dispatcher
        self._running = 0
        self.bucket = TokenBucket.full(
            queue.rate_limits.max_dispatches_per_second, time.monotonic()
        )
        self._loop = dispatcher.group.create_task(self._run())

    def configure(self, queue: types.Queue) -> None:
        self._queue = queue
        self.bucket.change_rate(queue.rate_limits.max_dispatches_per_second, time.monotonic())
        self.wake.set()

    def stop(self) -> None:
        self._loop.cancel()

    async def _run(self) -> None:
        while True:
            self.wake.clear()
            pause = self._dispatch_due()
            try:
                async with asyncio.timeout(pause):
                    await self.wake.wait()
            except TimeoutError:
                continue

    def _dispatch_due(self) -> float | None:
        """Let go what may go; seconds until it is worth looking again, None for until woken."""
        while self._queue.state == RUNNING:
            if self._running >= self._queue.rate_limits.max_concurrent_dispatches:
                return None
            if wait := self.bucket.wait(time.monotonic()):
                return wait
            stored = self._dispatcher.store.next_task(self._queue.name)
            if stored is None:
                return None
            early = (stored.due_at - self._dispatcher.world.now()).total_seconds()
            if early > 0:
                return early
            self.bucket.take(time.monotonic())
            self.dispatch(stored)
        return None

    def dispatch(self, stored: StoredTask, *, is_forced: bool = False) -> types.Task:
        """Start an attempt, or two at once if the fault says so."""
        now = self._dispatcher.world.now()
        task = stored.message
        task.dispatch_count += 1
        if not task.HasField("first_attempt"):
            task.first_attempt.dispatch_time.FromDatetime(now)
        attempt = Attempt(schedule_time=task.schedule_time)
        attempt.dispatch_time.FromDatetime(now)
        task.last_attempt.CopyFrom(attempt)
        doubled = self._dispatcher.world.strikes(FaultName.DUPLICATE, short_id(self._queue.name))
        copies = 2 if doubled else 1
        self._dispatcher.store.begin_attempts(task, copies)
        for _ in range(copies):
            self._running += 1
            self._dispatcher.group.create_task(self._attempt(stored, now, is_forced))
        return task

    async def _attempt(self, stored: StoredTask, dispatched_at: datetime, is_forced: bool) -> None:
        here = self._dispatcher
        try:
            request = request_of(stored, self._queue, here.signer, dispatched_at)
            deadline = read_duration(stored.message.dispatch_deadline)
            outcome = await send(request, deadline)
        finally:
            self._running -= 1
            self.wake.set()
        now = here.world.now()
        if outcome.is_success:
            self.bucket.speed_up(time.monotonic())
            here.store.remove_task(stored.name, now)
            return
        if outcome.slows_queue:
            self.bucket.slow_down(time.monotonic())
        current = here.store.task(stored.name)
        if current is not None:
            self._retry(current, outcome, now, dispatched_at if is_forced else now)

    def _retry(
        self, stored: StoredTask, outcome: Outcome, now: datetime, counted_from: datetime
    ) -> None:
        """Put a failed task back to wait, or give it up."""
        task = stored.message
        own = task.HasField("retry_config")
        retry = task.retry_config if own else self._queue.retry_config
        is_last = is_exhausted(
            attempts=task.dispatch_count,
            since_first=now - read_time(task.first_attempt.dispatch_time),
            max_attempts=retry.max_attempts,
            max_retry_duration=read_duration(retry.max_retry_duration),
        )
        self._dispatcher.failures.appendleft(
            Failure(task.name, now, task.dispatch_count, outcome.message, is_last)
        )
        if is_last:
            logger.warning("task given up, its attempts are used up: %s", task.name)
            self._dispatcher.store.remove_task(task.name, now)
            return
        logger.info("attempt failed, %s: %s", outcome.message, task.name)
        delay = backoff(
            task.dispatch_count - 1,
            minimum=read_duration(retry.min_backoff).total_seconds(),
            maximum=min(read_duration(retry.max_backoff), LONGEST_LIFE).total_seconds(),
            doublings=retry.max_doublings,
        )
        due_at = counted_from + max(timedelta(seconds=delay), outcome.retry_after)
        task.schedule_time.FromDatetime(due_at)
        task.last_attempt.response_time.FromDatetime(now)
        task.last_attempt.response_status.code = outcome.code.value[0]
        task.last_attempt.response_status.message = outcome.message
        executions, last_status = stored.executions, stored.last_status
        if outcome.http_status is not None:
            task.response_count += 1
            last_status = outcome.http_status
            executions += outcome.http_status < 500
        self._dispatcher.store.end_attempt(
            task, due_at=due_at, executions=executions, last_status=last_status
        )
