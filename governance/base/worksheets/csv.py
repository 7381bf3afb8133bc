"""A CSV file as a worksheet, in each coding that Excel and WPS write."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from governance.base.errors import phrase
from governance.base.worksheets.worksheet import MAX_CELLS, FileTooLarge, UnreadableFile, Worksheet

BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
CODINGS = ("utf-8", "gb18030")  # the second is the Chinese code page
WEB_PAGE = re.compile(r"\s*<(!doctype|html|table|\?xml)", re.IGNORECASE)
LOOKED_AT = 4000  # letters, to find out what stands between two cells
LONGEST, WIDEST = 1_048_576, 16_384  # rows and cells in a row, empty ones too: Excel's own limits


class NoTable(UnreadableFile):
    """Something else than a table."""

    message = phrase("这个文件不是 .xlsx、.xls 或 .csv 表格，请另存后再传。")


def read_csv(data: bytes) -> Worksheet:
    """The file's only worksheet. Raises UnreadableFile, FileTooLarge."""
    text = decode(data)
    if WEB_PAGE.match(text):
        raise UnreadableFile(
            phrase("这个文件其实是网页，不是表格。请用 Excel 或 WPS 打开后另存为 .xlsx，再传一次。")
        )
    worksheet = Worksheet("CSV")
    room = MAX_CELLS
    for number, cells in enumerate(_rows(text)):
        if number >= LONGEST or len(cells) > WIDEST:
            raise FileTooLarge.new()
        filled = [(column, cell) for column, one in enumerate(cells) if (cell := one.strip())]
        room -= len(filled)
        if room < 0:
            raise FileTooLarge.new()
        for column, cell in filled:
            worksheet.put((number, column), cell)
            if cell.startswith("="):
                worksheet.formulas.add((number, column))
    return worksheet


def _rows(text: str) -> Iterator[list[str]]:
    delimiter = max(",\t;", key=text[:LOOKED_AT].count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error:
        raise UnreadableFile from None


def decode(data: bytes) -> str:
    """Text with a mark in front, or in UTF-8, or in the Chinese code page (GB18030). Raises NoTable."""
    marked = [coding for mark, coding in BOMS if data.startswith(mark)]
    for coding in marked or CODINGS:
        try:
            text = data.decode(coding)
        except UnicodeError:
            continue
        if "\0" not in text:
            return text
    raise NoTable
