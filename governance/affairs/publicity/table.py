"""A notice as a table for Excel or the group chat: what hangs on the wall, and no more."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from openpyxl import Workbook

from governance.affairs.publicity.board import Mark, Shown
from governance.base.tables import save_book, write_worksheet

HEADINGS = ("序号", "组别", "户主", "事项", "分值", "户数", "日期", "说明")
WIDTHS = (6, 8, 14, 44, 8, 8, 12, 24)
MARKS = {
    Mark.NONE: "",
    Mark.OBJECTED: "异议中",
    Mark.REJECTED: "经异议核实不予入账",
    Mark.REVERSED: "已冲正",
    Mark.AT_ONCE: "当场入账",
}
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def write_csv(lines: Iterable[Shown]) -> bytes:
    """The lines as CSV, with the mark by which Chinese Excel knows the encoding."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    writer.writerows([_plain(cell) for cell in row] for row in _rows(lines))
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(title: str, lines: Iterable[Shown]) -> bytes:
    """The lines as a worksheet."""
    book = Workbook()
    worksheet = book.active
    assert worksheet is not None
    worksheet.title = title
    write_worksheet(worksheet, HEADINGS, _rows(lines), WIDTHS)
    return save_book(book)


def _rows(lines: Iterable[Shown]) -> Iterable[tuple[object, ...]]:
    for number, line in enumerate(lines, 1):
        group = f"{line.group_no}组" if line.group_no is not None else ""
        yield (
            number,
            group,
            line.name,
            line.behaviour,
            line.points,
            line.households,
            line.seen_on.isoformat(),
            MARKS[line.mark],
        )


def _plain(cell: object) -> object:
    """A text that begins like a formula is kept a text; numbers stay numbers."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_SIGNS) else cell
