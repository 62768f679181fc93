"""The queues and tasks, in one SQLite file that one process holds.

Each call is one transaction. A task is written before its CreateTask is answered. It goes only when
its worker took it, somebody deleted it, its attempts were used up or it grew too old. Times are in
microseconds since 1970 (UTC).
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from google.cloud.tasks_v2 import types
from google.longrunning.operations_pb2 import Operation  # type: ignore[import-untyped]

from .messages import Queue, Task, parent_of

_SCHEMA = """
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS queues (name TEXT PRIMARY KEY, message BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS tasks (
    name TEXT PRIMARY KEY,
    queue TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    running INTEGER NOT NULL DEFAULT 0,
    executions INTEGER NOT NULL DEFAULT 0,
    last_status INTEGER,
    message BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS tasks_due ON tasks (queue, running, due_at);
CREATE INDEX IF NOT EXISTS tasks_created ON tasks (created_at);
CREATE TABLE IF NOT EXISTS tombstones (
    name TEXT PRIMARY KEY, queue TEXT NOT NULL, until INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS operations (
    name TEXT PRIMARY KEY, until INTEGER NOT NULL, message BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS runs (job TEXT PRIMARY KEY, started_at INTEGER NOT NULL);
UPDATE tasks SET running = 0 WHERE running > 0;
"""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def _number(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def _moment(number: int) -> datetime:
    return _EPOCH + number * _MICROSECOND


@dataclass(frozen=True)
class StoredTask:
    """A task that waits or runs."""

    message: types.Task
    due_at: datetime
    """When it is dispatched: its schedule time, unless a fault delays it."""
    running: int
    """Attempts under way."""
    executions: int
    """Answers of its worker that were not 5xx."""
    last_status: int | None
    """HTTP status of the last answer."""

    @property
    def name(self) -> str:
        return str(self.message.name)


@dataclass(frozen=True)
class Load:
    """How many tasks of one queue wait and how many run."""

    waiting: int
    running: int


class Store:
    """Raises `sqlite3.OperationalError` when made on a file that another process holds."""

    def __init__(self, path: Path, *, tombstone: timedelta) -> None:
        self._tombstone = tombstone
        self._db = sqlite3.connect(path, isolation_level=None, timeout=0)
        self._db.row_factory = sqlite3.Row
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    # Queues

    def queues(self) -> list[types.Queue]:
        """All of them, by name."""
        rows = self._db.execute("SELECT message FROM queues ORDER BY name")
        return [Queue.FromString(row["message"]) for row in rows]

    def queue(self, name: str) -> types.Queue | None:
        row = self._db.execute("SELECT message FROM queues WHERE name = ?", (name,)).fetchone()
        return Queue.FromString(row["message"]) if row else None

    def put_queue(self, queue: types.Queue) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO queues VALUES (?, ?)", (queue.name, queue.SerializeToString())
        )

    def delete_queue(self, name: str) -> None:
        """Delete the queue, its tasks and the memory of their names."""
        with self._transaction():
            self._db.execute("DELETE FROM queues WHERE name = ?", (name,))
            self._db.execute("DELETE FROM tasks WHERE queue = ?", (name,))
            self._db.execute("DELETE FROM tombstones WHERE queue = ?", (name,))

    def purge_queue(self, queue: types.Queue, now: datetime) -> int:
        """Delete all its tasks and note when; how many they were."""
        queue.purge_time.FromDatetime(now)
        with self._transaction():
            self.put_queue(queue)
            return self._bury(now, queue=queue.name)

    # Tasks

    def add_task(self, task: types.Task, *, due_at: datetime, now: datetime) -> bool:
        """False if the name is in use or was a short while ago."""
        with self._transaction():
            if self._is_taken(task.name, now):
                return False
            self._db.execute(
                "INSERT INTO tasks (name, queue, created_at, due_at, message)"
                " VALUES (?, ?, ?, ?, ?)",
                (
                    task.name,
                    parent_of(task.name),
                    _number(now),
                    _number(due_at),
                    task.SerializeToString(),
                ),
            )
        return True

    def lose_task(self, task: types.Task, *, now: datetime) -> bool:
        """As `add_task`, but only the name is remembered: a task that was taken and got lost."""
        with self._transaction():
            if self._is_taken(task.name, now):
                return False
            self._remember([task.name], now)
        return True

    def task(self, name: str) -> StoredTask | None:
        row = self._db.execute("SELECT * FROM tasks WHERE name = ?", (name,)).fetchone()
        return _stored(row) if row else None

    def tasks(self, queue: str, *, after: str, limit: int) -> list[StoredTask]:
        """A page of a queue's tasks by name, those that come after a name."""
        rows = self._db.execute(
            "SELECT * FROM tasks WHERE queue = ? AND name > ? ORDER BY name LIMIT ?",
            (queue, after, limit),
        )
        return [_stored(row) for row in rows]

    def upcoming(self, limit: int = -1) -> list[StoredTask]:
        """Tasks of all queues, the one due first in front; -1 for all of them."""
        rows = self._db.execute("SELECT * FROM tasks ORDER BY due_at, rowid LIMIT ?", (limit,))
        return [_stored(row) for row in rows]

    def loads(self) -> dict[str, Load]:
        """By name of the queue; queues without tasks are absent."""
        rows = self._db.execute(
            "SELECT queue, SUM(running = 0) AS waiting, SUM(running > 0) AS running"
            " FROM tasks GROUP BY queue"
        )
        return {row["queue"]: Load(row["waiting"], row["running"]) for row in rows}

    def next_task(self, queue: str) -> StoredTask | None:
        """The task of a queue that is due first and not running."""
        row = self._db.execute(
            "SELECT * FROM tasks WHERE queue = ? AND running = 0 ORDER BY due_at, rowid LIMIT 1",
            (queue,),
        ).fetchone()
        return _stored(row) if row else None

    def begin_attempts(self, task: types.Task, count: int) -> None:
        self._db.execute(
            "UPDATE tasks SET message = ?, running = running + ? WHERE name = ?",
            (task.SerializeToString(), count, task.name),
        )

    def end_attempt(
        self, task: types.Task, *, due_at: datetime, executions: int, last_status: int | None
    ) -> None:
        """The attempt failed; the task waits again."""
        self._db.execute(
            "UPDATE tasks SET message = ?, due_at = ?, running = running - 1, executions = ?,"
            " last_status = ? WHERE name = ?",
            (task.SerializeToString(), _number(due_at), executions, last_status, task.name),
        )

    def remove_task(self, name: str, now: datetime) -> bool:
        """Delete the task and remember its name; False if it is not there."""
        with self._transaction():
            return self._bury(now, name=name) > 0

    def expire(self, now: datetime, longest_life: timedelta) -> int:
        """Forget what is too old; how many tasks went."""
        with self._transaction():
            self._db.execute("DELETE FROM tombstones WHERE until <= ?", (_number(now),))
            self._db.execute("DELETE FROM operations WHERE until <= ?", (_number(now),))
            return self._bury(now, created_until=now - longest_life)

    def _is_taken(self, name: str, now: datetime) -> bool:
        taken = self._db.execute(
            "SELECT 1 FROM tasks WHERE name = ?"
            " UNION ALL SELECT 1 FROM tombstones WHERE name = ? AND until > ?",
            (name, name, _number(now)),
        )
        return taken.fetchone() is not None

    def _remember(self, names: Iterable[str], now: datetime) -> None:
        until = _number(now + self._tombstone)
        self._db.executemany(
            "INSERT OR REPLACE INTO tombstones VALUES (?, ?, ?)",
            [(name, parent_of(name), until) for name in names],
        )

    def _bury(
        self,
        now: datetime,
        *,
        name: str | None = None,
        queue: str | None = None,
        created_until: datetime | None = None,
    ) -> int:
        """Delete the tasks of which one of these is true, remember their names, count them."""
        rows = self._db.execute(
            "DELETE FROM tasks WHERE name = ? OR queue = ? OR created_at <= ? RETURNING name",
            (name, queue, _number(created_until) if created_until else None),
        ).fetchall()
        self._remember([row["name"] for row in rows], now)
        return len(rows)

    # Operations of batches, runs of the scheduler

    def put_operation(self, operation: Operation, *, until: datetime) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO operations VALUES (?, ?, ?)",
            (operation.name, _number(until), operation.SerializeToString()),
        )

    def operation(self, name: str) -> Operation | None:
        row = self._db.execute("SELECT message FROM operations WHERE name = ?", (name,)).fetchone()
        return Operation.FromString(row["message"]) if row else None

    def put_run(self, job: str, started_at: datetime) -> None:
        self._db.execute("INSERT OR REPLACE INTO runs VALUES (?, ?)", (job, _number(started_at)))

    def last_run(self, job: str) -> datetime | None:
        row = self._db.execute("SELECT started_at FROM runs WHERE job = ?", (job,)).fetchone()
        return _moment(row["started_at"]) if row else None


def _stored(row: sqlite3.Row) -> StoredTask:
    return StoredTask(
        message=Task.FromString(row["message"]),
        due_at=_moment(row["due_at"]),
        running=row["running"],
        executions=row["executions"],
        last_status=row["last_status"],
    )
