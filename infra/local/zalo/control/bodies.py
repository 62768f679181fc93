"""How the control API reads a body and says what is wrong with it."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from infra.local.zalo.citizens import Citizen
from infra.local.zalo.gate import world_of
from infra.local.zalo.pages import Page


class Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Wrong(Exception):
    """The control call cannot be done: a status, a sentence, and whatever helps."""

    def __init__(self, status: int, error: str, **more: object) -> None:
        super().__init__(error)
        self.status = status
        self.answer = {"error": error, **more}


AnyBody = TypeVar("AnyBody", bound=BaseModel)
Act = Callable[[Request], Awaitable[object]]


def endpoint(act: Act) -> Callable[[Request], Awaitable[Response]]:
    """JSON out of what `act` returns; Wrong and validation errors as JSON too."""

    async def answer(request: Request) -> Response:
        try:
            return JSONResponse(await act(request))
        except Wrong as wrong:
            return JSONResponse(wrong.answer, wrong.status)
        except ValidationError as error:
            problems = error.errors(include_url=False, include_context=False, include_input=False)
            return JSONResponse({"error": "the body is not right", "problems": problems}, 400)

    return answer


async def read(request: Request, model: type[AnyBody]) -> AnyBody:
    """The body as `model`; no body is an empty object."""
    return model.model_validate_json(await request.body() or b"{}")


async def read_object(request: Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError:
        raise Wrong(400, "the body is not JSON") from None
    if not isinstance(body, dict):
        raise Wrong(400, "the body is not a JSON object")
    return body


def page_named(request: Request, page_id: str) -> Page:
    page = world_of(request).pages.get(page_id)
    if page is None:
        known = [one.page_id for one in world_of(request).pages.all()]
        raise Wrong(404, "there is no such page", pages=known)
    return page


def page_in_path(request: Request) -> Page:
    return page_named(request, request.path_params["page_id"])


def citizen_named(request: Request, user_id: str) -> Citizen:
    citizen = world_of(request).citizens.get(user_id)
    if citizen is None:
        raise Wrong(404, "there is no such citizen")
    return citizen


def citizen_in_path(request: Request) -> Citizen:
    return citizen_named(request, request.path_params["user_id"])
