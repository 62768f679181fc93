"""What the vault says of a person to the one officer who may know it now."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from functions.cloud.clock import Clock
from functions.errors import Rejected
from functions.identity.openings import check_reading
from functions.identity.store import OpeningStore, PersonStore
from functions.identity.vault import Person


class Disclosed(BaseModel):
    """Who a reporter is, as far as they told and Zalo shows; shows nowhere but on one page."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    is_known: bool
    """False where the data was erased, or who told it left no contact."""
    name: str | None = None
    phone: str | None = None
    address: str | None = None
    shared_at: datetime | None = None
    account_name: str | None = None
    """As it stands in Zalo now; anybody may call themselves anything."""
    user_id: str | None = None
    page_id: str | None = None
    known_since: datetime | None = None

    def __repr__(self) -> str:
        return "Disclosed(…)"

    __str__ = __repr__


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Says who somebody is, if the record says that it may.

    Args:
        account_name: what the person calls themselves in Zalo, None where that cannot be had.
        is_emergency_allowed: whether an opening without an approval counts here.
    """

    openings: OpeningStore
    people: PersonStore
    account_name: Callable[[Person], str | None]
    clock: Clock
    is_emergency_allowed: bool

    def disclose(self, opening_id: str, reading: str) -> Disclosed:
        """Who the reporter of that opening is, in its one reading.

        Raises:
            Rejected: there is no such opening, or it may not be read now.
            Transient: no answer from a database.
        """
        found = self.openings.read(opening_id)
        if found is None:
            raise Rejected("no such opening")
        check_reading(
            found.opening,
            reading,
            at=self.clock.now(),
            is_emergency_allowed=self.is_emergency_allowed,
        )
        person = self.people.find(found.opening.case.citizen)
        if person is None:
            return Disclosed(is_known=False)
        return Disclosed(
            is_known=True,
            name=person.name,
            phone=person.phone,
            address=person.address,
            shared_at=person.shared_at,
            account_name=self.account_name(person) if person.has_account else None,
            user_id=person.user_id or None,
            page_id=person.page_id or None,
            known_since=person.known_since,
        )
