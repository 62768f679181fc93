"""All pages' grants are looked after, one after the other; a consent connects a page again."""

import json
import logging
from collections import Counter
from collections.abc import Callable

import pytest
from pydantic import SecretStr, ValidationError

from functions.errors import Conflict, OperatorNeeded, TinBaoError, Transient
from functions.upkeep.entrance import Connect, Upkeep
from functions.upkeep.grants import GrantKeeper
from functions.zalo.errors import AmbiguousDelivery, NotSent, PageNotConnected, RetryLater
from functions.zalo.grants import Consent
from functions.zalo.tokens import Renewal

CODE, VERIFIER = "c0de-of-the-consent", "verifier-of-the-consent"
ASKED = Connect(page_id="a", code=SecretStr(CODE), verifier=SecretStr(VERIFIER))


def none_held(page_id: str) -> int:
    return 0


def keeper(
    ends: dict[str, Renewal | Exception], release_held: Callable[[str], int] = none_held
) -> GrantKeeper:
    def refresh_due(page_id: str) -> Renewal:
        end = ends[page_id]
        if isinstance(end, Exception):
            raise end
        return end

    def exchange(page_id: str, code: str, verifier: str | None) -> None:
        raise AssertionError("nobody consented")

    return GrantKeeper(
        page_ids=lambda: list(ends),
        refresh_due=refresh_due,
        exchange=exchange,
        release_held=release_held,
    )


class Office:
    """A keeper to whom one consent is given."""

    def __init__(self) -> None:
        self.exchanged: list[tuple[str, str, str | None]] = []
        self.released: list[str] = []
        self.problem: TinBaoError | None = None
        self.release_problem: TinBaoError | None = None

    def connect(self, asked: Connect = ASKED) -> Consent:
        return GrantKeeper(
            page_ids=list,
            refresh_due=lambda page_id: Renewal.NOT_DUE,
            exchange=self._exchange,
            release_held=self._release_held,
        ).connect(asked)

    def _exchange(self, page_id: str, code: str, verifier: str | None) -> None:
        self.exchanged.append((page_id, code, verifier))
        if self.problem is not None:
            raise self.problem

    def _release_held(self, page_id: str) -> int:
        self.released.append(page_id)
        if self.release_problem is not None:
            raise self.release_problem
        return 2


def test_every_page_is_looked_after() -> None:
    ends: dict[str, Renewal | Exception] = {"a": Renewal.NOT_DUE, "b": Renewal.BUSY}

    assert keeper(ends).run() == Counter([Renewal.NOT_DUE, Renewal.BUSY])


def test_one_pages_trouble_is_not_anothers(caplog: pytest.LogCaptureFixture) -> None:
    ends: dict[str, Renewal | Exception] = {"a": Transient("away"), "b": Renewal.NOT_DUE}

    assert keeper(ends).run() == Counter([Renewal.NOT_DUE])
    (record,) = caplog.records
    assert (record.levelname, vars(record)["page"]) == ("ERROR", "a")


@pytest.mark.parametrize("renewal", Renewal)
def test_only_what_happened_is_worth_a_line(
    renewal: Renewal, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    keeper({"a": renewal}).run()

    is_silent = renewal in {Renewal.NOT_DUE, Renewal.BUSY}
    assert (caplog.records == []) is is_silent


@pytest.mark.parametrize("renewal", Renewal)
def test_what_a_page_held_up_goes_out_when_its_grant_is_good_again(renewal: Renewal) -> None:
    released: list[str] = []

    def release_held(page_id: str) -> int:
        released.append(page_id)
        return 1

    keeper({"a": renewal}, release_held).run()

    assert released == (["a"] if renewal in {Renewal.RENEWED, Renewal.ADOPTED} else [])


def test_a_consent_connects_the_page_and_releases_what_it_held() -> None:
    office = Office()

    assert office.connect() is Consent.CONNECTED
    assert office.exchanged == [("a", CODE, VERIFIER)]
    assert office.released == ["a"]


def test_a_consent_may_have_no_challenge() -> None:
    office = Office()

    office.connect(Connect(page_id="a", code=SecretStr(CODE)))

    assert office.exchanged == [("a", CODE, None)]


@pytest.mark.parametrize(
    ("problem", "end"),
    [
        (PageNotConnected("x"), Consent.REFUSED),
        (AmbiguousDelivery("x"), Consent.UNCLEAR),
        (RetryLater("x"), Consent.NOT_SENT),
        (NotSent("x"), Consent.NOT_SENT),
        (Conflict("x"), Consent.OVERTAKEN),
        (Transient("x"), Consent.NOT_STORED),
        (OperatorNeeded("x"), Consent.NOT_STORED),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_a_consent_that_fails_says_how_and_releases_nothing(
    problem: TinBaoError, end: Consent
) -> None:
    office = Office()
    office.problem = problem

    assert office.connect() is end
    assert office.released == []


def test_a_page_is_connected_even_if_nothing_can_be_released(
    caplog: pytest.LogCaptureFixture,
) -> None:
    office = Office()
    office.release_problem = Transient("away")

    assert office.connect() is Consent.CONNECTED
    (record,) = caplog.records
    assert (record.levelname, vars(record)["page"]) == ("ERROR", "a")


@pytest.mark.parametrize("problem", [None, PageNotConnected("x")])
def test_a_consent_is_logged_without_code_and_verifier(
    problem: TinBaoError | None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    office = Office()
    office.problem = problem

    office.connect()

    assert {vars(record)["page"] for record in caplog.records} == {"a"}
    logged = str([vars(record) for record in caplog.records])
    assert CODE not in logged
    assert VERIFIER not in logged


def test_the_body_tells_code_and_verifier_to_upkeep_alone() -> None:
    body = Upkeep(connect=ASKED)

    assert json.loads(body.model_dump_json())["connect"] == {
        "page_id": "a",
        "code": CODE,
        "verifier": VERIFIER,
    }
    for shown in (repr(body), str(body), str(body.model_dump())):
        assert CODE not in shown
        assert VERIFIER not in shown


def test_the_body_comes_in_as_it_was_sent() -> None:
    without = Upkeep(connect=Connect(page_id="a", code=SecretStr(CODE)))

    for body in (Upkeep(), Upkeep(connect=ASKED), without):
        assert Upkeep.model_validate_json(body.model_dump_json()) == body
    assert Upkeep.model_validate_json("{}") == Upkeep()


@pytest.mark.parametrize(
    "connect", [{}, {"page_id": "a"}, {"code": CODE}, {"page_id": "a", "code": CODE, "more": 1}]
)
def test_a_consent_that_is_not_whole_is_not_ours(connect: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Upkeep.model_validate({"connect": connect})
