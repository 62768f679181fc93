"""The metadata server hands a process its machine account's tokens, as on Google's machines."""

import httpx
import jwt
import pytest

from infra.local.settings import UPKEEP_ACCOUNT
from tests.emulators import MovableClock
from tests.local.identity_provider.conftest import ISSUER

ACCOUNT = "/computeMetadata/v1/instance/service-accounts/default"
MEANT = {"Metadata-Flavor": "Google"}


def test_an_identity_token_names_the_account_for_one_audience(
    browser: httpx.Client, clock: MovableClock
) -> None:
    asked = {"audience": "http://127.0.0.1:8083"}
    token = browser.get(f"{ACCOUNT}/identity", params=asked, headers=MEANT).text
    claims = jwt.decode(
        token,
        jwt.PyJWK.from_dict(browser.get("/jwks").json()["keys"][0]),
        algorithms=["RS256"],
        audience="http://127.0.0.1:8083",
        issuer=ISSUER,
        options={"verify_exp": False, "verify_iat": False},
    )
    now = int(clock.now().timestamp())
    assert claims["email"] == claims["sub"] == UPKEEP_ACCOUNT
    assert claims["email_verified"] is True
    assert (claims["iat"], claims["exp"]) == (now, now + 3600)


def test_an_identity_token_needs_an_audience(browser: httpx.Client) -> None:
    assert browser.get(f"{ACCOUNT}/identity", headers=MEANT).status_code == 400


def test_an_access_token_tells_how_long_it_lives(browser: httpx.Client) -> None:
    token = browser.get(f"{ACCOUNT}/token", headers=MEANT).json()
    assert (token["token_type"], token["expires_in"]) == ("Bearer", 3600)


@pytest.mark.parametrize("path", ["token", "identity?audience=x"])
def test_a_request_that_nobody_meant_is_refused(browser: httpx.Client, path: str) -> None:
    assert browser.get(f"{ACCOUNT}/{path}").status_code == 403
