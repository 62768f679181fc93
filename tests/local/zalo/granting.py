"""What an admin and an app do at the OAuth host."""

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from tests.local.zalo.simulator import APP, APP_SECRET, BUSINESS, CALLBACK, Simulator

VERIFIER = "a-verifier-of-forty-three-characters-in-all"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode()[:43]


def consent(simulator: Simulator, **changes: str) -> httpx.Response:
    query = {"app_id": APP, "redirect_uri": CALLBACK, "oa_id": BUSINESS, **changes}
    return simulator.http.get("/v4/oa/permission", params=query)


def code(simulator: Simulator, **changes: str) -> str:
    location = consent(simulator, **changes).headers["location"]
    return parse_qs(urlsplit(location).query)["code"][0]


def exchange(simulator: Simulator, secret_key: str = APP_SECRET, **form: str) -> Any:
    answer = simulator.http.post(
        "/v4/oa/access_token", headers={"secret_key": secret_key}, data={"app_id": APP, **form}
    )
    assert answer.status_code == 200
    return answer.json()


def exchange_code(simulator: Simulator, code: str, verifier: str = "") -> Any:
    form = {"code": code, "grant_type": "authorization_code", "code_verifier": verifier}
    return exchange(simulator, **form)


def refresh(simulator: Simulator, refresh_token: str) -> Any:
    return exchange(simulator, grant_type="refresh_token", refresh_token=refresh_token)


def works(simulator: Simulator, access_token: str) -> int:
    """The error code of a call with that token."""
    headers = {"access_token": access_token}
    error: int = simulator.http.get("/v2.0/oa/getoa", headers=headers).json()["error"]
    return error
