"""Which track a message belongs to: a report of one of four kinds, a question, or small talk.

Signs of an event (an act, a plate, a time, a place, "đề nghị xử lý") are weighed against signs of a
question ("bao nhiêu", "thủ tục", "… được không ạ"). "Vượt đèn đỏ phạt bao nhiêu?" is a question;
the same words with a plate and a time are a report.
"""

import functools
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from functions.intake.reading import procedures
from functions.intake.reading.lexicon import Mentions, catalogue, touches, word_set
from functions.intake.reading.normal import Normal, strip
from functions.intake.reading.procedures import Procedure
from functions.intake.reading.rules import RuleBook


class Track(StrEnum):
    """The law and clock that apply (DESIGN 2), or `CHAT` where none does."""

    VIOLATION = "violation"
    CRIME_TIP = "crime_tip"
    ORDER = "order"
    PETITION = "petition"
    QUESTION = "question"
    CHAT = "chat"


@dataclass(frozen=True, slots=True)
class Signs:
    """What else was read, as far as it tells a report from a question."""

    acts: tuple[str, ...]
    plate: bool
    moment: bool
    place: bool
    ongoing: bool
    danger: bool
    grave: bool
    """A danger that no question is asked about."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A track and, for a question, its procedure; `confidence` of the track."""

    track: Track
    procedure: Procedure | None
    confidence: float


# Acts that everyday words suggest too easily.
_WEAK_ACTS = frozenset(["do_long_duong", "toc_do_10_20", "duong_cam", "mo_cua"])
_CLOSING = frozenset(["không", "chưa", "hông", "hả", "hở"])
# "không có phù hiệu gì", "không thấy ai" ask nothing.
_PLAIN_DENIABLE = frozenset(["gi", "ai", "dau", "nao", "may"])
_ASK_NOTHING = ("habit", "vague_day", "greeting", "petition_rhetoric")
"""Concepts in which question words ask nothing: "ngày nào cũng", "à rứa hả", "làm ăn kiểu gì"."""
_SHORT_ANSWERS = frozenset(["khong", "co", "chua", "da", "duoc", "phai", "dung", "vang"])
_NEGATIONS = frozenset(["khong", "chang", "chua", "cha"])


_SURELY_HAPPENS = 2.4
"""Who asks whom to call while it goes on reports it ("loa mở đến giờ này thì gọi ai đây")."""


_SURELY_COMPLAINS = 3.4
"""From here on the questions of a complaint are rhetorical ("sao không nói một lần cho đủ")."""


@functools.cache
def _question_vocabulary(bare: bool) -> tuple[frozenset[str], ...]:
    """Particles, closing, opening and question words, without diacritics for bare texts."""
    groups = (
        word_set("particles"), _CLOSING, word_set("question_openings"), word_set("question_words")
    )  # fmt: skip
    if not bare:
        return groups
    stripped = [frozenset(strip(word) for word in group) for group in groups[:3]]
    return (*stripped, word_set("question_words_bare"))


