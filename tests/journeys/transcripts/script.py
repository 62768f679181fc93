"""A transcript: a title, a line of what it shows, and lines with their time in Vietnam.

    -- thứ Bảy, 21/11/2026 --
    08:01  Dân:   xe 14A-123.45 vượt đèn đỏ
    08:01  [ảnh: den_do.jpg]
    08:01  Trang: Công an … đang ghi nhận …
                  [Xong] [Hủy]
    08:02  Bấm:   Xong
    09:15  -- cán bộ ghi kết quả: không vi phạm --

What follows `Trang:` is played, never read. What stands in one minute without an answer between is
one burst: it arrives together. A third line in brackets names the page, where it is not the traffic
police's.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum

from functions.vietnam import VIETNAM

_DAY = re.compile(r"-- (?:[^,]+, )?(\d\d)/(\d\d)/(\d{4}) --")
_LINE = re.compile(r"(\d\d):(\d\d)  (?:(Dân|Bấm|Trang):\s+(.*)|\[(.+?)\](?: (.*))?|-- (.+) --)")
_MARGIN = " " * 14
_PAGE = re.compile(r"\(trang (.+)\)")
_WEEKDAYS = ("Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy")


class Kind(StrEnum):
    """Who does what."""

    WRITES = "Dân"
    PRESSES = "Bấm"
    SENDS = "sends"
    """A photo, a place, a sticker, …"""
    MEANWHILE = "meanwhile"
    """What others do: an officer, or nobody."""
    PAGE = "Trang"


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `caption` goes with what is sent, `buttons` with what the page says."""

    at: datetime
    kind: Kind
    words: str
    caption: str = ""
    buttons: tuple[str, ...] = ()

    def text(self) -> str:
        """As it is written."""
        clock = f"{self.at:%H:%M}  "
        match self.kind:
            case Kind.SENDS:
                return f"{clock}[{self.words}]{' ' if self.caption else ''}{self.caption}"
            case Kind.MEANWHILE:
                return f"{clock}-- {self.words} --"
            case _:
                rows = self.words.split("\n")
                if self.buttons:
                    rows.append(" ".join(f"[{title}]" for title in self.buttons))
                head, *more = rows
                below = "".join(f"\n{_MARGIN}{row}".rstrip(" ") for row in more)
                return f"{clock}{self.kind.value + ':':<7}{head}{below}"


@dataclass(frozen=True, slots=True)
class Script:
    """A conversation's head, and what the citizen and others do in it."""

    title: str
    shows: str
    page: str | None
    lines: tuple[Line, ...]

    def written(self, lines: Iterable[Line]) -> str:
        """The transcript with these lines."""
        rows = [self.title, self.shows, *([f"(trang {self.page})"] if self.page else [])]
        day: date | None = None
        for line in lines:
            if line.at.date() != day:
                day = line.at.date()
                rows += ["", f"-- {_weekday(day)}, {day:%d/%m/%Y} --"]
            rows.append(line.text())
        return "\n".join(rows) + "\n"


def read_script(text: str) -> Script:
    """What a transcript says, without what the page said.

    Raises:
        ValueError: a line that is none.
    """
    title, shows, *rows = text.splitlines()
    page = _PAGE.fullmatch(rows[0]) if rows else None
    lines = tuple(line for line in read_lines(text) if line.kind is not Kind.PAGE)
    return Script(title, shows, page[1] if page else None, lines)


def read_lines(text: str) -> list[Line]:
    """All lines of a transcript, the page's with their buttons as the last row of their words.

    Raises:
        ValueError: a line that is none.
    """
    _, _, *rows = text.splitlines()
    day: date | None = None
    lines: list[Line] = []
    for row in rows:
        if found := _DAY.fullmatch(row):
            day = date(int(found[3]), int(found[2]), int(found[1]))
        elif found := _LINE.fullmatch(row):
            if day is None:
                raise ValueError(f"a line before the first day: {row}")
            at = datetime.combine(day, time(int(found[1]), int(found[2])), VIETNAM)
            lines.append(_line(at, found))
        elif lines and (row.startswith(_MARGIN) or not row):
            last = lines.pop()
            lines.append(replace(last, words=f"{last.words}\n{row[len(_MARGIN) :]}"))
        elif row and not _PAGE.fullmatch(row):
            raise ValueError(f"no line of a transcript: {row}")
    return [replace(line, words=line.words.rstrip("\n")) for line in lines]


def _line(at: datetime, found: re.Match[str]) -> Line:
    if found[3]:
        return Line(at, Kind(found[3]), found[4])
    if found[5]:
        return Line(at, Kind.SENDS, found[5], found[6] or "")
    return Line(at, Kind.MEANWHILE, found[7])


def _weekday(day: date) -> str:
    return "Chủ nhật" if day.weekday() == 6 else f"thứ {_WEEKDAYS[day.weekday()]}"
