"""Tokens from the metadata server: kept while they are good, asked for in Google's way."""

from datetime import timedelta

import pytest

from functions.cloud.metadata import Metadata
from functions.errors import Transient
from tests.emulators import MovableClock
from tests.zalo.scripted_server import Behaviour, ScriptedServer, answering, hanging_up

_ACCOUNT = "/computeMetadata/v1/instance/service-accounts/default"


def _access(token: str, seconds: int = 3600) -> Behaviour:
    return answering({"access_token": token, "expires_in": seconds, "token_type": "Bearer"})


@pytest.fixture
def metadata(server: ScriptedServer, clock: MovableClock) -> Metadata:
    return Metadata(server.url.removeprefix("http://"), clock.now)


def test_a_token_is_asked_for_as_google_wants_it(
    metadata: Metadata, server: ScriptedServer
) -> None:
    server.will(_access("first"))

    assert metadata.access_token() == "first"
    [asked] = server.received
    assert (asked.method, asked.path) == ("GET", f"{_ACCOUNT}/token")
    assert asked.headers["metadata-flavor"] == "Google"


def test_a_token_is_kept_until_shortly_before_it_ends(
    metadata: Metadata, server: ScriptedServer, clock: MovableClock
) -> None:
    server.will(_access("first"), _access("second"))
    metadata.access_token()

    clock.advance(timedelta(minutes=54))
    assert metadata.access_token() == "first"
    clock.advance(timedelta(minutes=2))
    assert metadata.access_token() == "second"


def test_an_identity_token_is_for_one_function(metadata: Metadata, server: ScriptedServer) -> None:
    server.will(answering(b"for.one.function\n"), answering(b"for.another.one"))

    assert metadata.identity_token("https://a.example/") == "for.one.function"
    assert metadata.identity_token("https://b.example/") == "for.another.one"
    assert metadata.identity_token("https://a.example/") == "for.one.function"
    assert [asked.query for asked in server.received] == [
        {"audience": ["https://a.example/"], "format": ["full"]},
        {"audience": ["https://b.example/"], "format": ["full"]},
    ]


@pytest.mark.parametrize(
    "behaviour",
    [answering({}, 500), answering({}, 404), answering(b"x"), answering({}), hanging_up],
    ids=["500", "404", "no JSON", "no token", "hung up"],
)
def test_a_metadata_server_in_trouble_is_asked_again_later(
    metadata: Metadata, server: ScriptedServer, behaviour: Behaviour
) -> None:
    server.will(behaviour, _access("later"))

    with pytest.raises(Transient):
        metadata.access_token()
    assert metadata.access_token() == "later"
