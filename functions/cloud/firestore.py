"""Firestore, with the only ways in which we write.

- A new fact: `create` under an id that follows from its cause, so doing it twice does it once.
- A change: read, decide, one commit whose updates carry the time at which the document was read;
  who loses reads again (`compare_and_set`).
- Everything that belongs together goes in one commit and stands or falls together.
- No transactions: a pessimistic lock on a busy document stalls everybody for seconds, and a query
  inside one locks documents that do not exist yet.
- No offset: pages go by cursor. Counts stop at a small number, totals are rollups.
"""

import logging
import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, TypeVar

from google.api_core import exceptions as google
from google.api_core.retry import Retry, if_exception_type
from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from functions.errors import Conflict, Transient

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

READ_SECONDS = 5.0
COMMIT_SECONDS = 8.0
MOST_WRITES = 500
"""Firestore's limit for one commit. The emulator does not enforce it, so we do."""

REMOVED: Any = firestore.DELETE_FIELD
"""Give this as a field's new value to remove the field, and with it its index entries."""

ID = "__name__"
"""In a condition: the document itself, given by its path."""


class Existing(Conflict):
    """A document that was to be created is there already; nothing was written.

    Whoever creates under a derived id is done when this is raised, but not when another Conflict
    is: Firestore also aborts commits that merely met others on their way.
    """


@dataclass(frozen=True, slots=True)
class Stored:
    """A document as it was read: its fields, and the time that guards the next change."""

    path: str
    fields: Mapping[str, Any]
    updated_at: datetime

    @property
    def id(self) -> str:
        """The last part of the path."""
        return self.path.rsplit("/", 1)[1]


@dataclass(frozen=True, slots=True)
class Where:
    """One condition of a query, such as `Where("due_at", "<=", now)`."""

    field: str
    operator: str
    value: object


