"""The words this package knows: one scan of a message finds every concept of the catalogue.

A concept ("park", "red_light", "danger_fire") is a list of phrases in correct Vietnamese, kept in
`catalogue/*.json`. `(a|b|)` are alternatives; `=` before a phrase accepts it only with its
diacritics. Typed words may lack diacritics, put the tone mark on the other vowel, or confuse hỏi
and ngã as most of the South does.
"""

import functools
import itertools
import json
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from functions.intake.reading.abbreviations import SHORT_FORMS
from functions.intake.reading.normal import Normal, strip

CATALOGUE = Path(__file__).with_name("catalogue")
CONCEPT_FILES = ("acts", "matters", "questions", "procedures", "times", "places")

Mention = tuple[int, int]
"""First word of a phrase and the word after its last."""
Mentions = dict[str, list[Mention]]

_Node = dict[str, Any]
_LEAF = ""
_LONGEST = 16
_PATTERN = re.compile(r"(?:[^,()\s]|\([^)]*\))(?:[^,()]|\([^)]*\))*")
_WORD = re.compile(r"[^\W\d_]+|\d+")
_PART = re.compile(r"\(([^)]*)\)|([^()\s]+)")
_TONES = "\u0300\u0301\u0303\u0309\u0323"
# No Vietnamese syllable is written so: its diacritics were left out ("vuot", "duong").
_UNFINISHED = re.compile(r"(?:[tcp]|ch)$|uo|ie|ye")
# "ký" and "kí" are both good spelling; "02 người" are two.
_SPELLINGS = {
    "ki": "ky", "li": "ly", "mi": "my", "ti": "ty", "si": "sy", "hi": "hy", "qui": "quy",
    **{f"0{digit}": str(digit) for digit in range(1, 10)},
}  # fmt: skip


def catalogue(name: str) -> Any:
    """One data file of this package."""
    return json.loads((CATALOGUE / f"{name}.json").read_text(encoding="utf-8"))


@functools.cache
def word_set(name: str) -> frozenset[str]:
    """A set of `catalogue/words.json`: words that matter by themselves, not as concepts."""
    return frozenset(" ".join(catalogue("words")[name]).split())


def find(normal: Normal) -> Mentions:
    """Every concept mentioned, each with its places in the order of the message.

    Two concepts are for the reader only: a "shadow" hides what begins inside it ("phát hiện tại"
    says nothing about now), a "void" also hides itself ("cháy hàng" is no fire).
    """
    words = [_SPELLINGS.get(word, word) for word in normal.words]
    sentences, starts, marked = normal.sentences, normal.starts, normal.marked
    bare, ambiguous = normal.bare, word_set("ambiguous_bare")
    found: Mentions = {}
    count = len(words)
    shadowed = 0
    beginnings = _patterns()
    for first in range(count):
        if words[first] not in beginnings or first < shadowed:
            continue
        if (first and starts[first] == starts[first - 1]) or normal.rest[starts[first]] == "#":
            continue
        node: _Node | None = _branch(words[first])
        here: dict[str, int] = {}
        sentence, last = sentences[first], first + 1
        while node is not None:
            endings = node.get(_LEAF)
            if endings is not None:
                typed = marked[first:last]
                vague = bare and last - first == 1 and typed[0] in ambiguous
                for concept, phrase, strict in endings:
                    if vague and not concept.startswith("place_"):
                        continue
                    if typed == phrase or _reads_as(normal, typed, phrase, strict):
                        here[concept] = last
            if last == count or sentences[last] != sentence:
                break
            node = node.get(words[last])
            last += 1
        if here:
            void = here.pop("void", 0)
            shadowed = max(here.pop("shadow", 0), void)
            for concept, end in here.items():
                if end > void:
                    found.setdefault(concept, []).append((first, end))
    return found


def covers(places: Sequence[Mention], place: Mention) -> bool:
    """Whether one of the places (sorted) holds a place whole."""
    return any(first <= place[0] and place[1] <= last for first, last in _around(places, place))


def touches(places: Sequence[Mention], place: Mention) -> bool:
    """Whether one of the places (sorted) shares a word with a place."""
    return any(first < place[1] and place[0] < last for first, last in _around(places, place))


