"""Who this process is to Google: tokens from the metadata server, kept until shortly before expiry.

https://cloud.google.com/run/docs/securing/service-identity
"""

import json
import threading
import urllib.parse
from collections.abc import Callable
from datetime import datetime, timedelta

from functions.cloud.connections import Connections
from functions.errors import Transient

_ROOT = "/computeMetadata/v1/instance/service-accounts/default/"
_SECONDS = 1.0
_BEFORE_EXPIRY = timedelta(minutes=5)
_IDENTITY_TOKEN_SECONDS = 3600.0


class Metadata:
    """The metadata server: access tokens for Google's APIs, identity tokens for our functions."""

    def __init__(
        self,
        host: str,
        now: Callable[[], datetime],
    ) -> None:
        self._connections = Connections(f"http://{host}")
        self._now = now
        self._kept: dict[str, tuple[str, datetime]] = {}
        self._lock = threading.Lock()

    def access_token(self) -> str:
        """A bearer token for Google's APIs.

        Raises:
            Transient: the metadata server gave none.
        """
        return self._token("token", lambda text: self._parsed(text))

    def identity_token(self, audience: str) -> str:
        """An OpenID Connect token that proves this process to the function at `audience`.

        Raises:
            Transient: the metadata server gave none.
        """
        query = "identity?" + urllib.parse.urlencode({"audience": audience, "format": "full"})
        return self._token(query, lambda text: (text.strip(), _IDENTITY_TOKEN_SECONDS))

    @staticmethod
    def _parsed(text: str) -> tuple[str, float]:
        answer = json.loads(text)
        return str(answer["access_token"]), float(answer["expires_in"])

    def _token(self, path: str, read: Callable[[str], tuple[str, float]]) -> str:
        with self._lock:
            kept = self._kept.get(path)
        if kept is not None and self._now() < kept[1]:
            return kept[0]
        status, body = self._connections.request(
            "GET", _ROOT + path, headers={"Metadata-Flavor": "Google"}, seconds=_SECONDS
        )
        if status != 200:
            raise Transient(f"metadata server answered {status}")
        try:
            token, seconds = read(body.decode())
        except (ValueError, KeyError) as error:
            raise Transient(f"metadata server: {type(error).__name__}") from None
        with self._lock:
            until = self._now() + timedelta(seconds=seconds) - _BEFORE_EXPIRY
            self._kept[path] = (token, until)
        return token
