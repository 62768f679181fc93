"""Google's Identity-Aware Proxy in front of the page: its signature is checked on every request.

https://cloud.google.com/iap/docs/signed-headers-howto: ES256, keys by id, audience of the backend
service. The proxy's other headers (`X-Goog-Authenticated-User-…`) have no signature and are not
read. Who an officer is says the issuer of sign-ins; where there is none, the proxy (`arrivals`).
"""

import logging
import re
from dataclasses import dataclass

import jwt

from functions.cloud.claims import decode, is_current
from functions.cloud.clock import Clock
from functions.errors import Rejected, Transient

_log = logging.getLogger(__name__)

HEADER = "X-Goog-IAP-JWT-Assertion"
_OF_GOOGLE = "accounts.google.com:"
_ADDRESS = re.compile(r"[^@\s:]+@[^@\s:]+")
"""Without a colon: another issuer's addresses stand behind that issuer's name."""


class NotThroughProxy(Rejected):
    """A request that did not come through the proxy, or not from there for us: HTTP 401."""

    sentence = "Xin đồng chí truy cập qua địa chỉ chính thức của hệ thống."


@dataclass(frozen=True, slots=True)
class Asserted:
    """Whom the proxy let pass."""

    subject: str
    """Never given to anybody else, unlike an address; Google's own without their prefix."""
    address: str
    """Of electronic mail, in lower case; empty where the proxy told none of a Google account."""


class Proxy:
    """Checks what the proxy signed."""

    def __init__(self, *, audience: str, issuer: str, jwks_url: str, clock: Clock) -> None:
        self._audience = audience
        self._issuer = issuer
        self._clock = clock
        self._keys = jwt.PyJWKClient(jwks_url, cache_keys=True, lifespan=3600, timeout=5)

    def check(self, assertion: str | None) -> Asserted:
        """Let pass what the proxy signed for this page, now; says whom.

        Raises:
            NotThroughProxy: no assertion, or wrong signature, issuer, audience or time.
            Transient: the proxy's keys could not be had.
        """
        if not assertion:
            raise NotThroughProxy("no assertion of the proxy")
        try:
            claims = decode(
                assertion,
                self._keys.get_signing_key_from_jwt(assertion),
                algorithms=["ES256"],
                audience=self._audience,
                issuer=self._issuer,
                require=["aud", "exp", "iat", "iss", "sub"],
            )
        except (jwt.PyJWKClientConnectionError, jwt.PyJWKSetError) as error:
            raise Transient("the proxy's keys could not be fetched") from error
        except (jwt.PyJWTError, ValueError) as error:
            _log.warning("proxy assertion refused", extra={"reason": type(error).__name__})
            raise NotThroughProxy(f"assertion refused: {type(error).__name__}") from None
        if not is_current(claims, self._clock.now()):
            raise NotThroughProxy("assertion not valid at this time")
        address = str(claims.get("email", "")).removeprefix(_OF_GOOGLE).lower()
        return Asserted(
            subject=str(claims["sub"]).removeprefix(_OF_GOOGLE),
            address=address if _ADDRESS.fullmatch(address) else "",
        )
