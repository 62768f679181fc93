"""A world in which every route has something to show, and the address of each in it."""

import secrets
from dataclasses import dataclass, field
from datetime import UTC
from itertools import product
from typing import Any

from flask import Flask
from google.cloud.firestore import Client
from werkzeug.test import TestResponse

from functions.admin.records.logs import AccessEntry, AccessKind, AccessLog
from functions.evidence.model import Evidence
from functions.identity.openings import Alert, By, Case, alert_of, approve, ask, read
from functions.reports.model import Report
from functions.units.roles import Role
from tests.admin.browsing import Browser
from tests.admin.station import LINEAGES, OTHER_UNIT, PAGE, ROOT, TEAM, UNIT, Station

PLACES = {"own": UNIT, "above": ROOT, "other": OTHER_UNIT, "below": TEAM}
"""Where an officer may be, seen from the unit of the world's report."""
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0"
    "000003010100c9fe92ef0000000049454e44ae426082"
)
SECRET = "Lời kể chỉ đơn vị được đọc"
"""Words of the report: they stand on no page of another unit."""


@dataclass
class World:
    """A station with one report that has all that a report may have."""

    station: Station
    report: Report
    evidence: Evidence
    opening: str
    alert: Alert
    addresses: dict[str, str] = field(default_factory=dict)

    def path(self, rule: str, report_id: str | None = None) -> str:
        """The address of a rule; of another report, if one is given."""
        names = {
            "<id:report_id>": report_id or self.report.id,
            "<id:evidence_id>": self.evidence.id,
            "<id:opening_id>": self.opening,
            "<id:alert_id>": self.alert.id,
            "<id:followup_id>": "no-such-followup",
            "<id:page_id>": PAGE,
            "<id:unit_id>": UNIT,
            "<id:officer_id>": "officer-minh",
            "<id:text_id>": "no-such-text",
            "<id:saved_id>": "no-such-view",
            "<id:operation>": "0" * 32,
            "<path:filename>": "admin.css",
            "<name>": "leaflet.js",
        }
        for name, value in names.items():
            rule = rule.replace(name, value)
        return rule


def world_of(station: Station) -> World:
    """Fill a station."""
    commit = station.database.commit()
    for place, role in product(PLACES.values(), Role):
        commit.put(
            f"officers/{visitor(role, place)}",
            {
                "name": f"Cán bộ {role} {place}",
                "email": "a@example.vn",
                "roles": [{"unit_id": place, "role": role.value}],
            },
        )
    commit.send()
    report = station.report(SECRET, place=(9.9347, 106.3453))
    evidence = station.attach(report, PICTURE, "image/png")
    opening, alert = _opening(station, report)
    AccessLog(station.database).write(
        AccessEntry(
            at=station.clock.now(),
            officer="officer-dung",
            name="Đại úy Hoàng Trung Dũng",
            kind=AccessKind.IDENTITY,
            unit_id=UNIT,
            lineage=LINEAGES[UNIT],
            report_id=report.id,
            code=report.code,
            subject="identity read",
            reason="Mời làm chứng",
        )
    )
    return World(station, report, evidence, opening, alert)


def visitor(role: Role, unit_id: str) -> str:
    """The subject of the officer with that role in that unit."""
    return f"{role.value.replace('_', '-')}-{unit_id}"


def rules(app: Flask) -> dict[str, tuple[str, str]]:
    """Each endpoint with its method and its rule."""
    found: dict[str, tuple[str, str]] = {}
    for rule in app.url_map.iter_rules():
        (method,) = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        assert rule.endpoint not in found, f"{rule.endpoint} has two rules"
        found[rule.endpoint] = (method, rule.rule)
    return found


def ask_for(browser: Browser, method: str, path: str) -> TestResponse:
    """The answer; a form is sent with nothing in it but its token."""
    return browser.get(path) if method == "GET" else browser.post(path, {})


def dump(client: Client) -> dict[str, Any]:
    """All that a database holds, but for the sessions: path and fields of every document."""
    found: dict[str, Any] = {}
    waiting = [one for one in client.collections() if one.id != "sessions"]
    while waiting:
        for snapshot in waiting.pop().stream():
            found[snapshot.reference.path] = (snapshot.to_dict(), snapshot.update_time)
            waiting.extend(snapshot.reference.collections())
    return found


def _opening(station: Station, report: Report) -> tuple[str, Alert]:
    now = station.clock.now().astimezone(UTC)
    case = Case(
        report_id=report.id, code=report.code, citizen=report.citizen, audience=LINEAGES[UNIT]
    )
    asker = By(subject="officer-dung", name="Đại úy Hoàng Trung Dũng")
    lead = By(subject="officer-ha", name="Trung tá Lê Thu Hà")
    asked = ask(secrets.token_hex(16), case, by=asker, reason="Mời làm chứng", at=now)
    was_read = read(
        approve(asked, by=lead, at=now), by=asker, reading=secrets.token_hex(16), at=now
    )
    other = ask(secrets.token_hex(16), case, by=asker, reason="Mời lần hai", at=now)
    alert = alert_of(was_read, case.audience)
    store, commit = station.identities.openings, station.database.commit()
    store.add_new(commit, was_read)
    store.add_new(commit, other)
    store.add_alert(commit, alert)
    commit.send()
    return other.id, alert
