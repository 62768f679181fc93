"""Zalo's limits, checked before anything is sent, and long texts split where a reader would.

Numbers: Zalo OA, "Gửi tin tư vấn", "Upload", "Bài viết", ZBS. Where Zalo does not say how it
counts, the stricter way is taken: characters as UTF-16 units, megabytes as millions of bytes.
"""

import re
import unicodedata
from collections.abc import Collection
from pathlib import PurePath

from functions.zalo.errors import InvalidMessage

TEXT = 2_000
BUTTONS = 5
BUTTON_TITLE = 100
QUERY_PAYLOAD = 1_000
SMS_CONTENT = 160
REQUEST_TITLE = 100
REQUEST_SUBTITLE = 500
ARTICLE_TITLE = 150
ARTICLE_AUTHOR = 50
ARTICLE_DESCRIPTION = 300
TRACKING_ID = 48
CONVERSATION_PAGE = 10
IMAGE_BYTES = 1_000_000
GIF_BYTES = 5_000_000
FILE_BYTES = 5_000_000

_PHONE = re.compile(r"84[0-9]{8,11}")
_IMAGE_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_GIF_STARTS = (b"GIF87a", b"GIF89a")
_FILE_SUFFIXES = frozenset({".pdf", ".doc", ".docx"})

_PARAGRAPH = re.compile(r"\n+")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")
_WORD = re.compile(r"\s+")


def normalised(text: str) -> str:
    """`text` in NFC, in which a Vietnamese letter is one character."""
    return unicodedata.normalize("NFC", text)


def length(text: str) -> int:
    """Characters as the strictest reading of Zalo's limits counts them: UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)


def check_length(text: str, most: int, what: str) -> None:
    """Raise `InvalidMessage` for a text that is blank or longer than `most`."""
    if not text.strip():
        raise InvalidMessage(f"{what} is empty")
    if length(text) > most:
        raise InvalidMessage(f"{what} is longer than {most} characters")


def check_count(things: Collection[object], most: int, what: str) -> None:
    """Raise `InvalidMessage` when there are more than `most`."""
    if len(things) > most:
        raise InvalidMessage(f"more than {most} {what}")


def check_phone(phone: str) -> None:
    """Raise `InvalidMessage` unless it is a number of Vietnam written `84…`."""
    if not _PHONE.fullmatch(phone):
        raise InvalidMessage("a telephone number that does not read 84…")


def check_image(content: bytes) -> None:
    """Raise `InvalidMessage` unless it is a jpg or png of at most 1 MB."""
    _check_upload(content, IMAGE_BYTES, content.startswith(_IMAGE_STARTS), "image")


def check_gif(content: bytes) -> None:
    """Raise `InvalidMessage` unless it is a gif of at most 5 MB."""
    _check_upload(content, GIF_BYTES, content.startswith(_GIF_STARTS), "gif")


def check_file(content: bytes, name: str) -> None:
    """Raise `InvalidMessage` unless it is a pdf, doc or docx by its name, of at most 5 MB."""
    is_accepted = PurePath(name).suffix.casefold() in _FILE_SUFFIXES
    _check_upload(content, FILE_BYTES, is_accepted, "file")


def _check_upload(content: bytes, most: int, is_accepted: bool, what: str) -> None:
    if not content or len(content) > most:
        raise InvalidMessage(f"an {what} of {len(content)} bytes")
    if not is_accepted:
        raise InvalidMessage(f"an {what} of a kind that Zalo does not take")


def split_text(text: str, most: int = TEXT) -> list[str]:
    """`text` in NFC as messages of at most `most` characters, in order, none empty.

    A part ends at a paragraph, else after a sentence, else between words, whichever is found first
    in the later half of what fits; inside a word only where there is no space at all.
    """
    rest = normalised(text).strip()
    parts = []
    while length(rest) > most:
        end, start = _break(rest, most)
        parts.append(rest[:end].rstrip())
        rest = rest[start:].lstrip()
    if rest:
        parts.append(rest)
    return parts


def _break(text: str, most: int) -> tuple[int, int]:
    """Where the first part ends and the next one starts."""
    room = _room(text, most)
    for boundary in (_PARAGRAPH, _SENTENCE, _WORD):
        # One more character, so that a gap just behind the last one that fits is seen.
        gaps = [gap for gap in boundary.finditer(text, 0, room + 1) if gap.start() >= room // 2]
        if gaps:
            return gaps[-1].start(), gaps[-1].end()
    end = room
    while end > room // 2 and unicodedata.combining(text[end]):
        end -= 1
    return end, end


def _room(text: str, most: int) -> int:
    """How many characters of `text` fit into `most` UTF-16 units."""
    used = 0
    for index, character in enumerate(text):
        used += 1 + (character > "\uffff")
        if used > most:
            return index
    return len(text)
