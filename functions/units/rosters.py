"""Duty rosters: who is on duty in a unit, and how a shift is handed over. Pure.

A shift that was handed over stays with whoever hands over until the next officer has taken it:
nothing on its list is ever without somebody who answers for it.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict

from functions.errors import Rejected

_NEVER = datetime.max.replace(tzinfo=UTC)


class Shift(BaseModel):
    """One officer's duty in a unit, from one moment to another."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    unit_id: str
    subject: str
    """The officer on duty."""
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    note: str = ""
    open_points: tuple[str, ...] = ()
    """What is handed over: ids of reports, or a line each."""
    handed_to: str | None = None
    """The officer who was asked to take over."""
    handed_at: AwareDatetime | None = None
    taken_at: AwareDatetime | None = None
    """When that officer confirmed; the shift ends then."""
    taken_from: str | None = None
    """The shift that this one took over."""

    @property
    def until(self) -> datetime:
        """When the duty ends; one handed over, but not taken, goes on past its time."""
        if self.taken_at is not None:
            return self.taken_at
        return _NEVER if self.handed_to else self.ends_at

    def is_on(self, at: datetime) -> bool:
        """Whether the officer is on duty at that moment; a shift ends as the next one begins."""
        return self.starts_at <= at < self.until


def planned(shift: Shift, roster: Iterable[Shift]) -> Shift:
    """A shift that may join the roster.

    Raises:
        Rejected: it ends before it begins, or the officer is on duty then already.
    """
    if shift.ends_at <= shift.starts_at:
        raise Rejected("shift without length", sentence="Ca trực phải kết thúc sau khi bắt đầu.")
    for other in roster:
        is_same = other.subject == shift.subject and other.id != shift.id
        if is_same and other.starts_at < shift.ends_at and shift.starts_at < other.until:
            raise Rejected("shifts overlap", sentence="Đồng chí này đã có ca trực trùng thời gian.")
    return shift


def on_duty(roster: Iterable[Shift], at: datetime) -> tuple[Shift, ...]:
    """The shifts of those on duty at that moment, who came first first."""
    return tuple(
        sorted((shift for shift in roster if shift.is_on(at)), key=lambda one: one.starts_at)
    )


def next_on_duty(roster: Iterable[Shift], at: datetime) -> Shift | None:
    """The shift that begins next after that moment."""
    coming = (shift for shift in roster if shift.starts_at > at)
    return min(coming, key=lambda shift: shift.starts_at, default=None)


def hand_over(shift: Shift, *, to: str, at: datetime, open_points: Sequence[str] = ()) -> Shift:
    """The shift, offered to another officer with a list of what is open.

    Raises:
        Rejected: it is not on, or is offered to its own officer.
    """
    if not shift.is_on(at):
        raise Rejected("shift is not on", sentence="Ca trực này không còn hiệu lực để bàn giao.")
    if to == shift.subject:
        raise Rejected("handed to oneself", sentence="Cần bàn giao ca trực cho đồng chí khác.")
    return shift.model_copy(
        update={"handed_to": to, "handed_at": at, "open_points": tuple(open_points)}
    )


def take_over(
    shift: Shift, *, by: str, at: datetime, ends_at: datetime, new_id: str
) -> tuple[Shift, Shift]:
    """The shift that ends and the one that begins, with the same list of what is open.

    Raises:
        Rejected: it was not offered to this officer, was taken already, or would have no length.
    """
    if shift.handed_to != by or shift.taken_at is not None:
        raise Rejected("not offered", sentence="Ca trực này không chờ đồng chí nhận bàn giao.")
    if ends_at <= at:
        raise Rejected("shift without length", sentence="Ca trực phải kết thúc sau khi bắt đầu.")
    begun = Shift(
        id=new_id,
        unit_id=shift.unit_id,
        subject=by,
        starts_at=at,
        ends_at=ends_at,
        open_points=shift.open_points,
        taken_from=shift.id,
    )
    return shift.model_copy(update={"taken_at": at}), begun
