"""The province file: whole, consistent, and refused in one sentence when it is not."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from functions.units.roles import Role
from functions.vietnam import without_diacritics
from infra.local.errors import LocalSystemError
from infra.local.province import read_province
from infra.local.settings import PROVINCE


def _described(**changes: Any) -> dict[str, Any]:
    return {
        "province": {"name": "tỉnh Hải Minh", "code": "hai-minh"},
        "units": [{"id": "pc08", "name": "Phòng", "short_name": "P", "kind": "division"}],
        "pages": [],
        "officers": [],
    } | changes


def test_the_province_of_the_repository_can_be_read() -> None:
    assert read_province(PROVINCE).pages


def test_the_province_is_as_large_as_the_one_it_is_modelled_on() -> None:
    province = read_province(PROVINCE)
    kinds = Counter("team" if unit.kind == "station" else unit.kind for unit in province.units)
    assert kinds == {"province": 1, "division": 11, "team": 9, "commune": 106}
    assert len(province.pages) == 127
    assert len({page.unit_id for page in province.pages}) == 127


def test_the_first_pages_are_connected_from_the_start() -> None:
    pages = read_province(PROVINCE).pages
    assert [page.is_connected for page in pages] == [True] * 5 + [False] * 122


def test_there_is_an_officer_for_every_role() -> None:
    given = {role.role for officer in read_province(PROVINCE).officers for role in officer.roles}
    assert given == set(Role)


def test_no_two_units_or_communes_are_called_alike() -> None:
    units = read_province(PROVINCE).units
    communes = [commune.name for unit in units for commune in unit.area.communes]
    for names in ([unit.name for unit in units], [unit.short_name for unit in units], communes):
        assert len({without_diacritics(name) for name in names}) == len(names)


def test_every_page_of_the_province_has_an_officer_on_duty() -> None:
    province = read_province(PROVINCE)
    parents = {unit.id: unit.parent_id for unit in province.units}
    staffed = {given.unit_id for officer in province.officers for given in officer.roles}
    for page in province.pages:
        unit: str | None = page.unit_id
        while unit is not None and unit not in staffed:
            unit = parents[unit]
        assert unit is not None, page.name


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"officers": [{"subject": "a"}]}, "officers.0.email"),
        ({"surprise": 1}, "surprise"),
        (
            {
                "officers": [
                    {
                        "subject": "a",
                        "email": "a@example.vn",
                        "name": "A",
                        "roles": [{"unit_id": "pc99", "role": "duty_officer"}],
                    }
                ]
            },
            "units that do not exist: pc99",
        ),
    ],
)
def test_a_wrong_province_is_refused_with_the_place_of_the_error(
    tmp_path: Path, changes: dict[str, Any], complaint: str
) -> None:
    file = tmp_path / "province.json"
    file.write_text(json.dumps(_described(**changes)))
    with pytest.raises(LocalSystemError, match=complaint):
        read_province(file)


def test_a_missing_province_is_named(tmp_path: Path) -> None:
    with pytest.raises(LocalSystemError, match="no-such-file cannot be read"):
        read_province(tmp_path / "no-such-file")
