"""What a report has to do with others, and with whoever sent it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from functions.admin import forms
from functions.admin.acts.cases import Deed, NewReport
from functions.admin.acts.offers import may_do
from functions.admin.acts.sources import By, Sources, told
from functions.errors import Rejected
from functions.evidence.model import EvidenceState
from functions.reports import casework
from functions.reports.account import Account, Fact, Finding
from functions.reports.codes import code_from, find_code
from functions.reports.model import (
    EvidenceCount,
    TimelineItem,
)
from functions.reports.store import StoredReport


@dataclass(frozen=True, slots=True)
class Relating(Sources):
    """Acts on two reports at once, and on their reporter."""

    def link(self, before: StoredReport, form: forms.LinkForm, by: By) -> Deed:
        """Both are about one incident."""
        other = self._other(form, by)
        change = casework.link(before.report, other=other.report.id, **told(by))
        theirs = casework.link(other.report, other=before.report.id, **told(by))
        return Deed(change, beside=((other, theirs),))

    def unlink(self, before: StoredReport, form: forms.UnlinkForm, by: By) -> Deed:
        """They are not about one incident."""
        if form.other not in before.report.linked:
            raise Rejected("not linked", sentence="Hai phản ánh này không còn liên kết.")
        change = casework.unlink(before.report, other=form.other, **told(by))
        other = self.reports.read(form.other)
        if other is None:
            return Deed(change)
        theirs = casework.unlink(other.report, other=before.report.id, **told(by))
        return Deed(change, beside=((other, theirs),))

    def mark_duplicate(self, before: StoredReport, form: forms.LinkForm, by: By) -> Deed:
        """This one tells what the other one tells."""
        other = self._other(form, by)
        if other.report.duplicate_of is not None:
            raise Rejected(
                "the original is a duplicate itself",
                sentence="Phản ánh gốc cũng là phản ánh trùng. Xin chọn phản ánh đầu tiên.",
            )
        change = casework.mark_duplicate(before.report, original=other.report.id, **told(by))
        theirs = casework.link(other.report, other=before.report.id, **told(by))
        return Deed(change, beside=((other, theirs),))

    def split_off(self, before: StoredReport, form: forms.SplitForm, by: By) -> Deed:
        """A part becomes a report of its own, with the same files."""
        report = before.report
        chosen = [item for item in self.reports.items(report.id) if item.id in set(form.item)]
        if len(chosen) != len(set(form.item)):
            raise Rejected("an item that is not there")
        findings = [one for one in report.account.findings if one.item_id in set(form.item)]
        if form.plate:
            plate = "".join(sign for sign in form.plate.upper() if sign.isalnum())
            findings = [one for one in findings if one.fact is not Fact.SUBJECT]
            findings.append(
                Finding(
                    fact=Fact.SUBJECT,
                    item_id=chosen[0].id,
                    at=chosen[0].at,
                    value=plate,
                    said=form.plate,
                )
            )
        split = casework.split_off(
            report,
            # The same form makes the same report.
            part_id=by.operation,
            code=code_from(self.draw(5)),
            items=chosen,
            evidence=self._kept(chosen),
            account=Account(findings=tuple(findings)),
            **told(by),
        )
        return Deed(split.original, begun=NewReport(split.part, tuple(chosen)))

    def block(self, before: StoredReport, form: forms.BlockForm, by: By) -> Deed:
        """The reporter's messages begin no report for a while."""
        found = self.blocks.read(before.report.citizen)
        after = found.blocks.blocked(
            by=by.subject, reason=form.reason, until=by.at + timedelta(days=form.days), at=by.at
        )
        change = casework.write_down(
            before.report, "reporter blocked", reason=form.reason, **told(by)
        )
        return Deed(change, more=lambda commit: self.blocks.add_change(commit, found, after))

    def unblock(self, before: StoredReport, form: forms.ReasonForm, by: By) -> Deed:
        """They do again."""
        found = self.blocks.read(before.report.citizen)
        after = found.blocks.lifted(by=by.subject, reason=form.reason, at=by.at)
        change = casework.write_down(
            before.report, "reporter unblocked", reason=form.reason, **told(by)
        )
        return Deed(change, more=lambda commit: self.blocks.add_change(commit, found, after))

    def _other(self, form: forms.LinkForm, by: By) -> StoredReport:
        """The report of that code, if the officer sees it and works there."""
        code = find_code(form.code)
        found = self.reports.find_by_code(code) if code is not None else None
        if found is None or not by.officer.may_see(found.report.audience):
            raise Rejected(
                "no such code", sentence="Không tìm thấy phản ánh có mã này trong đơn vị."
            )
        if not may_do("link", by.officer, found.report):
            raise Rejected(
                "not permitted in the other report",
                sentence="Đồng chí không có quyền xử lý phản ánh có mã này.",
            )
        return found

    def _kept(self, items: Sequence[TimelineItem]) -> EvidenceCount:
        found = [self.evidence.read(item.evidence_id) for item in items if item.evidence_id]
        states = [one.evidence.state for one in found if one is not None]
        if EvidenceState.PENDING in states:
            raise Rejected(
                "an attachment is still coming",
                sentence="Có tệp đang được tải về. Xin chờ tải xong rồi tách.",
            )
        return EvidenceCount(
            stored=states.count(EvidenceState.STORED), failed=states.count(EvidenceState.FAILED)
        )
