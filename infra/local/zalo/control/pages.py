"""Pages and apps: their knobs, a grant by hand, the probe, a person's reply."""

from starlette.requests import Request
from starlette.routing import Route

from infra.local.zalo import chat
from infra.local.zalo.content import Draft
from infra.local.zalo.control.bodies import (
    Body,
    Wrong,
    citizen_named,
    endpoint,
    page_in_path,
    read,
    read_object,
)
from infra.local.zalo.gate import world_of
from infra.local.zalo.messages import Origin
from infra.local.zalo.oauth import answer_of
from infra.local.zalo.pages import Page


class Reply(Body):
    """What an officer writes in OA Manager, outside of the API."""

    user_id: str
    text: str
    admin_id: str = "7777777777777777777"


async def pages(request: Request) -> object:
    return [_as_json(request, page) for page in world_of(request).pages.all()]


async def change_page(request: Request) -> object:
    page = world_of(request).pages.change(page_in_path(request), await read_object(request))
    return _as_json(request, page)


async def enable(request: Request) -> object:
    """Switch the webhook of the page's app on again; what was lost stays lost."""
    page = page_in_path(request)
    world_of(request).pages.change_app(page.app_id, {"webhook_is_enabled": True})
    return _as_json(request, page)


async def grant(request: Request) -> object:
    """A token pair by hand, as the API Explorer gives an admin."""
    return answer_of(world_of(request).tokens.issue(page_in_path(request)))


async def revoke(request: Request) -> object:
    """The admin withdraws the app's grant: all the page's tokens die."""
    page = page_in_path(request)
    world_of(request).tokens.revoke(page.page_id)
    return _as_json(request, page)


async def probe(request: Request) -> object:
    page_in_path(request)
    return await world_of(request).deliverer.probe()


async def reply(request: Request) -> object:
    body = await read(request, Reply)
    citizen = citizen_named(request, body.user_id)
    message = chat.put(
        world_of(request),
        page_in_path(request),
        citizen,
        Draft("text", body.text),
        origin=Origin.PERSON,
        admin_id=body.admin_id,
    )
    return {"message_id": message.message_id}


async def apps(request: Request) -> object:
    world = world_of(request)
    app_ids = dict.fromkeys(page.app_id for page in world.pages.all())
    return [_app_as_json(request, app_id) for app_id in app_ids]


async def change_app(request: Request) -> object:
    app_id = request.path_params["app_id"]
    if world_of(request).pages.app(app_id) is None:
        raise Wrong(404, "there is no such app")
    world_of(request).pages.change_app(app_id, await read_object(request))
    return _app_as_json(request, app_id)


def _as_json(request: Request, page: Page) -> dict[str, object]:
    world = world_of(request)
    bonds = world.citizens.bonds_of_page(page.page_id)
    return {
        "page_id": page.page_id,
        "app_id": page.app_id,
        "unit_id": page.unit_id,
        **page.settings.model_dump(),
        "followers": sum(bond.is_follower for bond in bonds),
        "webhook_is_enabled": world.pages.app_of(page).webhook_is_enabled,
    }


def _app_as_json(request: Request, app_id: str) -> dict[str, object]:
    settings = world_of(request).pages.app(app_id)
    return {"app_id": app_id, **(settings.model_dump() if settings else {})}


ROUTES = [
    Route("/control/pages", endpoint(pages), methods=["GET"]),
    Route("/control/pages/{page_id}/settings", endpoint(change_page), methods=["POST"]),
    Route("/control/pages/{page_id}/enable", endpoint(enable), methods=["POST"]),
    Route("/control/pages/{page_id}/grant", endpoint(grant), methods=["POST"]),
    Route("/control/pages/{page_id}/revoke", endpoint(revoke), methods=["POST"]),
    Route("/control/pages/{page_id}/probe", endpoint(probe), methods=["POST"]),
    Route("/control/pages/{page_id}/reply", endpoint(reply), methods=["POST"]),
    Route("/control/apps", endpoint(apps), methods=["GET"]),
    Route("/control/apps/{app_id}/settings", endpoint(change_app), methods=["POST"]),
]
