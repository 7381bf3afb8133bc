"""Excel files as this house writes them: bold headings that stay in view, and no text that is a formula, nor becomes one when somebody edits it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from governance.base.text import printable

FORMULA_SIGNS = ("=", "+", "-", "@")
HEADING = {
    "font": Font(bold=True),
    "fill": PatternFill("solid", fgColor="E4EEE7"),
    "alignment": Alignment(horizontal="center"),
}
WRAPPED = Alignment(wrap_text=True, vertical="top")
FILLED_IN = 1000  # rows of an empty worksheet that are prepared to be filled in


@dataclass(frozen=True, slots=True)
class Table:
    """A worksheet to be written: what stands over each column, how many letters wide it is, and the rows."""

    title: str
    columns: Sequence[tuple[str, int]]
    rows: Iterable[Sequence[object]] = ()
    as_text: Sequence[str] = ()  # columns in which Excel must not see a date or a number
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)  # what a column offers


def write_book(*tables: Table) -> bytes:
    """A workbook of these worksheets, as a file's content."""
    book = Workbook(write_only=True)
    for table in tables:
        _write(book.create_sheet(table.title), table)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write(worksheet: Any, table: Table) -> None:
    worksheet.freeze_panes = "A2"
    for position, (heading, width) in enumerate(table.columns, 1):
        _prepare(worksheet, table, heading, get_column_letter(position), width)
    worksheet.append([_heading(worksheet, heading) for heading, _ in table.columns])
    widths = [width for _, width in table.columns]
    for row in table.rows:
        cells = zip(row, widths, strict=True)
        worksheet.append([_cell(worksheet, value, width) for value, width in cells])


def _prepare(worksheet: Any, table: Table, heading: str, letter: str, width: int) -> None:
    column = worksheet.column_dimensions[letter]
    column.width = width
    if heading in table.as_text:
        column.number_format = "@"
    if heading in table.choices:
        offered = ",".join(table.choices[heading])
        rule = DataValidation(type="list", formula1=f'"{offered}"', allow_blank=True)
        rule.add(f"{letter}2:{letter}{FILLED_IN + 1}")
        worksheet.data_validations.append(rule)


def _heading(worksheet: Any, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(worksheet, text)
    for name, style in HEADING.items():
        setattr(cell, name, style)
    return cell


def _cell(worksheet: Any, value: object, width: int) -> object:
    """A number as it is; a text wrapped where it is longer than its column, and never computed."""
    if not isinstance(value, str):
        return value
    text = printable(value)  # anything else is no character of an Excel file
    formula, long = text.startswith(FORMULA_SIGNS), "\n" in text or 2 * len(text) > width
    if not (formula or long):
        return text
    cell = WriteOnlyCell(worksheet, text)
    if long:
        cell.alignment = WRAPPED
    if formula:
        cell.data_type = "s"
        cell.quotePrefix = True  # it stays text when somebody edits it
    return cell
