"""What officers may do: roles, what each permits, and who therefore sees a report. Pure.

Two rules, used by every list, page, search, export and map:

- A report carries its audience. An officer sees it if one of their audiences is in it
  (`may_see`): their units (a report's audience names its unit and all above, and whoever it was
  shared with), or for the inspectorate the province's restricted queue. Whoever may not see it
  gets the answer of an unknown id.
- An act needs a permission in a unit of the report's lineage (`may`): a role in a unit holds for
  everything below it.
"""

from collections.abc import Iterable
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

RESTRICTED = "restricted:"
"""Before a province's root unit: the audience of complaints about officers."""


class Role(StrEnum):
    """What an officer is in a unit."""

    DUTY_OFFICER = "duty_officer"
    INVESTIGATOR = "investigator"
    LEAD = "lead"
    """Leads a team or a shift: may begin, extend and conclude a verification."""
    UNIT_HEAD = "unit_head"
    INSPECTORATE = "inspectorate"
    """Works complaints about officers, which nobody else sees."""
    PROVINCE_SUPERVISOR = "province_supervisor"
    KNOWLEDGE_EDITOR = "knowledge_editor"
    PRESS_OFFICER = "press_officer"
    AUDITOR = "auditor"
    """Checks what was done; sees cases and logs, never who a reporter is."""
    ADMINISTRATOR = "administrator"
    """Looks after units, officers and connections; sees no case."""


class Permission(StrEnum):
    """One task that somebody may be allowed."""

    READ_CASES = "read_cases"
    WORK_CASES = "work_cases"
    """Claim, classify, note, ask and answer the reporter, link, close as duplicate or answered."""
    ENTER_CASES = "enter_cases"
    """Write down what came by telephone, in person or from a public post."""
    ASSIGN = "assign"
    TRANSFER = "transfer"
    DECIDE = "decide"
    """Accept (thụ lý), extend and conclude a verification (Decree 61/2026, articles 20 and 21)."""
    APPROVE_WORDS = "approve_words"
    REQUEST_IDENTITY = "request_identity"
    APPROVE_IDENTITY = "approve_identity"
    BLOCK = "block"
    EXPORT = "export"
    READ_REGISTER = "read_register"
    READ_LOGS = "read_logs"
    EDIT_TEXTS = "edit_texts"
    """The unit's canned answers."""
    EDIT_KNOWLEDGE = "edit_knowledge"
    PUBLISH = "publish"
    MANAGE_UNITS = "manage_units"
    MANAGE_ROSTERS = "manage_rosters"
    CONNECT_PAGES = "connect_pages"


_DUTY = frozenset(
    {
        Permission.READ_CASES,
        Permission.WORK_CASES,
        Permission.ENTER_CASES,
        Permission.TRANSFER,
        Permission.READ_REGISTER,
    }
)
_INVESTIGATION = _DUTY | {Permission.REQUEST_IDENTITY}
_LEADING = _INVESTIGATION | {
    Permission.ASSIGN,
    Permission.DECIDE,
    Permission.APPROVE_WORDS,
    Permission.APPROVE_IDENTITY,
    Permission.BLOCK,
    Permission.EDIT_TEXTS,
    Permission.EXPORT,
    Permission.MANAGE_ROSTERS,
}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.DUTY_OFFICER: _DUTY,
    Role.INVESTIGATOR: _INVESTIGATION,
    Role.LEAD: _LEADING,
    Role.UNIT_HEAD: _LEADING | {Permission.READ_LOGS},
    Role.INSPECTORATE: _LEADING,
    Role.PROVINCE_SUPERVISOR: frozenset(
        {
            Permission.READ_CASES,
            Permission.ASSIGN,
            Permission.TRANSFER,
            Permission.EXPORT,
            Permission.READ_REGISTER,
            Permission.READ_LOGS,
        }
    ),
    Role.KNOWLEDGE_EDITOR: frozenset({Permission.EDIT_KNOWLEDGE, Permission.EDIT_TEXTS}),
    Role.PRESS_OFFICER: frozenset({Permission.PUBLISH}),
    Role.AUDITOR: frozenset(
        {
            Permission.READ_CASES,
            Permission.READ_REGISTER,
            Permission.READ_LOGS,
            Permission.EXPORT,
        }
    ),
    Role.ADMINISTRATOR: frozenset({Permission.MANAGE_UNITS, Permission.CONNECT_PAGES}),
}
"""The proposal to sign off by the unit; Decree 61/2026 asks for a person with competence only."""


class Assignment(BaseModel):
    """A role in a unit, and with it in everything below the unit."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    unit_id: str
    role: Role

    @property
    def permissions(self) -> frozenset[Permission]:
        """What the role permits."""
        return PERMISSIONS[self.role]

    @property
    def audience(self) -> str | None:
        """Whose reports it shows: a unit's, the restricted ones, or none."""
        if Permission.READ_CASES not in self.permissions:
            return None
        return f"{RESTRICTED}{self.unit_id}" if self.role is Role.INSPECTORATE else self.unit_id


def audiences_of(roles: Iterable[Assignment]) -> tuple[str, ...]:
    """What somebody with these roles may see, in the order in which they were given."""
    return tuple(dict.fromkeys(role.audience for role in roles if role.audience is not None))


def audience_of(
    lineage: Iterable[str], *, shared_with: Iterable[str] = (), is_restricted: bool = False
) -> tuple[str, ...]:
    """Who sees a report of the unit at the end of that lineage (the root comes first).

    A restricted one is seen by the inspectorate of the root only, not by the unit complained of.
    """
    line = tuple(lineage)
    if is_restricted:
        return (f"{RESTRICTED}{line[0]}",)
    return tuple(dict.fromkeys((*line, *shared_with)))


def may_see(audiences: Iterable[str], audience: Iterable[str]) -> bool:
    """Whether whoever has these audiences sees a report with that audience."""
    return not set(audiences).isdisjoint(audience)


def may(
    roles: Iterable[Assignment],
    permission: Permission,
    lineage: Iterable[str] | None = None,
    *,
    is_restricted: bool = False,
) -> bool:
    """Whether these roles permit it in the unit of that lineage, or anywhere where none is given.

    In a restricted report only the inspectorate acts.
    """
    line = None if lineage is None else set(lineage)
    return any(
        permission in given.permissions
        and (line is None or given.unit_id in line)
        and (line is None or (given.role is Role.INSPECTORATE) == is_restricted)
        for given in roles
    )
