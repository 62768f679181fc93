"""One clock for all where an address says so, else the machine's."""

from datetime import UTC, datetime, timedelta

from functions.cloud.clock import AskedClock, SystemClock, clock_at
from tests.zalo.scripted_server import ScriptedServer, answering


def test_the_machine_s_clock_tells_utc() -> None:
    now = SystemClock().now()

    assert now.tzinfo is UTC
    assert abs(now - datetime.now(UTC)) < timedelta(seconds=10)


def test_a_clock_that_is_asked_tells_its_moment_in_utc(server: ScriptedServer) -> None:
    server.will(
        answering({"now": "2026-11-21T08:00:00.123456Z", "offset_seconds": 0}),
        answering({"now": "2026-11-24T15:00:00+07:00", "offset_seconds": 259200}),
    )
    clock = clock_at(f"{server.url}/control/clock")

    assert clock.now() == datetime(2026, 11, 21, 8, 0, 0, 123456, tzinfo=UTC)
    moved = clock.now()
    assert (moved, moved.tzinfo) == (datetime(2026, 11, 24, 8, tzinfo=UTC), UTC)
    assert {asked.path for asked in server.received} == {"/control/clock"}


def test_without_an_address_nobody_is_asked() -> None:
    assert isinstance(clock_at(None), SystemClock)
    assert isinstance(clock_at(""), SystemClock)
    assert isinstance(clock_at("http://127.0.0.1:1/"), AskedClock)
