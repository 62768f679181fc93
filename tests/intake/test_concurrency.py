"""Several workers on one citizen at once: each message counts once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from functions.followups.model import Kind
from functions.intake.store import ConversationStore, Inbox, PendingEvent, StoredConversation
from functions.reports.audit import first_flaw
from tests.emulators import Project
from tests.intake.desk import ME, Desk
from tests.intake.phone import Phone

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def test_two_workers_at_once_make_one_report(desk: Desk, phone: Phone, project: Project) -> None:
    both_have_read = threading.Barrier(2, timeout=20)
    desk.receive(*phone.reports(at=desk.clock.now()))

    class Simultaneous(ConversationStore):
        is_first = True

        def read(self, citizen: str) -> StoredConversation | None:
            found = super().read(citizen)
            if self.is_first:
                self.is_first = False
                both_have_read.wait()
            return found

    def fold(seed: int) -> None:
        own = Desk(project, desk.clock, seed=seed)
        own.worker(conversations=Simultaneous(own.database)).fold(ME)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(fold, (1, 2)))

    report = desk.the_report()
    assert len(desk.reports.items(report.id)) == 4
    assert first_flaw(desk.reports.audit(report.id)) is None
    assert len(desk.owed(Kind.RECEIPT)) == 1


def test_what_another_worker_folds_between_two_reads_is_not_folded_again(
    desk: Desk, phone: Phone, project: Project
) -> None:
    """The other even goes on to two further reports, so that the first is not remembered."""
    start = desk.clock.now()
    other = Desk(project, desk.clock, seed=1)
    reads = 0

    def second_read_is_late() -> None:
        nonlocal reads
        reads += 1
        if reads == 2:
            for number in range(3):
                at = start + number * MINUTE
                words = [] if number == 0 else [phone.text(f"Xe vượt đèn đỏ {number}", at=at)]
                other.fold(*words, phone.text("xong", at=at + SECOND))

    class LateInbox(Inbox):
        def pending_for(self, citizen: str) -> list[PendingEvent]:
            second_read_is_late()
            return super().pending_for(citizen)

    class LateConversations(ConversationStore):
        def read(self, citizen: str) -> StoredConversation | None:
            second_read_is_late()
            return super().read(citizen)

    desk.receive(phone.text("Xe vượt đèn đỏ 0", at=start))
    worker = desk.worker(
        inbox=LateInbox(project.database("inbox")), conversations=LateConversations(desk.database)
    )
    worker.fold(ME)

    reports = desk.reports.latest_of(ME)
    texts = [item.text for report in reports for item in desk.reports.items(report.id)]
    assert sorted(texts) == ["Xe vượt đèn đỏ 0", "Xe vượt đèn đỏ 1", "Xe vượt đèn đỏ 2"]


def test_rows_that_another_fold_settled_do_not_keep_the_others_pending(
    desk: Desk, phone: Phone
) -> None:
    start = desk.clock.now()
    desk.receive(*(phone.text(f"Tin {number}", at=start) for number in range(3)))
    events = desk.inbox.pending_for(ME)
    desk.inbox.settle(events[:1])

    desk.inbox.settle(events)

    assert desk.inbox.pending_for(ME) == []
