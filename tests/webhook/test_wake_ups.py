"""One wake-up for a burst, and none missed."""

import itertools

from functions.webhook.wake_ups import RecentWakeUps


class _Seconds:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_citizen_is_woken_once_in_a_moment() -> None:
    recent = RecentWakeUps(1.0, _Seconds())

    assert [recent.claim("a") for _ in range(3)] == [True, False, False]


def test_citizens_do_not_stand_in_each_others_way() -> None:
    recent = RecentWakeUps(1.0, _Seconds())

    assert recent.claim("a")
    assert recent.claim("b")


def test_after_a_moment_the_citizen_is_woken_again() -> None:
    seconds = _Seconds()
    recent = RecentWakeUps(1.0, seconds)
    recent.claim("a")
    seconds.now += 1.0

    assert recent.claim("a")


def test_a_wake_up_that_did_not_leave_is_tried_again() -> None:
    recent = RecentWakeUps(1.0, _Seconds())
    recent.claim("a")
    recent.give_back("a")

    assert recent.claim("a")


def test_memory_stays_small_and_nobody_is_missed() -> None:
    recent = RecentWakeUps(1.0, _Seconds())

    assert all(recent.claim(str(number)) for number in itertools.islice(itertools.count(), 5000))
