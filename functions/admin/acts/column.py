"""What the column of acts beside a report shows: the acts, drafts, canned texts, the window."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from functions.admin.acts.deeds import Deeds
from functions.admin.acts.offers import may_record, offered
from functions.admin.acts.texts import TextStore
from functions.admin.door.guards import Visit
from functions.admin.language import gettext
from functions.cloud.firestore import Database, Where
from functions.followups.model import FollowUp, Kind, State
from functions.reports.deadlines import LONGEST_VERIFICATION
from functions.reports.model import OutcomeCode, Report, TimelineItem
from functions.units.model import Officer, Unit
from functions.units.roles import PERMISSIONS, Permission, Role
from functions.vietnam import VIETNAM

FREE_FOR = timedelta(hours=48)
"""After the citizen's last message: consultation messages cost nothing (Zalo OA, "Gửi tin")."""
REACHABLE_FOR = timedelta(days=7)
"""Then only templates by telephone number are left."""
_MOST_OFFICERS = 200
_MOST_UNITS_ABOVE = 3
"""With four or five roles each they stay within the 30 values of one condition (Firestore)."""
_MOST_ITEMS_TO_SPLIT = 50
_WORKING = tuple(
    role
    for role in Role
    if Permission.WORK_CASES in PERMISSIONS[role] and role is not Role.INSPECTORATE
)


@dataclass(frozen=True, slots=True)
class Window:
    """Whether the reporter can be written to now, and how much longer."""

    level: str
    """free, paid or closed."""
    words: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Words that have not left yet."""

    followup_id: str
    kind: Kind
    text: str
    seconds: int


def window(last_heard_at: datetime | None, now: datetime) -> Window | None:
    """The sending window as it stands, or None where nothing is known of it."""
    if last_heard_at is None:
        return None
    passed = now - last_heard_at
    if passed < FREE_FOR:
        return Window(
            "free", gettext("Còn %(hours)s giờ nhắn miễn phí", hours=_hours(FREE_FOR, passed))
        )
    if passed < REACHABLE_FOR:
        hours = _hours(REACHABLE_FOR, passed)
        return Window("paid", gettext("Tin có tính phí, còn %(hours)s giờ", hours=hours))
    return Window("closed", gettext("Đã hết thời gian nhắn; tin chờ đến khi người dân nhắn lại"))


def _hours(limit: timedelta, passed: timedelta) -> int:
    return math.ceil((limit - passed) / timedelta(hours=1))


def waiting(followups: Sequence[FollowUp], now: datetime) -> list[Waiting]:
    """The officers' words that can still be called back."""
    return [
        Waiting(
            one.id,
            one.kind,
            one.values.get("noi_dung", ""),
            max(0, math.ceil((one.due_at - now).total_seconds())),
        )
        for one in followups
        if one.kind in {Kind.QUESTION, Kind.REPLY} and one.state is State.DUE and one.due_at > now
    ]


@dataclass(frozen=True, slots=True)
class Column:
    """Reads what the column needs, for `Desk.offers`."""

    deeds: Deeds
    texts: TextStore
    database: Database

    def values(
        self,
        report: Report,
        here: Visit,
        *,
        items: Sequence[TimelineItem],
        followups: Sequence[FollowUp],
    ) -> Mapping[str, Any]:
        """What the templates of acts are given."""
        acts = offered(here.officer, report, here.now)
        values: dict[str, Any] = {
            "acts": acts,
            "draw": lambda: self.deeds.draw(16).hex(),
            "typed_act": "",
            "refusal": "",
            "drafts": {},
            "proposal": None,
            "window": None,
            "texts": [],
            "waiting": [],
            "colleagues": [],
            "other_units": [],
            "may_record": lambda code: may_record(OutcomeCode(code), here.officer, report),
            "block": None,
            "last_day": None,
            "split_items": [],
        }
        if "keep_draft" in acts:
            values |= self._composer(report, here, acts)
            values["waiting"] = waiting(followups, here.now)
        if "assign" in acts:
            values["colleagues"] = self.colleagues(report)
        if "offer" in acts:
            values["other_units"] = self._other_units(report)
        if "block" in acts:
            values["block"] = self.deeds.blocks.read(report.citizen).blocks.in_force(here.now)
        if report.verified_since is not None:
            values["last_day"] = report.verified_since + LONGEST_VERIFICATION
            values["last_date"] = values["last_day"].astimezone(VIETNAM).date().isoformat()
        if "split_off" in acts:
            told = [item for item in items if not item.author]
            values["split_items"] = told[:_MOST_ITEMS_TO_SPLIT]
        return values

    def _composer(self, report: Report, here: Visit, acts: frozenset[str]) -> Mapping[str, Any]:
        desktop = self.deeds.drafts.desktop(report.id, here.officer.subject, report.citizen)
        return {
            "drafts": desktop.drafts,
            "proposal": desktop.proposal if acts & {"propose", "approve"} else None,
            "window": window(desktop.last_heard_at, here.now),
            "texts": self.texts.for_report(report, self.deeds.units.unit(report.unit_id)),
        }

    def colleagues(self, report: Report) -> list[Officer]:
        """Who may be given the report: the officers of its unit and of those above, by name.

        Raises:
            Transient: no answer.
        """
        if report.is_restricted:
            return self.colleagues_in(report.line[:1], (Role.INSPECTORATE,))
        return self.colleagues_in(report.line[-_MOST_UNITS_ABOVE:])

    def colleagues_in(
        self, unit_ids: Sequence[str], roles: Sequence[Role] = _WORKING
    ) -> list[Officer]:
        """The officers who work cases in those units, by name.

        Raises:
            Transient: no answer.
        """
        found = self.database.find(
            "officers",
            where=[
                Where(
                    "roles",
                    "array_contains_any",
                    [
                        {"unit_id": unit_id, "role": role.value}
                        for unit_id in unit_ids
                        for role in roles
                    ],
                )
            ],
            limit=_MOST_OFFICERS,
        )
        officers = (Officer(subject=one.id, **one.fields) for one in found)
        return sorted((one for one in officers if one.is_active), key=lambda one: one.name)

    def _other_units(self, report: Report) -> list[Unit]:
        units = [
            unit for unit in self.deeds.units.directory().tree.living if unit.id != report.unit_id
        ]
        # Where the place says that another unit answers for it, that one comes first.
        return sorted(units, key=lambda unit: (unit.id != report.suggested_unit_id, unit.name))
