"""A citizen's message after Zalo's wire format is gone: the conversation's input."""

import re
import unicodedata
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from functions.reports.codes import find_code

MOST_MEDIA = 200
"""In one message: Zalo's albums are smaller, and more would not fit into one commit."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True)


class Act(StrEnum):
    """What the citizen does."""

    TELL = "tell"
    """Says or shows something: it belongs into a report."""
    FINISH = "finish"
    HOW_TO = "how_to"
    LOOK_UP = "look_up"
    SUPPORT = "support"
    ARRIVE = "arrive"
    """Follows the page, or opens the chat for the first time."""
    WITHDRAW = "withdraw"
    """Takes back the consent to process personal data (Zalo, `user_withdraw`)."""
    LEAVE = "leave"
    """Follows the page no longer."""
    OTHER = "other"
    """Something that asks for nothing, such as a sticker."""

    @property
    def is_touch(self) -> bool:
        """Whether the citizen turns to us by it, so that we may answer."""
        return self not in {Act.WITHDRAW, Act.LEAVE}


class Media(_Record):
    """An attachment with an address to fetch it from."""

    kind: str
    address: str
    name: str | None = None
    size: int | None = None
    checksum: str | None = None


class Submission(_Record):
    """One message, or one press of a button, of one citizen."""

    key: str
    at: datetime
    act: Act
    text: str = ""
    media: tuple[Media, ...] = Field(default=(), max_length=MOST_MEDIA)
    latitude: float | None = None
    longitude: float | None = None
    code: str | None = None
    """The report code asked for, with LOOK_UP; empty where what was typed is none."""

    @property
    def place_in_time(self) -> tuple[datetime, str]:
        """What messages are ordered by, whatever order they arrive in."""
        return self.at, self.key


_COMMANDS = {
    "#xong": Act.FINISH,
    "xong": Act.FINISH,
    "da xong": Act.FINISH,
    "gui xong": Act.FINISH,
    "da gui xong": Act.FINISH,
    "#guiphananh": Act.HOW_TO,
    "gui phan anh": Act.HOW_TO,
    "#tracuu": Act.LOOK_UP,
    "tra cuu": Act.LOOK_UP,
    "tra cuu ket qua": Act.LOOK_UP,
    "tc": Act.LOOK_UP,
    "#hotro": Act.SUPPORT,
    "ho tro": Act.SUPPORT,
}
_LOOK_UP = re.compile(r"(?:tc|#?tra ?cuu(?: ket qua)?) (.+)")
_MEANT_AS_CODE = re.compile(r"[0-9a-z]{4} [0-9a-z]{4} [0-9a-z]|(?=\S*[0-9])[0-9a-z–-]{4,14}")


def act_of(text: str) -> tuple[Act, str | None]:
    """What a text asks for, by button or by words, with or without diacritics; and a code in it.

    A button's payload reaches us as text that anybody can type, so it is never an authority.
    """
    plain = without_diacritics(text)
    words = " ".join(plain.strip(" .!,").split())
    if words in _COMMANDS:
        return _COMMANDS[words], None
    if asked := _LOOK_UP.fullmatch(words):
        code = find_code(asked[1])
        if code is not None or _MEANT_AS_CODE.fullmatch(asked[1]):
            return Act.LOOK_UP, code or ""
    return Act.TELL, None


def without_diacritics(text: str) -> str:
    """Lower case without marks: "Đã gửi xong" and "da gui xong" alike."""
    decomposed = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))
