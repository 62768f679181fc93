"""What Identity-Aware Proxy signs, and where it publishes its keys, on this machine."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from tests.admin.browsing import Browser
from tests.admin.station import Station

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


@contextmanager
def published_keys() -> Iterator[str]:
    """The address of the proxy's keys, while the context lasts."""
    server = HTTPServer(("127.0.0.1", 0), _Keys)
    thread = threading.Thread(target=server.serve_forever, args=(0.005,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


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


def carry(browser: Browser, told: str | None) -> Browser:
    """From now on the proxy adds that to every request of this browser."""
    browser.client.environ_base.pop("HTTP_X_GOOG_IAP_JWT_ASSERTION", None)
    if told is not None:
        browser.client.environ_base["HTTP_X_GOOG_IAP_JWT_ASSERTION"] = told
    return browser
