"""An .xlsx workbook: which worksheets can be seen, and what their cells say."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from openpyxl.styles.numbers import is_date_format
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

from governance.base.errors import phrase
from governance.base.worksheets.package import Package, local, without_empty_rows
from governance.base.worksheets.worksheet import (
    MAX_CELLS,
    MAX_COLUMNS,
    Area,
    FileTooLarge,
    Position,
    UnreadableFile,
    Worksheet,
)

WORKBOOK, LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
STYLES, STRINGS = "xl/styles.xml", "xl/sharedStrings.xml"
MAX_SHEETS = 20
MAX_MERGED = 50_000
# Formats that Excel knows by number alone: days, times, and those of the Chinese editions.
DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
T = TypeVar("T")
PLAIN_NUMBER = re.compile(r"-?[0-9]{1,15}")


@dataclass(slots=True)
class Workbook:
    """What the worksheets of a workbook share."""

    seen: list[tuple[str, str]] = field(default_factory=list)  # name and part of those not hidden
    epoch: datetime.datetime = WINDOWS_EPOCH
    strings: list[str] = field(default_factory=list)
    dates: list[bool] = field(default_factory=list)  # by number of style: whether it shows a date
    room: int = 0  # cells that may still be read


def read_xlsx(data: bytes) -> Iterator[Worksheet]:
    """The visible worksheets in order. Raises UnreadableFile, FileTooLarge, and what damaged files raise."""
    package = Package(data)
    if WORKBOOK not in package.names:
        raise UnreadableFile(phrase("这个文件不是 .xlsx、.xls 或 .csv 表格，请另存后再传。"))
    book = Workbook(room=MAX_CELLS)
    _read_book(package, book)
    if STRINGS in package.names:
        _Strings(book.strings).read(package)
    if STYLES in package.names:
        _read_styles(package, book.dates)
    for name, part in book.seen[:MAX_SHEETS]:
        reader = _Reader(Worksheet(name), book)
        pieces = without_empty_rows(package.pieces(part))
        package.walk(pieces, reader.start, reader.end, reader.text)
        yield reader.finished()


def _read_book(package: Package, book: Workbook) -> None:
    links: dict[str, str] = {}
    sheets: list[dict[str, str]] = []

    def link(tag: str, attributes: dict[str, str]) -> None:
        if local(tag) == "Relationship" and "Target" in attributes:
            links[attributes["Id"]] = attributes["Target"].lstrip("/")

    def sheet(tag: str, attributes: dict[str, str]) -> None:
        if local(tag) == "sheet":
            sheets.append({local(name): value for name, value in attributes.items()})
        elif local(tag) == "workbookPr" and attributes.get("date1904") in ("1", "true"):
            book.epoch = MAC_EPOCH

    package.walk(package.pieces(LINKS), link)
    package.walk(package.pieces(WORKBOOK), sheet)
    for one in sheets:
        target = links[one["id"]]
        if "worksheets/" in target and one.get("state", "visible") == "visible":
            part = target if target.startswith("xl/") else f"xl/{target}"
            book.seen.append((one["name"], part))


def _read_styles(package: Package, dates: list[bool]) -> None:
    """Whether each style of a cell shows a date."""
    custom: dict[str, bool] = {}
    lists: list[str] = [""]

    def style(tag: str, attributes: dict[str, str]) -> None:
        name = local(tag)
        if name == "numFmt":
            custom[attributes["numFmtId"]] = is_date_format(attributes.get("formatCode", ""))
        elif name in ("cellStyleXfs", "cellXfs"):
            lists[0] = name
        elif name == "xf" and lists[0] == "cellXfs":
            number = attributes.get("numFmtId", "0")
            dates.append(custom.get(number, number.isdecimal() and int(number[:4]) in DATE_FORMATS))

    package.walk(package.pieces(STYLES), style)


class _Strings:
    """Reads the texts that cells share; how a text is to be read aloud (`rPh`) is left out."""

    def __init__(self, strings: list[str]):
        self.strings, self.parts, self.heard, self.aloud = strings, [""], False, False

    def read(self, package: Package) -> None:
        """Raises FileTooLarge, and what damaged files raise."""
        package.walk(package.pieces(STRINGS), self.start, self.end, self.text)

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        name = local(tag)
        if name == "si":
            self.parts = []
        elif name == "rPh":
            self.aloud = True
        elif name == "t":
            self.heard = not self.aloud

    def end(self, tag: str) -> None:
        name = local(tag)
        if name == "si":
            self.strings.append("".join(self.parts).strip())
            if len(self.strings) > MAX_CELLS:
                raise FileTooLarge.new()
        elif name == "rPh":
            self.aloud = False
        elif name == "t":
            self.heard = False

    def text(self, text: str) -> None:
        if self.heard:
            self.parts.append(text)


class _Reader:
    """Reads one worksheet, cell by cell."""

    def __init__(self, worksheet: Worksheet, book: Workbook):
        self.worksheet, self.book = worksheet, book
        self.row = self.column = -1
        self.kind = self.style = ""
        self.parts: list[str] = []
        self.heard = self.aloud = self.formula = False
        self.starts: dict[str, Callable[[dict[str, str]], None]] = {
            "row": self.start_row,
            "c": self.start_cell,
            "f": self.start_formula,
            "v": self.start_value,
            "t": self.start_value,
            "rPh": self.start_aloud,
            "col": self.start_column,
            "mergeCell": self.start_merged,
        }

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        begin = self.starts.get(tag) or self.starts.get(local(tag))
        if begin:
            begin(attributes)

    def start_row(self, attributes: dict[str, str]) -> None:
        self.row = int(attributes["r"][:8]) - 1 if "r" in attributes else self.row + 1
        self.column = -1
        if attributes.get("hidden") in ("1", "true"):
            self.worksheet.hidden_rows.add(self.row)

    def start_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        if reference is None:
            self.column += 1
        else:
            self.row, self.column = position_of(reference)
        self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "")
        self.parts, self.formula = [], False

    def start_formula(self, _attributes: dict[str, str]) -> None:
        self.formula = True

    def start_value(self, _attributes: dict[str, str]) -> None:
        self.heard = not self.aloud

    def start_aloud(self, _attributes: dict[str, str]) -> None:
        self.aloud = True

    def start_column(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in ("1", "true"):
            first, last = int(attributes["min"][:6]), int(attributes["max"][:6])
            self.worksheet.hidden_columns.update(range(first - 1, min(last, MAX_COLUMNS)))

    def start_merged(self, attributes: dict[str, str]) -> None:
        self.worksheet.merged.append(area_of(attributes["ref"]))
        if len(self.worksheet.merged) > MAX_MERGED:
            raise FileTooLarge.new()

    def end(self, tag: str) -> None:
        name = tag if tag in ("c", "v", "t") else local(tag)
        if name == "c":
            self.end_cell()
        elif name in ("v", "t"):
            self.heard = False
        elif name == "rPh":
            self.aloud = False

    def text(self, text: str) -> None:
        if self.heard:
            self.parts.append(text)

    def end_cell(self) -> None:
        """Write down what a cell says; white space says nothing, but a formula is something."""
        self.book.room -= 1
        if self.book.room < 0:
            raise FileTooLarge.new()
        position = (self.row, self.column)
        text = self.said(position, "".join(self.parts).strip())
        if text or self.formula:
            self.worksheet.put(position, text)
        if self.formula:
            self.worksheet.formulas.add(position)

    def said(self, position: Position, text: str) -> str:
        """A cell's text as Excel shows it, or near enough."""
        if self.kind == "s":
            return _nth(self.book.strings, text)
        if self.kind == "b":
            return {"1": "是", "0": "否"}.get(text, text)
        if self.kind == "e" and text:
            self.worksheet.errors.add(position)
        if self.kind == "d" and text:
            self.worksheet.dates.add(position)
        if self.kind != "n" or not text:
            return text
        if self.style and _nth(self.book.dates, self.style):
            return self.date(position, text)
        return number_text(text)

    def date(self, position: Position, text: str) -> str:
        """A number that is shown as a date, a time or a duration."""
        try:
            moment = from_excel(float(text), self.book.epoch)
        except (ValueError, OverflowError):
            return number_text(text)
        self.worksheet.dates.add(position)
        return date_text(moment)

    def finished(self) -> Worksheet:
        """The worksheet, its rows in order, cells merged downwards filled."""
        worksheet = self.worksheet
        worksheet.rows = dict(sorted(worksheet.rows.items()))
        worksheet.hidden_rows &= worksheet.rows.keys()
        worksheet.spread_merged()
        return worksheet


