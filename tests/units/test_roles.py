"""Who sees a report, and who may do what with it."""

import pytest

from functions.units.model import Officer
from functions.units.roles import Assignment, Permission, Role, audience_of

LINEAGE = ("tinh", "pc08", "doi-1")


def _officer(*roles: tuple[str, Role]) -> Officer:
    given = tuple(Assignment(unit_id=unit_id, role=role) for unit_id, role in roles)
    return Officer(subject="s1", email="an@example.vn", name="An", roles=given)


READING = [
    Role.DUTY_OFFICER, Role.INVESTIGATOR, Role.LEAD, Role.UNIT_HEAD, Role.PROVINCE_SUPERVISOR,
    Role.AUDITOR,
]  # fmt: skip


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(
    ("unit_id", "covers"),
    [("tinh", True), ("pc08", True), ("doi-1", True), ("doi-2", False), ("pc0", False)],
)
def test_a_reading_role_shows_its_unit_and_all_below(
    role: Role, unit_id: str, covers: bool
) -> None:
    sees = _officer((unit_id, role)).may_see(audience_of(LINEAGE))
    assert sees is (covers and role in READING)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("unit_id", LINEAGE)
def test_a_restricted_report_is_the_provinces_inspectorates_alone(role: Role, unit_id: str) -> None:
    audience = audience_of(LINEAGE, shared_with=["pc08"], is_restricted=True)
    sees = _officer((unit_id, role)).may_see(audience)
    assert sees is (role is Role.INSPECTORATE and unit_id == "tinh")


def test_a_report_is_seen_by_whom_it_was_shared_with() -> None:
    officer = _officer(("an-hoa", Role.DUTY_OFFICER))
    assert officer.may_see(audience_of(LINEAGE, shared_with=["an-hoa"]))
    assert not officer.may(Permission.WORK_CASES, LINEAGE)


def test_a_permission_holds_below_the_unit_it_was_given_in() -> None:
    lead = _officer(("pc08", Role.LEAD), ("an-hoa", Role.DUTY_OFFICER))
    assert lead.may(Permission.DECIDE, LINEAGE)
    assert not lead.may(Permission.DECIDE, ("tinh", "an-hoa"))
    assert not lead.may(Permission.DECIDE, ("tinh",))
    assert lead.may(Permission.DECIDE)


def test_in_a_restricted_report_only_the_inspectorate_acts() -> None:
    head = _officer(("tinh", Role.UNIT_HEAD))
    inspector = _officer(("tinh", Role.INSPECTORATE))
    assert not head.may(Permission.DECIDE, LINEAGE, is_restricted=True)
    assert inspector.may(Permission.DECIDE, LINEAGE, is_restricted=True)
    assert not inspector.may(Permission.DECIDE, LINEAGE)


def test_an_administrator_looks_after_connections_and_sees_no_case() -> None:
    officer = _officer(("tinh", Role.ADMINISTRATOR))
    assert officer.may_connect_pages
    assert officer.audiences == ()
    assert officer.unit_ids == []
    assert not _officer(("tinh", Role.UNIT_HEAD)).may_connect_pages


def test_units_are_told_once_in_the_order_given() -> None:
    officer = _officer(
        ("pc08", Role.ADMINISTRATOR),
        ("phuong2", Role.DUTY_OFFICER),
        ("phuong1", Role.DUTY_OFFICER),
        ("phuong2", Role.LEAD),
    )
    assert officer.unit_ids == ["phuong2", "phuong1"]
