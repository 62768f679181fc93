"""Which law and which clock a report falls under, and where it came from."""

from enum import StrEnum


class Track(StrEnum):
    """Which law and clock applies (facts: Decree 61/2026, Criminal Procedure Code 144-147, …)."""

    VIOLATION = "violation"
    CRIME_TIP = "crime_tip"
    ORDER = "order"
    PETITION = "petition"
    QUESTION = "question"


class Source(StrEnum):
    """How a report came to us (Decree 61/2026, articles 16.1 and 20.1)."""

    ZALO = "zalo"
    PHONE = "phone"
    HOTLINE_113 = "hotline_113"
    WALK_IN = "walk_in"
    SOCIAL_POST = "social_post"
    PUBLIC_MEDIA = "public_media"
    SYSTEM = "system"
    """From another police system (article 16.1d)."""
