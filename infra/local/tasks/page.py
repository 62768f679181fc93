"""What waits and what failed: a page for people, JSON for tests.

GET  /            the queues, the next tasks, the last failed attempts
GET  /healthz     200 once calls are taken
GET  /api/tasks   all tasks without their bodies, the one due first in front; ?queue= (id or name)
POST /api/purge   deletes all tasks, or those of ?queue=
POST /v2/…/tasks  creates a task (see `rest`)
"""

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from google.cloud.tasks_v2 import types
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse
from starlette.routing import Route

from .dispatcher import Dispatcher
from .messages import PAUSED, parent_of, read_time, short_id
from .store import Load, Store, StoredTask
from .world import World

_HERE = Path(__file__).parent
_VIETNAM = timezone(timedelta(hours=7))
_SHOWN = 50
_OUR_NAMES = ["127.0.0.1", "localhost"]
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none';"
        " form-action 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Page:
    """Answers the HTTP port."""

    def __init__(
        self, *, store: Store, world: World, dispatcher: Dispatcher, creation: Route
    ) -> None:
        self._creation = creation
        self._store = store
        self._world = world
        self._dispatcher = dispatcher

    def application(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/", self._show),
                Route("/page.css", self._style),
                Route("/healthz", self._health),
                Route("/api/tasks", self._list),
                Route("/api/purge", self._purge, methods=["POST"]),
                self._creation,
            ],
            # Keeps out a foreign page that makes its own name lead to this machine.
            middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=_OUR_NAMES)],
        )

    async def _show(self, _: Request) -> HTMLResponse:
        # Not at the top: a start need not pay the 40 ms of this import.
        from jinja2 import Environment, FileSystemLoader

        templates = Environment(loader=FileSystemLoader(_HERE), autoescape=True)
        loads = self._store.loads()
        content = templates.get_template("page.html").render(
            now=_local(self._world.now()),
            queues=[
                self._queue_row(queue, loads.get(queue.name, Load(0, 0)))
                for queue in self._store.queues()
            ],
            tasks=[_task_row(stored) for stored in self._store.upcoming(_SHOWN)],
            failures=[
                {
                    "at": _local(failure.at),
                    "queue": short_id(parent_of(failure.task)),
                    "task": short_id(failure.task),
                    "attempts": failure.attempts,
                    "message": failure.message,
                    "is_last": failure.is_last,
                }
                for failure in self._dispatcher.failures
            ],
        )
        return HTMLResponse(content, headers=_HEADERS)

    async def _style(self, _: Request) -> FileResponse:
        return FileResponse(_HERE / "page.css", headers={"X-Content-Type-Options": "nosniff"})

    async def _health(self, _: Request) -> PlainTextResponse:
        return PlainTextResponse("ok")

    async def _list(self, request: Request) -> JSONResponse:
        wanted = request.query_params.get("queue")
        return JSONResponse(
            {
                "tasks": [
                    {
                        "queue": short_id(parent_of(stored.name)),
                        "name": stored.name,
                        "url": stored.message.http_request.url,
                        "schedule_time": read_time(stored.message.schedule_time).isoformat(),
                        "attempts": stored.message.dispatch_count,
                        "last_status": stored.last_status,
                    }
                    for stored in self._store.upcoming()
                    if wanted is None or _is_meant(parent_of(stored.name), wanted)
                ]
            }
        )

    async def _purge(self, request: Request) -> JSONResponse:
        if request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return JSONResponse({"error": "not from another site"}, status_code=403)
        wanted = request.query_params.get("queue")
        queues = [
            queue
            for queue in self._store.queues()
            if wanted is None or _is_meant(queue.name, wanted)
        ]
        if wanted is not None and not queues:
            return JSONResponse({"error": "no such queue"}, status_code=404)
        now = self._world.now()
        return JSONResponse({"purged": sum(self._store.purge_queue(each, now) for each in queues)})

    def _queue_row(self, queue: types.Queue, load: Load) -> dict[str, Any]:
        return {
            "id": short_id(queue.name),
            "is_paused": queue.state == PAUSED,
            "waiting": load.waiting,
            "running": load.running,
            "rate": f"{queue.rate_limits.max_dispatches_per_second:g}",
            "concurrent": queue.rate_limits.max_concurrent_dispatches,
            "share": f"{self._dispatcher.share(queue.name):.0%}",
        }


def _task_row(stored: StoredTask) -> dict[str, Any]:
    return {
        "queue": short_id(parent_of(stored.name)),
        "task": short_id(stored.name),
        "url": stored.message.http_request.url,
        "due_at": _local(stored.due_at),
        "is_running": stored.running > 0,
        "attempts": stored.message.dispatch_count,
        "last_status": stored.last_status,
    }


def _is_meant(queue_name: str, wanted: str) -> bool:
    return wanted in (queue_name, short_id(queue_name))


def _local(moment: datetime) -> str:
    return moment.astimezone(_VIETNAM).strftime("%H:%M:%S %d/%m/%Y")