def decide(normal: Normal, mentions: Mentions, signs: Signs) -> Decision:
    """The track of a message."""
    topics = procedures.topics(normal, mentions)
    inquiry = _inquiry(normal, mentions, topics)
    kinds = _kinds(normal, mentions, signs)
    kind = max(kinds, key=lambda track: kinds[track])
    event = kinds[kind] and kinds[kind] + _event(mentions, signs)
    asks = inquiry >= 2 and (_is_asked(normal, mentions) or "?" in normal.plain)
    if asks and "self" in mentions and "victim" not in mentions and not signs.grave:
        event -= 2.5 + 1.5 * ("fine" in mentions)
    goes_on = signs.ongoing and kinds[kind] >= _SURELY_HAPPENS
    if asks and "hypothetical" in mentions and not (signs.plate or goes_on):
        event -= 4
    if goes_on and "where_to_report" in mentions:
        inquiry -= 3
    if kind is Track.PETITION and event >= _SURELY_COMPLAINS and "ask" not in mentions:
        inquiry = min(inquiry, 2.0)
    asks_fine = "fine" in mentions and asks
    if asks_fine and not signs.grave:
        event -= 2 + 1.5 * (not signs.plate) + (not signs.moment)
    if not normal.words:
        return Decision(Track.CHAT, None, 0.8)
    if not event and not topics and _is_only_talk(normal, mentions):
        return Decision(Track.CHAT, None, 0.8)
    if len(mentions.get("spam", ())) > 1 and not signs.acts:
        return Decision(Track.CHAT, None, 0.8)
    if asks and not (signs.plate or signs.moment or signs.grave):
        plain = "report" not in mentions and "victim" not in mentions
        event -= 1.5 * (plain and len(signs.acts) < 2)
        event -= 1.5 * ("permission" in mentions and "victim" not in mentions)
    if not event and signs.plate and signs.moment and not _has_question_word(normal, mentions):
        return Decision(Track.VIOLATION, None, 0.5)
    if "camera_request" in mentions and not signs.acts and not event:
        inquiry += 3
    if inquiry and inquiry >= event:
        return _question(mentions, topics, asks_fine, inquiry - event)
    if event:
        if kind is Track.VIOLATION and not signs.acts:
            kind = Track.ORDER
        return Decision(kind, None, min(0.98, 0.6 + 0.05 * (event - inquiry)))
    if signs.danger and inquiry < 2:
        return Decision(Track.ORDER, None, 0.5)
    if signs.plate and not is_small_talk(mentions):
        return Decision(Track.VIOLATION, None, 0.4)
    return Decision(Track.CHAT, None, 0.6 + 0.3 * is_small_talk(mentions))


def _inquiry(normal: Normal, mentions: Mentions, topics: list[Procedure]) -> float:
    if len(normal.words) <= 3 and normal.words[:1] and normal.words[0] in _SHORT_ANSWERS:
        return 0.0
    strength = 2.0 * ("ask" in mentions) + 3.0 * ("where_to_report" in mentions)
    strength += 2.5 * (_has_question_word(normal, mentions) or _ends_asking(normal))
    strength += 1.0 * ("?" in normal.plain)
    strength += 1.5 * ("office" in mentions)
    strength += 1.0 * ("fine" in mentions)
    if topics and (strength > 0 or topics[0].value in mentions):
        asked = strength > 0
        strength += (2.0 if asked else 1.2) + 1.0 * ("procedure_word" in mentions)
        if topics[0] in (Procedure.DANG_KY_XE, Procedure.GPLX) and not asked:
            strength -= 0.7
    elif "procedure_word" in mentions:
        strength += 0.8
    return strength


def _ends_asking(normal: Normal) -> bool:
    """Whether a sentence ends like a question: "có … không ạ", "… ở chỗ nào vậy anh"."""
    words = normal.words if normal.bare else normal.marked
    particles, closing, opening, question_words = _question_vocabulary(normal.bare)
    count = len(words)
    for end in range(1, count + 1):
        inside = end < count and normal.sentences[end] == normal.sentences[end - 1]
        if inside and not normal.paused[end]:
            continue
        at = end - 1
        while at > 0 and words[at] in particles and end - at < 6:
            at -= 1
        if normal.sentences[at] != normal.sentences[end - 1]:
            continue
        if words[at] in question_words:
            deniable = normal.words[at] in _PLAIN_DENIABLE
            if not (deniable and _denied_before(normal, at)):
                return True
        if words[at] in closing:
            begin = max(0, at - 24)
            if any(
                words[earlier] in opening and normal.sentences[earlier] == normal.sentences[at]
                for earlier in range(begin, at)
            ):
                return True
    return False


def _is_asked(normal: Normal, mentions: Mentions) -> bool:
    return "ask" in mentions or _has_question_word(normal, mentions) or _ends_asking(normal)


