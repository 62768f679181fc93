"""Units, pages and officers."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Unit(_Record):
    """A police unit; the tree hangs together by `parent_id`."""

    id: str
    name: str
    short_name: str
    kind: str
    parent_id: str | None = None


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


class Role(StrEnum):
    """What an officer may do in a unit."""

    DUTY_OFFICER = "duty_officer"


class Assignment(_Record):
    """A role in a unit."""

    unit_id: str
    role: Role


class Officer(_Record):
    """An officer, as the issuer of sign-ins names them."""

    subject: str
    email: str
    name: str
    roles: tuple[Assignment, ...] = ()

    def may_work_in(self, unit_id: str) -> bool:
        """Whether the reports of that unit are this officer's to see and to decide."""
        return any(assignment.unit_id == unit_id for assignment in self.roles)
