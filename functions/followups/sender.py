"""Claim, send, settle: one follow-up at a time, never twice, never forgotten.

The claim is a compare-and-set before the call, so a duplicate task or an overlapping worker loses
and stops. Zalo has no idempotency key: an attempt without a clear answer is settled by evidence
(what stands in the conversation), not by sending again.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from functions.cloud.clock import Clock
from functions.errors import Conflict, OperatorNeeded, Rejected, TinBaoError
from functions.followups.model import FollowUp, Kind, State
from functions.followups.notices import notice_number
from functions.followups.planner import Step, cancel, checked, delivered, not_delivered, plan
from functions.followups.sentences import Choice, choices, fill
from functions.followups.store import FollowUpStore, StoredFollowUp
from functions.identity.store import PersonStore
from functions.identity.vault import Person
from functions.reports.store import ReportStore

_log = logging.getLogger(__name__)


class Messenger(Protocol):
    """Whoever carries a message to a citizen."""

    def send(self, person: Person, text: str, choices: tuple[Choice, ...]) -> str | None:
        """Send and return the message's id at the platform.

        Raises:
            TinBaoError: by who can do something about it (`functions.errors`).
        """
        ...

    def request_details(self, person: Person, title: str, text: str) -> str | None:
        """Send the platform's form for name, telephone and address; the message's id there.

        Raises:
            TinBaoError: as `send`.
        """
        ...

    def was_delivered(self, person: Person, text: str, since: datetime) -> bool | None:
        """Whether that text stands in the conversation since then; None if that cannot be seen."""
        ...


_OUTDATED = {
    "problem": "a newer outcome",
    "sentence": "Không gửi: phản ánh đã có kết quả mới hơn.",
}
_UNWANTED = {
    "problem": "no result wanted",
    "sentence": "Không gửi: người dân đề nghị không thông báo kết quả.",
}


@dataclass(frozen=True, slots=True)
class Sender:
    """Brings follow-ups to citizens. One call, one follow-up."""

    followups: FollowUpStore
    reports: ReportStore
    people: PersonStore
    messenger: Messenger
    clock: Clock
    draw_attempt: Callable[[], str]
    wake: Callable[[str, datetime], None]

    def send(self, followup_id: str) -> None:
        """Do what is to be done now for that follow-up; nothing if it is not due or is done.

        Raises:
            Transient: no answer from a database.
        """
        found = self.followups.read(followup_id)
        if found is None:
            _log.error("no such follow-up", extra={"followup": followup_id})
            return
        planned = plan(found.followup, now=self.clock.now(), attempt_id=self.draw_attempt())
        if planned.step is Step.NOTHING:
            return
        try:
            if planned.step is Step.SEND:
                self._attempt(found, planned.followup)
            else:
                self._check(found, planned.followup)
        except Conflict:
            # Somebody else has it; whatever they do to it, they also finish.
            _log.info("follow-up taken by another", extra={"followup": followup_id})

    def _attempt(self, found: StoredFollowUp, followup: FollowUp) -> None:
        withdrawn = self._withdrawn(found.followup)
        if withdrawn is not None:
            self.followups.change(found, withdrawn)
            return
        try:
            text = followup.text or fill(followup.sentence, followup.values, followup.language)
            person = self._person(followup)
        except (Rejected, OperatorNeeded) as error:
            self._settle(found, not_delivered(followup, error, now=self.clock.now()))
            return
        claimed = self.followups.change(found, followup.model_copy(update={"text": text}))
        try:
            message_id = self._deliver(claimed.followup, person, text)
        except TinBaoError as error:
            _log.warning(
                "follow-up not delivered",
                extra={
                    "followup": followup.id,
                    "kind": type(error).__name__,
                    "reason": str(error),
                    "tries": followup.tries,
                },
            )
            after = not_delivered(claimed.followup, error, now=self.clock.now())
        else:
            after = delivered(claimed.followup, message_id=message_id, at=self.clock.now())
        self._settle(claimed, after)

    def _deliver(self, followup: FollowUp, person: Person, text: str) -> str | None:
        if followup.kind is Kind.DETAILS_REQUEST:
            title = fill("button_share_identity", followup.values, followup.language)
            return self.messenger.request_details(person, title, text)
        buttons = followup.choices
        if buttons is None:
            buttons = choices(followup.sentence, followup.values, followup.language)
        return self.messenger.send(person, text, buttons)

    def _withdrawn(self, followup: FollowUp) -> FollowUp | None:
        """An outcome's notice that must not go out any more, cancelled; else None.

        Whoever records a newer outcome cancels the notice of the one before, but not while it is
        being sent: if that attempt fails, the next one must not tell what holds no more.
        """
        if followup.kind is not Kind.OUTCOME or followup.report_id is None:
            return None
        stored = self.reports.read(followup.report_id)
        if stored is None or stored.report.outcome is None:
            return None
        report, outcome = stored.report, stored.report.outcome
        if followup.notice != notice_number(report, outcome):
            return cancel(followup, **_OUTDATED)
        if not report.wants_result or report.citizen != followup.citizen:
            return cancel(followup, **_UNWANTED)
        return None

    def _check(self, found: StoredFollowUp, followup: FollowUp) -> None:
        attempt = followup.attempt
        seen: bool | None = None
        if attempt is not None and followup.text is not None:
            try:
                seen = self.messenger.was_delivered(
                    self._person(followup), followup.text, attempt.started_at
                )
            except TinBaoError as error:
                _log.warning(
                    "delivery could not be checked",
                    extra={"followup": followup.id, "kind": type(error).__name__},
                )
        self._settle(found, checked(followup, found=seen, now=self.clock.now()))

    def _settle(self, before: StoredFollowUp, after: FollowUp) -> None:
        self.followups.change(before, after)
        if after.is_pending:
            self.wake(after.id, after.next_at)
        elif after.kind is Kind.FAREWELL and after.state is not State.HELD:
            self.people.end_farewell(after.citizen)

    def _person(self, followup: FollowUp) -> Person:
        if followup.kind is Kind.FAREWELL:
            person = self.people.find_farewell(followup.citizen)
        else:
            person = self.people.find(followup.citizen)
        if person is None or not person.has_account:
            raise Rejected(
                "nobody stands behind this pseudonym",
                sentence="Không còn thông tin liên hệ của người phản ánh.",
            )
        return person
