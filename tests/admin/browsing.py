"""A browser without a window, for an application in the same process."""

from dataclasses import dataclass
from html.parser import HTMLParser

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from functions.reports.model import Report


@dataclass
class Browser:
    """A browser without a window."""

    client: FlaskClient
    address: str
    form_token: str = ""

    def get(self, path: str, **headers: str) -> TestResponse:
        """A page."""
        return self.client.get(path, base_url=self.address, headers=_named(headers), buffered=True)

    def fragment(self, path: str) -> TestResponse:
        """What htmx gets."""
        return self.get(path, HX_Request="true")

    def post(self, path: str, fields: dict[str, str], **headers: str) -> TestResponse:
        """A form of ours, sent from our own page."""
        return self.client.post(
            path,
            base_url=self.address,
            data={"csrf_token": self.form_token, **fields},
            headers={"Origin": self.address, **_named(headers)},
            buffered=True,
        )

    def outcome_fields(self, report: Report, **typed: str) -> dict[str, str]:
        """The outcome form of a report's page, filled in."""
        page = self.get(f"/reports/{report.id}").text
        return {
            "outcome": "fined",
            "reason": "",
            "note": "",
            "delay_days": "3",
            **hidden_fields(page, "outcome-form"),
            **typed,
        }

    def conclude(self, report: Report, **typed: str) -> TestResponse:
        """The outcome form, filled in and sent."""
        fields = self.outcome_fields(report, **typed)
        return self.post(f"/reports/{report.id}/outcomes", fields)


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


class _Inputs(HTMLParser):
    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id = form_id
        self.is_inside = False
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.is_inside = given.get("id") == self.form_id
        elif self.is_inside and tag == "input" and given.get("type") == "hidden":
            self.found[given["name"]] = given["value"]


def hidden_fields(page: str, form_id: str) -> dict[str, str]:
    """The hidden fields of a form."""
    parser = _Inputs(form_id)
    parser.feed(page)
    return parser.found
