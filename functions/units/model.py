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
    """Sees and decides the unit's reports."""
    ADMINISTRATOR = "administrator"
    """Looks after the connections of all pages; sees no report."""


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

    @property
    def unit_ids(self) -> list[str]:
        """Whose reports are this officer's: each unit once, in the order they were given."""
        on_duty = (given.unit_id for given in self.roles if given.role is Role.DUTY_OFFICER)
        return list(dict.fromkeys(on_duty))

    @property
    def may_connect_pages(self) -> bool:
        """Whether this officer looks after the pages' connections to Zalo."""
        return any(given.role is Role.ADMINISTRATOR for given in self.roles)

    def may_work_in(self, unit_id: str) -> bool:
        """Whether the reports of that unit are this officer's to see and to decide."""
        return unit_id in self.unit_ids
