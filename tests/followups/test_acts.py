"""Every violation that is read in a message has a name that a citizen understands."""

import pytest

from functions.followups.acts import act_named
from functions.followups.sentences import LANGUAGES, Language
from functions.intake.reading.lexicon import catalogue

FAMILIES = {"toc_do", "con", "tai_nan", "qua_tai"}
"""Rules that lead to one of several violations."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", sorted(set(catalogue("violations")) - FAMILIES))
def test_a_violation_has_a_short_name(slug: str, language: Language) -> None:
    named = act_named(slug, language)

    assert named
    assert len(named) <= 70
    assert named[-1] not in ".,;"


def test_what_is_not_in_the_catalogue_has_none() -> None:
    assert act_named("khac") is None
