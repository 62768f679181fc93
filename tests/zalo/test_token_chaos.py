"""Nothing that could have been kept is lost: kills, failures and second processes at every step.

The invariants are T1 to T6 of the token protocol; T1, T2 and T5 stand in `grant_world.py`, where
they can break. Courses with up to two twists are tried exhaustively, with more of them at random
from numbered seeds: `TOKEN_COURSES=100000` runs that many.
"""

import json
import logging
import os
import random
from collections import deque
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from functions.zalo.grants import (
    Attempt,
    KeptGrant,
    StoredPointer,
    TokenPointer,
    secret_name,
)
from functions.zalo.http import Answer
from functions.zalo.oauth import TokenPair
from functions.zalo.safekeeping import Safekeeping
from functions.zalo.tokens import Renewal, TokenRefresher
from tests.zalo.fake_zalo import ACCESS_LIFE
from tests.zalo.grant_world import PAGE, START, World
from tests.zalo.twists import OF_STORES, OF_ZALO, Twist

MINUTE = timedelta(minutes=1)
LAST_CHANCE = START + ACCESS_LIFE - timedelta(hours=2)
AFTER_DUE = [MINUTE * minutes for minutes in (0, 4, 9)]
AFTER_LAST_CHANCE = [MINUTE * minutes for minutes in (0, 6, 130)]
QUIET = [MINUTE * minutes for minutes in (4, 4, 61, 1, 6)]
PARTS = 4
AT_RANDOM = int(os.environ.get("TOKEN_COURSES", "2000"))

Plan = dict[int, Twist]


@pytest.fixture(autouse=True)
def _quiet_log() -> Iterator[None]:
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


def course(
    plan: Plan,
    *,
    has_lines: bool,
    refresher: type[TokenRefresher] = TokenRefresher,
    safekeeping: type[Safekeeping] | None = None,
) -> list[str]:
    """A day in the life of a grant under this plan; the steps in which it could be twisted."""
    world = World(plan, has_lines=has_lines, refresher=refresher, safekeeping=safekeeping)
    world.connect(PAGE)
    due = world.stored(PAGE).due_at(PAGE)
    for moment in [due + wait for wait in AFTER_DUE] + [LAST_CHANCE + w for w in AFTER_LAST_CHANCE]:
        world.now = max(world.now, moment)
        world.look_after(PAGE)
        if world.now < LAST_CHANCE:
            token = world.kept(PAGE).access_token
            assert world.zalo.access_until.get(token, START) > world.now, f"no valid token: {plan}"
    steps = list(world.steps)
    world.plan = {}
    for wait in QUIET:
        world.advance(wait)
        world.look_after(PAGE)
        world.send(PAGE)
    check_grant(world, plan)
    check_reuse(world, plan)
    return steps


def check_grant(world: World, plan: Plan) -> None:
    """The page's grant is the one that Zalo honours, or a person was asked for with reason."""
    pointer, kept, valid = world.stored(PAGE), world.kept(PAGE), world.zalo.valid.get(PAGE)
    if pointer.need_reauth is None:
        assert valid is not None, f"T6, lost and nobody was told: {plan}"
        assert kept.refresh_token == valid[1], f"T6, lost and nobody was told: {plan}"
    elif Twist.OTHER_AT_LAST_CHANCE not in plan.values():
        safe = [
            KeptGrant.model_validate_json(payload).generation
            for payload in world.secrets.kept[secret_name(PAGE)].values()
        ]
        if world.has_lines:
            safe += [
                generation
                for (_, generation), answers in world.escrow.kept.items()
                if any(json.loads(answer).get("refresh_token") for answer in answers)
            ]
        assert max(safe) <= pointer.generation, f"T3: {plan}"
        assert valid is None or valid[1] != kept.refresh_token, f"given up too early: {plan}"


def check_reuse(world: World, plan: Plan) -> None:
    """A refresh token that may be spent is used again only when nothing is left to lose."""
    maybe_spent = set()
    for request in world.zalo.requests:
        if request.token in maybe_spent and request.token in world.zalo.issued:
            last_chance = world.zalo.issued[request.token] + ACCESS_LIFE - timedelta(hours=2)
            assert request.moment >= last_chance, f"T4: {plan}"
        if not request.is_refused:
            maybe_spent.add(request.token)


