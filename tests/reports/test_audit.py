"""The audit chain: nothing in it can be changed without a trace."""

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from functions.reports.audit import START, AuditEntry, chain, first_flaw

NOON = datetime(2026, 11, 21, 5, tzinfo=UTC)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@st.composite
def chains(draw: st.DrawFn, least: int = 1) -> list[AuditEntry]:
    """A chain that holds."""
    entries: list[AuditEntry] = []
    for sequence in range(1, draw(st.integers(least, 5)) + 1):
        entries.append(
            chain(
                entries[-1].hash if entries else START,
                sequence,
                actor=draw(texts),
                act=draw(texts),
                at=NOON + timedelta(microseconds=draw(st.integers(0, 10**15))),
                changes=draw(st.dictionaries(texts, texts, max_size=3)),
            )
        )
    return entries


def _standard_library_verdict(entries: list[dict[str, Any]]) -> bool:
    """The check as anybody can write it from the description, without any code of ours."""
    previous = "0" * 64
    for number, entry in enumerate(entries, start=1):
        content = {
            "act": entry["act"],
            "actor": entry["actor"],
            "at": entry["at"],
            "changes": entry["changes"],
            "sequence": number,
        }
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        hashed = hashlib.sha256((previous + text).encode()).hexdigest()
        if (entry["sequence"], entry["previous"], entry["hash"]) != (number, previous, hashed):
            return False
        previous = hashed
    return True


def _exported(entries: list[AuditEntry]) -> list[dict[str, Any]]:
    """The entries as they would be handed to somebody else, in JSON."""
    written = json.dumps(
        [
            entry.model_dump() | {"at": entry.at.isoformat(timespec="microseconds")}
            for entry in entries
        ]
    )
    exported: list[dict[str, Any]] = json.loads(written)
    return exported


@settings(deadline=None)
@given(chains())
def test_a_chain_holds(entries: list[AuditEntry]) -> None:
    assert first_flaw(entries) is None
    assert first_flaw(entries, head=entries[-1].hash) is None


def test_an_empty_chain_holds() -> None:
    assert first_flaw([]) is None


def test_an_entry_is_hashed_like_this() -> None:
    # Written down: entries of years ago must still be provable.
    entry = chain(
        START, 1, actor="reporter", act="opened", at=NOON, changes={"unit": "pc08", "mã": "7K3F"}
    )

    assert entry.hash == ("67544c2344fc3ffa3c10b5a6afa28dc8786ba9a3c7809ef0ae6a963f96f7bfdd")


@settings(deadline=None)
@given(chains())
def test_anybody_can_check_a_chain_with_a_standard_library(entries: list[AuditEntry]) -> None:
    exported = _exported(entries)
    assert _standard_library_verdict(exported)

    exported[0]["act"] += "!"
    assert not _standard_library_verdict(exported)


@settings(deadline=None)
@given(chains(), st.data())
def test_an_edit_of_anything_is_found(entries: list[AuditEntry], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(entries) - 1))
    old = entries[place]
    edits: dict[str, st.SearchStrategy[object]] = {
        "actor": texts,
        "act": texts,
        "at": st.integers(1, 10**9).map(lambda by: old.at + timedelta(microseconds=by)),
        "changes": st.dictionaries(texts, texts, max_size=3),
        "sequence": st.integers(-1, 10),
        "previous": st.just("1" * 64),
        "hash": st.just("1" * 64),
    }
    field = data.draw(st.sampled_from(sorted(edits)))
    new = data.draw(edits[field].filter(lambda value: value != getattr(old, field)))
    entries[place] = old.model_copy(update={field: new})

    assert first_flaw(entries) == place + 1
    assert not _standard_library_verdict(_exported(entries))


@settings(deadline=None)
@given(chains(least=2), st.data())
def test_a_removed_entry_is_found(entries: list[AuditEntry], data: st.DataObject) -> None:
    head = entries[-1].hash
    place = data.draw(st.integers(0, len(entries) - 1))
    del entries[place]

    assert first_flaw(entries, head=head) == place + 1


@settings(deadline=None)
@given(chains(), st.data())
def test_an_inserted_entry_is_found(entries: list[AuditEntry], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(entries) - 1))
    forged = chain(
        entries[place].previous, place + 1, actor="officer:evil", act="x", at=NOON, changes={}
    )
    entries.insert(place, forged)

    assert first_flaw(entries) == place + 2


@settings(deadline=None)
@given(chains(least=2), st.data())
def test_entries_in_another_order_are_found(entries: list[AuditEntry], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(entries).filter(lambda order: order != entries))

    first_moved = next(n for n, (a, b) in enumerate(zip(entries, shuffled, strict=True)) if a != b)
    assert first_flaw(shuffled) == first_moved + 1


@settings(deadline=None)
@given(chains(least=2), st.data())
def test_a_cut_end_is_found_by_the_head(entries: list[AuditEntry], data: st.DataObject) -> None:
    head = entries[-1].hash
    kept = entries[: data.draw(st.integers(0, len(entries) - 1))]

    assert first_flaw(kept) is None, "nothing within the chain shows it"
    assert first_flaw(kept, head=head) == len(kept) + 1


@settings(deadline=None)
@given(chains(least=2))
def test_an_entry_made_after_the_head_was_read_is_no_flaw(entries: list[AuditEntry]) -> None:
    assert first_flaw(entries, head=entries[-2].hash) is None


@settings(deadline=None)
@given(chains(), chains())
def test_a_chain_rewritten_whole_is_found_by_the_head(
    entries: list[AuditEntry], rewritten: list[AuditEntry]
) -> None:
    head = entries[-1].hash

    assert (first_flaw(rewritten, head=head) is None) == (head in {e.hash for e in rewritten})


def test_the_same_moment_in_another_time_zone_is_the_same_entry() -> None:
    in_vietnam = NOON.astimezone(timezone(timedelta(hours=7)))

    one, other = (
        chain(START, 1, actor="a", act="b", at=at, changes={}) for at in (NOON, in_vietnam)
    )

    assert one.hash == other.hash


def test_the_order_of_changes_does_not_count() -> None:
    one, other = (
        chain(START, 1, actor="a", act="b", at=NOON, changes=changes)
        for changes in ({"x": "1", "y": "2"}, {"y": "2", "x": "1"})
    )

    assert one.hash == other.hash


def test_an_entry_cannot_be_changed() -> None:
    entry = chain(START, 1, actor="a", act="b", at=NOON, changes={})

    with pytest.raises(ValidationError):
        entry.act = "c"  # type: ignore[misc]
