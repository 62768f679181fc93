"""Rows of the violation catalogue that depend on how much: speed, alcohol, load.

A citizen rarely measures. Without numbers the default rows are chosen: an excess of 10–20 km/h,
alcohol level 1 (3 for people who are plainly drunk), a load 10–30 % over.
"""

import re

from functions.intake.reading.lexicon import Mention, Mentions
from functions.intake.reading.normal import Normal
from functions.intake.reading.pattern import Pattern

_SPEED = Pattern(
    r"(?<![\d.,+])(?P<first>1?\d{2})(?:\s?(?:-|den|toi)\s?(?P<second>1?\d{2}))?\s?"
    r"(?:km\s?/?\s?(?:h|gio)|kmh|km(?=\s*(?:$|[,.;)]|o|trong|tren|so|qua|la|ma|tai|doan|thoi|luon))"
    r"|cay so|cay/h|cay(?= tren| mot| gio))"
)
_BARE_SPEED = Pattern(
    r"\b(?:chay|phong)\s(?:toi |den |gan |khoang |hon )?(?P<speed>1?\d{2})"
    r"(?=\s(?:trong|o|tren|ma)\b)"
)
_OVER = Pattern(
    r"\b(?:qua|vuot|hon)(?: qua| toc do| them| hon| muc| cho phep| quy dinh| toi| den| gan| khoang"
    r"| tu){0,4}\s+(?P<above>tren |>\s?)?(?P<over>\d{1,2})"
    r"(?:\s?(?:-|den|toi)\s?(?:duoi |<\s?)?(?P<to>\d{1,2}))?\s?(?:km|cay)"
)
_LIMIT = Pattern(
    r"(?:gioi han|toi da|cho phep(?: chay)?|cho chay|chi duoc(?: chay)?|han che|bien(?: bao)?"
    r"|quy dinh|doan(?: duong)?|duong|cho|khu vuc|khong qua|chi cho(?: chay)?|chi|muc"
    r"|toc do cho phep|cam chay qua|gioi han toc do|ghi|bang|bang ghi|de)\s+"
    r"(?:toc do |la |chi |duoc |toi da |chay |co |cho |phep |han che |\D?)?"
    r"(?P<limit>[3-9]0|1[0-2]0)(?!\s?(?:/|\d|tan|cho|nguoi|m\b|met|a\b|b\b))"
)
_BREATH = Pattern(r"(?<!\d)(?P<level>[01][.,]\d{1,3})\s?(?:mg|mili|miligam)?")
_BLOOD = Pattern(r"(?<![\d.,])(?P<level>\d{2,3})\s?(?:mg|miligam)\s?/?\s?100")
_LEVEL = Pattern(r"(?:muc|cap)\s?(?:do\s?)?(?P<level>[123])\b")
_PERCENT = Pattern(r"(?<!\d)(?P<percent>\d{1,3})\s?(?:-\s?\d{1,3}\s?)?(?:%|phan tram)")
_TIMES = Pattern(r"gap (?P<times>doi|ba|bon|nam|may|\d)|(?P<fold>\d) lan")
_TONNES = Pattern(r"(?<![\d])(?P<tonnes>\d{1,3}(?:[.,]\d)?)\s?(?:tan|t)\b")
_SEATS = Pattern(
    r"(?P<seats>\d{1,2})\s?cho\b.{0,30}?\bcho\b.{0,16}?(?P<people>\d{2,3})"
    r"\s?(?:nguoi|khach|hanh khach)"
)
_TIMES_WORDS = {"doi": 2, "ba": 3, "bon": 4, "nam": 5, "may": 3}


def excess(normal: Normal) -> int | None:
    """How many km/h over the limit, where the numbers tell it."""
    over = _OVER.regex.search(normal.rest)
    speeds = []
    for match in _SPEED.regex.finditer(normal.rest):
        speeds.append(int(match["second"] or match["first"]))
    bare = _BARE_SPEED.regex.search(normal.rest) if speeds else None
    if bare:
        speeds.append(int(bare["speed"]))
    if over and int(over["to"] or over["over"]) <= 45:
        least = int(over["over"])
        return (least + int(over["to"])) // 2 if over["to"] else least + bool(over["above"])
    if not speeds:
        return None
    limits = [int(match["limit"]) for match in _LIMIT.regex.finditer(normal.rest)]
    top = max(speeds)
    lower = [limit for limit in limits + speeds if limit < top]
    if lower:
        return top - min(lower)
    if "khu dan cu" in normal.rest or "duong lang" in normal.rest:
        return top - 50 if top > 50 else None
    if "cao toc" in normal.rest and top > 120:
        return top - 120
    return None


