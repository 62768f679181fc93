"""Words that are not sent yet: `reports/{id}/drafts/{subject}-{kind}`, one for each officer.

They survive a reload and a change of computer, and go with the act that sends them. Words that a
superior is to approve first: `reports/{id}/proposals/words`, one at a time. That they wait stands
in the report too (`proposed_at`), for lists: one commit changes both.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from functions.cloud.firestore import Commit, Database
from functions.reports.model import OutcomeCode


class Words(StrEnum):
    """What an officer writes."""

    NOTE = "note"
    QUESTION = "question"
    REPLY = "reply"
    OUTCOME = "outcome"
    """What the reporter is told beside the standard sentence; proposed, never kept as a draft."""


DRAFTED = (Words.NOTE, Words.QUESTION, Words.REPLY)


class Proposal(BaseModel):
    """Words that wait for a superior, or came back."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: Words
    text: str
    outcome: OutcomeCode | None = None
    note: str = ""
    delay_days: int = 0
    by: str
    by_name: str
    at: datetime
    is_returned: bool = False
    word: str = ""
    """Why it was returned."""
    returned_by: str = ""


@dataclass(frozen=True, slots=True)
class Desktop:
    """What lies on an officer's desk about one report, and until when its reporter is reachable."""

    drafts: dict[Words, str]
    proposal: Proposal | None
    last_heard_at: datetime | None
    """When the citizen last wrote to the page."""


class DraftStore:
    """Reads and keeps what is not sent yet."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def desktop(self, report_id: str, subject: str, citizen: str) -> Desktop:
        """All of it in one round trip.

        Raises:
            Transient: no answer.
        """
        *drafts, proposal, conversation = self._database.read_many(
            [
                *(_draft(report_id, subject, kind) for kind in DRAFTED),
                _proposal(report_id),
                f"conversations/{citizen}",
            ]
        )
        return Desktop(
            {
                kind: str(found.fields["text"])
                for kind, found in zip(DRAFTED, drafts, strict=True)
                if found is not None
            },
            Proposal.model_validate(dict(proposal.fields)) if proposal else None,
            conversation.fields.get("last_in_at") if conversation else None,
        )

    def draft(self, report_id: str, subject: str, kind: Words) -> str:
        """What the officer was writing there, or nothing.

        Raises:
            Transient: no answer.
        """
        found = self._database.read(_draft(report_id, subject, kind))
        return str(found.fields["text"]) if found else ""

    def keep(self, report_id: str, subject: str, kind: Words, text: str, *, at: datetime) -> None:
        """Keep it as it is now; empty words are not kept.

        Raises:
            Transient: no clear answer.
        """
        commit = self._database.commit()
        if text.strip():
            self.add(commit, report_id, subject, kind, text, at=at)
        else:
            self.remove(commit, report_id, subject, kind)
        commit.send()

    @staticmethod
    def add(
        commit: Commit, report_id: str, subject: str, kind: Words, text: str, *, at: datetime
    ) -> None:
        """Add a draft to a commit; whatever was there is replaced."""
        commit.put(_draft(report_id, subject, kind), {"text": text, "at": at})

    @staticmethod
    def remove(commit: Commit, report_id: str, subject: str, kind: Words) -> None:
        """It was sent, or given up."""
        commit.remove(_draft(report_id, subject, kind))

    def proposal(self, report_id: str) -> Proposal | None:
        """What waits for a superior or came back, or None.

        Raises:
            Transient: no answer.
        """
        found = self._database.read(_proposal(report_id))
        return Proposal.model_validate(dict(found.fields)) if found else None

    @staticmethod
    def propose(commit: Commit, report_id: str, proposal: Proposal) -> None:
        """Add it to a commit that also changes the report, which guards it."""
        commit.put(_proposal(report_id), proposal.model_dump())

    @staticmethod
    def settle(commit: Commit, report_id: str) -> None:
        """It was approved, or is not wanted any more."""
        commit.remove(_proposal(report_id))


def _draft(report_id: str, subject: str, kind: Words) -> str:
    return f"reports/{report_id}/drafts/{subject}-{kind.value}"


def _proposal(report_id: str) -> str:
    return f"reports/{report_id}/proposals/words"
