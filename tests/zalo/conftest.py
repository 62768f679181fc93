"""What the tests of the Zalo client share."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from functions.zalo.api import PageAccess, ZaloApi
from functions.zalo.http import ZaloHttp
from tests.zalo.samples import PAGE
from tests.zalo.scripted_server import ScriptedServer

NOW = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


@pytest.fixture
def api(server: ScriptedServer) -> ZaloApi:
    return ZaloApi(ZaloHttp(), api_url=server.url, template_url=server.url, now=lambda: NOW)


@pytest.fixture
def page() -> PageAccess:
    return PageAccess(PAGE, "the-access-token")
