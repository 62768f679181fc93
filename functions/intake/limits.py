"""How much one citizen may write before we ask for patience. Pure: a log and a moment in.

Soft limits: nothing is ever dropped, no report is refused, and an emergency passes through all of
them. Whether somebody misuses the channel, an officer decides (`functions.identity.blocks`).
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.intake.acts import Act
from functions.intake.hearing import KEPT_CHARACTERS
from functions.intake.log import Entry

_HEARD_AGAIN = 12
"""Characters from which a text is worth comparing: "ok" may come as often as they like."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What counts as much; settings of the place."""

    most_messages: int = 20
    within: timedelta = timedelta(minutes=10)
    slow_down_again_after: timedelta = timedelta(hours=1)
    repeated_within: timedelta = timedelta(hours=24)
    blocked_again_after: timedelta = timedelta(hours=24)


def is_too_fast(
    log: Iterable[Entry], at: datetime, *, slowed_at: datetime | None, limits: Limits
) -> bool:
    """Whether to ask for patience now: too many messages up to `at`, and not asked for lately.

    An album is one message; coming, leaving and withdrawing consent are none.
    """
    if slowed_at is not None and at - slowed_at < limits.slow_down_again_after:
        return False
    since = at - limits.within
    sent = {entry.key for entry in log if since < entry.at <= at and entry.act not in _NO_MESSAGES}
    return len(sent) > limits.most_messages


def repeated(log: Iterable[Entry], entry: Entry, *, limits: Limits) -> Entry | None:
    """The first message of the same words before this one, sent not too long ago; else None."""
    words = _comparable(entry.text)
    # A text that was cut for the log may have ended differently.
    if len(words) < _HEARD_AGAIN or len(entry.text) >= KEPT_CHARACTERS:
        return None
    if entry.act is not Act.TELL or not entry.is_bare:
        return None
    since = entry.at - limits.repeated_within
    same = (
        earlier
        for earlier in log
        if since <= earlier.at
        and earlier.place_in_time < entry.place_in_time
        and earlier.act is Act.TELL
        and earlier.is_bare
        and _comparable(earlier.text) == words
    )
    return min(same, key=lambda earlier: earlier.place_in_time, default=None)


def tells_block(at: datetime, *, blocked_at: datetime | None, limits: Limits) -> bool:
    """Whether somebody who is blocked is told so again."""
    return blocked_at is None or at - blocked_at >= limits.blocked_again_after


_NO_MESSAGES = frozenset({Act.ARRIVE, Act.LEAVE, Act.WITHDRAW})


def _comparable(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
