"""Units and what happened to them, pages and officers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from functions.units.areas import Area
from functions.units.roles import Assignment, Permission, audiences_of, may, may_see


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class UnitKind(StrEnum):
    """What sort of unit it is; since July 2025 there are two tiers, province and commune."""

    PROVINCE = "province"
    DIVISION = "division"
    """Phòng."""
    TEAM = "team"
    """Đội."""
    STATION = "station"
    """Trạm, thủy đội."""
    COMMUNE = "commune"
    """Công an xã, phường, đặc khu."""


class UnitAct(StrEnum):
    """What can happen to a unit."""

    OPENED = "opened"
    RENAMED = "renamed"
    MOVED = "moved"
    MERGED = "merged"
    """Went into another one, or took others in."""
    SPLIT = "split"
    CLOSED = "closed"
    REDRAWN = "redrawn"
    """Answers for another area or other categories."""


class UnitChange(_Record):
    """One line of a unit's history."""

    at: datetime
    by: str
    """The officer who wrote it down."""
    act: UnitAct
    before: tuple[str, ...] = ()
    """Names where it was renamed, ids of units otherwise."""
    after: tuple[str, ...] = ()
    reason: str
    """The decision it rests on, such as "Quyết định 1234/QĐ-BCA"."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a change rests on."""

    at: datetime
    by: str
    """The officer who writes it down."""
    reason: str
    """Such as "Quyết định 1234/QĐ-BCA"."""

    def entry(
        self, act: UnitAct, before: Iterable[str] = (), after: Iterable[str] = ()
    ) -> UnitChange:
        """A line of a unit's history."""
        return UnitChange(
            at=self.at,
            by=self.by,
            act=act,
            before=tuple(before),
            after=tuple(after),
            reason=self.reason,
        )


class Unit(_Record):
    """A police unit; the tree hangs together by `parent_id`. Changed by `tree.py` only."""

    id: str
    name: str
    short_name: str
    kind: str
    """A `UnitKind`; documents of before may say something else."""
    parent_id: str | None = None
    lineage: tuple[str, ...] = ()
    """The ids from the root of the tree down to the unit itself."""
    aliases: tuple[str, ...] = ()
    """Names that it or its predecessors had, and what people call it."""
    area: Area = Area()
    categories: tuple[str, ...] = ()
    """What it takes in the whole province; none: whatever happens in its area."""
    history: tuple[UnitChange, ...] = ()
    closed_at: datetime | None = None
    successor_ids: tuple[str, ...] = ()
    """Who took over when it was closed."""

    @property
    def is_closed(self) -> bool:
        """Whether it exists only in its history."""
        return self.closed_at is not None

    @property
    def line(self) -> tuple[str, ...]:
        """The lineage, also of a unit that was stored before it was written down."""
        return self.lineage or (self.id,)


class Page(_Record):
    """A Zalo Official Account of a unit."""

    id: str
    name: str
    app_id: str
    unit_id: str
    oa_type: int = 2
    """Zalo's kind of account: 2 a business, 4 a state body (Zalo, `getoa`)."""
    send_endpoint: str | None = None
    """The sending endpoint that Zalo accepted for this page, once known."""


class Officer(_Record):
    """An officer, as the issuer of sign-ins names them."""

    subject: str
    email: Annotated[str, AfterValidator(str.lower)]
    """In lower case: where a proxy alone signs officers in, they are found by it."""
    name: str
    roles: tuple[Assignment, ...] = ()
    is_active: bool = True
    """Otherwise no sign-in, and sessions end within a minute (ASVS 7.4.2)."""
    proxy_subject: str | None = None
    """Whom the proxy named when they first came in; anybody else with their address is not them."""

    @property
    def audiences(self) -> tuple[str, ...]:
        """What this officer may see: units, and the restricted queue for the inspectorate."""
        return audiences_of(self.roles)

    @property
    def unit_ids(self) -> list[str]:
        """The units whose reports this officer sees: each once, in the order they were given."""
        reading = (
            given.unit_id for given in self.roles if Permission.READ_CASES in given.permissions
        )
        return list(dict.fromkeys(reading))

    @property
    def may_connect_pages(self) -> bool:
        """Whether this officer looks after the pages' connections to Zalo."""
        return self.may(Permission.CONNECT_PAGES)

    def may(
        self,
        permission: Permission,
        lineage: Iterable[str] | None = None,
        *,
        is_restricted: bool = False,
    ) -> bool:
        """Whether this officer may do that in the unit of that lineage, or anywhere."""
        return may(self.roles, permission, lineage, is_restricted=is_restricted)

    def may_see(self, audience: Iterable[str]) -> bool:
        """Whether a report with that audience is this officer's to see."""
        return may_see(self.audiences, audience)
