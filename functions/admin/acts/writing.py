"""What officers write: for colleagues, to the reporter, and to a superior first."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from functions.admin import forms
from functions.admin.acts.cases import Deed
from functions.admin.acts.deciding import Deciding
from functions.admin.acts.drafts import Proposal, Words
from functions.admin.acts.sources import By, told
from functions.cloud.firestore import Commit
from functions.errors import Rejected
from functions.followups import notices
from functions.followups.model import Kind, State
from functions.followups.planner import cancel
from functions.reports import casework
from functions.reports.lifecycle import Change
from functions.reports.model import (
    ItemKind,
    Report,
    TimelineItem,
)
from functions.reports.store import StoredReport

_KINDS = {Words.QUESTION: Kind.QUESTION, Words.REPLY: Kind.REPLY}
_ITEMS = {Words.QUESTION: ItemKind.QUESTION, Words.REPLY: ItemKind.REPLY}


@dataclass(frozen=True, slots=True)
class Writing(Deciding):
    """Acts of words. A superior may also approve an outcome, hence `Deciding`."""

    def note(self, before: StoredReport, form: forms.NoteForm, by: By) -> Deed:
        """For colleagues."""
        change = casework.write_down(before.report, "noted", **told(by))
        return Deed(
            change,
            items=(_item(ItemKind.NOTE, form.text, by),),
            more=self._sent(before.report, by, Words.NOTE),
        )

    def ask(self, before: StoredReport, form: forms.WordsForm, by: By) -> Deed:
        """The reporter is asked for more."""
        return self._say(before.report, Words.QUESTION, form.text, by)

    def reply(self, before: StoredReport, form: forms.WordsForm, by: By) -> Deed:
        """The reporter is answered."""
        return self._say(before.report, Words.REPLY, form.text, by)

    def call_back(self, before: StoredReport, followup_id: str, by: By) -> Deed:
        """Words that have not left are stopped, and lie on the officer's desk again.

        Raises:
            Rejected: they left already, or are none of this report's.
        """
        report = before.report
        found = self.followups.read(followup_id)
        if found is None or found.followup.report_id != report.id:
            raise Rejected("no such words")
        words = next((one for one, kind in _KINDS.items() if kind is found.followup.kind), None)
        stopped = cancel(
            found.followup, problem="called back", sentence="Cán bộ đã thu hồi trước khi gửi."
        )
        if words is None or stopped is None or found.followup.state is not State.DUE:
            raise Rejected("they left already", sentence="Tin đã gửi đi, không thu hồi được nữa.")
        change = casework.call_back(
            report, asked=report.asked_at == found.followup.created_at, **told(by)
        )
        text = found.followup.values["noi_dung"]

        def back_on_the_desk(commit: Commit) -> None:
            self.drafts.add(commit, report.id, by.subject, words, text, at=by.at)

        return Deed(change, withdrawn=((found, stopped),), more=back_on_the_desk)

    def propose(self, before: StoredReport, proposal: Proposal, by: By) -> Deed:
        """Words wait for a superior."""
        if proposal.kind is not Words.OUTCOME:
            _check_reachable(before.report)
        change = casework.propose(before.report, kind=proposal.kind.value, **told(by))

        def lay_before(commit: Commit) -> None:
            self.drafts.propose(commit, before.report.id, proposal)
            self.drafts.remove(commit, before.report.id, by.subject, proposal.kind)

        return Deed(change, more=lay_before)

    def approve(self, before: StoredReport, form: forms.ActForm, by: By) -> Deed:
        """The proposed words go out by the superior's act.

        Raises:
            Rejected: nothing waits, or it is the superior's own.
        """
        report = before.report
        proposal = self._waiting(report)
        if proposal.by == by.subject:
            raise Rejected("own words", sentence="Nội dung này cần một cán bộ khác duyệt.")
        approved = casework.settle_proposal(
            report, "words approved", reason=f"{proposal.kind.value}, {proposal.by}", **told(by)
        )
        if proposal.kind is Words.OUTCOME:
            deed = self.conclude(
                StoredReport(approved.report, before.stored),
                _outcome_form(proposal, report, by),
                by,
            )
        else:
            said = self._say(approved.report, proposal.kind, proposal.text, by)
            # What the superior is writing there stays.
            deed = replace(said, more=self.without_proposals(report.id))
        entries = (*approved.entries, *deed.change.entries)
        return replace(deed, change=Change(deed.change.report, entries))

    def return_words(self, before: StoredReport, form: forms.ReasonForm, by: By) -> Deed:
        """The proposed words come back with a word."""
        proposal = self._waiting(before.report)
        change = casework.settle_proposal(
            before.report, "words returned", reason=form.reason, **told(by)
        )
        returned = proposal.model_copy(
            update={"is_returned": True, "word": form.reason, "returned_by": by.officer.name}
        )
        return Deed(
            change, more=lambda commit: self.drafts.propose(commit, before.report.id, returned)
        )

    def withdraw_words(self, before: StoredReport, form: forms.ActForm, by: By) -> Deed:
        """The proposed words lie on their author's desk again."""
        report = before.report
        proposal = self.drafts.proposal(report.id)
        if proposal is None:
            raise Rejected("nothing proposed", sentence="Không có nội dung nào đang trình.")
        if proposal.by != by.subject:
            raise Rejected("not the author", sentence="Chỉ người trình rút lại được nội dung này.")
        change = casework.settle_proposal(report, "words taken back", **told(by))

        def back_on_the_desk(commit: Commit) -> None:
            self.drafts.settle(commit, report.id)
            if proposal.kind is not Words.OUTCOME:
                self.drafts.add(
                    commit, report.id, by.subject, proposal.kind, proposal.text, at=by.at
                )

        return Deed(change, more=back_on_the_desk)

    def _say(self, report: Report, words: Words, text: str, by: By) -> Deed:
        _check_reachable(report)
        if words is Words.QUESTION:
            change = casework.ask_reporter(report, **told(by))
        else:
            change = casework.write_down(report, "answered", **told(by))
        followup = notices.words(
            report,
            _KINDS[words],
            text,
            self.unit(report.unit_id),
            operation=by.operation,
            now=by.at,
        )
        item = _item(_ITEMS[words], text, by, followup_id=followup.id)
        return Deed(change, items=(item,), owed=(followup,), more=self._sent(report, by, words))

    def _sent(self, report: Report, by: By, words: Words) -> Callable[[Commit], None]:
        return lambda commit: self.drafts.remove(commit, report.id, by.subject, words)

    def _waiting(self, report: Report) -> Proposal:
        proposal = self.drafts.proposal(report.id)
        if proposal is None or proposal.is_returned:
            raise Rejected("nothing waits", sentence="Không có nội dung nào đang chờ duyệt.")
        return proposal


def _item(kind: ItemKind, text: str, by: By, followup_id: str | None = None) -> TimelineItem:
    return TimelineItem(
        id=by.operation,
        kind=kind,
        at=by.at,
        text=text,
        author=by.subject,
        followup_id=followup_id,
    )


def _outcome_form(proposal: Proposal, report: Report, by: By) -> forms.OutcomeForm:
    if proposal.outcome is None:
        raise Rejected("a proposed outcome without one")
    return forms.OutcomeForm(
        outcome=proposal.outcome,
        reason=proposal.text,
        note=proposal.note,
        delay_days=proposal.delay_days,
        version=report.version,
        operation=by.operation,
    )


def _check_reachable(report: Report) -> None:
    if not notices.can_be_reached(report):
        raise Rejected(
            "the reporter did not write through Zalo",
            sentence="Phản ánh này không đến từ Zalo nên không nhắn tin cho người dân được.",
        )