def _around(places: Sequence[Mention], place: Mention) -> Iterator[Mention]:
    """The places that begin so near before the end of a place that they may reach it."""
    at = bisect_left(places, (place[1], 0)) - 1
    while at >= 0 and places[at][0] > place[0] - _LONGEST:
        yield places[at]
        at -= 1


def _reads_as(normal: Normal, typed: list[str], phrase: list[str], strict: bool) -> bool:
    """Whether the typed words can stand for this phrase, given their diacritics."""
    exact = missing = 0
    for written, word in zip(typed, phrase, strict=True):
        if written == word:
            exact += not written.isascii()
        elif written.isascii():
            if normal.full and not _UNFINISHED.search(written):
                return False
            missing += 1
        elif strict or not _same(written, word, len(phrase) > 1):
            return False
        else:
            exact += 1
    if missing == 0:
        return True
    if normal.bare:
        return not strict
    return not strict and (exact > 0 or (len(phrase) > 1 and not normal.full))


@functools.lru_cache(maxsize=4096)
def _same(written: str, word: str, company: bool) -> bool:
    """Whether a word typed with some diacritics is the same word; `company`: part of a phrase."""
    written_shape, written_tone = _shape_and_tone(written)
    shape, tone = _shape_and_tone(word)
    if written_shape != shape:
        return company and strip(written) == strip(word) and written_shape in _loose(shape)
    if company and written_tone == "\u0309":
        written_tone = "\u0303"
    if company and tone == "\u0309":
        tone = "\u0303"
    return written_tone == tone


def _loose(shape: str) -> tuple[str, ...]:
    """Shapes that hurried fingers leave behind: one of two horns missing ("đuờng", "vựơt")."""
    return shape.replace("ươ", "uơ"), shape.replace("ươ", "ưo")


@functools.lru_cache(maxsize=4096)
def _shape_and_tone(word: str) -> tuple[str, str]:
    apart = unicodedata.normalize("NFD", word)
    tone = "".join(mark for mark in apart if mark in _TONES)
    shape = unicodedata.normalize("NFC", "".join(mark for mark in apart if mark not in _TONES))
    return _SPELLINGS.get(shape, shape), tone


@functools.cache
def _patterns() -> dict[str, list[tuple[str, str, bool]]]:
    """The patterns of the whole catalogue by the words they may start with."""
    patterns: dict[str, list[tuple[str, str, bool]]] = {}
    for name in CONCEPT_FILES:
        for concept, lines in catalogue(name).items():
            for line in lines:
                for pattern in _PATTERN.findall(line):
                    strict = pattern.startswith("=")
                    bare = pattern.lstrip("=")
                    for word in _first_words(bare):
                        patterns.setdefault(word, []).append((concept, bare, strict))
    return patterns


def _first_words(pattern: str) -> set[str]:
    words: set[str] = set()
    for alternatives, word in _PART.findall(pattern):
        choices = [word] if word else alternatives.split("|")
        words.update(_key(_spelled_out(choice)[0]) for choice in choices if choice)
        if all(choices):
            break
    return words


@functools.cache
def _branch(word: str) -> _Node:
    """What may follow a word: patterns are spelled out only when their first word is met."""
    branch: _Node = {}
    for concept, pattern, strict in _patterns()[word]:
        for phrase in expand(pattern):
            if _key(phrase[0]) == word:
                node = branch
                for following in phrase[1:]:
                    node = node.setdefault(_key(following), {})
                node.setdefault(_LEAF, []).append((concept, list(phrase), strict))
    return branch


def expand(pattern: str) -> list[tuple[str, ...]]:
    """Every phrase that a pattern stands for, as words in NFC."""
    choices = [
        [word] if word else alternatives.split("|") for alternatives, word in _PART.findall(pattern)
    ]
    phrases = (_spelled_out(" ".join(choice)) for choice in itertools.product(*choices))
    return [phrase for phrase in dict.fromkeys(phrases) if phrase]


def _spelled_out(phrase: str) -> tuple[str, ...]:
    """The words of a phrase cut and expanded as those of a message are."""
    words = itertools.chain.from_iterable(
        SHORT_FORMS.get(word, (word,)) for word in _WORD.findall(phrase)
    )
    return tuple(words)


def _key(word: str) -> str:
    plain = strip(word)
    return _SPELLINGS.get(plain, plain)
