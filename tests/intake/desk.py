"""Intake with all it needs, on one project's databases."""

import hashlib
import itertools
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial
from typing import Any

from functions.evidence.store import EvidenceStore
from functions.followups.model import FollowUp, Kind
from functions.followups.store import FollowUpStore
from functions.identity.pseudonym import citizen_key
from functions.identity.store import PersonStore
from functions.intake.entrance import Entrance, StoreReport
from functions.intake.erasure import Erasure
from functions.intake.messages import read_message
from functions.intake.requests import Requests
from functions.intake.store import ConversationStore, Inbox
from functions.intake.worker import WakeUps, Worker
from functions.reports.model import Report
from functions.reports.store import ReportStore
from functions.units.store import UnitStore
from functions.zalo.envelope import page_and_citizen, read_envelope
from functions.zalo.inbox import InboxRow, event_key, sent_at
from tests.emulators import MovableClock, Project
from tests.intake.kills import Kill, client_of, opened
from tests.zalo.samples import CITIZEN, PAGE

SILENCE = timedelta(minutes=10)
SECRET = b"a secret of the tests, 32 bytes."
UNIT = "pc08"
ME = citizen_key(SECRET, PAGE, CITIZEN)

Snapshot = dict[str, dict[str, Any]]


def drawing(seed: int = 0) -> Callable[[int], bytes]:
    """Bytes that are the same in every run, and never twice in one."""
    numbers = itertools.count()
    return lambda count: hashlib.shake_128(f"{seed}:{next(numbers)}".encode()).digest(count)


class Desk:
    """One process of `store_report`: its worker, and the stores to look into."""

    def __init__(
        self, project: Project, clock: MovableClock, *, seed: int = 0, kill: Kill | None = None
    ) -> None:
        self.clock = clock
        self.woken: list[WakeUps] = []
        self.database = opened(project, kill=kill)
        self.inbox = Inbox(opened(project, "inbox", kill))
        self.conversations = ConversationStore(self.database)
        self.reports = ReportStore(self.database)
        self.evidence = EvidenceStore(self.database)
        self.followups = FollowUpStore(self.database)
        self.people = PersonStore(opened(project, "identity", kill))
        self.draw = drawing(seed)

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
                "requests": Requests(
                    reports=self.reports,
                    followups=self.followups,
                    people=self.people,
                    erasure=self.erasure(),
                ),
                "silence": SILENCE,
                "draw": self.draw,
                "read_message": partial(read_message, citizen_key_secret=SECRET),
                "wake": lambda _, wake_ups: self.woken.append(wake_ups),
                **parts,
            }
        )

    def erasure(self) -> Erasure:
        """What erases a citizen."""
        return Erasure(
            database=self.database,
            reports=self.reports,
            evidence=self.evidence,
            followups=self.followups,
            people=self.people,
            draw=self.draw,
        )

    def carry_out(self, body: object, seal_secret: bytes) -> None:
        """What `store_report` does with a task's body."""
        entrance = Entrance(
            worker=self.worker(), inbox=self.inbox, seal_secret=seal_secret, clock=self.clock
        )
        entrance.store(StoreReport.model_validate(body))

    def the_report(self) -> Report:
        """The citizen's only report."""
        (report,) = self.reports.latest_of(ME)
        return report

    def owed(self, kind: Kind) -> list[FollowUp]:
        """All follow-ups of that kind."""
        found = self.database.find("followups", limit=100)
        owed = [FollowUp(id=stored.id, **stored.fields) for stored in found]
        return [followup for followup in owed if followup.kind is kind]

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
    return {
        f"{name}/{document.reference.path}": document.to_dict() or {}
        for name in databases or ("(default)", "inbox", "identity")
        # The collection group without a name holds all documents, however deep.
        for document in client_of(project, name).collection_group("").stream()
    }
