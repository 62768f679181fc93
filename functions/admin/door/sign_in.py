"""OpenID Connect Core 1.0, code flow, with PKCE (RFC 7636), state and nonce.

Nothing is kept between leaving for the issuer and coming back but the state, in a cookie: nonce
and code verifier follow from it and our key.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote_plus, urlencode

import jwt
import urllib3
from pydantic import BaseModel, ConfigDict, ValidationError

from functions.cloud.claims import decode, is_current
from functions.cloud.clock import Clock
from functions.errors import OperatorNeeded, Rejected, Transient
from functions.settings import Secret

_LEEWAY = timedelta(seconds=60)
_AWAY = timedelta(minutes=10)
"""How long a person may take at the issuer."""
_DISCOVERED_FOR = timedelta(hours=1)
_SECONDS = 5.0
_ALGORITHMS = ["RS256", "PS256", "ES256"]


class SignInRefused(Rejected):
    """What came back from the issuer proves nothing."""

    sentence = "Không đăng nhập được. Xin đồng chí đăng nhập lại."


@dataclass(frozen=True, slots=True)
class Departure:
    """Where to send the browser, and the state to keep in it until it returns."""

    address: str
    state: str


class _Discovery(BaseModel):
    """What we need of OpenID Connect Discovery 1.0, section 3."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


@dataclass(frozen=True, slots=True)
class _Issuer:
    authorization_endpoint: str
    token_endpoint: str
    keys: jwt.PyJWKClient
    known_since: datetime


class SignIn:
    """Signs officers in at one issuer, as one client."""

    def __init__(
        self,
        pool: urllib3.PoolManager,
        *,
        issuer: str,
        client_id: str,
        client_secret: Secret,
        redirect_uri: str,
        secret: Secret,
        clock: Clock,
        draw: Callable[[int], bytes],
        allowed_acr: tuple[str, ...] = (),
    ) -> None:
        self._pool = pool
        self._issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._redirect_uri = redirect_uri
        self._key = secret.reveal().encode()
        self._clock = clock
        self._draw = draw
        self._allowed_acr = allowed_acr
        self._discovered: _Issuer | None = None

    def start(self) -> Departure:
        """Begin: the issuer's page, and the state that has to come back.

        Raises:
            Transient: the issuer did not answer.
            OperatorNeeded: what answered is not the issuer of the settings.
        """
        now = self._clock.now()
        state = f"{int(now.timestamp())}.{_text(self._draw(24))}"
        challenge = _text(hashlib.sha256(self._derive("verifier", state).encode()).digest())
        query = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self._redirect_uri,
            "scope": "openid",
            "state": state,
            "nonce": self._derive("nonce", state),
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        if self._allowed_acr:
            query["acr_values"] = " ".join(self._allowed_acr)
        endpoint = self._provider(now).authorization_endpoint
        return Departure(f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}", state)

    def finish(self, kept_state: str, answer: Mapping[str, str]) -> str:
        """The subject who signed in, from the issuer's answer and the state the browser kept.

        Raises:
            SignInRefused: the answer is an error, is not for this browser, or proves nothing.
            Transient: the issuer did not answer.
        """
        now = self._clock.now()
        state = answer.get("state", "")
        if not kept_state or not hmac.compare_digest(kept_state.encode(), state.encode()):
            raise SignInRefused("state does not match")
        if not -_LEEWAY <= now - _left_at(state) <= _AWAY:
            raise SignInRefused("away too long")
        if answer.get("iss", self._issuer) != self._issuer:
            raise SignInRefused("another issuer answered")
        if "code" not in answer:
            raise SignInRefused("issuer refused")
        provider = self._provider(now)
        token = self._redeem(provider, answer["code"], state)
        return self._check(provider, token, self._derive("nonce", state), now)

    def _redeem(self, provider: _Issuer, code: str, state: str) -> str:
        # RFC 6749, 2.3.1: both parts are form-encoded before they are joined.
        name, secret = quote_plus(self._client_id), quote_plus(self._client_secret.reveal())
        status, answer = self._ask(
            "POST",
            provider.token_endpoint,
            urlencode(
                {
                    "grant_type": "authorization_code",
                    "code": code,
                    "redirect_uri": self._redirect_uri,
                    "code_verifier": self._derive("verifier", state),
                }
            ),
            {
                "Authorization": "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode(),
                "Content-Type": "application/x-www-form-urlencoded",
            },
        )
        if status >= 500:
            raise Transient(f"token endpoint answered {status}")
        token = answer.get("id_token")
        if status != 200 or not isinstance(token, str):
            raise SignInRefused(f"token endpoint answered {status}")
        return token

    def _check(self, provider: _Issuer, token: str, nonce: str, now: datetime) -> str:
        try:
            claims = decode(
                token,
                provider.keys.get_signing_key_from_jwt(token),
                algorithms=_ALGORITHMS,
                audience=self._client_id,
                issuer=self._issuer,
                require=["iss", "aud", "sub", "exp", "iat", "nonce"],
            )
        except jwt.PyJWKClientConnectionError as error:
            raise Transient("the issuer's keys could not be fetched") from error
        except jwt.PyJWTError as error:
            raise SignInRefused(f"token refused: {type(error).__name__}") from None
        if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
            raise SignInRefused("nonce does not match")
        if claims.get("azp", self._client_id) != self._client_id:
            raise SignInRefused("issued to another party")
        if not is_current(claims, now):
            raise SignInRefused("token not valid at this time")
        if self._allowed_acr and claims.get("acr") not in self._allowed_acr:
            raise SignInRefused("signed in by a method that is not enough")
        return str(claims["sub"])

    def _provider(self, now: datetime) -> _Issuer:
        known = self._discovered
        if known is not None and abs(now - known.known_since) < _DISCOVERED_FOR:
            return known
        root = self._issuer.rstrip("/")
        status, found = self._ask("GET", f"{root}/.well-known/openid-configuration")
        if status != 200:
            raise Transient(f"discovery answered {status}")
        try:
            document = _Discovery.model_validate(found)
        except ValidationError as error:
            raise OperatorNeeded("discovery document lacks something") from error
        if document.issuer != self._issuer:
            raise OperatorNeeded("discovery document of another issuer")
        self._discovered = _Issuer(
            document.authorization_endpoint,
            document.token_endpoint,
            jwt.PyJWKClient(document.jwks_uri, lifespan=3600, timeout=_SECONDS),
            now,
        )
        return self._discovered

    def _ask(
        self,
        method: str,
        address: str,
        body: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, dict[str, object]]:
        try:
            answer = self._pool.request(
                method,
                address,
                body=body,
                headers=headers,
                timeout=urllib3.Timeout(total=_SECONDS),
                retries=False,
                redirect=False,
            )
            found = json.loads(answer.data)
        except urllib3.exceptions.HTTPError as error:
            raise Transient(f"issuer: {type(error).__name__}") from None
        except ValueError:
            raise Transient("issuer: not JSON") from None
        if not isinstance(found, dict):
            raise Transient("issuer: not an object")
        return answer.status, found

    def _derive(self, purpose: str, state: str) -> str:
        return _text(hmac.digest(self._key, f"{purpose}|{state}".encode(), hashlib.sha256))


def _left_at(state: str) -> datetime:
    try:
        return datetime.fromtimestamp(int(state.partition(".")[0]), UTC)
    except (ValueError, OverflowError, OSError):
        raise SignInRefused("state is not ours") from None


def _text(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
