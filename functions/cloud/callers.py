"""Who calls a function: an OpenID Connect token of a service account, checked on every request."""

import logging
from typing import Any

import jwt

from functions.cloud.claims import decode, is_current
from functions.cloud.clock import Clock
from functions.errors import Rejected, Transient

_log = logging.getLogger(__name__)

_REMOVED_SIGNATURE = "SIGNATURE_REMOVED_BY_GOOGLE"


class Unauthenticated(Rejected):
    """No token, or one that proves nothing: HTTP 401."""


class Forbidden(Rejected):
    """A good token of somebody who may not call this: HTTP 403."""


class Callers:
    """Checks callers' tokens against the issuer's published keys."""

    def __init__(
        self,
        *,
        issuer: str,
        jwks_url: str,
        accounts: frozenset[str],
        clock: Clock,
        signature_checked_by_platform: bool = False,
    ) -> None:
        self._issuer = issuer
        self._accounts = accounts
        self._clock = clock
        self._signature_checked_by_platform = signature_checked_by_platform
        self._keys = jwt.PyJWKClient(jwks_url, cache_keys=True, lifespan=3600, timeout=5)

    def check(self, authorization: str | None, audience: str) -> str:
        """The caller's service account.

        Raises:
            Unauthenticated: no token, or wrong signature, issuer, audience or time.
            Forbidden: a good token of an account that is not on the list.
            Transient: the issuer's keys could not be had.
        """
        scheme, _, token = (authorization or "").partition(" ")
        if scheme != "Bearer" or not token:
            raise Unauthenticated("no bearer token")
        try:
            claims = self._claims(token, audience)
        except (jwt.PyJWKClientConnectionError, jwt.PyJWKSetError, ValueError) as error:
            raise Transient("the issuer's keys could not be fetched") from error
        except jwt.PyJWTError as error:
            raise Unauthenticated(f"token refused: {type(error).__name__}") from None
        if not is_current(claims, self._clock.now()):
            raise Unauthenticated("token not valid at this time")
        account = str(claims["email"])
        if claims.get("email_verified") is not True or account not in self._accounts:
            raise Forbidden("account not on the list")
        return account

    def _claims(self, token: str, audience: str) -> dict[str, Any]:
        unsigned = self._signature_checked_by_platform and token.endswith("." + _REMOVED_SIGNATURE)
        if unsigned:
            # PyJWT insists on base64; the platform left words where the signature was.
            token = token.rsplit(".", 1)[0] + "."
        return decode(
            token,
            "" if unsigned else self._keys.get_signing_key_from_jwt(token),
            algorithms=["RS256"],
            audience=audience,
            issuer=self._issuer,
            require=["iat", "exp", "aud", "iss", "email"],
            is_signed=not unsigned,
        )
