"""A list of gifts from Excel or CSV: columns are found by their headings, faults named by row and column."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from governance.affairs.shop.gifts import MOST_PIECES, Terms, add_gift, all_gifts, clean
from governance.base.database import atomic, once_more
from governance.base.errors import BadInput, Phrase, phrase
from governance.base.text import half_width, one_line
from governance.base.worksheets.reading import read_table

MOST_ROWS = 1000
HEADING_ROWS = 10  # filled rows among which the headings are
HEADINGS: dict[str, tuple[str, ...]] = {
    "name": ("name", "名称", "兑换品", "品名", "物品", "商品"),
    "points": ("points", "积分", "分值", "所需积分", "兑换积分", "兑换分值"),
    "stock": ("stock", "库存", "数量", "件数"),
    "worth": ("value_yuan", "价值", "价值元", "单价", "单价元", "金额", "金额元"),
    "month_limit": ("per_household_month", "每户每月", "每户每月件数", "每户每月限量", "限量"),
}
NEEDED = ("name", "points")
COLUMN_NAMES = {
    "name": phrase("名称"),
    "points": phrase("积分"),
    "stock": phrase("库存"),
    "worth": phrase("价值"),
    "month_limit": phrase("每户每月"),
}


class NoHeadings(BadInput):
    """A table without the columns a list of gifts needs."""

    code = "no_headings"
    message = phrase("没有找到「名称」和「积分」两列的表头。")
    field = "file"


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that cannot be used: its row, its column, and why."""

    row: int
    column: Phrase
    why: BadInput


class FaultyRows(BadInput):
    """A file with faults: nothing of it was loaded. `faults` names each by row and column."""

    code = "faulty_rows"
    message = phrase("文件里有 %(count)s 处要改，一种也没有载入。")
    field = "file"

    def __init__(self, faults: Sequence[Fault]):
        """Keep the faults beside the sentence that counts them."""
        super().__init__(count=len(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many gifts were added, and how many were there already and left as they are."""

    added: int
    left: int


@dataclass(frozen=True, slots=True)
class _Row:
    terms: Terms
    stock: int


def load_gifts(village_id: uuid.UUID, data: bytes, by: uuid.UUID | None = None) -> Loaded:
    """Add the gifts of a file with what is on the shelf, all or none; those of a known name stay as they are.

    Raises UnreadableFile, TableTooLong, NoHeadings, FaultyRows.
    """
    rows = read_gifts(data)
    return once_more(lambda: _load(village_id, rows, by))


def _load(village_id: uuid.UUID, rows: Sequence[_Row], by: uuid.UUID | None) -> Loaded:
    with atomic():
        known = {gift.name for gift in all_gifts(village_id)}
        fresh = [row for row in rows if row.terms.name not in known]
        for row in fresh:
            add_gift(village_id, row.terms, stock=row.stock, by=by)
    return Loaded(len(fresh), len(rows) - len(fresh))


def read_gifts(data: bytes) -> list[_Row]:
    """The gifts of a file, checked. Raises UnreadableFile, TableTooLong, NoHeadings, FaultyRows."""
    table = _table(data)
    columns, top = _columns(table)
    rows: dict[str, _Row] = {}
    faults: list[Fault] = []
    for place, cells in table.items():
        if place <= top or not any(cells):
            continue
        try:
            row = _read_row(cells, columns)
            if row.terms.name in rows:
                raise BadInput(phrase("这个名称前面已经有了。"), field="name")
            rows[row.terms.name] = row
        except BadInput as why:
            faults.append(Fault(place + 1, COLUMN_NAMES[why.field or "name"], why))
    if faults:
        raise FaultyRows(faults)
    return list(rows.values())


def _table(data: bytes) -> dict[int, list[str]]:
    rows = read_table(data, MOST_ROWS)
    return {place: [one_line(half_width(cell)) for cell in row] for place, row in rows.items()}


def _columns(table: dict[int, list[str]]) -> tuple[dict[str, int], int]:
    """Where each column stands, and the row of the headings; a title may stand above them."""
    for top, cells in islice(table.items(), HEADING_ROWS):
        plain = [re.sub(r"[\s()（）]", "", cell).lower() for cell in cells]
        columns = {
            name: plain.index(word)
            for name, words in HEADINGS.items()
            for word in words[::-1]
            if word in plain
        }
        if all(name in columns for name in NEEDED):
            return columns, top
    raise NoHeadings


def _read_row(cells: Sequence[str], columns: Mapping[str, int]) -> _Row:
    """One gift. Raises BadInput naming the column."""
    text = {name: cells[place] for name, place in columns.items() if place < len(cells)}
    terms = Terms(
        name=text.get("name", ""),
        points=_whole(text, "points") or 0,
        worth_cents=_cents(text),
        month_limit=_whole(text, "month_limit"),
    )
    stock = _whole(text, "stock") or 0
    if stock > MOST_PIECES:
        raise BadInput(phrase("件数应为 0 到 %(most)s。"), field="stock", most=MOST_PIECES)
    return _Row(clean(terms), stock)


def _whole(text: Mapping[str, str], name: str) -> int | None:
    value = text.get(name, "")
    if not re.fullmatch(r"[0-9]{0,6}", value):
        raise BadInput(phrase("应为整数。"), field=name)
    return int(value) if value else None


def _cents(text: Mapping[str, str]) -> int:
    value = (text.get("worth") or "0").removesuffix("元")
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,2})?", value):
        raise BadInput(phrase("应为金额，最多两位小数。"), field="worth")
    return int(Decimal(value) * 100)
