"""Intake with all it needs, on one project's databases."""

import hashlib
import itertools
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import cache, partial
from typing import Any

from google.cloud.firestore import Client, DocumentReference

from functions.cloud.firestore import Database
from functions.evidence.store import EvidenceStore
from functions.followups.store import FollowUpStore
from functions.identity.pseudonym import citizen_key
from functions.identity.store import PersonStore
from functions.intake.messages import read_message
from functions.intake.store import ConversationStore, Inbox
from functions.intake.worker import WakeUps, Worker
from functions.reports.store import ReportStore
from functions.units.store import UnitStore
from functions.zalo.envelope import page_and_citizen, read_envelope
from functions.zalo.inbox import InboxRow, event_key, sent_at
from tests.emulators import MovableClock, Project
from tests.intake.kills import FragileDatabase, Kill
from tests.zalo.samples import CITIZEN, PAGE

SILENCE = timedelta(minutes=10)
SECRET = b"a secret of the tests, 32 bytes."
UNIT = "pc08"
ME = citizen_key(SECRET, PAGE, CITIZEN)

Snapshot = dict[str, dict[str, Any]]

_client = cache(Project.firestore_client)


def drawing(seed: int = 0) -> Callable[[int], bytes]:
    """Bytes that are the same in every run, and never twice in one."""
    numbers = itertools.count()
    return lambda count: hashlib.shake_128(f"{seed}:{next(numbers)}".encode()).digest(count)


class Desk:
    """One process of `store_report`: its worker, and the stores to look into."""

    def __init__(
        self, project: Project, clock: MovableClock, *, seed: int = 0, kill: Kill | None = None
    ) -> None:
        self._project = project
        self.clock = clock
        self.woken: list[WakeUps] = []
        self.database = self._open("(default)", kill)
        self.inbox = Inbox(self._open("inbox", kill))
        self.conversations = ConversationStore(self.database)
        self.reports = ReportStore(self.database)
        self.evidence = EvidenceStore(self.database)
        self.followups = FollowUpStore(self.database)
        self.people = PersonStore(self._open("identity", kill))
        self.draw = drawing(seed)

    def _open(self, name: str, kill: Kill | None) -> Database:
        client = _client(self._project, name)
        return Database(client) if kill is None else FragileDatabase(client, kill)

    def found(self) -> None:
        """The unit and its page begin to exist."""
        commit = self.database.commit()
        unit = {"name": "Phòng Cảnh sát giao thông", "short_name": "PC08", "kind": "department"}
        commit.put(f"units/{UNIT}", unit)
        commit.put(f"pages/{PAGE}", {"name": "CSGT", "app_id": "1", "unit_id": UNIT})
        commit.send()

    def worker(self, **parts: Any) -> Worker:
        """The worker, as `functions.wiring` builds it; `parts` replace some of it."""
        return Worker(
            **{
                "inbox": self.inbox,
                "database": self.database,
                "conversations": self.conversations,
                "reports": self.reports,
                "evidence": self.evidence,
                "followups": self.followups,
                "people": self.people,
                "units": UnitStore(self.database),
                "clock": self.clock,
                "silence": SILENCE,
                "draw": self.draw,
                "read_message": partial(read_message, citizen_key_secret=SECRET),
                "wake": lambda _, wake_ups: self.woken.append(wake_ups),
                **parts,
            }
        )

    def receive(self, *bodies: bytes) -> None:
        """Events come in, as the webhook keeps them."""
        for body in bodies:
            self.inbox.keep(row_of(body), now=self.clock.now())

    def fold(self, *bodies: bytes) -> None:
        """Events come in, and the worker is woken."""
        self.receive(*bodies)
        self.worker().fold(ME)


def row_of(body: bytes, known_pages: Iterable[str] = (PAGE,)) -> InboxRow:
    """The inbox row of an event, as the webhook makes it."""
    envelope = read_envelope(body)
    page_id, user_id = page_and_citizen(envelope, tuple(known_pages))
    return InboxRow(
        key=event_key(envelope, page_id, body),
        page_id=page_id,
        citizen=citizen_key(SECRET, page_id, user_id or ""),
        event_name=envelope.event_name,
        sent_at=sent_at(envelope),
        raw=body,
    )


def snapshot(project: Project, *databases: str) -> Snapshot:
    """Every document of these databases (of all three, if none is named) by its path."""
    found: Snapshot = {}
    for name in databases or ("(default)", "inbox", "identity"):
        client = _client(project, name)
        found |= {f"{name}/{path}": fields for path, fields in _documents(client).items()}
    return found


def _documents(parent: Client | DocumentReference) -> Snapshot:
    found: Snapshot = {}
    for collection in parent.collections():
        for document in collection.stream():
            found[document.reference.path] = document.to_dict() or {}
            found |= _documents(document.reference)
    return found
