"""Senders read tokens, never renew them, and say when Zalo refuses one."""

from datetime import timedelta

import pytest

from functions.zalo.errors import (
    PageNotConnected,
    TokenRefused,
)
from functions.zalo.tokens import Renewal
from tests.zalo.fake_zalo import ACCESS_LIFE
from tests.zalo.grant_world import PAGE, START, World, connected, due
from tests.zalo.twists import Twist

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


# The step of a renewal at which Zalo is asked.
ZALO = 4


def test_reader_asks_the_stores_once_a_minute() -> None:
    world = connected()
    reader = world.reader()
    for _ in range(3):
        reader.access_token(PAGE)
    world.advance(timedelta(seconds=59))
    reader.access_token(PAGE)
    assert world.steps == ["pointers.get", "secrets.access"]
    world.advance(timedelta(seconds=1))
    reader.access_token(PAGE)
    assert world.steps == ["pointers.get", "secrets.access"] * 2


def test_reader_of_a_page_never_connected_says_so() -> None:
    with pytest.raises(PageNotConnected):
        World().reader().access_token(PAGE)


def test_reader_never_gives_a_token_that_has_ended() -> None:
    world = connected()
    reader = world.reader()
    reader.access_token(PAGE)
    world.now = START + ACCESS_LIFE
    with pytest.raises(TokenRefused):
        reader.access_token(PAGE)


def test_refused_token_is_read_again_once() -> None:
    world = due()
    reader = world.reader()
    old = reader.access_token(PAGE)
    world.refresher().refresh_due(PAGE)
    used: list[str] = []

    def act(token: str) -> str:
        used.append(token)
        if token == old:
            raise TokenRefused("-216")
        return "sent"

    assert reader.with_access_token(PAGE, act) == "sent"
    assert used == [old, world.zalo.valid[PAGE][0]]


def test_token_refused_although_it_is_the_newest_is_not_tried_again() -> None:
    world = connected()
    used: list[str] = []

    def act(token: str) -> None:
        used.append(token)
        raise TokenRefused("-216")

    with pytest.raises(TokenRefused):
        world.reader().with_access_token(PAGE, act)
    assert len(used) == 1


def test_token_that_zalo_refuses_is_renewed_early_but_not_at_once() -> None:
    world = connected()
    token = world.reader().access_token(PAGE)
    with pytest.raises(TokenRefused):
        world.reader().access_token(PAGE, refused=token)
    assert world.refresher().refresh_due(PAGE) is Renewal.NOT_DUE
    world.advance(HOUR)
    assert world.refresher().refresh_due(PAGE) is Renewal.RENEWED
    assert world.stored(PAGE).refused_at is None


def test_token_refused_after_its_renewal_was_refused_waits_for_a_person() -> None:
    world = due({ZALO: Twist.REFUSED})
    assert world.refresher().refresh_due(PAGE) is Renewal.NOT_CONNECTED
    token = world.reader().access_token(PAGE)
    with pytest.raises(PageNotConnected):
        world.reader().access_token(PAGE, refused=token)


def test_lost_answer_is_repeated_once_the_access_token_is_refused() -> None:
    """When Zalo ends the old access token at rotation, nothing is left to lose."""
    world = due({ZALO: Twist.LOSE}, has_lines=False, rotation_ends_access=True)
    assert world.refresher().refresh_due(PAGE) is Renewal.LOST
    token = world.reader().access_token(PAGE)
    with pytest.raises(TokenRefused):
        world.reader().access_token(PAGE, refused=token)
    world.advance(5 * MINUTE)
    assert world.refresher().refresh_due(PAGE) is Renewal.NOT_CONNECTED
