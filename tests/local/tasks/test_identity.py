"""Tokens of service accounts, checked as a function checks them: with PyJWT and a JWKS."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from google.cloud.tasks_v2 import types

from infra.local.tasks.identity import TokenSigner, thumbprint

from .running import ISSUER, TasksServer
from .stand_ins import StillWorld, Worker

ACCOUNT = "tasks@tin-bao.iam.gserviceaccount.com"


def published_keys(signing_key: Path) -> jwt.PyJWKSet:
    """The JWKS that the identity provider publishes for a private key."""
    key = load_pem_private_key(signing_key.read_bytes(), password=None)
    assert isinstance(key, RSAPrivateKey)
    numbers = key.public_key().public_numbers()

    def encoded(content: bytes) -> str:
        return base64.urlsafe_b64encode(content).decode().rstrip("=")

    n, e = encoded(numbers.n.to_bytes(256)), encoded(numbers.e.to_bytes(3))
    key_id = encoded(hashlib.sha256(f'{{"e":"{e}","kty":"RSA","n":"{n}"}}'.encode()).digest())
    jwk = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": key_id, "n": n, "e": e}
    return jwt.PyJWKSet.from_dict({"keys": [jwk]})


def verified(token: str, signing_key: Path, audience: str) -> dict[str, Any]:
    """The claims; their times are the world's and checked by whoever asks."""
    key = published_keys(signing_key)[jwt.get_unverified_header(token)["kid"]]
    claims: dict[str, Any] = jwt.decode(
        token,
        key,
        algorithms=["RS256"],
        audience=audience,
        issuer=ISSUER,
        options={"verify_iat": False, "verify_exp": False},
    )
    return claims


def token_of(headers: Any) -> str:
    scheme, token = headers["authorization"].split(" ")
    assert scheme == "Bearer"
    return str(token)


def test_a_task_carries_a_token_of_its_service_account(
    server: TasksServer, queue: str, worker: Worker, path: str, signing_key: Path
) -> None:
    wanted = types.OidcToken(service_account_email=ACCOUNT, audience="https://tin-bao.example")
    server.add(queue, worker.url + path, oidc_token=wanted)
    (request,) = worker.wait_for(path)
    claims = verified(token_of(request.headers), signing_key, "https://tin-bao.example")
    assert (claims["email"], claims["email_verified"]) == (ACCOUNT, True)


def test_the_audience_is_the_address_unless_given(
    server: TasksServer, queue: str, worker: Worker, path: str, signing_key: Path
) -> None:
    wanted = types.OidcToken(service_account_email=ACCOUNT)
    server.add(queue, worker.url + path, oidc_token=wanted)
    (request,) = worker.wait_for(path)
    assert verified(token_of(request.headers), signing_key, worker.url + path)


def test_a_token_is_good_for_an_hour_of_the_worlds_time(
    server: TasksServer,
    queue: str,
    worker: Worker,
    path: str,
    signing_key: Path,
    world: StillWorld,
) -> None:
    world.advance(timedelta(days=2))
    wanted = types.OidcToken(service_account_email=ACCOUNT, audience="a")
    server.add(queue, worker.url + path, oidc_token=wanted)
    (request,) = worker.wait_for(path)
    claims = verified(token_of(request.headers), signing_key, "a")
    assert claims["iat"] == pytest.approx(world.now().timestamp(), abs=5)
    assert claims["exp"] - claims["iat"] == 3600


def test_the_token_of_a_queue_goes_before_that_of_a_task(
    server: TasksServer, worker: Worker, path: str, signing_key: Path
) -> None:
    of_queue = types.OidcToken(service_account_email="queue@tin-bao.example", audience="queue")
    queue = server.make_queue(http_target=types.HttpTarget(oidc_token=of_queue))
    of_task = types.OidcToken(service_account_email=ACCOUNT, audience="task")
    server.add(queue, worker.url + path, oidc_token=of_task)
    (request,) = worker.wait_for(path)
    claims = verified(token_of(request.headers), signing_key, "queue")
    assert claims["email"] == "queue@tin-bao.example"


def test_a_task_that_asks_for_no_token_has_none(
    server: TasksServer, queue: str, worker: Worker, path: str
) -> None:
    server.add(queue, worker.url + path)
    (request,) = worker.wait_for(path)
    assert "authorization" not in request.headers


def test_an_account_has_the_same_subject_after_a_restart(signing_key: Path) -> None:
    subjects = [
        jwt.decode(
            TokenSigner.from_file(signing_key, ISSUER).sign(
                service_account=ACCOUNT, audience="a", now=datetime.now(UTC)
            ),
            options={"verify_signature": False},
        )["sub"]
        for _ in range(2)
    ]
    assert subjects[0] == subjects[1]


def test_a_key_has_the_thumbprint_of_rfc_7638() -> None:
    modulus = (
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_B"
        "JECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_F"
        "DW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4"
        "vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
    )
    example = {"kty": "RSA", "n": modulus, "e": "AQAB", "alg": "RS256", "kid": "2011-04-29"}
    assert thumbprint(example) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


def test_a_key_that_is_not_rsa_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    key = generate_private_key(SECP256R1())
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(ValueError, match="not an RSA key"):
        TokenSigner.from_file(path, ISSUER)
