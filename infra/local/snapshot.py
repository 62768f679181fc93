"""Keeps what is in the Firestore emulator, which forgets everything when it ends.

All databases are read through Firestore's own interface and written to one file, which is loaded
again before anything else may use the emulator. A file is complete or not there at all: it is
written beside the old one, flushed to the disk and renamed. It is written when the system stops and
every minute in which something changed, so a `kill -9` loses what came in the last minute.

Documents keep their names and, byte for byte, their values as Firestore stores them; they get new
times of creation and update. Reading one query over "all descendants" finds documents under parents
that do not exist, too.

The emulator has an export and import of its own. Asked for one database at a time, version 1.19.9
loads named databases as well (tried with `POST /emulator/v1/projects/P:import` and
`--import-data`), but the first is undocumented and the second takes one database: this way depends
on nothing but the documented interface, and also warms the emulator for its first callers.
"""

import hashlib
import os
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from infra.local.errors import LocalSystemError

_MOST_WRITES = 500
_MOST_BYTES = 3 * 1024 * 1024
"""The emulator takes gRPC messages of 4 MiB, names and times included."""
_LENGTH = struct.Struct(">I")
_OWNER = (("authorization", "Bearer owner"),)
"""To the emulator this means: whatever the rules say."""
_CALL_SECONDS = 60.0


class Snapshots:
    """The snapshot of some databases of one emulator.

    Args:
        emulator: its host and port.
        project: whose databases.
        databases: their ids.
        file: where the snapshot is kept.
    """

    def __init__(
        self, *, emulator: str, project: str, databases: Iterable[str], file: Path
    ) -> None:
        self._emulator = emulator
        self._roots = [f"projects/{project}/databases/{database}" for database in databases]
        self._file = file
        self._lock = threading.Lock()
        self._kept: str | None = None
        """Digest of what the file holds; None while the emulator may hold less than the file."""

    def restore(self) -> None:
        """Load the snapshot, if there is one, into the emulator, which must be empty.

        Raises:
            LocalSystemError: the file is damaged or the emulator refused it.
        """
        with self._lock:
            self._kept = None
            digest = hashlib.sha256()
            if self._file.exists():
                with self._file.open("rb") as opened, self._calls() as calls:
                    for message in _messages(opened):
                        digest.update(message)
                        calls.write(message)
            self._kept = digest.hexdigest()

    def save(self) -> bool:
        """Write what is in the emulator, unless the file holds it already; whether it was written.

        An emulator that has not been restored since it started is left alone: it would replace the
        snapshot by nothing.

        Raises:
            LocalSystemError: the emulator did not answer; the file is as it was.
        """
        with self._lock:
            if self._kept is None:
                return False
            self._file.parent.mkdir(parents=True, exist_ok=True)
            new = self._file.with_name(f"{self._file.name}.new")
            digest = hashlib.sha256()
            with new.open("wb") as opened, self._calls() as calls:
                for root in self._roots:
                    for message in calls.read(root):
                        digest.update(message)
                        opened.write(_LENGTH.pack(len(message)))
                        opened.write(message)
                opened.flush()
                os.fsync(opened.fileno())
            if digest.hexdigest() == self._kept:
                new.unlink()
                return False
            new.replace(self._file)
            self._kept = digest.hexdigest()
            return True

    def emulator_ended(self) -> None:
        """Take note that whatever was in the emulator is gone until the next `restore`."""
        with self._lock:
            self._kept = None

    @contextmanager
    def _calls(self) -> "Iterator[_Calls]":
        # Here, because the launcher has started its processes by the time this takes to import.
        import grpc

        with grpc.insecure_channel(
            self._emulator, options=[("grpc.max_receive_message_length", -1)]
        ) as channel:
            try:
                yield _Calls(channel)
            except grpc.RpcError as error:
                raise LocalSystemError(
                    f"The Firestore emulator did not answer: {error.code().name}."
                ) from error


class _Calls:
    """The two calls that a snapshot needs, on protobuf messages as they are."""

    def __init__(self, channel: Any) -> None:
        from google.cloud.firestore_v1.types import firestore

        self._service = firestore
        self._run_query = channel.unary_stream(
            "/google.firestore.v1.Firestore/RunQuery",
            request_serializer=firestore.RunQueryRequest.serialize,
            response_deserializer=firestore.RunQueryResponse.pb().FromString,
        )
        self._batch_write = channel.unary_unary(
            "/google.firestore.v1.Firestore/BatchWrite",
            request_serializer=None,
            response_deserializer=firestore.BatchWriteResponse.pb().FromString,
        )

    def read(self, root: str) -> Iterator[bytes]:
        """Every document of a database, as the serialised `BatchWrite` requests that restore it."""
        everything = self._service.RunQueryRequest(
            parent=f"{root}/documents", structured_query={"from_": [{"all_descendants": True}]}
        )
        request = self._service.BatchWriteRequest.pb()
        batch, size = request(database=root), 0
        for answer in self._run_query(everything, metadata=_OWNER, timeout=_CALL_SECONDS):
            if not answer.HasField("document"):
                continue
            document_bytes = answer.document.ByteSize()
            if len(batch.writes) == _MOST_WRITES or size + document_bytes > _MOST_BYTES:
                yield batch.SerializeToString(deterministic=True)
                batch, size = request(database=root), 0
            update = batch.writes.add().update
            update.name = answer.document.name
            for name, value in answer.document.fields.items():
                update.fields[name].CopyFrom(value)
            size += document_bytes
        if batch.writes:
            yield batch.SerializeToString(deterministic=True)

    def write(self, message: bytes) -> None:
        """Carry out one serialised `BatchWrite` request."""
        answer = self._batch_write(message, metadata=_OWNER, timeout=_CALL_SECONDS)
        if any(status.code for status in answer.status):
            raise LocalSystemError("The Firestore emulator refused a document of the snapshot.")


class SnapshotKeeper:
    """Saves at once and then now and again, on a thread of its own.

    The pause grows with the data: saving takes a twentieth of the time at most.
    """

    def __init__(
        self, snapshots: Snapshots, *, every_seconds: float, say: Callable[[str], None]
    ) -> None:
        self._snapshots = snapshots
        self._every_seconds = every_seconds
        self._say = say
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="snapshots", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Save no more; waits for a save under way."""
        self._is_over.set()
        self._thread.join()

    def _keep(self) -> None:
        pause = 0.0
        while not self._is_over.wait(pause):
            started = time.monotonic()
            try:
                self._snapshots.save()
            except LocalSystemError as error:
                self._say(f"No snapshot this time. {error}")
            pause = max(self._every_seconds, 20 * (time.monotonic() - started))


def _messages(opened: BinaryIO) -> Iterator[bytes]:
    while length := opened.read(_LENGTH.size):
        size = _LENGTH.unpack(length)[0] if len(length) == _LENGTH.size else 0
        message = opened.read(size)
        if not message or len(message) < size:
            raise LocalSystemError(
                f"The snapshot {opened.name} is damaged: put an older copy in its place, or start "
                "with --fresh."
            )
        yield message
