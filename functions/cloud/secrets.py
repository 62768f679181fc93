"""Secret Manager: versions of a secret, added and read over its REST interface.

https://cloud.google.com/secret-manager/docs/reference/rest
"""

import base64
import json
from collections.abc import Callable

import urllib3

from functions.errors import OperatorNeeded, Transient

_SECONDS = 10.0
_GONE = frozenset({400, 404})
"""What is answered for a version that was destroyed (FAILED_PRECONDITION), or that never was."""


class SecretVersions:
    """Secrets of one project."""

    def __init__(
        self,
        address: str,
        pool: urllib3.PoolManager,
        access_token: Callable[[], str],
        *,
        project: str,
    ) -> None:
        self._root = f"{address.rstrip('/')}/v1/projects/{project}/secrets"
        self._pool = pool
        self._access_token = access_token

    def add(self, secret: str, payload: bytes) -> int:
        """Add a version and return its number. Versions are never changed.

        Raises:
            OperatorNeeded: the secret does not exist or may not be written.
            Transient: no clear answer; a version may have been added.
        """
        answer = self._ask(
            "POST",
            f"{secret}:addVersion",
            {"payload": {"data": base64.b64encode(payload).decode()}},
        )
        return int(str(answer["name"]).rsplit("/", 1)[1])

    def access(self, secret: str, version: int | None = None) -> tuple[int, bytes]:
        """The number and the bytes of a version, by default of the newest one that is enabled.

        Raises:
            OperatorNeeded: there is none, or it may not be read.
            Transient: no clear answer.
        """
        answer = self._ask("GET", f"{secret}/versions/{version or 'latest'}:access")
        number = int(str(answer["name"]).rsplit("/", 1)[1])
        payload = answer["payload"]
        assert isinstance(payload, dict)  # noqa: S101, the documented shape
        return number, base64.b64decode(payload["data"])

    def destroy(self, secret: str, version: int) -> None:
        """Destroy a version, after the secret's own delay; one that is gone is fine.

        Raises:
            OperatorNeeded: it may not be destroyed.
            Transient: no clear answer.
        """
        self._ask("POST", f"{secret}/versions/{version}:destroy", {}, fine=_GONE)

    def _ask(
        self, method: str, path: str, body: object = None, fine: frozenset[int] = frozenset()
    ) -> dict[str, object]:
        try:
            answer = self._pool.request(
                method,
                f"{self._root}/{path}",
                body=None if body is None else json.dumps(body).encode(),
                headers={
                    "Authorization": f"Bearer {self._access_token()}",
                    "Content-Type": "application/json",
                },
                timeout=urllib3.Timeout(total=_SECONDS),
                retries=False,
            )
        except urllib3.exceptions.HTTPError as error:
            raise Transient(f"secret manager: {type(error).__name__}") from None
        if answer.status in fine:
            return {}
        if answer.status in {400, 403, 404}:
            raise OperatorNeeded(f"secret manager answered {answer.status}")
        if answer.status != 200:
            raise Transient(f"secret manager answered {answer.status}")
        parsed: dict[str, object] = json.loads(answer.data)
        return parsed
