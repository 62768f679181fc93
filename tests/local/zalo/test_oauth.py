"""Consent, tokens and their ends (fact sheet section 1)."""

import hashlib
import hmac
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.local.zalo.granting import (
    CHALLENGE,
    VERIFIER,
    code,
    consent,
    exchange,
    exchange_code,
    refresh,
    works,
)
from tests.local.zalo.simulator import APP, BUSINESS, CALLBACK, Simulator


def test_a_consent_comes_back_to_the_callback_with_code_page_and_state(
    simulator: Simulator,
) -> None:
    answer = consent(simulator, state="opaque", code_challenge=CHALLENGE)
    target = urlsplit(answer.headers["location"])
    query = {key: values[0] for key, values in parse_qs(target.query).items()}
    assert answer.status_code == 302
    assert f"{target.scheme}://{target.netloc}{target.path}" == CALLBACK
    assert query.pop("code")
    assert query == {"oa_id": BUSINESS, "state": "opaque", "code_challenge": CHALLENGE}


def test_the_admin_of_an_app_with_several_pages_chooses_one(simulator: Simulator) -> None:
    page = consent(simulator, oa_id="").text
    assert "Công an phường" in page
    assert "Công an tỉnh" in page


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"app_id": "9"}, -14002),
        ({"redirect_uri": f"{CALLBACK}/"}, -14003),
        ({"redirect_uri": f"{CALLBACK}?a=b"}, -14003),
        ({"redirect_uri": ""}, -14003),
    ],
)
def test_a_wrong_consent_is_refused(shared: Simulator, changes: dict[str, str], error: int) -> None:
    assert consent(shared, **changes).json()["error"] == error


@pytest.mark.parametrize(
    ("setting", "error"), [({"is_active": False}, -14002), ({"callback_url": None}, -14003)]
)
def test_an_app_that_is_not_set_up_gets_no_consent(
    simulator: Simulator, setting: dict[str, Any], error: int
) -> None:
    simulator.control(f"apps/{APP}/settings", setting)
    assert consent(simulator).json()["error"] == error


def test_a_code_gives_a_pair_that_works(simulator: Simulator) -> None:
    pair = exchange_code(simulator, code(simulator))
    assert pair["expires_in"] == "90000"
    assert pair["refresh_token"]
    assert works(simulator, pair["access_token"]) == 0


def test_a_code_works_once(simulator: Simulator) -> None:
    used = code(simulator)
    exchange_code(simulator, used)
    assert exchange_code(simulator, used)["error_name"] == "Invalid authorization code"


@pytest.mark.parametrize(("later", "is_good"), [("PT10M", True), ("PT10M1S", False)])
def test_a_code_works_ten_minutes(simulator: Simulator, later: str, is_good: bool) -> None:
    old = code(simulator)
    simulator.advance(later)
    assert ("access_token" in exchange_code(simulator, old)) is is_good


@pytest.mark.parametrize(("verifier", "is_good"), [(VERIFIER, True), ("wrong", False), ("", False)])
def test_a_challenge_needs_its_verifier(shared: Simulator, verifier: str, is_good: bool) -> None:
    challenged = code(shared, code_challenge=CHALLENGE)
    assert ("access_token" in exchange_code(shared, challenged, verifier)) is is_good


def test_a_refresh_replaces_the_refresh_token_and_keeps_the_old_access_token(
    simulator: Simulator,
) -> None:
    old = simulator.grant()
    new = refresh(simulator, old["refresh_token"])
    assert new["refresh_token"] != old["refresh_token"]
    assert works(simulator, new["access_token"]) == 0
    assert works(simulator, old["access_token"]) == 0


def test_a_refresh_token_works_once_and_its_reuse_harms_nobody(simulator: Simulator) -> None:
    old = simulator.grant()
    new = refresh(simulator, old["refresh_token"])
    again = refresh(simulator, old["refresh_token"])
    assert again["error_name"] == "Invalid refresh token"
    assert "error" not in again
    assert "access_token" in refresh(simulator, new["refresh_token"])


@pytest.mark.parametrize(("later", "is_good"), [("P90D", True), ("P90DT1S", False)])
def test_a_refresh_token_works_three_months(
    simulator: Simulator, later: str, is_good: bool
) -> None:
    old = simulator.grant()
    simulator.advance(later)
    assert ("access_token" in refresh(simulator, old["refresh_token"])) is is_good


def test_an_unverified_page_gets_no_refresh_token(simulator: Simulator) -> None:
    simulator.control(f"pages/{BUSINESS}/settings", {"is_verified": False})
    assert "refresh_token" not in exchange_code(simulator, code(simulator))


@pytest.mark.parametrize(
    "form",
    [
        {"grant_type": "refresh_token", "refresh_token": "unknown"},
        {"grant_type": "authorization_code", "code": "unknown"},
        {"grant_type": "password"},
        {},
    ],
    ids=str,
)
def test_a_wrong_exchange_is_refused_with_http_200_and_a_name(
    shared: Simulator, form: dict[str, str]
) -> None:
    answer = exchange(shared, **form)
    assert answer["error_name"]
    assert "access_token" not in answer


def test_the_app_secret_is_demanded(simulator: Simulator) -> None:
    refresh_token = simulator.grant()["refresh_token"]
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    assert exchange(simulator, "page-secret", **form)["error_name"] == "Invalid secret key"
    assert "access_token" in exchange(simulator, **form)


def test_an_unknown_token_is_refused(shared: Simulator) -> None:
    assert works(shared, "unknown") == -216


@pytest.mark.parametrize(
    "place", [{"params": {"access_token": ""}}, {"headers": {"Authorization": "Bearer "}}], ids=str
)
def test_a_token_anywhere_but_in_its_header_is_refused(
    shared: Simulator, place: dict[str, dict[str, str]]
) -> None:
    token = shared.grant()["access_token"]
    filled = {
        part: {name: value + token for name, value in values.items()}
        for part, values in place.items()
    }
    answer = shared.http.request("GET", "/v2.0/oa/getoa", **filled)  # type: ignore[arg-type]
    assert answer.json()["error"] == -216


def test_a_withdrawn_grant_kills_all_tokens_of_the_page(simulator: Simulator) -> None:
    pair = simulator.grant()
    simulator.control(f"pages/{BUSINESS}/revoke", {})
    assert works(simulator, pair["access_token"]) == -216
    assert "error_name" in refresh(simulator, pair["refresh_token"])


@pytest.mark.parametrize("key", ["app-secret", "wrong"])
def test_an_appsecret_proof_must_be_right_when_it_is_given(shared: Simulator, key: str) -> None:
    token = shared.token(BUSINESS)
    proof = hmac.new(key.encode(), token.encode(), hashlib.sha256).hexdigest()
    answer = shared.call("GET", "/v2.0/oa/getoa", headers={"appsecret_proof": proof})
    assert answer.json()["error"] == (0 if key == "app-secret" else -242)


def test_no_secret_is_recorded(simulator: Simulator) -> None:
    pair = exchange_code(simulator, code(simulator))
    new = refresh(simulator, pair["refresh_token"])
    works(simulator, new["access_token"])
    recorded = simulator.http.get("/control/calls").text
    secrets = {*pair.values(), *new.values(), "app-secret"} - {"90000"}
    assert [secret for secret in secrets if secret in recorded] == []
