"""ID tokens of service accounts, as Google issues them (OpenID Connect Core, section 2)."""

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from jwt.algorithms import RSAAlgorithm

_LIFETIME = timedelta(hours=1)


class TokenSigner:
    """Signs with the key whose public half the identity provider publishes."""

    def __init__(self, key: RSAPrivateKey, issuer: str) -> None:
        self._key = key
        self._issuer = issuer
        self._key_id = thumbprint(RSAAlgorithm.to_jwk(key.public_key(), as_dict=True))

    @classmethod
    def from_file(cls, path: Path, issuer: str) -> "TokenSigner":
        """Raises `ValueError` if the file is not an RSA key in PEM, `OSError` if unreadable."""
        key = load_pem_private_key(path.read_bytes(), password=None)
        if not isinstance(key, RSAPrivateKey):
            raise ValueError("the signing key is not an RSA key")
        return cls(key, issuer)

    def sign(self, *, service_account: str, audience: str, now: datetime) -> str:
        """A token that is good for an hour from now."""
        claims = {
            "iss": self._issuer,
            "aud": audience,
            "azp": _subject(service_account),
            "sub": _subject(service_account),
            "email": service_account,
            "email_verified": True,
            "iat": int(now.timestamp()),
            "exp": int((now + _LIFETIME).timestamp()),
        }
        return jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": self._key_id})


def _subject(service_account: str) -> str:
    """21 digits, as the unique ids of service accounts are; always the same for one account."""
    number = int.from_bytes(hashlib.sha256(service_account.encode()).digest())
    return f"1{number % 10**20:020d}"


def thumbprint(jwk: Mapping[str, Any]) -> str:
    """The id of a public RSA key after RFC 7638."""
    members = {name: jwk[name] for name in ("e", "kty", "n")}
    canonical = json.dumps(members, separators=(",", ":"), sort_keys=True)
    digest = hashlib.sha256(canonical.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
