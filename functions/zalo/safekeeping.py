"""Where a token answer is made safe: first the escrow, then a version of the page's secret.

Either is enough to find a grant again; what counts is the pointer's affair (`renewal.py`).
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import TypeVar

from functions.errors import OperatorNeeded, TinBaoError, Transient
from functions.zalo.errors import ZaloError
from functions.zalo.grants import (
    KEPT_VERSIONS,
    Escrow,
    EscrowLines,
    KeptGrant,
    SecretVersions,
    TokenPointer,
    secret_name,
)
from functions.zalo.http import Answer
from functions.zalo.oauth import TokenPair, judge

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

_PAUSES = (1.0, 4.0)


class Safekeeping:
    """Keeps pages' grants and finds them again.

    Args:
        pause: waits that many seconds before the secrets' store is asked again.
        lines: finds sealed answers again; without it the runbook does.
    """

    def __init__(
        self,
        secrets: SecretVersions,
        escrow: Escrow,
        *,
        now: Callable[[], datetime],
        pause: Callable[[float], None],
        lines: EscrowLines | None = None,
    ) -> None:
        self._secrets = secrets
        self._escrow = escrow
        self._now = now
        self._pause = pause
        self._lines = lines

    def read(self, page_id: str, version: int) -> KeptGrant:
        """The grant kept under that version.

        Raises:
            OperatorNeeded: there is none, or it may not be read.
            Transient: no clear answer.
        """
        _, payload = self._secrets.access(secret_name(page_id), version)
        return KeptGrant.model_validate_json(payload)

    def keep(
        self, page_id: str, generation: int, answer: Answer, *, spent: TokenPair | None = None
    ) -> tuple[KeptGrant, int]:
        """Make an answer safe, then read it, then store what it grants.

        Returns:
            The grant and the version it is kept under.

        Raises:
            ZaloError: the answer grants nothing (`oauth.judge`).
            Transient, OperatorNeeded: it could not be stored; the escrow has it.
        """
        received_at = self._now()
        if answer.status == 200:
            try:
                self._escrow.keep(page_id, generation, answer.body)
            except Exception as error:
                # Whatever ails the escrow: the answer may still be saved by the next place.
                _log.error("escrow failed", extra={"page_id": page_id, "error": str(type(error))})
        return self.store(page_id, generation, judge(answer, spent=spent), received_at)

    def store(
        self, page_id: str, generation: int, pair: TokenPair, received_at: datetime
    ) -> tuple[KeptGrant, int]:
        """Add a pair to the page's secret. Returns and raises as `keep` does."""
        kept = KeptGrant(
            generation=generation,
            access_token=pair.access_token,
            refresh_token=pair.refresh_token,
            received_at=received_at,
            access_expires_at=received_at + pair.expires_in,
        )
        payload = kept.model_dump_json().encode()
        version = insist(lambda: self._secrets.add(secret_name(page_id), payload), self._pause)
        return kept, version

    def newer(self, page_id: str, pointer: TokenPointer | None) -> tuple[KeptGrant, int] | None:
        """A grant of a later generation than the pointer's: in the secret, else in the escrow.

        Raises:
            Transient: no clear answer.
        """
        generation = 0 if pointer is None else pointer.generation
        with suppress(OperatorNeeded):
            version, payload = self._secrets.access(secret_name(page_id))
            kept = KeptGrant.model_validate_json(payload)
            if kept.generation > generation:
                return kept, version
        if pointer is None or pointer.attempt is None or self._lines is None:
            return None
        for answer in self._lines.find(page_id, generation + 1):
            with suppress(ZaloError):
                pair = judge(Answer(200, answer))
                return self.store(page_id, generation + 1, pair, pointer.attempt.started)
        return None

    def drop_before(self, page_id: str, version: int) -> None:
        """Destroy the version that is one too many; failing to is no harm."""
        if version > KEPT_VERSIONS:
            with suppress(TinBaoError):
                self._secrets.destroy(secret_name(page_id), version - KEPT_VERSIONS)


def insist(act: Callable[[], _T], pause: Callable[[float], None]) -> _T:
    """`act`, and again after a pause while a store gives no clear answer.

    Raises:
        Transient: it never gave one.
    """
    for seconds in _PAUSES:
        with suppress(Transient):
            return act()
        pause(seconds)
    return act()
