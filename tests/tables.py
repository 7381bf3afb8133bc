"""Excel files made for a test, and read back."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import openpyxl

DATA = Path(__file__).parent / "data"
SHIJIA = Path(__file__).parent.parent / "governance/data/households/shijia_417.xlsx"
HEADINGS = [
    "序号",
    "村民小组",
    "户主姓名",
    "家庭人口",
    "门牌号",
    "联系电话",
    "居住状态",
    "是否党员户",
    "备注",
]
MEMBER_HEADINGS = ["户编号", "小组", "户主", "姓名", "与户主关系", "门牌", "手机号", "状态"]


def xlsx(*rows: Sequence[Any], merged: Iterable[str] = (), sheets: Iterable[str] = ()) -> bytes:
    """A workbook with these rows on its first sheet; `sheets` are empty ones after it."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    for area in merged:
        book.active.merge_cells(area)
    for name in sheets:
        book.create_sheet(name)
    return saved(book)


def saved(book: Any) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def may_compute(data: bytes) -> list[Any]:
    """The texts of a workbook that Excel computes, now or as soon as somebody edits them."""
    cells = [
        cell
        for worksheet in openpyxl.load_workbook(io.BytesIO(data))
        for row in worksheet.iter_rows()
        for cell in row
    ]
    return [
        one.value
        for one in cells
        if one.data_type == "f"
        or (
            isinstance(one.value, str)
            and one.value[:1] in "=+-@"
            and one.value
            and not one.quotePrefix
        )
    ]


def register(*rows: Sequence[Any], headings: Sequence[str] = HEADINGS, **more: Any) -> bytes:
    """A household register: the headings, and rows that are filled up with empty cells."""
    return xlsx(headings, *rows, **more)


def home(number: int = 1, head: str = "王秀兰", group: str = "1组", **cells: Any) -> list[Any]:
    """A row of a household register."""
    door = cells.get("door", f"{group}{number}号")
    return [
        number,
        group,
        head,
        cells.get("size", 4),
        door,
        cells.get("phone", "13800000001"),
        cells.get("status", "常住"),
        cells.get("party"),
        cells.get("note"),
    ]


def csv_text(*rows: Sequence[Any]) -> str:
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    return file.getvalue()


def rows_of(data: bytes) -> list[list[Any]]:
    """The first sheet's cells, down to the last row with something in it."""
    first = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    rows = [
        ["" if one is None else one for one in row] for row in first.iter_rows(values_only=True)
    ]
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The same file with one part replaced or added."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return file.getvalue()


def part_of(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)
