"""Originals and previews: whole or in ranges, typed by us, harmless when opened alone."""

from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from functions.admin.records.logs import AccessEntry, AccessKind, AccessLog
from functions.errors import Transient
from functions.evidence.model import Evidence
from functions.reports.model import ItemKind, Report, TimelineItem
from infra.local.sample_media import photograph, traffic_clip
from tests.admin.browsing import Browser
from tests.admin.station import UNIT, Station

CONTENT = bytes(range(256)) * 2048  # two pieces of the bucket's


@pytest.fixture
def report(station: Station) -> Report:
    """A report to attach to."""
    return station.report("Xe tải")


def path_of(evidence: Evidence) -> str:
    """Where an attachment's views are."""
    return f"/reports/{evidence.report_id}/evidence/{evidence.id}"


def address_of(browser: Browser, evidence: Evidence) -> str:
    """Where the original is served, after it was opened by its form."""
    answer = browser.post(f"{path_of(evidence)}/open", {})
    assert answer.status_code == 303
    return answer.headers["Location"]


def open_original(station: Station, evidence: Evidence, **headers: str) -> TestResponse:
    """The original, as an officer's browser asks for it."""
    browser = station.browser()
    return browser.get(address_of(browser, evidence), **headers)


def test_an_original_is_served_only_to_whom_opened_it(station: Station, report: Report) -> None:
    evidence = station.attach(report, CONTENT, "video/mp4")
    other = station.attach(report, CONTENT, "video/mp4")
    browser = station.browser()
    address = address_of(browser, evidence)
    assert browser.get(address).status_code == 200
    for wrong in (
        path_of(evidence),
        f"{path_of(evidence)}?token=",
        address[:-1] + ("0" if address[-1] != "0" else "1"),
        address.replace(evidence.id, other.id),
    ):
        assert browser.get(wrong).status_code == 404
    assert station.browser().get(address).status_code == 404


@pytest.mark.parametrize("token", ["x", "-", "1", "99999999999999-aa", "²-aa", "-1-aa"])
def test_a_token_that_is_none_is_not_found(station: Station, report: Report, token: str) -> None:
    evidence = station.attach(report, CONTENT, "video/mp4")
    answer = station.browser().get(f"{path_of(evidence)}?token={token}")
    assert answer.status_code == 404


@pytest.mark.parametrize(("minutes", "status"), [(14, 200), (17, 404)])
def test_an_original_stays_open_for_a_quarter_of_an_hour(
    station: Station, report: Report, minutes: int, status: int
) -> None:
    evidence = station.attach(report, CONTENT, "video/mp4")
    browser = station.browser()
    address = address_of(browser, evidence)
    station.clock.advance(timedelta(minutes=minutes))
    assert browser.get(address).status_code == status


def test_a_clip_plays_in_the_page_itself(station: Station, report: Report) -> None:
    evidence = station.attach(report, CONTENT, "video/mp4")
    browser = station.browser()
    page = browser.post(f"{path_of(evidence)}/open", {}, HX_Request="true").text
    assert f'<video controls autoplay playsinline tabindex="0" src="{path_of(evidence)}?' in page


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


@pytest.mark.parametrize("part", ["/open", "/preview"])
def test_what_is_not_stored_yet_is_not_found(station: Station, report: Report, part: str) -> None:
    pending = station.attach(report)
    browser = station.browser()
    path = f"{path_of(pending)}{part}"
    answer = browser.get(path) if part == "/preview" else browser.post(path, {})
    assert answer.status_code == 404


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
    (logged,) = AccessLog(station.database).find(UNIT)
    assert logged.entry.kind is AccessKind.ORIGINAL
    assert logged.entry.officer == "officer-minh"
    assert logged.entry.subject == evidence.id


def test_an_original_whose_opening_cannot_be_logged_stays_closed(
    station: Station, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_answer(log: AccessLog, entry: AccessEntry) -> None:
        raise Transient("firestore: away")

    evidence = station.attach(report, CONTENT, "video/mp4")
    browser = station.browser()
    monkeypatch.setattr(AccessLog, "write", no_answer)
    assert browser.post(f"{path_of(evidence)}/open", {}).status_code == 503


def test_a_part_that_was_split_off_shows_what_its_items_carry_and_no_more(
    station: Station, report: Report
) -> None:
    taken = station.attach(report, photograph("rocket.jpg"))
    left = station.attach(report, photograph("rocket.jpg"))
    part = station.report("Xe thứ hai", split_from=report.id)
    item = TimelineItem(
        id="copy", kind=ItemKind.EVIDENCE, at=station.clock.now(), evidence_id=taken.id
    )
    station.write(f"reports/{part.id}/items/{item.id}", item.model_dump())
    browser = station.browser()
    page = browser.get(f"/reports/{part.id}").text
    assert f'id="evidence-{taken.id}"' in page
    assert left.id not in page
    assert browser.get(f"/reports/{part.id}/evidence/{taken.id}/preview").status_code == 200
    assert browser.get(f"/reports/{part.id}/evidence/{left.id}/preview").status_code == 404
