"""Consent's address, the two token requests, and the strict judgement of their answers."""

import base64
import hashlib
import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from functions.zalo.errors import AmbiguousDelivery, PageNotConnected, RetryLater, ZaloError
from functions.zalo.http import Answer, ZaloHttp
from functions.zalo.oauth import App, OAuth, TokenPair, code_challenge, judge, new_verifier
from tests.zalo.scripted_server import ScriptedServer, answering

APP = App("1111111111111111111", "app-secret")
CALLBACK = "https://tinbao.example.vn/pages/callback"
PAIR = {"access_token": "new-access", "refresh_token": "new-refresh", "expires_in": "90000"}
SPENT = TokenPair("old-access", "old-refresh", timedelta(hours=25))


def test_challenge_is_rfc_7636s_own_example() -> None:
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert code_challenge(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_verifier_is_32_random_bytes_without_padding() -> None:
    verifier = new_verifier(lambda size: bytes(range(size)))
    assert len(verifier) == 43
    assert base64.urlsafe_b64decode(verifier + "=") == bytes(range(32))


def test_permission_url_carries_the_challenge_and_the_state() -> None:
    oauth = OAuth(ZaloHttp(), "https://oauth.zaloapp.com/")
    url = urlsplit(oauth.permission_url(APP.app_id, CALLBACK, state="s&t", verifier="v" * 43))
    assert (url.netloc, url.path) == ("oauth.zaloapp.com", "/v4/oa/permission")
    challenge = hashlib.sha256(b"v" * 43).digest()
    assert parse_qs(url.query) == {
        "app_id": [APP.app_id],
        "redirect_uri": [CALLBACK],
        "state": ["s&t"],
        "code_challenge": [base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()],
    }


def test_challenge_can_be_left_out() -> None:
    oauth = OAuth(ZaloHttp(), "https://oauth.zaloapp.com")
    url = oauth.permission_url(APP.app_id, CALLBACK, state="s", verifier=None)
    assert "code_challenge" not in url


def test_code_is_exchanged_with_the_apps_secret_in_a_header(server: ScriptedServer) -> None:
    server.will(answering(PAIR))
    OAuth(ZaloHttp(), server.url).exchange(APP, "the-code", "the-verifier")
    (request,) = server.received
    assert (request.method, request.path) == ("POST", "/v4/oa/access_token")
    assert request.headers["secret_key"] == "app-secret"
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert parse_qs(request.body.decode()) == {
        "code": ["the-code"],
        "app_id": [APP.app_id],
        "grant_type": ["authorization_code"],
        "code_verifier": ["the-verifier"],
    }


def test_refresh_token_is_traded_in(server: ScriptedServer) -> None:
    server.will(answering(PAIR))
    answer = OAuth(ZaloHttp(), server.url).refresh(APP, "old-refresh")
    assert parse_qs(server.received[0].body.decode()) == {
        "refresh_token": ["old-refresh"],
        "app_id": [APP.app_id],
        "grant_type": ["refresh_token"],
    }
    assert judge(answer).refresh_token == "new-refresh"


@pytest.mark.parametrize("seconds", ["90000", 90000])
def test_whole_pair_is_believed(seconds: str | int) -> None:
    answer = Answer(200, json.dumps({**PAIR, "expires_in": seconds, "scope": "?"}).encode())
    assert judge(answer, spent=SPENT) == TokenPair(
        "new-access", "new-refresh", timedelta(seconds=90_000)
    )


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (200, {"error": -14003, "error_name": "Invalid redirect uri"}, PageNotConnected),
        (200, {"error_name": "Invalid refresh token"}, PageNotConnected),
        (200, {"error": "-14002", **PAIR}, PageNotConnected),
        (200, {"error": 0, "error_name": "", **PAIR}, PageNotConnected),
        (400, {"error": -14002}, PageNotConnected),
        (200, {"error": "nonsense"}, PageNotConnected),
        (429, {}, RetryLater),
        (200, {"error": -32, "message": "reached limit call api"}, RetryLater),
        (500, {"error": -14002}, AmbiguousDelivery),
        (500, PAIR, AmbiguousDelivery),
        (201, PAIR, AmbiguousDelivery),
        (200, b"<html>", AmbiguousDelivery),
        (200, b"", AmbiguousDelivery),
        (200, [], AmbiguousDelivery),
        (200, {}, AmbiguousDelivery),
        (200, {**PAIR, "access_token": ""}, AmbiguousDelivery),
        (200, {**PAIR, "access_token": 5}, AmbiguousDelivery),
        (200, {**PAIR, "refresh_token": None}, AmbiguousDelivery),
        (200, {"access_token": "new-access", "expires_in": "90000"}, AmbiguousDelivery),
        (200, {**PAIR, "expires_in": "0"}, AmbiguousDelivery),
        (200, {**PAIR, "expires_in": "-1"}, AmbiguousDelivery),
        (200, {**PAIR, "expires_in": "soon"}, AmbiguousDelivery),
        (200, {**PAIR, "expires_in": "9" * 20}, AmbiguousDelivery),
        (200, {**PAIR, "expires_in": None}, AmbiguousDelivery),
        (200, {**PAIR, "access_token": "old-access"}, AmbiguousDelivery),
        (200, {**PAIR, "refresh_token": "old-refresh"}, AmbiguousDelivery),
        (200, {**PAIR, "refresh_token": "old-access"}, AmbiguousDelivery),
    ],
)
def test_anything_else_is_not_believed(status: int, body: object, error: type[ZaloError]) -> None:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    with pytest.raises(error):
        judge(Answer(status, content), spent=SPENT)


def test_code_of_a_refusal_is_kept_and_no_token_shows() -> None:
    with pytest.raises(PageNotConnected) as caught:
        judge(Answer(200, json.dumps({"error": -14002, "access_token": "secret"}).encode()))
    assert caught.value.code == -14002
    assert "secret" not in str(caught.value)


def test_pair_and_app_do_not_show_their_secrets() -> None:
    shown = repr(APP) + repr(SPENT)
    assert not any(secret in shown for secret in ("app-secret", "old-access", "old-refresh"))
