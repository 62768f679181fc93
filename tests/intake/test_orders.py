"""The state machine: what holds for every order of arrival."""

import itertools
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from functions.intake.conversation import Add, Begin, Effect, Finish
from functions.intake.submissions import Act, Submission
from tests.intake.chat import START, Chat, at

_TIMES = st.integers(0, 240).map(lambda quarter: quarter / 4)
_ACTS = st.sampled_from([Act.TELL] * 4 + [Act.FINISH] * 2 + [*Act])


@st.composite
def _submissions(draw: st.DrawFn) -> list[Submission]:
    times = draw(st.lists(_TIMES, min_size=1, max_size=12))
    return [
        Submission(key=f"{draw(st.integers(0, 9))}-{number}", at=at(when), act=draw(_ACTS))
        for number, when in enumerate(times)
    ]


@st.composite
def _arrivals(draw: st.DrawFn) -> list[list[Submission]]:
    """The same messages in any order, over any number of folds, some of them empty."""
    folds: list[list[Submission]] = [[] for _ in range(draw(st.integers(1, 5)))]
    for submission in draw(st.permutations(draw(_submissions()))):
        folds[draw(st.integers(0, len(folds) - 1))].append(submission)
    return folds


@st.composite
def _nows(draw: st.DrawFn) -> list[float]:
    return sorted(draw(st.lists(_TIMES, min_size=5, max_size=5)))


def _reports(effects: Sequence[Effect]) -> list[list[str]]:
    """The keys of each report's messages, oldest report first."""
    begun = [effect.report_id for effect in effects if isinstance(effect, Begin)]
    added = [effect for effect in effects if isinstance(effect, Add)]
    return [[add.submission.key for add in added if add.report_id == one] for one in begun]


@given(_submissions(), _TIMES, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_one_fold_makes_the_same_of_every_order_and_repetition(
    submissions: list[Submission], now: float, chance: Random
) -> None:
    in_order, shuffled = Chat(), Chat()
    repeated = [*submissions, *submissions[::2]]
    chance.shuffle(repeated)

    assert shuffled.fold(now, repeated) == in_order.fold(now, submissions)
    assert shuffled.conversation == in_order.conversation


@given(_arrivals(), _nows())
@settings(deadline=None)
def test_whatever_arrives_when_each_message_ends_in_one_report_and_each_report_ends_once(
    folds: list[list[Submission]], nows: list[float]
) -> None:
    chat = Chat()
    for now, arrives in zip(nows, folds, strict=False):
        chat.fold(now, arrives)
    chat.fold(1000, [])

    told = [one.key for arrives in folds for one in arrives if one.act is Act.TELL]
    added = Counter(add.submission.key for add in chat.effects if isinstance(add, Add))
    begun = Counter(begin.report_id for begin in chat.effects if isinstance(begin, Begin))
    ended = Counter(finish.report_id for finish in chat.effects if isinstance(finish, Finish))
    assert added == Counter(told)
    assert {add.report_id for add in chat.effects if isinstance(add, Add)} <= begun.keys()
    assert set(begun.values()) <= {1}
    assert ended == begun
    assert chat.conversation.gathering is None


@given(_submissions(), st.sets(st.integers(1, 11)))
@settings(deadline=None)
def test_what_arrives_in_order_makes_the_same_reports_however_it_is_split(
    submissions: list[Submission], cuts: set[int]
) -> None:
    ordered = sorted(submissions, key=lambda each: each.place_in_time)
    together, apart = Chat(), Chat()
    together.fold(1000, ordered)

    bounds = sorted({0, *(cut for cut in cuts if cut < len(ordered)), len(ordered)})
    for begin, end in itertools.pairwise(bounds):
        part = ordered[begin:end]
        apart.fold((part[-1].at - START) / timedelta(minutes=1), part)
    apart.fold(1000, [])

    assert _reports(apart.effects) == _reports(together.effects)
    assert apart.conversation == together.conversation


@given(_arrivals(), _nows())
@settings(deadline=None)
def test_the_vault_knows_who_turned_to_us_after_any_withdrawal(
    folds: list[list[Submission]], nows: list[float]
) -> None:
    chat = Chat()
    for now, arrives in zip(nows, folds, strict=False):
        chat.fold(now, arrives)

    everything = [one for arrives in folds for one in arrives]
    touches = [one.at for one in everything if one.act.is_touch]
    withdrawals = [one.at for one in everything if one.act is Act.WITHDRAW]
    is_known = bool(touches) and (not withdrawals or max(withdrawals) < max(touches))
    assert chat.conversation.is_known is is_known
