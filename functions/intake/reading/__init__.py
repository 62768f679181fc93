"""Understanding a citizen's Vietnamese: `read(text, sent_at)` tells what one message says.

normal.py         the even form of a text, with the way back to what was typed
abbreviations.py  short forms ("ko", "mbh", "bks")
lexicon.py        one scan for all concepts of `catalogue/*.json`
rules.py          which concepts have to stand near each other
plates.py         number plates in the register's normal forms
moments.py        when: `days.py` and `clocks.py` put together
places.py         where: roads, kilometre posts, junctions, landmarks, wards; `names.py`
phones.py         telephone numbers
violations.py     acts of the violation catalogue; `measures.py` for speed, alcohol, load
emergencies.py    going on now? somebody in danger?
procedures.py     administrative procedures asked about
tracks.py         violation, crime tip, order, petition, question or chat
english.py        a few dozen terms of English, rendered into words that the rules know
pattern.py        regular expressions that do not slow the import
__main__.py       the command line: one JSON object a line in, one out

Pure: no network, no clock, no state; the catalogue is read once, at the first message. Works with
and without diacritics, NFC and NFD, short forms, capitals, the three dialects. Every finding tells
the span of the original text it came from and a confidence between 0 and 1.
"""

from bisect import insort
from dataclasses import dataclass
from datetime import datetime

from functions.intake.reading import (
    emergencies,
    lexicon,
    moments,
    phones,
    places,
    plates,
    tracks,
    violations,
)
from functions.intake.reading.emergencies import Cue, Danger, Emergency, outlives_question
from functions.intake.reading.lexicon import Mentions
from functions.intake.reading.moments import Moment
from functions.intake.reading.normal import Normal, normalise
from functions.intake.reading.phones import Phone
from functions.intake.reading.places import Place
from functions.intake.reading.plates import Plate
from functions.intake.reading.procedures import Procedure
from functions.intake.reading.tracks import Signs, Track
from functions.intake.reading.violations import Violation

__all__ = [
    "Cue", "Danger", "Emergency", "Moment", "Phone", "Place", "Plate", "Procedure", "Reading",
    "Track", "Violation", "read",
]  # fmt: skip


_FRAGMENT_WORDS = 12
"""Up to so many words somebody may be answering a question, without a verb of their own."""
_OF_OFFICERS = frozenset(
    [
        "attitude",
        "petition_officer",
        "petition_dispute",
        "petition_delay",
        "superior",
        "petition_rhetoric",
    ]
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one message says. Empty where it says nothing: a reading never guesses."""

    track: Track
    confidence: float
    """Of the track."""
    violations: tuple[Violation, ...]
    plates: tuple[Plate, ...]
    moment: Moment | None
    place: Place | None
    ongoing: Cue | None
    emergency: Emergency | None
    phones: tuple[Phone, ...]
    procedure: Procedure | None


def read(text: str, sent_at: datetime) -> Reading:
    """Read one message that was sent at an aware time; takes any text, in time linear in it."""
    normal = normalise(text)
    found_plates = plates.find(normal)
    found_phones = phones.find(normal)
    normal.set_aside(
        [plate.span for plate in found_plates] + [phone.span for phone in found_phones]
    )
    mentions = lexicon.find(normal)
    for plate in found_plates:
        _mention_vehicle(normal, mentions, plate)
    moment = moments.find(normal, mentions, sent_at)
    pieces = places.survey(normal, mentions)
    place = places.find(normal, mentions, pieces)
    mentions = places.without_names(normal, mentions, pieces)
    acts = violations.find(normal, mentions)
    spans = {act.slug: act.span for act in acts}
    danger = emergencies.emergency(normal, mentions, spans, moment, sent_at)
    ongoing = emergencies.ongoing(normal, mentions, spans, danger, moment, sent_at)
    grave = danger is not None and (danger.danger is not Danger.ROAD or moment is not None)
    signs = Signs(
        tuple(spans),
        plate=bool(found_plates),
        moment=moment is not None,
        place=place is not None,
        ongoing=ongoing is not None,
        danger=danger is not None,
        grave=grave,
    )
    decision = tracks.decide(normal, mentions, signs)
    happened = decision.track not in (Track.QUESTION, Track.CHAT)
    # "ngã tư Bà Triệu" alone answers a question; a greeting that names an office does not.
    tells = happened or (decision.track is Track.CHAT and _is_fragment(normal, mentions))
    if danger is not None and not happened and not outlives_question(mentions, danger):
        danger = None
    return Reading(
        decision.track,
        decision.confidence,
        tuple(acts) if decision.track is Track.VIOLATION else (),
        tuple(found_plates),
        moment if tells else None,
        place if tells else None,
        ongoing if happened and not _is_complaint(decision, mentions) else None,
        danger,
        tuple(found_phones),
        decision.procedure,
    )


def _is_fragment(normal: Normal, mentions: Mentions) -> bool:
    """Whether a few words are no greeting, no thanks, no order to the machine."""
    return len(normal.words) <= _FRAGMENT_WORDS and not tracks.is_small_talk(mentions)


def _is_complaint(decision: tracks.Decision, mentions: Mentions) -> bool:
    """Whether it is about officers and offices: their doings are told, they do not go on."""
    return decision.track is Track.PETITION and not mentions.keys().isdisjoint(_OF_OFFICERS)


def _mention_vehicle(normal: Normal, mentions: Mentions, plate: Plate) -> None:
    """Let a plate say what kind of vehicle it is on, as a word would."""
    concept = plates.vehicle(plate)
    if concept is not None:
        first = normal.word_at(normal.position(plate.span[0]))
        last = normal.word_at(normal.position(plate.span[1]))
        insort(mentions.setdefault(concept, []), (first, max(last, first + 1)))
