"""Access tokens for those who send. Readers never renew: that is `TokenRefresher`'s alone."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import TypeVar

from functions.errors import Conflict, Transient
from functions.zalo.errors import PageNotConnected, TokenRefused
from functions.zalo.grants import (
    KeptGrant,
    SecretVersions,
    StoredPointer,
    TokenPointers,
    secret_name,
)
from functions.zalo.renewal import Renewal, TokenRefresher

__all__ = ["Renewal", "TokenReader", "TokenRefresher"]

_T = TypeVar("_T")

_FRESH_SECONDS = 60.0


class TokenReader:
    """Gives senders a page's access token. Never renews it."""

    def __init__(
        self,
        pointers: TokenPointers,
        secrets: SecretVersions,
        *,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
    ) -> None:
        self._pointers = pointers
        self._secrets = secrets
        self._now = now
        self._monotonic = monotonic
        self._read: dict[str, tuple[float, StoredPointer, str]] = {}

    def access_token(self, page_id: str, *, refused: str | None = None) -> str:
        """The page's access token, read at most 60 seconds ago.

        Args:
            refused: a token that Zalo has just refused: the page's is read again.

        Raises:
            PageNotConnected: the page has no grant, or the one it had has ended for good.
            TokenRefused: the token has ended or is the refused one; its renewal is on its way.
            Transient: it could not be read.
        """
        read_at, stored, token = self._read.get(page_id) or (0.0, None, "")
        is_stale = self._monotonic() - read_at >= _FRESH_SECONDS
        if stored is None or refused or is_stale or self._has_ended(stored):
            stored, token = self._fetch(page_id)
        if token == refused:
            self._note_refusal(page_id, stored)
            if stored.pointer.need_reauth is not None:
                raise PageNotConnected("the page's grant is refused")
            raise TokenRefused("the page's access token is refused")
        if self._has_ended(stored):
            if stored.pointer.need_reauth is not None:
                raise PageNotConnected("the page's grant has ended")
            raise TokenRefused("the page's access token has ended")
        return token

    def with_access_token(self, page_id: str, act: Callable[[str], _T]) -> _T:
        """`act` with the page's token; once more with a newer one if Zalo refuses the first.

        A refused token means that nothing was done, so acting again does nothing twice.

        Raises:
            PageNotConnected, TokenRefused, Transient: as `access_token` does.
        """
        token = self.access_token(page_id)
        try:
            return act(token)
        except TokenRefused:
            return act(self.access_token(page_id, refused=token))

    def _has_ended(self, stored: StoredPointer) -> bool:
        return stored.pointer.access_expires_at <= self._now()

    def _fetch(self, page_id: str) -> tuple[StoredPointer, str]:
        self._read.pop(page_id, None)
        stored = self._pointers.get(page_id)
        if stored is None:
            raise PageNotConnected("the page was never connected")
        _, payload = self._secrets.access(secret_name(page_id), stored.pointer.secret_version)
        token = KeptGrant.model_validate_json(payload).access_token
        self._read[page_id] = self._monotonic(), stored, token
        return stored, token

    def _note_refusal(self, page_id: str, stored: StoredPointer) -> None:
        """Tell the refresher, so that it renews before the token's time."""
        self._read.pop(page_id, None)
        if stored.pointer.refused_at is None:
            noted = stored.pointer.model_copy(update={"refused_at": self._now()})
            with suppress(Conflict, Transient):
                self._pointers.compare_and_set(page_id, noted, expected=stored.version)
