"""Live news for open pages (Server-Sent Events): what changed, so that they read it again."""

import asyncio
import json
from collections.abc import AsyncIterator

_KEEP_ALIVE_SECONDS = 15
_MOST_WAITING = 1000


class Stream:
    def __init__(self, closing: asyncio.Event) -> None:
        self._closing = closing
        self._listeners: set[asyncio.Queue[str]] = set()

    def publish(self, topic: str, **news: object) -> None:
        """Tell every open page; one that fell far behind misses it."""
        text = f"event: {topic}\ndata: {json.dumps(news)}\n\n"
        for listener in self._listeners:
            if listener.qsize() < _MOST_WAITING:
                listener.put_nowait(text)

    async def listen(self, topics: frozenset[str]) -> AsyncIterator[str]:
        """News on these topics as SSE text, until the server closes."""
        listener: asyncio.Queue[str] = asyncio.Queue()
        self._listeners.add(listener)
        closed = asyncio.ensure_future(self._closing.wait())
        try:
            yield "retry: 1000\n\n"
            while not closed.done():
                news = asyncio.ensure_future(listener.get())
                await asyncio.wait(
                    {news, closed},
                    timeout=_KEEP_ALIVE_SECONDS,
                    return_when=asyncio.FIRST_COMPLETED,
                )
                if not news.done():
                    news.cancel()
                    yield ": still here\n\n"
                elif _topic(news.result()) in topics:
                    yield news.result()
        finally:
            closed.cancel()
            self._listeners.discard(listener)


def _topic(news: str) -> str:
    return news.partition("\n")[0].removeprefix("event: ")
