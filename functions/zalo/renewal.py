"""The renewal of pages' grants: who does it, when, and what survives a crash.

A refresh token works once. If Zalo rotated it and the answer never arrives, the grant is gone and
an administrator of the page must consent again. So one holder renews, early and under a lease; an
answer is sealed into the log before it is even read; and after an answer was lost the old refresh
token is not tried again while the access token still lives, because that may revoke it (RFC 9700).

    not due ── due ──> SENDING ── a pair ──> kept: escrow, secret, pointer
                          ├── surely not sent ──> NOT_SENT ── 5 min ──> SENDING
                          ├── refused ──> need_reauth
                          └── no answer, or a crash ──> LOST ── last chance ──> SENDING (reuse)
                                  a reuse that is refused, or still unanswered
                                  when the access token ends ──> need_reauth

Readers never renew. A lost answer and `need_reauth` are logged as errors, which page an operator.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from functions.errors import Conflict, OperatorNeeded, TinBaoError, Transient
from functions.zalo.errors import PageNotConnected, RetryLater, ZaloError
from functions.zalo.grants import (
    AGAIN_AFTER,
    KEPT_VERSIONS,
    LEASE,
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
    secret_name,
)
from functions.zalo.http import Answer
from functions.zalo.oauth import App, OAuth, TokenPair, judge

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

_PAUSES = (1.0, 4.0)
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
    """Only a new consent helps."""


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
        self._secrets = secrets
        self._escrow = escrow
        self._oauth = oauth
        self._app_of = app_of
        self._now = now
        self._monotonic = monotonic
        self._new_id = new_id
        self._pause = pause
        self._lines = lines

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
        self._point(page_id, *self._keep(page_id, generation, answer, spent=None))

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
        pair = judge(Answer(200, answer))
        self._point(page_id, *self._store(page_id, generation, pair, received_at))

    def _look_after(self, page_id: str) -> Renewal:
        stored = self._pointers.get(page_id)
        if stored is None:
            found = self._newer(page_id, None)
            if found is None:
                return Renewal.NOT_CONNECTED
            return self._adopt(page_id, None, found)
        now, pointer, attempt = self._now(), stored.pointer, stored.pointer.attempt
        if attempt is None and pointer.need_reauth is None and now < pointer.due_at(page_id):
            return Renewal.NOT_DUE
        if attempt is not None and attempt.phase is Phase.SENDING and now < attempt.started + LEASE:
            return Renewal.BUSY
        if attempt is not None and attempt.phase is Phase.NOT_SENT and now < attempt.deadline:
            return Renewal.NOT_SENT
        found = self._newer(page_id, pointer)
        if found is not None:
            return self._adopt(page_id, stored, found)
        if pointer.need_reauth is not None:
            return Renewal.NOT_CONNECTED
        if attempt is None or attempt.phase is Phase.NOT_SENT:
            return self._renew(page_id, stored, is_reuse=bool(attempt and attempt.is_reuse))
        if attempt.phase is Phase.SENDING:
            return self._lost(page_id, pointer, attempt)
        if now < max(pointer.last_chance_at(), attempt.deadline):
            return Renewal.LOST
        return self._renew(page_id, stored, is_reuse=True)

    def _renew(self, page_id: str, stored: StoredPointer, *, is_reuse: bool) -> Renewal:
        pointer = stored.pointer
        _, payload = self._secrets.access(secret_name(page_id), pointer.secret_version)
        kept = KeptGrant.model_validate_json(payload)
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
            answer = self._oauth.refresh(self._app_of(page_id), kept.refresh_token)
            spent = TokenPair(kept.access_token, kept.refresh_token, AGAIN_AFTER)
            renewed, version = self._keep(page_id, pointer.generation + 1, answer, spent=spent)
        except RetryLater:
            return self._not_sent(page_id, attempt)
        except PageNotConnected as error:
            return self._give_up(page_id, attempt, error.code)
        except TinBaoError:
            return self._lost(page_id, pointer, attempt)
        self._settle(page_id, attempt, lambda _: renewed.pointer(version))
        with suppress(TinBaoError):
            self._secrets.destroy(secret_name(page_id), version - KEPT_VERSIONS)
        return Renewal.RENEWED

    def _claim(self, page_id: str, stored: StoredPointer, attempt: Attempt) -> None:
        claimed = stored.pointer.model_copy(update={"attempt": attempt})
        try:
            self._pointers.compare_and_set(page_id, claimed, expected=stored.version)
        except Transient:
            current = self._insist(lambda: self._pointers.get(page_id))
            if current is None or current.pointer.attempt != attempt:
                raise

    def _keep(
        self, page_id: str, generation: int, answer: Answer, *, spent: TokenPair | None
    ) -> tuple[KeptGrant, int]:
        """Make an answer safe, then read it, then store what it grants."""
        received_at = self._now()
        if answer.status == 200:
            try:
                self._escrow.keep(page_id, generation, answer.body)
            except Exception:
                # Whatever ails the escrow: the answer may still be saved by the next place.
                _log.exception("escrow failed", extra={"page_id": page_id})
        return self._store(page_id, generation, judge(answer, spent=spent), received_at)

    def _store(
        self, page_id: str, generation: int, pair: TokenPair, received_at: datetime
    ) -> tuple[KeptGrant, int]:
        kept = KeptGrant(
            generation=generation,
            access_token=pair.access_token,
            refresh_token=pair.refresh_token,
            received_at=received_at,
            access_expires_at=received_at + pair.expires_in,
        )
        payload = kept.model_dump_json().encode()
        return kept, self._insist(lambda: self._secrets.add(secret_name(page_id), payload))

    def _newer(self, page_id: str, pointer: TokenPointer | None) -> tuple[KeptGrant, int] | None:
        """A grant of a later generation than the pointer's: in the secret, else in the escrow."""
        generation = 0 if pointer is None else pointer.generation
        with suppress(OperatorNeeded):
            version, payload = self._secrets.access(secret_name(page_id))
            kept = KeptGrant.model_validate_json(payload)
            if kept.generation > generation:
                return kept, version
        if pointer is None or pointer.attempt is None or self._lines is None:
            return None
        answer = self._lines.find(page_id, generation + 1)
        if answer is None:
            return None
        try:
            pair = judge(Answer(200, answer))
        except ZaloError:
            return None
        return self._store(page_id, generation + 1, pair, pointer.attempt.started)

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
            return self._give_up(page_id, attempt, None)
        _log.error(
            "token answer lost",
            extra={"page_id": page_id, "generation": attempt.generation, "attempt_id": attempt.id},
        )
        again = now + AGAIN_AFTER
        lost = attempt.model_copy(update={"phase": Phase.LOST, "deadline": again})
        self._settle(page_id, attempt, lambda p: p.model_copy(update={"attempt": lost}))
        return Renewal.LOST

    def _give_up(self, page_id: str, attempt: Attempt, code: int | None) -> Renewal:
        _log.error(
            "page needs consent again",
            extra={"page_id": page_id, "generation": attempt.generation, "code": code},
        )
        ended = {"attempt": None, "need_reauth": self._now()}
        self._settle(page_id, attempt, lambda p: p.model_copy(update=ended))
        return Renewal.NOT_CONNECTED

    def _settle(
        self, page_id: str, attempt: Attempt, change: Callable[[TokenPointer], TokenPointer]
    ) -> None:
        """Change the pointer as long as the attempt is still the one it names."""
        for _ in range(_ROUNDS):
            stored = self._insist(lambda: self._pointers.get(page_id))
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
            stored = self._insist(lambda: self._pointers.get(page_id))
            if stored is not None and stored.pointer.secret_version == version:
                return
            if stored is not None and stored.pointer.generation >= kept.generation:
                raise Conflict("the page has a newer grant")
            expected = None if stored is None else stored.version
            with suppress(Conflict, Transient):
                self._pointers.compare_and_set(page_id, kept.pointer(version), expected=expected)
                return
        raise Transient("the pointer could not be set")

    def _insist(self, act: Callable[[], _T]) -> _T:
        """`act`, and again after a pause while a store gives no clear answer."""
        for pause in _PAUSES:
            with suppress(Transient):
                return act()
            self._pause(pause)
        return act()
