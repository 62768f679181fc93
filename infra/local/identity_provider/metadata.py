"""The metadata server, as far as our functions ask it: who they are to Google and to each other.

https://cloud.google.com/compute/docs/metadata/predefined-metadata-keys

Every process gets the same machine account here, the upkeep's: only the upkeep calls others. The
access token opens nothing; the stand-ins ask nobody who they are.
"""

from datetime import timedelta

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from infra.local.clock import Clock
from infra.local.identity_provider.tokens import SigningKey

_ROOT = "/computeMetadata/v1/instance/service-accounts/default"
_LIFETIME = timedelta(hours=1)


class Metadata:
    """Hands out the machine account's tokens."""

    def __init__(self, *, issuer: str, key: SigningKey, account: str, clock: Clock) -> None:
        self._issuer = issuer
        self._key = key
        self._account = account
        self._clock = clock

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [
            Route(f"{_ROOT}/token", self._access_token),
            Route(f"{_ROOT}/identity", self._identity_token),
        ]

    async def _access_token(self, request: Request) -> Response:
        if (refusal := _refusal(request)) is not None:
            return refusal
        return JSONResponse(
            {
                "access_token": "local-machine",
                "expires_in": int(_LIFETIME.total_seconds()),
                "token_type": "Bearer",
            }
        )

    async def _identity_token(self, request: Request) -> Response:
        if (refusal := _refusal(request)) is not None:
            return refusal
        audience = request.query_params.get("audience")
        if not audience:
            return PlainTextResponse("non-empty audience parameter required", 400)
        now = await run_in_threadpool(self._clock)
        token = self._key.account_token(
            self._account, issuer=self._issuer, audience=audience, now=now, lifetime=_LIFETIME
        )
        return PlainTextResponse(token)


def _refusal(request: Request) -> Response | None:
    # The real server wants proof that the caller meant it, against request forgery.
    if request.headers.get("Metadata-Flavor") == "Google":
        return None
    return PlainTextResponse("Missing required header: Metadata-Flavor", 403)
