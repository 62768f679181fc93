"""A reorganisation changes units, never their history, and every lineage stays right."""

from collections.abc import Callable, Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.errors import Rejected
from functions.units.areas import Area, Commune
from functions.units.model import Unit, UnitAct
from functions.units.tree import Tree
from tests.units.hai_minh import AN_HOA, AN_PHUC, BEN_VAN, DECISION, NOON, UNITS, unit

TREE = Tree(UNITS)


def _with(tree: Tree, changed: Iterable[Unit]) -> Tree:
    return Tree(({one.id: one for one in tree.units} | {one.id: one for one in changed}).values())


def _by_id(changed: Iterable[Unit]) -> dict[str, Unit]:
    return {one.id: one for one in changed}


def test_the_lineage_leads_from_the_root_to_the_unit() -> None:
    assert TREE.unit("doi-1").lineage == ("tinh", "pc08", "doi-1")
    assert TREE.unit("tinh").lineage == ("tinh",)


def test_a_stored_lineage_that_is_wrong_is_put_right() -> None:
    wrong = unit("a", "r", lineage=("x", "a"))
    assert Tree([unit("r", None), wrong]).unit("a").line == ("r", "a")


@pytest.mark.parametrize(
    "units",
    [[unit("a", "b"), unit("b", "a")], [unit("a", "a")]],
    ids=["circle", "below itself"],
)
def test_what_is_no_tree_is_refused(units: list[Unit]) -> None:
    with pytest.raises(Rejected):
        Tree(units)


def test_a_unit_whose_parent_is_missing_goes_on_as_a_root() -> None:
    assert Tree([unit("a", "nowhere"), unit("b", "a")]).unit("b").line == ("a", "b")


@pytest.mark.parametrize("parent_id", ["nowhere", "an-phuc"])
def test_nothing_new_hangs_below_what_is_not_there(parent_id: str) -> None:
    closed = _with(TREE, TREE.close("an-phuc", DECISION))
    with pytest.raises(Rejected):
        closed.open(unit("new", parent_id), DECISION)
    with pytest.raises(Rejected):
        closed.move("doi-1", parent_id, DECISION)


def test_a_new_unit_has_its_opening_in_its_history() -> None:
    (opened,) = TREE.open(unit("doi-4", "pc08"), DECISION)
    assert opened.lineage == ("tinh", "pc08", "doi-4")
    assert [(line.act, line.by, line.at) for line in opened.history] == [
        (UnitAct.OPENED, "officer-phuc", NOON)
    ]


def test_a_renamed_unit_is_still_called_by_its_old_names() -> None:
    (renamed,) = TREE.rename("an-hoa", DECISION, name="Công an phường An Hòa", short_name="CAP")
    assert renamed.aliases == ("Công an xã An Hòa",)
    (line,) = renamed.history
    assert line.before == (AN_HOA.name, AN_HOA.short_name)
    assert line.after == ("Công an phường An Hòa", "CAP")
    assert line.reason == DECISION.reason


def test_a_name_that_comes_back_is_no_alias_of_itself() -> None:
    there = _with(TREE, TREE.rename("an-hoa", DECISION, name="B", short_name="B"))
    back = there.rename("an-hoa", DECISION, name=AN_HOA.name, short_name=AN_HOA.name)
    assert back[0].aliases == ("B",)


def test_the_same_names_again_change_nothing() -> None:
    unchanged = TREE.rename("an-hoa", DECISION, name=AN_HOA.name, short_name=AN_HOA.short_name)
    assert unchanged == ()


def test_what_moves_takes_everything_below_along() -> None:
    changed = _by_id(TREE.move("pc08", "pa05", DECISION))
    assert changed["doi-1"].lineage == ("tinh", "pa05", "pc08", "doi-1")
    assert changed.keys() == {"pc08", "doi-1", "doi-2", "doi-3"}
    assert changed["pc08"].history[-1].before == ("tinh",)
    assert changed["doi-1"].history == ()


@pytest.mark.parametrize("parent_id", ["pc08", "doi-1"])
def test_a_unit_cannot_hang_below_itself(parent_id: str) -> None:
    with pytest.raises(Rejected):
        TREE.move("pc08", parent_id, DECISION)


def test_a_merged_unit_lives_on_in_its_successor() -> None:
    changed = _by_id(TREE.merge(["an-phuc"], "an-hoa", DECISION))
    gone, heir = changed["an-phuc"], changed["an-hoa"]
    assert gone.is_closed
    assert gone.successor_ids == ("an-hoa",)
    assert gone.name == AN_PHUC.name
    assert gone.history[-1] == heir.history[-1]
    assert AN_PHUC.name in heir.aliases
    assert heir.area.communes == AN_HOA.area.communes + AN_PHUC.area.communes


def test_whoever_works_in_the_successor_stands_above_the_merged_unit() -> None:
    changed = _by_id(TREE.merge(["an-phuc"], "an-hoa", DECISION))
    assert changed["an-phuc"].lineage == ("tinh", "an-hoa", "an-phuc")


def test_the_units_below_a_merged_one_go_to_the_successor() -> None:
    changed = _by_id(TREE.merge(["pc08"], "pa05", DECISION))
    assert changed["doi-1"].lineage == ("tinh", "pa05", "doi-1")
    assert changed["doi-1"].history[-1].act is UnitAct.MOVED
    assert set(changed["pa05"].categories) == {"lua_dao", "violation", "tngt"}


def test_a_unit_may_be_merged_together_with_what_is_below_it() -> None:
    changed = _by_id(TREE.merge(["doi-3", "pc08"], "pa05", DECISION))
    assert changed["doi-3"].successor_ids == changed["pc08"].successor_ids == ("pa05",)
    assert changed["doi-3"].is_closed


