"""The state machine: what holds for every order, grouping and repetition of the same messages."""

from collections import Counter
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from functions.intake.conversation import Add, Begin
from functions.intake.submissions import Act, Submission
from tests.intake.chat import START, Chat
from tests.intake.scripts import scripts

MUCH_LATER = 1000.0
"""Minutes: after every silence, and before anything is settled."""


def _minutes(submission: Submission) -> float:
    return (submission.at - START).total_seconds() / 60


@given(scripts(), st.integers(1, 5), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=300)
def test_every_order_grouping_and_repetition_makes_the_same_reports(
    script: list[Submission], folds: int, chance: Random
) -> None:
    in_order, otherwise = Chat(), Chat()
    in_order.fold(MUCH_LATER, script)
    groups: list[list[Submission]] = [[] for _ in range(folds)]
    for submission in [*script, *script[::2]]:
        groups[chance.randrange(folds)].append(submission)
    # Silence is not acted on while something may be on its way.
    now = _minutes(script[0])
    for group in groups:
        chance.shuffle(group)
        otherwise.fold(now, group)
    otherwise.fold(MUCH_LATER, [])

    assert otherwise.made() == in_order.made()


@given(scripts(), st.data())
@settings(deadline=None, max_examples=200)
def test_messages_late_by_less_than_the_grace_make_the_same_reports(
    script: list[Submission], data: st.DataObject
) -> None:
    """Each arrives up to two minutes after it was sent, and is folded at once."""
    in_order, late = Chat(), Chat()
    in_order.fold(MUCH_LATER, script)
    arrivals = sorted(
        (_minutes(one) + data.draw(st.sampled_from([0.0, 0.1, 1.0, 1.9])), one.key, one)
        for one in script
    )
    for now, _, submission in arrivals:
        late.fold(now, [submission])
    late.fold(MUCH_LATER, [])

    assert late.made() == in_order.made()


@given(scripts(), st.integers(1, 4), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=200)
def test_however_late_each_message_is_in_one_report_at_most_and_none_stays_open(
    script: list[Submission], folds: int, chance: Random
) -> None:
    chat = Chat()
    groups: list[list[Submission]] = [[] for _ in range(folds)]
    for submission in script:
        groups[chance.randrange(folds)].append(submission)
    for group, now in zip(groups, sorted(chance.uniform(0, 200) for _ in groups), strict=True):
        chat.fold(now, group)
    chat.fold(MUCH_LATER, [])

    added = Counter(effect.submission.key for effect in chat.effects if isinstance(effect, Add))
    shown = [one.key for one in script if one.media or one.latitude is not None]
    assert set(added.values()) <= {1}
    assert set(shown) <= added.keys()
    assert all(report.because is not None for report in chat.reports().values())
    assert chat.conversation.gathering is None
    assert chat.conversation.wake_at is None


@given(scripts(), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_vault_knows_who_turned_to_us_after_any_withdrawal(
    script: list[Submission], chance: Random
) -> None:
    gone = [
        one.model_copy(update={"act": Act.WITHDRAW}) if chance.random() < 0.2 else one
        for one in script
    ]
    chat = Chat()
    for one in chance.sample(gone, len(gone)):
        chat.fold(_minutes(one), [one])

    touches = [one.at for one in gone if one.act.is_touch]
    withdrawals = [one.at for one in gone if one.act is Act.WITHDRAW]
    is_known = bool(touches) and (not withdrawals or max(withdrawals) < max(touches))
    assert chat.conversation.is_known is is_known


def test_a_message_folded_twice_counts_once() -> None:
    chat = Chat()
    script = [Submission(key="m", at=START, act=Act.TELL, text="Xe máy vượt đèn đỏ")]
    chat.fold(0, script)
    chat.fold(0, script)

    assert [type(effect) for effect in chat.effects].count(Begin) == 1
    assert [type(effect) for effect in chat.effects].count(Add) == 1
