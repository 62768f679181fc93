"""When it happened: one moment from all that a message says about time.

Everything is relative to when the message was sent, in Viet Nam (UTC+7, no daylight saving).
"12h đêm" is 00:00 of the next day, "1h trưa" 13:00; a time without a part of the day is the closest
one that is past. What lies in the future, repeats, or follows the lunar calendar is no moment.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from functions.intake.reading import clocks, days
from functions.intake.reading.clocks import Clock
from functions.intake.reading.days import Day
from functions.intake.reading.lexicon import Mentions
from functions.intake.reading.normal import Normal, Span
from functions.intake.reading.pattern import Pattern
from functions.vietnam import VIETNAM

_PART_STARTS = {
    "midnight": 0, "dawn": 3, "early": 5, "morning": 6, "noon": 11, "afternoon": 13,
    "late afternoon": 16, "evening": 18, "night": 22,
}  # fmt: skip
_PATIENCE = timedelta(minutes=10)
_AGO = Pattern(
    r"(?P<lead>cach (?:day|nay|luc nay)(?: chung| khoang| tam| do)?\s+)?(?<![\w.,/])"
    r"(?P<count>\d{1,3}|nua|mot|hai|ba|bon|nam|muoi lam|muoi)\s?"
    r"(?P<unit>phut|p|tieng|gio|h|ngay|hom|bua|tuan)(?![a-z])(?P<half> ruoi)?(?: dong ho)?"
    r"(?:\s+(?P<tail>truoc|ve truoc|roi|qua|nay))?(?!\s+(?:khi|tet|luc))"
)
_COUNTS = {
    "nua": 0.5, "mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "muoi": 10, "muoi lam": 15
}  # fmt: skip
_MINUTES = {
    "phut": 1,
    "p": 1,
    "tieng": 60,
    "gio": 60,
    "h": 60,
    "ngay": 1440,
    "hom": 1440,
    "tuan": 10080,
}


_OWN_ERRANDS = frozenset(["nhan", "doc", "xem", "nghe", "biet", "mua", "lam", "nop", "hoi", "goi"])


class Precision(StrEnum):
    """How sharp a moment is."""

    MINUTE = "minute"
    HOUR = "hour"
    PART_OF_DAY = "part_of_day"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Moment:
    """When it happened: an aware start in Viet Nam's time, and the end where a range was told."""

    start: datetime
    precision: Precision
    end: datetime | None
    span: Span
    confidence: float


def find(normal: Normal, mentions: Mentions, sent_at: datetime) -> Moment | None:
    """The moment a message speaks of, `None` where it names none that can be told.

    `sent_at` is when the citizen sent it (aware), not when it was received.
    """
    sent = sent_at.astimezone(VIETNAM).replace(second=0, microsecond=0)
    spoken_days = days.find(normal, mentions, sent.date())
    times = [clock for clock in clocks.find(normal, mentions) if not clock.is_end]
    repeats = _is_habit(normal, mentions, times)
    if repeats:
        spoken_days = [day for day in spoken_days if not day.plain_weekday]
    if spoken_days:
        moment = _on_a_day(normal, spoken_days, times, sent)
        if moment is not None or not repeats:
            return moment
    if (
        "lunar" in mentions
        or "future" in mentions
        or repeats
        or ("vague_day" in mentions and not _ago(normal, sent))
    ):
        return None
    ago = _ago(normal, sent)
    if ago is not None:
        return ago
    if times:
        return _latest(normal, times[0], sent)
    return _just_now(normal, mentions, sent)


def _is_habit(normal: Normal, mentions: Mentions, times: list[Clock]) -> bool:
    """Whether it happens again and again; "lúc tan học 16h45" was once, on a clock."""
    repeats = mentions.get("habit", [])
    if any(clock.exact and clock.until is None for clock in times):
        repeats = [place for place in repeats if "tan" not in normal.words[place[0] : place[1]]]
    return bool(repeats)


def _on_a_day(
    normal: Normal, spoken: list[Day], times: list[Clock], sent: datetime
) -> Moment | None:
    day = spoken[0]
    clock = _belonging(normal, times, day)
    if clock is None:
        return _whole(normal, day, sent)
    part = clock.part or day.part
    start = _at(
        day.date,
        clock.hour,
        clock.minute,
        part,
        night_of=clock.part is None or day.part is not None,
    )
    if part is None and day.date == sent.date() and clock.hour < 12 and not clock.padded:
        start = _closest(start, sent)
    elif part is None and 1 <= clock.hour <= 4 and not clock.padded:
        start += timedelta(hours=12)
    if day.floating and start > sent + _PATIENCE:
        start -= timedelta(days=1)
    if start > sent + _PATIENCE:
        return None
    first = min(normal.starts[day.first], clock.start)
    last = max(normal.ends[day.last - 1], clock.end)
    precision = Precision.MINUTE if clock.exact else Precision.HOUR
    confidence = 0.95 if part or clock.hour > 12 else 0.8
    return Moment(
        start, precision, _end(start, clock, part), normal.origin(first, last), confidence
    )


def _belonging(normal: Normal, times: list[Clock], day: Day) -> Clock | None:
    """The clock nearest to the day; both are usually said in one breath."""
    if not times:
        return None
    middle = normal.starts[day.first]
    return min(times, key=lambda clock: abs(clock.start - middle))


