"""CreateTask over HTTP and JSON, for callers to whom the gRPC client is too heavy.

POST /v2/projects/…/locations/…/queues/…/tasks, as `projects.locations.queues.tasks.create` of Cloud
Tasks' REST interface v2.
"""

import asyncio

import grpc
from google.protobuf import json_format
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .errors import Refusal
from .messages import CreateTaskRequest
from .service import CloudTasks

_STATUSES = {
    grpc.StatusCode.INVALID_ARGUMENT: 400,
    grpc.StatusCode.NOT_FOUND: 404,
    grpc.StatusCode.ALREADY_EXISTS: 409,
    grpc.StatusCode.UNIMPLEMENTED: 501,
    grpc.StatusCode.UNAVAILABLE: 503,
}
_CALLER_IS_GONE = 499


def rest_route(service: CloudTasks) -> Route:
    """The route of the HTTP port that creates tasks."""

    async def create(request: Request) -> Response:
        # A page of another site can send anything but this type without asking first.
        if request.headers.get("content-type", "").partition(";")[0] != "application/json":
            return _refused(Refusal.invalid("The content type must be application/json."))
        message = CreateTaskRequest()
        try:
            json_format.Parse(await request.body(), message)
        except json_format.ParseError:
            return _refused(Refusal.invalid("The body is not a CreateTaskRequest."))
        message.parent = request.path_params["parent"]
        creating = asyncio.ensure_future(service.create_task(message))
        leaving = asyncio.ensure_future(request.receive())
        try:
            await asyncio.wait({creating, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if not creating.done():
                return Response(status_code=_CALLER_IS_GONE)
            return JSONResponse(json_format.MessageToDict(creating.result()))
        except Refusal as refusal:
            return _refused(refusal)
        finally:
            creating.cancel()
            leaving.cancel()

    return Route("/v2/{parent:path}/tasks", create, methods=["POST"])


def _refused(refusal: Refusal) -> JSONResponse:
    status = _STATUSES[refusal.code]
    error = {"code": status, "message": refusal.message, "status": refusal.code.name}
    return JSONResponse({"error": error}, status_code=status)
