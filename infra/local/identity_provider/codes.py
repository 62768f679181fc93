"""Authorization codes: good once, for sixty seconds, for whoever asked for them."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from infra.local.province import Officer

LIFETIME = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Grant:
    """What a code stands for."""

    officer: Officer
    redirect_uri: str
    nonce: str | None
    code_challenge: str | None
    """SHA-256 of the verifier (RFC 7636, method S256); None when no challenge was sent."""

    def is_verified_by(self, verifier: str | None) -> bool:
        """Whether the verifier answers the challenge; without a challenge none may be sent."""
        if self.code_challenge is None or verifier is None:
            return self.code_challenge is None and verifier is None
        digest = hashlib.sha256(verifier.encode()).digest()
        answer = base64.urlsafe_b64encode(digest).rstrip(b"=")
        return secrets.compare_digest(answer, self.code_challenge.encode())


class Codes:
    """The codes that were handed out and not yet used."""

    def __init__(self) -> None:
        self._grants: dict[str, tuple[Grant, datetime]] = {}

    def issue(self, grant: Grant, now: datetime) -> str:
        """A new code for this grant."""
        code = secrets.token_urlsafe(32)
        self._grants[code] = (grant, now + LIFETIME)
        return code

    def redeem(self, code: str, now: datetime) -> Grant | None:
        """The grant behind a code, or None when it was used, is too old, or never was."""
        grant, expires_at = self._grants.pop(code, (None, now))
        return grant if now < expires_at else None
