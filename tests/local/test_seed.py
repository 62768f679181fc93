"""The province as it is put into the record."""

import pytest

from functions.units.model import Unit
from functions.units.routing import Directory, Whereabouts
from functions.units.store import UnitStore
from infra.local.errors import LocalSystemError
from infra.local.province import Area, Stretch, read_province
from infra.local.seed import seed_province
from infra.local.settings import PROVINCE
from tests.emulators import Project

READ = read_province(PROVINCE)


def test_the_whole_province_is_seeded_with_its_lineages(project: Project) -> None:
    seed_province(project.firestore_client(), READ)
    store = UnitStore(project.database())
    team = store.unit("pc08-doi-1")
    assert team is not None
    assert team.line == ("ca-hai-minh", "pc08", "pc08-doi-1")
    assert len(store.directory().tree.units) == len(READ.units)
    assert len(store.pages()) == len(READ.pages)
    assert {officer.subject for officer in store.all_officers()} == {
        officer.subject for officer in READ.officers
    }


def test_officers_are_found_by_their_address_however_it_is_written(project: Project) -> None:
    first, *others = READ.officers
    written = first.model_copy(update={"email": first.email.upper()})
    seed_province(
        project.firestore_client(), READ.model_copy(update={"officers": (written, *others)})
    )
    found = UnitStore(project.database()).recognise(first.email.lower(), "google-1")
    assert found is not None
    assert found.subject == first.subject


def test_what_is_there_already_stays(project: Project) -> None:
    client = project.firestore_client()
    client.document("units/pc08").set({"name": "Đã đổi tên", "short_name": "x", "kind": "division"})
    seed_province(client, READ)
    seed_province(client, READ)
    unit = UnitStore(project.database()).unit("pc08")
    assert unit is not None
    assert unit.name == "Đã đổi tên"


@pytest.mark.parametrize(
    "change",
    [{"parent_id": "pc08"}, {"area": Area(stretches=(Stretch(road="QL18", to_metres=-1),))}],
    ids=["below itself", "a road that ends before it begins"],
)
def test_an_impossible_province_is_refused_before_anything_is_written(
    project: Project, change: dict[str, object]
) -> None:
    units = [unit.model_copy(update=change if unit.id == "pc08" else {}) for unit in READ.units]
    client = project.firestore_client()
    with pytest.raises(LocalSystemError, match="is no province"):
        seed_province(client, READ.model_copy(update={"units": tuple(units)}))
    assert list(client.collection("units").limit(1).stream()) == []


def _directory() -> Directory:
    return Directory(Unit.model_validate(unit.model_dump()) for unit in READ.units)


def test_every_commune_leads_to_its_own_police() -> None:
    directory = _directory()
    for unit in READ.units:
        for commune in unit.area.communes:
            for name in (commune.name, *commune.former):
                found = directory.of_communes_in(f"gần chợ {name}")
                assert [one.id for one in found] == [unit.id], name


def test_every_stretch_leads_to_who_patrols_it() -> None:
    directory = _directory()
    for unit in READ.units:
        for stretch in unit.area.stretches:
            where = Whereabouts(
                road=stretch.road,
                kilometre_metres=stretch.from_metres + 1,
                direction=stretch.towards,
            )
            assert directory.route(where, "violation", "ca-hai-minh").unit_id == unit.id
