"""What a foreigner writes, rendered into words that the reading knows. Pure.

No translation: a few dozen terms of what is reported, and the way English tells time and place.
"""

import re
from dataclasses import replace
from datetime import datetime

from functions.intake.reading import Reading, read
from functions.intake.reading.places import Place
from functions.vietnam import without_diacritics

_WORDS = re.compile(
    r"\b(?:the|is|are|was|were|my|i|im|and|please|help|want|report|stolen|someone|somebody|there"
    r"|this|you|police|lost|accident|how|where|need|hello|driving|driver|ran|red|light|at|on|near"
    r"|today|yesterday|photo|picture|no|have|plate|through|drove|in|front|of|a|from|with|taxi"
    r"|motorbike|car|truck|parked|street|this|morning|afternoon|evening|tonight)\b"
)
_VIETNAMESE = re.compile(
    r"\b(?:xe|toi|em|anh|chi|khong|ko|duoc|cho|lam|giay|nha|duong|nguoi|bi|co|o|va|mat|cong|nay"
    r"|bao|gio|luc|bien|vuot|den|chay|ngay|hom|sang|chieu)\b"
)
"""Words of Vietnamese typed without its marks, which shares "the", "can" and "on" with English."""
_LEAST = 2
SURE = 3
"""Different English words from which on the reporter is answered in English."""

_TERMS = {
    r"(?:ran|run|running|jumped|through|drove through)(?: \w+){0,2} red light": "xe vượt đèn đỏ",
    r"wrong (?:way|direction|side)": "xe đi ngược chiều",
    r"speeding|(?:driving|drove|going) (?:very |too )?fast": "xe chạy quá tốc độ",
    r"(?:no|without a?) ?helmets?|not wearing (?:a )?helmets?": "không đội mũ bảo hiểm",
    r"(?:parked|parking)(?: \w+){0,3} (?:pavement|sidewalk)": "đỗ xe trên vỉa hè",
    r"drunk(?: driver| driving)?": "lái xe say rượu",
    r"street racing|racing": "đua xe",
    r"(?:phone|texting|tiktok|video\w*) while (?:driving|riding)|(?:hold|using)(?: \w+)? phone":
        "dùng điện thoại khi lái xe",
    r"(?:was|were|got|been|is) (?:robbed|stolen)|stole(?:n)?|robbed|pickpocket\w*|snatched":
        "bị trộm cắp tài sản",
    r"scam\w*|cheated": "bị lừa đảo chiếm đoạt tiền",
    r"selling drugs|drug dealer\w*": "bán ma túy",
    r"fight\w*|beating": "có đánh nhau",
    r"loud (?:music|party|parties)|noise|noisy|karaoke": "hát karaoke gây ồn",
    r"no (?:ticket|receipt)s?|without (?:a )?(?:ticket|receipt)": "không có biên lai",
    r"(?:police )?officer|traffic police|policem[ae]n": "cảnh sát giao thông",
    r"bribes?|took money|asked for money": "vòi vĩnh tiền",
    r"took [\d.,]+ (?:vnd|dong|usd)": "lấy tiền",
    r"temporary residence": "đăng ký tạm trú",
    r"(?:driv(?:ing|ers?)|driver's|uk|us|foreign|my) licen[cs]e|\bidp\b": "bằng lái xe",
    r"(?:do|can|must|should) i|how (?:do|can|much|long)|what (?:do|is|are)|where (?:can|do|to)":
        "xin hỏi",
    r"(?:people|person|someone|somebody|is|are) (?:badly |seriously )?(?:injured|hurt|bleeding)":
        "có người bị thương chảy máu",
    r"(?:house|building|car|market) (?:is )?on fire|there is a fire|fire!": "cháy nhà",
    r"accident|crash\w*": "tai nạn giao thông",
    r"right now|happening now|still going on": "đang diễn ra",
}  # fmt: skip
_TERM = re.compile("|".join(f"(?P<t{place}>\\b(?:{term}))" for place, term in enumerate(_TERMS)))
_RENDERED = tuple(_TERMS.values())
_DAY = {"today": "hôm nay", "yesterday": "hôm qua", "tonight": "tối nay", "last night": "tối qua"}
_PART = {"morning": "sáng", "afternoon": "chiều", "evening": "tối"}
_DAY_NAMED = re.compile(
    r"\b(?P<day>today|yesterday|tonight|last night)\b|\b(?P<this>this|yesterday) "
    r"(?P<part>morning|afternoon|evening)\b"
)
_CLOCK = re.compile(r"\b(?:at )?(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))? ?(?P<half>[ap])\.?m\b")
_PLACE = re.compile(
    r"\b(?:near|at|on|opposite|outside|in front of|next to)\s+"
    r"(?P<place>(?:the\s+)?(?:[A-Z]\w*|\d+\s)"
    r"(?:[\s.–-]+(?:[A-Z]\w*|\d+|and|market|street|road|bridge|junction|intersection|crossroads"
    r"|hospital|school|hotel|station|ward|commune|park|beach))*)"
)


def read_any(text: str, sent_at: datetime) -> Reading:
    """Read one message, in Vietnamese or in English; spans of an English one are not the text's."""
    if not words_of_english(text, " ".join(without_diacritics(text).split())):
        return read(text, sent_at)
    reading = read(rendered(text), sent_at)
    named = _PLACE.search(text)
    if reading.place is None and named is not None:
        return replace(reading, place=Place(named["place"].strip(), named.span("place"), 0.6))
    return reading


def words_of_english(text: str, plain: str) -> int:
    """How many different English words there are; 0 in Vietnamese, however it is typed."""
    if not text.isascii() or _VIETNAMESE.search(plain):
        return 0
    found = len(set(_WORDS.findall(plain)))
    return found if found >= _LEAST else 0


def rendered(text: str) -> str:
    """The terms of a text in Vietnamese, and behind them what is left of the text."""
    said: list[str] = []

    def render(found: re.Match[str]) -> str:
        said.append(_RENDERED[int((found.lastgroup or "t0")[1:])])
        return " " * len(found[0])

    rest = _TERM.sub(render, text.casefold())
    clock, day = _CLOCK.search(rest), _DAY_NAMED.search(rest)
    if clock is not None:
        hour = int(clock["hour"]) % 12 + (12 if clock["half"] == "p" else 0)
        said.append(f"lúc {hour}h{clock['minute'] or ''}")
    if day is not None and day["day"]:
        said.append(_DAY[day["day"]])
    elif day is not None:
        when = "nay" if day["this"] == "this" else "hôm qua"
        said.append(f"{_PART[day['part']]} {when}")
    kept = [text[at] if rest[at] != " " else " " for at in range(min(len(text), len(rest)))]
    for used in (clock, day):
        if used is not None:
            kept[used.start() : used.end()] = " " * (used.end() - used.start())
    return f"{', '.join(said)}. {''.join(kept)}" if said else "".join(kept)


def place_in(text: str) -> str | None:
    """The place that an English text names."""
    found = _PLACE.search(text)
    return found["place"].strip() if found else None
