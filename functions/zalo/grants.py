"""What is kept of a page's grant, and the ports it is kept behind.

Three places, in this order: the escrow (a sealed log line), a version of the page's secret, and the
pointer that says which version counts. The tokens stand in the first two only.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

HTTP_SECONDS = 45
"""The hard deadline of a token request (`http.TOKEN_DEADLINES`)."""
LEASE = timedelta(seconds=3 * HTTP_SECONDS)
"""While an attempt is younger, nobody else touches the page's grant."""
SEND_WITHIN = timedelta(seconds=60)
"""A process frozen for longer between its claim and its request gives up."""
AGAIN_AFTER = timedelta(minutes=5)
"""When nothing was sent."""
REFUSED_AGAIN_AFTER = timedelta(hours=1)
"""A refusal spends nothing, and it may be Zalo's or the app's trouble rather than the grant's."""
LAST_CHANCE_BEFORE = timedelta(hours=2)
"""Before the access token ends: from then a refresh token that may be spent is tried again."""
REFUSAL_PATIENCE = timedelta(hours=1)
"""A token that Zalo refuses is not renewed sooner than this after it was made."""
KEPT_VERSIONS = 5

# Of the access token's life: 12 to 18 of 25 hours, so that 7 to 13 hours are left for a person.
_EARLIEST, _LATEST = 12 / 25, 18 / 25


class Consent(StrEnum):
    """How an administrator's consent ended."""

    CONNECTED = "connected"
    DENIED = "denied"
    """Zalo gave no code."""
    EXPIRED = "expired"
    """It came back too late, a second time, or to another session."""
    OTHER_PAGE = "other_page"
    """It was given for another page than asked for."""
    REFUSED = "refused"
    """Zalo does not take the code."""
    UNCLEAR = "unclear"
    """No usable answer came."""
    NOT_SENT = "not_sent"
    """Nothing happened: Zalo is busy or away."""
    OVERTAKEN = "overtaken"
    """Somebody else connected the page at the same time."""
    NOT_STORED = "not_stored"
    """What Zalo granted could not be put into force; if it came, the escrow has it."""


class _Ours(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Phase(StrEnum):
    """How far an attempt to renew has come."""

    SENDING = "sending"
    """The request is about to leave, or has left."""
    NOT_SENT = "not_sent"
    """Nothing left us; again at the attempt's deadline."""
    LOST = "lost"
    """It left, and no answer that we can use is known: the refresh token may be spent."""
    REFUSED = "refused"
    """Zalo said no, or no answer came to the end: `need_reauth`, and again at the deadline."""


class Attempt(_Ours):
    """One try to renew a grant.

    Attributes:
        generation: of the pair whose refresh token it uses.
        deadline: while `SENDING`, nothing may be sent later; in the other phases, nothing sooner.
        is_reuse: the refresh token may have been spent by an attempt before.
    """

    id: str
    generation: int
    started: AwareDatetime
    deadline: AwareDatetime
    phase: Phase
    is_reuse: bool = False


class TokenPointer(_Ours):
    """Which version of a page's secret counts, and what is being done about the next one.

    Attributes:
        generation: of the pair; grows by each renewal and each consent.
        refused_at: when Zalo refused the access token although it should still be good.
        need_reauth: since when an administrator's consent is asked for.
    """

    generation: int
    secret_version: int
    refreshed_at: AwareDatetime
    access_expires_at: AwareDatetime
    attempt: Attempt | None = None
    refused_at: AwareDatetime | None = None
    need_reauth: AwareDatetime | None = None

    def due_at(self, page_id: str) -> datetime:
        """When the pair is to be renewed: spread over pages, the same for a page each time."""
        if self.refused_at is not None:
            return self.refreshed_at + REFUSAL_PATIENCE
        share = _EARLIEST + (_LATEST - _EARLIEST) * _spread(page_id)
        return self.refreshed_at + (self.access_expires_at - self.refreshed_at) * share

    def last_chance_at(self) -> datetime:
        """From when a refresh token that may be spent is tried again: nothing is at stake."""
        return self.refused_at or self.access_expires_at - LAST_CHANCE_BEFORE


class KeptGrant(_Ours):
    """A version of a page's secret, as JSON. Never logged, never shown."""

    generation: int
    access_token: str = Field(repr=False)
    refresh_token: str = Field(repr=False)
    received_at: AwareDatetime
    access_expires_at: AwareDatetime

    def pointer(self, secret_version: int) -> TokenPointer:
        """The pointer to this grant, kept under that version."""
        return TokenPointer(
            generation=self.generation,
            secret_version=secret_version,
            refreshed_at=self.received_at,
            access_expires_at=self.access_expires_at,
        )


@dataclass(frozen=True, slots=True)
class StoredPointer:
    """A pointer as it was read; `version` guards the next change and is the store's affair."""

    pointer: TokenPointer
    version: object


class TokenPointers(Protocol):
    """Where pointers are kept: one document a page."""

    def get(self, page_id: str) -> StoredPointer | None:
        """The page's pointer, or None when the page was never connected.

        Raises:
            Transient: no clear answer.
        """
        ...

    def compare_and_set(
        self, page_id: str, pointer: TokenPointer, *, expected: object | None
    ) -> None:
        """Store `pointer` if the page's is still the one read as `expected` (None: none yet).

        Raises:
            Conflict: somebody changed it since; nothing was stored.
            Transient: no clear answer; it may have been stored.
        """
        ...


class SecretVersions(Protocol):
    """Secret Manager, or what stands in for it."""

    def add(self, secret: str, payload: bytes) -> int:
        """Add a version and return its number, higher than all before.

        Raises:
            Transient: no clear answer; a version may have been added.
            OperatorNeeded: the secret does not exist or may not be written.
        """
        ...

    def access(self, secret: str, version: int | None = None) -> tuple[int, bytes]:
        """The number and the bytes of a version, by default of the newest.

        Raises:
            Transient: no clear answer.
            OperatorNeeded: there is none, or it may not be read.
        """
        ...

    def destroy(self, secret: str, version: int) -> None:
        """Destroy a version, after the secret's own delay; one that is gone is fine.

        Raises:
            Transient, OperatorNeeded: it was not destroyed.
        """
        ...


class Escrow(Protocol):
    """Takes an answer before anything else is done with it: `escrow.LoggedEscrow`."""

    def keep(self, page_id: str, generation: int, answer: bytes) -> None:
        """Seal it and write it away; it is safe when this returns."""
        ...


class EscrowLines(Protocol):
    """Finds again what the escrow was given. Where there is none, the runbook does it by hand."""

    def find(self, page_id: str, generation: int) -> Sequence[bytes]:
        """The answers kept for that page and generation, opened, the newest first.

        Raises:
            Transient: no clear answer.
        """
        ...


def secret_name(page_id: str) -> str:
    """The secret that holds a page's grant."""
    return f"zalo-grant-{page_id}"


def _spread(page_id: str) -> float:
    """A number from 0 to 1 that follows from the page's id."""
    return int.from_bytes(hashlib.sha256(page_id.encode()).digest()[:4]) / 2**32
