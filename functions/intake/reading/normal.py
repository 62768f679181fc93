"""The normal form of a message, with the way back to what was typed.

Everything in this package reads a `Normal`: lower case, NFC, and beside it the same text without
diacritics, letter for letter, so that one position means the same place in both. `origin` turns
positions back into spans of the original text (NFD input has more characters than its normal form).
"""

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass, field

from functions.intake.reading.abbreviations import SHORT_FORMS

Span = tuple[int, int]
"""Where a finding came from: start and end (exclusive) in the original text."""

_MARKED = (
    "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
)  # fmt: skip
_PLAIN = "a" * 17 + "e" * 11 + "i" * 5 + "o" * 17 + "u" * 11 + "y" * 5 + "d"
_STRIP = str.maketrans(_MARKED, _PLAIN)
# Length-preserving: dashes, spaces and quotes that telephones insert; İ alone changes length.
_EVEN = str.maketrans("‐‑‒–—−\u00a0\u202f\u2009’‘“”İ", "------   ''\"\"i")
# Marks typed apart from their letters, full-width and "fancy" letters, invisible characters.
_UNEVEN = re.compile(
    "[\u0300-\u036f\u200b-\u200f\u2060\ufe0f\ufeff\uff01-\uff5e\U0001d400-\U0001d7ff]"
)
# A base letter with its marks; Unicode's stream-safe limit is 30, Vietnamese needs 2.
_CLUSTER = re.compile("([^\u0300-\u036f])([\u0300-\u036f]{0,8})[\u0300-\u036f]*", re.DOTALL)
_WORD = re.compile(r"[^\W\d_]+|\d+")
_SENTENCE_END = re.compile(r"\.\s|[!?;\n…]")
_PAUSE = re.compile("[,()]")
_SHOUTING = 2
"""More words with diacritics in block capitals than this are shouting, no names."""
_ABBREVIATED = frozenset(["p", "q", "h", "x", "tp", "tx", "tt", "f"])
"""Kinds of places that are written with a full stop: "P. Bãi Cháy"."""
_LONG_DRAWN = re.compile(r"([^\W\d_])\1\1+")
_VOWEL = re.compile("[aeiouy]")


@dataclass(slots=True, eq=False)
class Normal:
    """A message made even and cut into words.

    The word lists run in parallel; a short form is expanded in place, so several words may share
    one position.
    """

    original: str
    typed: str
    """NFC with the capitals, as long as `text`."""
    text: str
    plain: str
    rest: str
    """`plain` with plates and telephone numbers blanked: their digits mean nothing else."""
    offsets: list[int] | None
    words: list[str] = field(default_factory=list)
    """Without diacritics."""
    marked: list[str] = field(default_factory=list)
    """As typed, in lower case."""
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    capitals: list[bool] = field(default_factory=list)
    """Whether it begins like a name; block capitals throughout a message do not count."""
    sentences: list[int] = field(default_factory=list)
    """The number of the sentence of each word."""
    paused: list[bool] = field(default_factory=list)
    """Whether a comma or bracket stands before it."""
    order: list[int] = field(default_factory=list)
    """How many words stand before each, plates and telephone numbers not counted."""
    bare: bool = False
    """Written (almost) without diacritics."""
    full: bool = False
    """Written with its diacritics throughout."""

    def origin(self, start: int, end: int) -> Span:
        """The span of the original text for positions of the normal text."""
        if self.offsets is None:
            return start, end
        return self.offsets[start], self.offsets[end] if end > start else self.offsets[start]

    def span(self, first: int, last: int) -> Span:
        """The span of the original text for a range of words."""
        return self.origin(self.starts[first], self.ends[last - 1])

    def quote(self, start: int, end: int) -> str:
        """What was typed between two positions, in NFC."""
        first, last = self.origin(start, end)
        return unicodedata.normalize("NFC", self.original[first:last])

    def position(self, offset: int) -> int:
        """Where an offset of the original text lies in the normal text."""
        return offset if self.offsets is None else bisect_left(self.offsets, offset)

    def word_at(self, position: int) -> int:
        """The index of the first word that starts at or after a position."""
        return bisect_left(self.starts, position)

    def set_aside(self, spans: list[Span]) -> None:
        """Blank plates and telephone numbers (spans of the original) and count the other words."""
        parts, end = [], 0
        for first, last in sorted(spans):
            start, stop = self.position(first), self.position(last)
            if start >= end:
                parts += [self.plain[end:start], "#" * (stop - start)]
                end = stop
        self.rest = "".join(parts) + self.plain[end:]
        counted = 0
        for start in self.starts:
            self.order.append(counted)
            counted += self.rest[start] != "#"
        self.order.append(counted)


