"""An .xls workbook of old: read cell by cell, so that nothing is laid out between two of them."""

from __future__ import annotations

import contextlib
import io
import struct
from collections.abc import Iterator
from typing import Any

import xlrd
from xlrd.book import Book

from governance.base.errors import phrase
from governance.base.worksheets.worksheet import MAX_CELLS, FileTooLarge, Position, Worksheet
from governance.base.worksheets.xlsx import MAX_SHEETS, date_text, number_text

LARGEST = 8 * 2**20  # bytes: the texts of such a file are read before anything can be counted
FORMULA, RUN = 0x0006, 0x00BD
BLANK = (0x0201, 0x00BE)  # a cell, or a run of them, that holds a format and nothing else
CELLS = (0x0203, 0x0204, 0x00D6, 0x00FD, 0x027E, RUN, 0x0205, FORMULA)


def read_xls(data: bytes) -> Iterator[Worksheet]:
    """The visible worksheets in order. Raises FileTooLarge, and what a damaged file makes the reader raise."""
    if len(data) > LARGEST:
        raise FileTooLarge(phrase("旧格式（.xls）的表格最多 8 MB，请另存为 .xlsx 再传。"))
    book = _open(data)
    records = _Records(book)
    for number in range(min(book.nsheets, MAX_SHEETS)):
        records.formulas = set()
        source = book.sheet_by_index(number)
        if source.visibility == 0:
            yield _read_sheet(book, source, records.formulas)


def _open(data: bytes) -> Book:
    """With what a cell looks like, which tells merged and hidden ones; where that is damaged, without."""
    quiet: dict[str, Any] = {"logfile": io.StringIO(), "on_demand": True, "ragged_rows": True}
    try:
        return xlrd.open_workbook(file_contents=data, formatting_info=True, **quiet)
    except (AssertionError, LookupError, NotImplementedError):
        return xlrd.open_workbook(file_contents=data, **quiet)


class _Records:
    """Listens while the reader walks through a workbook: leaves out the empty cells, notes the formulas."""

    def __init__(self, book: Book):
        self.formulas: set[Position] = set()
        self.room = MAX_CELLS
        self._next = book.get_record_parts
        book.get_record_parts = self.next

    def next(self) -> tuple[int, int, bytes]:
        """The next record that matters. Raises FileTooLarge."""
        kind, length, content = self._next()
        while kind in BLANK:
            kind, length, content = self._next()
        if kind in CELLS:
            self.room -= max(1, length // 6 - 1) if kind == RUN else 1
            if self.room < 0:
                raise FileTooLarge.new()
        if kind == FORMULA:
            self.formulas.add(struct.unpack("<HH", content[:4]))
        return kind, length, content


def _read_sheet(book: Book, source: Any, formulas: set[Position]) -> Worksheet:
    worksheet = Worksheet(source.name, formulas=formulas)
    for row in range(source.nrows):
        for column, kind in enumerate(source.row_types(row)):
            position, value = (row, column), source.cell_value(row, column)
            if text := _text(worksheet, position, kind, value, book.datemode):
                worksheet.put(position, text)
            elif position in formulas:
                worksheet.put(position, "")
    worksheet.merged = [
        ((top, left), (bottom - 1, right - 1)) for top, bottom, left, right in source.merged_cells
    ]
    worksheet.hidden_rows = {row for row, seen in source.rowinfo_map.items() if seen.hidden}
    worksheet.hidden_rows &= worksheet.rows.keys()
    worksheet.hidden_columns = {at for at, seen in source.colinfo_map.items() if seen.hidden}
    worksheet.spread_merged()
    return worksheet


def _text(worksheet: Worksheet, position: Position, kind: int, value: Any, datemode: int) -> str:
    """A cell's text as Excel shows it, or near enough."""
    if kind == xlrd.XL_CELL_BOOLEAN:
        return "是" if value else "否"
    if kind == xlrd.XL_CELL_ERROR:
        worksheet.errors.add(position)
        return str(xlrd.error_text_from_code.get(value, "#N/A"))
    if kind == xlrd.XL_CELL_DATE:
        with contextlib.suppress(xlrd.xldate.XLDateError, ValueError, OverflowError):
            text = date_text(xlrd.xldate.xldate_as_datetime(value, datemode))
            worksheet.dates.add(position)
            return text
    if kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        return number_text(str(value))
    return str(value).replace("\0", "").strip()
