"""The state machine of one citizen's conversation. Pure: (conversation, messages) -> what follows.

New messages go into the log; the log is played from its start (`sessions.py`), and what it makes is
compared with the reports as they stand. So the order and the grouping in which messages arrive make
no difference to the reports: one that arrives late may split, join or cancel what stood before.
Two things are not undone: a report that silence closed stays closed, once the system has acted on
it; and one that an officer has touched keeps what it has. What was said is not unsaid either.

A message that arrives more than `SETTLED_AFTER` late begins a report of its own.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from functions.intake.effects import (
    Add,
    Ask,
    AskLater,
    Begin,
    Cancel,
    Checklist,
    Describe,
    Drop,
    Effect,
    Explain,
    Finish,
    Learn,
    Move,
    Say,
)
from functions.intake.limits import Limits
from functions.intake.log import (
    MOST_ENTRIES,
    SETTLED_AFTER,
    Because,
    Conversation,
    Entry,
    Standing,
    entry_of,
)
from functions.intake.playing import Replay, replay
from functions.intake.sessions import Session
from functions.intake.submissions import Act, Submission
from functions.intake.telling import Elsewhere, Telling
from functions.reports.account import Account

__all__ = [
    "Add", "Ask", "AskLater", "Because", "Begin", "Cancel", "Checklist", "Conversation", "Describe",
    "Drop", "Effect", "Explain", "Finish", "Learn", "Move", "Say", "fold",
]  # fmt: skip

PATIENCE = Limits()
GRACE = timedelta(minutes=2)
"""How long after its time silence is acted on: for messages that are still on their way."""


def nowhere_else(_account: Account) -> str | None:
    """Every place belongs to the page's own unit."""
    return None


def fold(
    conversation: Conversation,
    submissions: Iterable[Submission],
    *,
    now: datetime,
    silence: timedelta,
    draw_report_id: Callable[[], str],
    grace: timedelta = GRACE,
    notice_version: str = "1",
    touched: Collection[str] = (),
    is_blocked: bool = False,
    elsewhere: Elsewhere = nowhere_else,
    limits: Limits = PATIENCE,
) -> tuple[Conversation, list[Effect]]:
    """What follows from messages that were not folded before.

    Args:
        conversation: where it stood.
        submissions: new messages, in any order; one given twice is one.
        now: silence is measured up to this moment.
        silence: how long without a message until a report counts as complete.
        draw_report_id: a fresh random id, called once for each report begun.
        grace: how much longer a message may be on its way before silence is acted on.
        notice_version: of the data notice that a reporter must have been shown.
        touched: reports that an officer has worked on: what they hold stays in them.
        is_blocked: an officer blocked this citizen; no report begins, but for an emergency.
        elsewhere: the unit that answers for a place, where that is not the page's own.
        limits: how much one citizen may write before we ask for patience.
    """
    known = {entry.key for entry in conversation.log}
    fresh = {one.key: one for one in submissions if one.key not in known}
    ordered = sorted(fresh.values(), key=lambda each: each.place_in_time)
    log = [*conversation.log, *(entry_of(one, is_blocked=is_blocked) for one in ordered)]
    played = replay(log, conversation.standing, silence=silence)
    played.close_if_silent(now - grace)
    run = _Fold(
        conversation, log, played, fresh, draw_report_id, frozenset(touched), now, grace, elsewhere
    )
    run.compare()
    telling = Telling(
        conversation, played, log, ordered, run.standing, notice_version, now, elsewhere, limits
    )
    told = telling.all()
    return run.after(telling, ordered), [*run.effects, *told]


