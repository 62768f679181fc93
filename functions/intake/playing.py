"""Which report each message belongs to: the log, played from its start in the order of its times.

Pure, and a function of the set of entries alone: whatever order they arrived in, over however many
folds, the same log makes the same sessions. What was really asked plays no part; a question counts
as asked where there was time to read one, so that the answer is understood the same in every order.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from functions.intake.answers import answered, corrected
from functions.intake.hearing import NO_PROCEDURE, Heard
from functions.intake.log import Because, Entry, Standing
from functions.intake.reading import Track as Matter
from functions.intake.sessions import Part, Session
from functions.intake.submissions import Act
from functions.reports.account import SAID_CHARACTERS, Fact, Finding, Gap
from functions.reports.tracks import Track

ONE_BREATH = timedelta(seconds=5)
"""Messages that come so close together were written before our answer to the first was read."""
SUPPLEMENTED_FOR = timedelta(minutes=30)
_ONGOING_FOR = timedelta(hours=2)
"""After its end a report still takes the answer whether it is going on."""
_EXPLAINED_FOR = timedelta(minutes=10)
_WORDS_OF_MORE = 8
"""A short question soon after an answer is about the same thing."""


@dataclass(slots=True)
class Replay:
    """The sessions of a log, and what each entry is in them."""

    silence: timedelta
    sessions: list[Session] = field(default_factory=list)
    parts: dict[str, Part] = field(default_factory=dict)
    session_of: dict[str, Session] = field(default_factory=dict)
    supplements: dict[str, str] = field(default_factory=dict)
    """The reports of before to which entries add, by the entries' keys."""
    supplemented: dict[str, str] = field(default_factory=dict)
    """The report that was added to, by the key of the "Xong" that ended it."""
    begin_supplement: set[str] = field(default_factory=set)
    """The entries that are the first to be added."""
    heard: dict[str, Heard] = field(default_factory=dict)
    asks_more: set[str] = field(default_factory=set)
    """The questions about what was explained just before."""
    quoted_by: dict[str, str] = field(default_factory=dict)
    """The entry that asked about a quoted message, by that message's key."""
    current: Session | None = None
    _supplement: tuple[str, datetime] | None = None
    _answered: tuple[str, datetime] | None = None
    """The report about which an officer asked, and the last answer."""
    _explained: tuple[str, datetime] | None = None
    _begins_anew_at: datetime | None = None
    _asked_to_verify: Entry | None = None
    _anonymous_at: datetime | None = None

    def take(self, entry: Entry) -> None:
        """What follows from the next entry."""
        self.close_if_silent(entry.at)
        session = self.current
        part = self._part_of(entry)
        self.parts[entry.key] = part
        about = session or self.current
        if part in {Part.STEP, Part.QUESTION} and about is not None:
            self.session_of.setdefault(entry.key, about)

    def close_if_silent(self, now: datetime) -> None:
        """Close what was left in silence before `now`."""
        session = self.current
        if session is not None and session.last_at + self.silence <= now:
            self._close(session.last_at + self.silence, Because.SILENCE)

    def close_recorded(self, at: datetime) -> None:
        """Close what silence had closed by then, when the system acted on it."""
        if self.current is not None:
            self._close(at, Because.SILENCE)

    def _part_of(self, entry: Entry) -> Part:
        match entry.act:
            case Act.TELL:
                return self._tell(entry)
            case Act.FINISH:
                adds_to = self._answered or self._supplement
                if adds_to is not None and self.current is None:
                    self.supplemented[entry.key] = adds_to[0]
                return self._end(entry, Because.DONE)
            case Act.CANCEL:
                return self._end(entry, Because.CANCELLED)
            case Act.HOW_TO:
                self._asked_to_verify = None
                self._begins_anew_at = entry.at
                return self._end(entry, Because.DONE)
            case Act.DELETE_DATA if entry.is_erasure:
                return self._end(entry, Because.DONE)
            case Act.SUPPLEMENT if entry.supplements is not None:
                self._supplement = entry.supplements, entry.at + SUPPLEMENTED_FOR
                return Part.STEP
            case Act.VERIFY if entry.is_quoting:
                self._asked_to_verify = entry
                return Part.STEP
            case Act.ANONYMOUS:
                self._anonymous_at = entry.at
                if self.current is not None:
                    self.current.is_anonymous = True
                return Part.STEP
            case Act.STILL_ONGOING | Act.ENDED:
                return self._goes_on(entry)
            case Act.CORRECT | Act.GAP | Act.SKIP:
                return self._step(entry)
            case _:
                return Part.IDLE

    def _tell(self, entry: Entry) -> Part:
        heard = self.heard[entry.key] = entry.heard or Heard()
        asked, self._asked_to_verify = self._asked_to_verify, None
        if asked is not None and entry.is_bare and entry.at - asked.at < self.silence:
            self.quoted_by[entry.key] = asked.key
            return Part.QUOTED
        session = self.current
        if self._supplement is not None and entry.at >= self._supplement[1]:
            self._supplement = None
        if heard.is_over and self._has_ended(entry, heard):
            return Part.OVER
        if session is None and self._answers(entry, heard):
            return Part.ANSWER
        if entry.is_bare and heard.danger is None:
            if heard.matter is Matter.QUESTION and (session is None or _asks(heard)):
                return self._ask(entry, heard)
            if heard.is_calling or (
                session is None and self._supplement is None and not heard.tells
            ):
                return Part.TALK
        if self._supplement is not None:
            if entry.is_bare and heard.is_talk:
                return Part.TALK
            self._supply(entry, self._supplement[0])
            return Part.SUPPLEMENT
        if session is None and entry.is_kept and heard.danger is None:
            return Part.KEPT
        if session is None:
            session = self._begin(entry)
            if heard.is_happening:
                # No rule knows what happened, but the reporter has told it.
                session.findings.append(
                    Finding(
                        fact=Fact.ACT,
                        item_id=entry.key,
                        at=entry.at,
                        said=entry.text[:SAID_CHARACTERS],
                    )
                )
        else:
            self._pass_time(session, entry)
            heard = heard.model_copy(update={"findings": heard.findings + heard.fragment})
        self._add(session, entry, heard)
        return Part.CONTENT

    def _has_ended(self, entry: Entry, heard: Heard) -> bool:
        """What goes on is over: it belongs to that report, also after it was finished."""
        session = self.current or (self.sessions[-1] if self.sessions else None)
        if session is None or session.is_question or not session.account.ongoing:
            return False
        if entry.at - session.last_at > _ONGOING_FOR or heard.stands_alone:
            return False
        over = Finding(fact=Fact.ONGOING, item_id=entry.key, at=entry.at, value="no")
        session.content.append(entry)
        session.findings += [*heard.findings, over]
        self.session_of[entry.key] = session
        if session.is_open:
            session.last_at = max(session.last_at, entry.at)
        return True

    def _answers(self, entry: Entry, heard: Heard) -> bool:
        """Whether it answers an officer, and so belongs to the report that they asked about."""
        anew, last = self._begins_anew_at, self._answered
        if last is not None and entry.at - last[1] >= self.silence:
            last = self._answered = None
        if anew is not None and entry.at - anew < self.silence:
            return False
        report_id = entry.answers or (last[0] if last is not None else None)
        if report_id is None or heard.danger is not None or self._supplement is not None:
            return False
        if heard.stands_alone:
            return False
        if entry.is_bare and (heard.is_thanks or heard.is_asking or heard.is_calling):
            return False
        self._supply(entry, report_id)
        self._answered = report_id, entry.at
        return True

    def _supply(self, entry: Entry, report_id: str) -> None:
        if report_id not in self.supplements.values():
            self.begin_supplement.add(entry.key)
        self.supplements[entry.key] = report_id

    def _begin(self, entry: Entry) -> Session:
        session = Session(opened_at=entry.at, last_at=entry.at)
        promised = self._anonymous_at
        session.is_anonymous = promised is not None and entry.at - promised < self.silence
        self.sessions.append(session)
        self.current = session
        return session

    def _pass_time(self, session: Session, entry: Entry) -> None:
        """There was time to read a question: what is told now may be the answer."""
        if session.awaited is None and entry.at - session.last_at >= ONE_BREATH:
            unasked = [gap for gap in session.wanted if gap not in session.passed]
            session.awaited = unasked[0] if unasked else None

    def _add(self, session: Session, entry: Entry, heard: Heard) -> None:
        session.content.append(entry)
        self.session_of[entry.key] = session
        session.last_at = max(session.last_at, entry.at)
        session.is_denunciation |= heard.is_denunciation
        session.is_infrastructure |= heard.is_infrastructure
        session.is_anonymous |= heard.hides_name
        if heard.has_no_picture:
            session.skipped.add(Gap.MEDIA)
        if session.corrects is not None or session.corrects_any or heard.corrects:
            session.findings += corrected(entry, heard, session.corrects)
            if entry.text:
                session.corrects, session.corrects_any, session.awaited = None, False, None
            return
        is_tip = session.awaited is Gap.SUBJECT and session.account.track is Track.CRIME_TIP
        session.findings += answered(entry, heard, session.awaited, is_tip=is_tip)
        if session.awaited is not None and entry.text:
            session.passed.add(session.awaited)
            session.awaited = None

    def _ask(self, entry: Entry, heard: Heard) -> Part:
        if self.current is not None:
            self.current.last_at = max(self.current.last_at, entry.at)
        explained = self._explained
        is_more = explained is not None and entry.at - explained[1] < _EXPLAINED_FOR
        if heard.procedure not in {None, NO_PROCEDURE}:
            self._explained = heard.procedure or "", entry.at
            return Part.QUESTION
        if heard.asks_where:
            return Part.QUESTION
        if explained is not None and is_more and len(entry.text.split()) <= _WORDS_OF_MORE:
            self.heard[entry.key] = heard.model_copy(update={"procedure": explained[0]})
            self.asks_more.add(entry.key)
            return Part.QUESTION
        question = Session(opened_at=entry.at, last_at=entry.at, is_question=True)
        question.content.append(entry)
        question.findings = [
            *heard.findings,
            Finding(fact=Fact.TRACK, item_id=entry.key, at=entry.at, value=Track.QUESTION.value),
        ]
        question.close(entry.at, Because.DONE)
        self.sessions.append(question)
        self.session_of[entry.key] = question
        return Part.FORWARDED

    def _step(self, entry: Entry) -> Part:
        session = self.current
        if session is None:
            return Part.IDLE
        self._pass_time(session, entry)
        session.last_at = max(session.last_at, entry.at)
        topic = Gap(entry.topic) if entry.topic is not None else None
        if entry.act is Act.SKIP:
            gap = session.awaited or next(iter(session.wanted), None)
            if gap is not None:
                session.skipped.add(gap)
            session.awaited = session.corrects = None
            session.corrects_any = False
            return Part.STEP
        session.awaited = topic
        if entry.act is Act.CORRECT:
            session.corrects, session.corrects_any = topic, topic is None
            if entry.heard is not None:
                self._add(session, entry, entry.heard)
        return Part.STEP

    def _goes_on(self, entry: Entry) -> Part:
        session = self.current or (self.sessions[-1] if self.sessions else None)
        if session is None or entry.at - session.last_at > _ONGOING_FOR:
            return Part.IDLE
        value = "yes" if entry.act is Act.STILL_ONGOING else "no"
        session.findings.append(
            Finding(fact=Fact.ONGOING, item_id=entry.key, at=entry.at, value=value)
        )
        if session.is_open:
            session.last_at = max(session.last_at, entry.at)
            session.awaited = None
        self.session_of[entry.key] = session
        return Part.STEP

    def _end(self, entry: Entry, because: Because) -> Part:
        self._supplement = self._answered = None
        session = self.current
        if session is None:
            return Part.IDLE
        self.session_of[entry.key] = session
        self._close(entry.at, because)
        return Part.STEP

    def _close(self, at: datetime, because: Because) -> None:
        if self.current is not None:
            self.current.close(at, because)
        self.current = None


def _asks(heard: Heard) -> bool:
    """Whether it asks something of its own while a report is gathered: an answer does not."""
    return heard.is_asking and not any(each.fact is Fact.SUBJECT for each in heard.findings)


def replay(log: Iterable[Entry], standing: Iterable[Standing], *, silence: timedelta) -> Replay:
    """Play the log from its start.

    Args:
        log: the entries, in any order.
        standing: the reports as they stand: what was cut off the log, and which of them silence
            has closed already, which is never undone.
        silence: how long without a message until a report counts as complete.
    """
    played = Replay(silence)
    closings = []
    for one in standing:
        if one.is_cut:
            session = Session(one.opened_at, one.last_at, report_id=one.report_id)
            session.findings = list(one.findings)
            played.sessions.append(session)
            played.current = session
        if one.because is Because.SILENCE and one.closed_at is not None:
            closings.append(one.closed_at)
    closings.sort(reverse=True)
    for entry in sorted(log, key=lambda each: each.place_in_time):
        while closings and closings[-1] <= entry.at:
            played.close_recorded(closings.pop())
        played.take(entry)
    while closings:
        played.close_recorded(closings.pop())
    return played
