"""The collections of who reporters are.

The vault, in the database `identity`:

people/{citizen}     who a pseudonym is
farewells/{citizen}  whom to tell that their data was erased: the account alone, until it was told

In the record's database, with nothing in it of who somebody is:

identity_openings/{id}  requests to know who a reporter is, and what became of them
alerts/{id}             what heads of units are told of that; ids run from new to old
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.cloud.firestore import (
    REMOVED,
    Commit,
    Database,
    Existing,
    Stored,
    Where,
    compare_and_set,
)
from functions.identity.openings import Alert, Opening, Stage
from functions.identity.vault import Person

FAREWELL_KEPT_FOR = timedelta(days=20)
"""In which a request to erase has to be carried out (Decree 356/2025/NĐ-CP, article 5)."""
MOST_OPENINGS = 50
_NEWEST_FIRST = (("asked_at", "DESCENDING"),)


class PersonStore:
    """Puts identities into the vault and takes them out again to send a message."""

    def __init__(self, vault: Database) -> None:
        self._vault = vault

    def remember(self, person: Person) -> None:
        """Keep who a pseudonym is; a second time changes nothing.

        Raises:
            Conflict: others were in the way; nothing was written.
            Transient: no clear answer.
        """
        commit = self._vault.commit()
        commit.create(_path(person.citizen), person.model_dump())
        try:
            commit.send()
        except Existing:
            return

    def share(self, person: Person) -> None:
        """Keep what a person shared of themselves; the form that was sent last counts.

        Raises:
            Conflict: others were faster, again and again.
            Transient: no clear answer.
        """
        self._keep(person, lambda known: known.sharing(person))

    def complete(self, person: Person) -> None:
        """Keep what an officer wrote down of a person; what is left empty stays as it was.

        Raises:
            Conflict: others were faster, again and again.
            Transient: no clear answer.
        """
        self._keep(person, lambda known: known.completed(person))

    def _keep(self, person: Person, becomes: Callable[[Person], Person]) -> None:
        def keep() -> None:
            stored = self._vault.read(_path(person.citizen))
            known = _person(stored)
            commit = self._vault.commit()
            if stored is None or known is None:
                commit.create(_path(person.citizen), person.model_dump())
            elif (after := becomes(known)) != known:
                commit.update(stored, after.model_dump(exclude={"citizen"}))
            commit.send()

        compare_and_set(keep)

    def find(self, citizen: str) -> Person | None:
        """Who a pseudonym is, or None.

        Raises:
            Transient: no answer.
        """
        return _person(self._vault.read(_path(citizen)))

    def forget(self, citizen: str) -> None:
        """Erase who a pseudonym is; the case goes on without a person.

        Raises:
            Transient: no clear answer.
        """
        commit = self._vault.commit()
        commit.remove(_path(citizen))
        commit.send()

    def bid_farewell(self, citizen: str, *, now: datetime) -> None:
        """Erase what a person shared, and keep apart whom to tell so, once.

        The account itself is forgotten when the conversation says so (`forget`). Doing it twice
        does it once, also when the person is gone already.

        Raises:
            Conflict: others were in the way; nothing was written.
            Transient: no clear answer.
        """
        stored = self._vault.read(_path(citizen))
        person = _person(stored)
        if stored is None or person is None:
            return
        alone = person.without_details()
        commit = self._vault.commit()
        if alone != person:
            commit.update(stored, alone.model_dump(exclude={"citizen"}))
        farewell = {**alone.model_dump(), "expire_at": now + FAREWELL_KEPT_FOR}
        commit.put(_farewell(citizen), farewell)
        commit.send()

    def find_farewell(self, citizen: str) -> Person | None:
        """Whom to tell that their data was erased, or None.

        Raises:
            Transient: no answer.
        """
        stored = self._vault.read(_farewell(citizen))
        if stored is None:
            return None
        fields = {name: value for name, value in stored.fields.items() if name != "expire_at"}
        return Person.model_validate(fields)

    def end_farewell(self, citizen: str) -> None:
        """It was told: nothing of them is left.

        Raises:
            Transient: no clear answer.
        """
        commit = self._vault.commit()
        commit.remove(_farewell(citizen))
        commit.send()


@dataclass(frozen=True, slots=True)
class StoredOpening:
    """An opening as it was read, with what guards its next change."""

    opening: Opening
    stored: Stored


@dataclass(frozen=True, slots=True)
class StoredAlert:
    """An alert as it was read, with what guards its next change."""

    alert: Alert
    stored: Stored


class OpeningStore:
    """Reads openings and their alerts, and adds them to a commit that the caller opened.

    Args:
        database: the record's, never the vault.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, opening_id: str) -> StoredOpening | None:
        """That opening, or None.

        Raises:
            Transient: no answer.
        """
        stored = self._database.read(f"identity_openings/{opening_id}")
        return None if stored is None else StoredOpening(_opening(stored), stored)

    def of_report(self, report_id: str) -> list[Opening]:
        """The openings of a report, the newest first.

        Raises:
            Transient: no answer.
        """
        found = self._database.find(
            "identity_openings",
            where=[Where("case.report_id", "==", report_id)],
            limit=MOST_OPENINGS,
        )
        openings = [_opening(stored) for stored in found]
        return sorted(openings, key=lambda one: (one.asked_at, one.id), reverse=True)

    def of_officer(self, subject: str) -> list[Opening]:
        """What that officer asked for and has neither read nor been refused, the newest first.

        Raises:
            Transient: no answer.
        """
        found = self._database.find(
            "identity_openings",
            where=[Where("pending_for", "==", subject)],
            order=_NEWEST_FIRST,
            limit=MOST_OPENINGS,
        )
        return [_opening(stored) for stored in found]

    def waiting(self, audiences: Sequence[str]) -> list[Opening]:
        """The openings that wait for the officers of these audiences, the newest first.

        Raises:
            Transient: no answer.
        """
        if not audiences:
            return []
        found = self._database.find(
            "identity_openings",
            where=[Where("waiting_for", "array_contains_any", list(audiences))],
            order=_NEWEST_FIRST,
            limit=MOST_OPENINGS,
        )
        return [_opening(stored) for stored in found]

    @staticmethod
    def add_new(commit: Commit, opening: Opening) -> None:
        """Add an opening that did not exist."""
        fields = opening.model_dump(exclude={"id"})
        commit.create(
            f"identity_openings/{opening.id}", {**fields, "pending_for": opening.asked_by.subject}
        )

    @staticmethod
    def add_change(commit: Commit, before: StoredOpening, after: Opening) -> None:
        """Add a change, valid only if nobody changed the opening since `before` was read."""
        fields = after.model_dump(exclude={"id"})
        if after.stage in {Stage.REFUSED, Stage.READ}:
            fields["pending_for"] = REMOVED
        commit.update(before.stored, fields)

    def alert(self, alert_id: str) -> StoredAlert | None:
        """That alert, or None.

        Raises:
            Transient: no answer.
        """
        stored = self._database.read(f"alerts/{alert_id}")
        return None if stored is None else StoredAlert(_alert(stored), stored)

    def alerts(self, audiences: Sequence[str], *, limit: int = MOST_OPENINGS) -> list[Alert]:
        """The alerts that nobody of these audiences has seen, the newest first.

        Raises:
            Transient: no answer.
        """
        if not audiences:
            return []
        found = self._database.find(
            "alerts",
            where=[Where("unseen_by", "array_contains_any", list(audiences))],
            limit=limit,
        )
        return [_alert(stored) for stored in found]

    @staticmethod
    def add_alert(commit: Commit, alert: Alert) -> None:
        """Add an alert that did not exist."""
        commit.create(f"alerts/{alert.id}", alert.model_dump(exclude={"id"}))

    @staticmethod
    def add_sight(commit: Commit, before: StoredAlert, after: Alert) -> None:
        """Add that it was seen, valid only if nobody changed it since `before` was read."""
        commit.update(before.stored, after.model_dump(include={"unseen_by", "seen"}))


def _opening(stored: Stored) -> Opening:
    return Opening(id=stored.id, **stored.fields)


def _alert(stored: Stored) -> Alert:
    return Alert(id=stored.id, **stored.fields)


def _path(citizen: str) -> str:
    return f"people/{citizen}"


def _farewell(citizen: str) -> str:
    return f"farewells/{citizen}"


def _person(stored: Stored | None) -> Person | None:
    return None if stored is None else Person.model_validate(dict(stored.fields))
