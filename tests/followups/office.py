"""One process of `send_followup`: its sender and the stores behind it."""

import itertools
from datetime import datetime, timedelta
from typing import Any

from functions.followups.model import FollowUp, Kind, followup_id
from functions.followups.sender import Sender
from functions.followups.store import FollowUpStore, StoredFollowUp
from functions.identity.store import PersonStore
from functions.identity.vault import Person
from functions.reports.model import Outcome, OutcomeCode, Report, ReportState
from functions.reports.store import ReportStore
from tests.emulators import MovableClock, Project
from tests.followups.chats import Chats
from tests.intake.kills import Kill, opened

CITIZEN = "a-citizen"
TEXT_START = "Phản ánh 7K3F-9Q2D-X"


class Office:
    """Sends what is owed, and shows how it stands."""

    def __init__(
        self, project: Project, clock: MovableClock, chats: Chats, kill: Kill | None = None
    ) -> None:
        self.database = opened(project, kill=kill)
        self.followups = FollowUpStore(self.database)
        self.reports = ReportStore(self.database)
        self.people = PersonStore(opened(project, "identity"))
        self.clock = clock
        self.chats = chats
        self.woken: list[tuple[str, datetime]] = []
        self._attempts = map("attempt-{}".format, itertools.count(1))

    def sender(self, **parts: Any) -> Sender:
        """The sender, as `functions.wiring` builds it; `parts` replace some of it."""
        return Sender(
            **{
                "followups": self.followups,
                "reports": self.reports,
                "people": self.people,
                "messenger": self.chats,
                "clock": self.clock,
                "draw_attempt": lambda: next(self._attempts),
                "wake": lambda followup_id, at: self.woken.append((followup_id, at)),
                **parts,
            }
        )

    def owe(self, *, is_known: bool = True, **fields: Any) -> FollowUp:
        """A follow-up that is due now, to a citizen in the vault."""
        now = self.clock.now()
        if is_known:
            self.people.remember(
                Person(citizen=CITIZEN, page_id="page", user_id="3333333333", known_since=now)
            )
        values = {"ma_phieu": "7K3F-9Q2D-X", "ngay": "21/11/2026", "trang_thai": "đã tiếp nhận"}
        followup = FollowUp.model_validate(
            {
                "id": followup_id(Kind.ANSWER, "cause"),
                "kind": Kind.ANSWER,
                "citizen": CITIZEN,
                "page_id": "page",
                "unit_id": "pc08",
                "sentence": "status",
                "values": values,
                "created_at": now,
                "due_at": now,
                "next_at": now,
                **fields,
            }
        )
        commit = self.database.commit()
        self.followups.add_new(commit, followup)
        commit.send()
        return followup

    def conclude(self, report_id: str, *, version: int, **fields: Any) -> None:
        """The report that the values of `owe` speak of has that version of an outcome."""
        now = self.clock.now()
        outcome = Outcome(
            version=version,
            code=OutcomeCode.NO_VIOLATION,
            reason="",
            note="",
            decided_at=now,
            decided_by="officer",
            tell_at=now,
        )
        report = Report.model_validate(
            {
                "id": report_id,
                "code": "7K3F-9Q2D-X",
                "unit_id": "pc08",
                "page_id": "page",
                "citizen": CITIZEN,
                "state": ReportState.CONCLUDED,
                "opened_at": now,
                "updated_at": now,
                "outcome": outcome.model_dump(),
                **fields,
            }
        )
        commit = self.database.commit()
        commit.put(f"reports/{report_id}", report.model_dump(exclude={"id"}))
        commit.send()

    def stored(self, followup: FollowUp) -> StoredFollowUp:
        """It, as it stands in the record."""
        found = self.followups.read(followup.id)
        assert found is not None
        return found

    def now(self, followup: FollowUp) -> FollowUp:
        """It, as it stands."""
        return self.stored(followup).followup

    def send(self, followup: FollowUp) -> FollowUp:
        """Its task arrives once; how it stands then."""
        self.sender().send(followup.id)
        return self.now(followup)

    def send_until_done(self, followup: FollowUp) -> FollowUp:
        """Its tasks arrive in time, until nothing is to be done without help."""
        while (state := self.now(followup)).is_pending:
            self.clock.advance(max(timedelta(0), state.next_at - self.clock.now()))
            self.send(followup)
        return state
