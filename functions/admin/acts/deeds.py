"""What each act changes beside the report.

Each reads what it needs and decides; nothing is written before `Cases` commits it.
"""

from dataclasses import dataclass

from functions.admin.acts.handling import Handling
from functions.admin.acts.relating import Relating
from functions.admin.acts.sources import By
from functions.admin.acts.writing import Writing

__all__ = ["By", "Deeds"]


@dataclass(frozen=True, slots=True)
class Deeds(Handling, Writing, Relating):
    """All acts in a report."""
