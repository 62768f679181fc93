"""Number plates as citizens type them, in the normal forms of the register.

    14A-123.45  16L-4567        cars (five digits; four on old plates)
    29C1-123.45  29H4-6868      motorcycles
    14AA-123.45  14LD-001.23    two-letter series;  29MĐ1-123.45 electric motorcycles
    80-011-NG-03                diplomatic and foreign;  KA-12-34 army

There is no checksum: a plate is a known province code, a series and a length. A wrong plate accuses
an innocent person, so letters and digits are never put right here ("O" for "0"), and numbers that
only look like plates (flats, prices, decrees, dates, order numbers) are refused.
"""

import functools
import re
from dataclasses import dataclass
from enum import StrEnum

from functions.intake.reading.lexicon import catalogue
from functions.intake.reading.normal import Normal, Span
from functions.intake.reading.pattern import Pattern

_LETTER = "[abcdefghklmnpstuvxyz]"
_GAP = r"[\s.\-_:]{0,3}"
_BEGIN = r"(?:(?<![0-9a-z])|(?<=xe)|(?<=bks)|(?<=bsx)|(?<=bs)|(?<=so))(?<![0-9][./])"
_CIVIL = Pattern(
    rf"{_BEGIN}(?P<province>[1-9]\d){_GAP}"
    rf"(?P<series>md\d?|ld|da|kt|rm|mk|td|hc|cd|{_LETTER}{_LETTER}"
    rf"|{_LETTER}(?={_GAP}(?:\d{{3}}{_GAP}\d{{2}}|\d{{2}}\.\d{{3}}|\d{{5}})(?!\d))|{_LETTER}\d?|r)"
    rf"{_GAP}(?P<number>\d{{3}}{_GAP}\d{{2}}|\d{{2}}\.\d{{3}}|\d{{5}}|\d{{4}})"
    r"(?!\d|[./]\d|[.\s]?[?*]|\.?x(?!e))"
)
_DIPLOMATIC = Pattern(
    rf"{_BEGIN}(?P<country>[1-9]\d){_GAP}(?:(?P<code>\d{{3}}){_GAP}(?P<kind>ng|qt|nn|cv)"
    rf"|(?P<kind_first>ng|qt|nn|cv){_GAP}(?P<code_last>\d{{3}})){_GAP}(?P<number>\d{{2}})(?!\d)"
)
_ARMY = Pattern(
    r"(?<![0-9a-z])(?P<unit>[abhkpqtv][a-z])(?P<gap>[\s\-]{1,2})(?P<number>\d{2}[\s.\-]\d{2})(?![\d/])"
)
_CUE = Pattern(
    r"(?:xe|bien|bks|bsx|bs|so|kiem soat|mang|deo|o ?to|xe may|tai|khach|con|chiec|taxi|do"
    r"|container|hoi|dau keo)[\s:.,\-(]*$"
)
_NOT_A_PLATE = Pattern(
    r"(?:can ho|phong|so nha|nha|toa|toa nha|lo|block|chung cu|hem|ngo|kiet|ngach|cccd|can cuoc"
    r"|ma|ma don|ma ho so|ma van don|ma phieu|hoa don|nghi dinh|nd|thong tu|tt|quyet dinh|qd|lop"
    r"|so khung|so may|phieu|seri|imei|tai khoan|stk|tk|gia|luc|hoi|khoang|tang|ca|so hieu|km)"
    r"[\s:.]*$"
)
_TAKEN_BACK = Pattern(r"khong phai (?:la )?(?:xe )?(?:bien )?(?:so )?(?:xe )?$")
_UNITS = frozenset(["km", "kg", "tp", "cm", "tl", "ct", "tr", "ml", "tt", "nd", "ph", "nm"])
_SPECIAL_SERIES = frozenset(["ld", "da", "kt", "rm", "mk", "td", "hc", "cd"])
_SPECIAL_PLATES = frozenset(["LD", "DA", "KT", "RM", "MK", "TĐ", "HC", "CD"])
_ROADS = frozenset(["ql", "tl", "hl", "km", "tp", "tx", "ta", "tu", "va", "ba", "la"])
_YEAR = Pattern(r"(?:19[89]|20[0-3])\d")


