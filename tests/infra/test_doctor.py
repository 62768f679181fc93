"""The doctor: what it calls well, ill and unknown, and that it only looks."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.operations import checks
from infra.operations.checks import Finding, System, Verdict
from infra.operations.doctor import system_of, told
from infra.operations.google import Document, NotAnswered

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
PAGE = "2100000000000000001"

SYSTEM = System(
    project="tin-bao-pilot",
    region="asia-southeast1",
    functions=["zalo-webhook"],
    queues=["inbox"],
    secrets=["page-secrets"],
    pages={PAGE: "CSGT"},
    webhook_address="https://zalo.example.vn/",
    admin_address="https://canbo.example.vn/",
    now=NOW,
)


@dataclass
class Cloud:
    """A cloud in which all is well, but for what a test changes."""

    answers: dict[str, Document | None] = field(default_factory=dict)
    """By the end of the address."""
    found: dict[str, list[Document]] = field(default_factory=dict)
    """What queries find, by collection and field compared last."""
    statuses: dict[tuple[str, str], int] = field(default_factory=dict)
    is_away: bool = False
    queries: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)

    def get(self, address: str) -> Document | None:
        if self.is_away:
            raise NotAnswered("firestore.googleapis.com answered 403")
        for end, answer in self.answers.items():
            if address.endswith(end):
                return answer
        return {
            "state": "RUNNING" if "/queues/" in address else "ACTIVE",
            "versions": [{"state": "ENABLED"}],
            "fields": {
                "refreshed_at": {"timestampValue": (NOW - timedelta(hours=5)).isoformat()},
                "need_reauth": {"nullValue": None},
            },
        } | (
            {"state": "ENABLED", "lastAttemptTime": (NOW - timedelta(seconds=40)).isoformat()}
            if "/jobs/" in address
            else {}
        )

    def query(self, parent: str, query: Mapping[str, Any]) -> list[Document]:
        if self.is_away:
            raise NotAnswered("firestore.googleapis.com answered 403")
        self.queries.append((parent, query))
        return self.found.get(f"{query['from'][0]['collectionId']}.{_fields(query)[-1][0]}", [])

    def status(self, method: str, address: str, body: bytes | None = None) -> int:
        usual = {("POST", b"{}"): 200, ("GET", None): 302}
        return self.statuses.get((method, address), usual.get((method, body), 401))


def _fields(query: Mapping[str, Any]) -> list[tuple[str, str]]:
    where = query["where"]
    filters = where["compositeFilter"]["filters"] if "compositeFilter" in where else [where]
    return [(it["fieldFilter"]["field"]["fieldPath"], it["fieldFilter"]["op"]) for it in filters]


def _ill(cloud: Cloud, system: System = SYSTEM) -> list[Finding]:
    findings = checks.examine(system, cloud, cloud)
    return [finding for finding in findings if finding.verdict is not Verdict.WELL]


def test_a_well_system_is_well() -> None:
    assert _ill(Cloud()) == []


@pytest.mark.parametrize(
    ("end", "answer", "subject"),
    [
        ("/functions/zalo-webhook", None, "function zalo-webhook"),
        ("/functions/zalo-webhook", {"state": "FAILED"}, "function zalo-webhook"),
        ("/queues/inbox", {"state": "PAUSED"}, "queue inbox"),
        ("/jobs/upkeep", None, "clock"),
        ("pageSize=1", {}, "secret page-secrets"),
        (f"/page_tokens/{PAGE}", None, f"page {PAGE} (CSGT)"),
        (
            f"/page_tokens/{PAGE}",
            {"fields": {"refreshed_at": {"timestampValue": "2026-11-20T08:00:00Z"}}},
            f"page {PAGE} (CSGT)",
        ),
        (
            f"/page_tokens/{PAGE}",
            {
                "fields": {
                    "refreshed_at": {"timestampValue": "2026-11-21T07:00:00Z"},
                    "need_reauth": {"timestampValue": "2026-11-21T07:30:00Z"},
                }
            },
            f"page {PAGE} (CSGT)",
        ),
    ],
)
def test_what_is_ill_is_named(end: str, answer: Document | None, subject: str) -> None:
    assert [finding.subject for finding in _ill(Cloud(answers={end: answer}))] == [subject]


@pytest.mark.parametrize(
    ("last", "status"), [("2026-11-21T07:50:00Z", {}), ("2026-11-21T07:59:30Z", {"code": 13})]
)
def test_upkeep_that_does_not_run_is_ill(last: str, status: Document) -> None:
    job = {"state": "ENABLED", "lastAttemptTime": last, "status": status}
    found = _ill(Cloud(answers={"/jobs/upkeep": job}))
    assert [finding.subject for finding in found] == ["upkeep's last start"]


@pytest.mark.parametrize(
    ("where", "subject"),
    [
        ("inbox.received_at", "events in time"),
        ("inbox.parked", "no parked events"),
        ("followups.next_at", "messages in time"),
    ],
)
def test_work_that_waits_is_ill(where: str, subject: str) -> None:
    row = {"fields": {"received_at": {"timestampValue": "2026-11-21T07:00:00Z"}}}
    assert [finding.subject for finding in _ill(Cloud(found={where: [row]}))] == [subject]


def test_held_messages_are_counted_and_not_ill() -> None:
    cloud = Cloud(found={"followups.state": [{}, {}]})
    held = [it for it in checks.followups(SYSTEM, cloud, cloud) if it.subject == "messages held"]
    assert [(it.verdict, it.detail) for it in held] == [(Verdict.WELL, "2: officers see them")]


def test_webhook_that_takes_unsigned_events_is_ill() -> None:
    cloud = Cloud(statuses={("POST", SYSTEM.webhook_address): 200})
    assert [finding.subject for finding in _ill(cloud)] == ["webhook refuses the unsigned"]


def test_officers_page_without_a_guard_is_ill() -> None:
    cloud = Cloud(statuses={("GET", SYSTEM.admin_address): 200})
    assert [finding.subject for finding in _ill(cloud)] == ["officers' page asks who it is"]


def test_what_cannot_be_seen_is_not_called_well() -> None:
    found = _ill(Cloud(is_away=True))
    assert {finding.verdict for finding in found} == {Verdict.UNKNOWN}
    text, is_well = told(found)
    assert not is_well
    assert "firestore.googleapis.com answered 403" in text


def test_worst_is_told_first() -> None:
    text, is_well = told(
        [Finding("a", Verdict.WELL), Finding("b", Verdict.UNKNOWN), Finding("c", Verdict.ILL)]
    )
    assert [line.split()[-1] for line in text.splitlines()] == ["c", "b", "a"]
    assert not is_well


def test_nobodys_words_leave_the_database() -> None:
    cloud = Cloud()
    list(checks.examine(SYSTEM, cloud, cloud))
    asked = {
        column["fieldPath"] for _, query in cloud.queries for column in query["select"]["fields"]
    }
    assert asked == {"__name__", "next_at", "received_at"}
    assert all(query["limit"] <= checks.MOST for _, query in cloud.queries)


def test_the_system_is_what_terraform_made() -> None:
    outputs = {
        "admin_address": "https://canbo.example.vn/",
        "empty_secrets": ["page-secrets"],
        "functions": ["zalo-webhook"],
        "pages": {PAGE: "CSGT"},
        "project": "tin-bao-pilot",
        "queues": ["inbox"],
        "region": "asia-southeast1",
        "webhook_address": "https://zalo.example.vn/",
    }
    told_by = {name: {"value": value} for name, value in outputs.items()}
    assert system_of(told_by, NOW) == replace(SYSTEM)
