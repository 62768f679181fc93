"""The media host: links to what citizens sent, which expire, and what can go wrong with them."""

import asyncio
import mimetypes
import re
import sqlite3
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, urlsplit

from starlette.responses import FileResponse, RedirectResponse, Response, StreamingResponse

from infra.local.zalo.clock import Clock, to_milliseconds
from infra.local.zalo.faults import Faults, Parameters
from infra.local.zalo.store import Store

_HTML = b"<!doctype html><title>Error</title><h1>Something else than the file</h1>"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that somebody sent: its name, type, and the name under which the store keeps it."""

    name: str
    content_type: str
    file: str

    @property
    def extension(self) -> str:
        return Path(self.name).suffix.lstrip(".").lower()


def attachment_of(store: Store, name: str, content: bytes) -> Attachment:
    """Keep a citizen's file. The name loses its folders, as on a phone."""
    name = re.split(r"[\\/\x00-\x1f]", name)[-1].strip(" .") or "tep"
    content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Attachment(name, content_type, store.keep(content))


class MediaHost:
    """Makes links to files and answers for them."""

    def __init__(
        self, store: Store, clock: Clock, faults: Faults, origin: str, own_origin: str
    ) -> None:
        self._store = store
        self._clock = clock
        self._faults = faults
        self._origin = origin
        self._own_origin = own_origin

    def link(self, attachment: Attachment, lifetime: timedelta, page_id: str, user_id: str) -> str:
        """A new link to the file, good for that (virtual) long."""
        place = {"page": page_id, "user_id": user_id}
        token = uuid.uuid4().hex
        self._store.write(
            "INSERT INTO links (token, page_id, user_id, name, content_type, file, expires)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            token,
            page_id,
            user_id,
            attachment.name,
            attachment.content_type,
            attachment.file,
            to_milliseconds(self._clock.now() + lifetime),
        )
        origin = urlsplit(self._origin)
        if foreign := self._faults.strikes("media_foreign_host", **place):
            port = f":{origin.port}" if origin.port else ""
            origin = origin._replace(netloc=f"{foreign['host']}{port}")
        if self._faults.happens("http_media", **place):
            origin = origin._replace(scheme="http")
        return f"{origin.geturl()}/media/{token}/{quote(attachment.name)}"

    async def answer(self, token: str, closing: asyncio.Event) -> Response:
        """What the host says to whoever asks for the link."""
        row = self._store.one("SELECT * FROM links WHERE token = ?", token)
        if row is None or self._clock.milliseconds() > row["expires"]:
            return Response("Not found", 404)
        self._store.write("UPDATE links SET fetches = fetches + 1 WHERE token = ?", token)
        return self._faulty(row, closing) or FileResponse(
            self._store.path(row["file"]), media_type=row["content_type"]
        )

    def _faulty(self, link: sqlite3.Row, closing: asyncio.Event) -> Response | None:
        content_type = link["content_type"]
        place = {"page": link["page_id"], "user_id": link["user_id"]}

        def strikes(name: str) -> Parameters | None:
            return self._faults.strikes(name, **place)

        def happens(name: str) -> bool:
            return self._faults.happens(name, **place)

        if happens("media_gone"):
            return Response("Not found", 404)
        if happens("media_forbidden"):
            return Response("Forbidden", 403)
        if error := strikes("media_error"):
            return Response("Error", int(error["status"]))
        if redirect := strikes("media_redirect"):
            return RedirectResponse(str(redirect["to"]) or f"{self._own_origin}/media/elsewhere/x")
        if link["fetches"] == 0 and happens("media_empty_first"):
            return Response(b"", media_type=content_type)
        if happens("media_wrong_type"):
            return Response(_HTML, media_type=content_type)
        if oversize := strikes("media_oversize"):
            declares = {"Content-Length": str(oversize["bytes"])}
            headers = declares if oversize["declares_length"] else {}
            endless = _endless(int(oversize["bytes"]), closing)
            return StreamingResponse(endless, headers=headers, media_type=content_type)
        if happens("media_truncated"):
            return _Truncated(self._store.path(link["file"]).read_bytes(), media_type=content_type)
        if slow := strikes("media_slow"):
            drops = _dripping(self._store.path(link["file"]).read_bytes(), slow, closing)
            return StreamingResponse(drops, media_type=content_type)
        return None


class _Truncated(Response):
    """Declares the whole length and sends half; the server then closes the connection."""

    def render(self, content: bytes | memoryview | str | None) -> bytes:
        whole = super().render(content)
        self._length = len(whole)
        return bytes(whole)[: len(whole) // 2]

    def init_headers(self, headers: Mapping[str, str] | None = None) -> None:
        super().init_headers({**(headers or {}), "Content-Length": str(self._length)})


async def _endless(size: int, closing: asyncio.Event) -> AsyncIterator[bytes]:
    block = bytes(64 * 1024)
    for sent in range(0, size, len(block)):
        if closing.is_set():
            return
        yield block[: size - sent]
        await asyncio.sleep(0)  # lets the server notice that the caller has gone


async def _dripping(
    content: bytes, slow: Parameters, closing: asyncio.Event
) -> AsyncIterator[bytes]:
    step = max(1, int(slow["bytes"]))
    for start in range(0, len(content), step):
        yield content[start : start + step]
        with suppress(TimeoutError):
            async with asyncio.timeout(float(slow["seconds"])):
                await closing.wait()
        if closing.is_set():
            return
