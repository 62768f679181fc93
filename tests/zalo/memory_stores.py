"""Pointers, secrets and escrow in memory; every call is a step of a world, which may twist it."""

from collections import defaultdict
from itertools import count
from typing import TYPE_CHECKING, Any

from functions.errors import Conflict, OperatorNeeded, Transient
from functions.zalo.grants import KeptGrant, StoredPointer, TokenPointer, secret_name

if TYPE_CHECKING:
    from tests.zalo.grant_world import World


class MemoryPointers:
    """`TokenPointers` in memory."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._versions = count(1)
        self.kept: dict[str, tuple[TokenPointer, int]] = {}

    def get(self, page_id: str) -> StoredPointer | None:
        def act() -> StoredPointer | None:
            found = self.kept.get(page_id)
            return None if found is None else StoredPointer(*found)

        return self._world.step("pointers.get", page_id, act, Transient("pointers"))

    def compare_and_set(
        self, page_id: str, pointer: TokenPointer, *, expected: object | None
    ) -> None:
        def act() -> None:
            found = self.kept.get(page_id)
            if (None if found is None else found[1]) != expected:
                raise Conflict("pointers")
            assert found is None or pointer.generation >= found[0].generation, "T2"
            self.kept[page_id] = pointer, next(self._versions)

        self._world.step("pointers.set", page_id, act, Transient("pointers"))


class MemorySecrets:
    """`SecretVersions` in memory; `kept` is secret → version → payload."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.kept: defaultdict[str, dict[int, bytes]] = defaultdict(dict)
        self._versions: defaultdict[str, Any] = defaultdict(lambda: count(1))

    def add(self, secret: str, payload: bytes) -> int:
        pair = KeptGrant.model_validate_json(payload)
        if self._world.is_fake:
            number = pair.access_token.removeprefix("a:")
            assert pair.access_token in self._world.zalo.issued, "T5"
            assert pair.refresh_token == f"r:{number}", "T5"

        def act() -> int:
            version: int = next(self._versions[secret])
            self.kept[secret][version] = payload
            return version

        return self._world.step("secrets.add", self._page(secret), act, Transient("secrets"))

    def access(self, secret: str, version: int | None = None) -> tuple[int, bytes]:
        def act() -> tuple[int, bytes]:
            versions = self.kept[secret]
            wanted = max(versions, default=0) if version is None else version
            if wanted not in versions:
                raise OperatorNeeded("secrets")
            return wanted, versions[wanted]

        return self._world.step("secrets.access", self._page(secret), act, Transient("secrets"))

    def destroy(self, secret: str, version: int) -> None:
        def act() -> None:
            self.kept[secret].pop(version, None)

        self._world.step("secrets.destroy", self._page(secret), act, Transient("secrets"))

    def _page(self, secret: str) -> str:
        return secret.removeprefix(secret_name(""))


class MemoryEscrow:
    """`Escrow` and `EscrowLines` in memory."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.kept: defaultdict[tuple[str, int], list[bytes]] = defaultdict(list)

    def keep(self, page_id: str, generation: int, answer: bytes) -> None:
        def act() -> None:
            self.kept[page_id, generation].insert(0, answer)

        self._world.step("escrow.keep", page_id, act, RuntimeError("escrow"))

    def find(self, page_id: str, generation: int) -> list[bytes]:
        return self._world.step(
            "escrow.find",
            page_id,
            lambda: self.kept[page_id, generation],
            Transient("escrow"),
        )
