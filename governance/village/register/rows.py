"""From a worksheet to entries: one per household, every fault named by its row and column."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from governance.base.errors import BadInput, Phrase, phrase
from governance.base.text import unspaced
from governance.base.worksheets.worksheet import Position, Worksheet
from governance.village.cleaning import (
    clean_name,
    clean_note,
    clean_phone,
    clean_relation,
)
from governance.village.households import code_of
from governance.village.register import cells
from governance.village.register.cells import Door
from governance.village.register.columns import Columns, NoHeadings, find_columns

T = TypeVar("T")
Members = list[tuple[str, str]]
Value = tuple[int, str]  # row and text of a cell

TOTAL = re.compile(r".{0,8}(合计|总计|小计|共计|累计)[:：]?")
REMARK = re.compile(
    r"(制表|填表|填报|审核|复核|负责人|经办|联系人|单位|日期|时间|备注|说明|注)[^:：]{0,8}[:：]"
)
FALLBACK = {"head": "户主姓名", "group": "村民小组", "door": "门牌号", "name": "姓名"}
HEADS = ("户主", "本人", "户主本人")
TOTALLED = ("serial", "code", "group", "head", "name")  # where a total says that it is one
OF_HOUSEHOLD = ("code", "group", "head", "size", "door", "phone", "status", "party", "note")
IS_FORMULA = phrase("这一格是公式，请改成算好的内容。")
IS_ERROR = phrase("这一格是出错的值，请重新填写。")
IS_DATE = phrase("这一格被 Excel 变成了日期，请把格式改为「文本」再填。")
OTHER_GROUP = phrase("门牌写的是 %(door)s，村民小组却是 %(group)s组。")
SAME_CODE = phrase("%(code)s 和第 %(row)s 行重复。")
SAME_HEAD = phrase("和第 %(row)s 行同组同名。若是两户，请写上门牌号；若是一户，请删去一行。")
TWO_HEADS = phrase("和第 %(row)s 行是同一户，一户只能有一个户主。")
NOT_THE_SAME = phrase("和第 %(row)s 行是同一户，写的却不一样。")
MISSING = {
    "head": phrase("没有填户主姓名。"),
    "group": phrase("没有填村民小组。"),
    "name": phrase("没有填姓名。"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to put right: Excel's row, the column's heading, and a sentence."""

    row: int
    column: str
    text: Phrase
    values: dict[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class RegisterEntry:
    """What the worksheet says about one household; None where it says nothing."""

    row: int
    group_no: int
    head: str
    door: Door
    size: int | None = None
    phone: str | None = None
    status: str | None = None
    party: bool | None = None
    note: str | None = None
    members: Members | None = None


@dataclass(slots=True)
class Register:
    """A file as read: its entries, or what is wrong with it."""

    worksheet: str
    other_worksheets: int
    columns: Columns
    entries: list[RegisterEntry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)  # rows of totals and remarks


def read_register(worksheets: Sequence[Worksheet]) -> Register:
    """Read the first worksheet that has headings. Raises NoHeadings."""
    for worksheet in worksheets:
        columns = find_columns(worksheet)
        if columns:
            register = Register(worksheet.name, len(worksheets) - 1, columns)
            _Reader(worksheet, register).read()
            return register
    raise NoHeadings


class _Reader:
    """Reads one worksheet; faults are gathered, never raised."""

    def __init__(self, worksheet: Worksheet, register: Register):
        self.worksheet, self.register, self.columns = worksheet, register, register.columns

    def read(self) -> None:
        rows = list(self.data_rows())
        blocks = self.families(rows) if self.columns.by_member else [[row] for row in rows]
        seen: dict[tuple[object, ...], int] = {}
        for block in blocks:
            entry = self.entry(block, seen)
            if entry:
                self.register.entries.append(entry)
        self.register.faults.sort(key=lambda fault: fault.row)

    def data_rows(self) -> Iterator[int]:
        """The rows under the headings that are about somebody."""
        for row in self.worksheet.rows:
            if row <= self.columns.header:
                continue
            if self.is_aside(row):
                self.register.skipped.append(row + 1)
            elif any(self.own(row, name) for name in self.columns.at if name != "serial"):
                yield row
            elif any(map(unspaced, self.worksheet.rows[row])) and not self.text(row, "serial"):
                self.register.skipped.append(row + 1)

    def own(self, row: int, name: str) -> bool:
        """Whether a cell is filled on this very row, not only by a merge from above."""
        return (row, self.columns.at[name]) not in self.worksheet.spread and bool(
            self.text(row, name)
        )

    def is_aside(self, row: int) -> bool:
        """Whether a row is a total, a remark, a title in the middle, or the headings once more."""
        filled = [text for text in map(unspaced, self.worksheet.rows[row]) if text]
        if not filled:
            return False
        if REMARK.match(filled[0]) or (row in self.worksheet.wide and len(filled) == 1):
            return True
        words = [filled[0], *(unspaced(self.text(row, name)) for name in TOTALLED)]
        if any(TOTAL.fullmatch(word) for word in words):
            return True
        headings = {name: unspaced(text) for name, text in self.columns.headings.items()}
        return all(unspaced(self.text(row, name)) == text for name, text in headings.items())

    def text(self, row: int, name: str) -> str:
        """A cell's text; that of an odd one counts as filled."""
        column = self.columns.at.get(name)
        if column is None:
            return ""
        values = self.worksheet.rows[row]
        text = values[column].strip() if column < len(values) else ""
        return text or ("?" if self.oddity((row, column)) else "")

    def oddity(self, cell: Position) -> Phrase | None:
        """Why a cell is no plain text, if it is none."""
        if cell in self.worksheet.formulas:
            return IS_FORMULA
        if cell in self.worksheet.errors:
            return IS_ERROR
        return IS_DATE if cell in self.worksheet.dates else None

    def families(self, rows: list[int]) -> list[list[int]]:
        """The rows of each household: those with one code, or door, or from one head to the next."""
        blocks: dict[object, list[int]] = {}
        current: object = None
        for row in rows:
            key = self.key_of(row)
            is_head = unspaced(self.text(row, "relation")) in HEADS
            if key is None and (is_head or current is None):
                key = ("row", row)
            current = current if key is None else key
            blocks.setdefault(current, []).append(row)
        return list(blocks.values())

    def key_of(self, row: int) -> object:
        """What tells one household from the next, or None on a row that goes on with the last."""
        for names in (("code",), ("group", "door"), ("group", "head")):
            texts = tuple(unspaced(self.text(row, name)) for name in names)
            if texts[-1]:
                return texts
        return None

    def entry(self, block: list[int], seen: dict[tuple[object, ...], int]) -> RegisterEntry | None:
        """A household from its rows, or None if anything on them is wrong."""
        before = len(self.register.faults)
        place = self.door(block)
        group = self.group(block, place)
        head = self.head(block)
        entry = RegisterEntry(
            row=block[0] + 1,
            group_no=group or 0,
            head=head or "",
            door=place,
            size=self.take(block, "size", cells.size),
            phone=self.take(block, "phone", clean_phone),
            status=self.take(block, "status", cells.status),
            party=self.party(block),
            note=self.take(block, "note", clean_note),
            members=self.members(block) if self.columns.by_member else None,
        )
        if group:
            self.refuse_twin(entry, seen)
        return entry if len(self.register.faults) == before else None

    def door(self, block: list[int]) -> Door:
        found = self.take(block, "door", cells.door)
        if found is None and (value := self.value(block, "code")):
            code = cells.door(value[1][:60])
            found = code if code.number else None
        return found or Door("")

    def group(self, block: list[int], place: Door) -> int | None:
        faults = len(self.register.faults)
        group = self.take(block, "group", cells.group_number)
        if group is None and len(self.register.faults) == faults:
            if "group" not in self.columns.at and place.group:
                return place.group
            self.fault(block[0], "group", MISSING["group"])
        if group and place.group and place.group != group:
            self.fault(block[0], "door", OTHER_GROUP, {"door": place.text, "group": group})
        return group

    def head(self, block: list[int]) -> str | None:
        faults = len(self.register.faults)
        head = self.take(block, "head", clean_name)
        if head or len(self.register.faults) > faults:
            return head
        for row in block if self.columns.by_member else ():
            if unspaced(self.text(row, "relation")) in HEADS and self.text(row, "name"):
                return self.read_cell(row, "name", clean_name)
        self.fault(block[0], "head", MISSING["head"])
        return None

    def party(self, block: list[int]) -> bool | None:
        """An empty cell of this column means no: registers tick the party's households only."""
        if "party" not in self.columns.at:
            return None
        return self.take(block, "party", cells.yes_or_no) or False

    def members(self, block: list[int]) -> Members | None:
        """The people of a household; None where no row names anybody."""
        people: Members = []
        heads = [row for row in block if unspaced(self.text(row, "relation")) in HEADS]
        for row in heads[1:]:
            self.fault(row, "relation", TWO_HEADS, {"row": heads[0] + 1})
        for row in block:
            name, relation = self.text(row, "name"), self.text(row, "relation")
            if not name and not relation:
                continue
            if not name:
                self.fault(row, "name", MISSING["name"])
                continue
            person = self.read_cell(row, "name", clean_name)
            bond = self.read_cell(row, "relation", clean_relation) if relation else ""
            people.append((person or "", bond or ""))
        return people or None

    def refuse_twin(self, entry: RegisterEntry, seen: dict[tuple[object, ...], int]) -> None:
        """Two rows for one household cannot both be right."""
        keys: list[tuple[object, ...]] = []
        if entry.head:
            keys.append((entry.group_no, entry.door.text, entry.head))
        if entry.door.number:
            keys.append((entry.group_no, entry.door.number))
        first = next((seen[key] for key in keys if key in seen), None)
        if first is None:
            seen.update(dict.fromkeys(keys, entry.row))
        elif entry.door.number:
            code = code_of(entry.group_no, entry.door.number)
            self.fault(entry.row - 1, "door", SAME_CODE, {"code": code, "row": first})
        else:
            self.fault(entry.row - 1, "head", SAME_HEAD, {"row": first})

    def value(self, block: list[int], name: str) -> Value | None:
        """The first filled cell of a field among a household's rows; the others must agree."""
        filled = [(row, self.text(row, name)) for row in block if self.text(row, name)]
        for row, text in filled[1:]:
            if unspaced(text) != unspaced(filled[0][1]) and name in OF_HOUSEHOLD:
                self.fault(row, name, NOT_THE_SAME, {"row": filled[0][0] + 1})
        return filled[0] if filled else None

    def take(self, block: list[int], name: str, parse: Callable[[str], T]) -> T | None:
        """A household's field, parsed; None where it is empty or wrong."""
        value = self.value(block, name)
        return self.read_cell(value[0], name, parse) if value else None

    def read_cell(self, row: int, name: str, parse: Callable[[str], T]) -> T | None:
        odd = self.oddity((row, self.columns.at[name]))
        if odd:
            self.fault(row, name, odd)
            return None
        try:
            return parse(self.text(row, name))
        except BadInput as refusal:
            self.fault(row, name, refusal.text, refusal.values)
            return None

    def fault(
        self, row: int, name: str, text: Phrase, values: dict[str, object] | None = None
    ) -> None:
        heading = self.columns.headings.get(name) or FALLBACK[name]
        found = Fault(row + 1, heading, text, values or {})
        if found not in self.register.faults[-8:]:
            self.register.faults.append(found)
