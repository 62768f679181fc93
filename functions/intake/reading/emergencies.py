"""Whether it is happening now, and whether somebody is in danger.

One call to 113 too many is acceptable, one too few is not: danger counts unless it is plainly past,
denied ("không ai bị thương"), an idiom ("cháy hàng") or only feared ("sợ chết người").
"""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from functions.intake.reading import rules
from functions.intake.reading.lexicon import Mention, Mentions, covers, touches
from functions.intake.reading.moments import Moment, Precision
from functions.intake.reading.normal import Normal, Span

_RECENT = timedelta(hours=1)
_JUST = timedelta(minutes=3)
_URGENT_ACTS = frozenset(
    ["nguoc_chieu_cao_toc", "mo_to_vao_cao_toc", "dung_do_cao_toc", "bo_chay_tngt",
     "rai_dinh", "nem_da", "lang_lach", "boc_dau", "dua_xe", "nhom_toc_do"]
)  # fmt: skip
"""Rows whose note in the catalogue calls them urgent while they go on."""
_URGENT_WHEN_FRESH = frozenset(["gay_tngt", "chuong_ngai"])


class Danger(StrEnum):
    """What kind of danger, which decides whom the citizen is told to call."""

    LIFE = "life"
    FIRE = "fire"
    VIOLENCE = "violence"
    ABUSE = "abuse"
    ROAD = "road"


_DANGERS = (
    (Danger.ABUSE, "danger_abuse", True),
    (Danger.LIFE, "danger_life", False),
    (Danger.FIRE, "danger_fire", False),
    (Danger.VIOLENCE, "danger_violence", False),
    (Danger.ROAD, "danger_road_now", False),
    (Danger.ROAD, "danger_road", False),
)
"""The gravest first; the last column: also where it happens again and again."""
_FELT_NOW = frozenset([Danger.LIFE, Danger.FIRE, Danger.VIOLENCE])
"""Dangers that people report while they last; of an act seen on the road they may tell later."""
_BURNING = rules.parse("burn burnable ~4")
_BREAKING_IN = rules.parse("stranger break_in +ongoing ~8")


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that show that something is going on."""

    span: Span
    confidence: float


@dataclass(frozen=True, slots=True)
class Emergency:
    """Somebody is, or was within the hour, in danger."""

    danger: Danger
    span: Span
    confidence: float


def emergency(
    normal: Normal,
    mentions: Mentions,
    acts: dict[str, Span],
    moment: Moment | None,
    sent_at: datetime,
) -> Emergency | None:
    """The gravest danger that a message tells of, `None` where there is none or it is long past."""
    missing = mentions.get("danger_missing")
    if missing:
        return Emergency(Danger.LIFE, normal.span(*missing[0]), 0.8)
    if is_past(moment, sent_at):
        return None
    repeats = "habit" in mentions and not _is_now(mentions)
    told_by_swindlers = "crime_fraud" in mentions
    for danger, concept, every_time in _DANGERS:
        for mention in mentions.get(concept, ()):
            # Swindlers tell of accidents; "cứu cháu tôi với" is the family's own cry.
            cries = normal.words[mention[0]] == "cuu"
            if told_by_swindlers and danger is Danger.LIFE and not cries:
                continue
            if (every_time or not repeats) and _is_meant(normal, mentions, mention):
                return Emergency(danger, normal.span(*mention), 0.9)
    if repeats or told_by_swindlers:
        return None
    burning = rules.match(normal, mentions, _BURNING)
    if burning is not None and _is_meant(normal, mentions, burning):
        return Emergency(Danger.FIRE, normal.span(*burning), 0.8)
    intruder = rules.match(normal, mentions, _BREAKING_IN)
    if intruder is not None:
        return Emergency(Danger.VIOLENCE, normal.span(*intruder), 0.8)
    if "nobody_hurt" in mentions:
        return None
    for slug, span in acts.items():
        fresh = moment is not None or "now" in mentions or "just_now" in mentions
        if slug in _URGENT_ACTS or (slug in _URGENT_WHEN_FRESH and fresh):
            return Emergency(Danger.ROAD, span, 0.8)
    return None


def outlives_question(mentions: Mentions, danger: Emergency) -> bool:
    """Whether danger counts though a question is asked ("nhà tôi đang cháy gọi số nào")."""
    if danger.danger is Danger.ROAD or "fine" in mentions:
        return False
    return any(name in mentions for name in ("ongoing", "now", "still"))


def ongoing(
    normal: Normal,
    mentions: Mentions,
    acts: dict[str, Span],
    danger: Emergency | None,
    moment: Moment | None,
    sent_at: datetime,
) -> Cue | None:
    """The words that say it is still going on, the danger itself if nothing says it is over."""
    until_now = any(concept in mentions for concept in ("still", "now"))
    if is_past(moment, sent_at) and not until_now:
        return None
    own = mentions.get("own_ongoing", [])
    for concept, confidence in (("now", 0.95), ("still", 0.8), ("ongoing", 0.85)):
        for mention in mentions.get(concept, ()):
            if touches(own, (mention[0], mention[0] + 1)):
                continue
            return Cue(normal.span(*mention), confidence)
    lasting = danger is not None and (
        danger.danger in _FELT_NOW or (danger.danger is Danger.ROAD and not acts)
    )
    if danger is not None and lasting and (moment is None or _age(moment, sent_at) <= _JUST):
        return Cue(danger.span, 0.6)
    return None


def is_past(moment: Moment | None, sent_at: datetime) -> bool:
    """Whether it was over, as far as the words tell, more than an hour before the message."""
    if moment is None:
        return False
    if moment.precision is Precision.DAY:
        return moment.start.date() < sent_at.astimezone(moment.start.tzinfo).date()
    lasting = timedelta(hours=4) if moment.precision is Precision.PART_OF_DAY else timedelta()
    return _age(moment, sent_at) > _RECENT + lasting


def _age(moment: Moment, sent_at: datetime) -> timedelta:
    if moment.precision is Precision.DAY:
        return timedelta(hours=1)
    return sent_at - (moment.end or moment.start)


def _is_now(mentions: Mentions) -> bool:
    return any(concept in mentions for concept in ("now", "ongoing", "just_now"))


def _is_meant(normal: Normal, mentions: Mentions, mention: Mention) -> bool:
    first = mention[0]
    if any(covers(mentions.get(name, ()), mention) for name in ("idiom", "nobody_hurt")):
        return False
    near_misses = mentions.get("near_miss", ())
    if touches(near_misses, (max(0, first - 4), first)) and any(
        0 <= first - end <= 3 and normal.sentences[begin] == normal.sentences[first]
        for begin, end in near_misses[: bisect_left(near_misses, mention)][-3:]
    ):
        return False
    before = normal.words[max(0, first - 2) : first]
    return not (rules.is_denied(normal, first) or "tranh" in before or "het" in before)
