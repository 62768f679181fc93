"""Whatever goes wrong, the page says a sentence for people and nothing about the inside."""

import re

import pytest
from werkzeug.test import TestResponse

from functions.errors import Transient
from tests.admin.acting import fields_of
from tests.admin.station import INVESTIGATOR, LEAD, NOBODY, OFFICER, STRANGER, Station

INSIDE = re.compile(
    r"Traceback|File \"|functions[./]|site-packages|werkzeug|flask|jinja|pydantic|firestore|google"
    r"|emulator|gRPC|Exception|Error\b|KeyError|ValidationError|\.py\b|Python|SELECT \*"
    r"|0x[0-9a-f]{6}|officers/|reports/\{|units/|sessions/|127\.0\.0\.1:\d",
    re.IGNORECASE,
)


def bare(answer: TestResponse) -> str:
    """The page without what stands on every page: the head with its assets."""
    return re.sub(r"<head>.*?</head>", "", answer.text, flags=re.DOTALL)


def stale(station: Station) -> TestResponse:
    """409: somebody was faster."""
    report = station.report("Xe tải")
    fields = fields_of(station, report, "note", version="7")
    return station.browser().post(f"/reports/{report.id}/note", fields)


def wrong(station: Station) -> TestResponse:
    """422: something typed has to be corrected."""
    report = station.report("Xe tải")
    fields = {"reason": "", "operation": "0" * 32}
    return station.browser(INVESTIGATOR).post(f"/reports/{report.id}/identity/ask", fields)


def broken(station: Station) -> TestResponse:
    """500: a report that the model cannot read."""
    station.write("reports/broken", {"unit_id": "pc08", "code": "SECRET-CONTENT"})
    return station.browser().get("/reports/broken")


def away(station: Station) -> TestResponse:
    """503: a database that does not answer."""
    browser = station.browser()

    def no_answer(paths: object) -> object:
        raise Transient("firestore: DeadlineExceeded at 10.0.0.7:443")

    station.database.read_many = no_answer  # type: ignore[assignment]
    return browser.get("/")


def not_permitted(station: Station) -> TestResponse:
    """403: a role elsewhere permits nothing here."""
    station.write(
        "officers/both",
        {
            "name": "Cán bộ hai nơi",
            "email": "a@example.vn",
            "roles": [
                {"unit_id": "pc08", "role": "duty_officer"},
                {"unit_id": "cax-an-hoa", "role": "lead"},
            ],
        },
    )
    report = station.report("Xe tải")
    fields = fields_of(station, report, "accept")
    return station.browser("both").post(f"/reports/{report.id}/accept", fields)


def of_another_unit(station: Station) -> TestResponse:
    """404: it exists, but not for this officer."""
    return station.browser(STRANGER).get(f"/reports/{station.report('Xe tải').id}")


CASES = {
    "400": lambda station: station.browser(LEAD).post("/texts", {"x": "<b>"}),
    "400 twice": lambda station: station.browser().client.post(
        "/sign-out", data={"csrf_token": ["a", "b"]}, base_url=station.address
    ),
    "401": lambda station: station.browser(None).post("/sign-out", {}),
    "403 form": lambda station: station.browser().post("/sign-out", {"csrf_token": "x"}),
    "403 role": lambda station: station.browser(NOBODY).get("/"),
    "403 here": not_permitted,
    "404": lambda station: station.browser().get("/nothing/there.php"),
    "404 unit": of_another_unit,
    "405": lambda station: station.browser().post("/counts", {}),
    "409": stale,
    "413": lambda station: station.browser().post("/sign-out", {"x": "a" * 70_000}),
    "422": wrong,
    "500": broken,
    "503": away,
}


@pytest.mark.parametrize("case", CASES)
def test_a_page_of_an_error_says_nothing_of_the_inside(station: Station, case: str) -> None:
    answer = CASES[case](station)
    expected = "403" if case == "400 twice" else case.split(" ")[0]
    assert answer.status_code == int(expected)
    page = bare(answer)
    assert INSIDE.search(page) is None, INSIDE.search(page)
    assert "SECRET-CONTENT" not in page
    assert not {"Server", "X-Powered-By", "Via"} & set(answer.headers.keys())
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("who", [None, OFFICER])
def test_an_unknown_address_is_a_page_like_any_other(station: Station, who: str | None) -> None:
    answer = station.browser(who).get("/.git/config")
    assert answer.status_code == 404
    assert "data-sentence" in answer.text
