"""A page's grant is renewed in time, once, and what is not known is not guessed."""

import json
from datetime import timedelta

import pytest

from functions.errors import Conflict, OperatorNeeded, Transient
from functions.zalo.errors import (
    AmbiguousDelivery,
    NotSent,
    PageNotConnected,
    ZaloError,
)
from functions.zalo.grants import Phase, secret_name
from functions.zalo.tokens import Renewal
from tests.zalo.fake_zalo import ACCESS_LIFE
from tests.zalo.grant_world import PAGE, START, World, connected, due
from tests.zalo.twists import Crash, Twist

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LAST_CHANCE = START + ACCESS_LIFE - 2 * HOUR


# Steps of a renewal, by number: what a plan twists.
CLAIM, ZALO, ESCROW, ADD, REREAD, POINT = range(3, 9)


def test_steps_of_a_renewal_are_these() -> None:
    world = due()
    assert world.refresher().refresh_due(PAGE) is Renewal.RENEWED
    assert world.steps == [
        "pointers.get",
        "secrets.access",
        "secrets.access",
        "pointers.set",
        "zalo",
        "escrow.keep",
        "secrets.add",
        "pointers.get",
        "pointers.set",
    ]


def test_page_that_is_not_due_costs_one_read() -> None:
    world = connected()
    world.now = world.stored(PAGE).due_at(PAGE) - timedelta(seconds=1)
    assert world.refresher().refresh_due(PAGE) is Renewal.NOT_DUE
    assert world.steps == ["pointers.get"]


@pytest.mark.parametrize("page", [str(number) for number in range(50)])
def test_grant_is_due_between_12_and_18_of_25_hours(page: str) -> None:
    world = World()
    world.connect(page)
    assert 12 * HOUR <= world.stored(page).due_at(page) - START <= 18 * HOUR


def test_renewal_gives_the_next_generation() -> None:
    world = due()
    world.refresher().refresh_due(PAGE)
    pointer = world.stored(PAGE)
    assert (pointer.generation, pointer.attempt, pointer.refreshed_at) == (2, None, world.now)
    assert pointer.access_expires_at == world.now + ACCESS_LIFE
    assert (world.kept(PAGE).access_token, world.kept(PAGE).refresh_token) == world.zalo.valid[PAGE]


def test_answer_is_in_the_escrow_before_anything_else_is_done_with_it() -> None:
    world = due({ESCROW + 1: Twist.CRASH_BEFORE})
    world.look_after(PAGE)
    assert json.loads(world.escrow.kept[PAGE, 2][0])["refresh_token"] == world.zalo.valid[PAGE][1]
    assert world.stored(PAGE).generation == 1


def test_page_never_connected_is_not_connected() -> None:
    assert World().refresher().refresh_due(PAGE) is Renewal.NOT_CONNECTED


def test_second_refresher_waits_while_the_first_is_at_it() -> None:
    world = due({ZALO: Twist.OTHER})
    assert world.refresher().refresh_due(PAGE) is Renewal.RENEWED
    assert len(world.zalo.requests) == 2  # The consent's, and one.


def test_two_that_claim_at_once_send_once() -> None:
    world = due({CLAIM: Twist.OTHER})
    assert world.refresher().refresh_due(PAGE) is Renewal.BUSY
    assert world.stored(PAGE).generation == 2


def test_frozen_process_sends_nothing_when_it_thaws() -> None:
    world = due({CLAIM: Twist.FREEZE})
    assert world.refresher().refresh_due(PAGE) is Renewal.NOT_SENT
    assert len(world.zalo.requests) == 1


def test_what_was_not_sent_is_tried_again_after_five_minutes() -> None:
    world = due({ZALO: Twist.FAIL})
    assert world.refresher().refresh_due(PAGE) is Renewal.NOT_SENT
    world.advance(4 * MINUTE)
    assert world.refresher().refresh_due(PAGE) is Renewal.NOT_SENT
    world.advance(MINUTE)
    assert world.refresher().refresh_due(PAGE) is Renewal.RENEWED


