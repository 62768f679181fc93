"""Behind Identity-Aware Proxy nothing is answered that the proxy did not sign; no way around it."""

import base64
import dataclasses
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from werkzeug.test import TestResponse

import functions
from functions import settings
from functions.admin.door.proxy import HEADER, Proxy
from functions.settings import STAND_INS, AdminSettings, MissingSetting, refuse_stand_ins
from tests.admin.routes import rules
from tests.admin.station import OFFICER, Station

AUDIENCE = "/projects/1234567890/global/backendServices/987654321"
ISSUER = "https://cloud.google.com/iap"
KEY, STRANGERS_KEY = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))


def published() -> dict[str, object]:
    """The proxy's keys, as it publishes them."""
    key = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(KEY.public_key()))
    return {"keys": [{**key, "alg": "ES256", "kid": "iap-1", "use": "sig"}]}


class _Keys(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = json.dumps(published()).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Silence."""


@pytest.fixture
def jwks_url() -> Iterator[str]:
    """Where the proxy's keys are."""
    server = HTTPServer(("127.0.0.1", 0), _Keys)
    thread = threading.Thread(target=server.serve_forever, args=(0.005,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def guarded(station: Station, jwks_url: str) -> Station:
    """The page behind the proxy."""
    station.proxy = Proxy(audience=AUDIENCE, issuer=ISSUER, jwks_url=jwks_url, clock=station.clock)
    return station


def assertion(station: Station, key: Any = KEY, **claims: object) -> str:
    """What the proxy sends; a claim of None is left out."""
    now = int(station.clock.now().timestamp())
    said = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "accounts.google.com:1",
        "email": "a@example.vn",
        "iat": now,
        "exp": now + 600,
        **claims,
    }
    told = {name: value for name, value in said.items() if value is not None}
    return jwt.encode(told, key, algorithm="ES256", headers={"kid": "iap-1"})


def asked(station: Station, told: str | None, path: str = "/") -> TestResponse:
    """What a signed-in officer gets whose request carries that."""
    headers = {} if told is None else {HEADER.replace("-", "_"): told}
    return station.browser(OFFICER).get(path, **headers)


def test_what_the_proxy_signed_comes_in(guarded: Station) -> None:
    assert asked(guarded, assertion(guarded)).status_code == 200


def test_the_proxy_does_not_replace_the_sign_in(guarded: Station) -> None:
    answer = guarded.browser(None).get("/", **{HEADER.replace("-", "_"): assertion(guarded)})
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/sign-in")


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


def test_no_setting_turns_the_sign_in_off() -> None:
    suspicious = ("bypass", "debug", "develop", "disable", "fake", "insecure", "mock", "skip")
    names = [
        setting.name
        for kind in vars(settings).values()
        if isinstance(kind, type) and dataclasses.is_dataclass(kind)
        for setting in dataclasses.fields(kind)
    ]
    assert len(names) > 30
    assert not [name for name in names if any(word in name for word in suspicious)]
    needed = {
        setting.name
        for setting in dataclasses.fields(AdminSettings)
        if setting.default is dataclasses.MISSING and setting.default_factory is dataclasses.MISSING
    }
    assert needed >= {"oidc_issuer", "oidc_client_id", "oidc_client_secret", "session_secret"}


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
