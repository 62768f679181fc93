"""Originals and previews, streamed from their bucket: whole, or the one range asked for."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from flask import Response, request
from werkzeug.http import dump_options_header

from functions.cloud.storage import Bucket
from functions.evidence.screening import TYPES
from functions.reports.model import Report

_SHOWN = ("image/", "video/", "audio/")
"""What a browser may show; everything else is only downloaded."""

FILE_POLICY = "sandbox; default-src 'none'"
"""For an original opened by itself: it is shown, and neither loads nor runs anything."""


@dataclass(frozen=True, slots=True)
class KeptFile:
    """An object to stream: its size in bytes, and the type that its own bytes showed."""

    object_name: str
    size: int
    media_type: str
    name: str


def file_name(report: Report, sha256: str, media_type: str) -> str:
    """A name made by us, such as 7K3F-9Q2D-X-9f86d081.jpg; the sender's is never used."""
    return f"{report.code}-{sha256[:8]}.{TYPES.get(media_type, 'bin')}"


def stream(bucket: Bucket, kept: KeptFile) -> Response:
    """The file as an answer: 200, 206 for a range, 416 for one outside of it (RFC 9110, 14).

    Raises:
        Transient: the bucket did not answer.
    """
    start, end, status = 0, kept.size, 200
    asked = request.range
    # Several ranges at once may be answered whole; no player asks for them.
    if asked is not None and asked.units == "bytes" and len(asked.ranges) == 1:
        found = asked.range_for_length(kept.size)
        if found is None:
            return Response(status=416, headers={"Content-Range": f"bytes */{kept.size}"})
        start, end, status = found[0], found[1] or kept.size, 206
    response = Response(_begun(bucket.read(kept.object_name, start, end - 1)), status=status)
    is_known = kept.media_type in TYPES
    is_shown = is_known and kept.media_type.startswith(_SHOWN)
    response.content_type = kept.media_type if is_known else "application/octet-stream"
    response.content_length = end - start
    response.headers["Accept-Ranges"] = "bytes"
    if status == 206:
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{kept.size}"
    response.headers["Content-Disposition"] = dump_options_header(
        "inline" if is_shown else "attachment", {"filename": kept.name}
    )
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response


def _begun(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same pieces, the first one already here: a failure comes before the headers are sent."""
    first = next(pieces, b"")
    return chain([first], pieces)
