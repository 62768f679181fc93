"""The renewal of pages' grants: who does it, when, and what survives a crash.

A refresh token works once. If Zalo rotated it and the answer never arrives, the grant is gone and
an administrator of the page must consent again. So one holder renews, early and under a lease; an
answer is sealed into the log before it is even read; and after an answer was lost the old refresh
token is not tried again while the access token still lives, because that may revoke it (RFC 9700).

    not due ── due ──> SENDING ── a pair ──> kept: escrow, secret, pointer
                          ├── surely not sent ──> NOT_SENT ── 5 min ──> SENDING
                          ├── refused ──> REFUSED, need_reauth ── 1 h ──> SENDING
                          └── no answer, or a crash ──> LOST ── last chance ──> SENDING (reuse)
                                  a reuse still without an answer when the
                                  access token ends ──> REFUSED, need_reauth

Readers never renew. A lost answer and `need_reauth` are logged as errors, which page an operator.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from enum import StrEnum

from functions.errors import Conflict, TinBaoError, Transient
from functions.zalo.errors import PageNotConnected, RetryLater
from functions.zalo.grants import (
    AGAIN_AFTER,
    LEASE,
    REFUSED_AGAIN_AFTER,
    SEND_WITHIN,
    Attempt,
    Escrow,
    EscrowLines,
    KeptGrant,
    Phase,
    SecretVersions,
    StoredPointer,
    TokenPointer,
    TokenPointers,
)
from functions.zalo.http import Answer
from functions.zalo.oauth import App, OAuth, TokenPair, judge
from functions.zalo.safekeeping import Safekeeping, insist

_log = logging.getLogger(__name__)

_ROUNDS = 5


class Renewal(StrEnum):
    """What became of looking after a page's grant."""

    NOT_DUE = "not_due"
    RENEWED = "renewed"
    ADOPTED = "adopted"
    """A newer grant was found that nothing pointed to."""
    BUSY = "busy"
    """Another process is at it."""
    NOT_SENT = "not_sent"
    LOST = "lost"
    """An answer is missing; we wait for the last chance, or for a person."""
    NOT_CONNECTED = "not_connected"
    """An administrator of the page is asked to consent."""


_WAITING = {
    Phase.SENDING: Renewal.BUSY,
    Phase.NOT_SENT: Renewal.NOT_SENT,
    Phase.LOST: Renewal.LOST,
    Phase.REFUSED: Renewal.NOT_CONNECTED,
}


