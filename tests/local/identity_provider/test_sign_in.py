"""Officers sign in through the same OpenID Connect exchange as in production."""

import base64
import hashlib
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest

from infra.local.clock import ClockAway
from infra.local.identity_provider.tokens import SigningKey, thumbprint
from tests.emulators import MovableClock
from tests.local.identity_provider.conftest import CALLBACK, ISSUER, SECRET, signing_in


def asked(**changes: str | None) -> dict[str, str]:
    """The parameters of a sign-in request; None leaves one out."""
    parameters = {
        "client_id": "officers-page",
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "scope": "openid email profile",
        "state": "s-1",
        "nonce": "n-1",
    }
    return {name: value for name, value in (parameters | changes).items() if value is not None}


def returned(answer: Any) -> dict[str, str]:
    """What the redirect back to the officers' page carries."""
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"].startswith(f"{CALLBACK}?")
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    return {name: values[0] for name, values in query.items()}


def code(browser: httpx.Client, **changes: str | None) -> str:
    """The code given when the officer is chosen."""
    answer = browser.post("/authorize", params=asked(**changes), data={"officer": "nguyen-van-an"})
    return returned(answer)["code"]


def redeemed(browser: httpx.Client, **changes: str | None) -> Any:
    """The token endpoint's answer."""
    form = {
        "grant_type": "authorization_code",
        "client_id": "officers-page",
        "client_secret": SECRET,
        "redirect_uri": CALLBACK,
    } | changes
    return browser.post(
        "/token", data={name: value for name, value in form.items() if value is not None}
    )


def test_the_page_offers_the_officers_with_unit_and_role(browser: httpx.Client) -> None:
    page = browser.get("/authorize", params=asked()).text
    assert 'value="nguyen-van-an"' in page
    assert "Cán bộ trực ban · Phòng CSGT" in page


def test_names_cannot_carry_markup(browser: httpx.Client) -> None:
    assert "Nguyễn Văn &lt;An&gt;" in browser.get("/authorize", params=asked()).text


def test_the_page_says_that_there_is_no_password(browser: httpx.Client) -> None:
    assert "không có mật khẩu" in browser.get("/authorize", params=asked()).text


def test_the_page_allows_only_its_own_style_and_the_officers_page(browser: httpx.Client) -> None:
    policy = browser.get("/authorize", params=asked()).headers["content-security-policy"]
    assert policy == (
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
        "form-action 'self' http://127.0.0.1:8080"
    )


def test_the_style_is_served_as_a_file(browser: httpx.Client) -> None:
    answer = browser.get("/page.css")
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, "text/css")


def test_the_forms_own_address_keeps_the_request(browser: httpx.Client) -> None:
    page = browser.get("/authorize", params=asked()).text
    action = page.split('action="', 1)[1].split('"', 1)[0].replace("&amp;", "&")
    answer = browser.post(action, data={"officer": "nguyen-van-an"})
    assert returned(answer)["state"] == "s-1"


def test_the_id_token_says_who_signed_in(
    browser: httpx.Client, key: SigningKey, clock: MovableClock
) -> None:
    token = redeemed(browser, code=code(browser)).json()["id_token"]
    claims = jwt.decode(
        token,
        jwt.PyJWK.from_dict(browser.get("/jwks").json()["keys"][0]),
        algorithms=["RS256"],
        audience="officers-page",
        issuer=ISSUER,
        options={"verify_exp": False, "verify_iat": False},
    )
    now = int(clock.now().timestamp())
    assert claims == {
        "iss": ISSUER,
        "aud": "officers-page",
        "sub": "nguyen-van-an",
        "email": "an@minhhai.example",
        "email_verified": True,
        "name": "Nguyễn Văn <An>",
        "nonce": "n-1",
        "iat": now,
        "auth_time": now,
        "exp": now + 600,
    }
    assert jwt.get_unverified_header(token)["kid"] == key.key_id


def test_the_key_is_named_by_its_thumbprint() -> None:
    """The example of RFC 7638, section 3.1."""
    example = {
        "kty": "RSA",
        "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1"
        "L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4"
        "QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbO"
        "pbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csF"
        "Cur-kEgU8awapJzKnqDKgw",
        "e": "AQAB",
    }
    public = jwt.PyJWK.from_dict({**example, "alg": "RS256"}).key
    assert thumbprint(public) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


