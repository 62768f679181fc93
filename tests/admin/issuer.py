"""A small OpenID Connect issuer, over real HTTP, that can be told to misbehave."""

import base64
import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID = "officers-page"
CLIENT_SECRET = "issuer's own secret"


@dataclass
class Issuer:
    """Signs in whoever `subject` names, without asking."""

    address: str
    now: Callable[[], datetime]
    key: rsa.RSAPrivateKey
    subject: str = "officer-minh"
    claims: dict[str, object] = field(default_factory=dict)
    """Claims that replace the right ones; None leaves a claim out."""
    error: str | None = None
    signing_key: rsa.RSAPrivateKey | None = None
    """Signs instead of the published key."""
    discovered_as: str | None = None
    asked: dict[str, dict[str, str]] = field(default_factory=dict)

    def discovery(self) -> dict[str, object]:
        """The discovery document."""
        return {
            "issuer": self.discovered_as or self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/jwks",
        }

    def jwks(self) -> dict[str, object]:
        """The published key."""
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "use": "sig", "alg": "RS256", "kid": "1"}]}

    def authorize(self, query: str) -> str:
        """Where the browser is sent back to."""
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        assert asked["client_id"] == CLIENT_ID
        assert asked["code_challenge_method"] == "S256"
        if self.error is not None:
            answer = {"error": self.error, "state": asked["state"]}
        else:
            code = f"code-{len(self.asked)}"
            self.asked[code] = asked
            answer = {"code": code, "state": asked["state"]}
        return f"{asked['redirect_uri']}?{urlencode(answer)}"

    def token(self, authorization: str, form: dict[str, str]) -> tuple[int, dict[str, object]]:
        """The ID token for a code, once, for the client that holds the verifier."""
        name, _, secret = (
            base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
        )
        asked = self.asked.pop(form["code"], None)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            (unquote_plus(name), unquote_plus(secret)) != (CLIENT_ID, CLIENT_SECRET)
            or asked is None
            or asked["code_challenge"] != challenge
            or asked["redirect_uri"] != form["redirect_uri"]
        ):
            return 400, {"error": "invalid_grant"}
        claims: dict[str, Any] = {
            "iss": self.address,
            "aud": CLIENT_ID,
            "sub": self.subject,
            "nonce": asked["nonce"],
            "iat": int(self.now().timestamp()),
            "exp": int((self.now() + timedelta(minutes=10)).timestamp()),
            **self.claims,
        }
        token = jwt.encode(
            {name: value for name, value in claims.items() if value is not None},
            self.signing_key or self.key,
            algorithm="RS256",
            headers={"kid": "1"},
        )
        return 200, {"id_token": token, "access_token": "unused", "token_type": "Bearer"}


@contextmanager
def issuer_at(now: Callable[[], datetime], key: rsa.RSAPrivateKey) -> Iterator[Issuer]:
    """The issuer, listening while the context lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/authorize":
                self.send_response(303)
                self.send_header("Location", issuer.authorize(parts.query))
                self.send_header("Content-Length", "0")
                self.end_headers()
            elif parts.path == "/jwks":
                self._answer(200, issuer.jwks())
            else:
                self._answer(200, issuer.discovery())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._answer(*issuer.token(self.headers["Authorization"], form))

        def log_message(self, *arguments: object) -> None:
            """Silence."""

        def _answer(self, status: int, found: dict[str, object]) -> None:
            body = json.dumps(found).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer = Issuer(f"http://127.0.0.1:{server.server_port}", now, key)
    thread = threading.Thread(target=server.serve_forever, args=(0.005,))
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
