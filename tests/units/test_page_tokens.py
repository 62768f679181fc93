"""Which version of a page's grant counts: what `functions.zalo.grants.TokenPointers` promises."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from functions.errors import Conflict
from functions.units.store import PageTokenStore
from functions.zalo.grants import Attempt, Phase, StoredPointer, TokenPointer, TokenPointers
from tests.emulators import Project

NOON = datetime(2026, 11, 21, 5, 0, 0, 123456, tzinfo=UTC)


def _pointer(generation: int = 1, attempt: Attempt | None = None) -> TokenPointer:
    return TokenPointer(
        generation=generation,
        secret_version=generation,
        refreshed_at=NOON,
        access_expires_at=NOON + timedelta(hours=25),
        attempt=attempt,
    )


def _attempt(phase: Phase = Phase.SENDING) -> Attempt:
    return Attempt(
        id="attempt1",
        generation=1,
        started=NOON,
        deadline=NOON + timedelta(minutes=2),
        phase=phase,
        is_reuse=True,
    )


@pytest.fixture
def pointers(project: Project) -> TokenPointers:
    return PageTokenStore(project.database())


def _get(pointers: TokenPointers, page_id: str = "p1") -> StoredPointer:
    stored = pointers.get(page_id)
    assert stored is not None
    return stored


def test_a_page_that_was_never_connected_has_none(pointers: TokenPointers) -> None:
    assert pointers.get("p1") is None


@pytest.mark.parametrize(
    "pointer",
    [
        _pointer(),
        _pointer(attempt=_attempt()),
        _pointer().model_copy(update={"refused_at": NOON, "need_reauth": NOON}),
    ],
    ids=["plain", "with an attempt", "refused"],
)
def test_a_pointer_is_read_as_it_was_stored(pointers: TokenPointers, pointer: TokenPointer) -> None:
    pointers.compare_and_set("p1", pointer, expected=None)

    assert _get(pointers).pointer == pointer


def test_a_pointer_is_changed_by_whoever_read_it_last(pointers: TokenPointers) -> None:
    pointers.compare_and_set("p1", _pointer(attempt=_attempt()), expected=None)

    pointers.compare_and_set("p1", _pointer(2), expected=_get(pointers).version)

    assert _get(pointers).pointer == _pointer(2)


def test_a_first_pointer_is_stored_once(pointers: TokenPointers) -> None:
    pointers.compare_and_set("p1", _pointer(1), expected=None)

    with pytest.raises(Conflict):
        pointers.compare_and_set("p1", _pointer(2), expected=None)

    assert _get(pointers).pointer == _pointer(1)


def test_a_stale_change_is_refused(pointers: TokenPointers) -> None:
    pointers.compare_and_set("p1", _pointer(1), expected=None)
    stale = _get(pointers).version
    pointers.compare_and_set("p1", _pointer(2), expected=stale)

    with pytest.raises(Conflict):
        pointers.compare_and_set("p1", _pointer(3), expected=stale)

    assert _get(pointers).pointer == _pointer(2)


def test_of_many_who_claim_at_once_one_wins(pointers: TokenPointers) -> None:
    pointers.compare_and_set("p1", _pointer(), expected=None)
    version = _get(pointers).version

    def claim(number: int) -> bool:
        attempt = _attempt().model_copy(update={"id": str(number)})
        try:
            pointers.compare_and_set("p1", _pointer(attempt=attempt), expected=version)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        won = list(threads.map(claim, range(8)))

    assert won.count(True) == 1
    attempt = _get(pointers).pointer.attempt
    assert attempt is not None
    assert attempt.id == str(won.index(True))


def test_pages_do_not_touch_each_other(pointers: TokenPointers) -> None:
    pointers.compare_and_set("p1", _pointer(1), expected=None)
    pointers.compare_and_set("p2", _pointer(7), expected=None)

    assert _get(pointers, "p1").pointer == _pointer(1)


def test_the_pointers_of_many_pages_are_read_at_once(project: Project) -> None:
    pointers = PageTokenStore(project.database())
    pointers.compare_and_set("p1", _pointer(), expected=None)
    pointers.compare_and_set("p2", _pointer(2), expected=None)

    assert pointers.of_pages(["p2", "another", "p1"]) == {"p2": _pointer(2), "p1": _pointer()}
    assert pointers.of_pages([]) == {}
