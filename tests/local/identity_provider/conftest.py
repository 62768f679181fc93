"""An identity provider with one officer, and a browser in front of it."""

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from infra.local.clock import Clock
from infra.local.identity_provider.app import Client, IdentityProvider
from infra.local.identity_provider.tokens import SigningKey
from infra.local.province import Province
from tests.emulators import MovableClock
from tests.local.browsing import browser_of

ISSUER = "http://127.0.0.1:8095"
CALLBACK = "http://127.0.0.1:8080/sign-in/callback"
SECRET = "secret of the officers' page"
PROVINCE = Province.model_validate(
    {
        "province": {"name": "Tỉnh Minh Hải", "code": "MH"},
        "units": [{"id": "pc08", "name": "Phòng CSGT", "short_name": "PC08", "kind": "phòng"}],
        "pages": [],
        "officers": [
            {
                "subject": "nguyen-van-an",
                "email": "an@minhhai.example",
                "name": "Nguyễn Văn <An>",
                "roles": [{"unit_id": "pc08", "role": "duty_officer"}],
            }
        ],
    }
)


@pytest.fixture(scope="module")
def key() -> SigningKey:
    private = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
    return SigningKey(
        private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


def signing_in(key: SigningKey, clock: Clock) -> httpx.Client:
    """A browser at an identity provider that lives by that clock."""
    provider = IdentityProvider(
        issuer=ISSUER,
        key=key,
        client=Client("officers-page", SECRET, (CALLBACK,)),
        province=PROVINCE,
        clock=clock,
    )
    return browser_of(provider.app(), ISSUER)


@pytest.fixture
def browser(key: SigningKey, clock: MovableClock) -> httpx.Client:
    return signing_in(key, clock.now)