def told(normal: Normal, mentions: Mentions) -> list[tuple[str, Mention]]:
    """Excesses that numbers alone tell: "chạy 85 km/h trong khu dân cư", "xe 8 tấn chở 14 tấn"."""
    families = []
    if excess(normal) is not None:
        speed_at = _SPEED.regex.search(normal.rest) or _OVER.regex.search(normal.rest)
        if speed_at:
            families.append(("toc_do", _words(normal, speed_at)))
    weights = list(_TONNES.regex.finditer(normal.rest))
    if len(weights) > 1 and _overload(normal) > 10 and "bridge_limit" not in mentions:
        families.append(("qua_tai", _words(normal, weights[-1])))
    full = _SEATS.regex.search(normal.rest)
    if full and int(full["people"]) > int(full["seats"]):
        families.append(("qua_khach", _words(normal, full)))
    return families


def _words(normal: Normal, match: re.Match[str]) -> Mention:
    first = normal.word_at(match.start())
    return first, max(first + 1, normal.word_at(match.end()))


def speed(normal: Normal, mentions: Mentions) -> str:
    """The row for an excess of speed (Đ6, Đ7 NĐ 168/2024; motorcycles have no row above 20)."""
    over = excess(normal)
    if over is None:
        return "toc_do_10_20"
    if over < 10:
        return "toc_do_5_10"
    if over <= 20:
        return "toc_do_10_20"
    car = any(kind in mentions for kind in ("car", "truck", "coach"))
    return "toc_do_20_35" if over <= 35 or ("moto" in mentions and not car) else "toc_do_35"


def alcohol(normal: Normal, mentions: Mentions) -> str:
    """The row for alcohol: 0.25 and 0.4 mg a litre of breath, 50 and 80 mg in 100 ml of blood."""
    level = _LEVEL.regex.search(normal.rest)
    if level:
        return f"con_{level['level']}"
    blood = _BLOOD.regex.search(normal.rest)
    if blood:
        amount = int(blood["level"]) + _is_more_than(normal, blood)
        return "con_1" if amount <= 50 else "con_2" if amount <= 80 else "con_3"
    breath = _BREATH.regex.search(normal.rest)
    if breath:
        share = float(breath["level"].replace(",", ".")) + 0.01 * _is_more_than(normal, breath)
        return "con_1" if share <= 0.25 else "con_2" if share <= 0.4 else "con_3"
    return "con_3" if "drunk" in mentions else "con_1"


def _is_more_than(normal: Normal, match: re.Match[str]) -> bool:
    before = normal.rest[max(0, match.start() - 14) : match.start()]
    return re.search(r"(?<!chua )(?:vuot qua|vuot|tren|hon|>)\s*$", before) is not None


def load(normal: Normal, mentions: Mentions) -> str:
    """The row for an overloaded lorry (Đ21 NĐ 168/2024), by percent over the permitted load."""
    over = _overload(normal)
    for limit, row in ((30, "10_30"), (50, "30_50"), (100, "50_100"), (150, "100_150")):
        if over <= limit:
            return f"qua_tai_{row}"
    return "qua_tai_150"


def _weights(normal: Normal) -> list[float]:
    return [float(m["tonnes"].replace(",", ".")) for m in _TONNES.regex.finditer(normal.rest)]


def _overload(normal: Normal) -> float:
    percent = _PERCENT.regex.search(normal.rest)
    if percent:
        return int(percent["percent"])
    times = _TIMES.regex.search(normal.rest)
    if times:
        word = times["times"] or times["fold"]
        return 100.0 * (int(word) if word.isdigit() else _TIMES_WORDS[word]) - 100
    weights = _weights(normal)
    if len(weights) > 1:
        return 100.0 * (max(weights) - min(weights)) / min(weights)
    return 0
