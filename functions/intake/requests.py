"""What a citizen asks for beside reporting: look-ups, withdrawals, their data, is this ours.

Each request is answered once, for the account that asked and nobody else: a code of somebody
else's report gets the answer of one that does not exist.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from functions.errors import Rejected
from functions.followups.model import FollowUp, Kind, followup_id
from functions.followups.sentences import Choice, Language, fill, in_vietnam
from functions.followups.store import FollowUpStore
from functions.identity.store import PersonStore
from functions.intake.acts import Act
from functions.intake.erasure import Erasure
from functions.intake.log import Conversation
from functions.intake.status import MOST_LISTED, buttons_for, is_told, listed, told_of
from functions.intake.submissions import Submission
from functions.intake.verifying import find_ours
from functions.knowledge import contacts, procedures
from functions.reports.lifecycle import (
    Change,
    ask_withdrawal,
    choose_result,
    part_from_reporter,
    reopen,
)
from functions.reports.model import Report, ReportState
from functions.reports.store import ReportStore
from functions.units.model import Unit

_DO_NOT_KNOW = "Không rõ"
_CAN_BE_SUPPLEMENTED = frozenset({ReportState.RECEIVED, ReportState.ACCEPTED})


class ReportsInHand(Protocol):
    """Reports as they will stand after the fold that answers (`functions.intake.drafts`)."""

    def latest_of(self, citizen: str, limit: int) -> list[Report]:
        """A citizen's reports, the newest first."""
        ...

    def find_by_code(self, code: str) -> Report | None:
        """The report of that code."""
        ...

    def change(self, report_id: str, change: Callable[[Report], Change]) -> Report:
        """Change a report; it as it stands then."""
        ...

    def begun(self) -> list[Report]:
        """The reports that this fold begins: they are on no record yet."""
        ...


@dataclass(frozen=True, slots=True)
class _Request:
    """One request, with all that its answer depends on."""

    asked: Submission
    conversation: Conversation
    reports: ReportsInHand
    unit: Unit
    now: datetime

    @property
    def language(self) -> Language:
        return "en" if self.conversation.language == "en" else "vi"

    def mine(self) -> list[Report]:
        """The citizen's latest reports, without those that came to nothing while they were sent."""
        latest = self.reports.latest_of(self.conversation.citizen, MOST_LISTED)
        return [
            one
            for one in latest
            if one.state is not ReportState.WITHDRAWN or (one.messages and one.received_at)
        ]

    def meant(self, fits: Callable[[Report], bool]) -> Report | None:
        """The citizen's own report of the code given; without a code the newest that fits."""
        if self.asked.code is None:
            return next(filter(fits, self.mine()), None)
        found = self.reports.find_by_code(self.asked.code) if self.asked.code else None
        is_theirs = found is not None and found.citizen == self.conversation.citizen
        return found if is_theirs else None

    def reply(
        self,
        sentence: str,
        *,
        values: dict[str, str] | None = None,
        choices: tuple[Choice, ...] | None = None,
        text: str | None = None,
        kind: Kind = Kind.ANSWER,
    ) -> FollowUp:
        """The follow-up that answers; `text` is what is said where no sentence holds it."""
        citizen = self.conversation.citizen
        return FollowUp(
            id=followup_id(kind, sentence, citizen, self.asked.key),
            kind=kind,
            citizen=citizen,
            page_id=self.conversation.page_id,
            unit_id=self.unit.id,
            sentence=sentence,
            values={"ten_don_vi": self.unit.name, **(values or {})},
            language=self.language,
            choices=choices,
            text=text,
            created_at=self.now,
            due_at=self.now,
            next_at=self.now,
        )


