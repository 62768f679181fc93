"""The signing key: published as a JWKS, used for ID tokens."""

import base64
import hashlib
import json
from datetime import datetime, timedelta

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from infra.local.province import Officer

ID_TOKEN_LIFETIME = timedelta(minutes=10)


class SigningKey:
    """An RSA key and its public face."""

    def __init__(self, pem: bytes) -> None:
        key = load_pem_private_key(pem, password=None)
        if not isinstance(key, RSAPrivateKey):
            raise ValueError("the signing key is not an RSA key")
        self._key = key
        self.key_id = thumbprint(key.public_key())

    def jwks(self) -> dict[str, object]:
        """The public key as a JSON Web Key Set (RFC 7517)."""
        public = _public_parts(self._key.public_key())
        return {"keys": [{**public, "use": "sig", "alg": "RS256", "kid": self.key_id}]}

    def id_token(
        self, officer: Officer, *, issuer: str, audience: str, nonce: str | None, now: datetime
    ) -> str:
        """The statement that this officer signed in just now (OpenID Connect Core, section 2)."""
        claims: dict[str, object] = {
            "iss": issuer,
            "aud": audience,
            "sub": officer.subject,
            "email": officer.email,
            "email_verified": True,
            "name": officer.name,
            "iat": int(now.timestamp()),
            "auth_time": int(now.timestamp()),
            "exp": int((now + ID_TOKEN_LIFETIME).timestamp()),
        }
        if nonce is not None:
            claims["nonce"] = nonce
        return self._signed(claims)

    def account_token(
        self, account: str, *, issuer: str, audience: str, now: datetime, lifetime: timedelta
    ) -> str:
        """The statement that the bearer is this service account, for `audience` only."""
        return self._signed(
            {
                "iss": issuer,
                "aud": audience,
                "sub": account,
                "azp": account,
                "email": account,
                "email_verified": True,
                "iat": int(now.timestamp()),
                "exp": int((now + lifetime).timestamp()),
            }
        )

    def _signed(self, claims: dict[str, object]) -> str:
        return jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": self.key_id})


def thumbprint(key: RSAPublicKey) -> str:
    """The name of a key that follows from the key itself (RFC 7638)."""
    canonical = json.dumps(_public_parts(key), separators=(",", ":"), sort_keys=True)
    return _text(hashlib.sha256(canonical.encode()).digest())


def _public_parts(key: RSAPublicKey) -> dict[str, str]:
    numbers = key.public_numbers()
    return {"e": _number(numbers.e), "kty": "RSA", "n": _number(numbers.n)}


def _number(value: int) -> str:
    return _text(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def _text(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
