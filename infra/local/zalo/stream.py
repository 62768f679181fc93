"""Live news for open pages (Server-Sent Events): what changed, so that they read it again."""

import asyncio
import json
from collections.abc import AsyncIterator

_KEEP_ALIVE_SECONDS = 15
_MOST_WAITING = 1000


class Stream:
    """Everybody who listens, and what they have not read yet; None tells them to go."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[tuple[str, str] | None]] = set()

    def publish(self, topic: str, **news: object) -> None:
        """Tell every open page; one that fell far behind misses it."""
        for listener in self._listeners:
            if listener.qsize() < _MOST_WAITING:
                listener.put_nowait((topic, json.dumps(news)))

    def close(self) -> None:
        """End all streams, so that the server can stop."""
        for listener in self._listeners:
            listener.put_nowait(None)

    async def listen(self, topics: frozenset[str]) -> AsyncIterator[str]:
        """News on these topics as SSE text, until the stream closes."""
        listener: asyncio.Queue[tuple[str, str] | None] = asyncio.Queue()
        self._listeners.add(listener)
        try:
            yield "retry: 1000\n\n"
            while True:
                try:
                    async with asyncio.timeout(_KEEP_ALIVE_SECONDS):
                        heard = await listener.get()
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                if heard is None:
                    return
                topic, news = heard
                if topic in topics:
                    yield f"event: {topic}\ndata: {news}\n\n"
        finally:
            self._listeners.discard(listener)
