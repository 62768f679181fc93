"""What officers do in a transcript, as their page does it: a change, and what is owed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.cloud.firestore import Database
from functions.followups.model import FollowUp, Kind
from functions.followups.notices import accepted_notice, outcome_notice, wants_result, words
from functions.followups.store import FollowUpStore
from functions.identity.blocks import BlockStore
from functions.reports.casework import accept, ask_reporter, conclude, write_down
from functions.reports.lifecycle import Change
from functions.reports.model import OutcomeCode, Report
from functions.reports.store import ReportStore
from functions.units.store import UnitStore

OFFICER = "officer-minh"
_OUTCOMES = {
    "đã xử phạt": OutcomeCode.FINED,
    "đã lập biên bản": OutcomeCode.RECORD_MADE,
    "không vi phạm": OutcomeCode.NO_VIOLATION,
    "chưa đủ căn cứ": OutcomeCode.INSUFFICIENT,
    "đã chuyển": OutcomeCode.TRANSFERRED,
}
_BLOCKED_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Duty:
    """An officer at work on the citizen's newest report."""

    citizen: str
    database: Database
    reports: ReportStore
    followups: FollowUpStore
    units: UnitStore
    draw: Callable[[int], bytes]

    def do(self, words_of_the_line: str, now: datetime) -> None:
        """What the line says.

        Raises:
            ValueError: something that officers do not do here.
        """
        act, _, rest = words_of_the_line.partition(": ")
        match act:
            case "cán bộ ghi kết quả":
                outcome, _, reason = rest.partition("; ")
                self._conclude(_OUTCOMES[outcome], reason, now)
            case "cán bộ thụ lý":
                self._accept(now)
            case "cán bộ hỏi":
                self._write(Kind.QUESTION, rest, now)
            case "cán bộ trả lời":
                self._write(Kind.REPLY, rest, now)
            case "cán bộ tạm dừng tiếp nhận":
                self._block(rest, now)
            case _:
                raise ValueError(f"no officer does that: {words_of_the_line}")

    def _conclude(self, code: OutcomeCode, reason: str, now: datetime) -> None:
        report = self._newest()
        change = conclude(
            report,
            code=code,
            reason=reason,
            note="",
            officer=OFFICER,
            at=now,
            tell_at=now,
            operation=self._operation(),
        )
        outcome, unit = change.report.outcome, self.units.unit(report.unit_id)
        assert outcome is not None
        assert unit is not None
        told = [outcome_notice(change.report, outcome, unit)] if wants_result(report) else []
        self._record(change, told)

    def _accept(self, now: datetime) -> None:
        change = accept(self._newest(), officer=OFFICER, at=now, operation=self._operation())
        is_told = wants_result(change.report)
        self._record(change, [accepted_notice(change.report, now=now)] if is_told else [])

    def _write(self, kind: Kind, text: str, now: datetime) -> None:
        report, operation = self._newest(), self._operation()
        unit = self.units.unit(report.unit_id)
        assert unit is not None
        if kind is Kind.QUESTION:
            change = ask_reporter(report, officer=OFFICER, at=now, operation=operation)
        else:
            change = write_down(
                report, "reporter answered", officer=OFFICER, at=now, operation=operation
            )
        told = words(report, kind, text, unit, operation=operation, now=now)
        self._record(change, [told])

    def _block(self, reason: str, now: datetime) -> None:
        blocks = BlockStore(self.database)
        before = blocks.read(self.citizen)
        after = before.blocks.blocked(by=OFFICER, reason=reason, until=now + _BLOCKED_FOR, at=now)
        commit = self.database.commit()
        blocks.add_change(commit, before, after)
        commit.send()

    def _record(self, change: Change, told: list[FollowUp]) -> None:
        before = self.reports.read(change.report.id)
        assert before is not None
        commit = self.database.commit()
        self.reports.add_change(commit, before, change)
        for followup in told:
            self.followups.add_new(commit, followup)
        commit.send()

    def _newest(self) -> Report:
        return self.reports.latest_of(self.citizen)[0]

    def _operation(self) -> str:
        return self.draw(16).hex()
