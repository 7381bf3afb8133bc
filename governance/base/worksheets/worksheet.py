"""A worksheet as text, what is known of its cells besides, and how much of it is taken."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

from governance.base.errors import BadInput, phrase

MAX_ROWS, MAX_COLUMNS = 30_000, 100  # with something in them
MAX_CELLS = 500_000  # in all worksheets of a file: 20,000 people in 25 columns
LONGEST_CELL = 32_767  # letters: Excel's own limit
MAX_LETTERS = 3_000_000  # of a worksheet: one long text may stand in many cells, and each is read

TOO_MUCH_TEXT = phrase("表格里的字太多了，一张工作表最多 %(letters)s 万字。请把长的说明删掉。")

Position = tuple[int, int]  # row and column, from 0
Area = tuple[Position, Position]  # the first cell and the last


class UnreadableFile(BadInput):
    """What was uploaded is no table this house can read."""

    code = "unreadable_file"
    message = phrase("这个表格打不开，可能损坏了。请用 Excel 或 WPS 打开后另存为 .xlsx，再传一次。")
    field = "file"


class FileTooLarge(UnreadableFile):
    """More than anybody keeps; rows and columns count that have something in them."""

    code = "file_too_large"
    message = phrase("表格太大了，有内容的最多 %(rows)s 行、%(columns)s 列。请把不用的行列删掉。")

    @classmethod
    def new(cls) -> FileTooLarge:
        """The refusal, with the limits in it."""
        return cls(rows=MAX_ROWS, columns=MAX_COLUMNS)

    @classmethod
    def at(cls, position: Position) -> FileTooLarge:
        """The refusal, naming a cell where nobody would look for it."""
        return cls(
            phrase("表格太宽了：第 %(row)s 行第 %(column)s 列还有内容，最多 %(columns)s 列。"),
            row=position[0] + 1,
            column=position[1] + 1,
            columns=MAX_COLUMNS,
        )


@dataclass(slots=True)
class Worksheet:
    """The rows of a worksheet that have something in them, by their place; Excel's row 1 is 0.

    White space is nothing. A cell merged downwards holds for each of its rows.
    """

    name: str
    rows: dict[int, list[str]] = field(default_factory=dict)
    formulas: set[Position] = field(default_factory=set)  # their text is what was last computed
    errors: set[Position] = field(default_factory=set)  # #REF! and its kin
    dates: set[Position] = field(default_factory=set)
    merged: list[Area] = field(default_factory=list)
    spread: set[Position] = field(default_factory=set)  # filled from the cell they are merged with
    wide: set[int] = field(default_factory=set)  # rows that open with a cell merged across
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    letters: int = field(default=0, repr=False, compare=False)  # put down so far

    def put(self, position: Position, text: str) -> None:
        """Write a cell down; those of a row come from left to right. Raises FileTooLarge."""
        row, column = position
        if column >= MAX_COLUMNS:
            raise FileTooLarge.at(position)
        cells = self.rows.setdefault(row, [])
        if len(self.rows) > MAX_ROWS:
            raise FileTooLarge.new()
        cells.extend([""] * (column + 1 - len(cells)))
        cells[column] = text[:LONGEST_CELL]
        self.letters += len(cells[column])
        if self.letters > MAX_LETTERS:
            raise FileTooLarge(TOO_MUCH_TEXT, letters=MAX_LETTERS // 10_000)

    def spread_merged(self) -> None:
        """Let a cell that is merged downwards hold for each of its rows; one merged across is a title.

        Raises FileTooLarge.
        """
        filled, room = sorted(self.rows), MAX_CELLS
        for (top, left), (bottom, right) in self.merged:
            cells = self.rows.get(top, [])
            if left >= len(cells):
                continue
            if right - left >= 2:
                self.wide.add(top)
            below = filled[bisect_right(filled, top) : bisect_right(filled, bottom)]
            room -= len(below)
            if room < 0:
                raise FileTooLarge.new()
            for row in below:
                self._copy((top, left), row)

    def _copy(self, source: Position, row: int) -> None:
        target = (row, source[1])
        self.put(target, self.rows[source[0]][source[1]])
        self.spread.add(target)
        for marks in (self.formulas, self.errors, self.dates):
            if source in marks:
                marks.add(target)
