"""The doctor's questions. Each looks, changes nothing, and says what it found, thing by thing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from infra.operations.google import Document, Google, NotAnswered, Web

TOKEN_OLD = timedelta(hours=19)
"""Grants are renewed 12 to 18 of 25 hours after they were made (functions/zalo/grants.py)."""
PENDING_OLD = timedelta(minutes=5)
"""Every acknowledged event is in a report after five minutes."""
MOST = 200

INBOX_SHARDS = list(range(16))


class Verdict(StrEnum):
    """What a finding says."""

    WELL = "well"
    ILL = "ILL"
    UNKNOWN = "unknown"
    """Could not be seen; not a clean bill of health."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    subject: str
    verdict: Verdict
    detail: str = ""


@dataclass(frozen=True, slots=True)
class System:
    """The deployed system, as Terraform's outputs and the operator name it."""

    project: str
    region: str
    functions: Sequence[str]
    queues: Sequence[str]
    secrets: Sequence[str]
    pages: Mapping[str, str]
    """Names by page id."""
    webhook_address: str
    admin_address: str
    now: datetime

    def documents(self, database: str) -> str:
        """The root of a database's documents."""
        return f"projects/{self.project}/databases/{database}/documents"


Check = Callable[[System, Google, Web], Iterator[Finding]]


def _finding(subject: str, is_well: bool, detail: str = "") -> Finding:
    return Finding(subject, Verdict.WELL if is_well else Verdict.ILL, detail)


def functions(system: System, google: Google, _: Web) -> Iterator[Finding]:
    """Every function is deployed and active."""
    root = f"projects/{system.project}/locations/{system.region}/functions"
    for name in system.functions:
        found = google.get(f"https://cloudfunctions.googleapis.com/v2/{root}/{name}")
        state = "not deployed" if found is None else str(found.get("state"))
        yield _finding(f"function {name}", state == "ACTIVE", state)


def queues(system: System, google: Google, _: Web) -> Iterator[Finding]:
    """Every queue runs."""
    root = f"projects/{system.project}/locations/{system.region}/queues"
    for name in system.queues:
        found = google.get(f"https://cloudtasks.googleapis.com/v2/{root}/{name}")
        state = "absent" if found is None else str(found.get("state"))
        yield _finding(f"queue {name}", state == "RUNNING", state)


def clock(system: System, google: Google, _: Web) -> Iterator[Finding]:
    """Upkeep is started every minute, and its last start went well."""
    job = f"projects/{system.project}/locations/{system.region}/jobs/upkeep"
    found = google.get(f"https://cloudscheduler.googleapis.com/v1/{job}")
    if found is None:
        yield _finding("clock", False, "no job")
        return
    last = found.get("lastAttemptTime")
    age = None if last is None else system.now - _moment(last)
    yield _finding("clock", found.get("state") == "ENABLED", str(found.get("state")))
    yield _finding(
        "upkeep's last start",
        age is not None and age < PENDING_OLD and not found.get("status", {}).get("code"),
        "never" if age is None else f"{_minutes(age)} min ago",
    )


def secrets(system: System, google: Google, _: Web) -> Iterator[Finding]:
    """Every secret has an enabled version. Their contents are not read."""
    for name in system.secrets:
        root = f"projects/{system.project}/secrets/{name}/versions"
        found = google.get(
            f"https://secretmanager.googleapis.com/v1/{root}?filter=state:ENABLED&pageSize=1"
        )
        yield _finding(f"secret {name}", bool(found and found.get("versions")))


def grants(system: System, google: Google, _: Web) -> Iterator[Finding]:
    """Every page is connected to Zalo, and its token is young."""
    for page_id, name in system.pages.items():
        subject = f"page {page_id} ({name})"
        found = google.get(
            "https://firestore.googleapis.com/v1/"
            f"{system.documents('(default)')}/page_tokens/{page_id}"
        )
        if found is None:
            yield _finding(subject, False, "never connected: an administrator's consent is needed")
            continue
        fields = _fields(found)
        age = system.now - _moment(fields["refreshed_at"])
        if fields.get("need_reauth"):
            yield _finding(subject, False, f"needs consent again since {fields['need_reauth']}")
        else:
            yield _finding(subject, age < TOKEN_OLD, f"token {age / timedelta(hours=1):.0f} h old")


