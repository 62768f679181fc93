"""What a file is shows in its bytes; what it is called does not count."""

import gzip

import pytest

from functions.evidence.model import FailureReason
from functions.evidence.screening import SNIFFED_BYTES, TYPES, Refused, screen_type
from infra.local.sample_media import photograph, traffic_clip
from tests.evidence.media import archive, movie, picture, word_document


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (photograph("rocket.jpg"), "image/jpeg"),
        (photograph("motorcycle_left.png"), "image/png"),
        (photograph("no_time_for_that_tiny.gif"), "image/gif"),
        (picture("WEBP"), "image/webp"),
        (traffic_clip(), "video/mp4"),
        (movie(b"isom"), "video/mp4"),
        (movie(b"mp42"), "video/mp4"),
        (movie(b"qt  "), "video/quicktime"),
        (movie(b"heic"), "image/heic"),
        (movie(b"M4A "), "audio/mp4"),
        (b"\x1a\x45\xdf\xa3\x01\x00\x00\x00\x00\x00\x00\x1f\x42\x82\x84webm", "video/webm"),
        (b"#!AMR\n" + bytes(32), "audio/amr"),
        (b"ID3\x03" + bytes(32), "audio/mpeg"),
        (b"OggS" + bytes(32), "audio/ogg"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "application/pdf"),
        (
            word_document(),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_of_a_type_that_is_taken_is_recognised(content: bytes, media_type: str) -> None:
    assert screen_type(content[:SNIFFED_BYTES]) == media_type


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00",
        b"\xff\xd8",
        "Biển số 51F-123.45 vượt đèn đỏ".encode(),
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"  \n<html><body onload=alert(1)>",
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
        b"MZ\x90\x00\x03\x00\x00\x00" + bytes(64),
        b"\x7fELF\x02\x01\x01" + bytes(64),
        b"#!/bin/sh\nrm -rf /\n",
        archive("payload.exe"),
        archive("xl/workbook.xml"),
        gzip.compress(photograph("rocket.jpg")),
        b"Rar!\x1a\x07\x00" + bytes(64),
        b"7z\xbc\xaf\x27\x1c" + bytes(64),
        b"BM" + bytes(64),
        photograph("multipage.tif"),
        b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(64),
        b"{\\rtf1 text}",
        b"SQLite format 3\x00" + bytes(64),
        movie(b"avif"),
        b"\n%PDF-1.7",
    ],
    ids=lambda content: ascii(content[:4]),
)
def test_anything_else_is_refused(content: bytes) -> None:
    with pytest.raises(Refused) as refused:
        screen_type(content[:SNIFFED_BYTES])

    assert refused.value.reason is FailureReason.UNSUPPORTED


def test_nothing_is_taken_that_a_browser_would_execute() -> None:
    executed = {"text/html", "image/svg+xml", "text/xml", "application/xml", "text/javascript"}

    assert not executed & TYPES.keys()
