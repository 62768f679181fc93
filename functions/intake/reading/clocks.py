"""Times of day in a message: "7h30", "7g30", "7 giờ rưỡi", "8h kém 15", "từ 7h đến 8h"."""

import re
from dataclasses import dataclass

from functions.intake.reading.days import PARTS, is_part
from functions.intake.reading.lexicon import Mentions
from functions.intake.reading.normal import Normal
from functions.intake.reading.pattern import Pattern

_CLOCK = Pattern(
    r"(?<![\w/.,+:-])(?P<hour>[01]?\d|2[0-4])"
    r"(?:\s?(?:-|den|toi)\s?(?P<until>[01]?\d|2[0-4])(?=\s?(?:gio|h|g)(?![a-z])))?"
    r"(?:\s?(?P<unit>gio|h|g)(?![a-z])\s?(?P<minute>[0-5]\d(?!\d)|ruoi|[0-9](?=\s?(?:p|phut|')\b|\s*(?:[.,;!?)]|$)))?"
    r"|\s?(?P<half>ruoi)\b"
    r"|:(?P<colon>[0-5]\d)(?!\d)(?::[0-5]\d)?\s?(?:h|gio)?(?![a-z]))"
    r"(?:\s?(?:phut|p|')(?![a-z]))?(?:\s?kem\s?(?P<less>[0-5]?\d)(?:\s?(?:phut|p)(?![a-z]))?)?"
)
_RANGE = Pattern(r"\s*(?:-|den|toi|->)\s*$")
_AND_A_HALF = Pattern(r"\s?ruoi\b")
_BEFORE = Pattern(r"(\w+)\W*$")
_LASTING = frozenset(["trong", "suot", "mat", "dai", "ca", "them", "moi", "vong", "km"])
_MORE_OR_LESS = frozenset(["hon", "gan"])
_LASTING_AFTER = Pattern(r"\s*(?:dong ho|lien\b|truoc\b|lien tuc|nua\b|sau\b|rong)")
_ABOUT = frozenset(["luc", "khoang", "hoi", "tam", "vao", "tu", "cu", "den", "toi"])
_HALF_HOURS = ("ruoi",)
_HOUR_ENDS = ("gio", "ruoi")
_NUMBERS = {
    "mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9,
    "muoi": 10, "lam": 5,
}  # fmt: skip
# In a bare text "8h toi ..." may be "8h tôi ...": a verb after it tells.
_VERBS = frozenset(
    [
        "thay",
        "di",
        "dang",
        "gap",
        "co",
        "bi",
        "la",
        "phat",
        "chung",
        "xin",
        "muon",
        "ve",
        "ra",
        "moi",
        "vua",
        "nhin",
        "quay",
        "chay",
        "o",
    ]
)


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day as it was written; the part of the day decides what it means."""

    hour: int
    minute: int
    exact: bool
    """Minutes were given."""
    part: str | None
    until: "tuple[int, int] | None"
    """End of a range, hour and minute as written."""
    start: int
    end: int
    """Characters of the normal text."""
    is_end: bool = False
    """Only the end of something was told ("hát đến 12h đêm")."""
    padded: bool = False
    """Written with two digits, as clocks show it."""


def find(normal: Normal, mentions: Mentions) -> list[Clock]:
    """The times of day in a message, in order; durations, speeds and prices are none."""
    clocks: list[Clock] = []
    for match in _CLOCK.regex.finditer(normal.rest):
        clock = _read(normal, match)
        if clock is None:
            continue
        previous = clocks[-1] if clocks else None
        if previous and _RANGE.regex.fullmatch(normal.rest, previous.end, match.start("hour")):
            clocks[-1] = _joined(previous, clock)
        else:
            clocks.append(clock)
    if "hour_in_words" in mentions:
        clocks += _in_words(normal, mentions)
        clocks.sort(key=lambda clock: clock.start)
    return clocks


def _joined(begin: Clock, end: Clock) -> Clock:
    part = begin.part
    if part is None and begin.hour <= 12 and (end.hour > begin.hour or end.part == "midnight"):
        part = end.part
    return Clock(
        begin.hour, begin.minute, begin.exact, part, (end.hour, end.minute),
        begin.start, end.end, padded=begin.padded,
    )  # fmt: skip


def _read(normal: Normal, match: re.Match[str]) -> Clock | None:
    before = _BEFORE.regex.search(normal.rest[max(0, match.start() - 12) : match.start()])
    word = before[1] if before else ""
    if (
        word in _LASTING
        or _is_habitual(normal, match.start())
        or _LASTING_AFTER.regex.match(normal.rest, match.end())
    ):
        return None
    hour, minute, exact = int(match["hour"]), 0, False
    written = match["minute"] or match["colon"] or match["half"]
    if written:
        exact = True
        minute = 30 if written in _HALF_HOURS else int(written)
    end = match.end()
    if not exact and match["unit"]:
        half = _AND_A_HALF.regex.match(normal.rest, end)
        if half:
            minute, exact, end = 30, True, half.end()
    if match["less"]:
        hour, minute, exact = (hour - 1) % 24, (60 - int(match["less"])) % 60, True
    part, end = _part_after(normal, end)
    if word in _MORE_OR_LESS and part is None and hour <= 6:
        return None
    if match["unit"] == "g" and not (exact or part or word in _ABOUT):
        return None
    if hour == 24 and match["unit"] == "h" and part is None:
        return None
    until = (int(match["until"]), 0) if match["until"] else None
    is_end = word in ("den", "toi") and not re.search(
        r"\btu\b[^.;]{0,20}$", normal.rest[max(0, match.start() - 30) : match.start()]
    )
    return Clock(
        hour % 24, minute, exact, part, until, match.start(), end, is_end,
        padded=len(match["hour"]) == 2 and match["hour"][0] == "0",
    )  # fmt: skip


def _is_habitual(normal: Normal, start: int) -> bool:
    """Whether "cứ" stands before a clock: "cứ 11h đêm là chạy" tells of no one night."""
    at = normal.word_at(start) - 1
    return at >= 0 and (normal.marked[at] == "cứ" or (normal.bare and normal.words[at] == "cu"))


def _part_after(normal: Normal, end: int) -> tuple[str | None, int]:
    """The part of the day named right after a clock ("8h tối")."""
    at = normal.word_at(end)
    while at < len(normal.words) and normal.words[at] in ("buoi", "vao", "luc"):
        at += 1
    if at >= len(normal.words) or normal.starts[at] - end > 6:
        return None, end
    two = " ".join(normal.words[at : at + 2])
    if two in ("rang sang", "nua dem", "sang som", "chieu toi", "xe chieu", "gan trua"):
        return PARTS[two], normal.ends[at + 1]
    if not is_part(normal, at):
        return None, end
    word = normal.words[at]
    following = normal.words[at + 1] if at + 1 < len(normal.words) else ""
    if normal.marked[at] == "toi" and following in _VERBS:
        return None, end
    return PARTS[word], normal.ends[at]


def _in_words(normal: Normal, mentions: Mentions) -> list[Clock]:
    clocks = []
    for first, last in mentions["hour_in_words"]:
        end = normal.ends[last - 1]
        if _LASTING_AFTER.regex.match(normal.rest, end) or normal.words[first - 1] in _LASTING:
            continue
        spoken = normal.words[first:last]
        hour = sum(_NUMBERS.get(word, 0) for word in spoken)
        end = normal.ends[first + next(at for at, word in enumerate(spoken) if word in _HOUR_ENDS)]
        exact = "ruoi" in spoken and "gio" not in spoken
        half = _AND_A_HALF.regex.match(normal.rest, end)
        if half:
            exact, end = True, half.end()
        part, end = _part_after(normal, end)
        clocks.append(Clock(hour, 30 if exact else 0, exact, part, None, normal.starts[first], end))
    return clocks
