"""The download, from a real HTTP server: counted, hashed, cut off, refused."""

import gzip
import hashlib
import itertools
import tracemalloc
from collections.abc import Callable, Iterator

import pytest

from functions.errors import Transient
from functions.evidence.fetching import Fetched, Fetcher
from functions.evidence.model import FailureReason
from functions.evidence.screening import Refused
from infra.local.sample_media import photograph, traffic_clip
from tests.evidence.media_host import Behaviour, MediaHost, answering, sending

CAP = 1024 * 1024
JPEG = photograph("rocket.jpg")

_CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
_UNTIL_CLOSED = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"


def _never_asked(host: str, port: int) -> list[str]:
    raise AssertionError("an origin of the settings is not resolved")


def _fetcher(host: MediaHost, monotonic: Callable[[], float] = lambda: 0.0) -> Fetcher:
    return Fetcher(
        allowed=[host.origin],
        maximum_bytes=CAP,
        total_seconds=60,
        resolver=_never_asked,
        monotonic=monotonic,
    )


def _fetch(host: MediaHost, behaviour: Behaviour | bytes) -> Fetched:
    with _fetcher(host).fetch(host.lay(behaviour)) as fetched:
        return fetched


def _refusal(host: MediaHost, behaviour: Behaviour | bytes) -> FailureReason:
    with pytest.raises(Refused) as refused:
        _fetch(host, behaviour)
    return refused.value.reason


def _chunks(*pieces: bytes) -> Iterator[bytes]:
    for piece in pieces:
        yield b"%x\r\n%b\r\n" % (len(piece), piece)


@pytest.mark.parametrize("content", [JPEG, traffic_clip()], ids=["photograph", "clip"])
def test_what_comes_is_what_lay_there(host: MediaHost, content: bytes) -> None:
    with _fetcher(host).fetch(host.lay(content)) as fetched:
        fetched.content.seek(0)
        came = fetched.content.read()

    assert came == content
    assert fetched.size == len(content)
    assert fetched.sha256 == hashlib.sha256(content).hexdigest()
    assert fetched.md5 == hashlib.md5(content, usedforsecurity=False).hexdigest()


@pytest.mark.parametrize(
    "behaviour",
    [
        sending(_CHUNKED, [*_chunks(JPEG[:1000], JPEG[1000:]), b"0\r\n\r\n"]),
        sending(_UNTIL_CLOSED, [JPEG]),
        sending(_CHUNKED, [*_chunks(*(bytes([byte]) for byte in JPEG[:5000])), b"0\r\n\r\n"]),
    ],
    ids=["chunked", "until closed", "a byte a chunk"],
)
def test_a_body_without_a_stated_length_is_taken(host: MediaHost, behaviour: Behaviour) -> None:
    assert _fetch(host, behaviour).media_type == "image/jpeg"


def test_the_stated_type_does_not_count(host: MediaHost) -> None:
    assert _fetch(host, answering(JPEG, Content_Type="text/html")).media_type == "image/jpeg"
    assert _refusal(host, answering(b"<html>", Content_Type="image/jpeg")) is (
        FailureReason.UNSUPPORTED
    )


def test_no_credential_and_no_wish_for_compression_is_sent(host: MediaHost) -> None:
    _fetch(host, JPEG)

    [(_, headers)] = host.asked
    assert headers["accept-encoding"] == "identity"
    assert headers["host"] == f"127.0.0.1:{host.port}"
    assert not {"authorization", "cookie", "referer"} & headers.keys()


def test_a_file_of_exactly_the_allowed_size_is_taken(host: MediaHost) -> None:
    assert _fetch(host, JPEG + bytes(CAP - len(JPEG))).size == CAP


@pytest.mark.parametrize(
    "behaviour",
    [
        answering(JPEG + bytes(CAP)),
        answering(JPEG + bytes(CAP - len(JPEG) + 1)),
        sending(_UNTIL_CLOSED, [JPEG + bytes(CAP - len(JPEG) + 1)]),
        sending(_UNTIL_CLOSED, itertools.chain([JPEG], itertools.repeat(bytes(65536)))),
        sending(_CHUNKED, itertools.chain(_chunks(JPEG), itertools.cycle(_chunks(bytes(65536))))),
        sending(_CHUNKED + b"ffffffffff\r\n", itertools.repeat(JPEG)),
        sending(
            b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nTransfer-Encoding: chunked\r\n\r\n",
            itertools.cycle(_chunks(bytes(65536))),
        ),
    ],
    ids=[
        "stated",
        "by one byte",
        "by one unstated byte",
        "endless",
        "endless chunks",
        "one huge chunk",
        "two lengths",
    ],
)
def test_what_is_too_large_is_cut_off(host: MediaHost, behaviour: Behaviour) -> None:
    assert _refusal(host, behaviour) is FailureReason.TOO_LARGE


