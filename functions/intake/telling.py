"""What the citizen is told after a fold. Pure.

Told is what new messages call for, and how the reports stand after all of them. What was asked and
said is remembered for each report, so that nothing is asked twice.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from functions.intake.effects import Ask, AskLater, Checklist, Effect, Explain, Say
from functions.intake.hearing import Heard
from functions.intake.limits import Limits, is_too_fast, repeated, tells_block
from functions.intake.log import Because, Conversation, Entry, Standing
from functions.intake.phrases import (
    CALLS,
    OF_TRACK,
    REMINDER,
    SAID_AT_ONCE,
    SILENT,
    WITHOUT_REPORT,
    asks,
    urgent_sentence,
)
from functions.intake.playing import Replay
from functions.intake.sessions import Part, Session
from functions.intake.submissions import Act, Submission
from functions.reports.account import Account, Fact, Gap
from functions.reports.tracks import Track

Elsewhere = Callable[[Account], str | None]
"""The unit that answers for what was told, where that is not the page's own."""
ASKED_AGAIN_AFTER = timedelta(minutes=20)
"""When something is going on, we ask again whether it still is."""
_GREETED_AGAIN_AFTER = timedelta(hours=24)
_LONG_AGO = timedelta(days=365)
"""Law on Handling Administrative Violations, article 6: one year, for most violations."""
_AHEAD = timedelta(hours=1)

_PUZZLED_AGAIN_AFTER = timedelta(minutes=10)