def plans(depth: int, part: int, run: Callable[[Plan], list[str]]) -> int:
    """Run the plans of up to `depth` twists in steps that are reached; returns their number.

    Of all plans, those whose first twist strikes at a step of this part: one in `PARTS`.
    """
    number = 0
    waiting: deque[tuple[Plan, int]] = deque([({}, 0)])
    while waiting:
        plan, first = waiting.popleft()
        steps = run(plan)
        number += 1
        if len(plan) < depth:
            for index in range(first, len(steps)):
                if plan or index % PARTS == part:
                    for twist in OF_ZALO if steps[index] == "zalo" else OF_STORES:
                        waiting.append(({**plan, index: twist}, index + 1))
    return number


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize(("depth", "has_lines"), [(2, True), (1, False)])
def test_no_twists_lose_what_could_be_kept(depth: int, has_lines: bool, part: int) -> None:
    number = plans(depth, part, lambda plan: course(plan, has_lines=has_lines))
    print(f"{number} courses with up to {depth} twists")
    assert number > 20


@pytest.mark.parametrize("has_lines", [True, False])
def test_no_storm_of_twists_loses_what_could_be_kept(has_lines: bool) -> None:
    for seed in range(AT_RANDOM // 2):
        chance = random.Random(seed)  # noqa: S311, a seed must give the same course again
        indices = sorted(chance.sample(range(40), chance.randint(2, 6)))
        course({index: chance.choice(OF_ZALO) for index in indices}, has_lines=has_lines)


@pytest.mark.parametrize("twist", [Twist.CRASH_BEFORE, Twist.CRASH_AFTER, Twist.OUTAGE])
def test_need_for_consent_is_raised_within_five_minutes_of_the_last_chance(twist: Twist) -> None:
    """T6: from now on nobody gets an answer; a call every minute."""
    world = World(has_lines=False)
    world.connect(PAGE)
    world.now = world.stored(PAGE).due_at(PAGE)
    end = world.stored(PAGE).access_expires_at
    world.zalo.always = twist
    while world.stored(PAGE).need_reauth is None and world.now < end + timedelta(hours=1):
        world.look_after(PAGE)
        world.advance(MINUTE)
    raised = world.stored(PAGE).need_reauth
    assert raised is not None
    assert raised <= end + 5 * MINUTE


class _IgnoresTheLease(TokenRefresher):
    def _look_after(self, page_id: str) -> Renewal:
        stored = self._pointers.get(page_id)
        assert stored is not None
        if self._now() < stored.pointer.due_at(page_id):
            return Renewal.NOT_DUE
        free = stored.pointer.model_copy(update={"attempt": None})
        return self._renew(page_id, StoredPointer(free, stored.version), is_reuse=False)


class _PutsBackWhatItRead(TokenRefresher):
    def _not_sent(self, page_id: str, attempt: Attempt) -> Renewal:
        stored = self._pointers.get(page_id)
        assert stored is not None
        older = stored.pointer.model_copy(update={"generation": attempt.generation - 1})
        self._pointers.compare_and_set(page_id, older, expected=stored.version)
        return Renewal.NOT_SENT


class _ForgetsTheEscrow(Safekeeping):
    def newer(self, page_id: str, pointer: TokenPointer | None) -> None:
        """Look nowhere."""


class _RepeatsAtOnce(TokenRefresher):
    def _lost(self, page_id: str, pointer: TokenPointer, attempt: Attempt) -> Renewal:
        return self._not_sent(page_id, attempt)


class _BelievesAnything(Safekeeping):
    def keep(
        self, page_id: str, generation: int, answer: Answer, *, spent: TokenPair | None = None
    ) -> tuple[KeptGrant, int]:
        content = json.loads(answer.body)
        pair = TokenPair(
            content.get("access_token", ""), content.get("refresh_token", ""), ACCESS_LIFE
        )
        return self.store(page_id, generation, pair, self._now())


class _TellsNobody(TokenRefresher):
    def _give_up(
        self, page_id: str, pointer: TokenPointer, attempt: Attempt, code: int | None
    ) -> Renewal:
        return self._not_sent(page_id, attempt)


@pytest.mark.parametrize(
    ("broken", "plan", "invariant"),
    [
        (_IgnoresTheLease, {3: Twist.OTHER}, "T1"),
        (_PutsBackWhatItRead, {4: Twist.FAIL}, "T2"),
        (_RepeatsAtOnce, {4: Twist.LOSE}, "T4"),
        (_TellsNobody, {4: Twist.LOSE}, "T6"),
    ],
)
def test_invariants_catch_a_broken_refresher(
    broken: type[TokenRefresher], plan: Plan, invariant: str
) -> None:
    with pytest.raises(AssertionError, match=invariant):
        course(plan, has_lines=True, refresher=broken)


@pytest.mark.parametrize(
    ("broken", "plan", "invariant"),
    [
        (_ForgetsTheEscrow, {5: Twist.CRASH_BEFORE}, "T3"),
        (_BelievesAnything, {4: Twist.MALFORMED}, "T5"),
    ],
)
def test_invariants_catch_a_broken_safekeeping(
    broken: type[Safekeeping], plan: Plan, invariant: str
) -> None:
    with pytest.raises(AssertionError, match=invariant):
        course(plan, has_lines=True, safekeeping=broken)
