"""Only our own service accounts may call, and they must prove it."""

from datetime import timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from functions.cloud.callers import Callers, Forbidden, Unauthenticated
from functions.errors import Transient
from tests.cloud.issuer import ACCOUNT, AUDIENCE, ISSUER, Issuer, new_key, part
from tests.emulators import MovableClock
from tests.zalo.scripted_server import Behaviour, ScriptedServer, answering, hanging_up

REMOVED = "SIGNATURE_REMOVED_BY_GOOGLE"


def _callers(
    server: ScriptedServer, clock: MovableClock, *, checked_by_platform: bool = False
) -> Callers:
    return Callers(
        issuer=ISSUER,
        jwks_url=f"{server.url}/jwks",
        accounts=frozenset({ACCOUNT, "scheduler@tin-bao-local.iam.gserviceaccount.com"}),
        clock=clock,
        signature_checked_by_platform=checked_by_platform,
    )


@pytest.fixture
def callers(server: ScriptedServer, clock: MovableClock) -> Callers:
    return _callers(server, clock)


@pytest.fixture
def trusting(server: ScriptedServer, clock: MovableClock) -> Callers:
    """Where Cloud Run has checked the signature and removed it."""
    return _callers(server, clock, checked_by_platform=True)


def test_a_good_token_names_its_account(callers: Callers, issuer: Issuer) -> None:
    assert callers.check(f"Bearer {issuer.token()}", AUDIENCE) == ACCOUNT


def test_the_issuer_s_keys_are_asked_for_once(callers: Callers, issuer: Issuer) -> None:
    for _ in range(3):
        callers.check(f"Bearer {issuer.token()}", AUDIENCE)

    assert [received.path for received in issuer.server.received] == ["/jwks"]


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer ", "Bearer  "])
def test_a_caller_without_a_token_is_refused(callers: Callers, authorization: str | None) -> None:
    with pytest.raises(Unauthenticated):
        callers.check(authorization, AUDIENCE)


@pytest.mark.parametrize("scheme", ["Basic", "Digest", "Bearer:", "Token", ""])
def test_another_scheme_is_refused(callers: Callers, issuer: Issuer, scheme: str) -> None:
    with pytest.raises(Unauthenticated):
        callers.check(f"{scheme} {issuer.token()}", AUDIENCE)


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "https://send-followup.example/"},
        {"aud": AUDIENCE.rstrip("/")},
        {"aud": None},
        {"aud": []},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"email": None},
        {"iat": None},
        {"exp": None},
    ],
    ids=str,
)
def test_a_token_for_somebody_else_or_of_somebody_else_is_refused(
    callers: Callers, issuer: Issuer, changes: dict[str, Any]
) -> None:
    with pytest.raises(Unauthenticated):
        callers.check(f"Bearer {issuer.token(**changes)}", AUDIENCE)


@pytest.mark.parametrize(
    ("moved", "is_taken"),
    [
        (timedelta(minutes=-2), False),
        (timedelta(seconds=-59), True),
        (timedelta(minutes=30), True),
        (timedelta(minutes=60, seconds=59), True),
        (timedelta(minutes=62), False),
        (timedelta(days=365), False),
    ],
    ids=str,
)
def test_a_token_counts_from_its_issue_to_its_expiry_by_our_own_clock(
    callers: Callers, issuer: Issuer, clock: MovableClock, moved: timedelta, is_taken: bool
) -> None:
    authorization = f"Bearer {issuer.token()}"
    clock.advance(moved)

    if is_taken:
        assert callers.check(authorization, AUDIENCE) == ACCOUNT
    else:
        with pytest.raises(Unauthenticated, match="time"):
            callers.check(authorization, AUDIENCE)


def test_a_token_that_does_not_count_yet_is_refused(
    callers: Callers, issuer: Issuer, clock: MovableClock
) -> None:
    later = (clock.now() + timedelta(minutes=5)).timestamp()

    with pytest.raises(Unauthenticated, match="time"):
        callers.check(f"Bearer {issuer.token(nbf=later)}", AUDIENCE)


@pytest.mark.parametrize(
    "changes",
    [
        {"email": "somebody@else.iam.gserviceaccount.com"},
        {"email": ACCOUNT.upper()},
        {"email": f"{ACCOUNT}.evil.com"},
        {"email": ""},
        {"email_verified": False},
        {"email_verified": "true"},
        {"email_verified": None},
    ],
    ids=str,
)
def test_a_good_token_of_another_account_may_not_call(
    callers: Callers, issuer: Issuer, changes: dict[str, Any]
) -> None:
    with pytest.raises(Forbidden):
        callers.check(f"Bearer {issuer.token(**changes)}", AUDIENCE)


def test_a_token_signed_by_another_key_is_refused(callers: Callers, issuer: Issuer) -> None:
    forged = jwt.encode(issuer.claims(), new_key(), "RS256", headers={"kid": "first"})

    with pytest.raises(Unauthenticated):
        callers.check(f"Bearer {forged}", AUDIENCE)


@pytest.mark.parametrize("kid", [None, "second", "../first", ""])
def test_a_token_of_an_unknown_key_is_refused(
    callers: Callers, issuer: Issuer, kid: str | None
) -> None:
    issuer.publish()

    with pytest.raises(Unauthenticated):
        callers.check(f"Bearer {issuer.token(kid=kid)}", AUDIENCE)


