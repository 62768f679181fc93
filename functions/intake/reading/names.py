"""Where a proper name ends: at the last capital, or, in a message without capitals, at a word that
cannot be part of a name (`catalogue/words.json`)."""

import functools
from collections.abc import Container
from dataclasses import dataclass

from functions.intake.reading.lexicon import word_set
from functions.intake.reading.normal import Normal, strip
from functions.intake.reading.pattern import Pattern

_LONGEST = 6
_LONGEST_SMALL = 4
_LONGEST_RUN = 4
_TIME_OR_PLATE = Pattern(r"\s?(?:h|gio|g)\d?\b|:\d|\s?[a-z]\d?[\s.-]?\d\d")
_COUNTED = Pattern(r"\s(?:xe|nguo|ng\b|ban|chi|tha|ngan|nghin|trieu|k\b|dong\b)")
_BEFORE_HOUSES = frozenset(["so", "tai", "o", "nha"])


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words around names, with diacritics and without."""

    stops: frozenset[str]
    plain_stops: frozenset[str]
    links: frozenset[str]
    plain_links: frozenset[str]
    shy: frozenset[str]
    """Kind words that mean something else without their diacritics: only a capital tells."""


@functools.cache
def vocabulary() -> Vocabulary:
    """The words around names."""
    stops, links = word_set("name_stops"), word_set("place_links")
    return Vocabulary(
        stops,
        frozenset(strip(word) for word in stops) - word_set("name_stops_not_bare"),
        links,
        frozenset(strip(word) for word in links),
        word_set("shy_places"),
    )


def is_cased(normal: Normal) -> bool:
    """Whether capitals mean anything here: some words have them, and most have not."""
    if not any(normal.capitals):
        return False
    capitals = letters = 0
    for at, (start, end) in enumerate(zip(normal.starts, normal.ends, strict=True)):
        if end - start < 2 or normal.words[at].isdigit():
            continue
        letters += 1
        if normal.capitals[at] and at and normal.sentences[at] == normal.sentences[at - 1]:
            capitals += normal.typed[start + 1] == normal.text[start + 1]
    return 0 < capitals <= 0.8 * letters


def name_end(normal: Normal, start: int, *, cased: bool, heads: Container[int]) -> int:
    """Where a name that may begin at a word ends; `start` itself where there is none.

    `heads` are words that begin another piece of a place.
    """
    count, at = len(normal.words), start
    words = vocabulary()
    stops, typed = (
        (words.plain_stops, normal.words) if normal.bare else (words.stops, normal.marked)
    )
    in_capitals = cased and start < count and normal.words[start].isdigit()
    sentence = normal.sentences[start - 1] if start else 0
    while at < count and at - start < _LONGEST + _LONGEST_RUN * in_capitals:
        if normal.sentences[at] != sentence or normal.paused[at]:
            break
        if at > start and normal.starts[at] == normal.starts[at - 1]:
            break
        if normal.words[at].isdigit():
            closing = at > start and (_is_glued(normal, at) or _is_last(normal, at))
            if not is_house_number(normal, at, start) and not _is_glued(normal, at):
                break
            if at > start and not (in_capitals or closing):
                break
        elif cased and normal.capitals[at]:
            in_capitals = True
        elif in_capitals or typed[at] in stops or at in heads or at - start >= _LONGEST_SMALL:
            break
        at += 1
    return at


def _is_glued(normal: Normal, at: int) -> bool:
    """Whether nothing but a slash stands before a number: "Z133", "ngách 15/8"."""
    return normal.text[normal.ends[at - 1] : normal.starts[at]] in {"", "/"}


def _is_last(normal: Normal, at: int) -> bool:
    """Whether a clause ends with a number: "khu tái định cư hòa hiệp 3"."""
    following = at + 1
    return (
        following == len(normal.words)
        or normal.paused[following]
        or normal.sentences[following] != normal.sentences[at]
    )


def is_house_number(normal: Normal, at: int, start: int) -> bool:
    """Whether a number belongs to the name rather than to a time, a plate or a count."""
    if len(normal.words[at]) > (4 if at == start else 2):
        return False
    following = normal.rest[normal.ends[at] : normal.ends[at] + 5]
    return not (_TIME_OR_PLATE.regex.match(following) or _COUNTED.regex.match(following))


def is_house(normal: Normal, at: int) -> bool:
    """Whether a number stands before a street's name: "15 Lê Lợi"."""
    if not normal.words[at].isdigit() or len(normal.words[at]) > 4 or at + 2 >= len(normal.words):
        return False
    if not (normal.paused[at] or normal.words[at - 1] in _BEFORE_HOUSES):
        return False
    return all(normal.capitals[next_] and not normal.paused[next_] for next_ in (at + 1, at + 2))


def capitals_end(normal: Normal, at: int) -> int:
    """The word after a run of at most four capitalised words."""
    end = at
    while end < len(normal.words) and end - at < _LONGEST_RUN and normal.capitals[end]:
        if end > at and (normal.paused[end] or normal.sentences[end] != normal.sentences[at]):
            break
        end += 1
    return end