class PlateKind(StrEnum):
    """Who issued it, which decides whom an officer may ask."""

    CIVIL = "civil"
    DIPLOMATIC = "diplomatic"
    ARMY = "army"


@dataclass(frozen=True, slots=True)
class Plate:
    """A number plate in normal form; `raw` is what was typed."""

    number: str
    kind: PlateKind
    raw: str
    span: Span
    confidence: float


def vehicle(plate: Plate) -> str | None:
    """The concept of the vehicle that a civil plate shows: lorries have C or R, coaches B."""
    series = plate.number[2:].partition("-")[0]
    if plate.kind is not PlateKind.CIVIL or series.startswith("MĐ"):
        return None
    if series in ("C", "R"):
        return "truck"
    if series == "B":
        return "coach"
    if len(series) == 1:
        return None if series == "H" else "car"
    return "moto" if series not in _SPECIAL_PLATES else None


@functools.cache
def provinces() -> dict[str, str]:
    """The province behind each two-digit code in use (since the mergers of 1 July 2025)."""
    known = catalogue("plate_provinces")
    codes: dict[str, str] = {**known["codes"], **known["central"], **known["legacy"]}
    return codes


def find(normal: Normal) -> list[Plate]:
    """The plates in a message, in order, each once; plates taken back ("không phải …") are none."""
    plates: dict[str, Plate] = {}
    taken = bytearray(len(normal.plain))
    for pattern, read in ((_DIPLOMATIC, _diplomatic), (_CIVIL, _civil), (_ARMY, _army)):
        for match in pattern.regex.finditer(normal.plain):
            start, end = match.span()
            if any(taken[start:end]):
                continue
            before = normal.plain[max(0, start - 24) : start]
            plate = read(normal, match, before)
            if plate is None:
                continue
            taken[start:end] = b"\1" * (end - start)
            if not _TAKEN_BACK.regex.search(before):
                plates.setdefault(plate.number, plate)
    return sorted(plates.values(), key=lambda plate: plate.span)


def _civil(normal: Normal, match: re.Match[str], before: str) -> Plate | None:
    series, digits = match["series"], re.sub(r"\D", "", match["number"])
    cue = _CUE.regex.search(before) is not None
    written = match[0]
    if match["province"] not in provinces() or series in _UNITS:
        return None
    if not cue and _NOT_A_PLATE.regex.search(before):
        return None
    plain_pair = len(series) == 2 and series.isalpha() and series not in _SPECIAL_SERIES
    if len(digits) == 4 and not cue:
        if plain_pair or series == "h" or _YEAR.regex.fullmatch(digits):
            return None
        if not re.search(r"[\-.]", written) and not re.search(r"\d", series):
            return None
    if digits.endswith("000") and not cue:
        return None
    series = {"md": "MĐ", "td": "TĐ"}.get(series[:2], series[:2].upper()) + series[2:]
    number = f"{digits[:3]}.{digits[3:]}" if len(digits) == 5 else digits
    run_together = re.fullmatch(r"\w+", written) is not None and len(match["series"]) == 1
    return Plate(
        f"{match['province']}{series}-{number}", PlateKind.CIVIL, normal.quote(*match.span()),
        normal.origin(*match.span()), 0.75 if run_together else 0.95,
    )  # fmt: skip


def _diplomatic(normal: Normal, match: re.Match[str], before: str) -> Plate | None:
    if match["country"] not in provinces():
        return None
    code, kind = match["code"] or match["code_last"], match["kind"] or match["kind_first"]
    return Plate(
        f"{match['country']}-{code}-{kind.upper()}-{match['number']}", PlateKind.DIPLOMATIC,
        normal.quote(*match.span()), normal.origin(*match.span()), 0.9,
    )  # fmt: skip


def _army(normal: Normal, match: re.Match[str], before: str) -> Plate | None:
    raw = normal.quote(*match.span())
    if match["unit"] in _ROADS or not (raw[:2].isupper() or re.search(r"(?:bien|bks)", before)):
        return None
    if not (_CUE.regex.search(before) or (match["gap"] == "-" and "-" in match["number"])):
        return None
    digits = re.sub(r"\D", "", match["number"])
    return Plate(
        f"{match['unit'].upper()}-{digits[:2]}-{digits[2:]}", PlateKind.ARMY, raw,
        normal.origin(*match.span()), 0.6,
    )  # fmt: skip
