"""Behind Identity-Aware Proxy nothing is answered that the proxy did not sign; no way around it."""

import base64
import dataclasses
import hmac
import json
from datetime import timedelta
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

import functions
from functions import settings
from functions.admin.door.proxy import Proxy
from functions.settings import STAND_INS, MissingSetting, refuse_stand_ins
from tests.admin.assertions import (
    AUDIENCE,
    ISSUER,
    KEY,
    STRANGERS_KEY,
    assertion,
    carry,
    published,
)
from tests.admin.routes import rules
from tests.admin.station import OFFICER, Station


@pytest.fixture
def guarded(station: Station, jwks_url: str) -> Station:
    """The page behind the proxy."""
    station.proxy = Proxy(audience=AUDIENCE, issuer=ISSUER, jwks_url=jwks_url, clock=station.clock)
    return station


def asked(station: Station, told: str | None, path: str = "/") -> TestResponse:
    """What a signed-in officer gets whose request carries that."""
    return carry(station.browser(OFFICER), told).get(path)


def test_what_the_proxy_signed_comes_in(guarded: Station) -> None:
    assert asked(guarded, assertion(guarded)).status_code == 200


def test_where_there_is_an_issuer_the_proxy_does_not_replace_it(guarded: Station) -> None:
    browser = carry(guarded.browser(None), assertion(guarded))
    assert browser.get("/").headers["Location"].startswith("/sign-in")
    assert 'href="/sign-in/start"' in browser.get("/sign-in").text
    assert browser.post("/sign-in", {}).headers["Location"] == "/sign-in"
    assert browser.client.get_cookie("tin_bao_officer", "127.0.0.1") is None


def test_without_an_assertion_no_route_answers(guarded: Station) -> None:
    for endpoint, (method, rule) in rules(guarded.page).items():
        if endpoint == "health":
            continue
        browser = guarded.browser(OFFICER)
        answer = browser.get(rule) if method == "GET" else browser.post(rule, {})
        assert answer.status_code in {401, 404}, endpoint
        assert answer.status_code == 401 or "<" in rule, endpoint


def test_the_health_check_needs_none(guarded: Station) -> None:
    assert asked(guarded, None, "/health").status_code == 200


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "/projects/1234567890/global/backendServices/1"},
        {"aud": None},
        {"iss": "https://accounts.google.com"},
        {"iss": None},
        {"sub": None},
        {"exp": None},
        {"iat": None},
    ],
)
def test_an_assertion_for_others_is_refused(guarded: Station, claims: dict[str, object]) -> None:
    assert asked(guarded, assertion(guarded, KEY, **claims)).status_code == 401


def test_an_assertion_ends(guarded: Station) -> None:
    told = assertion(guarded)
    guarded.clock.advance(timedelta(seconds=659))
    assert asked(guarded, told).status_code == 200
    guarded.clock.advance(timedelta(seconds=2))
    assert asked(guarded, told).status_code == 401


def test_an_assertion_of_the_future_is_refused(guarded: Station) -> None:
    later = int(guarded.clock.now().timestamp()) + 120
    assert asked(guarded, assertion(guarded, iat=later)).status_code == 401


def test_another_key_is_refused(guarded: Station) -> None:
    assert asked(guarded, assertion(guarded, STRANGERS_KEY)).status_code == 401


def test_an_assertion_without_a_signature_is_refused(guarded: Station) -> None:
    head, body, _ = assertion(guarded).split(".")
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none","kid":"iap-1"}').rstrip(b"=").decode()
    for told in (f"{head}.{body}.", f"{unsigned}.{body}.", f"{head}.{body}", "x", "a.b.c"):
        assert asked(guarded, told).status_code == 401, told


def test_the_public_key_is_no_secret_to_sign_with(guarded: Station) -> None:
    """A token signed by HMAC with the published key as its secret (CVE-2016-10555's trick)."""
    head = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"iap-1"}').rstrip(b"=").decode()
    said = f"{head}.{assertion(guarded).split('.')[1]}"
    secret = json.dumps(published()["keys"]).encode()
    proof = base64.urlsafe_b64encode(hmac.digest(secret, said.encode(), "sha256")).rstrip(b"=")
    assert asked(guarded, f"{said}.{proof.decode()}").status_code == 401


def test_keys_that_cannot_be_had_keep_the_door_closed(station: Station) -> None:
    station.proxy = Proxy(
        audience=AUDIENCE, issuer=ISSUER, jwks_url="http://127.0.0.1:9/", clock=station.clock
    )
    assert asked(station, assertion(station)).status_code == 503


@pytest.mark.parametrize("name", STAND_INS)
def test_on_cloud_run_no_stand_in_is_taken(name: str) -> None:
    refuse_stand_ins({name: "127.0.0.1:1"})
    refuse_stand_ins({"K_SERVICE": "admin", name: ""})
    with pytest.raises(MissingSetting, match=name):
        refuse_stand_ins({"K_SERVICE": "admin", name: "127.0.0.1:1"})


def test_no_setting_is_for_turning_the_sign_in_off() -> None:
    suspicious = ("bypass", "debug", "develop", "disable", "fake", "insecure", "mock", "skip")
    names = [
        setting.name
        for kind in vars(settings).values()
        if isinstance(kind, type) and dataclasses.is_dataclass(kind)
        for setting in dataclasses.fields(kind)
    ]
    assert len(names) > 30
    assert not [name for name in names if any(word in name for word in suspicious)]


def test_the_deployed_code_asks_for_no_environment_but_through_the_settings() -> None:
    folder = Path(functions.__file__).parent
    asking = {
        str(module.relative_to(folder))
        for module in folder.rglob("*.py")
        if "os.environ" in module.read_text(encoding="utf-8")
        or "getenv" in module.read_text(encoding="utf-8")
    }
    assert asking == {"settings.py"}


def test_flasks_own_switch_shows_no_more_of_an_error(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    station.write("reports/broken", {"unit_id": "pc08", "code": "SECRET-CONTENT"})
    answer = station.browser().get("/reports/broken")
    assert answer.status_code == 500
    assert "SECRET-CONTENT" not in answer.text
    assert "Traceback" not in answer.text