@dataclass(frozen=True, slots=True)
class Requests:
    """Answers what citizens ask for, and does it."""

    reports: ReportStore
    followups: FollowUpStore
    people: PersonStore
    erasure: Erasure

    def resolve(self, submissions: Iterable[Submission], citizen: str) -> list[Submission]:
        """With the report that each SUPPLEMENT means: of this citizen, and not closed yet.

        Raises:
            Transient: no answer.
        """
        return [
            submission.model_copy(update={"report_id": self._supplemented(submission, citizen)})
            if submission.act is Act.SUPPLEMENT
            else submission
            for submission in submissions
        ]

    def address(
        self, submissions: list[Submission], conversation: Conversation
    ) -> list[Submission]:
        """With the report about which an officer has asked, for what may be the answer.

        Looked for only while nothing is being gathered: what comes then belongs to that.

        Raises:
            Transient: no answer.
        """
        is_first = conversation.last_in_at is None
        if is_first or conversation.gathering or not any(map(_may_answer, submissions)):
            return submissions
        latest = self.reports.latest_of(conversation.citizen, limit=MOST_LISTED)
        asked = [one for one in latest if one.asked_at is not None and one.state.is_open]
        if not asked:
            return submissions
        about = max(asked, key=lambda one: one.asked_at or one.opened_at)
        return [
            _as_answer(one, about)
            if _may_answer(one) and about.asked_at and about.asked_at <= one.at
            else one
            for one in submissions
        ]

    def answer(
        self,
        asked: Submission,
        conversation: Conversation,
        reports: ReportsInHand,
        unit: Unit,
        *,
        now: datetime,
    ) -> list[FollowUp]:
        """What the citizen is told; changes of their reports go through `reports`.

        Raises:
            Conflict: something changed meanwhile: fold again.
            Transient: no answer.
        """
        request = _Request(asked, conversation, reports, unit, now)
        match asked.act:
            case Act.LOOK_UP:
                return [_look_up(request)]
            case Act.WITHDRAW_REPORT:
                return [_withdraw(request)]
            case Act.WANT_RESULT | Act.NO_RESULT:
                return [_choose_result(request)]
            case Act.REOPEN:
                return [_reopen(request)]
            case Act.VERIFY:
                return [self._verify(request)]
            case Act.MY_DATA:
                return [self._my_data(request)]
            case Act.DELETE_DATA:
                return [self._delete(request)]
            case Act.SHARE_IDENTITY:
                return [request.reply("share_identity", kind=Kind.DETAILS_REQUEST)]
            case Act.IDENTITY:
                return [request.reply("identity_noted")]
            case Act.PROCEDURES:
                told = procedures.answer(asked.topic or "khac", request.language)
                return [request.reply("procedure_topics", text=told.text, choices=told.choices)]
            case Act.CONTACTS:
                told = contacts.answer(unit.name, (), request.language)
                return [request.reply("contacts", text=told.text, choices=told.choices)]
            case Act.SCAM:
                return [request.reply("scam_warning")]
            case _:
                raise Rejected(f"no request: {asked.act.value}")

    def _supplemented(self, submission: Submission, citizen: str) -> str | None:
        if submission.code is None:
            latest = self.reports.latest_of(citizen, limit=MOST_LISTED)
            fitting = (one.id for one in latest if one.state in _CAN_BE_SUPPLEMENTED)
            return next(fitting, None)
        stored = self.reports.find_by_code(submission.code) if submission.code else None
        if stored is None or stored.report.citizen != citizen:
            return None
        return stored.report.id if stored.report.state in _CAN_BE_SUPPLEMENTED else None

    def _verify(self, request: _Request) -> FollowUp:
        quoted = request.asked.rest
        if not quoted:
            return request.reply("verify_how")
        sent = self.followups.of_citizen(request.conversation.citizen)
        ours = find_ours(quoted, [stored.followup for stored in sent])
        if ours is None or ours.sent_at is None:
            return request.reply("verify_not_ours")
        return request.reply("verify_ours", values={"ngay": in_vietnam(ours.sent_at)["ngay"]})

    def _my_data(self, request: _Request) -> FollowUp:
        person = self.people.find(request.conversation.citizen)
        lines: list[tuple[str, datetime | None]] = []
        if person is not None:
            lines.append(("account", person.known_since))
            lines.append(
                ("details", person.shared_at) if person.shared_at else ("no_details", None)
            )
        mine = request.mine()
        lines.append(("reports", mine[0].opened_at) if mine else ("no_reports", None))
        if request.conversation.notice_at is not None:
            lines.append(("notice", request.conversation.notice_at))
        # What they shared stands in the vault alone, so the answer tells that, and not what.
        told = (
            fill(f"line_data_{key}", in_vietnam(at) if at else {}, request.language)
            for key, at in lines
        )
        return request.reply("my_data", values={"danh_sach": "\n".join(told)})

    def _delete(self, request: _Request) -> FollowUp:
        if not request.asked.is_confirmed:
            return request.reply("delete_confirm")
        asked, now = request.asked, request.now
        nobody = self.erasure.erase(request.conversation.citizen, now=now)
        for report in request.reports.begun():
            # One that they begin afterwards is theirs again.
            if report.opened_at <= asked.at:
                request.reports.change(
                    report.id, lambda one: part_from_reporter(one, nobody=nobody, at=now)
                )
        return request.reply("delete_done", kind=Kind.FAREWELL)