def _whole(normal: Normal, day: Day, sent: datetime) -> Moment | None:
    span = normal.origin(normal.starts[day.first], normal.ends[day.last - 1])
    if day.part is None:
        start = datetime.combine(day.date, time(), VIETNAM)
        return Moment(start, Precision.DAY, None, span, 0.9)
    start = _part_start(day.date, day.part)
    if start > sent and day.floating:
        start -= timedelta(days=1)
    if start > sent + timedelta(hours=1):
        return None
    return Moment(start, Precision.PART_OF_DAY, None, span, 0.9)


def _part_start(day: date, part: str) -> datetime:
    start = datetime.combine(day, time(_PART_STARTS[part]), VIETNAM)
    return start + timedelta(days=1) if part == "midnight" else start


def _at(day: date, hour: int, minute: int, part: str | None, *, night_of: bool) -> datetime:
    """A clock time on a day; after midnight "đêm qua" and "tối qua" are already the next day."""
    shift = 0
    if (part == "noon" and hour < 10) or (part in ("afternoon", "late afternoon") and hour < 12):
        hour += 12
    elif part in ("evening", "night", "midnight"):
        if hour == 12 or (hour == 0 and night_of):
            hour, shift = 0, 1
        elif 5 <= hour < 12:
            hour += 12
        elif (hour < 5 and night_of) or (part == "evening" and 1 <= hour < 5):
            shift = 1
    elif part in ("morning", "dawn", "early") and hour == 12:
        hour = 0
    return datetime.combine(day, time(hour, minute), VIETNAM) + timedelta(days=shift)


def _closest(start: datetime, sent: datetime) -> datetime:
    later = start + timedelta(hours=12)
    return later if later <= sent + _PATIENCE else start


def _end(start: datetime, clock: Clock, part: str | None) -> datetime | None:
    if clock.until is None:
        return None
    hour, minute = clock.until
    end = _at(start.date(), hour, minute, part, night_of=False)
    while end <= start:
        end += timedelta(hours=12 if hour <= 12 and part is None else 24)
    return end


def _latest(normal: Normal, clock: Clock, sent: datetime) -> Moment:
    """A clock time without a day: the closest one that is past."""
    start = _at(sent.date(), clock.hour, clock.minute, clock.part, night_of=False)
    if clock.part is None and clock.hour < 12 and not clock.padded:
        start = _closest(start, sent)
    while start > sent + _PATIENCE:
        ambiguous = clock.part is None and clock.hour <= 12 and not clock.padded
        start -= timedelta(hours=12 if ambiguous else 24)
    precision = Precision.MINUTE if clock.exact else Precision.HOUR
    span = normal.origin(clock.start, clock.end)
    confidence = 0.85 if clock.part or clock.hour > 12 else 0.6
    return Moment(start, precision, _end(start, clock, clock.part), span, confidence)


def _ago(normal: Normal, sent: datetime) -> Moment | None:
    for match in _AGO.regex.finditer(normal.rest):
        unit = match["unit"]
        lasting = match["tail"] in ("roi", "qua", "nay")
        if not (match["lead"] or match["tail"] in ("truoc", "ve truoc") or lasting):
            continue
        if lasting and not match["lead"] and unit not in ("phut", "p", "tieng"):
            continue
        count = match["count"]
        size = int(count) if count.isdigit() else _COUNTS[count]
        size += 0.5 if match["half"] else 0
        start = sent - timedelta(minutes=size * _MINUTES.get(unit, 1440))
        span = normal.origin(match.start(), match.end())
        if unit in ("ngay", "hom", "bua", "tuan"):
            midnight = datetime.combine(start.date(), time(), VIETNAM)
            return Moment(midnight, Precision.DAY, None, span, 0.85)
        minutes = unit in ("phut", "p") or count == "nua" or match["half"]
        precision = Precision.MINUTE if minutes else Precision.HOUR
        return Moment(start, precision, None, span, 0.85)
    return None


def _just_now(normal: Normal, mentions: Mentions, sent: datetime) -> Moment | None:
    for concept, precision, back in (
        ("moments_ago", Precision.MINUTE, 5),
        ("a_while_ago", Precision.HOUR, 0),
        ("just_now", Precision.MINUTE, 0),
        ("now", Precision.MINUTE, 0),
    ):
        if concept in mentions:
            first, last = mentions[concept][0]
            span = normal.origin(normal.starts[first], normal.ends[last - 1])
            return Moment(sent - timedelta(minutes=back), precision, None, span, 0.8)
    single = [at for at, word in enumerate(normal.marked) if word == "vừa"]
    if not single and normal.bare:
        single = [at for at, word in enumerate(normal.words) if word == "vua"]
    # "Em vừa nhận giấy báo" tells of the writer, not of what happened.
    own = [at for at in single if not _OWN_ERRANDS.isdisjoint(normal.words[at + 1 : at + 2])]
    if len(single) == 1 and not own:
        at = single[0]
        return Moment(
            sent, Precision.MINUTE, None, normal.origin(normal.starts[at], normal.ends[at]), 0.6
        )
    return None
