"""The webhook's two calls, over plain HTTP: create one document, create one task.

The official client about doubles the cold start and the memory of a handler that does as little
(`make bench`), and its defaults retry for a minute where Zalo waits two seconds. Everything else
uses the official clients; `tests/cloud/test_rest.py` holds both to the same behaviour.
"""

import base64
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from functions.cloud.connections import Connections
from functions.errors import Rejected, Transient

Value = str | int | bytes | datetime

ATTEMPT_SECONDS = 540
"""How long one attempt of a task may take, as in `functions.cloud.tasks`."""


def _field(value: Value) -> dict[str, str]:
    match value:
        case str():
            return {"stringValue": value}
        case int():
            return {"integerValue": str(value)}
        case bytes():
            return {"bytesValue": base64.b64encode(value).decode()}
        case datetime():
            return {"timestampValue": _time(value)}


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


class _Rest:
    def __init__(self, address: str, access_token: Callable[[], str]) -> None:
        self._connections = Connections(address)
        self._access_token = access_token

    def _post(self, path: str, body: object, seconds: float) -> tuple[int, bytes]:
        # Both calls may be repeated: a document is created once, a wake-up finds nothing to do.
        return self._connections.request(
            "POST",
            f"/{path}",
            body=json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self._access_token()}",
                "Content-Type": "application/json",
            },
            seconds=seconds,
        )


def _reason(answer: bytes) -> str:
    """Google's own name for an error (`google.rpc.Code`), or nothing."""
    try:
        return str(json.loads(answer)["error"]["status"])
    except (ValueError, KeyError, TypeError):
        return ""


class FirestoreOverRest(_Rest):
    """Creates documents in one database (`v1/projects/…/documents:commit`)."""

    def __init__(
        self,
        address: str,
        access_token: Callable[[], str],
        *,
        project: str,
        database: str,
    ) -> None:
        super().__init__(address, access_token)
        self._root = f"projects/{project}/databases/{database}/documents"

    def create(self, path: str, fields: Mapping[str, Value], *, seconds: float) -> bool:
        """Add a document unless it exists: True if it is new, False if it was there.

        Raises:
            Transient: no answer within `seconds`, or not a clear one. It may have been written.
            Rejected: Firestore will never take it (too large, for instance).
        """
        write = {
            "update": {
                "name": f"{self._root}/{path}",
                "fields": {name: _field(value) for name, value in fields.items()},
            },
            "currentDocument": {"exists": False},
        }
        status, answer = self._post(f"v1/{self._root}:commit", {"writes": [write]}, seconds)
        if status == 200:
            return True
        reason = _reason(answer)
        # 409 is ABORTED too, and then nothing is there.
        if reason == "ALREADY_EXISTS":
            return False
        if reason == "INVALID_ARGUMENT":
            raise Rejected("firestore refused the document")
        raise Transient(f"firestore answered {status} {reason}")


class TasksOverRest(_Rest):
    """Creates tasks (`v2/projects/…/queues/…/tasks`)."""

    def __init__(
        self,
        address: str,
        access_token: Callable[[], str],
        *,
        project: str,
        location: str,
        service_account: str,
    ) -> None:
        super().__init__(address, access_token)
        self._root = f"projects/{project}/locations/{location}/queues"
        self._service_account = service_account

    def create(
        self, queue: str, url: str, body: bytes, *, seconds: float, at: datetime | None = None
    ) -> None:
        """Have `body` posted to `url` by the queue, now or at a time.

        Raises:
            Transient: no answer within `seconds`, or not a clear one. It may run all the same.
        """
        task: dict[str, object] = {
            "httpRequest": {
                "url": url,
                "httpMethod": "POST",
                "headers": {"Content-Type": "application/json"},
                "body": base64.b64encode(body).decode(),
                "oidcToken": {"serviceAccountEmail": self._service_account, "audience": url},
            },
            "dispatchDeadline": f"{ATTEMPT_SECONDS}s",
        }
        if at is not None:
            task["scheduleTime"] = _time(at)
        status, _ = self._post(f"v2/{self._root}/{queue}/tasks", {"task": task}, seconds)
        if status != 200:
            raise Transient(f"cloud tasks answered {status}")