def _plain(value: Any) -> Any:
    """Enumerations as their values: Firestore's encoder wants plain types."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(inner) for inner in value]
    return value


def _translate(error: google.GoogleAPIError) -> Exception:
    # A deadline or a lost connection may hide a commit that was applied. Nothing is guessed from
    # it: whoever retries reads first, and derived ids and guards make the second time harmless.
    match error:
        case google.AlreadyExists():
            return Existing("firestore: AlreadyExists")
        case google.Conflict() | google.FailedPrecondition() | google.NotFound():
            return Conflict(f"firestore: {type(error).__name__}")
        case (
            google.ServerError()
            | google.TooManyRequests()
            | google.Cancelled()
            | google.RetryError()
        ):
            return Transient(f"firestore: {type(error).__name__}")
        case _:
            return error


class Commit:
    """Writes to one database that stand or fall together."""

    def __init__(self, client: firestore.Client) -> None:
        self._client = client
        self._batch = client.batch()
        self.writes = 0

    def create(self, path: str, fields: Mapping[str, object]) -> None:
        """Add a document that must not exist yet."""
        self._count()
        self._batch.create(self._client.document(path), _plain(fields))

    def update(self, before: Stored, fields: Mapping[str, object]) -> None:
        """Change fields of a document, provided nobody changed it since `before` was read."""
        self._count()
        guard = self._client.write_option(last_update_time=before.updated_at)
        self._batch.update(self._client.document(before.path), _plain(fields), option=guard)

    def put(self, path: str, fields: Mapping[str, object]) -> None:
        """Write a document whole, whatever was there: only for rows derived from a guarded one."""
        self._count()
        self._batch.set(self._client.document(path), _plain(fields))

    def merge(self, path: str, fields: Mapping[str, object]) -> None:
        """Write these fields, also inside of maps, and leave the others: for derived rows only.

        `REMOVED` as a value takes a field away; a document that is not there is made.
        """
        self._count()
        self._batch.set(self._client.document(path), _plain(fields), merge=True)

    def remove(self, path: str) -> None:
        """Remove a document; removing nothing is fine."""
        self._count()
        self._batch.delete(self._client.document(path))

    def send(self) -> list[datetime]:
        """Carry all of it out, or nothing; the times of the writes, in their order.

        Raises:
            Existing: a created document exists; nothing was written.
            Conflict: a guard failed, or others were in the way; nothing was written.
            Transient: no clear answer. Read before doing anything else.
        """
        if not self.writes:
            return []
        try:
            results = self._batch.commit(retry=None, timeout=COMMIT_SECONDS)
        except google.GoogleAPICallError as error:
            raise _translate(error) from error
        return [result.update_time for result in results]

    def _count(self) -> None:
        self.writes += 1
        if self.writes > MOST_WRITES:
            raise ValueError(f"more than {MOST_WRITES} writes in one commit")


class Database:
    """One Firestore database: reads, and commits to compose.

    `read_seconds`: how long a read is tried; the client's own five minutes outlast every caller.
    """

    def __init__(self, client: firestore.Client, *, read_seconds: float = READ_SECONDS) -> None:
        self._client = client
        self._read_seconds = read_seconds
        self._again = Retry(
            predicate=if_exception_type(google.ServiceUnavailable),
            initial=0.1,
            maximum=1.0,
            timeout=read_seconds,
        )

    def commit(self) -> Commit:
        """An empty commit to add writes to."""
        return Commit(self._client)

    def read(self, path: str) -> Stored | None:
        """The document at that path, or None.

        Raises:
            Transient: Firestore did not answer in time.
        """
        return self.read_many([path])[0]

    def read_many(self, paths: Sequence[str]) -> list[Stored | None]:
        """The documents at those paths in one round trip, in the order asked for.

        Raises:
            Transient: Firestore did not answer in time.
        """
        if not paths:
            return []
        try:
            snapshots = self._client.get_all(
                [self._client.document(path) for path in paths],
                retry=self._again,
                timeout=self._read_seconds,
            )
            found = {
                snapshot.reference.path: Stored(
                    snapshot.reference.path, snapshot.to_dict() or {}, snapshot.update_time
                )
                for snapshot in snapshots
                if snapshot.exists
            }
        except google.GoogleAPIError as error:
            raise _translate(error) from error
        return [found.get(path) for path in paths]

    def find(
        self,
        collection: str,
        *,
        where: Iterable[Where] = (),
        order: Iterable[tuple[str, str]] = (),
        limit: int,
        after: Sequence[object] | None = None,
        fields: Sequence[str] | None = None,
    ) -> list[Stored]:
        """Documents of a collection, at most `limit`.

        Args:
            collection: its path, such as `reports/{id}/items`.
            where: conditions; every combination with `order` needs an index in `infra/`.
            order: (field, "ASCENDING" or "DESCENDING") pairs.
            limit: there is always one.
            after: the values of the ordered fields of the last document already seen.
            fields: only these fields, to keep large ones out of the answer.

        Raises:
            Transient: Firestore did not answer in time.
        """
        query = self._filtered(collection, where)
        ordered = list(order)
        for field, direction in ordered:
            query = query.order_by(field, direction=direction)
        if after is not None:
            query = query.start_after(
                {field: value for (field, _), value in zip(ordered, after, strict=True)}
            )
        if fields is not None:
            query = query.select(list(fields))
        snapshots = query.limit(limit).stream(retry=self._again, timeout=self._read_seconds)
        try:
            return [
                Stored(snapshot.reference.path, snapshot.to_dict() or {}, snapshot.update_time)
                for snapshot in snapshots
            ]
        except google.GoogleAPIError as error:
            raise _translate(error) from error

    def count(self, collection: str, *, where: Iterable[Where] = (), most: int) -> int:
        """How many documents there are, counted no further than `most`.

        Raises:
            Transient: Firestore did not answer in time.
        """
        query = self._filtered(collection, where)
        try:
            answer = query.limit(most).count().get(retry=self._again, timeout=self._read_seconds)
        except google.GoogleAPIError as error:
            raise _translate(error) from error
        return int(answer[0][0].value)

    def _filtered(self, collection: str, where: Iterable[Where]) -> Any:
        query: Any = self._client.collection(collection)
        for condition in where:
            value = _plain(condition.value)
            if condition.field == ID:
                value = self._client.document(value)
            query = query.where(filter=FieldFilter(condition.field, condition.operator, value))
        return query


def compare_and_set(
    attempt: Callable[[], _T],
    *,
    tries: int = 10,
    pause: Callable[[float], None] = time.sleep,
    jitter: Callable[[], float] = random.random,
) -> _T:
    """Run `attempt` (read, decide, commit) again while somebody else is faster.

    Raises:
        Conflict: still refused after `tries` attempts.
    """
    for number in range(1, tries + 1):
        try:
            return attempt()
        except Conflict:
            if number == tries:
                raise
            pause(min(0.02 * 2**number, 1.0) * (0.5 + jitter()))
    raise AssertionError("unreachable")
