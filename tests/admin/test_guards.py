"""Closed by default: who may come where, from which page, with which headers."""

from dataclasses import dataclass

import pytest

from functions.admin.guards import POLICY
from functions.errors import TinBaoError, Transient
from functions.evidence.model import Evidence
from functions.reports.model import Report
from tests.admin.browsing import Browser
from tests.admin.station import ADMINISTRATOR, OFFICER, PAGE, STRANGER, Station

# Each route with what it answers to nobody, to an officer of the report's unit, to one of another
# unit, and to an administrator. A new route without a row fails.
MATRIX = {
    "GET /health": (200, 200, 200, 200),
    "GET /assets/<path:filename>": (200, 200, 200, 200),
    "GET /assets/htmx.js": (200, 200, 200, 200),
    "GET /sign-in": (200, 303, 303, 303),
    "GET /sign-in/start": (303, 303, 303, 303),
    "GET /sign-in/callback": (400, 400, 400, 400),
    "POST /sign-out": (401, 303, 303, 303),
    "GET /": (303, 200, 200, 303),
    "GET /search": (303, 303, 200, 404),
    "GET /reports/<id:report_id>": (303, 200, 404, 404),
    "GET /reports/<id:report_id>/news": (303, 200, 404, 404),
    "POST /reports/<id:report_id>/outcomes": (401, 303, 404, 404),
    "POST /reports/<id:report_id>/outcomes/preview": (401, 200, 404, 404),
    "GET /reports/<id:report_id>/evidence/<id:evidence_id>": (303, 200, 404, 404),
    "GET /reports/<id:report_id>/evidence/<id:evidence_id>/preview": (303, 200, 404, 404),
    "GET /reports/<id:report_id>/evidence/<id:evidence_id>/tile": (303, 200, 404, 404),
    "GET /connections": (303, 404, 404, 200),
    "GET /connections/callback": (303, 404, 404, 303),
    "POST /connections/<id:page_id>": (401, 404, 404, 200),
}
WHO = {None: 0, OFFICER: 1, STRANGER: 2, ADMINISTRATOR: 3}
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
        return f"{path}?code={self.report.code}" if rule == "/search" else path

    def ask(self, browser: Browser, route: str) -> int:
        """The status that the route answers to this browser."""
        method, rule = route.split(" ")
        if method == "GET":
            return browser.get(self.path_of(rule)).status_code
        fields = {}
        if "outcomes" in rule:
            version = str(self.station.now_of(self.report).version)
            fields = {
                "outcome": "fined",
                "delay_days": "3",
                "version": version,
                "operation": "0" * 32,
            }
        return browser.post(self.path_of(rule), fields).status_code


@pytest.fixture
def desk(station: Station) -> Desk:
    """Something to look at."""
    report = station.report("Xe tải vượt đèn đỏ")
    evidence = station.attach(report, PICTURE, "image/png")
    return Desk(station, report, evidence)


def routes(station: Station) -> set[str]:
    """Every route that there is."""
    return {
        f"{method} {rule.rule}"
        for rule in station.app().url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_every_route_has_a_row(station: Station) -> None:
    assert routes(station) == MATRIX.keys()


@pytest.mark.parametrize("subject", WHO)
def test_each_route_answers_each_visitor_as_the_matrix_says(
    desk: Desk, subject: str | None
) -> None:
    answers = {}
    for route in MATRIX:
        # A fresh one for each, because signing out is one of the routes.
        answers[route] = desk.ask(desk.station.browser(subject), route)
    assert answers == {route: row[WHO[subject]] for route, row in MATRIX.items()}


@pytest.mark.parametrize("subject", [STRANGER, ADMINISTRATOR])
@pytest.mark.parametrize("rule", [route.split(" ")[1] for route in MATRIX if "report_id" in route])
def test_another_units_report_looks_like_one_that_does_not_exist(
    desk: Desk, rule: str, subject: str
) -> None:
    browser = desk.station.browser(subject)
    theirs = desk.path_of(rule)
    nothing = theirs.replace(desk.report.id, "f" * 32).replace(desk.evidence.id, "e" * 32)
    send = browser.get if f"GET {rule}" in MATRIX else lambda path: browser.post(path, {})
    answers = [send(theirs), send(nothing)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].data == answers[1].data
    assert dict(answers[0].headers) == dict(answers[1].headers)


def test_evidence_opens_only_under_its_own_report(desk: Desk) -> None:
    other = desk.station.report("Khác")
    browser = desk.station.browser()
    assert browser.get(f"/reports/{other.id}/evidence/{desk.evidence.id}").status_code == 404


@pytest.mark.parametrize("path", ["/reports/..", "/reports/__x__", "/reports/a%2Fb", "/nothing"])
def test_an_address_that_cannot_be_is_not_found(station: Station, path: str) -> None:
    assert station.browser().get(path).status_code == 404


@pytest.mark.parametrize("subject", [OFFICER, ADMINISTRATOR])
def test_reading_never_writes(desk: Desk, subject: str) -> None:
    browser = desk.station.browser(subject)
    desk.station.database.commits = 0
    for route in MATRIX:
        if route.startswith("GET"):
            desk.ask(browser, route)
    assert desk.station.database.commits == 0


def test_a_preview_never_writes(desk: Desk) -> None:
    browser = desk.station.browser()
    desk.station.database.commits = 0
    assert desk.ask(browser, "POST /reports/<id:report_id>/outcomes/preview") == 200
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
    for route in MATRIX:
        if not route.startswith("GET"):
            continue
        answer = browser.get(desk.path_of(route.split(" ")[1]))
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
    assert "Phản ánh đang mở" not in answer.text


def test_a_form_that_is_too_large_is_refused(station: Station) -> None:
    assert station.browser().post("/sign-out", {"x": "a" * 70_000}).status_code == 413
