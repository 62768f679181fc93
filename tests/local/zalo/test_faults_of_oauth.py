"""Faults of the OAuth host, each as its line in the README says."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.local.zalo.granting import refresh, works
from tests.local.zalo.simulator import APP, APP_SECRET, CUT, Simulator, wait_for


def test_oauth_drop_answer(simulator: Simulator) -> None:
    """The worst case: the old refresh token is spent and the new one reached nobody."""
    simulator.fault("oauth_drop_answer", count=1)
    pair = simulator.grant()
    with pytest.raises(CUT):
        refresh(simulator, pair["refresh_token"])
    assert "error_name" in refresh(simulator, pair["refresh_token"])
    assert works(simulator, pair["access_token"]) == 0


def test_oauth_drop_before(simulator: Simulator) -> None:
    simulator.fault("oauth_drop_before", count=1)
    pair = simulator.grant()
    with pytest.raises(CUT):
        refresh(simulator, pair["refresh_token"])
    assert "access_token" in refresh(simulator, pair["refresh_token"])


def test_oauth_http_200_error(simulator: Simulator) -> None:
    simulator.fault("oauth_http_200_error", count=1)
    pair = simulator.grant()
    assert refresh(simulator, pair["refresh_token"])["error_name"] == "Internal error"
    assert "access_token" in refresh(simulator, pair["refresh_token"])


@pytest.mark.parametrize(("name", "status"), [("oauth_html", 200), ("oauth_5xx", 503)])
def test_oauth_answers_with_a_web_page(simulator: Simulator, name: str, status: int) -> None:
    simulator.fault(name, count=1)
    pair = simulator.grant()
    form = {"app_id": APP, "grant_type": "refresh_token"}
    answer = simulator.http.post(
        "/v4/oa/access_token",
        headers={"secret_key": APP_SECRET},
        data={**form, "refresh_token": pair["refresh_token"]},
    )
    assert (answer.status_code, answer.text[:4]) == (status, "<h1>")
    assert "access_token" in refresh(simulator, pair["refresh_token"])


def test_oauth_slow_rotates_at_once_so_the_second_of_two_refreshes_loses(
    simulator: Simulator,
) -> None:
    simulator.fault("oauth_slow", seconds=0.5, count=1)
    refresh_token = simulator.grant()["refresh_token"]
    with ThreadPoolExecutor() as threads:
        first = threads.submit(refresh, simulator, refresh_token)
        wait_for(lambda: simulator.control("calls?kind=oauth"))
        assert "error_name" in refresh(simulator, refresh_token)
        assert "access_token" in first.result()


@pytest.mark.parametrize("name", ["oauth_numeric_expires", "oauth_missing_refresh_token"])
def test_an_oauth_answer_of_another_shape(simulator: Simulator, name: str) -> None:
    simulator.fault(name)
    answer = refresh(simulator, simulator.grant()["refresh_token"])
    assert {
        "oauth_numeric_expires": answer["expires_in"] == 90000,
        "oauth_missing_refresh_token": "refresh_token" not in answer,
    }[name]
    assert works(simulator, answer["access_token"]) == 0


def test_token_revoked_on_refresh(simulator: Simulator) -> None:
    simulator.fault("token_revoked_on_refresh")
    old = simulator.grant()
    new = refresh(simulator, old["refresh_token"])
    assert works(simulator, old["access_token"]) == -216
    assert works(simulator, new["access_token"]) == 0


def test_refresh_reuse_revokes(simulator: Simulator) -> None:
    simulator.fault("refresh_reuse_revokes")
    old = simulator.grant()
    new = refresh(simulator, old["refresh_token"])
    assert "error_name" in refresh(simulator, old["refresh_token"])
    assert works(simulator, new["access_token"]) == -216
    assert "error_name" in refresh(simulator, new["refresh_token"])
