"""Tables as CSV and XLSX, for people who work in Excel.

A cell that a spreadsheet would take for a formula gets an apostrophe in front (OWASP ASVS 1.2.10)
and loses it again when it is read, so that what was written is what comes back.
"""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from functions.errors import Rejected

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
MOST_BYTES = 2 * 1024 * 1024
_MOST_UNPACKED_BYTES = 40 * 1024 * 1024
_MOST_ROWS = 5000
_MOST_COLUMNS = 40
_EXACT_DIGITS = 15
"""Excel keeps no more of a number: an id of a page has 19."""
_FORMULA = re.compile(r"^'*[=+\-@\t\r\n]")
_ROUNDED = re.compile(r"^\d[.,]\d+E\+\d+$", re.I)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells by heading, and its line in the file, the heading being line 1."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """Headings and rows; a row that is empty is left out."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]


def escaped(value: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{value}" if _FORMULA.match(value) else value


def unescaped(value: str) -> str:
    """The value that was escaped."""
    return value[1:] if value.startswith("'") and _FORMULA.match(value) else value


def is_rounded(value: str) -> bool:
    """Whether Excel made a rounded number of it ("2.1E+18"), so that the digits are lost."""
    return _ROUNDED.match(value) is not None


def written_csv(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV file (RFC 4180) in UTF-8; the byte order mark makes Excel read it as such."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows([escaped(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def written_xlsx(title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """An Excel file of one sheet; every cell is text, so that long numbers stay whole."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for number in range(1, len(headings) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = 28

    def cell(value: str, font: Any = None) -> Any:
        made = WriteOnlyCell(sheet, value=value)
        made.data_type, made.number_format = "s", "@"
        if font is not None:
            made.font = font
        return made

    bold = Font(bold=True)
    sheet.append([cell(heading, bold) for heading in headings])
    for row in rows:
        sheet.append([cell(escaped(value)) for value in row])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def read_table(content: bytes) -> Table:
    """The table in a CSV or XLSX file.

    Raises:
        Rejected: it is neither, is damaged, or too large.
    """
    if len(content) > MOST_BYTES:
        raise Rejected("file too large", sentence="Tệp lớn quá 2 MB.")
    is_book = content.startswith(b"PK\x03\x04")
    lines = _trimmed(_lines_of_book(content) if is_book else _lines_of_text(content))
    if not lines or not lines[0]:
        raise Rejected("empty table", sentence="Tệp không có dòng tiêu đề.")
    if len(lines) > _MOST_ROWS or max(map(len, lines)) > _MOST_COLUMNS:
        raise Rejected("table too large", sentence="Tệp có quá nhiều dòng hoặc cột.")
    headings = tuple(heading.lower() for heading in lines[0])
    if len(set(headings)) != len(headings) or not all(headings):
        raise Rejected("bad headings", sentence="Dòng tiêu đề có cột trống hoặc trùng tên.")
    rows = tuple(
        Row(line, dict(zip(headings, (*cells, *[""] * len(headings)), strict=False)))
        for line, cells in enumerate(lines[1:], start=2)
        if cells
    )
    return Table(headings, rows)


def _lines_of_text(content: bytes) -> list[list[str]]:
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Rejected(
            "file is not UTF-8", sentence="Tệp CSV cần được lưu theo mã UTF-8 (CSV UTF-8)."
        ) from error
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise Rejected("damaged CSV", sentence="Tệp CSV bị hỏng, không đọc được.") from error
    return [[_clean(cell) for cell in line] for line in lines]


def _lines_of_book(content: bytes) -> list[list[str]]:
    from openpyxl import load_workbook

    # What openpyxl raises on a broken file is not written down: KeyError, ValueError, BadZipFile …
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > _MOST_UNPACKED_BYTES:
                raise Rejected("file too large", sentence="Tệp quá lớn sau khi giải nén.")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = sheet.iter_rows(values_only=True, max_row=_MOST_ROWS + 1, max_col=_MOST_COLUMNS + 1)
        return [[_clean(_text(value)) for value in row] for row in rows]
    except Rejected:
        raise
    except Exception as error:
        raise Rejected("damaged XLSX", sentence="Tệp Excel bị hỏng, không đọc được.") from error


def _trimmed(lines: list[list[str]]) -> list[list[str]]:
    """Without the empty cells and lines at the end, which a sheet has many of."""
    for cells in lines:
        while cells and not cells[-1]:
            cells.pop()
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        digits = str(value)
        return digits if len(digits) <= _EXACT_DIGITS else f"{value:.5E}"
    return str(value)


def _clean(cell: str) -> str:
    """The value of a cell: NFC, without spaces around it; a formula's start is no space."""
    return unicodedata.normalize("NFC", unescaped(cell.strip(" \u00a0"))).strip()