class TokenRefresher:
    """Renews the pages' grants; the only one who adds versions of their secrets.

    Args:
        app_of: the app that a page granted its rights to.
        new_id: a fresh id for an attempt.
        pause: waits that many seconds before a store is asked again.
        lines: finds sealed answers again; without it the runbook does.
    """

    def __init__(
        self,
        pointers: TokenPointers,
        secrets: SecretVersions,
        escrow: Escrow,
        oauth: OAuth,
        *,
        app_of: Callable[[str], App],
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
        new_id: Callable[[], str],
        pause: Callable[[float], None],
        lines: EscrowLines | None = None,
    ) -> None:
        self._pointers = pointers
        self._safekeeping = Safekeeping(secrets, escrow, now=now, pause=pause, lines=lines)
        self._oauth = oauth
        self._app_of = app_of
        self._now = now
        self._monotonic = monotonic
        self._new_id = new_id
        self._pause = pause

    def refresh_due(self, page_id: str) -> Renewal:
        """Look after one page's grant; to be called every few minutes at least.

        Raises:
            Transient: a store gave no clear answer; the next call goes on from what is stored.
            OperatorNeeded: the page's secret cannot be read.
        """
        try:
            return self._look_after(page_id)
        except Conflict:
            return Renewal.BUSY

    def connect(self, page_id: str, code: str, verifier: str | None) -> None:
        """Trade an administrator's consent for the page's grant; ends `need_reauth`.

        Raises:
            PageNotConnected: Zalo refuses the code.
            AmbiguousDelivery: no usable answer; the administrator has to consent again.
            RetryLater: nothing happened; the code is still good.
            Conflict: somebody else connected the page at the same time.
            Transient, OperatorNeeded: it could not be stored; the escrow has it.
        """
        stored = self._pointers.get(page_id)
        generation = 1
        if stored is not None:
            # An attempt under way may still bring the next generation; ours comes after it.
            generation = stored.pointer.generation + (2 if stored.pointer.attempt else 1)
        answer = self._oauth.exchange(self._app_of(page_id), code, verifier)
        kept, version = self._safekeeping.keep(page_id, generation, answer)
        self._point(page_id, kept, version)

    def adopt(self, page_id: str, generation: int, answer: bytes, *, received_at: datetime) -> None:
        """Put an answer opened from the escrow in force (runbook).

        Args:
            answer: what `escrow.unseal` gave.
            received_at: the time of its log line.

        Raises:
            ZaloError: the answer holds no pair.
            Conflict: the page has a grant at least as new.
            Transient, OperatorNeeded: it could not be stored.
        """
        kept, version = self._safekeeping.store(
            page_id, generation, judge(Answer(200, answer)), received_at
        )
        self._point(page_id, kept, version)

    def _look_after(self, page_id: str) -> Renewal:
        stored = self._pointers.get(page_id)
        if stored is None:
            found = self._safekeeping.newer(page_id, None)
            if found is None:
                return Renewal.NOT_CONNECTED
            return self._adopt(page_id, None, found)
        now, pointer, attempt = self._now(), stored.pointer, stored.pointer.attempt
        if attempt is None and now < pointer.due_at(page_id):
            return Renewal.NOT_DUE
        if attempt is not None and self._is_waiting(attempt, now):
            return _WAITING[attempt.phase]
        found = self._safekeeping.newer(page_id, pointer)
        if found is not None:
            return self._adopt(page_id, stored, found)
        if attempt is None or attempt.phase in (Phase.NOT_SENT, Phase.REFUSED):
            return self._renew(page_id, stored, is_reuse=bool(attempt and attempt.is_reuse))
        if attempt.phase is Phase.SENDING:
            return self._lost(page_id, pointer, attempt)
        if now < pointer.last_chance_at():
            return Renewal.LOST
        return self._renew(page_id, stored, is_reuse=True)

    def _is_waiting(self, attempt: Attempt, now: datetime) -> bool:
        end = attempt.started + LEASE if attempt.phase is Phase.SENDING else attempt.deadline
        return now < end

    def _renew(self, page_id: str, stored: StoredPointer, *, is_reuse: bool) -> Renewal:
        pointer = stored.pointer
        kept = self._safekeeping.read(page_id, pointer.secret_version)
        app = self._app_of(page_id)
        now, began = self._now(), self._monotonic()
        attempt = Attempt(
            id=self._new_id(),
            generation=pointer.generation,
            started=now,
            deadline=now + SEND_WITHIN,
            phase=Phase.SENDING,
            is_reuse=is_reuse,
        )
        self._claim(page_id, stored, attempt)
        if self._monotonic() - began >= SEND_WITHIN.total_seconds():
            # We were frozen; by now others may think that this attempt is dead.
            return self._not_sent(page_id, attempt)
        try:
            answer = self._oauth.refresh(app, kept.refresh_token)
            spent = TokenPair(kept.access_token, kept.refresh_token, AGAIN_AFTER)
            renewed, version = self._safekeeping.keep(
                page_id, pointer.generation + 1, answer, spent=spent
            )
        except RetryLater:
            return self._not_sent(page_id, attempt)
        except PageNotConnected as error:
            return self._give_up(page_id, pointer, attempt, error.code)
        except TinBaoError:
            return self._lost(page_id, pointer, attempt)
        self._settle(page_id, attempt, lambda _: renewed.pointer(version))
        self._safekeeping.drop_before(page_id, version)
        return Renewal.RENEWED

    def _claim(self, page_id: str, stored: StoredPointer, attempt: Attempt) -> None:
        claimed = stored.pointer.model_copy(update={"attempt": attempt})
        try:
            self._pointers.compare_and_set(page_id, claimed, expected=stored.version)
        except Transient:
            current = insist(lambda: self._pointers.get(page_id), self._pause)
            if current is None or current.pointer.attempt != attempt:
                raise

    def _adopt(
        self, page_id: str, stored: StoredPointer | None, found: tuple[KeptGrant, int]
    ) -> Renewal:
        kept, version = found
        expected = None if stored is None else stored.version
        self._pointers.compare_and_set(page_id, kept.pointer(version), expected=expected)
        _log.warning("grant adopted", extra={"page_id": page_id, "generation": kept.generation})
        return Renewal.ADOPTED

    def _not_sent(self, page_id: str, attempt: Attempt) -> Renewal:
        again = self._now() + AGAIN_AFTER
        waiting = attempt.model_copy(update={"phase": Phase.NOT_SENT, "deadline": again})
        self._settle(page_id, attempt, lambda p: p.model_copy(update={"attempt": waiting}))
        return Renewal.NOT_SENT

    def _lost(self, page_id: str, pointer: TokenPointer, attempt: Attempt) -> Renewal:
        now = self._now()
        if attempt.is_reuse and now >= pointer.access_expires_at:
            return self._give_up(page_id, pointer, attempt, None)
        _log.error(
            "token answer lost",
            extra={"page_id": page_id, "generation": attempt.generation, "attempt_id": attempt.id},
        )
        again = now + AGAIN_AFTER
        lost = attempt.model_copy(update={"phase": Phase.LOST, "deadline": again})
        self._settle(page_id, attempt, lambda p: p.model_copy(update={"attempt": lost}))
        return Renewal.LOST

    def _give_up(
        self, page_id: str, pointer: TokenPointer, attempt: Attempt, code: int | None
    ) -> Renewal:
        now = self._now()
        if pointer.need_reauth is None:
            _log.error(
                "page needs consent again",
                extra={"page_id": page_id, "generation": attempt.generation, "code": code},
            )
        again = now + REFUSED_AGAIN_AFTER
        refused = attempt.model_copy(update={"phase": Phase.REFUSED, "deadline": again})
        ended = {"attempt": refused, "need_reauth": pointer.need_reauth or now}
        self._settle(page_id, attempt, lambda p: p.model_copy(update=ended))
        return Renewal.NOT_CONNECTED

    def _settle(
        self, page_id: str, attempt: Attempt, change: Callable[[TokenPointer], TokenPointer]
    ) -> None:
        """Change the pointer as long as the attempt is still the one it names."""
        for _ in range(_ROUNDS):
            stored = insist(lambda: self._pointers.get(page_id), self._pause)
            current = stored.pointer.attempt if stored else None
            if stored is None or current is None or current.id != attempt.id:
                return
            # After an unclear answer the next round reads whether it was stored.
            with suppress(Conflict, Transient):
                self._pointers.compare_and_set(
                    page_id, change(stored.pointer), expected=stored.version
                )
                return
        raise Transient("the pointer could not be settled")

    def _point(self, page_id: str, kept: KeptGrant, version: int) -> None:
        """Point to a grant, unless the page has one at least as new."""
        for _ in range(_ROUNDS):
            stored = insist(lambda: self._pointers.get(page_id), self._pause)
            if stored is not None and stored.pointer.secret_version == version:
                return
            if stored is not None and stored.pointer.generation >= kept.generation:
                raise Conflict("the page has a newer grant")
            expected = None if stored is None else stored.version
            with suppress(Conflict, Transient):
                self._pointers.compare_and_set(page_id, kept.pointer(version), expected=expected)
                return
        raise Transient("the pointer could not be set")
