"""Every sentence a citizen can receive. The wording is data: `catalogue/sentences_vi.json`.

None of it is approved by a police unit yet; sign-off stands in the go-live list.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path

from functions.errors import Rejected

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""Vietnam keeps one time all year, so no time zone database is needed."""
_CATALOGUE = Path(__file__).parent / "catalogue" / "sentences_vi.json"
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Choice:
    """A button under a message: its title, and what it sends when pressed."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text with `{placeholders}` and the buttons under it."""

    key: str
    text: str
    choices: tuple[Choice, ...]

    @property
    def placeholders(self) -> frozenset[str]:
        """The values it needs."""
        return frozenset(_PLACEHOLDER.findall(self.text))


@cache
def catalogue() -> Mapping[str, Sentence]:
    """All sentences by key."""
    return {
        row["key"]: Sentence(
            row["key"],
            row["text"],
            tuple(Choice(button["title"], button["payload"]) for button in row["buttons"]),
        )
        for row in json.loads(_CATALOGUE.read_text(encoding="utf-8"))
    }


def sentence(key: str) -> Sentence:
    """That sentence.

    Raises:
        Rejected: there is none of that key.
    """
    found = catalogue().get(key)
    if found is None:
        raise Rejected(f"no sentence {key}")
    return found


def fill(key: str, values: Mapping[str, str]) -> str:
    """The sentence with its placeholders filled.

    Raises:
        Rejected: no such sentence, or a value is missing: it is never sent half filled.
    """
    wanted = sentence(key)
    missing = wanted.placeholders - values.keys()
    if missing:
        raise Rejected(f"sentence {key} lacks {', '.join(sorted(missing))}")
    return _PLACEHOLDER.sub(lambda found: values[found.group(1)], wanted.text)


def in_vietnam(moment: datetime) -> dict[str, str]:
    """`gio_phut` and `ngay` as citizens read them: "08 giờ 05 phút", "21/11/2026"."""
    local = moment.astimezone(VIETNAM)
    return {"gio_phut": f"{local:%H} giờ {local:%M} phút", "ngay": f"{local:%d/%m/%Y}"}
