"""Consent and renewal against the simulator: what each fault of its OAuth does to a grant."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from functions.zalo.api import PageAccess, ZaloApi
from functions.zalo.errors import AmbiguousDelivery, PageNotConnected, TokenRefused
from functions.zalo.http import ZaloHttp
from functions.zalo.oauth import App, OAuth, new_verifier
from functions.zalo.profiles import PageProfile
from functions.zalo.tokens import Renewal
from tests.zalo.grant_world import World
from tests.zalo.simulator import CALLBACK, Simulator

HOUR = timedelta(hours=1)
VERIFIER = new_verifier(lambda size: bytes(range(size)))


@dataclass
class Grant:
    """A page of the simulator, connected to us."""

    simulator: Simulator
    world: World
    oauth: OAuth
    app: App
    page: str

    def consent(self, verifier: str | None = VERIFIER) -> str:
        """The code that the administrator's browser brings."""
        url = self.oauth.permission_url(
            self.app.app_id, CALLBACK, state="the-state", verifier=verifier
        )
        back = self.simulator.consent(self.page, url)
        assert (back["state"], back["oa_id"]) == ("the-state", self.page)
        return back["code"]

    def connect(self) -> None:
        self.at(self.simulator.now())
        self.world.refresher().connect(self.page, self.consent(), VERIFIER)

    def at(self, moment: datetime) -> None:
        """Move the simulator's clock, and ours with it, to a moment."""
        by = moment - self.simulator.now()
        if by > timedelta(0):
            self.simulator.advance(by + timedelta(seconds=1))
        self.world.now = self.simulator.now()

    def renew(self) -> Renewal:
        return self.world.refresher().refresh_due(self.page)

    def works(self) -> bool:
        """Whether Zalo takes the token that a sender reads now."""
        try:
            profile = self.world.reader().with_access_token(self.page, self.profile)
        except (TokenRefused, PageNotConnected):
            return False
        return profile.page_id == self.page

    def profile(self, access_token: str) -> PageProfile:
        """Ask something with this token."""
        url = self.simulator.url
        api = ZaloApi(ZaloHttp(), api_url=url, template_url=url, now=self.simulator.now)
        return api.page_profile(PageAccess(self.page, access_token))

    def due(self) -> datetime:
        return self.world.stored(self.page).due_at(self.page)

    def last_chance(self) -> datetime:
        return self.world.stored(self.page).last_chance_at()


@pytest.fixture
def fresh(simulator: Simulator) -> Grant:
    """A page that nobody connected yet."""
    simulator.no_faults()
    page = simulator.page_of_type(4, linked_account=False)
    app = App(simulator.app_of(page), simulator.app_secrets[simulator.app_of(page)])
    oauth = OAuth(ZaloHttp(), simulator.url)
    return Grant(simulator, World(oauth=oauth, app=app), oauth, app, page)


@pytest.fixture
def grant(fresh: Grant) -> Grant:
    """A page that is connected."""
    fresh.connect()
    return fresh


def test_consent_connects_a_page(grant: Grant) -> None:
    assert grant.works()
    assert grant.world.stored(grant.page).generation == 1


def test_consent_works_without_a_challenge(fresh: Grant) -> None:
    fresh.at(fresh.simulator.now())
    fresh.world.refresher().connect(fresh.page, fresh.consent(None), None)
    assert fresh.works()


def test_redirect_address_that_is_not_registered_gets_no_code(fresh: Grant) -> None:
    url = fresh.oauth.permission_url(
        fresh.app.app_id, "https://example.com/", state="s", verifier=None
    )
    status, _, content = fresh.simulator.request("GET", url.removeprefix(fresh.simulator.url))
    assert status == 200
    assert b"-14003" in content


@pytest.mark.parametrize("verifier", [None, "w" * 43])
def test_code_without_its_verifier_is_refused(fresh: Grant, verifier: str | None) -> None:
    with pytest.raises(PageNotConnected):
        fresh.world.refresher().connect(fresh.page, fresh.consent(), verifier)


def test_code_works_once(grant: Grant) -> None:
    code = grant.consent()
    grant.world.refresher().connect(grant.page, code, VERIFIER)
    with pytest.raises(PageNotConnected):
        grant.world.refresher().connect(grant.page, code, VERIFIER)
    assert grant.works()


