"""Spreadsheets made for a test, part by part."""

from __future__ import annotations

import io

import pytest
import xlwt

from governance.base.worksheets.reading import read_worksheets
from governance.base.worksheets.worksheet import UnreadableFile
from tests import tables

SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
LAST = 1_048_576  # the last row of a worksheet


def rows(data):
    """The first worksheet's filled rows."""
    return read_worksheets(data)[0].rows


def refusal(data):
    with pytest.raises(UnreadableFile) as refused:
        read_worksheets(data)
    return str(refused.value)


def with_rows(*more):
    """A workbook whose sheet has `more` XML at the end of its rows."""
    made = tables.xlsx(["甲", "乙"])
    sheet = tables.part_of(made, SHEET).decode()
    return tables.with_part(
        made, SHEET, sheet.replace("</sheetData>", "".join(more) + "</sheetData>").encode()
    )


def with_strings(strings):
    """A workbook whose only two cells are the first two of these shared strings."""
    cells = "".join(f'<c r="{name}1" t="s"><v>{n}</v></c>' for n, name in enumerate("AB"))
    sheet = f'<worksheet><sheetData><row r="1">{cells}</row></sheetData></worksheet>'
    made = tables.with_part(tables.xlsx(["甲"]), SHEET, sheet.encode())
    return tables.with_part(made, STRINGS, strings.encode())


def old(*lines):
    """The same as an .xls of old."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    for row, cells in enumerate(lines):
        for column, value in enumerate(cells):
            if value is not None:
                sheet.write(row, column, value)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
