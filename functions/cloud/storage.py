"""Cloud Storage: objects written once and never replaced."""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any

import google_crc32c
from google.api_core import exceptions as google
from google.cloud.storage import Client
from google.cloud.storage.retry import DEFAULT_RETRY

from functions.errors import Conflict, Transient

_SECONDS = 60
_PIECE_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class KeptObject:
    """An object as it lies in the bucket."""

    name: str
    generation: int
    size: int
    crc32c: str
    content_type: str


class Bucket:
    """One bucket of write-once objects.

    `patience_seconds`: how long calls are made again while nobody answers; the client's own two
    minutes outlast most of its callers.
    """

    def __init__(self, client: Client, name: str, *, patience_seconds: float = 20.0) -> None:
        # The client would ask for the bucket itself too, in a thread of its own that outlives the
        # request, to describe traces that nobody records.
        client._bucket_metadata_cache = None
        self._bucket = client.bucket(name)
        self._again = DEFAULT_RETRY.with_timeout(patience_seconds)

    def keep(
        self,
        name: str,
        content: IO[bytes],
        *,
        size: int,
        content_type: str,
        metadata: Mapping[str, str],
    ) -> KeptObject:
        """Store `content` (from its start) under `name`, unless the same bytes are there already.

        Raises:
            Conflict: something else of that name exists.
            Transient: no clear answer; the same call may be made again.
        """
        blob = self._bucket.blob(name)
        blob.metadata = dict(metadata)
        content.seek(0)
        try:
            blob.upload_from_file(
                content,
                size=size,
                content_type=content_type,
                if_generation_match=0,
                checksum="crc32c",
                timeout=_SECONDS,
                retry=self._again,
            )
        except google.PreconditionFailed:
            # Either somebody was faster, or our own first answer was lost on the way.
            kept = self.describe(name)
        except google.GoogleAPIError as error:
            raise Transient(f"storage: {type(error).__name__}") from error
        else:
            kept = self._described(blob)
        if kept is None or (kept.size, kept.crc32c) != (size, _crc32c(content)):
            raise Conflict("storage: another object of that name exists")
        return kept

    def describe(self, name: str) -> KeptObject | None:
        """What is stored under `name`, or None.

        Raises:
            Transient: no answer.
        """
        try:
            blob = self._bucket.get_blob(name, timeout=_SECONDS, retry=self._again)
        except google.GoogleAPIError as error:
            raise Transient(f"storage: {type(error).__name__}") from error
        return None if blob is None else self._described(blob)

    def read(self, name: str, start: int, end: int) -> Iterator[bytes]:
        """The bytes from `start` to `end` (both included), piece by piece.

        Raises:
            Transient: no answer.
        """
        blob = self._bucket.blob(name)
        for first in range(start, end + 1, _PIECE_BYTES):
            last = min(first + _PIECE_BYTES - 1, end)
            try:
                yield blob.download_as_bytes(
                    start=first,
                    end=last,
                    raw_download=True,
                    timeout=_SECONDS,
                    retry=self._again,
                )
            except google.GoogleAPIError as error:
                raise Transient(f"storage: {type(error).__name__}") from error

    @staticmethod
    def _described(blob: Any) -> KeptObject:
        return KeptObject(
            name=blob.name,
            generation=int(blob.generation or 0),
            size=int(blob.size or 0),
            crc32c=str(blob.crc32c or ""),
            content_type=str(blob.content_type or ""),
        )


def _crc32c(content: IO[bytes]) -> str:
    checksum = 0
    content.seek(0)
    while piece := content.read(_PIECE_BYTES):
        checksum = google_crc32c.extend(checksum, piece)
    return base64.b64encode(checksum.to_bytes(4, "big")).decode()
