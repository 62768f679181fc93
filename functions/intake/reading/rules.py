"""Rules of the catalogue: which concepts have to stand near each other to mean something.

"park corner" both, at most eight words apart, in one sentence; "-x" and no x in that sentence;
"+x" and x anywhere in the message; "!x" and x nowhere; "~20" twenty words apart at most.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from functions.intake.reading.lexicon import Mention, Mentions, word_set
from functions.intake.reading.normal import Normal

_REACH = 8
_DENIALS = frozenset(["không", "chưa", "chẳng", "đừng", "chả"])
_PLAIN_DENIALS = frozenset(["khong", "chua", "chang"])


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the catalogue, taken apart."""

    near: tuple[str, ...]
    absent: tuple[str, ...]
    anywhere: tuple[str, ...]
    nowhere: tuple[str, ...]
    reach: int


class RuleBook:
    """Rules under names; asks only those whose rarest concept is mentioned at all."""

    def __init__(self, lines: Iterable[tuple[str, str]]) -> None:
        rules = [(name, parse(line)) for name, line in lines]
        uses = Counter(concept for _, rule in rules for concept in rule.near)
        self._by_concept: dict[str, list[tuple[str, Rule]]] = {}
        for name, rule in rules:
            rarest = min(rule.near, key=lambda concept: uses[concept])
            self._by_concept.setdefault(rarest, []).append((name, rule))

    def matches(self, normal: Normal, mentions: Mentions) -> dict[str, tuple[Mention, Rule]]:
        """The names of which a rule holds, each with its place and that rule."""
        found: dict[str, tuple[Mention, Rule]] = {}
        # In the order of the message, not of a set: every process has to find the same.
        for concept in mentions:
            for name, rule in self._by_concept.get(concept, ()):
                place = match(normal, mentions, rule)
                if place is not None and (name not in found or place < found[name][0]):
                    found[name] = place, rule
        return found


def parse(line: str) -> Rule:
    """The rule that a line of the catalogue states."""
    words = line.split()

    def marked(mark: str) -> tuple[str, ...]:
        return tuple(word[1:] for word in words if word.startswith(mark))

    near = tuple(word for word in words if word[0] not in "-+!~")
    reach = int(marked("~")[0]) if marked("~") else _REACH
    return Rule(near, marked("-"), marked("+"), marked("!"), reach)


def match(normal: Normal, mentions: Mentions, rule: Rule) -> Mention | None:
    """The first place where a rule holds and is not denied, as a range of words."""
    for name in rule.near:
        if name not in mentions:
            return None
    if not mentions.keys().isdisjoint(rule.nowhere) or not mentions.keys() >= set(rule.anywhere):
        return None
    anchor = min(rule.near, key=lambda name: len(mentions[name]))
    others = [mentions[name] for name in rule.near if name != anchor]
    absent = [mentions[name] for name in rule.absent if name in mentions]
    for mention in mentions[anchor]:
        first, last = mention
        for candidates in others:
            nearest = _nearest(normal, candidates, mention, rule.reach)
            if nearest is None:
                break
            first, last = min(first, nearest[0]), max(last, nearest[1])
        else:
            sentence = normal.sentences[first]
            if any(_in_sentence(normal, places, sentence) for places in absent):
                continue
            if not is_denied(normal, first):
                return first, last
    return None


def is_denied(normal: Normal, first: int) -> bool:
    """Whether the words just before take something back: "không vượt đèn đỏ", "chưa hề …"."""
    for at in range(first - 1, max(-1, first - 4), -1):
        if normal.sentences[at] != normal.sentences[first] or normal.paused[at + 1]:
            return False
        word = normal.words[at]
        if normal.marked[at] in _DENIALS or (normal.bare and word in _PLAIN_DENIALS):
            return True
        if word not in word_set("denial_middles"):
            return False
    return False


def _nearest(
    normal: Normal, candidates: Sequence[Mention], anchor: Mention, reach: int
) -> Mention | None:
    at = bisect_left(candidates, anchor)
    best, best_gap = None, reach + 1
    sentence, order = normal.sentences[anchor[0]], normal.order
    for candidate in candidates[max(0, at - 3) : at + 3]:
        gap = max(order[candidate[0]] - order[anchor[1]], order[anchor[0]] - order[candidate[1]])
        if gap < best_gap and normal.sentences[candidate[0]] == sentence:
            best, best_gap = candidate, gap
    return best


def _in_sentence(normal: Normal, places: Sequence[Mention], sentence: int) -> bool:
    at = bisect_left(places, sentence, key=lambda place: normal.sentences[place[0]])
    return at < len(places) and normal.sentences[places[at][0]] == sentence
