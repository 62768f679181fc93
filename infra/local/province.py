"""The province that the local system plays: `province.json`, checked."""

from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from infra.local.errors import LocalSystemError


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Place(_Record):
    """The province itself; an invented one."""

    name: str
    code: str


class Point(_Record):
    """Degrees, WGS 84."""

    latitude: float
    longitude: float


class Outline(_Record):
    """A closed line around an area."""

    points: tuple[Point, ...]


class Commune(_Record):
    """A commune, with what it and its district were called before July 2025."""

    name: str
    code: str | None = None
    former: tuple[str, ...] = ()
    district: str | None = None


class Stretch(_Record):
    """A road between two kilometre posts, in one direction or both."""

    road: str
    from_metres: int = 0
    to_metres: int | None = None
    towards: str | None = None


class Area(_Record):
    """What a unit answers for on the map."""

    communes: tuple[Commune, ...] = ()
    stretches: tuple[Stretch, ...] = ()
    outlines: tuple[Outline, ...] = ()


class Unit(_Record):
    """A police unit; the tree hangs together by `parent_id`."""

    id: str
    name: str
    short_name: str
    kind: str
    parent_id: str | None = None
    aliases: tuple[str, ...] = ()
    area: Area = Area()
    categories: tuple[str, ...] = ()
    """What it takes in the whole province."""


class Page(_Record):
    """A Zalo Official Account of a unit."""

    page_id: str
    app_id: str
    name: str
    unit_id: str
    oa_type: Literal[2, 4]
    """Zalo's kind of account: 2 a business, 4 a state body."""
    linked_account: bool
    is_connected: bool = True
    """Whether its admin let our app act for it already; the others wait for an administrator."""


class Assignment(_Record):
    """A role in a unit."""

    unit_id: str
    role: str


class Officer(_Record):
    """An officer who can be chosen at the sign-in page; nobody has a password."""

    subject: str
    email: str
    name: str
    password_hint: None = None
    roles: tuple[Assignment, ...]


class Province(_Record):
    """Units, their pages, and who works there."""

    province: Place
    units: tuple[Unit, ...]
    pages: tuple[Page, ...]
    officers: tuple[Officer, ...]

    @model_validator(mode="after")
    def _refers_to_its_own_units(self) -> Self:
        known = {unit.id for unit in self.units}
        named = {unit.parent_id for unit in self.units if unit.parent_id is not None}
        named |= {page.unit_id for page in self.pages}
        named |= {role.unit_id for officer in self.officers for role in officer.roles}
        if unknown := named - known:
            raise ValueError(f"units that do not exist: {', '.join(sorted(unknown))}")
        return self


def read_province(file: Path) -> Province:
    """The province described in that file.

    Raises:
        LocalSystemError: it is missing or not as described here.
    """
    try:
        return Province.model_validate_json(file.read_bytes())
    except OSError as error:
        raise LocalSystemError(f"{file} cannot be read: {error.strerror}.") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise LocalSystemError(f"{file} is not a province: {place} {first['msg']}.") from error