def test_code_ends_after_ten_minutes(fresh: Grant) -> None:
    code = fresh.consent()
    fresh.simulator.advance(timedelta(minutes=10, seconds=1))
    with pytest.raises(PageNotConnected):
        fresh.world.refresher().connect(fresh.page, code, VERIFIER)


def test_page_that_is_not_verified_gets_no_refresh_token_and_is_not_connected(
    fresh: Grant,
) -> None:
    fresh.simulator.change_page(fresh.page, is_verified=False)
    try:
        with pytest.raises(AmbiguousDelivery):
            fresh.connect()
    finally:
        fresh.simulator.change_page(fresh.page, is_verified=True)
    assert fresh.world.pointers.kept == {}


def test_grant_is_renewed_day_after_day(grant: Grant) -> None:
    for generation in range(2, 6):
        grant.at(grant.due())
        assert grant.renew() is Renewal.RENEWED
        assert grant.world.stored(grant.page).generation == generation
        assert grant.works()


def test_token_that_a_renewal_ends_is_replaced_at_once_for_senders(grant: Grant) -> None:
    grant.at(grant.due())
    reader = grant.world.reader()
    old = reader.access_token(grant.page)
    grant.simulator.fault("token_revoked_on_refresh")
    assert grant.renew() is Renewal.RENEWED
    with pytest.raises(TokenRefused):
        grant.profile(old)
    profile = reader.with_access_token(grant.page, grant.profile)
    assert profile.page_id == grant.page


@pytest.mark.parametrize(
    ("fault", "parameters"), [("oauth_numeric_expires", {}), ("oauth_slow", {"seconds": 0.2})]
)
def test_harmless_oddities_do_not_hinder(
    grant: Grant, fault: str, parameters: dict[str, float]
) -> None:
    grant.at(grant.due())
    grant.simulator.fault(fault, **parameters)
    assert grant.renew() is Renewal.RENEWED
    assert grant.works()


@pytest.mark.parametrize("fault", ["oauth_drop_before", "oauth_html", "oauth_5xx"])
def test_trouble_before_the_exchange_is_waited_out_and_healed(grant: Grant, fault: str) -> None:
    grant.at(grant.due())
    grant.simulator.fault(fault)
    assert grant.renew() is Renewal.LOST
    assert grant.works()
    grant.at(grant.last_chance())
    assert grant.renew() is Renewal.RENEWED
    assert grant.works()


def test_error_inside_http_200_changes_nothing_and_heals(grant: Grant) -> None:
    grant.at(grant.due())
    before = grant.world.kept(grant.page)
    grant.simulator.fault("oauth_http_200_error")
    assert grant.renew() is Renewal.NOT_CONNECTED
    assert grant.world.kept(grant.page) == before
    assert grant.works()
    grant.at(grant.simulator.now() + HOUR)
    assert grant.renew() is Renewal.RENEWED
    assert grant.world.stored(grant.page).need_reauth is None


@pytest.mark.parametrize("fault", ["oauth_drop_answer", "oauth_missing_refresh_token"])
@pytest.mark.parametrize("reuse_revokes", [False, True])
def test_lost_pair_keeps_sending_until_the_last_chance_then_asks_for_consent(
    grant: Grant, fault: str, reuse_revokes: bool
) -> None:
    grant.at(grant.due())
    grant.simulator.fault(fault)
    assert grant.renew() is Renewal.LOST
    grant.at(grant.last_chance() - timedelta(minutes=1))
    assert grant.renew() is Renewal.LOST
    assert grant.works()
    if reuse_revokes:
        grant.simulator.fault("refresh_reuse_revokes")
    grant.at(grant.last_chance())
    assert grant.renew() is Renewal.NOT_CONNECTED
    assert grant.world.stored(grant.page).need_reauth is not None
    assert grant.works() is not reuse_revokes
    grant.connect()
    assert grant.works()
    assert grant.world.stored(grant.page).need_reauth is None


def test_grant_that_the_administrator_withdrew_is_noticed_by_senders(grant: Grant) -> None:
    grant.simulator.ask("POST", f"/control/pages/{grant.page}/revoke")
    assert not grant.works()
    grant.at(grant.simulator.now() + HOUR)
    assert grant.renew() is Renewal.NOT_CONNECTED
