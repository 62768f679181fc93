"""Consents under way: an administrator left for Zalo and has to come back within ten minutes.

`consents/{sha256 of the state}` says for which page and which session; the state itself is known to
the browser alone, and the PKCE verifier follows from it and our key. Each is used once.
"""

import base64
import hashlib
import hmac
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from functions.admin.door.sessions import Session
from functions.cloud.clock import Clock
from functions.cloud.firestore import Database
from functions.errors import Conflict, Transient
from functions.settings import Secret
from functions.units.model import Page
from functions.zalo.grants import Consent
from functions.zalo.oauth import OAuth, new_verifier

_log = logging.getLogger(__name__)

_STATE_BYTES = 32
_AWAY = timedelta(minutes=10)
"""How long a person may take at Zalo; its code lives no longer either."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a consent ended; `page_id` is None where it cannot be told for which page it was."""

    consent: Consent
    page_id: str | None = None


class Consents:
    """Begins consents, and takes what comes back.

    Args:
        connect: puts a page's code and verifier into force; raises Transient without an answer.
        has_challenge: whether Zalo is given a challenge for each consent.
    """

    def __init__(
        self,
        database: Database,
        oauth: OAuth,
        *,
        redirect_uri: str,
        secret: Secret,
        clock: Clock,
        draw: Callable[[int], bytes],
        connect: Callable[[str, str, str | None], Consent],
        has_challenge: bool = True,
    ) -> None:
        self._database = database
        self._oauth = oauth
        self._redirect_uri = redirect_uri
        self._key = secret.reveal().encode()
        self._clock = clock
        self._draw = draw
        self._connect = connect
        self._has_challenge = has_challenge

    def begin(self, page: Page, session: Session) -> str:
        """The address at Zalo where an administrator of the page consents.

        Raises:
            Transient: no clear answer.
        """
        state = base64.urlsafe_b64encode(self._draw(_STATE_BYTES)).rstrip(b"=").decode()
        commit = self._database.commit()
        commit.create(
            _path(state),
            {
                "page_id": page.id,
                "session": _hash(session.id),
                "expires_at": self._clock.now() + _AWAY,
            },
        )
        commit.send()
        return self._oauth.permission_url(
            page.app_id, self._redirect_uri, state=state, verifier=self._verifier(state)
        )

    def finish(self, answer: Mapping[str, str], session: Session) -> Ended:
        """Put what came back from Zalo into force, once.

        Raises:
            Transient: no answer from the database; nothing happened.
        """
        state = answer.get("state", "")
        page_id = self._take(state, session)
        if page_id is None:
            return Ended(Consent.EXPIRED)
        code = answer.get("code", "")
        if not code:
            return Ended(Consent.DENIED, page_id)
        if answer.get("oa_id") != page_id:
            # The code stays unused and ends by itself.
            return Ended(Consent.OTHER_PAGE, page_id)
        try:
            return Ended(self._connect(page_id, code, self._verifier(state)), page_id)
        except Transient as problem:
            _log.warning("consent unclear", extra={"page": page_id, "reason": str(problem)})
            return Ended(Consent.UNCLEAR, page_id)

    def _take(self, state: str, session: Session) -> str | None:
        """The page that the state was made for, the first time it comes back in its session."""
        if not state:
            return None
        stored = self._database.read(_path(state))
        if stored is None:
            return None
        page_id: str = stored.fields["page_id"]
        is_ours = hmac.compare_digest(stored.fields["session"].encode(), _hash(session.id).encode())
        is_open = "used_at" not in stored.fields
        if not is_ours or not is_open or self._clock.now() >= stored.fields["expires_at"]:
            return None
        commit = self._database.commit()
        commit.update(stored, {"used_at": self._clock.now()})
        try:
            commit.send()
        except Conflict:
            # The same answer came twice at once.
            return None
        return page_id

    def _verifier(self, state: str) -> str | None:
        if not self._has_challenge:
            return None
        purpose = f"consent|{state}".encode()
        return new_verifier(lambda _: hmac.digest(self._key, purpose, hashlib.sha256))


def _path(state: str) -> str:
    return f"consents/{_hash(state)}"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