def strip(text: str) -> str:
    """The text without Vietnamese diacritics; lower case in, lower case out, same length."""
    return text.translate(_STRIP)


def normalise(original: str) -> Normal:
    """Make a message even and cut it into words. Takes any text, in time linear in its length."""
    offsets: list[int] | None = None
    typed = original
    if _UNEVEN.search(original):
        typed, offsets = _compose(original)
    typed = typed.translate(_EVEN)
    text = typed.lower()
    plain = strip(text)
    normal = Normal(original, typed, text, plain, plain, offsets)
    _cut(normal)
    return normal


def _compose(original: str) -> tuple[str, list[int]]:
    """NFC (NFKC for full-width letters); the original offset of every character and the end."""
    composed: list[str] = []
    offsets: list[int] = []
    position = 0
    for cluster in _CLUSTER.finditer(original):
        base, marks = cluster.groups()
        if unicodedata.category(base) == "Cf" or base == "\ufe0f":
            continue
        letters = unicodedata.normalize("NFC", base + marks)
        if base > "\u2fff":
            letters = unicodedata.normalize("NFKC", letters)
        composed.append(letters)
        offsets.extend([cluster.start()] * len(letters))
        position = cluster.end()
    offsets.append(position)
    return "".join(composed), offsets


def _cut(normal: Normal) -> None:
    typed, text, plain = normal.typed, normal.text, normal.plain
    drawn = _LONG_DRAWN.search(plain) is not None
    words, marked_words, starts, ends = normal.words, normal.marked, normal.starts, normal.ends
    capitals, sentences, paused = normal.capitals, normal.sentences, normal.paused
    sentence = marks = letters = previous = 0
    for match in _WORD.finditer(plain):
        start, end = match.span()
        pause = False
        if start - previous != 1 or plain[previous] != " ":
            gap = plain[previous:start]
            if _SENTENCE_END.search(gap) and not (
                words and gap == ". " and words[-1] in _ABBREVIATED
            ):
                sentence += 1
            pause = _PAUSE.search(gap) is not None
        word, marked = plain[start:end], text[start:end]
        long = None
        if not word.isdigit():
            letters += 1
            marks += word != marked
            long = SHORT_FORMS.get(marked)
            if long is not None and start == previous and start and plain[start - 1].isdigit():
                long = None
            if drawn and long is None and _VOWEL.search(word):
                word, marked = _LONG_DRAWN.sub(r"\1", word), _LONG_DRAWN.sub(r"\1", marked)
        previous = end
        if long is not None:
            size = len(long)
            words += [strip(part) for part in long]
            marked_words += long
            starts += [start] * size
            ends += [end] * size
            capitals += [False] * size
            sentences += [sentence] * size
            paused += [pause] + [False] * (size - 1)
            continue
        words.append(word)
        marked_words.append(marked)
        starts.append(start)
        ends.append(end)
        capitals.append(typed[start] != text[start])
        sentences.append(sentence)
        paused.append(pause)
    shouted = [
        at
        for at, (start, end) in enumerate(zip(starts, ends, strict=True))
        if capitals[at] and end - start > 1 and typed[end - 1] != text[end - 1]
    ]
    marked_capitals = sum(words[at] != marked_words[at] for at in shouted)
    if marked_capitals > _SHOUTING or len(shouted) > 3 * _SHOUTING:
        for at in shouted:
            capitals[at] = False
    normal.bare = marks * 5 < letters
    normal.full = marks * 2 > letters
