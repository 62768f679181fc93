"""Which acts of the catalogue a message describes.

`catalogue/violations.json` states the rules of every slug (see `rules`). Where several rows fit
one act, the sharper one wins ("yields"). Rows that depend on an excess are chosen by `measures`.
"""

import functools
from collections.abc import Container
from dataclasses import dataclass
from typing import Any

from functions.intake.reading import measures
from functions.intake.reading.lexicon import Mentions, catalogue
from functions.intake.reading.normal import Normal, Span
from functions.intake.reading.rules import RuleBook

_FAMILIES = {"toc_do": measures.speed, "con": measures.alcohol, "qua_tai": measures.load}


@dataclass(frozen=True, slots=True)
class Violation:
    """A row of the violation catalogue (NĐ 168/2024 as amended) that a message describes."""

    slug: str
    span: Span
    confidence: float


def find(normal: Normal, mentions: Mentions) -> list[Violation]:
    """The acts described, whoever tells it and why; whether it is a report `tracks` decides."""
    found = _rules().matches(normal, mentions)
    kept = [
        (row.get("slug", name), place, len(rule.near) > 1)
        for name, (place, rule) in found.items()
        for row in (_catalogue()[name],)
        if not any(_gives_way(found, mentions, other) for other in row.get("yields", ()))
    ]
    for family, place in measures.told(normal, mentions):
        if family not in found:
            kept.append((family, place, True))
    violations: dict[str, Violation] = {}
    for name, (first, last), sharp in sorted(kept, key=lambda act: act[1]):
        slug = _FAMILIES[name](normal, mentions) if name in _FAMILIES else name
        span = normal.span(first, last)
        violations.setdefault(slug, Violation(slug, span, 0.9 if sharp else 0.8))
    return list(violations.values())


@functools.cache
def _catalogue() -> dict[str, dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = catalogue("violations")
    return rows


@functools.cache
def _rules() -> RuleBook:
    return RuleBook((name, line) for name, row in _catalogue().items() for line in row["rules"])


def _gives_way(found: Container[str], mentions: Mentions, sharper: str) -> bool:
    """Whether a sharper row was found; "x -c" wins only where c is not mentioned."""
    name, _, unless = sharper.partition(" -")
    return name in found and unless not in mentions