@dataclass(slots=True)
class Telling:
    """What to say, and what has to be remembered of it."""

    conversation: Conversation
    played: Replay
    log: Sequence[Entry]
    fresh: Sequence[Submission]
    standing: Mapping[str, Standing]
    """The reports as they stand after the fold."""
    notice_version: str
    now: datetime
    elsewhere: Elsewhere
    limits: Limits
    remembered: dict[str, object] = field(default_factory=dict)
    """Fields of the conversation."""
    _effects: list[Effect] = field(default_factory=list)
    _said: dict[str, list[str]] = field(default_factory=dict)
    _asked: dict[str, list[Gap]] = field(default_factory=dict)

    def all(self) -> list[Effect]:
        """Everything there is to say now, the most urgent first."""
        heard = {one.key: self.played.heard.get(one.key, Heard()) for one in self.fresh}
        for one in self.fresh:
            danger = heard[one.key].danger
            if danger is not None:
                self._warn(self.played.session_of.get(one.key), one, danger)
        for one in self.fresh:
            self._set_language(one, heard[one.key])
            if one.act is Act.TELL:
                self._answer(one, heard[one.key])
            else:
                self._react(one)
        for session in self.played.sessions:
            self._tell_of(session, heard)
        self._ask_for_patience()
        return self._effects

    def noted(self, standing: Standing) -> Standing:
        """A report with what was asked and said about it now."""
        said, asked = self._said.get(standing.report_id), self._asked.get(standing.report_id)
        if not said and not asked:
            return standing
        return standing.model_copy(
            update={
                "said": (*standing.said, *(said or ())),
                "asked": (*standing.asked, *(asked or ())),
            }
        )

    def _warn(self, session: Session | None, one: Submission, danger: str) -> None:
        """Whom to call; once in a report, unless it is somebody else now."""
        said = urgent_sentence(danger, one.text)
        first = CALLS[said].split()[0]
        named = [CALLS[key] for key in self._said_of(session) if key in CALLS]
        if not any(first in numbers.split() for numbers in named):
            self._once(session, said, one.key)

    def _said_of(self, session: Session | None) -> tuple[str, ...]:
        report_id = session.report_id if session is not None else None
        if report_id is None:
            return ()
        stood = self.standing.get(report_id)
        return (*(stood.said if stood else ()), *self._said.get(report_id, ()))

    def _set_language(self, one: Submission, heard: Heard) -> None:
        known = self.remembered.get("language_at", self.conversation.language_at)
        language = {Act.ENGLISH: "en", Act.VIETNAMESE: "vi"}.get(one.act)
        if language is None and heard.is_english and known is None:
            language = "en"
        if language is not None and (not isinstance(known, datetime) or known <= one.at):
            self.remembered |= {"language": language, "language_at": one.at}

    def _answer(self, one: Submission, heard: Heard) -> None:
        match self.played.parts.get(one.key):
            case Part.QUESTION:
                if heard.procedure is None:
                    self._say("how_to_report", one.key)
                else:
                    more = one.text if one.key in self.played.asks_more else ""
                    self._effects.append(Explain(heard.procedure, one.key, more))
                self._remind(one.key)
            case Part.FORWARDED:
                forwarded = self.played.session_of[one.key]
                self._say("question_forwarded", one.key, forwarded.report_id)
                self._remind(one.key)
            case Part.QUOTED:
                asked = one.model_copy(update={"act": Act.VERIFY, "rest": one.text})
                self._effects.append(Ask(asked))
            case Part.SUPPLEMENT | Part.ANSWER as part if one.key in self.played.begin_supplement:
                said = "answer_noted" if part is Part.ANSWER else "supplement_begun"
                self._say(said, one.key, self.played.supplements[one.key])
            case Part.OVER:
                self._say("ongoing_ended_noted", one.key)
                about = self.played.session_of[one.key].report_id or ""
                self._effects.append(AskLater(about, None))
            case Part.KEPT:
                if tells_block(self.now, blocked_at=self._last("blocked_at"), limits=self.limits):
                    self.remembered["blocked_at"] = self.now
                    self._say("blocked", one.key)
            case Part.TALK if heard.is_thanks:
                self._say("thanks", one.key)
            case Part.TALK if heard.is_greeting or heard.is_calling:
                if self._is_gathering:
                    self._remind(one.key)
                else:
                    self._after(_GREETED_AGAIN_AFTER, "menu", "greeted_at", one.key)
            case Part.TALK if not heard.is_talk:
                self._after(_PUZZLED_AGAIN_AFTER, "not_understood", "puzzled_at", one.key)
            case _:
                pass

    def _remind(self, cause: str) -> None:
        """A report is still open; said once, and not where its checklist says so."""
        current = self.played.current
        if current is None or not current.is_open or self._has_news(current):
            return
        if not any(isinstance(one, Say) and one.sentence == REMINDER for one in self._effects):
            self._say(REMINDER, cause)

    def _has_news(self, session: Session) -> bool:
        fresh = {one.key for one in self.fresh}
        return any(self._is_news(entry, session) for entry in session.content if entry.key in fresh)

    def _is_news(self, entry: Entry, session: Session) -> bool:
        is_repeated, is_idle = self._is_repeated(entry, session), self._is_idle(entry, session)
        return not (is_repeated or is_idle or self.played.parts.get(entry.key) is Part.OVER)

    def _react(self, one: Submission) -> None:
        part = self.played.parts.get(one.key)
        if one.act in SAID_AT_ONCE:
            self._say(SAID_AT_ONCE[one.act], one.key)
        elif one.act is Act.ARRIVE:
            is_first = self.conversation.last_in_at is None
            self._say("welcome" if is_first else "welcome_back", one.key)
            self.remembered["greeted_at"] = self.now
        elif one.act is Act.FINISH:
            supplemented = self.played.supplemented.get(one.key)
            if supplemented is not None:
                self._say("supplement_noted", one.key, supplemented)
            elif part is Part.IDLE and not self._has_just_ended(one.at):
                told_end = self._tells_end(one.at)
                self._say("thanks" if told_end else "nothing_to_finish", one.key)
        elif one.act is Act.SUPPLEMENT:
            found = one.report_id is not None
            said = "supplement_open" if found else "supplement_not_found"
            self._say(said, one.key, one.report_id)
        elif one.act in WITHOUT_REPORT:
            self._step(one, part)
        elif one.act not in SILENT and not (one.act is Act.VERIFY and self._quotes(one)):
            self._effects.append(Ask(one))

    def _step(self, one: Submission, part: Part | None) -> None:
        session = self.played.session_of.get(one.key)
        if part is Part.IDLE or session is None:
            self._say(WITHOUT_REPORT[one.act], one.key)
        elif one.act is Act.CANCEL:
            self._say("cancelled", one.key)
        elif one.act is Act.CORRECT and not one.rest:
            self._say("correct_how" if one.topic else "correct_which", one.key)
        elif one.act is Act.GAP and one.topic is not None:
            gap = Gap(one.topic)
            self._say(asks(gap, session.account.track), one.key)
            self._asked.setdefault(session.report_id or "", []).append(gap)
        elif one.act is Act.STILL_ONGOING:
            self._say("still_ongoing_noted", one.key)
        elif one.act is Act.ENDED:
            self._say("ongoing_ended_noted", one.key)
            self._effects.append(AskLater(session.report_id or "", None))

    def _tell_of(self, session: Session, heard: Mapping[str, Heard]) -> None:
        """Notices and the checklist of a report that got something new."""
        report_id = session.report_id or ""
        standing = self.standing[report_id]
        content = [entry for entry in session.content if entry.key in heard]
        skipped = [
            one
            for one in self.fresh
            if (one.act is Act.SKIP or (one.act is Act.CORRECT and one.rest))
            and self.played.session_of.get(one.key) is session
        ]
        self._stop_asking(session, standing)
        if session.is_question or not (content or skipped):
            return
        account = session.account
        cause = (content or skipped)[-1].key
        self._notices(session, account, cause)
        if not session.is_open or not standing.is_open:
            return
        if content and not skipped and not any(self._is_news(each, session) for each in content):
            if all(self._is_repeated(entry, session) for entry in content):
                self._say("repeated", cause)
            elif any(self.played.parts.get(each.key) is not Part.OVER for each in content):
                self._remind(cause)
            return
        is_skip = all(self.played.heard[each.key].has_no_picture for each in content)
        self._check(session, account, standing, cause, is_skip=is_skip)

    def _check(
        self, session: Session, account: Account, standing: Standing, cause: str, *, is_skip: bool
    ) -> None:
        before = len(self._effects)
        question = self._question(session, standing)
        if question is not None:
            self._asked.setdefault(standing.report_id, []).append(question)
        missing = account.gaps
        checklist = Checklist(account, missing, question)
        if question is not None:
            self._say("progress", cause, standing.report_id, checklist)
        elif is_skip:
            self._say("skipped", cause)
        elif missing and self._has_told(session):
            self._say("progress_waiting", cause, standing.report_id, checklist)
        elif missing:
            self._once(session, "added", cause)
        else:
            self._read_back(session, cause, checklist)
        # Nobody reads about data protection while their house burns: with the next reply.
        is_calm = not any(self.played.heard[each.key].danger for each in self._fresh_in(session))
        known = self.remembered.get("notice_version", self.conversation.notice_version)
        is_due = known != self.notice_version
        if is_due and is_calm and len(self._effects) > before:
            self._effects.insert(before, Say("data_notice", cause))
            self.remembered |= {"notice_version": self.notice_version, "notice_at": self.now}

    def _fresh_in(self, session: Session) -> list[Entry]:
        fresh = {one.key for one in self.fresh}
        return [each for each in self._told_in(session) if each.key in fresh]

    def _has_told(self, session: Session) -> bool:
        """Whether something new is known, or was put right."""
        fresh = {one.key for one in self.fresh}
        items = {finding.item_id.removesuffix("-0") for finding in session.findings}
        return not fresh.isdisjoint(items)

    def _read_back(self, session: Session, cause: str, checklist: Checklist) -> None:
        """The summary to check: once, and again after a correction or with a better place."""
        entry = next((each for each in session.content if each.key == cause), None)
        is_changed = any(
            finding.item_id == cause and (finding.replaces or finding.fact is Fact.PLACE)
            for finding in session.findings
        )
        is_violation = checklist.account.track is Track.VIOLATION
        said = "complete" if is_violation else "complete_other"
        if entry is None or is_changed or said not in self._said_of(session):
            self._said.setdefault(session.report_id or "", []).append(said)
            self._say(said, cause, session.report_id, checklist)
        else:
            self._once(session, "added", cause)

    def _question(self, session: Session, standing: Standing) -> Gap | None:
        """The most important thing that is missing and was not asked for yet."""
        asked = {*standing.asked, *self._asked.get(standing.report_id, ())}
        wanted = session.wanted
        if wanted and wanted[0] in asked and wanted[0] not in session.passed:
            # The last question still waits for its answer.
            return None
        return next((gap for gap in wanted if gap not in asked), None)

    def _notices(self, session: Session, account: Account, cause: str) -> None:
        goes_on = account.ongoing and account.is_pressing and session.is_open
        if goes_on and self._once(session, self._alert(session, account), cause, kind="ongoing"):
            at = self.now + ASKED_AGAIN_AFTER
            self._effects.append(AskLater(session.report_id or "", at))
        if account.is_complaint:
            self._once(session, "complaint_officer", cause)
        elif session.is_infrastructure:
            self._once(session, "infrastructure_notice", cause)
        elif account.track in OF_TRACK and not account.is_pressing:
            self._once(session, OF_TRACK[account.track], cause)
        if session.is_denunciation:
            self._once(session, "denunciation_where", cause)
        heard = [self.played.heard[each.key] for each in self._fresh_in(session)]
        if any(one.is_minor for one in heard):
            self._once(session, "minor_notice", cause)
        if any(one.hides_name for one in heard):
            self._once(session, "anonymous_noted", cause)
        unit_id = self.elsewhere(account)
        if unit_id is not None:
            self._once(session, "wrong_page", cause, unit_id)
        moment = account.moment
        if moment is not None and moment.start < session.opened_at - _LONG_AGO:
            self._once(session, "too_old", cause)
        elif moment is not None and moment.start > session.last_at + _AHEAD:
            self._once(session, "future_time", cause)

    def _alert(self, session: Session, account: Account) -> str:
        if any(key in CALLS for key in self._said_of(session)):
            return "ongoing_passed"
        return "ongoing_notice" if account.track is Track.VIOLATION else "ongoing_notice_other"

    def _told_in(self, session: Session) -> list[Entry]:
        return [each for each in session.content if each.key in self.played.heard]

    def _stop_asking(self, session: Session, standing: Standing) -> None:
        """Who says that they are done is not asked again; who fell silent is the one to ask."""
        before = {one.report_id: one for one in self.conversation.standing}
        stood = before.get(standing.report_id)
        was_open = stood is None or stood.is_open
        if was_open and not standing.is_open and standing.because is not Because.SILENCE:
            self._effects.append(AskLater(standing.report_id, None))

    def _ask_for_patience(self) -> None:
        if not self.fresh:
            return
        last = self.fresh[-1]
        slowed_at = self._last("slowed_at")
        if is_too_fast(self.log, last.at, slowed_at=slowed_at, limits=self.limits):
            self.remembered["slowed_at"] = last.at
            self._say("slow_down", last.key)

    def _is_repeated(self, entry: Entry, session: Session) -> bool:
        """Sent in these very words before: it stays in the report, and is answered once."""
        return repeated(session.content, entry, limits=self.limits) is not None

    def _is_idle(self, entry: Entry, session: Session) -> bool:
        told = any(finding.item_id.removesuffix("-0") == entry.key for finding in session.findings)
        heard = entry.heard
        return heard is not None and (heard.is_talk or heard.hides_name) and not told

    @property
    def _is_gathering(self) -> bool:
        current = self.played.current
        return current is not None and current.is_open

    def _has_just_ended(self, at: datetime) -> bool:
        ends = [
            session.closed_at
            for session in self.played.sessions
            if session.closed_at is not None and session.closed_at <= at
        ]
        return bool(ends) and at - max(ends) <= self.played.silence

    def _tells_end(self, at: datetime) -> bool:
        """Whether it was just told that something is over."""
        over = [each.at for each in self.log if self.played.parts.get(each.key) is Part.OVER]
        return any(timedelta() <= at - told <= self.played.silence for told in over)

    def _quotes(self, one: Submission) -> bool:
        return one.key in self.played.quoted_by.values()

    def _once(
        self,
        session: Session | None,
        sentence: str,
        cause: str,
        unit_id: str | None = None,
        kind: str | None = None,
    ) -> bool:
        """Say it, or what is of that kind, once in a report; tells whether it was said now."""
        if session is None:
            self._say(sentence, cause)
            return True
        report_id = session.report_id or ""
        said = self._said.setdefault(report_id, [])
        if (kind or sentence) in self._said_of(session):
            return False
        said.append(kind or sentence)
        self._effects.append(Say(sentence, cause, report_id=report_id, unit_id=unit_id))
        return True

    def _last(self, remembered: str) -> datetime | None:
        last = self.remembered.get(remembered, getattr(self.conversation, remembered))
        return last if isinstance(last, datetime) else None

    def _after(self, pause: timedelta, sentence: str, remembered: str, cause: str) -> None:
        """Say it, if it was not said lately."""
        last = self._last(remembered)
        if last is None or self.now - last >= pause:
            self.remembered[remembered] = self.now
            self._say(sentence, cause)

    def _say(
        self,
        sentence: str,
        cause: str,
        report_id: str | None = None,
        checklist: Checklist | None = None,
    ) -> None:
        self._effects.append(Say(sentence, cause, checklist, report_id))