def _may_answer(submission: Submission) -> bool:
    return submission.act in {Act.TELL, Act.SKIP}


def _as_answer(submission: Submission, about: Report) -> Submission:
    """To an officer "không rõ" is an answer like any other."""
    text = _DO_NOT_KNOW if submission.act is Act.SKIP else submission.text
    told = {"act": Act.TELL, "text": text, "report_id": about.id}
    return submission.model_copy(update=told)


def _look_up(request: _Request) -> FollowUp:
    language, now = request.language, request.now
    if request.asked.code is None:
        mine = request.mine()
        if not mine:
            return request.reply("status_none")
        if len(mine) > 1:
            return request.reply(
                "my_reports", values={"danh_sach": listed(mine, language, now=now)}
            )
    report = request.meant(lambda _: True)
    if report is None:
        return request.reply("status_not_found")
    return request.reply(
        "status_ended" if is_told(report, now=now) else "status",
        values=told_of(report, language, now=now),
        choices=buttons_for(report, language, now=now),
    )


def _withdraw(request: _Request) -> FollowUp:
    report = request.meant(_can_be_withdrawn)
    if report is None or not _can_be_withdrawn(report):
        return request.reply("withdraw_nothing")
    if request.asked.is_confirmed and report.withdrawal_asked_at is None:
        request.reports.change(report.id, lambda one: ask_withdrawal(one, at=request.asked.at))
    said = "withdraw_noted" if request.asked.is_confirmed else "withdraw_confirm"
    return request.reply(said, values={"ma_phieu": report.code})


def _can_be_withdrawn(report: Report) -> bool:
    return report.state.is_open and report.state is not ReportState.GATHERING


def _choose_result(request: _Request) -> FollowUp:
    is_wanted = request.asked.act is Act.WANT_RESULT
    if request.asked.code is None:
        # Pressed without a code it is meant for whatever has not ended yet.
        meant = [one for one in request.mine() if not is_told(one, now=request.now)]
    else:
        named = request.meant(lambda _: True)
        meant = [named] if named is not None else []
    if not meant:
        return request.reply("status_none" if request.asked.code is None else "status_not_found")
    for report in meant:
        if report.wants_result != is_wanted:
            request.reports.change(
                report.id, lambda one: choose_result(one, is_wanted=is_wanted, at=request.asked.at)
            )
    return request.reply("result_wanted" if is_wanted else "result_not_wanted")


def _reopen(request: _Request) -> FollowUp:
    report = request.meant(lambda one: is_told(one, now=request.now))
    if report is None:
        return request.reply("status_none" if request.asked.code is None else "status_not_found")
    values = {"ma_phieu": report.code}
    if report.reopenings:
        return request.reply("reopen_used", values=values)
    if not is_told(report, now=request.now):
        return request.reply("reopen_not_yet", values=values)
    request.reports.change(report.id, lambda one: reopen(one, at=request.asked.at))
    return request.reply("reopen_noted", values=values)
