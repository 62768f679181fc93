"""Acts as officers carry them out: through the forms of the report's page."""

import secrets

from werkzeug.test import TestResponse

from functions.followups.model import FollowUp, Kind
from functions.reports.model import Report
from tests.admin.browsing import Browser
from tests.admin.station import OFFICER, Station

PATHS = {"record": "outcomes"}
REASON = "Địa bàn do đơn vị khác phụ trách"
TYPED: dict[str, dict[str, str]] = {
    "assign": {"officer": "officer-khanh"},
    "offer": {"unit": "cax-an-hoa", "reason": REASON},
    "return_back": {"reason": REASON},
    "take_back": {"reason": REASON},
    "extend": {"until": "2027-01-10", "reason": REASON},
    "classify": {"track": "order", "is_urgent": "true"},
    "restrict": {"reason": REASON},
    "open_to_unit": {"reason": REASON},
    "note": {"text": "Gọi lại cho đội tuần tra"},
    "ask": {"text": "Ông/Bà còn nhớ biển số xe không?"},
    "reply": {"text": "Đơn vị đã cử tổ tuần tra đến kiểm tra."},
    "return_words": {"reason": "Xin viết gọn hơn"},
    "record": {"outcome": "insufficient", "delay_days": "0"},
    "reopen": {"reason": REASON},
    "block": {"days": "7", "reason": REASON},
    "unblock": {"reason": REASON},
}
"""What is typed in each form, where something has to be."""


def fields_of(station: Station, report: Report, name: str, **typed: str) -> dict[str, str]:
    """A form of that act, rendered now and filled in."""
    version = str(station.now_of(report).version)
    operation = secrets.token_hex(16)
    return {"version": version, "operation": operation, **TYPED.get(name, {}), **typed}


def do(
    station: Station,
    report: Report,
    name: str,
    subject: str = OFFICER,
    *,
    browser: Browser | None = None,
    **typed: str,
) -> TestResponse:
    """That officer does that."""
    fields = fields_of(station, report, name, **typed)
    return send(browser or station.browser(subject), report, name, fields)


def send(browser: Browser, report: Report, name: str, fields: dict[str, str]) -> TestResponse:
    """That form is sent."""
    return browser.post(f"/reports/{report.id}/{PATHS.get(name, name)}", fields)


def owed(station: Station, report: Report, kind: Kind) -> list[FollowUp]:
    """What the reporter is owed of that kind."""
    return [one for one in station.owed(report) if one.kind is kind]
