"""Opening an identity: one officer asks, a second one approves, the first one reads it, once.

Decree 61/2026/NĐ-CP, articles 16.2b and 19.3: name, address and all that tells who gave the tip
stay secret. An outcome, an answer and a reward reach the reporter without any of this. Pure.

    waiting ──approve──> approved ──read──> read
       └─────refuse────> refused

In an emergency, where the settings allow it, it is approved as soon as it is asked for, and said
louder to the head of the unit.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from functions.errors import Rejected

ANSWERED_WITHIN = timedelta(hours=24)
"""After that nobody answers a request any more; it has to be made anew."""
OPEN_FOR = timedelta(minutes=30)
"""From the approval on; one reading, in this time."""
READ_WITHIN = timedelta(minutes=2)
"""In which a reading whose answer was lost may be repeated by the same form."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Stage(StrEnum):
    """Where an opening stands."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    READ = "read"
    LAPSED = "lapsed"
    """Not answered, or not read, in time: what time makes of the others, and never stored."""


class By(_Record):
    """An officer in one step of an opening."""

    subject: str
    name: str


class Case(_Record):
    """The report whose reporter it is."""

    report_id: str
    code: str
    citizen: str
    """The reporter's pseudonym."""
    audience: tuple[str, ...]
    """Whose officers may answer: the units of the lineage, or the inspectorate."""


class Opening(_Record):
    """One request to know who a reporter is, and what became of it."""

    id: str
    case: Case
    reason: str
    asked_at: datetime
    asked_by: By
    is_emergency: bool = False
    """Approved by nobody."""
    stage: Stage = Stage.WAITING
    decided_at: datetime | None = None
    decided_by: By | None = None
    answer: str = ""
    """Why it was refused."""
    read_at: datetime | None = None
    reading: str = ""
    """The form that read it, so that it is not read by a second one."""
    waiting_for: tuple[str, ...] = ()
    """The case's audience while it waits: what the list of those who may answer is found by."""

    def stage_at(self, now: datetime) -> Stage:
        """Where it stands at that time."""
        ends = self.ends_at
        return Stage.LAPSED if ends is not None and now >= ends else self.stage

    @property
    def ends_at(self) -> datetime | None:
        """When it lapses, unless something happens to it; None where nothing will."""
        if self.stage is Stage.WAITING:
            return self.asked_at + ANSWERED_WITHIN
        if self.stage is Stage.APPROVED and self.decided_at is not None:
            return self.decided_at + OPEN_FOR
        return None


def ask(opening_id: str, case: Case, *, by: By, reason: str, at: datetime) -> Opening:
    """An officer asks, and says why.

    Raises:
        Rejected: no reason is given.
    """
    return Opening(
        id=opening_id,
        case=case,
        reason=_reason(reason),
        asked_at=at,
        asked_by=by,
        waiting_for=case.audience,
    )


def ask_in_emergency(
    opening_id: str, case: Case, *, by: By, reason: str, at: datetime, is_allowed: bool
) -> Opening:
    """An officer asks and may read at once.

    Raises:
        Rejected: the settings do not allow it, or no reason is given.
    """
    if not is_allowed:
        raise Rejected(
            "no openings in emergencies here",
            sentence="Đơn vị không cho phép mở danh tính khẩn cấp khi chưa được duyệt.",
        )
    asked = ask(opening_id, case, by=by, reason=reason, at=at)
    return asked.model_copy(
        update={
            "is_emergency": True,
            "stage": Stage.APPROVED,
            "decided_at": at,
            "waiting_for": (),
        }
    )


def approve(opening: Opening, *, by: By, at: datetime) -> Opening:
    """A second officer agrees; doing so again changes nothing.

    Raises:
        Rejected: it is one's own, or it does not wait any more.
    """
    if opening.stage is Stage.APPROVED and opening.decided_by == by:
        return opening
    _check_waiting(opening, by, at)
    return _decided(opening, Stage.APPROVED, by, at)


def refuse(opening: Opening, *, by: By, answer: str, at: datetime) -> Opening:
    """A second officer does not agree, and says why; doing so again changes nothing.

    Raises:
        Rejected: it is one's own, it does not wait any more, or no reason is given.
    """
    if opening.stage is Stage.REFUSED and opening.decided_by == by:
        return opening
    _check_waiting(opening, by, at)
    refused = _decided(opening, Stage.REFUSED, by, at)
    return refused.model_copy(update={"answer": _reason(answer)})


