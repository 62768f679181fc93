"""How to reach who told a report by telephone or at the desk: into the vault, and out of it again.

The officers' page cannot write there. What it asks for is looked up again here: only for a report
that an officer wrote down, whose pseudonym stands for nobody's account.
"""

from dataclasses import dataclass

from functions.cloud.clock import Clock
from functions.errors import Rejected
from functions.followups.entrance import Contact, KeepContact
from functions.identity.store import PersonStore
from functions.identity.vault import Person
from functions.reports.casework import check_entered
from functions.reports.store import ReportStore


@dataclass(frozen=True, slots=True)
class ContactKeeper:
    """Keeps one person's contact under their report's pseudonym."""

    reports: ReportStore
    people: PersonStore
    clock: Clock

    def keep(self, asked: KeepContact) -> None:
        """Keep it, or erase what was kept; doing the same again does it once.

        Raises:
            Rejected: there is no such report, or its reporter has an account.
            Conflict: others were in the way, again and again.
            Transient: no clear answer.
        """
        found = self.reports.read(asked.report)
        if found is None:
            raise Rejected("no such report")
        check_entered(found.report)
        citizen = found.report.citizen
        if asked.contact is None:
            self.people.forget(citizen)
        else:
            self.people.complete(self._person(citizen, asked.contact))

    def _person(self, citizen: str, contact: Contact) -> Person:
        now = self.clock.now()
        told = {name: secret.get_secret_value() for name, secret in contact if secret is not None}
        return Person(citizen=citizen, known_since=now, shared_at=now, **told)
