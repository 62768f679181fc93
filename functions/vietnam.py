"""What the whole house knows of the country: its time and its letters. Pure."""

import unicodedata
from datetime import timedelta, timezone

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""Vietnam keeps one time all year, so no time zone database is needed."""


def without_diacritics(text: str) -> str:
    """Lower case without marks: "Nguyễn Trãi" and "NGUYEN TRAI", "Đã gửi" and "da gui" alike."""
    decomposed = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))
