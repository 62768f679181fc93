"""What one message tells, as findings: the reading turned into a report's terms. Pure."""

import re
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

from functions.intake import cues
from functions.intake.reading import Danger, Reading, read
from functions.intake.reading import Track as Matter
from functions.intake.reading.english import SURE, place_in, rendered, words_of_english
from functions.intake.submissions import Act, Submission
from functions.reports.account import SAID_CHARACTERS, Fact, Finding, Precision
from functions.vietnam import without_diacritics

KEPT_CHARACTERS = 500
"""How much of a text is read again in the light of what was asked."""
_SMALL_TALK = 0.8
_BEGINS = 6
"""Words from which a text that no rule knows is worth an officer's look."""
_BEGINS_PLAINLY = 4
"""The same where it names a vehicle, or is in English, of which the reading knows little."""
NO_PROCEDURE = "khac"
"""The procedure of a question to which we have no answer."""
_WORDS_OF_A_QUESTION = 3
_LONG_OVER = timedelta(hours=24)
"""What began longer ago is not going on, whatever "giờ" may stand for."""
_MISTAKEN = re.compile(
    r"\b(?:ghi|viết|viet|nói|noi|nhập|nhap|gõ|báo|gửi)\s+nh(?:ầ|a)m\b(?:\s+r(?:ồ|o)i)?"
    r"|\bnh(?:ầ|a)m\s+r(?:ồ|o)i\b|^(?:à |a )?nh(?:ầ|a)m\b",
    re.IGNORECASE,
)
_AS_OF_A_REPORT = "xe vượt đèn đỏ, "
"""Before a fragment, so that its time and place are read as those of something that happened."""
_STOP = re.compile(r"[.,;:!?\n]")
_CLAUSE_WORDS = 4
_LOOSE = frozenset({"luc", "o", "tai", "vao", "bien", "so", "bks", "xe", "khoang", "hoi", "tren"})