def _nth(values: Sequence[T], number: str) -> T:
    """What a cell points at by number. Raises UnreadableFile where there is no such thing."""
    if not (
        number.isascii() and number.isdigit() and len(number) <= 9 and int(number) < len(values)
    ):
        raise UnreadableFile
    return values[int(number)]


def position_of(reference: str) -> Position:
    """`C7` as row 6 and column 2. Raises UnreadableFile."""
    found = REFERENCE.fullmatch(reference)
    if found is None:
        raise UnreadableFile
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]) - 1, column - 1


def area_of(reference: str) -> Area:
    """`A1:C3` as its first and last cell. Raises UnreadableFile."""
    first, _, last = reference.partition(":")
    return position_of(first), position_of(last or first)


def number_text(text: str) -> str:
    """4.0 is 4, 1.38E10 a phone number; what is no number stays as it is."""
    if PLAIN_NUMBER.fullmatch(text):
        return text
    try:
        value = float(text)
    except ValueError:
        return text
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else str(value)


def date_text(moment: datetime.date | datetime.time | datetime.timedelta) -> str:
    """A day as 2026-03-17, with the time of day where it has one."""
    if isinstance(moment, datetime.datetime):
        if (moment.hour, moment.minute) == (0, 0):
            return moment.date().isoformat()
        return moment.isoformat(" ", "minutes")
    if isinstance(moment, datetime.time):
        return moment.isoformat("minutes")
    return str(moment)