def test_clear_refusal_asks_for_consent_and_alarms(caplog: pytest.LogCaptureFixture) -> None:
    world = due({ZALO: Twist.REFUSED})
    assert world.refresher().refresh_due(PAGE) is Renewal.NOT_CONNECTED
    assert world.stored(PAGE).need_reauth == world.now
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == [
        "page needs consent again"
    ]


def test_refusal_that_was_not_the_grants_fault_heals_itself(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """As when the app was switched off for an afternoon: 127 pages need not consent again."""
    world = due()
    world.zalo.always = Twist.REFUSED
    for _ in range(3):
        assert world.refresher().refresh_due(PAGE) is Renewal.NOT_CONNECTED
        assert world.refresher().refresh_due(PAGE) is Renewal.NOT_CONNECTED
        world.advance(HOUR)
    assert len(world.zalo.requests) == 4
    assert caplog.text.count("page needs consent again") == 1
    world.zalo.always = None
    assert world.refresher().refresh_due(PAGE) is Renewal.RENEWED
    assert world.stored(PAGE).need_reauth is None


def test_refused_page_still_sends_until_its_token_ends() -> None:
    world = due({ZALO: Twist.REFUSED})
    world.refresher().refresh_due(PAGE)
    assert world.reader().access_token(PAGE) == world.kept(PAGE).access_token
    world.now = START + ACCESS_LIFE
    with pytest.raises(PageNotConnected):
        world.reader().access_token(PAGE)


@pytest.mark.parametrize("twist", [Twist.LOSE, Twist.OUTAGE, Twist.MALFORMED])
def test_missing_answer_keeps_the_pair_and_alarms(
    twist: Twist, caplog: pytest.LogCaptureFixture
) -> None:
    world = due({ZALO: twist})
    before = world.kept(PAGE)
    assert world.refresher().refresh_due(PAGE) is Renewal.LOST
    assert world.kept(PAGE) == before
    assert "token answer lost" in caplog.text


def test_lost_answer_is_not_repeated_before_the_last_chance() -> None:
    world = due({ZALO: Twist.LOSE}, has_lines=False)
    requests = len(world.zalo.requests) + 1
    while world.now < LAST_CHANCE:
        assert world.refresher().refresh_due(PAGE) is Renewal.LOST
        world.advance(10 * MINUTE)
    assert len(world.zalo.requests) == requests
    assert world.refresher().refresh_due(PAGE) is Renewal.NOT_CONNECTED
    assert len(world.zalo.requests) == requests + 1
    assert world.stored(PAGE).need_reauth == world.now


def test_request_that_never_arrived_is_healed_at_the_last_chance() -> None:
    world = due({ZALO: Twist.CRASH_BEFORE})
    world.look_after(PAGE)
    world.advance(3 * MINUTE)
    assert world.refresher().refresh_due(PAGE) is Renewal.LOST
    world.now = LAST_CHANCE
    assert world.refresher().refresh_due(PAGE) is Renewal.RENEWED


def test_crash_after_the_secret_was_added_is_healed_from_it() -> None:
    world = due({ADD: Twist.CRASH_AFTER})
    world.look_after(PAGE)
    assert world.refresher().refresh_due(PAGE) is Renewal.BUSY
    world.advance(3 * MINUTE)
    assert world.refresher().refresh_due(PAGE) is Renewal.ADOPTED
    assert world.kept(PAGE).refresh_token == world.zalo.valid[PAGE][1]


def test_crash_after_the_escrow_is_healed_from_it() -> None:
    world = due({ADD: Twist.CRASH_BEFORE})
    world.look_after(PAGE)
    world.advance(3 * MINUTE)
    assert world.refresher().refresh_due(PAGE) is Renewal.ADOPTED
    assert world.kept(PAGE).refresh_token == world.zalo.valid[PAGE][1]


def test_broken_escrow_does_not_stop_a_renewal() -> None:
    world = due({ESCROW: Twist.FAIL})
    assert world.refresher().refresh_due(PAGE) is Renewal.RENEWED


@pytest.mark.parametrize("step", [CLAIM, ADD, REREAD, POINT])
@pytest.mark.parametrize("twist", [Twist.FAIL, Twist.LOSE])
def test_one_failure_of_a_store_on_the_way_is_overcome(step: int, twist: Twist) -> None:
    world = due({step: twist})
    try:
        world.refresher().refresh_due(PAGE)
    except Transient:
        world.refresher().refresh_due(PAGE)
    assert world.stored(PAGE).generation == 2


def test_runbook_puts_an_escrow_line_in_force() -> None:
    world = due({ADD: Twist.CRASH_BEFORE}, has_lines=False)
    world.look_after(PAGE)
    answer = world.escrow.kept[PAGE, 2][0]
    world.refresher().adopt(PAGE, 2, answer, received_at=world.now)
    assert world.kept(PAGE).refresh_token == world.zalo.valid[PAGE][1]
    assert world.stored(PAGE).attempt is None


def test_runbook_refuses_a_line_that_holds_no_pair() -> None:
    world = connected()
    with pytest.raises(ZaloError):
        world.refresher().adopt(PAGE, 2, b'{"error_name":"x"}', received_at=world.now)


def test_runbook_refuses_an_older_line() -> None:
    world = connected()
    with pytest.raises(Conflict):
        world.refresher().adopt(PAGE, 1, world.escrow.kept[PAGE, 1][0], received_at=world.now)


def test_consent_ends_the_need_for_it() -> None:
    world = due({ZALO: Twist.REFUSED})
    world.refresher().refresh_due(PAGE)
    world.connect(PAGE)
    assert world.stored(PAGE).need_reauth is None
    assert world.stored(PAGE).attempt is None
    assert world.reader().access_token(PAGE) == world.zalo.valid[PAGE][0]


def test_consent_during_an_attempt_wins_over_it() -> None:
    world = due({ZALO: Twist.CRASH_AFTER})
    world.look_after(PAGE)
    world.connect(PAGE)
    assert (world.stored(PAGE).generation, world.stored(PAGE).attempt) == (3, None)


def test_refused_code_changes_nothing() -> None:
    world = connected({1: Twist.REFUSED})
    before = world.stored(PAGE)
    with pytest.raises(PageNotConnected):
        world.refresher().connect(PAGE, world.zalo.consent(PAGE), None)
    assert world.stored(PAGE) == before


@pytest.mark.parametrize(
    ("twist", "error"), [(Twist.FAIL, NotSent), (Twist.LOSE, AmbiguousDelivery)]
)
def test_code_without_an_answer_says_whether_it_is_spent(
    twist: Twist, error: type[ZaloError]
) -> None:
    world = World({1: twist})
    with pytest.raises(error):
        world.refresher().connect(PAGE, world.zalo.consent(PAGE), None)


def test_consent_that_crashed_before_the_pointer_is_found() -> None:
    world = World({3: Twist.CRASH_AFTER})
    with pytest.raises(Crash):
        world.refresher().connect(PAGE, world.zalo.consent(PAGE), None)
    assert world.refresher().refresh_due(PAGE) is Renewal.ADOPTED
    assert world.reader().access_token(PAGE) == world.zalo.valid[PAGE][0]


def test_five_versions_of_a_secret_are_kept() -> None:
    world = connected()
    for _ in range(8):
        world.now = world.stored(PAGE).due_at(PAGE)
        world.refresher().refresh_due(PAGE)
    assert sorted(world.secrets.kept[secret_name(PAGE)]) == [5, 6, 7, 8, 9]


def test_secret_that_is_missing_is_an_operators() -> None:
    world = due()
    world.secrets.kept.clear()
    with pytest.raises(OperatorNeeded):
        world.refresher().refresh_due(PAGE)
    assert world.stored(PAGE).attempt is None


def test_lost_attempt_is_remembered_as_such() -> None:
    world = due({ZALO: Twist.LOSE})
    world.refresher().refresh_due(PAGE)
    attempt = world.stored(PAGE).attempt
    assert attempt is not None
    assert attempt.phase is Phase.LOST


def test_no_token_is_ever_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    for twist in Twist:
        world = due({ZALO: twist})
        world.look_after(PAGE)
        logged = " ".join(str(vars(record)) for record in caplog.records)
        assert not any(token in logged for token in world.zalo.issued)