class Heard(BaseModel):
    """What a message says on its own, whatever was asked before."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    matter: Matter = Matter.CHAT
    findings: tuple[Finding, ...] = ()
    fragment: tuple[Finding, ...] = ()
    """What it tells besides, if it is part of a report: "7h30", "đường Lê Lợi" are no report."""
    procedure: str | None = None
    """The procedure a question is about, where we have an answer to it."""
    is_asking: bool = False
    """Puts a question, and does not merely use the words of one."""
    asks_where: bool = False
    """Asks how to report something."""
    danger: str | None = None
    is_talk: bool = False
    """Courtesy, nothing more."""
    is_thanks: bool = False
    is_greeting: bool = False
    is_calling: bool = False
    """Wants to know whether anybody is there."""
    is_long: bool = False
    is_happening: bool = False
    """Tells of a vehicle what no rule knows."""
    is_over: bool = False
    """What was going on is over, in words."""
    has_no_picture: bool = False
    hides_name: bool = False
    is_minor: bool = False
    corrects: bool = False
    is_denunciation: bool = False
    is_infrastructure: bool = False
    is_english: bool = False

    @property
    def tells(self) -> bool:
        """Whether there is something in it that a report could begin with."""
        told = any(finding.fact is not Fact.PHONE for finding in self.findings)
        return told or self.matter not in {Matter.CHAT, Matter.QUESTION} or self.is_long

    @property
    def stands_alone(self) -> bool:
        """Whether it is a report of its own, whatever was spoken of before."""
        facts = {finding.fact for finding in self.findings}
        return {Fact.ACT, Fact.SUBJECT} <= facts and not facts.isdisjoint({Fact.PLACE, Fact.TIME})


def hear(submission: Submission) -> Heard:
    """Read a message on its own."""
    text = submission.rest if submission.act is Act.CORRECT else submission.text
    plain = " ".join(without_diacritics(text).split())
    english = words_of_english(text, plain)
    # "Ghi nhầm, biển số …" names the right plate, where "nhầm" alone would take it back.
    text = rendered(text) if english else _MISTAKEN.sub(lambda found: " " * len(found[0]), text)
    reading = read(text, submission.at)
    findings = [*_read_findings(reading, text, submission), *_shown(submission)]
    if english and reading.place is None and (place := place_in(submission.text)):
        findings.append(_finding(submission, Fact.PLACE, place, said=place))
    matter, words = reading.track, plain.split()
    happened = matter not in {Matter.CHAT, Matter.QUESTION}
    is_told = reading.moment is not None or reading.place is not None
    complains = bool(cues.COMPLAINT.search(plain)) and not cues.IMPOSTOR.search(plain)
    if complains:
        findings.append(_finding(submission, Fact.COMPLAINT, said=text))
    is_traffic = reading.track is Matter.VIOLATION
    if cues.PEOPLE.search(plain) and not (is_traffic or reading.plates or reading.emergency):
        findings.append(_finding(submission, Fact.SUBJECT, said=text))
    if happened and cues.SOURCE.search(plain):
        findings.append(_finding(submission, Fact.SOURCE, said=text))
    if complains and not happened:
        matter = Matter.PETITION
        findings += [
            _finding(submission, Fact.TRACK, matter.value),
            _finding(submission, Fact.ACT, said=text),
        ]
    corrects = bool(cues.CORRECTION.search(plain))
    asks = "?" in text or bool(cues.MAY_ASK.search(plain))
    if matter is Matter.QUESTION and not asks and (corrects or reading.plates):
        # "Biển số 14A-123.45" answers us; it does not ask how a vehicle is registered.
        matter = Matter.CHAT
    is_topical = reading.procedure is not None and reading.procedure.value != NO_PROCEDURE
    is_calling = bool(cues.CALLING.search(plain)) and not (happened or is_topical)
    is_brief = len(words) <= _WORDS_OF_A_QUESTION and not is_topical
    if is_calling or (matter is Matter.QUESTION and is_brief):
        # Too little of a question to trouble an officer with.
        matter = Matter.CHAT
    is_wordy = bool(english) and len(words) >= _BEGINS_PLAINLY
    is_talk = matter is Matter.CHAT and reading.confidence >= _SMALL_TALK and not is_wordy
    begins = _BEGINS_PLAINLY if is_wordy or cues.RIDE.search(plain) else _BEGINS
    return Heard(
        matter=matter,
        findings=tuple(findings),
        fragment=_fragment(text, submission) if text and not (happened or is_told) else (),
        procedure=reading.procedure.value if reading.procedure else None,
        is_asking=bool(cues.ASKING.search(plain)),
        asks_where=matter is Matter.QUESTION
        and not reading.procedure
        and bool(cues.REPORTING.search(plain)),
        danger=_danger(reading, text, plain),
        is_talk=is_talk,
        is_thanks=is_talk and bool(cues.THANKS.search(plain)),
        is_greeting=matter is Matter.CHAT and not is_wordy and bool(cues.GREETING.search(plain)),
        is_calling=is_calling,
        is_long=matter is Matter.CHAT and not (is_talk or is_calling) and len(words) >= begins,
        is_happening=matter is Matter.CHAT
        and not (is_talk or is_calling)
        and len(words) > _BEGINS_PLAINLY
        and bool(cues.RIDE.search(plain)),
        is_over=bool(cues.IS_OVER.search(plain)) and reading.emergency is None,
        has_no_picture=bool(cues.NO_PICTURE.search(plain)),
        hides_name=bool(cues.HIDES_NAME.search(plain)),
        is_minor=bool(cues.IS_MINOR.search(plain)),
        corrects=corrects,
        is_denunciation=bool(cues.DENUNCIATION.search(plain)) and happened | complains,
        is_infrastructure=matter is Matter.PETITION and bool(cues.INFRASTRUCTURE.search(plain)),
        is_english=english >= SURE,
    )


def _fragment(text: str, submission: Submission) -> tuple[Finding, ...]:
    """The place and the time in words that are no report on their own."""
    whole, first = f"{_AS_OF_A_REPORT}{text}", len(_AS_OF_A_REPORT)
    reading = read(whole, submission.at)
    found: list[Finding] = []
    if reading.moment is not None and reading.moment.span[0] >= first:
        found.append(moment_finding(reading, whole, submission.key, submission.at))
    if reading.place is not None and reading.place.span[0] >= first:
        found.append(_said(submission, Fact.PLACE, reading.place.text, whole, reading.place.span))
    return tuple(found)


def _read_findings(reading: Reading, text: str, submission: Submission) -> list[Finding]:
    found: list[Finding] = []
    happened = reading.track not in {Matter.CHAT, Matter.QUESTION}
    if happened and (reading.violations or reading.track is not Matter.VIOLATION):
        # A plate alone says nothing of what happened.
        found.append(_finding(submission, Fact.TRACK, reading.track.value))
    for violation in reading.violations:
        first, last = violation.span
        clause = first, _clause_end(reading, text, last)
        found.append(_said(submission, Fact.ACT, violation.slug, text, clause))
    if happened and reading.track is not Matter.VIOLATION:
        found.append(_finding(submission, Fact.ACT, said=text))
    for plate in reading.plates:
        found.append(_said(submission, Fact.SUBJECT, plate.number, text, plate.span))
    for phone in reading.phones:
        found.append(_said(submission, Fact.PHONE, phone.number, text, phone.span))
    if reading.moment is not None:
        found.append(moment_finding(reading, text, submission.key, submission.at))
    if reading.place is not None:
        place = _said(submission, Fact.PLACE, reading.place.text, text, reading.place.span)
        if reading.place.coordinates is not None:
            latitude, longitude = reading.place.coordinates
            place = place.model_copy(update={"latitude": latitude, "longitude": longitude})
        found.append(place)
    elif reading.track is Matter.CRIME_TIP and (means := _means(text)):
        found.append(_finding(submission, Fact.PLACE, means, said=means))
        # Whoever is at the other end is known by their number.
        found += [
            _finding(submission, Fact.SUBJECT, said=text[slice(*phone.span)])
            for phone in reading.phones
        ]
    began = reading.moment.start if reading.moment is not None else submission.at
    if reading.ongoing is not None and submission.at - began < _LONG_OVER:
        found.append(_said(submission, Fact.ONGOING, "yes", text, reading.ongoing.span))
    if reading.emergency is not None:
        danger = reading.emergency.danger.value
        found.append(_said(submission, Fact.EMERGENCY, danger, text, reading.emergency.span))
    return found


def _means(text: str) -> str | None:
    """Where a crime happened that has no place: at the other end of the line."""
    plain = without_diacritics(text)
    if cues.ONLINE.search(plain):
        return "trên mạng"
    return "qua điện thoại" if cues.REMOTE.search(plain) else None


def _danger(reading: Reading, text: str, plain: str) -> str | None:
    if reading.emergency is None:
        return None
    burns = cues.FIRE.search(text.casefold()) or cues.FIRE.search(plain)
    return Danger.FIRE.value if burns else reading.emergency.danger.value


def _clause_end(reading: Reading, text: str, last: int) -> int:
    """Where the words about an act end: at the next thing told, or at a stop."""
    told = [*reading.plates, *reading.phones, reading.moment, reading.place]
    starts = [it.span[0] for it in told if it is not None and it.span[0] >= last]
    stop = _STOP.search(text, last)
    ends = [*starts, stop.start() if stop else len(text)]
    clause = text[last : min(ends)].split()[:_CLAUSE_WORDS]
    while clause and without_diacritics(clause[-1]) in _LOOSE:
        clause.pop()
    return last if not clause else text.index(clause[-1], last) + len(clause[-1])


def moment_finding(reading: Reading, text: str, item_id: str, at: datetime) -> Finding:
    """The moment that a reading found, as a finding."""
    moment = reading.moment
    if moment is None:
        raise ValueError("a reading without a moment")
    first, last = moment.span
    return Finding(
        fact=Fact.TIME,
        item_id=item_id,
        at=at,
        value=moment.start.isoformat(),
        said=text[first:last][:SAID_CHARACTERS],
        start=moment.start,
        end=moment.end,
        precision=Precision(moment.precision.value),
    )


def _shown(submission: Submission) -> list[Finding]:
    """What is sent without words: a point on the map, pictures."""
    found = []
    if submission.latitude is not None:
        found.append(
            _finding(submission, Fact.PLACE).model_copy(
                update={"latitude": submission.latitude, "longitude": submission.longitude}
            )
        )
    if submission.media:
        found.append(
            Finding(
                fact=Fact.MEDIA,
                item_id=f"{submission.key}-0",
                at=submission.at,
                value=str(len(submission.media)),
            )
        )
    return found


def _said(
    submission: Submission, fact: Fact, value: str, text: str, span: tuple[int, int]
) -> Finding:
    return _finding(submission, fact, value, said=text[span[0] : span[1]])


def _finding(submission: Submission, fact: Fact, value: str = "", said: str = "") -> Finding:
    return Finding(
        fact=fact,
        item_id=submission.key,
        at=submission.at,
        value=value,
        said=said[:SAID_CHARACTERS],
    )
