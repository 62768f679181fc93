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
from functions.followups.model import FollowUp
from functions.followups.planner import Step, checked, delivered, not_delivered, plan
from functions.followups.sentences import Choice, fill, sentence
from functions.followups.store import FollowUpStore, StoredFollowUp
from functions.identity.store import PersonStore
from functions.identity.vault import Person

_log = logging.getLogger(__name__)


class Messenger(Protocol):
    """Whoever carries a message to a citizen."""

    def send(self, person: Person, text: str, choices: tuple[Choice, ...]) -> str | None:
        """Send and return the message's id at the platform.

        Raises:
            TinBaoError: by who can do something about it (`functions.errors`).
        """
        ...

    def was_delivered(self, person: Person, text: str, since: datetime) -> bool | None:
        """Whether that text stands in the conversation since then; None if that cannot be seen."""
        ...


@dataclass(frozen=True, slots=True)
class Sender:
    """Brings follow-ups to citizens. One call, one follow-up."""

    followups: FollowUpStore
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
        try:
            text = followup.text or fill(followup.sentence, followup.values)
            choices = sentence(followup.sentence).choices
            person = self._person(followup)
        except (Rejected, OperatorNeeded) as error:
            self._settle(found, not_delivered(followup, error, now=self.clock.now()))
            return
        claimed = self.followups.change(found, followup.model_copy(update={"text": text}))
        try:
            message_id = self.messenger.send(person, text, choices)
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

    def _person(self, followup: FollowUp) -> Person:
        person = self.people.find(followup.citizen)
        if person is None:
            raise Rejected(
                "nobody stands behind this pseudonym",
                sentence="Không còn thông tin liên hệ của người phản ánh.",
            )
        return person
