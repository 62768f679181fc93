"""The control API: plain JSON by which people and tests drive this world (DESIGN 5)."""

from infra.local.zalo.control import citizens, pages, world

ROUTES = [*world.ROUTES, *pages.ROUTES, *citizens.ROUTES]
