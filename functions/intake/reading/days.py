"""Which day a message speaks of: relative days, weekdays, dates, always before it was sent.

Dates are day first. Lunar dates and vague words ("hôm nọ", "tuần trước") name no day: the citizen
is asked rather than guessed at.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from functions.intake.reading.lexicon import Mention, Mentions
from functions.intake.reading.normal import Normal
from functions.intake.reading.pattern import Pattern

PARTS = {
    "rang sang": "dawn", "sang som": "early", "sang": "morning", "som": "morning",
    "gan trua": "noon", "trua": "noon", "chieu": "afternoon", "xe chieu": "late afternoon",
    "chieu toi": "evening", "toi": "evening", "chap toi": "evening", "dem": "night",
    "khuya": "night", "nua dem": "midnight", "hom": "evening",
}  # fmt: skip
"""Parts of the day by their plain words; "hồi hôm" is last night in the South."""

_MARKED_PARTS = frozenset(["sáng", "trưa", "chiều", "tối", "đêm", "khuya"])
_ENOUGH = 12
"""More dates than this in one message are a list, not a moment."""
_WEEKDAYS = {
    "hai": 0, "2": 0, "ba": 1, "3": 1, "tu": 2, "4": 2, "nam": 3, "5": 3, "sau": 4, "6": 4,
    "bay": 5, "7": 5, "nhat": 6, "cn": 6, "nhut": 6,
}  # fmt: skip
_RELATIVE = (("two_days", -2), ("three_days", -3), ("yesterday", -1), ("today", 0))
_DATE = Pattern(
    r"(?<![\d/.,:+-])(?P<day>0?[1-9]|[12]\d|3[01])\s?(?P<mark>[/.-])\s?(?P<month>0?[1-9]|1[0-2])"
    r"(?:\s?(?P=mark)\s?(?P<year>20\d\d|\d\d))?(?![\d/]|[.,-]\d|\s?(?:tr|k|m|kg|tan|trieu|nguoi)\b)"
)
_DATE_IN_WORDS = Pattern(
    r"\b(?:ngay|hom|sang|trua|chieu|toi|dem)\s+(?P<day>0?[1-9]|[12]\d|3[01])"
    r"(?:\s?(?:thang|/|-|t)\s?(?P<month>1[0-2]|0?[1-9])(?:\s?(?:nam|/|-)?\s?(?P<year>20\d\d))?"
    r"|(?=\s*(?:$|[,.;]|vua (?:roi|qua)|nay|tai|o|luc|khoang|vao|xe|co)\b))"
)
_DAY_WORDS = Pattern(r"(?:ngay|hom|sang|trua|chieu|toi|dem|vao|luc|khuya|bua|,|\()\s*$")
_NOT_A_DATE = Pattern(
    r"(?:duong|pho|hem|ngo|ngach|kiet|so|nha|le|cau|khu|to|phong|ty le|khoan|km|quan|chung cu"
    r"|dai lo|quang truong|cong vien|truong|benh vien|xuong|cho|ca|dip|bien)\s*$"
)


@dataclass(frozen=True, slots=True)
class Day:
    """A day that is spoken of, perhaps with a part of it. Word positions, not characters."""

    date: date
    part: str | None
    first: int
    last: int
    plain_weekday: bool = False
    """A weekday without "tuần trước" or "vừa rồi": with "cứ" or "nào cũng" it repeats."""
    floating: bool = False
    """Only a part was named ("hồi chiều"): the latest such part that is past."""


def find(normal: Normal, mentions: Mentions, today: date) -> list[Day]:
    """The days spoken of, in the order of the message; none lies after `today`."""
    days = list(_relative(normal, mentions, today))
    days += _weekdays(normal, mentions, today)
    days += _dates(normal, today)
    days.sort(key=lambda day: (day.first, -day.last))
    return days


def part_before(normal: Normal, index: int) -> tuple[str | None, int]:
    """The part of the day named just before a word ("tối thứ bảy"), and where it begins."""
    for step in (1, 2):
        at = index - step
        if at < 0:
            break
        if is_part(normal, at):
            two = " ".join(normal.words[at - 1 : at + 1]) if at else ""
            if two in PARTS:
                return PARTS[two], at - 1
            return PARTS[normal.words[at]], at
        if normal.words[at] not in ("ngay", "hom", "buoi", "cua", "vao"):
            break
    return None, index


def is_part(normal: Normal, index: int) -> bool:
    """Whether a word is sáng, trưa, chiều, tối, đêm or khuya."""
    word = normal.words[index]
    if normal.marked[index] in _MARKED_PARTS:
        return True
    return normal.bare and word in PARTS and word not in ("hom", "som")


def _relative(normal: Normal, mentions: Mentions, today: date) -> list[Day]:
    days = []
    taken: list[Mention] = []
    for name, offset in (("today_part", 0), ("yesterday_part", -1), ("two_days_part", -2)):
        for first, last in mentions.get(name, ()):
            words = normal.words[first:last]
            part = _named_part(words)
            days.append(Day(today + timedelta(days=offset), part, first, last))
            taken.append((first, last))
    for first, last in mentions.get("past_part", ()):
        if not _inside(first, taken) and not _inside(last - 1, taken):
            part = _named_part(normal.words[first:last])
            if part is not None:
                days.append(Day(today, part, first, last, floating=True))
                taken.append((first, last))
    for name, offset in _RELATIVE:
        for first, last in mentions.get(name, ()):
            if not _inside(first, taken):
                part, begin = part_before(normal, first)
                days.append(Day(today + timedelta(days=offset), part, begin, last))
                taken.append((begin, last))
    return days


def _named_part(words: list[str]) -> str | None:
    if len(words) > 2 and words[-2:] == ["toi", "gio"]:
        # "Chieu toi gio" goes on until now; there is no evening in it.
        words = words[:-2]
    for size in (2, 1):
        for at in range(len(words) - size + 1):
            part = PARTS.get(" ".join(words[at : at + size]))
            if part is not None and not (words[at] == "hom" and len(words) > 2):
                return part
    return None


def _inside(word: int, spans: list[Mention]) -> bool:
    return any(first <= word < last for first, last in spans)


def _weekdays(normal: Normal, mentions: Mentions, today: date) -> list[Day]:
    days = []
    ordinals = [last for _, last in mentions.get("ordinal", ())]
    for first, last in mentions.get("weekday", ()):
        if first + 1 in ordinals or (last - first == 1 and normal.words[first] != "cn"):
            continue
        number = _WEEKDAYS[normal.words[last - 1]]
        monday = today - timedelta(days=today.weekday())
        end, open_week = last, False
        week = _starts_near(mentions, "last_week", last)
        if week:
            day, end = monday + timedelta(days=number - 7), week[1]
        elif week := _starts_near(mentions, "this_week", last):
            day, end = monday + timedelta(days=number), week[1]
        else:
            back = (today.weekday() - number) % 7
            recent = _starts_near(mentions, "recent", last)
            open_week = recent is None
            if back == 0 and recent:
                back = 7
            day = today - timedelta(days=back)
        part, begin = part_before(normal, first)
        if day <= today:
            days.append(Day(day, part, begin, end, plain_weekday=open_week))
    return days


def _starts_near(mentions: Mentions, name: str, word: int) -> Mention | None:
    return next((m for m in mentions.get(name, ()) if 0 <= m[0] - word <= 1), None)


def _dates(normal: Normal, today: date) -> list[Day]:
    days: list[Day] = []
    for pattern in (_DATE, _DATE_IN_WORDS):
        for match in pattern.regex.finditer(normal.rest):
            before = normal.rest[max(0, match.start() - 14) : match.start()]
            if pattern is _DATE and not _is_date(match, before):
                continue
            day = _calendar_day(match, today)
            if day is None:
                continue
            first = normal.word_at(match.start("day"))
            last = normal.word_at(match.end())
            part, begin = part_before(normal, first)
            if not any(known.first <= begin < known.last for known in days):
                days.append(Day(day, part, begin, last))
            if len(days) >= _ENOUGH:
                break
    return days


def _is_date(match: re.Match[str], before: str) -> bool:
    """Numbers with a mark between them are often addresses, shares, prices or decrees."""
    if _NOT_A_DATE.regex.search(before):
        return False
    if match["year"]:
        return True
    if (match["day"], match["month"]) in (("24", "7"), ("1", "2"), ("2", "3"), ("1", "3")):
        return _DAY_WORDS.regex.search(before) is not None
    return match["mark"] == "/" or re.search(r"(?:ngay|hom)\s*$", before) is not None


def _calendar_day(match: re.Match[str], today: date) -> date | None:
    """The day meant, the latest that is not in the future where the year or month is left out."""
    number = int(match["day"])
    year = match["year"]
    try:
        if match["month"] is None:
            day = today.replace(day=number)
            if day > today:
                day = (today.replace(day=1) - timedelta(days=1)).replace(day=number)
        elif year is None:
            day = date(today.year, int(match["month"]), number)
            if day > today:
                day = day.replace(year=today.year - 1)
        else:
            day = date(int(year) + (2000 if len(year) == 2 else 0), int(match["month"]), number)
    except ValueError:
        return None
    return day if day <= today else None
