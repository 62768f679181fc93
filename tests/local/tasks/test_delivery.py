"""One attempt by itself: whatever was taken can be sent, and no attempt is endless."""

import asyncio
import socket
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import h11
import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from grpc import StatusCode
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.local.tasks.admission import admitted
from infra.local.tasks.delivery import Outcome, request_of, send
from infra.local.tasks.errors import Refusal
from infra.local.tasks.exchange import Request, written
from infra.local.tasks.identity import TokenSigner
from infra.local.tasks.messages import CreateTaskRequest, Queue
from infra.local.tasks.queues import completed
from infra.local.tasks.store import StoredTask

from .running import ISSUER, LOCATION
from .stand_ins import Answer, Worker

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
QUEUE = f"{LOCATION}/queues/inbox"

texts = st.text(max_size=12) | st.sampled_from(["[", "[::1]", "a..b", "a:b", "%", "\n", "đ"])
numbers = st.integers(-3, 9)
huge_numbers = st.integers(-(2**63), 2**63 - 1)
durations = st.builds(Duration, seconds=huge_numbers)


def one_of(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A message of which just one field is set, so that nothing else can be why it is refused."""
    return st.one_of(
        *(st.fixed_dictionaries({name: values}) for name, values in fields.items()),
    )


odd_requests = one_of(
    url=st.builds("{}{}".format, st.sampled_from(["http://127.0.0.1/", "https://", ""]), texts),
    http_method=numbers,
    headers=st.dictionaries(texts, texts, min_size=1, max_size=1),
    body=st.binary(max_size=3),
)
odd_tasks = one_of(
    http_request=odd_requests,
    schedule_time=st.builds(Timestamp, seconds=huge_numbers),
    dispatch_deadline=durations,
    retry_config=one_of(min_backoff=durations, max_backoff=durations, max_attempts=numbers),
)
odd_targets = one_of(
    http_method=numbers,
    uri_override=one_of(
        scheme=numbers,
        host=texts,
        port=huge_numbers | st.integers(0, 65535),
        path_override=one_of(path=texts),
        query_override=one_of(query_params=texts),
        uri_override_enforce_mode=numbers,
    ),
    header_overrides=st.lists(
        one_of(header=st.fixed_dictionaries({"key": st.just("x") | texts, "value": texts})),
        min_size=1,
        max_size=1,
    ),
)


@pytest.fixture(scope="module")
def signer(signing_key: Path) -> TokenSigner:
    return TokenSigner.from_file(signing_key, ISSUER)


def make_request(
    signer: TokenSigner, task: dict[str, Any], http_target: dict[str, Any]
) -> bytes | None:
    """The bytes that a worker would receive; None if task, queue or bytes are refused."""
    http_request = {"url": "http://127.0.0.1:1/"} | task.get("http_request", {})
    creation = CreateTaskRequest(parent=QUEUE, task=task | {"http_request": http_request})
    try:
        queue = completed(Queue(name=QUEUE, http_target=http_target))
        taken = admitted(creation, now=NOW, task_id="1")
        stored = StoredTask(taken, due_at=NOW, running=0, executions=0, last_status=None)
        return written(h11.Connection(h11.CLIENT), request_of(stored, queue, signer, NOW))
    except (Refusal, h11.ProtocolError):
        return None


def test_a_plain_task_can_be_sent(signer: TokenSigner) -> None:
    assert make_request(signer, {}, {}) is not None


@settings(deadline=None)
@given(odd_tasks)
def test_whatever_task_is_taken_can_be_sent(signer: TokenSigner, task: dict[str, Any]) -> None:
    make_request(signer, task, {})


@settings(deadline=None)
@given(odd_targets)
def test_to_whatever_target_a_queue_is_set_a_task_can_be_sent(
    signer: TokenSigner, target: dict[str, Any]
) -> None:
    make_request(signer, {}, target)


def test_an_attempt_is_cut_at_its_deadline(worker: Worker, path: str) -> None:
    release = threading.Event()
    worker.will_answer(path, Answer(release=release))
    outcome = asyncio.run(send(Request("GET", worker.url + path), timedelta(milliseconds=50)))
    release.set()
    assert outcome == Outcome(None, StatusCode.DEADLINE_EXCEEDED)


def outcome_of(*pieces: bytes) -> Outcome:
    """What an attempt comes to with a worker that says just that and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def speak() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65536)
                for piece in pieces:
                    connection.sendall(piece)

        speaking = threading.Thread(target=speak)
        speaking.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        outcome = asyncio.run(send(Request("GET", url), timedelta(seconds=5)))
        speaking.join()
    return outcome


@pytest.mark.parametrize(
    "spoken", [b"", b"what?\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"]
)
def test_a_worker_that_does_not_finish_an_answer_gave_none(spoken: bytes) -> None:
    assert outcome_of(spoken) == Outcome(None, StatusCode.UNAVAILABLE)


def test_an_answer_may_come_in_pieces_after_a_provisional_one() -> None:
    outcome = outcome_of(
        b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Enc",
        b"oding: chunked\r\n\r\n2\r\no",
        b"k\r\n0\r\n\r\n",
    )
    assert outcome == Outcome(200, StatusCode.OK)
