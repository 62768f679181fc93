"""An issuer of identity tokens: its key, its published keys, and tokens good and bad."""

import base64
import json
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.emulators import MovableClock
from tests.zalo.scripted_server import ScriptedServer, answering

ACCOUNT = "tasks@tin-bao-local.iam.gserviceaccount.com"
AUDIENCE = "https://upload-media.example/"
ISSUER = "https://accounts.example"


def new_key() -> rsa.RSAPrivateKey:
    """A key that nobody else has."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def published(key: rsa.RSAPrivateKey, kid: str) -> dict[str, Any]:
    """The public half as a JSON Web Key."""
    jwk = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {**jwk, "kid": kid, "use": "sig", "alg": "RS256"}


def part(content: object) -> str:
    """A header or payload as it stands in a token."""
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


class Issuer:
    """Signs tokens, and publishes its key at `url`."""

    def __init__(self, server: ScriptedServer, clock: MovableClock, key: rsa.RSAPrivateKey) -> None:
        self.key = key
        self.server = server
        self._clock = clock

    def publish(self) -> None:
        """Answer the next question for the keys."""
        self.server.will(answering({"keys": [published(self.key, "first")]}))

    def claims(self, **changes: object) -> dict[str, Any]:
        """What a good token says, with some claims changed; None leaves one out."""
        now = self._clock.now().timestamp()
        claims: dict[str, object] = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "email": ACCOUNT,
            "email_verified": True,
            "iat": now,
            "exp": now + 3600,
        }
        return {name: value for name, value in (claims | changes).items() if value is not None}

    def token(self, *, kid: str | None = "first", **changes: object) -> str:
        """A properly signed token."""
        headers = None if kid is None else {"kid": kid}
        return jwt.encode(self.claims(**changes), self.key, "RS256", headers=headers)

    def unsigned(self, signature: str, **changes: object) -> str:
        """A token as Cloud Run hands it on: checked, and something else where the signature was."""
        header = {"alg": "RS256", "typ": "JWT", "kid": "first"}
        return f"{part(header)}.{part(self.claims(**changes))}.{signature}"
