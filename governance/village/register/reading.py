"""A file from a village's PC, read into plain rows of text: .xlsx, .xls or .csv."""

from __future__ import annotations

import csv
import datetime
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from governance.base.errors import Phrase, phrase
from governance.village.register import xlsx
from governance.village.register.xlsx import (
    MAX_COLUMNS,
    MAX_ROWS,
    FileTooLarge,
    Position,
    UnreadableFile,
)

IS_FORMULA = phrase("这一格是公式，请改成算好的内容。")
IS_ERROR = phrase("这一格是出错的值，请重新填写。")
IS_DATE = phrase("这一格被 Excel 变成了日期，请把格式改为「文本」再填。")

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
MAX_SHEETS = 20
MAX_FILLED = 500_000  # cells that merged areas may spread over


@dataclass(slots=True)
class Worksheet:
    """A worksheet as text; `rows[0]` is Excel's row 1. `odd` says why a cell is no plain text."""

    name: str
    rows: list[list[str]]
    odd: dict[Position, Phrase] = field(default_factory=dict)
    wide: set[int] = field(default_factory=set)  # rows that open with a cell merged across
    spread: set[Position] = field(
        default_factory=set
    )  # cells filled from the one they are merged with


def read_worksheets(data: bytes) -> Iterator[Worksheet]:
    """The visible worksheets of a file, in order. Raises UnreadableFile, FileTooLarge."""
    if not data.strip():
        raise UnreadableFile(phrase("这个文件是空的。"))
    if data.startswith(ZIP):
        if not _is_xlsx(data):
            raise UnreadableFile(phrase("这个文件不是 .xlsx、.xls 或 .csv 表格，请另存后再传。"))
        yield from _read_workbook(data, xlsx.look_into(data))
    elif data.startswith(OLE):
        if ENCRYPTED in data:
            raise UnreadableFile(phrase("这个表格设了打开密码，请取消密码后再传。"))
        yield from _read_workbook(data, {})
    else:
        yield _read_csv(data)


def _is_xlsx(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return xlsx.WORKBOOK in archive.namelist()
    except (zipfile.BadZipFile, ValueError, EOFError, OSError, NotImplementedError):
        raise UnreadableFile from None


def _read_workbook(data: bytes, facts: dict[str, xlsx.Facts]) -> Iterator[Worksheet]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        shown = [
            one.name
            for one in book.sheets_metadata
            if one.typ is SheetTypeEnum.WorkSheet and one.visible is SheetVisibleEnum.Visible
        ]
        for name in shown[:MAX_SHEETS]:
            yield _read_sheet(name, book.get_sheet_by_name(name), facts.get(name, xlsx.Facts()))
    except PasswordError:
        raise UnreadableFile(phrase("这个表格设了打开密码，请取消密码后再传。")) from None
    except (CalamineError, ValueError, OSError):
        raise UnreadableFile from None
    except BaseException as fault:
        # A panic of the Rust reader is no Exception, and its class has no importable name.
        if type(fault).__name__ != "PanicException":
            raise
        raise UnreadableFile from None


def _read_sheet(name: str, source: CalamineSheet, facts: xlsx.Facts) -> Worksheet:
    last = source.end
    if last and (last[0] >= MAX_ROWS or last[1] >= MAX_COLUMNS):
        raise FileTooLarge.new()
    cells = source.to_python(skip_empty_area=False) if last else []
    worksheet = Worksheet(name, [[_text(value) for value in row] for row in cells])
    worksheet.odd = {
        (row, column): IS_DATE
        for row, values in enumerate(cells)
        for column, value in enumerate(values)
        if isinstance(value, datetime.date | datetime.time | datetime.timedelta)
    }
    worksheet.odd |= dict.fromkeys(facts.errors, IS_ERROR) | dict.fromkeys(
        facts.formulas, IS_FORMULA
    )
    _spread_merged(worksheet, source.merged_cell_ranges or [])
    return worksheet


def _text(value: Any) -> str:
    """A cell as Excel shows it, or near enough: 4.0 is 4, 13800000001.0 is a phone number."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _spread_merged(worksheet: Worksheet, areas: list[tuple[Position, Position]]) -> None:
    """A cell merged downwards holds for each of its rows; one merged across is a title."""
    room = MAX_FILLED
    for (top, left), (bottom, right) in areas:
        if top >= len(worksheet.rows) or left >= len(worksheet.rows[top]):
            continue
        if right - left >= 2:
            worksheet.wide.add(top)
        last = min(bottom, len(worksheet.rows) - 1)
        room -= last - top
        if room < 0:
            raise FileTooLarge.new()
        for row in range(top + 1, last + 1):
            worksheet.rows[row][left] = worksheet.rows[top][left]
            worksheet.spread.add((row, left))
            if (top, left) in worksheet.odd:
                worksheet.odd[row, left] = worksheet.odd[top, left]


def _read_csv(data: bytes) -> Worksheet:
    text = _decode(data)
    if "\0" in text:
        raise UnreadableFile(phrase("这个文件不是 .xlsx、.xls 或 .csv 表格，请另存后再传。"))
    if re.match(r"\s*<(!doctype|html|table|\?xml)", text, re.IGNORECASE):
        raise UnreadableFile(
            phrase("这个文件其实是网页，不是表格。请用 Excel 或 WPS 打开后另存为 .xlsx，再传一次。")
        )
    head = text[:4000]
    delimiter = max(",\t;", key=head.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        raise UnreadableFile from None
    if len(rows) > MAX_ROWS or max(map(len, rows), default=0) > MAX_COLUMNS:
        raise FileTooLarge.new()
    odd = {
        (row, column): IS_FORMULA
        for row, values in enumerate(rows)
        for column, value in enumerate(values)
        if value.startswith("=")
    }
    return Worksheet("CSV", rows, odd)


def _decode(data: bytes) -> str:
    """Excel and WPS save CSV with a mark, or in UTF-8, or in the Chinese code page (GB18030)."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        codings = ["utf-16"]
    elif data.startswith(b"\xef\xbb\xbf"):
        codings = ["utf-8-sig"]
    else:
        codings = ["utf-8", "gb18030"]
    for coding in codings:
        try:
            return data.decode(coding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFile(phrase("这个文件不是 .xlsx、.xls 或 .csv 表格，请另存后再传。"))
