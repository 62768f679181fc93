"""Asking for what is missing makes reports actionable; the table stands in `make test`'s output."""

import sys
from collections import Counter

import pytest

from functions.reports.account import Gap
from tests.intake.actionable import Played, played, table


@pytest.fixture(scope="module")
def conversations() -> list[Played]:
    return played()


def test_who_can_answer_ends_with_a_complete_report(
    conversations: list[Played], capfd: pytest.CaptureFixture[str]
) -> None:
    with capfd.disabled():
        print("\n" + table(conversations), file=sys.stderr)
    able = [one for one in conversations if one.could_answer]
    assert sum(not one.after for one in able) / len(able) >= 0.75


def test_questions_make_many_more_reports_complete(conversations: list[Played]) -> None:
    complete_at_first = sum(not one.before for one in conversations)
    assert sum(not one.after for one in conversations) >= 2 * complete_at_first


def test_nothing_is_asked_twice(conversations: list[Played]) -> None:
    twice = {
        one.row["id"]: [gap for gap, count in Counter(one.asked).items() if count > 1]
        for one in conversations
    }
    assert {name: gaps for name, gaps in twice.items() if gaps} == {}


def test_who_told_everything_is_asked_nothing(conversations: list[Played]) -> None:
    needless = {
        one.row["id"]: [gap.value for gap in one.asked]
        for one in conversations
        if not one.labelled and one.asked
    }
    assert needless == {}


def test_most_gaps_are_seen_as_a_careful_officer_sees_them(conversations: list[Played]) -> None:
    agreed = sum(set(one.before) == set(one.labelled) for one in conversations)
    assert agreed / len(conversations) >= 0.85


def test_there_are_enough_conversations_of_each_kind(conversations: list[Played]) -> None:
    assert len(conversations) >= 80
    assert sum(one.row["answers"] is None for one in conversations) >= 5
    for gap in (Gap.PLACE, Gap.TIME, Gap.SUBJECT, Gap.MEDIA):
        assert sum(gap in one.labelled for one in conversations) >= 20
