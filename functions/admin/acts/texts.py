"""Canned texts: `texts/{id}`, each of one unit and of everything below it.

A text may name what is filled in when it is put into the composer: `{ma_phieu}`, `{ten_don_vi}`.
Any other gap stays to be filled by the officer; words with a gap left are never sent.
"""

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from functions.cloud.firestore import Database, Stored, Where
from functions.reports.model import Report
from functions.units.model import Unit

MOST_TEXTS = 200
_MOST_IN_LINE = 30
"""Firestore takes so many values in one condition."""


class CannedText(BaseModel):
    """A text that is written often."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    unit_id: str
    title: str
    text: str
    changed_at: datetime
    changed_by: str

    def filled(self, report: Report, unit: Unit | None) -> str:
        """The text for that report."""
        text = self.text.replace("{ma_phieu}", report.code)
        return text.replace("{ten_don_vi}", unit.name) if unit else text


class TextStore:
    """Reads and keeps canned texts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_units(self, unit_ids: Sequence[str]) -> list[CannedText]:
        """The texts of those units, by title.

        Raises:
            Transient: no answer.
        """
        wanted = list(dict.fromkeys(unit_ids))[:_MOST_IN_LINE]
        if not wanted:
            return []
        found = self._database.find(
            "texts", where=[Where("unit_id", "in", wanted)], limit=MOST_TEXTS
        )
        return sorted((_text(one) for one in found), key=lambda text: text.title.casefold())

    def for_report(self, report: Report, unit: Unit | None) -> list[CannedText]:
        """The texts of the report's unit and of those above it, filled for the report.

        Raises:
            Transient: no answer.
        """
        return [
            text.model_copy(update={"text": text.filled(report, unit)})
            for text in self.of_units(report.line)
        ]

    def read(self, text_id: str) -> CannedText | None:
        """That text, or None.

        Raises:
            Transient: no answer.
        """
        found = self._database.read(f"texts/{text_id}")
        return _text(found) if found else None

    def keep(self, text: CannedText) -> None:
        """Keep it as it is now.

        Raises:
            Transient: no clear answer; doing it again is safe.
        """
        commit = self._database.commit()
        commit.put(_path(text.id), text.model_dump(exclude={"id"}))
        commit.send()

    def remove(self, text_id: str) -> None:
        """Nobody needs it any more.

        Raises:
            Transient: no clear answer; doing it again is safe.
        """
        commit = self._database.commit()
        commit.remove(_path(text_id))
        commit.send()


def _path(text_id: str) -> str:
    return f"texts/{text_id}"


def _text(stored: Stored) -> CannedText:
    return CannedText.model_validate({**stored.fields, "id": stored.id})
