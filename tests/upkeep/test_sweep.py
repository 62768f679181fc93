"""One run of the sweep: what it does itself, what it leaves to wake-ups, and when it stops."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from pydantic import BaseModel

from functions.cloud.tasks import Queue
from functions.errors import Transient
from functions.upkeep.sweep import (
    BUDGET_SECONDS,
    GRACE,
    UNTIL_NEXT_RUN,
    Pending,
    Stage,
    Sweep,
    Swept,
)
from tests.emulators import MovableClock

SECOND = timedelta(seconds=1)


class Job(BaseModel):
    """The body of a task."""

    name: str


@dataclass
class Work:
    """Pending work, and what became of it."""

    clock: MovableClock
    pending: dict[Queue, list[Pending]] = field(default_factory=dict)
    called: list[str] = field(default_factory=list)
    woken: list[tuple[str, datetime | None]] = field(default_factory=list)
    leads_to: dict[str, Pending] = field(default_factory=dict)
    failing: frozenset[str] = frozenset()
    seconds: float = 0.0
    seconds_for_each: float = 0.0

    def add(self, queue: Queue, name: str, *, ago: timedelta, was_woken: bool = True) -> None:
        """Work that has been due for so long."""
        due_at = self.clock.now() - ago
        self.pending.setdefault(queue, []).append(Pending(Job(name=name), due_at, was_woken))

    def run(self) -> Swept:
        """One run over three stages."""
        return Sweep(
            stages=[
                Stage(queue.value, queue, self._due_before(queue))
                for queue in (Queue.INBOX, Queue.MEDIA, Queue.SEND)
            ],
            call=self._call,
            wake=self._wake,
            clock=self.clock,
            monotonic=lambda: self.seconds,
        ).run()

    def _due_before(self, queue: Queue) -> Callable[[datetime], Sequence[Pending]]:
        return lambda before: [it for it in self.pending.get(queue, []) if it.due_at <= before]

    def _call(self, queue: Queue, body: BaseModel) -> None:
        name = Job.model_validate(body.model_dump()).name
        self.seconds += self.seconds_for_each
        if name in self.failing:
            raise Transient("call answered 500")
        self.called.append(name)
        if name in self.leads_to:
            self.pending.setdefault(Queue.SEND, []).append(self.leads_to[name])

    def _wake(self, queue: Queue, body: BaseModel, at: datetime | None) -> None:
        self.woken.append((Job.model_validate(body.model_dump()).name, at))


@pytest.fixture
def work(clock: MovableClock) -> Work:
    return Work(clock)


def test_what_is_long_due_is_done_now(work: Work) -> None:
    work.add(Queue.INBOX, "a", ago=GRACE)

    swept = work.run()

    assert work.called == ["a"]
    assert work.woken == []
    assert swept == Swept(done={"inbox": 1})


def test_a_wake_up_that_may_still_arrive_is_waited_for(work: Work) -> None:
    work.add(Queue.INBOX, "a", ago=GRACE - SECOND)
    work.add(Queue.SEND, "b", ago=timedelta(0))

    assert work.run() == Swept()
    assert work.called == []
    assert work.woken == []


def test_what_no_wake_up_was_made_for_is_done_when_it_is_due(work: Work) -> None:
    work.add(Queue.SEND, "a", ago=timedelta(0), was_woken=False)

    work.run()

    assert work.called == ["a"]


def test_what_no_wake_up_was_made_for_is_woken_for_its_time_before_the_next_run(
    work: Work,
) -> None:
    work.add(Queue.SEND, "soon", ago=-UNTIL_NEXT_RUN, was_woken=False)
    work.add(Queue.SEND, "later", ago=-UNTIL_NEXT_RUN - SECOND, was_woken=False)
    work.add(Queue.SEND, "woken already", ago=-SECOND)

    work.run()

    assert work.called == []
    assert work.woken == [("soon", work.clock.now() + UNTIL_NEXT_RUN)]


def test_after_a_lost_wake_up_no_other_is_waited_for(work: Work) -> None:
    work.add(Queue.INBOX, "a", ago=GRACE)
    work.leads_to["a"] = Pending(Job(name="what a leads to"), work.clock.now())

    work.run()

    assert work.called == ["a", "what a leads to"]


def test_work_that_nobody_was_to_wake_is_no_sign_of_lost_wake_ups(work: Work) -> None:
    work.add(Queue.INBOX, "a", ago=GRACE, was_woken=False)
    work.add(Queue.SEND, "b", ago=SECOND)

    work.run()

    assert work.called == ["a"]


def test_what_does_not_fit_into_the_minute_is_enqueued(work: Work) -> None:
    work.seconds_for_each = BUDGET_SECONDS
    work.add(Queue.INBOX, "a", ago=GRACE)
    for name in "bcd":
        work.add(Queue.SEND, name, ago=GRACE)

    swept = work.run()

    assert work.called == ["a"]
    assert sorted(work.woken) == [("b", None), ("c", None), ("d", None)]
    assert swept == Swept(done={"inbox": 1}, enqueued={"send": 3})


def test_one_that_fails_keeps_no_other_from_being_done(work: Work) -> None:
    for name in "abc":
        work.add(Queue.MEDIA, name, ago=GRACE)
    work.failing = frozenset("b")

    swept = work.run()

    assert sorted(work.called) == ["a", "c"]
    assert swept == Swept(done={"media": 2}, failed={"media": 1})


def test_a_silent_database_ends_the_run(work: Work) -> None:
    def away(before: datetime) -> Sequence[Pending]:
        raise Transient("firestore: ServiceUnavailable")

    sweep = Sweep(
        stages=[Stage("inbox", Queue.INBOX, away)],
        call=lambda queue, body: None,
        wake=lambda queue, body, at: None,
        clock=work.clock,
    )

    with pytest.raises(Transient):
        sweep.run()


def test_a_run_with_something_to_do_leaves_one_line_of_counts(
    work: Work, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    work.run()
    assert caplog.messages == []

    work.add(Queue.INBOX, "a", ago=GRACE)
    work.run()

    (record,) = caplog.records
    assert vars(record)["done"] == {"inbox": 1}
