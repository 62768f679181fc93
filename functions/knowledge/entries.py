"""What is known of each procedure. Data, with its date and how sure it is: `catalogue/`.

The field names follow the national portal where it has them (`code` is its "mã thủ tục"), so that
its content can replace ours. No unit has verified an entry yet.
"""

import json
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from functions.followups.sentences import Language
from functions.knowledge.answers import Wording

_CATALOGUE = Path(__file__).parent / "catalogue" / "procedures.json"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Confidence(StrEnum):
    """How sure something is."""

    HIGH = "H"
    """Primary text, or two independent sources."""
    MEDIUM = "M"
    """One reliable secondary source."""
    LOW = "L"
    """Inferred, or sources disagree."""


class Procedure(_Record):
    """An administrative procedure of the police, or one that people take for theirs."""

    slug: str
    code: str | None
    """Its number on the National Public Service Portal."""
    name: Wording
    button: Wording
    where: Wording
    how: Wording | None
    time: Wording | None
    fee: Wording | None
    papers: Wording | None
    note: Wording | None
    basis: tuple[str, ...]
    names_portal: bool
    """Whether the answer gives the portal's address: never where money is paid."""
    confidence: Mapping[str, Confidence] = Field(min_length=1)
    """By field; "*" for the others."""
    collected_on: date
    verified_at: date | None
    """When the unit last checked it."""
    source_url: str | None
    valid_from: date | None
    valid_to: date | None

    def part(self, name: str, language: Language) -> str | None:
        """One of where, how, time, fee and papers; None where nothing is known."""
        wording: Wording | None = getattr(self, name)
        return None if wording is None else wording.in_language(language)

    def is_sure(self, name: str) -> bool:
        """Whether that field may be told without reserve."""
        return self.confidence.get(name, self.confidence["*"]) is Confidence.HIGH


class Topic(_Record):
    """What people ask about: one procedure, or several."""

    id: str
    name: Wording
    lead: str | None
    """The procedure answered at once; none where one has to be chosen first."""
    procedures: tuple[str, ...]
    """The others, offered as buttons."""
    is_listed: bool
    """Whether it stands in the list of topics."""


class Entries(_Record):
    """The whole catalogue."""

    words: Mapping[str, Wording]
    """Labels and turns of phrase from which answers are put together."""
    topics: tuple[Topic, ...]
    procedures: tuple[Procedure, ...]

    def topic(self, identifier: str) -> Topic | None:
        """That topic."""
        return next((topic for topic in self.topics if topic.id == identifier), None)

    def procedure(self, slug: str) -> Procedure | None:
        """That procedure."""
        return next((one for one in self.procedures if one.slug == slug), None)


@cache
def entries() -> Entries:
    """The catalogue as it stands in the repository."""
    return Entries.model_validate(json.loads(_CATALOGUE.read_text(encoding="utf-8")))
