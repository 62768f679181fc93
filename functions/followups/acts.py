"""What a violation is called when one speaks to a citizen: `catalogue/acts.json`."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from functions.followups.sentences import Language

_CATALOGUE = Path(__file__).parent / "catalogue" / "acts.json"


@cache
def _acts() -> Mapping[str, Mapping[Language, str]]:
    acts: Mapping[str, Mapping[Language, str]] = json.loads(_CATALOGUE.read_text(encoding="utf-8"))
    return acts


def act_named(slug: str, language: Language = "vi") -> str | None:
    """The short name of a violation; None for a slug that the catalogue does not know."""
    named = _acts().get(slug)
    return named[language] if named is not None else None
