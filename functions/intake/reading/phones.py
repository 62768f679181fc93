"""Mobile telephone numbers of Viet Nam (ten digits; the 11-digit numbers ended in 2018)."""

import re
from dataclasses import dataclass

from functions.intake.reading.normal import Normal, Span
from functions.intake.reading.pattern import Pattern

_PHONE = Pattern(
    r"(?<![\d+])(?<!\d[.\-])(?:\+?84|0)[\s.\-]?(?:\(0\)\s?)?"
    r"(?:3[2-9]|5[25689]|7[06-9]|8[1-9]|9[0-46-9])(?:[\s.\-]{0,2}\d){7}(?!\d|[.\-]\d)"
)
# Long numbers that are not telephones say what they are.
_OTHER_NUMBER = Pattern(
    r"(?:cccd|cmnd|cmt|can cuoc|chung minh|tai khoan|stk|tk|ma don|ma ho so|so khung|so may"
    r"|ma dinh danh|ma so thue|mst|ma van don|the)\W*(?:so|la|ngan hang|:)*\W*$"
)


@dataclass(frozen=True, slots=True)
class Phone:
    """A mobile number, E.164."""

    number: str
    span: Span
    confidence: float

    @property
    def national(self) -> str:
        """As it is dialled in Viet Nam: `0912345678`."""
        return "0" + self.number.removeprefix("+84")


def find(normal: Normal) -> list[Phone]:
    """The telephone numbers in a message, each once."""
    phones: dict[str, Phone] = {}
    for match in _PHONE.regex.finditer(normal.plain):
        before = normal.plain[max(0, match.start() - 24) : match.start()]
        if _OTHER_NUMBER.regex.search(before):
            continue
        digits = re.sub(r"\D", "", match[0].replace("(0)", ""))
        number = "+84" + (digits[2:] if digits.startswith("84") else digits[1:])
        phones.setdefault(number, Phone(number, normal.origin(*match.span()), 0.95))
    return list(phones.values())
