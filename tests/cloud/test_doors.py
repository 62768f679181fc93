"""A task's body in, a status out: the one map from our errors to statuses."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from flask import Request
from pydantic import BaseModel, ConfigDict
from werkzeug.test import EnvironBuilder

from functions.cloud.callers import Callers
from functions.cloud.doors import Answer, answer_task
from functions.cloud.logs import JsonLines
from functions.errors import (
    Ambiguous,
    Conflict,
    OperatorNeeded,
    Rejected,
    TinBaoError,
    Transient,
    Undeliverable,
)
from tests.cloud.issuer import ACCOUNT, AUDIENCE, ISSUER, Issuer
from tests.emulators import MovableClock
from tests.zalo.scripted_server import ScriptedServer, answering

WORDS = "0912 345 678 xe tải 51F-123.45"


class KeepPiece(BaseModel):
    """A body as tasks carry it."""

    model_config = ConfigDict(extra="forbid")

    evidence: str
    sealed: str | None = None
    inner: dict[str, str] | None = None


@pytest.fixture
def logged() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """The lines that were logged, as Cloud Logging would read them."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.addHandler(handler)
    yield lambda: [json.loads(line) for line in lines.getvalue().splitlines()]
    root.removeHandler(handler)


class Door:
    """A function's door, and what was asked through it."""

    def __init__(self, issuer: Issuer, clock: MovableClock) -> None:
        self.issuer = issuer
        self.asked: list[KeepPiece] = []
        self.problem: Exception | None = None
        self.word: str | None = None
        self._callers = Callers(
            issuer=ISSUER,
            jwks_url=f"{issuer.server.url}/jwks",
            accounts=frozenset({ACCOUNT}),
            clock=clock,
        )

    def post(
        self, body: bytes = b'{"evidence": "piece1"}', *, authorization: str | None = None
    ) -> Answer:
        """Post a body, by default with a good token."""
        if authorization is None:
            authorization = f"Bearer {self.issuer.token()}"
        asked = EnvironBuilder(method="POST", data=body, headers=[("Authorization", authorization)])
        request = Request(asked.get_environ())
        return answer_task(
            request, callers=self._callers, audience=AUDIENCE, body=KeepPiece, act=self._act
        )

    def _act(self, asked: KeepPiece) -> str | None:
        self.asked.append(asked)
        if self.problem is not None:
            raise self.problem
        return self.word


@pytest.fixture
def door(issuer: Issuer, clock: MovableClock) -> Door:
    return Door(issuer, clock)


def test_what_is_asked_is_done(door: Door) -> None:
    assert door.post() == ("done", 200)
    assert door.asked == [KeepPiece(evidence="piece1")]


def test_a_word_is_answered_if_there_is_one(door: Door) -> None:
    door.word = "connected"

    assert door.post() == ("connected", 200)


@pytest.mark.parametrize("authorization", ["", "Bearer nonsense", "Basic YTpi"])
def test_a_caller_who_proves_nothing_gets_401(door: Door, authorization: str) -> None:
    assert door.post(authorization=authorization)[1] == 401
    assert door.asked == []


def test_another_account_gets_403(door: Door) -> None:
    token = door.issuer.token(email="somebody@else.iam.gserviceaccount.com")

    assert door.post(authorization=f"Bearer {token}")[1] == 403
    assert door.asked == []


def test_without_the_issuer_s_keys_the_queue_slows_down(
    server: ScriptedServer, clock: MovableClock, signing_key: RSAPrivateKey
) -> None:
    server.will(answering({}, 500))
    door = Door(Issuer(server, clock, signing_key), clock)

    assert door.post()[1] == 503
    assert door.asked == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"not json",
        b"\xff\xfe",
        b'{"evidence": 1}',
        b'{"evidence": "piece1", "more": 1}',
        b"[" * 100_000,
    ],
    ids=lambda body: ascii(body[:20]),
)
def test_a_body_that_is_not_ours_is_settled(door: Door, body: bytes) -> None:
    assert door.post(body)[1] == 200
    assert door.asked == []


@pytest.mark.parametrize(
    ("problem", "status"),
    [
        (Rejected("x"), 200),
        (Undeliverable("x"), 200),
        (OperatorNeeded("x"), 200),
        (Conflict("x"), 500),
        (Ambiguous("x"), 500),
        (Transient("x"), 500),
        (ValueError("x"), 500),
        (KeyError("x"), 500),
        (AssertionError("x"), 500),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_a_problem_is_answered_by_who_can_do_something_about_it(
    door: Door, problem: Exception, status: int
) -> None:
    door.problem = problem

    assert door.post()[1] == status


def test_every_error_of_ours_has_a_status(door: Door) -> None:
    statuses: set[int] = set()
    for kind in TinBaoError.__subclasses__():
        door.problem = kind("x")
        statuses.add(door.post()[1])

    assert statuses == {200, 500}


@pytest.mark.parametrize(
    ("problem", "severity"),
    [(Transient("busy"), "WARNING"), (Rejected("never"), "ERROR"), (ValueError(), "ERROR")],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else value,
)
def test_a_problem_is_one_line_with_its_ids(
    door: Door,
    logged: Callable[[], list[dict[str, Any]]],
    problem: Exception,
    severity: str,
) -> None:
    door.problem = problem

    door.post()

    [line] = logged()
    assert (line["severity"], line["evidence"]) == (severity, "piece1")


def test_no_words_of_a_person_reach_the_log(
    door: Door, logged: Callable[[], list[dict[str, Any]]]
) -> None:
    sealed = json.dumps({"evidence": "piece1", "sealed": WORDS * 100}).encode()
    for problem in (Transient("busy"), Rejected("never"), ValueError(WORDS), KeyError(WORDS)):
        door.problem = problem
        door.post(sealed)
    door.post(json.dumps({"evidence": 1, "sealed": [WORDS]}).encode())
    door.post(WORDS.encode())
    door.post(authorization=f"Bearer {WORDS}")

    lines = logged()
    assert len(lines) == 7
    assert WORDS not in json.dumps(lines, ensure_ascii=False)


def test_only_the_body_s_own_texts_are_ids(
    door: Door, logged: Callable[[], list[dict[str, Any]]]
) -> None:
    door.problem = Transient("busy")

    door.post(b'{"evidence": "piece1", "inner": {"code": "c0de"}}')

    assert "c0de" not in json.dumps(logged())


def test_no_token_reaches_the_log(door: Door, logged: Callable[[], list[dict[str, Any]]]) -> None:
    token = door.issuer.token(aud="somebody else")

    door.post(authorization=f"Bearer {token}")

    [line] = logged()
    assert token not in json.dumps(line)


def test_an_answer_says_nothing_about_the_inside(door: Door) -> None:
    door.problem = ValueError(WORDS)

    assert door.post()[0] == "failed"
