"""One HTTP/1.1 request and its answer, over a connection of their own.

No connection is kept, so none leads to a worker that was restarted meanwhile. No redirect is
followed and no proxy used. h11 speaks the protocol: with a whole client library each task takes
several times the processor time, and a start a tenth of a second more.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import h11

_CHUNK = 65536


class NoAnswer(Exception):
    """The other side could not be reached, hung up, or does not speak HTTP."""


@dataclass(frozen=True)
class Request:
    """An HTTP request; `Host`, `Content-Length` and `Connection` are added when it is sent."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Answer:
    """The names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


async def exchange(request: Request) -> Answer:
    """Send a request and read the whole answer, however long that takes. Raises `NoAnswer`."""
    try:
        parts = urlsplit(request.url)
        reader, writer = await asyncio.open_connection(
            parts.hostname,
            parts.port or (443 if parts.scheme == "https" else 80),
            ssl=True if parts.scheme == "https" else None,
        )
        try:
            connection = h11.Connection(h11.CLIENT)
            writer.write(written(connection, request))
            return await _received(connection, reader)
        finally:
            writer.close()
    except (OSError, ValueError, h11.ProtocolError) as error:  # ValueError: no name of a host.
        raise NoAnswer(str(error)) from error


def written(connection: h11.Connection, request: Request) -> bytes:
    """The bytes of a request. Raises `h11.ProtocolError` for what HTTP does not allow."""
    parts = urlsplit(request.url)
    host = parts.netloc.rpartition("@")[2]
    headers = {**request.headers, "Host": host, "Connection": "close"}
    if request.body is not None:
        headers["Content-Length"] = str(len(request.body))
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    events = [
        h11.Request(method=request.method, target=target, headers=list(headers.items())),
        h11.Data(data=request.body or b""),
        h11.EndOfMessage(),
    ]
    return b"".join(connection.send(event) or b"" for event in events)


async def _received(connection: h11.Connection, reader: asyncio.StreamReader) -> Answer:
    status, headers, body = 0, {}, bytearray()
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(_CHUNK))
        elif isinstance(event, h11.Response):
            status = event.status_code
            headers = {name.decode(): value.decode("latin-1") for name, value in event.headers}
        elif isinstance(event, h11.Data):
            body += event.data
        elif isinstance(event, h11.EndOfMessage):
            return Answer(status, headers, bytes(body))
        elif isinstance(event, h11.ConnectionClosed):
            raise NoAnswer("the connection was closed")
