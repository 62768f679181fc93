"""By when something has to happen to a report. Pure; the rules are dated data.

The place of the legal clocks: what is here tells the next deadline, so that lists can be sorted by
it. Holidays, pauses while the reporter is asked, and escalation belong to the full engine.

What is taken up again after an outcome has no clock of its own in any text that was read: Decree
61/2026/NĐ-CP counts from acceptance (article 21.1) and does not speak of reopening. So its clocks
begin anew, by the rules in force on the day of the reopening, as if it came in (or, where its
verification goes on, was accepted) that day. To be confirmed by the unit.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from functions.reports.tracks import Track
from functions.vietnam import VIETNAM

_SATURDAY = 5

LONGEST_VERIFICATION = timedelta(days=60)
"""From acceptance, extensions included (Decree 61/2026/NĐ-CP, article 21.1a); or see above."""


class Step(StrEnum):
    """What is due."""

    LOOK = "look"
    """An officer looks at it and decides who verifies it."""
    VERIFY = "verify"
    """The verification is concluded."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How long a step may take, from when on, and who says so."""

    track: Track
    step: Step
    days: int
    are_working_days: bool
    valid_from: date
    source: str

    def ends(self, start: datetime) -> datetime:
        """When a clock that started then runs out."""
        if not self.are_working_days:
            return start + timedelta(days=self.days)
        return _after_working_days(start, self.days)


_IN_FORCE = date(2026, 4, 1)
_OWN = "own target, to be confirmed by the unit"

RULES: tuple[Rule, ...] = (
    Rule(Track.VIOLATION, Step.LOOK, 1, False, _IN_FORCE, _OWN),
    Rule(Track.VIOLATION, Step.VERIFY, 30, False, _IN_FORCE, "Decree 61/2026, article 21.1a"),
    Rule(Track.CRIME_TIP, Step.LOOK, 3, True, _IN_FORCE, "Joint circular 01/2017, article 9"),
    Rule(Track.CRIME_TIP, Step.VERIFY, 20, False, _IN_FORCE, "Criminal Procedure Code, 147.1"),
    Rule(Track.ORDER, Step.LOOK, 1, False, _IN_FORCE, _OWN),
    Rule(Track.ORDER, Step.VERIFY, 30, False, _IN_FORCE, _OWN),
    Rule(Track.PETITION, Step.LOOK, 10, True, _IN_FORCE, "Law on Citizen Reception, article 28"),
    Rule(Track.PETITION, Step.VERIFY, 30, False, _IN_FORCE, _OWN),
    Rule(Track.QUESTION, Step.LOOK, 1, True, _IN_FORCE, _OWN),
    Rule(Track.QUESTION, Step.VERIFY, 10, True, _IN_FORCE, _OWN),
)


def rule_for(track: Track, step: Step, at: datetime) -> Rule:
    """The rule in force at that time; the oldest one for what is older than all."""
    fitting = sorted(
        (rule for rule in RULES if rule.track is track and rule.step is step),
        key=lambda rule: rule.valid_from,
    )
    day = at.astimezone(VIETNAM).date()
    return next((rule for rule in reversed(fitting) if rule.valid_from <= day), fitting[0])


def verification_ends(track: Track, since: datetime) -> datetime:
    """Until when a verification may last that began (again) then, if it is not extended."""
    return rule_for(track, Step.VERIFY, since).ends(since)


def next_deadline(
    track: Track,
    *,
    opened_at: datetime,
    received_at: datetime | None,
    verify_until: datetime | None,
    is_urgent: bool,
    reopened_at: datetime | None = None,
) -> datetime:
    """By when the next thing has to happen: what lists are sorted by. Urgent is due at once."""
    if verify_until is not None:
        return verify_until
    if is_urgent:
        return reopened_at or opened_at
    start = reopened_at or received_at or opened_at
    return rule_for(track, Step.LOOK, start).ends(start)


def _after_working_days(start: datetime, days: int) -> datetime:
    """The same time of day so many working days later; Saturdays and Sundays do not count."""
    end = start.astimezone(VIETNAM)
    while days:
        end += timedelta(days=1)
        days -= end.weekday() < _SATURDAY
    return end.astimezone(start.tzinfo)
