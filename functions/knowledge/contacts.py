"""The emergency numbers, and how a unit is reached. Pure.

The numbers are data (`catalogue/emergency_numbers.json`): a scheme to merge 113, 114 and 115 was in
draft in 2025. A unit's own telephone numbers and addresses come in from outside; none stands here.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from functions.followups.sentences import Language, choices, fill
from functions.knowledge.answers import Answer, Wording

_CATALOGUE = Path(__file__).parent / "catalogue" / "emergency_numbers.json"


@dataclass(frozen=True, slots=True)
class EmergencyNumber:
    """A number that anybody may call at any hour."""

    number: str
    purpose: Wording


@dataclass(frozen=True, slots=True)
class Contact:
    """A way to reach a unit, such as "Trực ban" and a number, as the unit published it."""

    label: str
    value: str


@cache
def emergency_numbers() -> tuple[EmergencyNumber, ...]:
    """The national emergency numbers, the most general first."""
    rows = json.loads(_CATALOGUE.read_text(encoding="utf-8"))
    return tuple(EmergencyNumber(row["number"], Wording(**row["purpose"])) for row in rows)


def emergency_line(language: Language = "vi") -> str:
    """All of them in one sentence."""
    told = ", ".join(
        f"{one.number} ({one.purpose.in_language(language)})" for one in emergency_numbers()
    )
    return fill("part_emergency", {"danh_sach": told}, language)


def answer(unit_name: str, contacts: Sequence[Contact] = (), language: Language = "vi") -> Answer:
    """How to reach a unit; that one may write here or go there, where it published nothing."""
    published = [f"- {contact.label}: {contact.value}" for contact in contacts]
    values = {
        "danh_sach": "\n".join([unit_name, *published])
        if published
        else fill("part_office", {"ten_don_vi": unit_name}, language),
        "duong_day": emergency_line(language),
    }
    return Answer(fill("contacts", values, language), choices("contacts", values, language))
