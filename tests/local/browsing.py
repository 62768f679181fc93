"""A browser for an ASGI application in the same process: no port, no thread, no waiting."""

import asyncio

import httpx
from starlette.applications import Starlette


class _InProcess(httpx.BaseTransport):
    """httpx can call an application only from asynchronous code; tests are not."""

    def __init__(self, app: Starlette) -> None:
        self._transport = httpx.ASGITransport(app)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return asyncio.run(self._answer(request))

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        answer = await self._transport.handle_async_request(request)
        return httpx.Response(
            answer.status_code, headers=answer.headers, content=await answer.aread()
        )


def browser_of(app: Starlette, address: str = "http://127.0.0.1") -> httpx.Client:
    """A browser that finds `app` at that address and follows no redirect."""
    return httpx.Client(transport=_InProcess(app), base_url=address)
