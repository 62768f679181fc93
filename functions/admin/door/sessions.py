"""Who is signed in: `sessions/{sha256 of the id}`. The id itself is known to the browser alone.

OWASP ASVS 5.0, 7.2 to 7.4: 256 random bits, new at every sign-in, ended on the server by idleness,
by age and at sign-out.
"""

import base64
import hashlib
import hmac
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from functions.cloud.clock import Clock
from functions.cloud.firestore import Database, Stored
from functions.errors import Conflict, Transient
from functions.settings import Secret

_log = logging.getLogger(__name__)

_ID_BYTES = 32
TOUCHED_EVERY = timedelta(minutes=1)
"""How often being active is written down: the idle time is exact to this much."""


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser."""

    id: str
    subject: str
    form_token: str
    """Proves that a form was rendered for this session (ASVS 3.5.1)."""
    language: str = "vi"
    proxy_subject: str | None = None
    """Whom the proxy named when the session began, where the proxy alone says who somebody is."""


class Sessions:
    """Begins, finds and ends sessions."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        draw: Callable[[int], bytes],
        secret: Secret,
        idle: timedelta,
        absolute: timedelta,
    ) -> None:
        self._database = database
        self._clock = clock
        self._draw = draw
        self._key = secret.reveal().encode()
        self._idle = idle
        self._absolute = absolute

    def begin(self, subject: str, *, proxy_subject: str | None = None) -> Session:
        """A new session of the officer `subject`, whom the proxy calls `proxy_subject`.

        Raises:
            Transient: no clear answer.
        """
        identifier = base64.urlsafe_b64encode(self._draw(_ID_BYTES)).rstrip(b"=").decode()
        now = self._clock.now()
        commit = self._database.commit()
        commit.create(
            _path(identifier),
            {
                "subject": subject,
                "proxy_subject": proxy_subject,
                "created_at": now,
                "last_seen_at": now,
                "expires_at": now + self._absolute,
            },
        )
        commit.send()
        return self._session(identifier, {"subject": subject, "proxy_subject": proxy_subject})

    def find(self, identifier: str, *, active: bool) -> Session | None:
        """The session with that id, unless it has ended; `active` when a person did something.

        Raises:
            Transient: no answer.
        """
        stored = self._database.read(_path(identifier))
        if stored is None:
            return None
        now = self._clock.now()
        last_seen_at: datetime = stored.fields["last_seen_at"]
        if now >= stored.fields["expires_at"] or now - last_seen_at >= self._idle:
            return None
        if active and now - last_seen_at >= TOUCHED_EVERY:
            self._touch(stored, now)
        return self._session(identifier, stored.fields)

    def choose_language(self, session: Session, language: str) -> None:
        """Remember in which language this session reads; losing it to somebody faster is harmless.

        Raises:
            Transient: no clear answer.
        """
        stored = self._database.read(_path(session.id))
        if stored is None:
            return
        commit = self._database.commit()
        commit.update(stored, {"language": language})
        with suppress(Conflict):
            commit.send()

    def end(self, session: Session) -> None:
        """No browser is signed in by that id any more.

        Raises:
            Transient: no clear answer.
        """
        commit = self._database.commit()
        commit.remove(_path(session.id))
        commit.send()

    def _touch(self, stored: Stored, now: datetime) -> None:
        commit = self._database.commit()
        commit.update(stored, {"last_seen_at": now})
        try:
            commit.send()
        except Conflict:
            # Another request of the same browser wrote it, or the session was just ended.
            return
        except Transient:
            _log.warning("session activity not written")

    def _session(self, identifier: str, fields: Mapping[str, Any]) -> Session:
        return Session(
            id=identifier,
            subject=fields["subject"],
            form_token=hmac.new(
                self._key, f"form|{identifier}".encode(), hashlib.sha256
            ).hexdigest(),
            language=str(fields.get("language", "vi")),
            proxy_subject=fields.get("proxy_subject"),
        )


def _path(identifier: str) -> str:
    return f"sessions/{hashlib.sha256(identifier.encode()).hexdigest()}"