@dataclass(slots=True)
class _Fold:
    conversation: Conversation
    log: list[Entry]
    played: Replay
    fresh: dict[str, Submission]
    draw_report_id: Callable[[], str]
    touched: frozenset[str]
    now: datetime
    grace: timedelta
    elsewhere: Elsewhere
    effects: list[Effect] = field(default_factory=list)
    standing: dict[str, Standing] = field(default_factory=dict)
    """The reports as they stand after the fold, by id."""
    _held_by: dict[str, str] = field(default_factory=dict)
    """Which report holds each message, by the message's key."""

    def compare(self) -> None:
        """Find what has to happen to the reports so that they become what the log makes."""
        before = {one.report_id: one for one in self.conversation.standing}
        self._held_by = {
            entry.key: entry.report_id for entry in self.conversation.log if entry.report_id
        }
        self._name(before)
        changed = self._place()
        for session in self.played.sessions:
            self._settle(session, before.get(session.report_id or ""), changed)
        self._supplement()
        kept = {session.report_id for session in self.played.sessions}
        for report_id, stood in before.items():
            if report_id not in kept:
                self._empty(stood)

    def _name(self, before: dict[str, Standing]) -> None:
        """Each session is the report that holds its first message, if none before it is."""
        taken = {session.report_id for session in self.played.sessions if session.report_id}
        for session in list(self.played.sessions):
            if session.report_id is None:
                held_by = {self._held_by.get(entry.key) for entry in session.content}
                if not taken.isdisjoint(held_by) and held_by <= self.touched:
                    # All of it stays where an officer has it.
                    self.played.sessions.remove(session)
                    continue
                held = (self._held_by.get(entry.key) for entry in session.content)
                session.report_id = next(
                    (one for one in held if one and one not in taken and one in before), None
                )
            if session.report_id is None:
                session.report_id = self.draw_report_id()
                self.effects.append(Begin(session.report_id, session.opened_at))
            taken.add(session.report_id)

    def _place(self) -> set[str]:
        """Put each message into its report; returns the reports whose content changed."""
        changed: set[str] = set()
        placed: set[str] = set()
        for session in self.played.sessions:
            report_id = session.report_id or ""
            for entry in session.content:
                self._put(entry, report_id, changed)
                placed.add(entry.key)
        for entry in self.log:
            supplemented = self.played.supplements.get(entry.key)
            if supplemented is not None:
                self._put(entry, supplemented, changed)
            elif entry.key not in placed:
                self._drop(entry, changed)
        for key in self.fresh:
            told_about = self.played.session_of.get(key)
            if told_about is not None and told_about.report_id is not None:
                changed.add(told_about.report_id)
        return changed

    def _put(self, entry: Entry, report_id: str, changed: set[str]) -> None:
        held_by = self._held_by.get(entry.key)
        if held_by == report_id:
            return
        if held_by is None:
            submission = self.fresh.get(entry.key) or _told_again(entry)
            if submission is None or not _has_item(submission):
                return
            self.effects.append(Add(report_id, submission))
        elif held_by in self.touched or report_id in self.touched:
            return
        else:
            self.effects.append(Move(held_by, report_id, entry.key))
            changed.add(held_by)
        self._held_by[entry.key] = report_id
        changed.add(report_id)

    def _drop(self, entry: Entry, changed: set[str]) -> None:
        held_by = self._held_by.get(entry.key)
        if held_by is not None and held_by not in self.touched:
            self.effects.append(Drop(held_by, entry.key))
            del self._held_by[entry.key]
            changed.add(held_by)

    def _settle(self, session: Session, stood: Standing | None, changed: set[str]) -> None:
        """Describe a report, and finish or cancel it, where that is news."""
        report_id = session.report_id or ""
        account = session.account
        acted_on = (
            session.because is not Because.SILENCE
            or session.last_at + self.played.silence + self.grace <= self.now
            or (stood is not None and not stood.is_open)
        )
        closed_at = session.closed_at if acted_on else None
        because = session.because if acted_on else None
        if report_id in self.touched:
            news = tuple(each for each in session.findings if each.item_id in self._fresh_items())
            if news:
                self.effects.append(Learn(report_id, news))
            if stood is not None and not stood.is_open:
                closed_at, because = stood.closed_at, stood.because
        elif report_id in changed or stood is None:
            self.effects.append(
                Describe(
                    report_id,
                    account,
                    opened_at=session.opened_at,
                    summary=None if stood and stood.is_cut else session.first_words,
                    is_urgent=account.is_pressing,
                    is_anonymous=session.is_anonymous,
                    suggested_unit_id=self.elsewhere(account),
                )
            )
        if (closed_at, because) != ((stood.closed_at, stood.because) if stood else (None, None)):
            self._close(session, closed_at, because)
        self.standing[report_id] = Standing(
            report_id=report_id,
            opened_at=session.opened_at,
            last_at=session.last_at,
            closed_at=closed_at,
            because=because,
            silent_at=session.closed_at if closed_at is None else None,
            asked=stood.asked if stood else (),
            said=stood.said if stood else (),
            is_cut=stood.is_cut if stood else False,
            findings=stood.findings if stood else (),
        )

    def _close(self, session: Session, closed_at: datetime | None, because: Because | None) -> None:
        report_id = session.report_id or ""
        if closed_at is None or because is None:
            return
        if because is Because.CANCELLED:
            self.effects.append(Cancel(report_id, closed_at, because))
        else:
            self.effects.append(Finish(report_id, closed_at, because, session.is_question))

    def _supplement(self) -> None:
        for entry in self.log:
            report_id = self.played.supplements.get(entry.key)
            if report_id is not None and entry.key in self.fresh and entry.heard is not None:
                self.effects.append(Learn(report_id, entry.heard.findings))

    def _empty(self, stood: Standing) -> None:
        """All that it held belongs to another report, as a late message shows."""
        if stood.report_id in self.touched or stood.because is Because.MERGED:
            self.standing[stood.report_id] = stood
            return
        at = stood.closed_at or stood.last_at
        self.effects.append(Cancel(stood.report_id, at, Because.MERGED))
        self.standing[stood.report_id] = stood.model_copy(
            update={"closed_at": at, "because": Because.MERGED}
        )

    def _fresh_items(self) -> set[str]:
        return {*self.fresh, *(f"{key}-0" for key in self.fresh)}

    def after(self, telling: Telling, ordered: list[Submission]) -> Conversation:
        """The conversation after the fold, without what cannot matter any more."""
        standing = [
            telling.noted(one)
            for one in sorted(self.standing.values(), key=lambda each: each.opened_at)
            if one.closed_at is None or self.now - one.closed_at < SETTLED_AFTER
        ]
        entries = [
            entry.model_copy(update={"report_id": self._held_by.get(entry.key)})
            for entry in sorted(self.log, key=lambda each: each.place_in_time)
        ]
        erasures = [entry.at for entry in self.log if entry.is_erasure]
        if erasures:
            # What stood before belongs to nobody now, and none of its words are kept here.
            entries = [entry for entry in entries if entry.at > max(erasures)]
            standing = [one for one in standing if one.opened_at > max(erasures)]
            telling.remembered = {"notice_version": "", "notice_at": None, **telling.remembered}
        entries, standing = _cut(entries, standing, self._held_by, self.played, self.now)
        waiting = [
            session.last_at + self.played.silence + self.grace
            for session in self.played.sessions
            if self.standing[session.report_id or ""].is_open
        ]
        touches = [one.at for one in ordered if one.act.is_touch]
        partings = [one.at for one in ordered if one.is_parting]
        return self.conversation.model_copy(
            update={
                "log": tuple(entries),
                "standing": tuple(standing),
                "wake_at": min(waiting, default=None),
                "last_in_at": _latest(self.conversation.last_in_at, touches),
                "withdrawn_at": _latest(self.conversation.withdrawn_at, partings),
                **telling.remembered,
            }
        )


