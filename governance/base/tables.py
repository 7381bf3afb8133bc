"""Tables people keep in Excel or CSV, read as rows of plain text."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from itertools import islice

from python_calamine import CalamineError, CalamineSheet, load_workbook

from governance.base.errors import BadInput, phrase

EXCEL = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # xlsx and its kin; xls
BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
MOST_COLUMNS = 100


class UnreadableTable(BadInput):
    """A file that is neither Excel nor CSV, or is damaged."""

    code = "unreadable_table"
    message = phrase("文件打不开，请用 Excel（.xlsx）或 CSV。")
    field = "file"


class TableTooLong(BadInput):
    """More rows than anybody keeps."""

    code = "table_too_long"
    message = phrase("表太长，最多 %(most)s 行。")
    field = "file"


def read_table(data: bytes, most_rows: int) -> list[list[str]]:
    """The first worksheet as text, row by row as Excel numbers them; merged cells repeat their value.

    Raises UnreadableTable, TableTooLong.
    """
    rows = _read_excel(data, most_rows) if data.startswith(EXCEL) else _read_csv(data)
    while rows and not any(rows[-1]):
        rows.pop()
    if not rows:
        raise UnreadableTable(phrase("文件是空的。"))
    if len(rows) > most_rows:
        raise TableTooLong(most=most_rows)
    return rows


def _read_csv(data: bytes) -> list[list[str]]:
    text = decode(data)
    delimiter = "\t" if "\t" in text.partition("\n")[0] else ","
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as fault:
        raise UnreadableTable from fault
    return [[cell.strip() for cell in row[:MOST_COLUMNS]] for row in rows]


def decode(data: bytes) -> str:
    """Text as Chinese Excel and WPS save it: a BOM, then strict UTF-8, then GB18030. Raises UnreadableTable."""
    marked = [encoding for mark, encoding in BOMS if data.startswith(mark)]
    for encoding in marked or ["utf-8", "gb18030"]:
        try:
            text = data.decode(encoding)
        except UnicodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableTable


def _read_excel(data: bytes, most_rows: int) -> list[list[str]]:
    # The reader is a native library that panics on some damaged files; a panic is no Exception.
    try:
        with load_workbook(io.BytesIO(data)) as book:
            worksheet = book.get_sheet_by_index(0)
            rows = [
                [_text(cell) for cell in row[:MOST_COLUMNS]]
                for row in islice(worksheet.iter_rows(), most_rows + 1)
            ]
            _fill_merged(worksheet, rows)
    except (CalamineError, ValueError, OSError, KeyError) as fault:
        raise UnreadableTable from fault
    except BaseException as fault:
        if type(fault).__name__ == "PanicException":
            raise UnreadableTable from None
        raise
    return rows


def _fill_merged(worksheet: CalamineSheet, rows: list[list[str]]) -> None:
    """Downwards only: a title merged across the page stays one cell."""
    for (top, left), (bottom, _) in worksheet.merged_cell_ranges or []:
        if top >= len(rows) or left >= len(rows[top]):
            continue
        for row in rows[top + 1 : bottom + 1]:
            if left < len(row) and not row[left]:
                row[left] = rows[top][left]


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    return str(cell).replace("\0", "").strip()
