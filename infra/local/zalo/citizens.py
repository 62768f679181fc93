"""The citizens, and what binds each of them to each page."""

import hashlib
import json
from dataclasses import dataclass
from random import Random
from typing import Any

from infra.local.zalo.faults import Faults
from infra.local.zalo.settings import CitizenSettings, changed
from infra.local.zalo.store import Store


@dataclass(frozen=True, slots=True)
class Citizen:
    """A person with Zalo. `user_id` is the simulator's handle (see `Citizens.shown_id`)."""

    user_id: str
    user_id_by_app: str
    settings: CitizenSettings


@dataclass(frozen=True, slots=True)
class Bond:
    """What is between a page and a citizen; times in milliseconds."""

    page_id: str
    user_id: str
    is_follower: bool
    last_interaction: int | None
    has_chatted: bool
    alias: str
    shared: dict[str, Any]


class Citizens:
    def __init__(self, store: Store, random: Random, faults: Faults) -> None:
        self._store = store
        self._random = random
        self._faults = faults

    def new_id(self, first: int) -> str:
        """19 digits, as Zalo's ids."""
        return str(first * 10**18 + self._random.randrange(10**18))

    def add(self, settings: CitizenSettings) -> Citizen:
        citizen = Citizen(self.new_id(3), self.new_id(4), settings)
        if not settings.phone:
            # 0900 000 xxx: valid in form, plainly made up.
            number = self._store.count("SELECT count(*) FROM citizens") % 10_000
            settings = changed(settings, {"phone": f"8490000{number:04}"})
            citizen = Citizen(citizen.user_id, citizen.user_id_by_app, settings)
        self._store.write(
            "INSERT INTO citizens (user_id, user_id_by_app, settings) VALUES (?, ?, ?)",
            citizen.user_id,
            citizen.user_id_by_app,
            settings.model_dump_json(),
        )
        return citizen

    def all(self) -> list[Citizen]:
        """Oldest first."""
        return [_citizen(row) for row in self._store.all("SELECT * FROM citizens ORDER BY number")]

    def get(self, user_id: str) -> Citizen | None:
        row = self._store.one("SELECT * FROM citizens WHERE user_id = ?", user_id)
        return _citizen(row) if row else None

    def with_phone(self, phone: str) -> Citizen | None:
        row = self._store.one(
            "SELECT * FROM citizens WHERE settings ->> 'phone' = ? ORDER BY number", phone
        )
        return _citizen(row) if row else None

    def change(self, citizen: Citizen, changes: dict[str, Any]) -> Citizen:
        """Raises pydantic's ValidationError."""
        settings = changed(citizen.settings, changes)
        self._store.write(
            "UPDATE citizens SET settings = ? WHERE user_id = ?",
            settings.model_dump_json(),
            citizen.user_id,
        )
        return Citizen(citizen.user_id, citizen.user_id_by_app, settings)

    def shown_id(self, page_id: str, user_id: str) -> str:
        """The id by which the page knows the citizen: the handle itself, or one of its own.

        On Zalo it is always scoped to the page; here only while fault `scoped_user_ids` is on.
        """
        if not self._faults.is_on("scoped_user_ids"):
            return user_id
        digest = hashlib.sha256(f"{page_id} {user_id}".encode()).hexdigest()
        alias = str(5 * 10**18 + int(digest, 16) % 10**18)
        self._store.write("INSERT OR IGNORE INTO aliases VALUES (?, ?, ?)", page_id, alias, user_id)
        return alias

    def known_to(self, page_id: str, shown_id: str) -> Citizen | None:
        """The citizen whom the page knows by that id."""
        row = self._store.one(
            "SELECT user_id FROM aliases WHERE page_id = ? AND alias = ?", page_id, shown_id
        )
        if row is not None:
            return self.get(row["user_id"])
        return None if self._faults.is_on("scoped_user_ids") else self.get(shown_id)

    def bond(self, page_id: str, user_id: str) -> Bond:
        row = self._store.one(
            "SELECT * FROM bonds WHERE page_id = ? AND user_id = ?", page_id, user_id
        )
        if row is None:
            return Bond(page_id, user_id, False, None, False, "", {})
        return _bond(row)

    def bonds_of_page(self, page_id: str) -> list[Bond]:
        rows = self._store.all("SELECT * FROM bonds WHERE page_id = ? ORDER BY rowid", page_id)
        return [_bond(row) for row in rows]

    def bonds_of_citizen(self, user_id: str) -> list[Bond]:
        """With those pages where something happened."""
        return [
            _bond(row) for row in self._store.all("SELECT * FROM bonds WHERE user_id = ?", user_id)
        ]

    def change_bond(self, page_id: str, user_id: str, **changes: object) -> None:
        """Set columns of the bond, making it if need be."""
        self._store.write(
            "INSERT OR IGNORE INTO bonds (page_id, user_id) VALUES (?, ?)", page_id, user_id
        )
        for column, value in changes.items():
            self._store.write(
                f"UPDATE bonds SET {column} = ? WHERE page_id = ? AND user_id = ?",  # noqa: S608 (our own column names)
                value,
                page_id,
                user_id,
            )


def _citizen(row: Any) -> Citizen:
    settings = CitizenSettings.model_validate_json(row["settings"])
    return Citizen(row["user_id"], row["user_id_by_app"], settings)


def _bond(row: Any) -> Bond:
    return Bond(
        row["page_id"],
        row["user_id"],
        bool(row["is_follower"]),
        row["last_interaction"],
        bool(row["has_chatted"]),
        row["alias"],
        json.loads(row["shared"]),
    )
