"""A notice as a table for Excel or the group chat: what hangs on the wall, and no more."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from governance.affairs.publicity.hanging import Mark, Shown
from governance.base.text import printable
from governance.base.workbooks import FORMULA_SIGNS, Table, write_book

COLUMNS = (
    ("序号", 6),
    ("组别", 8),
    ("户主", 14),
    ("事项", 44),
    ("分值", 8),
    ("户数", 8),
    ("日期", 12),
    ("说明", 24),
)
MARKS = {
    Mark.NONE: "",
    Mark.OBJECTED: "异议中",
    Mark.REJECTED: "经异议核实不予入账",
    Mark.REVERSED: "已冲正",
    Mark.AT_ONCE: "当场入账",
}


def write_csv(lines: Iterable[Shown]) -> bytes:
    """The lines as CSV, with the mark by which Chinese Excel knows the encoding."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(heading for heading, _ in COLUMNS)
    writer.writerows([_plain(cell) for cell in row] for row in _rows(lines))
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(title: str, lines: Iterable[Shown]) -> bytes:
    """The lines as a worksheet."""
    return write_book(Table(title, COLUMNS, _rows(lines)))


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
    if not isinstance(cell, str):
        return cell
    text = printable(cell)
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text
