"""The webhook's plain HTTP and the official clients do the same thing."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import urllib3
from google.api_core.exceptions import GoogleAPICallError

from functions.cloud.firestore import Database, Existing
from functions.cloud.rest import FirestoreOverRest, Value
from functions.errors import Rejected, Transient
from tests.emulators import Project
from tests.zalo.scripted_server import Behaviour, ScriptedServer, answering, hanging_up

Create = Callable[[str, Mapping[str, Value]], bool]
"""Creates a document: True if it is new, False if it was there."""

Fields = Callable[[str], Mapping[str, Any] | None]
"""What stands in a document, or None."""

MICROSECOND = datetime(2026, 11, 21, 1, 30, 0, 123456, tzinfo=UTC)


def _over_rest(address: str, pool: urllib3.PoolManager, project: str) -> Create:
    inbox = FirestoreOverRest(address, lambda: "owner", project=project, database="inbox")
    return lambda path, fields: inbox.create(path, fields, seconds=5)


def _officially(database: Database) -> Create:
    def create(path: str, fields: Mapping[str, Value]) -> bool:
        commit = database.commit()
        commit.create(path, fields)
        try:
            commit.send()
        except Existing:
            return False
        return True

    return create


@pytest.fixture(params=["rest", "official"])
def create(request: pytest.FixtureRequest, project: Project, pool: urllib3.PoolManager) -> Create:
    """Creates documents in the database `inbox`, one way or the other."""
    if request.param == "rest":
        return _over_rest(f"http://{project.firestore_host}", pool, project.name)
    return _officially(project.database("inbox"))


@pytest.fixture
def fields(project: Project) -> Fields:
    """Reads documents of the database `inbox` by the official client."""
    database = project.database("inbox")

    def read(path: str) -> Mapping[str, Any] | None:
        stored = database.read(path)
        return None if stored is None else stored.fields

    return read


class TestCreatingADocument:
    """What must hold either way."""

    def test_a_new_document_is_written(self, create: Create, fields: Fields) -> None:
        assert create("inbox/one", {"citizen": "c1"}) is True
        assert fields("inbox/one") == {"citizen": "c1"}

    def test_a_document_that_exists_stays_as_it_is(self, create: Create, fields: Fields) -> None:
        create("inbox/one", {"citizen": "first"})

        assert create("inbox/one", {"citizen": "second", "more": 1}) is False
        assert fields("inbox/one") == {"citizen": "first"}

    def test_of_many_at_once_one_is_new(self, create: Create, fields: Fields) -> None:
        with ThreadPoolExecutor(8) as threads:
            new = list(threads.map(lambda n: create("inbox/one", {"value": n}), range(8)))

        assert new.count(True) == 1
        assert fields("inbox/one") == {"value": new.index(True)}

    @pytest.mark.parametrize(
        "value",
        [
            "",
            "Xe tải 51F-123.45 vượt đèn đỏ 🚛",
            'quotes " and \\ and \x00 and \u2028',
            "x" * 900_000,
            0,
            -1,
            2**63 - 1,
            -(2**63),
            b"",
            bytes(range(256)),
            b"\xff" * 900_000,
            MICROSECOND,
            datetime(1970, 1, 1, tzinfo=UTC),
            MICROSECOND.astimezone(timezone(timedelta(hours=7))),
        ],
        ids=lambda value: ascii(value)[:24],
    )
    def test_a_value_is_read_as_it_was_written(
        self, create: Create, fields: Fields, value: Value
    ) -> None:
        create("inbox/one", {"value": value})

        read = fields("inbox/one")
        assert read == {"value": value}
        assert read is not None
        assert isinstance(read["value"], type(value))

    def test_a_document_that_is_too_large_is_refused(self, create: Create, fields: Fields) -> None:
        with pytest.raises((Rejected, GoogleAPICallError)):
            create("inbox/one", {"value": "x" * 1_100_000})

        assert fields("inbox/one") is None

    def test_a_document_of_a_subcollection_is_written(self, create: Create, fields: Fields) -> None:
        create("citizens/c1/events/e1", {"value": 1})

        assert fields("citizens/c1/events/e1") == {"value": 1}


def test_a_document_goes_with_our_token(server: ScriptedServer, pool: urllib3.PoolManager) -> None:
    server.will(answering({}))

    _over_rest(server.url, pool, "p1")("inbox/one", {"value": 1})

    [asked] = server.received
    assert asked.path == "/v1/projects/p1/databases/inbox/documents:commit"
    assert asked.headers["authorization"] == "Bearer owner"


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        (answering({"error": {"status": "INVALID_ARGUMENT"}}, 400), Rejected),
        (answering({"error": {"status": "FAILED_PRECONDITION"}}, 400), Transient),
        # Contention: nothing was written, and nothing was there.
        (answering({"error": {"status": "ABORTED"}}, 409), Transient),
        (answering([{"error": {}}], 409), Transient),
        (answering(b"<html>", 409), Transient),
        *(
            (answering({}, status), Transient)
            for status in (301, 401, 403, 404, 429, 500, 502, 503, 504)
        ),
        (hanging_up, Transient),
    ],
    ids=[
        *("invalid", "precondition", "aborted", "no reason", "no JSON"),
        *("301", "401", "403", "404", "429", "500", "502", "503", "504", "hung up"),
    ],
)
def test_an_answer_that_is_not_clear_is_no_success(
    server: ScriptedServer, pool: urllib3.PoolManager, behaviour: Behaviour, error: type[Exception]
) -> None:
    server.will(behaviour)

    with pytest.raises(error):
        _over_rest(server.url, pool, "p1")("inbox/one", {"value": 1})

    assert len(server.received) == 1


def test_an_answer_is_waited_for_no_longer_than_told(
    server: ScriptedServer, pool: urllib3.PoolManager
) -> None:
    server.will(server.silent)
    inbox = FirestoreOverRest(server.url, lambda: "owner", project="p1", database="inbox")

    with pytest.raises(Transient):
        inbox.create("inbox/one", {"value": 1}, seconds=0.1)


def test_without_a_token_nothing_is_sent(server: ScriptedServer, pool: urllib3.PoolManager) -> None:
    def no_token() -> str:
        raise Transient("metadata server: away")

    inbox = FirestoreOverRest(server.url, no_token, project="p1", database="inbox")

    with pytest.raises(Transient):
        inbox.create("inbox/one", {"value": 1}, seconds=1)

    assert server.received == []