@pytest.mark.parametrize("kid", [1, ["first"], {"first": 1}])
def test_a_key_that_is_named_by_no_string_is_refused(
    callers: Callers, issuer: Issuer, kid: object
) -> None:
    token = f"{part({'alg': 'RS256', 'kid': kid})}.{part(issuer.claims())}.AAAA"

    with pytest.raises(Unauthenticated):
        callers.check(f"Bearer {token}", AUDIENCE)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_token_with_a_changed_part_is_refused(
    callers: Callers, issuer: Issuer, place: int
) -> None:
    parts = issuer.token().split(".")
    others = issuer.token(email="somebody@else.iam.gserviceaccount.com").split(".")
    parts[place] = others[place] if place else part({"alg": "RS256", "kid": "first", "x": 1})

    with pytest.raises(Unauthenticated):
        callers.check("Bearer " + ".".join(parts), AUDIENCE)


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
def test_the_public_key_is_no_shared_secret(
    callers: Callers, issuer: Issuer, algorithm: str
) -> None:
    public = issuer.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    unsigned = f"{part({'alg': algorithm, 'kid': 'first'})}.{part(issuer.claims())}"
    signer = jwt.algorithms.get_default_algorithms()[algorithm]
    # PyJWT itself refuses to prepare such a key; an attacker does not.
    signature = signer.sign(unsigned.encode(), public)
    token = f"{unsigned}.{jwt.utils.base64url_encode(signature).decode()}"

    with pytest.raises(Unauthenticated):
        callers.check(f"Bearer {token}", AUDIENCE)


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "RS512", "PS256", "ES256", ""])
def test_another_algorithm_is_refused(callers: Callers, issuer: Issuer, algorithm: str) -> None:
    token = f"{part({'alg': algorithm, 'kid': 'first'})}.{part(issuer.claims())}."

    with pytest.raises(Unauthenticated):
        callers.check(f"Bearer {token}", AUDIENCE)


@pytest.mark.parametrize(
    "token", ["a", "a.b", "a.b.c", "..", "....", "é.é.é", f"{part([])}.{part([])}.AA", "x" * 50_000]
)
def test_nonsense_is_refused(callers: Callers, issuer: Issuer, token: str) -> None:
    with pytest.raises(Unauthenticated):
        callers.check(f"Bearer {token}", AUDIENCE)


@pytest.mark.parametrize("signature", [REMOVED, "", "AAAA"])
def test_a_token_without_its_signature_is_refused(
    callers: Callers, issuer: Issuer, signature: str
) -> None:
    with pytest.raises(Unauthenticated):
        callers.check(f"Bearer {issuer.unsigned(signature)}", AUDIENCE)


def test_a_signature_that_the_platform_checked_and_removed_is_believed(
    trusting: Callers, issuer: Issuer
) -> None:
    assert trusting.check(f"Bearer {issuer.unsigned(REMOVED)}", AUDIENCE) == ACCOUNT
    assert issuer.server.received == []


@pytest.mark.parametrize("signature", ["", "AAAA", REMOVED.lower(), f"{REMOVED}x", f"x{REMOVED}"])
def test_nothing_else_passes_for_a_removed_signature(
    trusting: Callers, issuer: Issuer, signature: str
) -> None:
    with pytest.raises(Unauthenticated):
        trusting.check(f"Bearer {issuer.unsigned(signature)}", AUDIENCE)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"aud": "https://send-followup.example/"}, Unauthenticated),
        ({"iss": "https://evil.example"}, Unauthenticated),
        ({"iat": None}, Unauthenticated),
        ({"exp": 1}, Unauthenticated),
        ({"email": None}, Unauthenticated),
        ({"email": "somebody@else.iam.gserviceaccount.com"}, Forbidden),
        ({"email_verified": False}, Forbidden),
    ],
    ids=str,
)
def test_the_claims_of_a_removed_signature_are_checked_like_any(
    trusting: Callers,
    issuer: Issuer,
    changes: dict[str, Any],
    refusal: type[Unauthenticated | Forbidden],
) -> None:
    with pytest.raises(refusal):
        trusting.check(f"Bearer {issuer.unsigned(REMOVED, **changes)}", AUDIENCE)


@pytest.mark.parametrize(
    "answer",
    [answering({}, 500), answering(b"<html>"), answering({"keys": []}), hanging_up],
    ids=["500", "no JSON", "no keys", "hung up"],
)
def test_an_issuer_in_trouble_is_not_the_caller_s_fault(
    server: ScriptedServer, clock: MovableClock, signing_key: RSAPrivateKey, answer: Behaviour
) -> None:
    server.will(answer)
    token = Issuer(server, clock, signing_key).token()

    with pytest.raises(Transient):
        _callers(server, clock).check(f"Bearer {token}", AUDIENCE)


def test_no_refusal_repeats_the_token(callers: Callers, issuer: Issuer) -> None:
    token = issuer.token(aud="somebody else")

    with pytest.raises(Unauthenticated) as refused:
        callers.check(f"Bearer {token}", AUDIENCE)

    assert token not in str(refused.value)
    assert "somebody else" not in str(refused.value)
