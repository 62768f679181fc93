"""Clock, faults, calls, events, templates and the world's settings."""

import json
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.routing import Route

from infra.local.zalo import events
from infra.local.zalo.clock import from_milliseconds, parse_duration, to_text
from infra.local.zalo.control.bodies import Body, Wrong, endpoint, page_named, read, read_object
from infra.local.zalo.faults import KINDS
from infra.local.zalo.gate import world_of
from infra.local.zalo.outbox import Letter
from infra.local.zalo.templates import Template, all_templates, keep_template


class Advance(Body):
    advance: str


class PostEvent(Body):
    """An event of any content, or raw text in its place, signed and sent like any other."""

    page: str
    event: dict[str, Any] | None = None
    raw: str | None = None
    timestamp: str = ""
    server: str = ""


class SwitchFault(Body, extra="allow"):
    name: str
    rate: float = Field(default=1.0, gt=0, le=1)
    count: int | None = Field(default=None, ge=1)


async def health(request: Request) -> object:
    return {"status": "ok"}


async def clock(request: Request) -> object:
    clock = world_of(request).clock
    return {"now": to_text(clock.now()), "offset_seconds": clock.offset.total_seconds()}


async def move_clock(request: Request) -> object:
    body = await read(request, Advance)
    try:
        by = parse_duration(body.advance)
    except ValueError as error:
        raise Wrong(400, str(error)) from None
    world_of(request).clock.advance(by)
    return await clock(request)


async def faults(request: Request) -> object:
    return {"faults": [fault.as_json() for fault in world_of(request).faults.all()]}


async def switch_fault(request: Request) -> object:
    body = await read(request, SwitchFault)
    try:
        fault = world_of(request).faults.switch_on(
            body.name, rate=body.rate, count=body.count, parameters=body.model_extra or {}
        )
    except ValueError as error:
        raise Wrong(400, str(error), faults=[kind.name for kind in KINDS]) from None
    return fault.as_json()


async def all_faults_off(request: Request) -> object:
    world_of(request).faults.switch_all_off()
    return await faults(request)


async def fault_off(request: Request) -> object:
    if not world_of(request).faults.switch_off(request.path_params["fault_id"]):
        raise Wrong(404, "there is no such fault")
    return await faults(request)


async def settings(request: Request) -> object:
    return world_of(request).settings.model_dump()


async def change_settings(request: Request) -> object:
    return world_of(request).change_settings(await read_object(request)).model_dump()


async def calls(request: Request) -> object:
    """Oldest first; `?kind=`, `?page=`, `?path=` (how it begins) and `?after=` (a number)."""
    query = request.query_params
    after = _number(request, "after", 0)
    return [
        call.as_json()
        for call in world_of(request).calls.all()
        if call.number > after
        and call.path.startswith(query.get("path", ""))
        and query.get("kind") in (None, call.kind)
        and query.get("page") in (None, call.page_id)
    ]


async def forget_calls(request: Request) -> object:
    world_of(request).calls.forget()
    return []


async def deliveries(request: Request) -> object:
    """Webhook deliveries, oldest first; `?page=`, `?user_id=`, `?event=`, `?state=`, `?limit=`."""
    query = request.query_params
    columns = {"page": "page_id", "user_id": "user_id", "event": "event_name", "state": "state"}
    chosen = {columns[key]: query[key] for key in columns if key in query}
    where = " AND ".join(["1", *(f"{column} = ?" for column in chosen)])
    store = world_of(request).store
    rows = store.all(
        f"SELECT * FROM deliveries WHERE {where} ORDER BY number DESC LIMIT ?",  # noqa: S608 (our own column names)
        *chosen.values(),
        _number(request, "limit", 500),
    )
    answer = []
    for row in reversed(rows):
        attempts = store.all("SELECT * FROM attempts WHERE delivery = ?", row["number"])
        answer.append(
            {
                "number": row["number"],
                "page": row["page_id"],
                "user_id": row["user_id"],
                "event_name": row["event_name"],
                "event": _parsed(row["body"]),
                "state": row["state"],
                "due": to_text(from_milliseconds(row["due"])),
                "attempts": [
                    {
                        "time": to_text(from_milliseconds(attempt["time"])),
                        "num_retry": attempt["retry"],
                        "status": attempt["status"],
                        "problem": attempt["problem"],
                    }
                    for attempt in attempts
                ],
            }
        )
    return answer


async def post_event(request: Request) -> object:
    body = await read(request, PostEvent)
    if (body.event is None) == (body.raw is None):
        raise Wrong(400, "give either event or raw")
    raw = body.raw.encode() if body.raw is not None else events.to_bytes(body.event or {})
    name = str((body.event or {}).get("event_name", ""))
    timestamp = body.timestamp or (body.event or {}).get("timestamp", "0")
    page = page_named(request, body.page)
    letter = Letter(raw, str(timestamp), event_name=name, server=body.server)
    world_of(request).outbox.post_letter(page, letter)
    return {"queued": len(raw)}


async def templates(request: Request) -> object:
    return [template.model_dump() for template in all_templates(world_of(request).store)]


async def add_template(request: Request) -> object:
    template = await read(request, Template)
    keep_template(world_of(request).store, template)
    return template.model_dump()


def _number(request: Request, name: str, otherwise: int) -> int:
    text = request.query_params.get(name, str(otherwise))
    if not text.isdecimal():
        raise Wrong(400, f"{name} is not a number")
    return int(text)


def _parsed(body: bytes) -> object:
    """The event as JSON; as text when a fault made it something else."""
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")


ROUTES = [
    Route("/healthz", endpoint(health), methods=["GET"]),
    Route("/control/clock", endpoint(clock), methods=["GET"]),
    Route("/control/clock", endpoint(move_clock), methods=["POST"]),
    Route("/control/faults", endpoint(faults), methods=["GET"]),
    Route("/control/faults", endpoint(switch_fault), methods=["POST"]),
    Route("/control/faults", endpoint(all_faults_off), methods=["DELETE"]),
    Route("/control/faults/{fault_id}", endpoint(fault_off), methods=["DELETE"]),
    Route("/control/settings", endpoint(settings), methods=["GET"]),
    Route("/control/settings", endpoint(change_settings), methods=["POST"]),
    Route("/control/calls", endpoint(calls), methods=["GET"]),
    Route("/control/calls", endpoint(forget_calls), methods=["DELETE"]),
    Route("/control/events", endpoint(deliveries), methods=["GET"]),
    Route("/control/events", endpoint(post_event), methods=["POST"]),
    Route("/control/templates", endpoint(templates), methods=["GET"]),
    Route("/control/templates", endpoint(add_template), methods=["POST"]),
]