def test_a_successor_that_takes_everything_goes_on_doing_so() -> None:
    changed = _by_id(TREE.merge(["pa05"], "an-hoa", DECISION))
    assert changed["an-hoa"].categories == ()


@pytest.mark.parametrize(
    ("merged", "into"), [("pc08", "doi-1"), ("pc08", "pc08"), ("tinh", "pc08")]
)
def test_a_unit_is_not_merged_into_what_is_its_own(merged: str, into: str) -> None:
    with pytest.raises(Rejected):
        TREE.merge([merged], into, DECISION)


def test_merging_twice_leads_to_the_last_successor() -> None:
    once = _with(TREE, TREE.merge(["an-phuc"], "an-hoa", DECISION))
    twice = _with(once, once.merge(["an-hoa"], "ben-van", DECISION))
    assert [heir.id for heir in twice.successors("an-phuc")] == ["ben-van"]
    assert twice.unit("an-phuc").lineage == ("tinh", "ben-van", "an-hoa", "an-phuc")


def test_a_unit_that_is_split_has_several_successors() -> None:
    parts = [unit("pc08-a", None), unit("pc08-b", None)]
    children = {"doi-1": "pc08-a", "doi-2": "pc08-b", "doi-3": "pc08-b"}
    after = _with(TREE, TREE.split("pc08", parts, DECISION, children=children))
    assert [heir.id for heir in after.successors("pc08")] == ["pc08-a", "pc08-b"]
    assert after.unit("doi-2").lineage == ("tinh", "pc08-b", "doi-2")
    assert after.successor("pc08") == after.unit("tinh")


@pytest.mark.parametrize(
    ("parts", "children"),
    [
        (["a"], {"doi-1": "a", "doi-2": "a", "doi-3": "a"}),
        (["a", "b"], {"doi-1": "a"}),
        (["a", "b"], {"doi-1": "a", "doi-2": "a", "doi-3": "c"}),
        (["a", "an-hoa"], {"doi-1": "a", "doi-2": "a", "doi-3": "a"}),
    ],
    ids=["one part", "forgotten child", "unknown part", "taken id"],
)
def test_a_split_that_leaves_something_open_is_refused(
    parts: list[str], children: dict[str, str]
) -> None:
    with pytest.raises(Rejected):
        TREE.split("pc08", [unit(part, None) for part in parts], DECISION, children=children)


def test_a_closed_unit_points_to_who_takes_over() -> None:
    after = _with(TREE, TREE.close("doi-3", DECISION, successor_ids=["doi-2"]))
    assert after.successor("doi-3") == after.unit("doi-2")
    assert after.unit("doi-3").lineage == ("tinh", "pc08", "doi-2", "doi-3")
    assert "doi-3" not in [one.id for one in after.living]
    assert after.unit("doi-3").history[-1].reason == DECISION.reason


def test_without_a_successor_whoever_stands_above_takes_over() -> None:
    after = _with(TREE, TREE.close("doi-3", DECISION))
    assert after.successors("doi-3") == ()
    assert after.successor("doi-3") == after.unit("pc08")


@pytest.mark.parametrize("unit_id", ["tinh", "pc08", "nowhere"])
def test_what_others_hang_on_is_not_closed(unit_id: str) -> None:
    with pytest.raises(Rejected):
        TREE.close(unit_id, DECISION)


CHANGES: dict[str, Callable[[Tree], object]] = {
    "rename": lambda tree: tree.rename("doi-3", DECISION, name="x", short_name="x"),
    "move": lambda tree: tree.move("doi-3", "pa05", DECISION),
    "move below": lambda tree: tree.move("doi-1", "doi-3", DECISION),
    "merge": lambda tree: tree.merge(["doi-3"], "doi-1", DECISION),
    "merge into": lambda tree: tree.merge(["doi-1"], "doi-3", DECISION),
    "close": lambda tree: tree.close("doi-3", DECISION),
    "open below": lambda tree: tree.open(unit("new", "doi-3"), DECISION),
    "redraw": lambda tree: tree.redraw("doi-3", DECISION, area=Area(), categories=["x"]),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_closed_unit_does_not_change_any_more(change: Callable[[Tree], object]) -> None:
    closed = _with(TREE, TREE.close("doi-3", DECISION))
    with pytest.raises(Rejected):
        change(closed)


def test_a_new_area_is_written_down() -> None:
    area = Area(communes=(Commune(name="xã Mới"),))
    (changed,) = TREE.redraw("ben-van", DECISION, area=area, categories=())
    assert changed.area == area
    assert changed.history[-1].act is UnitAct.REDRAWN
    assert TREE.redraw("ben-van", DECISION, area=BEN_VAN.area, categories=()) == ()


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_after_any_reorganisations_every_lineage_follows_the_parents(data: st.DataObject) -> None:
    tree, had = TREE, {one.id: len(one.history) for one in TREE.units}
    for _ in range(data.draw(st.integers(1, 6))):
        living = [one.id for one in tree.living]
        one, other = data.draw(st.sampled_from(living)), data.draw(st.sampled_from(living))
        act = data.draw(st.sampled_from(["move", "merge", "close"]))
        try:
            match act:
                case "move":
                    changed = tree.move(one, other, DECISION)
                case "merge":
                    changed = tree.merge([one], other, DECISION)
                case _:
                    changed = tree.close(one, DECISION, successor_ids=[other])
        except Rejected:
            continue
        tree = _with(tree, changed)
    for found in tree.units:
        above = () if found.parent_id is None else tree.unit(found.parent_id).line
        assert found.lineage == (*above, found.id)
        assert len(found.history) >= had[found.id]
        assert tree.successor(found.id) in tree.living
    assert len(tree.units) == len(UNITS)