def inbox(system: System, google: Google, _: Web) -> Iterator[Finding]:
    """No event waits for long, none is parked."""
    waiting = _query(
        "inbox",
        _in("pending_shard", INBOX_SHARDS),
        _at_most("received_at", system.now - PENDING_OLD),
        order="received_at",
    )
    late = google.query(system.documents("inbox"), waiting)
    oldest = "" if not late else f"oldest of {_fields(late[0])['received_at']}"
    yield _finding("events in time", not late, f"{_count(late)} late, {oldest}" if late else "")
    parked = google.query(
        system.documents("inbox"), _query("inbox", _equal("parked", "unreadable"))
    )
    yield _finding("no parked events", not parked, f"{_count(parked)} parked" if parked else "")


def followups(system: System, google: Google, _: Web) -> Iterator[Finding]:
    """No message is overdue; those held for a person are counted."""
    overdue = _query(
        "followups",
        _in("pending_shard", INBOX_SHARDS),
        _at_most("next_at", system.now - PENDING_OLD),
        order="next_at",
    )
    late = google.query(system.documents("(default)"), overdue)
    yield _finding("messages in time", not late, f"{_count(late)} late" if late else "")
    held = google.query(system.documents("(default)"), _query("followups", _equal("state", "held")))
    yield Finding("messages held", Verdict.WELL, f"{_count(held)}: officers see them")


def webhook(system: System, _: Google, web: Web) -> Iterator[Finding]:
    """The webhook takes Zalo's probe and refuses what is not signed."""
    probe = web.status("POST", system.webhook_address, b"{}")
    yield _finding("webhook takes the probe", probe == 200, f"answered {probe}")
    forged = web.status("POST", system.webhook_address, b'{"event_name":"user_send_text"}')
    yield _finding("webhook refuses the unsigned", forged in {400, 401}, f"answered {forged}")


def doors(system: System, _: Google, web: Web) -> Iterator[Finding]:
    """Officers are asked who they are before they see anything; the workers are not reached."""
    page = web.status("GET", system.admin_address)
    yield _finding("officers' page asks who it is", page in {302, 401, 403}, f"answered {page}")


CHECKS: Sequence[Check] = (
    functions, queues, clock, secrets, grants, inbox, followups, webhook, doors,
)  # fmt: skip


def examine(system: System, google: Google, web: Web) -> Iterator[Finding]:
    """All findings; a question that gets no answer is a finding too."""
    for check in CHECKS:
        try:
            yield from check(system, google, web)
        except NotAnswered as problem:
            yield Finding(check.__name__, Verdict.UNKNOWN, str(problem))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _minutes(age: timedelta) -> int:
    return int(age / timedelta(minutes=1))


def _count(documents: Sequence[Document]) -> str:
    return f"{len(documents)}{'+' if len(documents) == MOST else ''}"


def _fields(document: Document) -> dict[str, Any]:
    """A document's fields, as far as they are plain: Firestore tags each value with its type."""
    return {
        name: next(iter(value.values()))
        for name, value in document.get("fields", {}).items()
        if value and "nullValue" not in value
    }


def _query(collection: str, *filters: Document, order: str | None = None) -> Document:
    where = (
        filters[0]
        if len(filters) == 1
        else {"compositeFilter": {"op": "AND", "filters": list(filters)}}
    )
    query: Document = {
        "from": [{"collectionId": collection}],
        "where": where,
        "limit": MOST,
        # Times and names of documents only: nobody's words leave the database.
        "select": {"fields": [{"fieldPath": order or "__name__"}]},
    }
    if order is not None:
        query["orderBy"] = [{"field": {"fieldPath": order}, "direction": "ASCENDING"}]
    return query


def _filter(field: str, operator: str, value: Document) -> Document:
    return {"fieldFilter": {"field": {"fieldPath": field}, "op": operator, "value": value}}


def _equal(field: str, value: str) -> Document:
    return _filter(field, "EQUAL", {"stringValue": value})


def _at_most(field: str, moment: datetime) -> Document:
    return _filter(field, "LESS_THAN_OR_EQUAL", {"timestampValue": moment.isoformat()})


def _in(field: str, values: Sequence[int]) -> Document:
    listed = [{"integerValue": str(value)} for value in values]
    return _filter(field, "IN", {"arrayValue": {"values": listed}})
