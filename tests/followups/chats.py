"""The citizens' chats, in memory: a messenger that is judged by what stands in them."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from functions.followups.sentences import Choice
from functions.identity.vault import Person


@dataclass
class Chats:
    """Carries messages at once, unless a test says otherwise."""

    arrived: list[tuple[Person, str]] = field(default_factory=list)
    choices: list[Sequence[Choice]] = field(default_factory=list)
    forms: list[tuple[str, str]] = field(default_factory=list)
    """Titles and texts of the forms for name, telephone and address."""
    tries: int = 0
    can_be_read: bool = True
    """Whether anybody can look into them for evidence."""
    _ends: deque[tuple[Exception, bool]] = field(default_factory=deque)

    def will_end(self, end: Exception, *, after_delivery: bool = False) -> None:
        """The next send ends in that way; the one after it in the way told next."""
        self._ends.append((end, after_delivery))

    def send(self, person: Person, text: str, choices: tuple[Choice, ...]) -> str | None:
        """As `functions.followups.sender.Messenger`."""
        self.tries += 1
        end, is_delivered = self._ends.popleft() if self._ends else (None, True)
        if is_delivered:
            self.arrived.append((person, text))
            self.choices.append(choices)
        if end is not None:
            raise end
        return f"message-{len(self.arrived)}"

    def request_details(self, person: Person, title: str, text: str) -> str | None:
        """As `functions.followups.sender.Messenger`; the form stands in the chat by its text."""
        self.forms.append((title, text))
        return self.send(person, text, ())

    def was_delivered(self, person: Person, text: str, since: datetime) -> bool | None:
        """As `functions.followups.sender.Messenger`."""
        return (person, text) in self.arrived if self.can_be_read else None

    @property
    def texts(self) -> list[str]:
        """What citizens can read."""
        return [text for _, text in self.arrived]