def read(opening: Opening, *, by: By, reading: str, at: datetime) -> Opening:
    """Whoever asked reads it; the same form may do so again for two minutes.

    Raises:
        Rejected: somebody else asked, it is not approved, its time is over, or it was read.
    """
    if opening.asked_by.subject != by.subject:
        raise Rejected(
            "asked for by somebody else", sentence="Chỉ người đề nghị được xem danh tính này."
        )
    if opening.stage is Stage.READ and opening.reading == reading:
        check_reading(opening, reading, at=at, is_emergency_allowed=opening.is_emergency)
        return opening
    if opening.stage_at(at) is not Stage.APPROVED:
        raise Rejected(
            f"not to be read: {opening.stage_at(at)}",
            sentence="Đề nghị này chưa được duyệt, đã hết hạn hoặc danh tính đã được xem.",
        )
    return opening.model_copy(update={"stage": Stage.READ, "read_at": at, "reading": reading})


def check_reading(
    opening: Opening, reading: str, *, at: datetime, is_emergency_allowed: bool
) -> None:
    """What the keeper of the vault asks before it says who somebody is.

    Raises:
        Rejected: it was not approved by a second officer, or this is not its one reading.
    """
    decided_by, read_at = opening.decided_by, opening.read_at
    if opening.is_emergency:
        if not is_emergency_allowed:
            raise Rejected("no openings in emergencies here")
    elif decided_by is None or decided_by.subject == opening.asked_by.subject:
        raise Rejected("not approved by a second officer")
    if opening.stage is not Stage.READ or read_at is None or opening.decided_at is None:
        raise Rejected("not written down as read")
    if not opening.decided_at <= read_at < opening.decided_at + OPEN_FOR:
        raise Rejected("read outside its time")
    if not reading or opening.reading != reading or not read_at <= at < read_at + READ_WITHIN:
        raise Rejected("not the reading that was written down")


class Sight(_Record):
    """An officer who has seen an alert."""

    by: By
    at: datetime


class Alert(_Record):
    """What the heads of a report's unit are told: its reporter's identity was opened."""

    id: str
    opening_id: str
    report_id: str
    code: str
    at: datetime
    officer: str
    """Who opened it, by name."""
    approver: str
    """Who approved it, by name; "" in an emergency."""
    reason: str
    is_emergency: bool
    unseen_by: tuple[str, ...]
    """The units, or the inspectorate, whose heads have not said that they saw it."""
    seen: tuple[Sight, ...] = ()


def alert_of(opening: Opening, audience: tuple[str, ...]) -> Alert:
    """The alert about an opening that was read, for those who look after the report by now.

    Raises:
        ValueError: it was not read.
    """
    if opening.read_at is None:
        raise ValueError("not read")
    return Alert(
        # Keys run from new to old.
        id=f"{99_999_999_999 - int(opening.read_at.timestamp()):011d}-{opening.id}",
        opening_id=opening.id,
        report_id=opening.case.report_id,
        code=opening.case.code,
        at=opening.read_at,
        officer=opening.asked_by.name,
        approver=opening.decided_by.name if opening.decided_by else "",
        reason=opening.reason,
        is_emergency=opening.is_emergency,
        unseen_by=audience,
    )


def seen(alert: Alert, audiences: tuple[str, ...], *, by: By, at: datetime) -> Alert:
    """The heads of these units have seen it; the others still have to."""
    left = tuple(one for one in alert.unseen_by if one not in audiences)
    if left == alert.unseen_by:
        return alert
    sights = (*alert.seen, Sight(by=by, at=at))
    return alert.model_copy(update={"unseen_by": left, "seen": sights})


def _check_waiting(opening: Opening, by: By, at: datetime) -> None:
    if opening.asked_by.subject == by.subject:
        raise Rejected(
            "one's own request", sentence="Đề nghị phải do một cán bộ khác có thẩm quyền duyệt."
        )
    if opening.stage_at(at) is not Stage.WAITING:
        raise Rejected(
            f"does not wait: {opening.stage_at(at)}",
            sentence="Đề nghị này đã được trả lời hoặc đã hết hạn.",
        )


def _decided(opening: Opening, stage: Stage, by: By, at: datetime) -> Opening:
    return opening.model_copy(
        update={"stage": stage, "decided_at": at, "decided_by": by, "waiting_for": ()}
    )


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Rejected("no reason", sentence="Xin ghi rõ lý do.")
    return reason.strip()