def _has_question_word(normal: Normal, mentions: Mentions) -> bool:
    """Whether a question word asks: "ngày nào cũng", "không em nào" do not."""
    repeats = sorted(place for name in _ASK_NOTHING for place in mentions.get(name, ()))
    for place in mentions.get("interrogative", ()):
        alone = place[1] - place[0] == 1 and normal.words[place[0]] in _PLAIN_DENIABLE
        if not touches(repeats, place) and not (alone and _denied_before(normal, place[0])):
            return True
    return False


def _denied_before(normal: Normal, at: int) -> bool:
    return any(word in _NEGATIONS for word in normal.words[max(0, at - 6) : at])


def _kinds(normal: Normal, mentions: Mentions, signs: Signs) -> dict[Track, float]:
    strong = [act for act in signs.acts if act not in _WEAK_ACTS]
    violation = 0.0
    if signs.acts:
        violation = 2.0 + 0.3 * len(signs.acts) + (1.9 + 1.2 * signs.plate) * bool(strong)
    kinds = dict.fromkeys(Track, 0.0)
    kinds[Track.VIOLATION] = violation
    found = _rules().matches(normal, mentions)
    for track, matters in _matters().items():
        weights = [matters[name][0] for name in found if name in matters]
        if weights:
            kinds[track] = max(weights) + 0.4 * (len(weights) - 1)
    idea = "petition_idea" in found and not (signs.plate or signs.moment)
    if idea and max(kinds[Track.CRIME_TIP], kinds[Track.ORDER]) < _SURELY_HAPPENS:
        kinds[Track.PETITION] += 3.0
    return kinds


@functools.cache
def _matters() -> dict[Track, dict[str, list[Any]]]:
    """What makes a message belong to a track: the weight, then the rules."""
    return {Track(track): matters for track, matters in catalogue("tracks").items()}


@functools.cache
def _rules() -> RuleBook:
    return RuleBook(
        (name, line)
        for matters in _matters().values()
        for name, row in matters.items()
        for line in row[1:]
    )


def _event(mentions: Mentions, signs: Signs) -> float:
    return (
        1.5 * signs.plate + 1.0 * signs.moment + 1.0 * signs.place
        + 1.5 * signs.ongoing + 3.0 * signs.grave + 1.5 * ("victim" in mentions)
        + 1.5 * ("report" in mentions and "where_to_report" not in mentions)
    )  # fmt: skip


_DRIVERS_PAPERS = (Procedure.GPLX, Procedure.DANG_KY_XE, Procedure.DINH_DANH_VNEID)
"""Named in questions about fines ("không có bằng lái phạt bao nhiêu") that ask for no paper."""


def _question(
    mentions: Mentions, topics: list[Procedure], asks_fine: bool, margin: float
) -> Decision:
    procedure = topics[0] if topics else Procedure.KHAC
    about_rule = asks_fine and procedure in _DRIVERS_PAPERS
    if about_rule and "procedure_verb" not in mentions:
        procedure = Procedure.KHAC
    if "license_antt" in mentions and procedure is not Procedure.PCCC:
        procedure = Procedure.KHAC
    return Decision(Track.QUESTION, procedure, min(0.98, 0.6 + 0.06 * margin))


def is_small_talk(mentions: Mentions) -> bool:
    """Whether somebody greets, thanks, advertises, or tells the machine what to do."""
    return not mentions.keys().isdisjoint(("thanks", "greeting", "spam", "command"))


def _is_only_talk(normal: Normal, mentions: Mentions) -> bool:
    """Whether a short message greets or thanks and asks for nothing."""
    only_asks = len(normal.words) <= 6 and "ask" in mentions and not _ends_asking(normal)
    if only_asks and mentions.keys().isdisjoint(("interrogative", "fine", "office")):
        return True
    return (
        len(normal.words) <= 9
        and is_small_talk(mentions)
        and mentions.keys().isdisjoint(("ask", "fine", "office", "procedure_word"))
    )
