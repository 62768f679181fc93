"""Backoff, retry limits and the token bucket."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.local.tasks.schedule import TokenBucket, backoff, burst_size, is_exhausted

retries = st.integers(0, 10_000)
lengths = st.floats(0.1, 1e6)
doublings = st.integers(0, 2**31 - 1)


def test_backoff_is_that_of_the_reference() -> None:
    waits = [backoff(retry, minimum=10, maximum=300, doublings=3) for retry in range(9)]
    assert waits == [10, 20, 40, 80, 160, 240, 300, 300, 300]


@settings(deadline=None)
@given(retries, lengths, lengths, doublings)
def test_backoff_stays_between_its_limits(
    retry: int, one: float, other: float, doublings: int
) -> None:
    minimum, maximum = sorted((one, other))
    wait = backoff(retry, minimum=minimum, maximum=maximum, doublings=doublings)
    assert minimum <= wait <= maximum


@settings(deadline=None)
@given(retries, lengths, lengths, doublings)
def test_backoff_never_shrinks(retry: int, minimum: float, maximum: float, doublings: int) -> None:
    limits = {"minimum": minimum, "maximum": maximum}
    assert backoff(retry, doublings=doublings, **limits) <= backoff(
        retry + 1, doublings=doublings, **limits
    )


@settings(deadline=None)
@given(st.integers(0, 40), st.integers(0, 20))
def test_backoff_doubles_and_then_grows_evenly(retry: int, doublings: int) -> None:
    this, following = (
        backoff(number, minimum=1, maximum=1e30, doublings=doublings)
        for number in (retry, retry + 1)
    )
    assert following - this == (this if retry < doublings else 2**doublings)


@settings(deadline=None)
@given(retries, lengths)
def test_backoff_without_doublings_grows_by_its_minimum(retry: int, minimum: float) -> None:
    wait = backoff(retry, minimum=minimum, maximum=1e30, doublings=0)
    assert wait == pytest.approx(minimum * (retry + 1))


@pytest.mark.parametrize(
    ("max_attempts", "max_hours", "attempts", "hours", "given_up"),
    [
        (3, 0, 2, 99, False),
        (3, 0, 3, 0, True),
        (-1, 2, 99, 1, False),
        (-1, 2, 1, 2, True),
        (3, 2, 3, 1, False),
        (3, 2, 2, 2, False),
        (3, 2, 3, 2, True),
        (-1, 0, 10_000, 700, False),
    ],
)
def test_a_task_is_given_up_when_every_limit_is_used_up(
    max_attempts: int, max_hours: int, attempts: int, hours: int, given_up: bool
) -> None:
    assert given_up is is_exhausted(
        attempts=attempts,
        since_first=timedelta(hours=hours),
        max_attempts=max_attempts,
        max_retry_duration=timedelta(hours=max_hours),
    )


@pytest.mark.parametrize(("rate", "burst"), [(0.5, 1), (1, 1), (2.5, 3), (200, 200), (500, 500)])
def test_a_burst_is_at_least_a_second_of_dispatches(rate: float, burst: int) -> None:
    assert burst_size(rate) == burst


@settings(deadline=None)
@given(st.floats(0.1, 500), st.lists(st.floats(0, 5), min_size=1, max_size=60))
def test_a_bucket_never_gives_more_than_its_burst_and_its_rate(
    rate: float, pauses: list[float]
) -> None:
    bucket, now, taken = TokenBucket.full(rate, now=0), 0.0, 0
    for pause in pauses:
        now += pause
        while bucket.wait(now) == 0:
            bucket.take(now)
            taken += 1
    assert taken <= burst_size(rate) + rate * now + 1e-6


@settings(deadline=None)
@given(st.floats(0.1, 500), st.integers(1, 1200))
def test_a_bucket_gives_a_token_after_the_wait_it_named(rate: float, takes: int) -> None:
    bucket, now = TokenBucket.full(rate, now=0), 0.0
    for _ in range(takes):
        now += bucket.wait(now)
        assert bucket.wait(now) == pytest.approx(0, abs=1e-6)
        bucket.take(now)


def test_a_slowed_bucket_is_empty_and_fills_at_half_the_rate() -> None:
    bucket = TokenBucket.full(10, now=0)
    bucket.slow_down(now=0)
    assert bucket.wait(0) == pytest.approx(0.2)


def test_a_bucket_is_not_slowed_beyond_an_eighth() -> None:
    bucket = TokenBucket.full(10, now=0)
    for _ in range(10):
        bucket.slow_down(now=0)
    assert bucket.share == 1 / 8


def test_a_slowed_bucket_has_its_rate_back_after_as_many_successes() -> None:
    bucket = TokenBucket.full(10, now=0)
    bucket.slow_down(now=0)
    bucket.slow_down(now=0)
    bucket.speed_up(now=0)
    bucket.speed_up(now=0)
    assert bucket.share == 1


def test_a_changed_rate_holds_from_then_on() -> None:
    bucket = TokenBucket.full(1, now=0)
    bucket.take(now=0)
    bucket.change_rate(100, now=0)
    assert bucket.wait(0) == pytest.approx(0.01)
