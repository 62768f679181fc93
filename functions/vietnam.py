"""What the whole house knows of the country: its time, letters and telephone numbers. Pure."""

import re
import unicodedata
from datetime import timedelta, timezone

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""Vietnam keeps one time all year, so no time zone database is needed."""

_TELEPHONE = re.compile(r"(?:(?:\+|00)?840?|0)([35789]\d{8}|2\d{9})")
_BETWEEN_DIGITS = re.compile(r"[\s.\-()]+")


def without_diacritics(text: str) -> str:
    """Lower case without marks: "Nguyễn Trãi" and "NGUYEN TRAI", "Đã gửi" and "da gui" alike."""
    decomposed = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def telephone(text: str) -> str | None:
    """The mobile or fixed number that a text is, as `84…` (E.164 without its sign), or None."""
    found = _TELEPHONE.fullmatch(_BETWEEN_DIGITS.sub("", text))
    return None if found is None else f"84{found[1]}"