def test_a_code_is_good_once(browser: httpx.Client) -> None:
    used = code(browser)
    assert redeemed(browser, code=used).status_code == 200
    answer = redeemed(browser, code=used)
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_grant"})


def test_a_code_is_good_for_sixty_seconds(browser: httpx.Client, clock: MovableClock) -> None:
    fresh, stale = code(browser), code(browser)
    clock.advance(timedelta(seconds=59))
    assert redeemed(browser, code=fresh).status_code == 200
    clock.advance(timedelta(seconds=1))
    assert redeemed(browser, code=stale).status_code == 400


def test_a_code_belongs_to_its_address(browser: httpx.Client) -> None:
    answer = redeemed(browser, code=code(browser), redirect_uri=CALLBACK + "/")
    assert answer.json() == {"error": "invalid_grant"}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_secret": "guess"}, "invalid_client"),
        ({"client_secret": None}, "invalid_client"),
        ({"client_id": "somebody"}, "invalid_client"),
        ({"grant_type": "refresh_token"}, "unsupported_grant_type"),
        ({"code": "guess"}, "invalid_grant"),
        ({"code": None}, "invalid_grant"),
    ],
)
def test_a_wrong_token_request_is_refused(
    browser: httpx.Client, changes: dict[str, str | None], error: str
) -> None:
    answer = redeemed(browser, **({"code": code(browser)} | changes))
    assert answer.json() == {"error": error}


def test_the_client_may_prove_itself_in_the_header(browser: httpx.Client) -> None:
    form = {
        "grant_type": "authorization_code",
        "redirect_uri": CALLBACK,
        "code": code(browser),
    }
    answer = browser.post("/token", data=form, auth=("officers-page", SECRET))
    assert answer.status_code == 200


def test_a_challenge_wants_its_verifier(browser: httpx.Client) -> None:
    verifier = "v" * 43
    digest = hashlib.sha256(verifier.encode()).digest()
    challenge = {
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    assert redeemed(browser, code=code(browser, **challenge)).status_code == 400
    wrong = redeemed(browser, code=code(browser, **challenge), code_verifier="w" * 43)
    assert wrong.status_code == 400
    right = redeemed(browser, code=code(browser, **challenge), code_verifier=verifier)
    assert right.status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "somebody"},
        {"redirect_uri": "http://127.0.0.1:8080/sign-in/callback/../elsewhere"},
        {"redirect_uri": "http://evil.example/sign-in/callback"},
        {"redirect_uri": None},
    ],
)
def test_a_stranger_is_not_sent_anywhere(
    browser: httpx.Client, changes: dict[str, str | None]
) -> None:
    answer = browser.post("/authorize", params=asked(**changes), data={"officer": "nguyen-van-an"})
    assert (answer.status_code, "location" in answer.headers) == (400, False)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "email"}, "invalid_scope"),
        ({"code_challenge": "x", "code_challenge_method": "plain"}, "invalid_request"),
    ],
)
def test_a_flawed_request_goes_back_with_its_error(
    browser: httpx.Client, changes: dict[str, str], error: str
) -> None:
    answer = browser.get("/authorize", params=asked(**changes))
    assert returned(answer) == {"error": error, "state": "s-1"}


def test_an_unknown_officer_is_denied(browser: httpx.Client) -> None:
    answer = browser.post("/authorize", params=asked(), data={"officer": "somebody"})
    assert returned(answer) == {"error": "access_denied", "state": "s-1"}


def test_discovery_names_every_endpoint(browser: httpx.Client) -> None:
    found = browser.get("/.well-known/openid-configuration").json()
    assert found["issuer"] == ISSUER
    for endpoint in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        assert browser.options(found[endpoint]).status_code == 405


def test_signing_out_leads_back_to_the_officers_page_only(browser: httpx.Client) -> None:
    home = {"post_logout_redirect_uri": "http://127.0.0.1:8080/"}
    assert browser.get("/end-session", params=home).headers["location"] == "http://127.0.0.1:8080/"
    away = {"post_logout_redirect_uri": "http://127.0.0.1:8080.evil.example/"}
    assert browser.get("/end-session", params=away).status_code == 200


def test_without_a_clock_nobody_signs_in(key: SigningKey) -> None:
    def stopped() -> datetime:
        raise ClockAway("nobody told the time")

    browser = signing_in(key, stopped)
    answer = browser.post("/authorize", params=asked(), data={"officer": "nguyen-van-an"})
    assert answer.status_code == 503