def _has_item(submission: Submission) -> bool:
    is_correction = submission.act is Act.CORRECT and bool(submission.rest)
    return submission.act is Act.TELL or is_correction


def _told_again(entry: Entry) -> Submission | None:
    """Words that were not taken for a part of a report when they came."""
    if not entry.is_bare or not entry.text:
        return None
    return Submission(key=entry.key, at=entry.at, act=Act.TELL, text=entry.text)


def _cut(
    entries: list[Entry],
    standing: list[Standing],
    held_by: dict[str, str],
    played: Replay,
    now: datetime,
) -> tuple[list[Entry], list[Standing]]:
    """Let go of what is settled, and of the oldest where there is too much."""
    alive = {one.report_id for one in standing}

    def may_go(entry: Entry) -> bool:
        session = played.session_of.get(entry.key)
        report_id = session.report_id if session else held_by.get(entry.key)
        return report_id not in alive and now - entry.at >= SETTLED_AFTER

    kept = [entry for entry in entries if not may_go(entry)]
    surplus, kept = kept[: max(0, len(kept) - MOST_ENTRIES)], kept[-MOST_ENTRIES:]
    if not surplus:
        return kept, standing
    gone = {entry.key for entry in surplus}
    left = {held_by.get(entry.key) for entry in kept}
    sessions = {session.report_id: session for session in played.sessions}
    after = []
    for one in standing:
        session = sessions.get(one.report_id)
        is_touched = session is not None and any(each.key in gone for each in session.content)
        if one.report_id not in left and not one.is_open:
            continue
        if is_touched and session is not None:
            told = [
                finding
                for finding in session.findings
                if finding.item_id in gone or finding.item_id.removesuffix("-0") in gone
            ]
            one = one.model_copy(
                update={
                    "is_cut": True,
                    "findings": tuple(dict.fromkeys([*one.findings, *told])),
                }
            )
        after.append(one)
    return kept, after


def _latest(known: datetime | None, moments: Iterable[datetime]) -> datetime | None:
    return max((*moments, *((known,) if known else ())), default=None)
