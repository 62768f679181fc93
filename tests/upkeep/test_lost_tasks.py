"""Every task is lost: the sweep alone brings messages to their receipts, on real emulators."""

import io
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from PIL import Image
from pydantic import BaseModel

from functions.cloud.tasks import Queue
from functions.evidence.entrance import KeepEvidence
from functions.evidence.fetching import Fetcher
from functions.evidence.keeping import Keeper
from functions.evidence.model import EvidenceState
from functions.followups.entrance import SendFollowUp
from functions.intake.conversation import GRACE as LATE_MESSAGES
from functions.intake.entrance import StoreReport
from functions.reports.model import ReportState
from functions.units.store import UnitStore
from functions.upkeep.sweep import GRACE, Pending, Stage, Sweep, Swept
from tests.emulators import MovableClock, Project
from tests.followups.chats import Chats
from tests.followups.office import Office
from tests.intake.desk import ME, SILENCE, Desk
from tests.intake.phone import Phone
from tests.zalo.scripted_server import ScriptedServer, answering

SECOND = timedelta(seconds=1)


def photo() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(content, "JPEG")
    return content.getvalue()


@pytest.fixture
def media() -> Iterator[ScriptedServer]:
    """Zalo's media host: gives the same photo each time it is asked."""
    with ScriptedServer() as running:
        running.will(*[answering(photo())] * 5)
        yield running


class System:
    """All functions in one process, and not one task between them."""

    def __init__(self, project: Project, clock: MovableClock, media: ScriptedServer) -> None:
        self.clock = clock
        self.chats = Chats()
        self.desk = Desk(project, clock)
        self.desk.found()
        self._office = Office(project, clock, self.chats)
        self._keeper = Keeper(
            database=self.desk.database,
            evidence=self.desk.evidence,
            reports=self.desk.reports,
            followups=self.desk.followups,
            units=UnitStore(self.desk.database),
            originals=project.bucket("originals"),
            previews=project.bucket("previews"),
            fetcher=Fetcher(allowed=[media.url], maximum_bytes=1_000_000, total_seconds=30),
            clock=clock,
            maximum_bytes=1_000_000,
            wake_followup=lambda followup_id: None,
        )

    def sweep(self) -> Swept:
        """One run, with the stages of `functions.wiring`."""
        return Sweep(
            stages=[
                Stage("inbox", Queue.INBOX, self._citizens),
                Stage("evidence", Queue.MEDIA, self._pieces),
                Stage("followups", Queue.SEND, self._owed),
            ],
            call=self._call,
            wake=lambda queue, body, at: None,
            clock=self.clock,
        ).run()

    def _call(self, queue: Queue, body: BaseModel) -> None:
        match body:
            case StoreReport():
                self.desk.worker().fold(body.citizen)
            case KeepEvidence():
                self._keeper.keep(body.evidence)
            case SendFollowUp():
                self._office.sender().send(body.followup)

    def _citizens(self, before: datetime) -> list[Pending]:
        waiting = self.desk.conversations.silent(before) | self.desk.inbox.overdue(before)
        return [Pending(StoreReport(citizen=citizen), at) for citizen, at in waiting.items()]

    def _pieces(self, before: datetime) -> list[Pending]:
        found = self.desk.evidence.overdue(before)
        return [Pending(KeepEvidence(evidence=it.id), it.next_at) for it in found]

    def _owed(self, before: datetime) -> list[Pending]:
        found = self.desk.followups.overdue(before)
        return [Pending(SendFollowUp(followup=it.id), it.next_at) for it in found]


@pytest.fixture
def system(project: Project, clock: MovableClock, media: ScriptedServer) -> System:
    return System(project, clock, media)


def send_a_report(system: System, media: ScriptedServer) -> None:
    now, phone = system.clock.now(), Phone()
    system.desk.receive(
        phone.photo(f"{media.url}/a.jpg", f"{media.url}/b.jpg", at=now, caption="Xe vượt đèn đỏ"),
        phone.text("#xong", at=now + SECOND),
    )


def test_one_run_brings_messages_from_the_inbox_to_a_receipt_on_the_phone(
    system: System, media: ScriptedServer
) -> None:
    send_a_report(system, media)
    system.clock.advance(GRACE)

    swept = system.sweep()

    (report,) = system.desk.reports.latest_of(ME)
    pieces = system.desk.evidence.of_report(report.id)
    assert swept == Swept(done={"inbox": 1, "evidence": 2, "followups": 1})
    assert report.state is ReportState.RECEIVED
    assert [piece.state for piece in pieces] == [EvidenceState.STORED] * 2
    assert len(system.chats.texts) == 1
    assert report.code in system.chats.texts[0]
    assert "2 tệp" in system.chats.texts[0]


def test_another_run_finds_nothing_to_do(system: System, media: ScriptedServer) -> None:
    send_a_report(system, media)
    system.clock.advance(GRACE)
    system.sweep()
    system.clock.advance(timedelta(days=1))

    assert system.sweep() == Swept()
    assert len(system.chats.texts) == 1


def test_what_just_came_in_is_left_to_its_wake_up(system: System, media: ScriptedServer) -> None:
    send_a_report(system, media)
    system.clock.advance(GRACE - SECOND)

    assert system.sweep() == Swept()
    assert system.desk.reports.latest_of(ME) == []


def test_a_report_left_in_silence_is_closed_and_receipted(system: System) -> None:
    system.desk.fold(Phone().text("Xe vượt đèn đỏ", at=system.clock.now()))
    system.clock.advance(SILENCE + LATE_MESSAGES + GRACE)

    system.sweep()

    (report,) = system.desk.reports.latest_of(ME)
    assert report.state is ReportState.RECEIVED
    assert any(report.code in text for text in system.chats.texts)
