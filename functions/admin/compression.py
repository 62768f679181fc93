"""Stylesheets, scripts and drawings travel compressed; pages do not.

A page holds a form's token beside words of strangers, and its compressed length would tell of both
(BREACH, 2013). Assets hold no secret.
"""

import gzip
from functools import lru_cache

from flask import Response, request

from functions.admin.door.guards import ASSETS

_COMPRESSED = {"text/css", "text/javascript", "application/javascript", "image/svg+xml"}


def compress(response: Response) -> Response:
    """The answer, compressed where it is an asset of text and the browser can read that."""
    if request.endpoint not in ASSETS or response.mimetype not in _COMPRESSED:
        return response
    response.vary.add("Accept-Encoding")
    if response.status_code == 200 and request.accept_encodings["gzip"] > 0:
        response.direct_passthrough = False
        response.set_data(_compressed(response.get_data()))
        response.headers["Content-Encoding"] = "gzip"
        response.headers.pop("Accept-Ranges", None)
    return response


@lru_cache(maxsize=64)
def _compressed(content: bytes) -> bytes:
    return gzip.compress(content, compresslevel=9, mtime=0)
