"""The made-up province of the local system."""

import json
import unicodedata
from pathlib import Path

from infra.local.zalo.province import read_province

PATH = Path(__file__).parents[3] / "infra" / "local" / "province.json"
PROVINCE = json.loads(PATH.read_text())
UNITS = {unit["id"]: unit for unit in PROVINCE["units"]}


def test_the_simulator_can_read_it() -> None:
    province = read_province(PATH)
    first = province.pages[0]
    assert (first.unit_id, first.oa_type, first.linked_account) == ("pc08", 4, True)
    assert len(province.pages) == 127


def test_both_kinds_of_page_are_there_with_and_without_an_account() -> None:
    kinds = {(page["oa_type"], page["linked_account"]) for page in PROVINCE["pages"]}
    assert kinds == {(4, True), (4, False), (2, True), (2, False)}


def test_the_units_form_one_tree() -> None:
    roots = [unit for unit in UNITS.values() if unit["parent_id"] is None]
    parents = {unit["parent_id"] for unit in UNITS.values()} - {None}
    assert [root["id"] for root in roots] == ["ca-hai-minh"]
    assert parents <= UNITS.keys()


def test_every_page_and_role_belongs_to_a_unit() -> None:
    used = [page["unit_id"] for page in PROVINCE["pages"]]
    used += [role["unit_id"] for one in PROVINCE["officers"] for role in one["roles"]]
    assert set(used) <= UNITS.keys()


def test_ids_are_unique_and_look_as_on_zalo() -> None:
    ids = [page["page_id"] for page in PROVINCE["pages"]]
    assert len(set(ids)) == len(ids)
    assert all(len(page_id) == 19 and page_id.isdigit() for page_id in ids)


def test_it_names_nobody_real_and_holds_no_secret() -> None:
    text = PATH.read_text()
    assert all(officer["email"].endswith("@example.vn") for officer in PROVINCE["officers"])
    assert all(officer["password_hint"] is None for officer in PROVINCE["officers"])
    assert "secret" not in text
    assert unicodedata.is_normalized("NFC", text)
