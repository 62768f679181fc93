"""Firestore operations of one standard report, counted at the client and by kind of work.

Goal P7 of the performance plan: 55 writes and 100 reads for a report of 4 events, 2 media,
3 messages, 3 officers' acts and 10 page views. Of officers' acts there is only the outcome so far,
so one is counted. A query costs a read for each document found, and one if it finds none.
"""

import io
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from functions.cloud.firestore import Commit, Database
from functions.evidence.fetching import Fetcher
from functions.evidence.keeping import Keeper
from functions.followups.model import Kind
from functions.followups.sender import Sender
from functions.reports.model import OutcomeCode
from functions.units.store import UnitStore
from tests import emulators
from tests.admin.issuer import issuer_at
from tests.admin.station import LEAD, Station
from tests.emulators import MovableClock, Project
from tests.evidence.media_host import MediaHost, answering
from tests.followups.chats import Chats
from tests.intake.desk import ME, Desk
from tests.intake.phone import Phone

MOST_WRITES, MOST_READS = 55, 100
PAGE_VIEWS = 10


class Operations:
    """What was asked of Firestore, by the work that was being done."""

    def __init__(self) -> None:
        self.writes: Counter[str] = Counter()
        self.reads: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()
        self.work = ""

    @contextmanager
    def during(self, work: str) -> Iterator[None]:
        """Count what happens meanwhile under that name."""
        self.work = work
        yield
        self.work = ""

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Count every read and commit of this process."""
        read_many, find, send = Database.read_many, Database.find, Commit.send

        def counted_read(database: Database, paths: Any) -> Any:
            self.reads[self.work] += len(paths)
            self.calls[self.work] += bool(paths)
            return read_many(database, paths)

        def counted_find(database: Database, *arguments: Any, **named: Any) -> Any:
            found = find(database, *arguments, **named)
            self.reads[self.work] += max(1, len(found))
            self.calls[self.work] += 1
            return found

        def counted_send(commit: Commit) -> Any:
            self.writes[self.work] += commit.writes
            self.calls[self.work] += bool(commit.writes)
            return send(commit)

        with (
            patch.object(Database, "read_many", counted_read),
            patch.object(Database, "find", counted_find),
            patch.object(Commit, "send", counted_send),
        ):
            yield


def _picture() -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (320, 240), "gray").save(out, "JPEG")
    return out.getvalue()


def _standard_report(project: Project, folder: Path, operations: Operations) -> None:
    clock = MovableClock()
    host = MediaHost()
    key = generate_private_key(public_exponent=65_537, key_size=2048)
    with host, issuer_at(clock.now, key) as issuer:
        station = Station(project, clock, issuer, folder)
        desk, chats, phone = Desk(project, clock), Chats(), Phone()
        desk.found()
        keeper = Keeper(
            database=desk.database,
            evidence=desk.evidence,
            reports=desk.reports,
            followups=desk.followups,
            units=UnitStore(desk.database),
            originals=station.originals,
            previews=station.previews,
            fetcher=Fetcher(allowed=[host.origin], maximum_bytes=10**6, total_seconds=60),
            clock=clock,
            maximum_bytes=10**6,
            wake_followup=lambda _: None,
        )
        sender = Sender(
            followups=desk.followups,
            reports=desk.reports,
            people=desk.people,
            messenger=chats,
            clock=clock,
            draw_attempt=lambda: "attempt",
            wake=lambda followup_id, at: None,
        )
        links = [host.lay(answering(_picture())), host.lay(answering(_picture()))]
        worker = desk.worker()
        # The unit and the page are known to a warm process.
        browser = station.browser(LEAD)
        with operations.counting():
            now = clock.now()
            sent = [
                phone.text("Xe 14A-123.45 vượt đèn đỏ lúc 7h30", at=now),
                phone.photo(links[0], at=now + timedelta(seconds=5)),
                phone.photo(links[1], at=now + timedelta(seconds=9)),
            ]
            with operations.during("webhook, 4 events"):
                desk.receive(*sent)
            clock.advance(timedelta(seconds=12))
            with operations.during("folding, 2 folds"):
                worker.fold(ME)
            with operations.during("webhook, 4 events"):
                desk.receive(phone.text("Xong", at=clock.now()))
            clock.advance(timedelta(seconds=3))
            with operations.during("folding, 2 folds"):
                worker.fold(ME)
            woken = [piece for wake in desk.woken for piece in wake.evidence]
            with operations.during("evidence, 2 media"):
                for piece in woken:
                    keeper.keep(piece)
            report = desk.the_report()
            followups = [it.id for it in desk.followups.of_report(report.id)]
            followups += [it.id for it in desk.owed(Kind.GATHERING)]
            with operations.during("messages, 3"):
                for followup_id in followups:
                    sender.send(followup_id)
            with operations.during(f"page views, {PAGE_VIEWS}"):
                for number in range(PAGE_VIEWS):
                    path = "/" if number % 2 else f"/reports/{report.id}"
                    assert browser.get(path).status_code == 200
            with operations.during("officer's act, 1"):
                answer = browser.post(
                    f"/reports/{report.id}/outcomes",
                    {
                        "outcome": OutcomeCode.RECORD_MADE.value,
                        "reason": "",
                        "note": "",
                        "delay_days": "0",
                        "version": str(report.version),
                        "operation": "0" * 32,
                    },
                )
                assert answer.status_code in {200, 303}, answer.status_code
            # It leaves when it can no longer be taken back.
            clock.advance(timedelta(seconds=20))
            last = [it.id for it in desk.followups.of_report(report.id) if it.is_pending]
            with operations.during("messages, 3"):
                for followup_id in last:
                    sender.send(followup_id)
        assert len(chats.texts) == 3, chats.texts


def measure() -> None:
    """Print the table."""
    operations = Operations()
    with tempfile.TemporaryDirectory() as kept, emulators.environment(Path(kept)) as project:
        _standard_report(project, Path(kept), operations)
    print("Firestore operations of one standard report")
    print(f"  {'':<26}{'writes':>8}{'reads':>8}{'calls':>8}")
    works = [work for work in operations.calls if work]
    for work in works:
        print(
            f"  {work:<26}{operations.writes[work]:>8}{operations.reads[work]:>8}"
            f"{operations.calls[work]:>8}"
        )
    writes = sum(operations.writes[work] for work in works)
    reads = sum(operations.reads[work] for work in works)
    for name, goal, figure in (("writes", MOST_WRITES, writes), ("reads", MOST_READS, reads)):
        verdict = "met" if figure <= goal else "MISSED"
        print(f"  P7 {name:<31}<= {goal:>4}{figure:>9}  {verdict}")


if __name__ == "__main__":
    measure()
