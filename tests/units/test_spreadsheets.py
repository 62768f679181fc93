"""CSV and XLSX: what was written comes back, Excel runs nothing, and damage is told."""

import csv
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from functions.errors import Rejected
from functions.units.spreadsheets import (
    MOST_BYTES,
    Table,
    escaped,
    is_rounded,
    read_table,
    unescaped,
    written_csv,
    written_xlsx,
)

HEADINGS = ("mã", "tên")
DANGEROUS = ["=1+1", "+84", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''-1"]
ROWS = [["2100000000000000001", "Công an xã An Hòa"], ["a;b,c", 'nói "chào"'], ["", "dòng\nhai"]]


def _cells(table: Table) -> list[list[str]]:
    return [[row.cells[heading] for heading in table.headings] for row in table.rows]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_was_written_is_read(kind: str) -> None:
    content = (
        written_csv(HEADINGS, ROWS) if kind == "csv" else written_xlsx("Đơn vị", HEADINGS, ROWS)
    )
    table = read_table(content)
    assert table.headings == HEADINGS
    assert _cells(table) == ROWS


def test_excel_knows_the_csv_as_utf_8() -> None:
    assert written_csv(HEADINGS, []) == b"\xef\xbb\xbfm\xc3\xa3,t\xc3\xaan\r\n"


@pytest.mark.parametrize("value", DANGEROUS)
def test_no_cell_of_a_csv_is_a_formula(value: str) -> None:
    text = written_csv(HEADINGS, [[value, "x"]]).decode("utf-8-sig")
    cell = next(iter(list(csv.reader(io.StringIO(text, newline="")))[1]))
    assert cell == f"'{value}"


@pytest.mark.parametrize("value", DANGEROUS)
def test_no_cell_of_a_workbook_is_a_formula(value: str) -> None:
    book = load_workbook(io.BytesIO(written_xlsx("s", HEADINGS, [[value, "x"]])))
    cell = book.worksheets[0]["A2"]
    assert cell.data_type == "s"
    assert str(cell.value).startswith("'")


@given(st.text())
def test_an_escaped_cell_comes_back(value: str) -> None:
    assert unescaped(escaped(value)) == value
    assert escaped(value)[:1] not in set("=+-@\t\r\n")


@pytest.mark.parametrize("value", ["an toàn", "a=b", "1-2", "'quoted'", ""])
def test_a_harmless_cell_is_left_alone(value: str) -> None:
    assert escaped(value) == value


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_csv_of_any_excel_is_read(delimiter: str, encoding: str) -> None:
    content = f"Mã{delimiter}Tên\n1{delimiter}Hòa\n\n2{delimiter}Bình".encode(encoding)
    table = read_table(content)
    assert [(row.line, row.cells) for row in table.rows] == [
        (2, {"mã": "1", "tên": "Hòa"}),
        (4, {"mã": "2", "tên": "Bình"}),
    ]


def test_a_row_that_is_too_short_has_empty_cells() -> None:
    assert _cells(read_table("mã,tên\n1".encode())) == [["1", ""]]


def test_words_are_read_in_one_unicode_form() -> None:
    assert _cells(read_table("mã,tên\n1,Ho\u0300a".encode())) == [["1", "Hòa"]]


def test_a_long_number_that_excel_rounded_is_noticed() -> None:
    book = Workbook()
    book.worksheets[0].append(["mã", "ngắn"])
    book.worksheets[0].append([2100000000000000001, 12])
    content = io.BytesIO()
    book.save(content)
    ((long, short),) = _cells(read_table(content.getvalue()))
    assert is_rounded(long)
    assert (short, is_rounded(short)) == ("12", False)
    assert is_rounded("2,1E+18")


def _bomb() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b" " * 50_000_000)
    return content.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04broken", b"m\xe3,t\xean\n", b"a,a\n1,2", b"a,,b\n1,2,3", b'a,b\n"1',
     b"x" * (MOST_BYTES + 1), b"a\n" * 5001, b"," * 50],
    ids=["empty", "damaged", "not utf-8", "doubled heading", "empty heading", "open quote",
         "too large", "too many rows", "too many columns"],
)  # fmt: skip
def test_what_is_no_table_is_refused(content: bytes) -> None:
    with pytest.raises(Rejected):
        read_table(content)


def test_a_file_that_grows_when_unpacked_is_refused_before_it_does() -> None:
    with pytest.raises(Rejected, match="too large"):
        read_table(_bomb())
