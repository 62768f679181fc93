"""Who works a report, in which unit, under which heading, and for how long."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from functions.admin import forms
from functions.admin.acts.cases import Deed
from functions.admin.acts.sources import By, Sources, told
from functions.errors import Rejected
from functions.followups import notices
from functions.reports import casework
from functions.reports.deadlines import LONGEST_VERIFICATION
from functions.reports.model import Report
from functions.reports.store import StoredReport
from functions.units.roles import Permission
from functions.vietnam import VIETNAM

_END_OF_DAY = time(23, 59, 59)
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Handling(Sources):
    """Acts that move a report along."""

    def claim(self, before: StoredReport, form: forms.ActForm, by: By) -> Deed:
        """It is the officer's own."""
        return Deed(casework.claim(before.report, name=by.officer.name, **told(by)))

    def assign(self, before: StoredReport, form: forms.AssignForm, by: By) -> Deed:
        """It is another officer's, who works in the report's unit."""
        report = before.report
        to = self.units.officer(form.officer)
        if to is None or not to.may(
            Permission.WORK_CASES, report.line, is_restricted=report.is_restricted
        ):
            raise Rejected(
                "not an officer of the unit",
                sentence="Cán bộ này không được phân công tại đơn vị của phản ánh.",
            )
        return Deed(casework.assign(report, to=to.subject, name=to.name, **told(by)))

    def release(self, before: StoredReport, form: forms.ActForm, by: By) -> Deed:
        """It is nobody's."""
        return Deed(casework.assign(before.report, to=None, name="", **told(by)))

    def offer(self, before: StoredReport, form: forms.OfferForm, by: By) -> Deed:
        """Another unit is to take it."""
        to = self.units.unit(form.unit)
        if to is None or to.is_closed:
            raise Rejected("no such unit", sentence=forms.SENTENCES["unit"])
        return Deed(
            casework.offer(
                before.report,
                to_unit=to.id,
                to_lineage=to.line,
                reason=form.reason,
                **told(by),
            )
        )

    def take_over(self, before: StoredReport, form: forms.ActForm, by: By) -> Deed:
        """The other unit has it now, and the reporter hears so."""
        change = casework.take_over(before.report, **told(by))
        after = change.report
        owed = self.steps(
            after, lambda: notices.transferred_notice(after, self.unit(after.unit_id), now=by.at)
        )
        return Deed(change, owed=owed, more=self.without_proposals(after.id))

    def return_back(self, before: StoredReport, form: forms.ReasonForm, by: By) -> Deed:
        """The first unit keeps it."""
        return Deed(casework.return_back(before.report, reason=form.reason, **told(by)))

    def accept(self, before: StoredReport, form: forms.ActForm, by: By) -> Deed:
        """The verification begins, and the reporter hears so."""
        change = casework.accept(before.report, **told(by))
        owed = self.steps(change.report, lambda: notices.accepted_notice(change.report, now=by.at))
        return Deed(change, owed=owed)

    def extend(self, before: StoredReport, form: forms.ExtendForm, by: By) -> Deed:
        """The verification lasts to the end of that day, and the reporter hears so."""
        until = datetime.combine(form.until, _END_OF_DAY, VIETNAM).astimezone(UTC)
        since = before.report.verified_since
        if since is not None:
            latest = since + LONGEST_VERIFICATION
            # Whoever picks the last day means as much of it as the law gives.
            until = latest if latest < until < latest + _A_DAY else until
        change = casework.extend(before.report, until=until, reason=form.reason, **told(by))
        owed = self.steps(
            change.report, lambda: notices.extended_notice(change.report, until, now=by.at)
        )
        return Deed(change, owed=owed)

    def classify(self, before: StoredReport, form: forms.ClassifyForm, by: By) -> Deed:
        """Which matter it is, and whether it is urgent."""
        return Deed(
            casework.classify(before.report, track=form.track, is_urgent=form.is_urgent, **told(by))
        )

    def restrict(self, before: StoredReport, form: forms.ReasonForm, by: By) -> Deed:
        """For the inspectorate only."""
        return self._restrict(before.report, form, by, is_restricted=True)

    def open_to_unit(self, before: StoredReport, form: forms.ReasonForm, by: By) -> Deed:
        """For the unit again."""
        return self._restrict(before.report, form, by, is_restricted=False)

    def _restrict(
        self, report: Report, form: forms.ReasonForm, by: By, *, is_restricted: bool
    ) -> Deed:
        change = casework.restrict(
            report, is_restricted=is_restricted, reason=form.reason, **told(by)
        )
        return Deed(change, more=self.without_proposals(report.id))
