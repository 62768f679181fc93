"""Is this message ours? A quoted text is compared with what this very citizen was sent. Pure.

A number alone is recognised; a number in a text that we did not send is not: whoever forges a
message copies the number too. Nothing sent to anybody else is looked at, so nothing leaks.
"""

import re
import unicodedata
from collections.abc import Iterable

from functions.followups.model import FollowUp, State
from functions.intake.commands import NOTICE_NUMBER
from functions.reports.codes import find_code

_PART_CHARACTERS = 40
"""A shorter piece of a text proves nothing: "Kính gửi Ông/Bà" stands in many."""


def find_ours(quoted: str, told: Iterable[FollowUp]) -> FollowUp | None:
    """The message of ours that was quoted, whole or a long part of it; else None."""
    sent = [followup for followup in told if followup.state is State.SENT]
    if number := number_alone(quoted):
        return next((followup for followup in sent if followup.notice == number), None)
    words = _comparable(quoted)
    if not words:
        return None
    for followup in sent:
        ours = _comparable(followup.text or "")
        if words == ours or (len(words) >= _PART_CHARACTERS and words in ours):
            return followup
    return None


def number_alone(quoted: str) -> str | None:
    """The notice number in its proper form, if nothing else was quoted."""
    found = NOTICE_NUMBER.fullmatch(quoted.strip(' .,!?"“”'))
    code = find_code(found[1]) if found else None
    return f"TB {code}/{int(found[2])}" if found and code else None


def _comparable(text: str) -> str:
    """Without what a copy on a phone changes: letters' form, spaces, quotation marks around."""
    even = unicodedata.normalize("NFC", text).casefold()
    return re.sub(r"\s+", " ", even).strip(' "“”')
