"""The use cases of opening an identity: every step in one commit with what proves that it was done.

The officers' page never reads the vault. It writes down that an identity is read, in the report's
audit chain, in the access log and for the heads of the unit, and only then asks the function that
may (`functions.identity.disclosure`), which looks all of that up again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from functions.admin.acts.offers import NotPermitted
from functions.admin.door.guards import Visit
from functions.admin.records.logs import AccessKind, AccessLog, of_report
from functions.cloud.firestore import Commit, Database, Existing, compare_and_set
from functions.errors import Rejected, Transient
from functions.identity.disclosure import Disclosed
from functions.identity.openings import (
    Alert,
    By,
    Case,
    Opening,
    Stage,
    alert_of,
    approve,
    ask,
    ask_in_emergency,
    read,
    refuse,
    seen,
)
from functions.identity.store import OpeningStore, StoredOpening
from functions.reports.lifecycle import audited
from functions.reports.model import Report
from functions.reports.store import ReportStore, StoredReport
from functions.units.model import Officer
from functions.units.roles import Permission, Role, audience_of, audiences_of

_HEADS = frozenset({Role.UNIT_HEAD, Role.INSPECTORATE})
"""Who is told that an identity was opened; of a restricted report only the latter."""


class Unseen(Rejected):
    """The report, the opening or the alert does not exist for this officer: HTTP 404."""


@dataclass(frozen=True, slots=True)
class Identities:
    """Asks, answers, reads and tells.

    Args:
        disclose: has the keeper of the vault say who the reporter of an opening is, in the reading
            of that name; raises Rejected or Transient.
        is_emergency_allowed: whether one officer alone may open an identity.
    """

    database: Database
    reports: ReportStore
    openings: OpeningStore
    log: AccessLog
    disclose: Callable[[str, str], Disclosed]
    is_emergency_allowed: bool = False

    def ask(
        self, here: Visit, report_id: str, *, reason: str, is_emergency: bool, operation: str
    ) -> None:
        """Ask to know who the reporter is. The same form twice asks once.

        Raises:
            Unseen, NotPermitted: the report is not this officer's to see, or to ask about.
            Rejected: one asks already, or no reason is given, or this is no place of emergencies.
            Conflict, Transient: as ever; sending the same form again is safe.
        """

        def attempt() -> None:
            before = self._report(here, report_id, Permission.REQUEST_IDENTITY)
            if self.openings.read(operation) is not None:
                return
            self._check_asks_first(here, report_id)
            case, by = _case(before.report), by_of(here)
            if is_emergency:
                opening = ask_in_emergency(
                    operation,
                    case,
                    by=by,
                    reason=reason,
                    at=here.now,
                    is_allowed=self.is_emergency_allowed,
                )
            else:
                opening = ask(operation, case, by=by, reason=reason, at=here.now)
            commit = self.database.commit()
            self.openings.add_new(commit, opening)
            act = "identity asked in emergency" if is_emergency else "identity asked"
            self._add_step(commit, here, before, opening, act, opening.reason)
            try:
                commit.send()
            except Existing:
                return
            except Transient:
                if self.openings.read(operation) is None:
                    raise

        compare_and_set(attempt)

    def decide(
        self, here: Visit, report_id: str, opening_id: str, *, is_approved: bool, answer: str = ""
    ) -> None:
        """A second officer approves it, or refuses it and says why. Twice does it once.

        Raises:
            Unseen, NotPermitted: it is not this officer's to see, or to answer.
            Rejected: it is one's own, or it does not wait.
            Conflict, Transient: as ever; sending the same form again is safe.
        """

        def attempt() -> None:
            before = self._report(here, report_id, Permission.APPROVE_IDENTITY)
            found = self._opening(report_id, opening_id)
            was, by = found.opening, by_of(here)
            if is_approved:
                after = approve(was, by=by, at=here.now)
            else:
                after = refuse(was, by=by, answer=answer, at=here.now)
            if after == was:
                return
            act = "identity approved" if is_approved else "identity refused"
            self._send(here, before, found, after, act, after.answer)

        compare_and_set(attempt)

    def read(self, here: Visit, report_id: str, opening_id: str, *, reading: str) -> Disclosed:
        """Who the reporter is: first it is written down, then it is asked for.

        Raises:
            Unseen, NotPermitted: it is not this officer's to see, or to open.
            Rejected: somebody else asked for it, it is not approved, too late, or read before.
            Conflict, Transient: as ever; the same form may be sent again for two minutes.
        """

        def attempt() -> None:
            before = self._report(here, report_id, Permission.REQUEST_IDENTITY)
            found = self._opening(report_id, opening_id)
            after = read(found.opening, by=by_of(here), reading=reading, at=here.now)
            if after == found.opening:
                return
            self._send(here, before, found, after, "identity read", after.reason)

        compare_and_set(attempt)
        return self.disclose(opening_id, reading)

    def see(self, here: Visit, alert_id: str) -> None:
        """A head says that an alert was seen. Twice does it once.

        Raises:
            Unseen: it is not for this officer.
            Conflict, Transient: as ever; sending the same form again is safe.
        """

        def attempt() -> None:
            found = self.openings.alert(alert_id)
            if found is None:
                raise Unseen("no such alert")
            after = seen(found.alert, headed_by(here.officer), by=by_of(here), at=here.now)
            if after == found.alert:
                if here.officer.subject not in {one.by.subject for one in after.seen}:
                    raise Unseen("somebody else's alert")
                return
            commit = self.database.commit()
            self.openings.add_sight(commit, found, after)
            commit.send()

        compare_and_set(attempt)

    def waiting(self, here: Visit) -> list[tuple[Opening, Report]]:
        """What waits for this officer's answer, the newest first."""
        found = self.openings.waiting(_answered_by(here.officer))
        return [
            (opening, report)
            for opening, report in self._with_reports(here, found)
            if opening.stage_at(here.now) is Stage.WAITING
            and opening.asked_by.subject != here.officer.subject
            and may_in(here.officer, Permission.APPROVE_IDENTITY, report)
        ]

    def own(self, here: Visit) -> list[tuple[Opening, Report]]:
        """What this officer asked for and has not read, the newest first."""
        return self._with_reports(here, self.openings.of_officer(here.officer.subject))

    def alerts(self, here: Visit) -> list[tuple[Alert, Report | None]]:
        """What this officer has to be told, the newest first.

        A report that went to another unit since is told of without its code.
        """
        alerts = self.openings.alerts(headed_by(here.officer))
        seen = self._seeable(here, [alert.report_id for alert in alerts])
        return [(alert, seen.get(alert.report_id)) for alert in alerts]

    def _with_reports(self, here: Visit, found: list[Opening]) -> list[tuple[Opening, Report]]:
        seen = self._seeable(here, [opening.case.report_id for opening in found])
        return [
            (opening, seen[opening.case.report_id])
            for opening in found
            if opening.case.report_id in seen
        ]

    def _seeable(self, here: Visit, report_ids: Sequence[str]) -> dict[str, Report]:
        # One may have gone to another unit, or to the inspectorate, since it was asked for.
        return {
            report_id: found.report
            for report_id, found in self.reports.read_many(report_ids).items()
            if here.officer.may_see(found.report.audience)
        }

    def _check_asks_first(self, here: Visit, report_id: str) -> None:
        for one in self.openings.of_report(report_id):
            is_open = one.stage_at(here.now) in {Stage.WAITING, Stage.APPROVED}
            if is_open and one.asked_by.subject == here.officer.subject:
                raise Rejected(
                    "asked already",
                    sentence="Đồng chí đã có một đề nghị đang chờ ở phản ánh này.",
                )

    def _report(self, here: Visit, report_id: str, permission: Permission) -> StoredReport:
        found = self.reports.read(report_id)
        if found is None or not here.officer.may_see(found.report.audience):
            raise Unseen("no such report")
        if not may_in(here.officer, permission, found.report):
            raise NotPermitted(f"not permitted: {permission}")
        return found

    def _opening(self, report_id: str, opening_id: str) -> StoredOpening:
        found = self.openings.read(opening_id)
        if found is None or found.opening.case.report_id != report_id:
            raise Unseen("no such opening")
        return found

    def _send(
        self,
        here: Visit,
        before: StoredReport,
        found: StoredOpening,
        after: Opening,
        act: str,
        reason: str,
    ) -> None:
        commit = self.database.commit()
        self.openings.add_change(commit, found, after)
        if after.stage is Stage.READ:
            self.openings.add_alert(commit, alert_of(after, _keepers(before.report)))
        self._add_step(commit, here, before, after, act, reason)
        try:
            commit.send()
        except Transient:
            now = self.openings.read(after.id)
            if now is None or now.opening != after:
                raise

    def _add_step(
        self,
        commit: Commit,
        here: Visit,
        before: StoredReport,
        opening: Opening,
        act: str,
        reason: str,
    ) -> None:
        changes = {"opening": opening.id, **({"reason": reason} if reason else {})}
        change = audited(
            before.report,
            actor=f"officer:{here.officer.subject}",
            act=act,
            at=here.now,
            changes=changes,
        )
        self.reports.add_change(commit, before, change)
        self.log.add(
            commit,
            of_report(here, before.report, AccessKind.IDENTITY, subject=act, reason=reason),
        )


def may_in(officer: Officer, permission: Permission, report: Report) -> bool:
    """Whether the officer's roles permit that in that report."""
    return officer.may(permission, report.line, is_restricted=report.is_restricted)


def by_of(here: Visit) -> By:
    """The visit's officer, as an opening names them."""
    return By(subject=here.officer.subject, name=here.officer.name)


def headed_by(officer: Officer) -> tuple[str, ...]:
    """The units that this officer is the head of, and the restricted queue of the inspectorate."""
    return audiences_of(given for given in officer.roles if given.role in _HEADS)


def _answered_by(officer: Officer) -> tuple[str, ...]:
    return audiences_of(
        given for given in officer.roles if Permission.APPROVE_IDENTITY in given.permissions
    )


def _case(report: Report) -> Case:
    return Case(
        report_id=report.id,
        code=report.code,
        citizen=report.citizen,
        audience=_keepers(report),
    )


def _keepers(report: Report) -> tuple[str, ...]:
    """The units of the report, whoever else it was shared with; or the inspectorate."""
    return audience_of(report.line, is_restricted=report.is_restricted)
