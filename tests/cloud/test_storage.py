"""Objects are written once; a lost answer is no loss; nothing is replaced."""

import io
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import urllib3
from google.cloud.storage import Client

from functions.cloud.storage import Bucket, KeptObject
from functions.errors import Conflict, Transient
from tests.emulators import Project

CONTENT = b"evidence" * 10_000


def _keep(bucket: Bucket, content: bytes = CONTENT, name: str = "ab/abcd") -> KeptObject:
    return bucket.keep(
        name,
        io.BytesIO(content),
        size=len(content),
        content_type="image/jpeg",
        metadata={"sha256": "abcd"},
    )


@pytest.fixture
def bucket(project: Project) -> Bucket:
    return project.bucket("originals")


def test_an_object_is_kept_and_described(bucket: Bucket) -> None:
    kept = _keep(bucket)

    assert (kept.name, kept.size, kept.content_type) == ("ab/abcd", len(CONTENT), "image/jpeg")
    assert kept.generation > 0
    assert kept.crc32c
    assert bucket.describe("ab/abcd") == kept


def test_what_does_not_exist_is_not_described(bucket: Bucket) -> None:
    assert bucket.describe("ab/abcd") is None


def test_content_is_kept_from_its_start(bucket: Bucket) -> None:
    content = io.BytesIO(CONTENT)
    content.seek(100)

    bucket.keep("a", content, size=len(CONTENT), content_type="image/jpeg", metadata={})

    assert b"".join(bucket.read("a", 0, len(CONTENT) - 1)) == CONTENT


def test_the_same_bytes_a_second_time_are_the_same_object(bucket: Bucket) -> None:
    assert _keep(bucket) == _keep(bucket)


@pytest.mark.parametrize(
    "other", [CONTENT + b"!", CONTENT[:-1], b"Evidence" + CONTENT[8:], b""], ids=len
)
def test_other_bytes_under_the_same_name_are_refused(bucket: Bucket, other: bytes) -> None:
    kept = _keep(bucket)

    with pytest.raises(Conflict):
        _keep(bucket, other)

    assert bucket.describe("ab/abcd") == kept
    assert b"".join(bucket.read("ab/abcd", 0, len(CONTENT) - 1)) == CONTENT


def test_many_at_once_keep_one_object(bucket: Bucket) -> None:
    with ThreadPoolExecutor(8) as threads:
        kept = list(threads.map(lambda _: _keep(bucket), range(8)))

    assert len({each.generation for each in kept}) == 1


def test_a_large_object_is_kept_whole(bucket: Bucket) -> None:
    content = os.urandom(9 * 1024 * 1024)

    kept = _keep(bucket, content)

    assert kept.size == len(content)
    assert b"".join(bucket.read(kept.name, 0, len(content) - 1)) == content


@pytest.mark.parametrize(
    ("start", "end"),
    [(0, 0), (0, 9), (79_999, 79_999), (5, 79_999), (262_143, 262_145), (0, 599_999)],
)
def test_a_range_is_read_with_both_its_ends(bucket: Bucket, start: int, end: int) -> None:
    content = bytes(os.urandom(600_000))
    _keep(bucket, content)

    pieces = list(bucket.read("ab/abcd", start, end))

    assert b"".join(pieces) == content[start : end + 1]
    assert max(map(len, pieces)) <= 256 * 1024


def test_reading_what_does_not_exist_is_told(bucket: Bucket) -> None:
    with pytest.raises(Transient):
        list(bucket.read("ab/abcd", 0, 9))


class Relay:
    """Stands between a client and the storage server, and loses answers."""

    def __init__(self, target: str, pool: urllib3.PoolManager) -> None:
        self.answers_to_lose = 0
        self.uploads = 0
        self.asked: list[str] = []
        relay = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _relay(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                relay.asked.append(self.path.partition("?")[0])
                headers = {name: value for name, value in self.headers.items() if name != "Host"}
                answer = pool.request(
                    self.command, target + self.path, body=body, headers=headers, redirect=False
                )
                if self.command == "POST":
                    relay.uploads += 1
                    if relay.answers_to_lose:
                        relay.answers_to_lose -= 1
                        self.close_connection = True
                        return
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.headers.get("Content-Type", ""))
                self.send_header("Content-Length", str(len(answer.data)))
                self.end_headers()
                self.wfile.write(answer.data)

            do_GET = do_POST = _relay  # noqa: N815, the base class asks for these names

            def log_message(self, format: str, *args: Any) -> None:
                """Nothing: uploads are counted."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def relay(project: Project) -> Iterator[Relay]:
    pool = urllib3.PoolManager(maxsize=8)
    relay = Relay(os.environ["STORAGE_EMULATOR_HOST"], pool)
    yield relay
    relay.close()
    pool.clear()


def _through(address: str, project: Project, *, patience_seconds: float) -> Bucket:
    project.bucket("originals")
    client = Client(project=project.name, client_options={"api_endpoint": address})
    return Bucket(client, f"{project.name}-originals", patience_seconds=patience_seconds)


def test_an_upload_whose_answer_was_lost_is_found_done(project: Project, relay: Relay) -> None:
    relay.answers_to_lose = 1

    kept = _keep(_through(relay.url, project, patience_seconds=10))

    assert relay.uploads == 2
    assert project.bucket("originals").describe(kept.name) == kept


def test_nothing_is_asked_but_what_was_called_for(project: Project, relay: Relay) -> None:
    bucket = _through(relay.url, project, patience_seconds=10)
    name = f"{project.name}-originals"
    threads = set(threading.enumerate())

    _keep(bucket)
    list(bucket.read("ab/abcd", 0, 9))

    assert not [each for each in set(threading.enumerate()) - threads if "fetch" in each.name]
    assert f"/storage/v1/b/{name}" not in relay.asked


def test_an_answer_that_never_comes_is_no_answer(project: Project, relay: Relay) -> None:
    relay.answers_to_lose = 1_000

    with pytest.raises(Transient):
        _keep(_through(relay.url, project, patience_seconds=0.5))

    # It is there all the same: the same call again finds it.
    relay.answers_to_lose = 0
    assert _keep(_through(relay.url, project, patience_seconds=0.5)).size == len(CONTENT)


def test_a_storage_that_is_away_is_not_waited_for_long(project: Project) -> None:
    bucket = _through("http://127.0.0.1:1", project, patience_seconds=0.3)

    for call in (
        lambda: _keep(bucket),
        lambda: bucket.describe("a"),
        lambda: list(bucket.read("a", 0, 9)),
    ):
        with pytest.raises(Transient):
            call()


def test_a_bucket_that_does_not_exist_is_told(project: Project) -> None:
    bucket = Bucket(Client(project=project.name), f"{project.name}-nowhere")

    assert bucket.describe("a") is None
