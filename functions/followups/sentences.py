"""Every sentence a citizen can receive. The wording is data: `catalogue/sentences_{vi,en}.json`.

Both catalogues hold the same keys with the same placeholders and payloads. None of the wording is
approved by a police unit yet; sign-off stands in the go-live list. `purpose` says when a sentence
is used; `part_`, `line_`, `state_` are put into others, `button_` holds one button by itself.

The emergency numbers stand in the texts as numbers, not as placeholders: an emergency sentence
must never fail for want of a value. When they change, the catalogues and those of `knowledge` are
edited together; a test compares them.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Literal

from functions.errors import Rejected
from functions.vietnam import VIETNAM

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = ("vi", "en")
_CATALOGUES = Path(__file__).parent / "catalogue"
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Choice:
    """A button under a message: its title, and what it sends when pressed."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text with `{placeholders}` and the buttons under it, whose payloads may hold some too."""

    key: str
    purpose: str
    text: str
    choices: tuple[Choice, ...]

    @property
    def placeholders(self) -> frozenset[str]:
        """The values it needs."""
        payloads = (choice.payload for choice in self.choices)
        return frozenset(_PLACEHOLDER.findall(" ".join([self.text, *payloads])))


@cache
def catalogue(language: Language = "vi") -> Mapping[str, Sentence]:
    """All sentences by key."""
    rows = json.loads((_CATALOGUES / f"sentences_{language}.json").read_text(encoding="utf-8"))
    return {
        row["key"]: Sentence(
            row["key"],
            row["purpose"],
            row["text"],
            tuple(Choice(button["title"], button["payload"]) for button in row["buttons"]),
        )
        for row in rows
    }


@cache
def _known() -> frozenset[str]:
    """Every value that some sentence needs."""
    return frozenset().union(*(one.placeholders for one in catalogue().values()))


def sentence(key: str, language: Language = "vi") -> Sentence:
    """That sentence.

    Raises:
        Rejected: there is none of that key.
    """
    found = catalogue(language).get(key)
    if found is None:
        raise Rejected(f"no sentence {key}")
    return found


def fill(key: str, values: Mapping[str, str], language: Language = "vi") -> str:
    """The sentence's text with its placeholders filled.

    Callers may offer more than this sentence needs, but nothing that no sentence knows.

    Raises:
        Rejected: no such sentence; a value is missing, also one of its buttons: it is never sent
            half filled; or a value is one that no sentence knows.
    """
    return _filled(_checked(key, values, language).text, values)


def choices(key: str, values: Mapping[str, str], language: Language = "vi") -> tuple[Choice, ...]:
    """The sentence's buttons with the placeholders in their payloads filled.

    Raises:
        Rejected: as for `fill`.
    """
    return tuple(
        Choice(choice.title, _filled(choice.payload, values))
        for choice in _checked(key, values, language).choices
    )


def _checked(key: str, values: Mapping[str, str], language: Language) -> Sentence:
    wanted = sentence(key, language)
    if missing := wanted.placeholders - values.keys():
        raise Rejected(f"sentence {key} lacks {', '.join(sorted(missing))}")
    if unknown := values.keys() - _known():
        raise Rejected(f"no sentence knows {', '.join(sorted(unknown))}")
    return wanted


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: values[found.group(1)], text)


def in_vietnam(moment: datetime, language: Language = "vi") -> dict[str, str]:
    """`gio_phut` and `ngay` as citizens read them: "08 giờ 05 phút" ("08:05"), "21/11/2026"."""
    local = moment.astimezone(VIETNAM)
    clock = f"{local:%H} giờ {local:%M} phút" if language == "vi" else f"{local:%H:%M}"
    return {"gio_phut": clock, "ngay": f"{local:%d/%m/%Y}"}
