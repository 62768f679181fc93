"""Originals and previews: whole or in ranges, typed by us, harmless when opened alone."""

import pytest
from werkzeug.test import TestResponse

from functions.evidence.model import Evidence
from functions.reports.model import Report
from infra.local.sample_media import photograph, traffic_clip
from tests.admin.station import Station

CONTENT = bytes(range(256)) * 2048  # two pieces of the bucket's


@pytest.fixture
def report(station: Station) -> Report:
    """A report to attach to."""
    return station.report("Xe tải")


def open_original(station: Station, evidence: Evidence, **headers: str) -> TestResponse:
    """The original, as an officer's browser asks for it."""
    path = f"/reports/{evidence.report_id}/evidence/{evidence.id}"
    return station.browser().get(path, **headers)


def test_an_original_comes_as_it_was_sent(station: Station, report: Report) -> None:
    clip = traffic_clip()
    answer = open_original(station, station.attach(report, clip, "video/mp4"))
    assert answer.status_code == 200
    assert answer.data == clip
    assert answer.headers["Content-Type"] == "video/mp4"
    assert answer.headers["Content-Length"] == str(len(clip))
    assert answer.headers["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=0-1023", 0, 1023),
        ("bytes=262143-262145", 262143, 262145),
        ("bytes=524280-", 524280, 524287),
        ("bytes=-8", 524280, 524287),
        ("bytes=0-99999999", 0, 524287),
    ],
)
def test_a_range_comes_as_asked(
    station: Station, report: Report, asked: str, start: int, end: int
) -> None:
    answer = open_original(station, station.attach(report, CONTENT, "video/mp4"), Range=asked)
    assert answer.status_code == 206
    assert answer.headers["Content-Range"] == f"bytes {start}-{end}/{len(CONTENT)}"
    assert answer.headers["Content-Length"] == str(end - start + 1)
    assert answer.data == CONTENT[start : end + 1]


def test_a_range_outside_of_the_file_is_refused(station: Station, report: Report) -> None:
    evidence = station.attach(report, CONTENT, "video/mp4")
    answer = open_original(station, evidence, Range="bytes=524288-")
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(CONTENT)}"


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "pages=1-2", "bytes=x", "bytes=5-1"])
def test_a_range_that_we_do_not_serve_gets_the_whole(
    station: Station, report: Report, asked: str
) -> None:
    answer = open_original(station, station.attach(report, CONTENT, "video/mp4"), Range=asked)
    assert answer.status_code == 200
    assert answer.data == CONTENT


@pytest.mark.parametrize(
    ("media_type", "sent_type", "ending"),
    [
        ("image/jpeg", "image/jpeg", "inline; filename={code}-{sha}.jpg"),
        ("video/quicktime", "video/quicktime", "inline; filename={code}-{sha}.mov"),
        ("audio/amr", "audio/amr", "inline; filename={code}-{sha}.amr"),
        ("application/pdf", "application/pdf", "attachment; filename={code}-{sha}.pdf"),
        ("text/html", "application/octet-stream", "attachment; filename={code}-{sha}.bin"),
        ("image/svg+xml", "application/octet-stream", "attachment; filename={code}-{sha}.bin"),
    ],
)
def test_only_types_that_we_know_are_shown_and_under_our_own_name(
    station: Station, report: Report, media_type: str, sent_type: str, ending: str
) -> None:
    evidence = station.attach(report, b"<script>", media_type, name='x".html\r\nSet-Cookie: a=b')
    answer = open_original(station, evidence)
    assert answer.headers["Content-Type"] == sent_type
    assert answer.headers["Content-Disposition"] == ending.format(
        code=report.code, sha=(evidence.sha256 or "")[:8]
    )
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_preview_is_a_small_picture(station: Station, report: Report) -> None:
    original = photograph("rocket.jpg")
    evidence = station.attach(report, original)
    answer = station.browser().get(f"/reports/{report.id}/evidence/{evidence.id}/preview")
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.data[8:12] == b"WEBP"
    assert len(answer.data) < len(original)


@pytest.mark.parametrize("part", ["", "/preview"])
def test_what_is_not_stored_yet_is_not_found(station: Station, report: Report, part: str) -> None:
    pending = station.attach(report)
    path = f"/reports/{report.id}/evidence/{pending.id}{part}"
    assert station.browser().get(path).status_code == 404


def test_a_bucket_that_lost_a_file_is_a_problem_and_not_an_empty_picture(
    station: Station, report: Report
) -> None:
    evidence = station.attach(report, CONTENT, "video/mp4")
    stored = station.evidence.read(evidence.id)
    assert stored is not None
    commit = station.database.commit()
    station.evidence.add_change(
        commit, stored, stored.evidence.model_copy(update={"object_name": "00/gone"})
    )
    commit.send()
    assert open_original(station, evidence).status_code == 503


def test_opening_an_original_is_logged_with_who_and_what(
    station: Station, report: Report, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "functions.admin")
    evidence = station.attach(report, CONTENT, "video/mp4")
    open_original(station, evidence)
    line = next(r for r in caplog.records if r.getMessage() == "original opened")
    assert line.__dict__["officer"] == "officer-minh"
    assert line.__dict__["evidence"] == evidence.id
