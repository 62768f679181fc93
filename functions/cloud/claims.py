"""What a signed token claims (RFC 7519); its times are checked by a clock that tests may move."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import jwt

_LEEWAY_SECONDS = 60.0


def decode(
    token: str,
    key: jwt.PyJWK | str,
    *,
    algorithms: Sequence[str],
    audience: str,
    issuer: str,
    require: Sequence[str],
    is_signed: bool = True,
) -> dict[str, Any]:
    """The claims of a token for us; of its times nothing is said yet (`is_current`).

    Args:
        is_signed: False where the platform checked the signature, and took it off.

    Raises:
        jwt.PyJWTError: wrong signature, issuer or audience, or a claim is missing.
    """
    claims: dict[str, Any] = jwt.decode(
        token,
        key,
        algorithms=list(algorithms),
        audience=audience,
        issuer=issuer,
        options={
            "require": list(require),
            "verify_signature": is_signed,
            "verify_aud": True,
            "verify_iss": True,
            "verify_exp": False,
            "verify_iat": False,
            "verify_nbf": False,
        },
    )
    return claims


def is_current(claims: dict[str, Any], now: datetime) -> bool:
    """Whether they hold at this moment, give or take a minute between two clocks."""
    moment, begins = now.timestamp(), max(float(claims["iat"]), float(claims.get("nbf", 0)))
    return begins - _LEEWAY_SECONDS <= moment <= float(claims["exp"]) + _LEEWAY_SECONDS
