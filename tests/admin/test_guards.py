"""Closed by default: from which page a form comes, with which headers an answer goes."""

import re
from dataclasses import dataclass

import pytest

from functions.admin.door.guards import POLICY
from functions.errors import TinBaoError, Transient
from functions.evidence.model import Evidence
from functions.reports.model import Report
from tests.admin.station import (
    ADMINISTRATOR,
    AUDITOR,
    EDITOR,
    INSPECTOR,
    OFFICER,
    PAGE,
    UNIT_HEAD,
    Station,
)

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0"
    "000003010100c9fe92ef0000000049454e44ae426082"
)


@dataclass
class Desk:
    """A station with one report that has a picture."""

    station: Station
    report: Report
    evidence: Evidence

    def path_of(self, rule: str) -> str:
        """The route's address for this report."""
        path = rule.replace("<id:report_id>", self.report.id)
        path = path.replace("<id:evidence_id>", self.evidence.id)
        path = path.replace("<path:filename>", "admin.css").replace("<id:page_id>", PAGE)
        return re.sub(r"<id:\w+>", "d" * 32, path.replace("<name>", "leaflet.js"))


@pytest.fixture
def desk(station: Station) -> Desk:
    """Something to look at."""
    report = station.report("Xe tải")
    return Desk(station, report, station.attach(report, PICTURE, "image/png"))


def readable(station: Station) -> list[str]:
    """Every route that only shows something; who may see what is `test_matrix`'s question."""
    return sorted(
        rule.rule for rule in station.page.url_map.iter_rules() if "GET" in (rule.methods or ())
    )


def test_evidence_opens_only_under_its_own_report(desk: Desk) -> None:
    other = desk.station.report("Khác")
    browser = desk.station.browser()
    path = f"/reports/{other.id}/evidence/{desk.evidence.id}"
    assert browser.post(f"{path}/open", {}).status_code == 404
    assert browser.get(f"{path}/preview").status_code == 404


@pytest.mark.parametrize("path", ["/reports/..", "/reports/__x__", "/reports/a%2Fb", "/nothing"])
def test_an_address_that_cannot_be_is_not_found(station: Station, path: str) -> None:
    assert station.browser().get(path).status_code == 404


@pytest.mark.parametrize("subject", [OFFICER, UNIT_HEAD, INSPECTOR, AUDITOR, EDITOR, ADMINISTRATOR])
def test_reading_never_writes(desk: Desk, subject: str) -> None:
    browser = desk.station.browser(subject)
    desk.station.database.commits = 0
    for rule in readable(desk.station):
        browser.get(desk.path_of(rule))
    assert desk.station.database.commits == 0


def test_a_fragment_asked_for_after_the_session_ended_is_refused_and_not_redirected(
    desk: Desk,
) -> None:
    assert desk.station.browser(None).fragment("/").status_code == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "same-origin", "Origin": None}, 303),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "none", "Origin": None}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "http://127.0.0.1:8081"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": None}, 403),
    ],
)
def test_a_form_is_taken_only_from_our_own_pages(
    station: Station, headers: dict[str, str | None], status: int
) -> None:
    browser = station.browser()
    sent = {"Origin": browser.address, **headers}
    answer = browser.client.post(
        "/sign-out",
        base_url=browser.address,
        data={"csrf_token": browser.form_token},
        headers={name: value for name, value in sent.items() if value is not None},
    )
    assert answer.status_code == status


@pytest.mark.parametrize("token", ["", "0" * 64, "Đ"])
def test_a_form_without_this_sessions_token_is_refused(station: Station, token: str) -> None:
    assert station.browser().post("/sign-out", {"csrf_token": token}).status_code == 403


def test_every_answer_carries_the_headers(desk: Desk) -> None:
    browser = desk.station.browser()
    for route in readable(desk.station):
        answer = browser.get(desk.path_of(route))
        headers = answer.headers
        policy = headers["Content-Security-Policy"]
        if "image/" in answer.content_type and "evidence" in route:
            assert policy.startswith("sandbox; default-src 'none'"), route
        else:
            assert policy == POLICY, route
        assert headers["X-Content-Type-Options"] == "nosniff", route
        assert headers["Referrer-Policy"] == "same-origin", route
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", route
        kept = "assets" in route
        assert ("no-store" in headers["Cache-Control"]) is not kept, route


def test_the_policy_allows_nothing_inline() -> None:
    assert "unsafe" not in POLICY
    assert "default-src 'none'" in POLICY


def test_an_unexpected_error_shows_a_number_and_nothing_else(
    station: Station, caplog: pytest.LogCaptureFixture
) -> None:
    browser = station.browser()
    # A report that the model cannot read: the worst that the database could give.
    station.write("reports/broken", {"unit_id": "pc08", "code": "SECRET-CONTENT"})
    answer = browser.get("/reports/broken")
    assert answer.status_code == 500
    assert f"<p data-sentence>{TinBaoError.sentence}</p>" in answer.text
    assert "SECRET-CONTENT" not in answer.text
    incident = next(r for r in caplog.records if r.getMessage() == "unexpected")
    assert incident.__dict__["incident"] in answer.text


def test_a_database_that_does_not_answer_keeps_the_door_closed(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_answer(paths: object) -> object:
        raise Transient("firestore: away")

    browser = station.browser()
    monkeypatch.setattr(station.database, "read_many", no_answer)
    answer = browser.get("/")
    assert answer.status_code == 503
    assert 'id="list"' not in answer.text


def test_a_form_that_is_too_large_is_refused(station: Station) -> None:
    assert station.browser().post("/sign-out", {"x": "a" * 70_000}).status_code == 413
