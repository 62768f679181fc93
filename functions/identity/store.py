"""The vault's one collection, `people`, in the database `identity`."""

from functions.cloud.firestore import Database, Existing
from functions.identity.vault import Person


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
        commit.create(f"people/{person.citizen}", person.model_dump())
        try:
            commit.send()
        except Existing:
            return

    def find(self, citizen: str) -> Person | None:
        """Who a pseudonym is, or None.

        Raises:
            Transient: no answer.
        """
        stored = self._vault.read(f"people/{citizen}")
        return None if stored is None else Person.model_validate(dict(stored.fields))

    def forget(self, citizen: str) -> None:
        """Erase who a pseudonym is; the case goes on without a person.

        Raises:
            Transient: no clear answer.
        """
        commit = self._vault.commit()
        commit.remove(f"people/{citizen}")
        commit.send()