def test_a_stated_size_over_the_cap_is_refused_before_the_body_is_read(host: MediaHost) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n"

    assert _refusal(host, host.silent_after(head)) is FailureReason.TOO_LARGE


def test_what_follows_a_length_that_was_stated_too_small_is_not_read(host: MediaHost) -> None:
    lying = answering(JPEG + b"<html>", Content_Length=str(len(JPEG)))

    assert _fetch(host, lying).sha256 == hashlib.sha256(JPEG).hexdigest()


@pytest.mark.parametrize(
    "behaviour",
    [
        answering(JPEG, Content_Length=str(len(JPEG) + 1)),
        sending(_CHUNKED, _chunks(JPEG)),
        sending(_CHUNKED + b"ffff\r\n", [JPEG[:1000]]),
        sending(_CHUNKED, [*_chunks(JPEG), b"nonsense\r\n"]),
    ],
    ids=["stated", "chunks without an end", "half a chunk", "nonsense"],
)
def test_a_body_cut_short_is_fetched_again_later(host: MediaHost, behaviour: Behaviour) -> None:
    with pytest.raises(Transient):
        _fetch(host, behaviour)


def test_a_compressed_body_is_not_unpacked(host: MediaHost) -> None:
    bomb = gzip.compress(bytes(50 * CAP))

    tracemalloc.start()
    try:
        reason = _refusal(host, answering(bomb, Content_Encoding="gzip"))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert reason is FailureReason.UNSUPPORTED
    assert peak < 5 * CAP


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(host: MediaHost, status: int) -> None:
    elsewhere = host.lay(JPEG)

    assert _refusal(host, answering(b"", status, Location=elsewhere)) is FailureReason.FOREIGN_HOST
    assert len(host.asked) == 1


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_link_that_expired_is_gone(host: MediaHost, status: int) -> None:
    assert _refusal(host, answering(b"no", status)) is FailureReason.GONE


@pytest.mark.parametrize(
    "behaviour",
    [
        answering(JPEG, 500),
        answering(JPEG, 503),
        answering(JPEG, 429),
        answering(JPEG[:100], 206),
        sending(b"HTTP/1.1 204 No Content\r\n\r\n"),
        answering(b""),
        sending(_UNTIL_CLOSED),
        sending(_CHUNKED + b"0\r\n\r\n"),
        sending(b""),
        sending(b"SSH-2.0-OpenSSH\r\n"),
    ],
    ids=[
        *("500", "503", "429", "a part", "no content"),
        *("empty", "empty until closed", "no chunks", "hung up", "no HTTP"),
    ],
)
def test_a_host_in_trouble_is_asked_again_later(host: MediaHost, behaviour: Behaviour) -> None:
    with pytest.raises(Transient):
        _fetch(host, behaviour)


def test_a_host_that_is_away_is_asked_again_later(host: MediaHost) -> None:
    away = "http://127.0.0.1:1"
    fetcher = Fetcher(allowed=[away], maximum_bytes=CAP, total_seconds=60)

    with pytest.raises(Transient), fetcher.fetch(f"{away}/a.jpg"):
        pass


def test_a_download_in_drops_ends_with_the_total_time(host: MediaHost) -> None:
    dripping = host.silent_after(_UNTIL_CLOSED + JPEG[:100])
    ticks = iter([0.0, 61.0])

    with (
        pytest.raises(Transient, match="too long"),
        _fetcher(host, lambda: next(ticks)).fetch(host.lay(dripping)),
    ):
        pass


def test_a_chunked_download_in_drops_ends_with_the_total_time(host: MediaHost) -> None:
    dripping = host.silent_after(_CHUNKED + b"ffff\r\n" + JPEG[:100])
    ticks = iter([0.0, 61.0])

    with (
        pytest.raises(Transient, match="too long"),
        _fetcher(host, lambda: next(ticks)).fetch(host.lay(dripping)),
    ):
        pass


def test_the_file_is_gone_when_the_context_ends(host: MediaHost) -> None:
    assert _fetch(host, JPEG).content.closed


def test_a_large_body_is_never_held_in_memory(host: MediaHost) -> None:
    pieces = itertools.chain([JPEG], itertools.repeat(bytes(65536), 400))
    fetcher = Fetcher(allowed=[host.origin], maximum_bytes=64 * CAP, total_seconds=60)
    address = host.lay(sending(_UNTIL_CLOSED, pieces))

    tracemalloc.start()
    try:
        with fetcher.fetch(address) as fetched:
            _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert fetched.size > 25 * CAP
    assert peak < 2 * CAP
