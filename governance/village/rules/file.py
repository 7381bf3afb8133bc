"""Rule files: Excel or CSV, with the headings of a published scheme or a village's own, read into wordings.

Faults are named by row and column, all of them, and nothing is taken from a file that has one. The
rulebook is written in the same shape it is read in.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from governance.base.errors import BadInput, Phrase, phrase
from governance.base.text import half_width, one_line
from governance.base.workbooks import Table, write_book
from governance.base.worksheets.reading import read_table
from governance.village.rules.evidence import EVIDENCE_NAMES, NO_EVIDENCE, evidence_code
from governance.village.rules.wording import (
    BASE_CATEGORY,
    PILLARS,
    Period,
    Review,
    Wording,
    clean,
)

MOST_RULES = 1000
HEADING_ROWS = 20  # titles and remarks stand above the headings
BASE_BEHAVIOUR = "年度基础分"
SMALL = 5  # plus points up to here need one check by default

# The first name of each is what we write.
NAMES: dict[str, tuple[str, ...]] = {
    "code": ("编号", "细则编号", "代码", "code"),
    "category": ("类别", "分类", "积分类别", "项目类别", "category"),
    "pillar": ("四治", "所属四治", "pillar"),
    "behaviour": (
        "行为",
        "事项",
        "行为/事项",
        "积分事项",
        "积分内容",
        "内容",
        "具体行为",
        "项目",
        "behaviour",
    ),
    "unit": ("单位", "unit"),
    "points": ("分值", "积分", "分数", "积分分值", "points"),
    "cap_count": ("封顶次数", "次数上限", "cap_count"),
    "cap_period": ("封顶期限", "封顶周期", "cap_period"),
    "evidence": ("凭据", "凭证", "证明材料", "佐证材料", "evidence"),
    "remind_days": ("提醒天数", "整改天数", "整改期限", "remind_days"),
    "review": ("审核", "审核方式", "review"),
    "note": ("备注", "说明", "note", "annual_note"),
    "once_per": ("period",),  # base100.csv: once in this period
}
COLUMN_OF = {name: column for column, names in NAMES.items() for name in names}
WRITTEN = [column for column in NAMES if column != "once_per"]
WIDTHS = (8, 12, 8, 40, 8, 10, 10, 10, 20, 10, 12, 30)
PERIODS = {
    Period.MONTH: ("每月", "月", "month"),
    Period.QUARTER: ("每季度", "季度", "季", "quarter"),
    Period.YEAR: ("每年", "年", "年度", "year"),
    Period.EVENT: ("每次", "每件", "每件事", "次", "event", "meeting"),
    Period.ONCE: ("一次性", "一共", "仅一次", "终身", "once"),
}
REVIEWS = {
    Review.AUTO: ("当场入账", "自动", "免审", "auto"),
    Review.FIRST: ("一人审核", "初审", "一审", "first"),
    Review.SECOND: ("两人审核", "复核", "二审", "两审", "second"),
}
PERIOD_OF = {word: period.value for period, words in PERIODS.items() for word in words}
REVIEW_OF = {word: review.value for review, words in REVIEWS.items() for word in words}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one cell."""

    row: int
    column: str
    what: Phrase
    values: dict[str, object] = field(default_factory=dict)


class FaultyRuleFile(BadInput):
    """A file with faults: nothing of it is loaded."""

    code = "faulty_rule_file"
    message = phrase("文件里有 %(count)s 处不对，一条也没有载入。请改好后再来。")
    field = "file"

    def __init__(self, faults: Sequence[Fault]):
        super().__init__(count=len(faults))
        self.faults = list(faults)


@dataclass(slots=True)
class RuleFile:
    """What a file says: wordings (code empty where the file has none), the base, columns not used."""

    wordings: list[Wording] = field(default_factory=list)
    base: int | None = None
    unused: list[str] = field(default_factory=list)


class _Wrong(Exception):
    """A cell that cannot be understood."""

    def __init__(self, what: Phrase, **values: object):
        self.what, self.values = what, values


def read_rules(data: bytes) -> RuleFile:
    """Read a rule file. Raises UnreadableFile, TableTooLong, BadInput (headings), FaultyRuleFile."""
    rows = read_table(data, MOST_RULES + HEADING_ROWS)
    top, columns = _find_headings(rows)
    reader = _Reader(columns, rows[top])
    for place, cells in rows.items():
        if place > top and any(cells):
            reader.take(place + 1, cells)
    if reader.faults:
        raise FaultyRuleFile(reader.faults)
    if not reader.file.wordings and reader.file.base is None:
        raise BadInput(phrase("文件里没有细则。"), field="file")
    reader.file.unused = [
        heading
        for place, heading in enumerate(rows[top])
        if heading and place not in columns.values()
    ]
    return reader.file


def _find_headings(rows: dict[int, list[str]]) -> tuple[int, dict[str, int]]:
    """The row of headings, and at which place each known column stands. Raises BadInput."""
    for top, cells in islice(rows.items(), HEADING_ROWS):
        columns: dict[str, int] = {}
        for place, cell in enumerate(cells):
            if column := COLUMN_OF.get(_heading(cell)):
                columns.setdefault(column, place)
        if "points" in columns and "behaviour" in columns:
            if "category" not in columns:
                raise BadInput(phrase("没有「类别」这一列。"), field="file")
            return top, columns
    raise BadInput(phrase("没有找到表头。表里至少要有「类别」「行为」「分值」三列。"), field="file")


def _heading(text: str) -> str:
    return re.sub(r"\(.*?\)|\s|\*|:", "", half_width(text)).lower()


class _Reader:
    """Reads row after row, and collects every fault."""

    def __init__(self, columns: dict[str, int], headings: Sequence[str]):
        self.columns, self.headings = columns, headings
        self.file = RuleFile()
        self.faults: list[Fault] = []
        self._seen: dict[tuple[str, ...], int] = {}

    def take(self, number: int, cells: Sequence[str]) -> None:
        """Read one row."""
        row = {
            column: one_line(cells[place]) if place < len(cells) else ""
            for column, place in self.columns.items()
        }
        if row["category"] == BASE_CATEGORY:
            self._take_base(number, row)
            return
        found = len(self.faults)
        values = {name: self._try(number, name, row) for name in _PARSERS}
        if len(self.faults) == found:
            self._take_wording(number, row, values)

    def _try(self, number: int, column: str, row: dict[str, str]) -> Any:
        try:
            return _PARSERS[column](row)
        except _Wrong as wrong:
            self._fault(number, column, wrong.what, wrong.values)
            return None

    def _fault(self, number: int, column: str, what: Phrase, values: dict[str, object]) -> None:
        column = {"points_min": "points", "points_max": "points"}.get(column, column)
        place = self.columns.get(column)
        name = self.headings[place] if place is not None else NAMES[column][0]
        self.faults.append(Fault(number, name, what, values))

    def _take_wording(self, number: int, row: dict[str, str], values: dict[str, Any]) -> None:
        low, high = values.pop("points")
        count, period = values.pop("cap_count"), values.pop("cap_period")
        wording = Wording(
            code=row.get("code", "") or "A01",
            category=row["category"],
            behaviour=row["behaviour"],
            unit=row.get("unit", ""),
            note=row.get("note", ""),
            points_min=low,
            points_max=high,
            cap_count=count,
            cap_period=period,
            **values,
        )
        try:
            wording = clean(wording)
        except BadInput as refusal:
            self._fault(number, refusal.field or "behaviour", refusal.text, refusal.values)
            return
        if not row.get("code"):
            wording = replace(wording, code="")
        self._refuse_twice(number, wording)
        self.file.wordings.append(wording)

    def _refuse_twice(self, number: int, wording: Wording) -> None:
        key = (wording.code,) if wording.code else (wording.category, wording.behaviour)
        first = self._seen.setdefault(key, number)
        if first != number:
            column = "code" if wording.code else "behaviour"
            self._fault(number, column, phrase("和第 %(row)s 行重复。"), {"row": first})

    def _take_base(self, number: int, row: dict[str, str]) -> None:
        try:
            low, high = _points(row)
        except _Wrong as wrong:
            self._fault(number, "points", wrong.what, wrong.values)
            return
        if low != high or not 1 <= low <= 1000:
            self._fault(number, "points", phrase("基础分应为 1 到 1000 的整数。"), {})
        elif self.file.base is not None:
            self._fault(number, "category", phrase("基础分只能有一行。"), {})
        else:
            self.file.base = low


_NUMBER = re.compile(r"([+-]?\d{1,6})(?:\.0+)?分?")
_RANGE = re.compile(r"([+-]?\d{1,6})分?(?:\.\.+|…+|~|—+|至|到|-)([+-]?\d{1,6})分?")


def _points(row: dict[str, str]) -> tuple[int, int]:
    """`5`, `-5`, `+5分`, or a range: `2..10`, `2-10`, `2~10`, `2至10`."""
    text = half_width(row.get("points", "")).replace("−", "-").replace(" ", "")
    if not text:
        raise _Wrong(phrase("请填写分值。"))
    if match := _NUMBER.fullmatch(text):
        return int(match[1]), int(match[1])
    if match := _RANGE.fullmatch(text):
        return int(match[1]), int(match[2])
    raise _Wrong(phrase("分值「%(text)s」看不懂，请写 5、-5，或者 2..10。"), text=text[:20])


def _cap_count(row: dict[str, str]) -> int | None:
    text = half_width(row.get("cap_count", ""))
    if not text:
        return 1 if row.get("once_per") else None
    if not (match := re.fullmatch(r"(\d{1,6})(?:\.0+)?次?", text)):
        raise _Wrong(phrase("次数「%(text)s」应为整数。"), text=text[:20])
    return int(match[1])


def _remind_days(row: dict[str, str]) -> int | None:
    text = half_width(row.get("remind_days", ""))
    if not text:
        return None
    if not (match := re.fullmatch(r"(\d{1,6})(?:\.0+)?[天日]?", text)):
        raise _Wrong(phrase("天数「%(text)s」应为整数。"), text=text[:20])
    return int(match[1])


def _cap_period(row: dict[str, str]) -> str | None:
    text = row.get("cap_period") or row.get("once_per") or ""
    if text and text.lower() not in PERIOD_OF:
        raise _Wrong(
            phrase("期限「%(text)s」看不懂，请写每月、每季度、每年、每次或一次性。"), text=text[:20]
        )
    return PERIOD_OF[text.lower()] if text else None


def _review(row: dict[str, str]) -> str:
    text = row.get("review", "")
    if text and text.lower() not in REVIEW_OF:
        raise _Wrong(
            phrase("审核「%(text)s」看不懂，请写当场入账、一人审核或两人审核。"), text=text[:20]
        )
    return REVIEW_OF[text.lower()] if text else _usual_review(row)


def _usual_review(row: dict[str, str]) -> str:
    """Small plus items need one look; large ones and deductions two."""
    try:
        low, high = _points(row)
    except _Wrong:
        return Review.SECOND.value
    return (Review.FIRST if low > 0 and high <= SMALL else Review.SECOND).value


def _pillar(row: dict[str, str]) -> str:
    text = row.get("pillar", "")
    if text not in ("", *PILLARS):
        raise _Wrong(phrase("四治请写自治、法治、德治或智治。"))
    return text


_PARSERS: dict[str, Callable[[dict[str, str]], Any]] = {
    "points": _points,
    "cap_count": _cap_count,
    "cap_period": _cap_period,
    "review": _review,
    "pillar": _pillar,
    "remind_days": _remind_days,
    "evidence": lambda row: evidence_code(row.get("evidence", "")),
}


def write_rules(wordings: Iterable[Wording], base: int = 0) -> bytes:
    """The rulebook as an Excel file that can be read back."""
    return write_book(_table(_rows(wordings, base)))


def write_template() -> bytes:
    """An empty rule file with the headings, and a second worksheet that explains them."""
    return write_book(_table(()), Table("填写说明", (("列", 12), ("怎么填", 70)), HELP))


def _table(rows: Iterable[list[object]]) -> Table:
    return Table("积分细则", tuple(zip(_headings(), WIDTHS, strict=True)), rows)


def to_text(wordings: Iterable[Wording], base: int | None) -> str:
    """The same as CSV: what a page carries between the preview and the deed."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_headings())
    writer.writerows(_rows(wordings, base or 0))
    return out.getvalue()


def _headings() -> list[str]:
    return [NAMES[column][0] for column in WRITTEN]


def _rows(wordings: Iterable[Wording], base: int) -> Iterable[list[object]]:
    if base:
        yield ["", BASE_CATEGORY, "", BASE_BEHAVIOUR, "户", base, *[""] * 6]
    for rule in wordings:
        fixed = rule.points_min == rule.points_max
        yield [
            rule.code,
            rule.category,
            rule.pillar,
            rule.behaviour,
            rule.unit,
            rule.points_min if fixed else f"{rule.points_min}..{rule.points_max}",
            rule.cap_count or "",
            PERIODS[Period(rule.cap_period)][0] if rule.cap_period else "",
            str(EVIDENCE_NAMES.get(rule.evidence, rule.evidence))
            if rule.evidence != NO_EVIDENCE
            else "",
            rule.remind_days or "",
            REVIEWS[Review(rule.review)][0],
            rule.note,
        ]


HELP = (
    ("编号", "字母和数字，例如 E03。不填的由系统按类别编；同一编号再载入，内容有变就成为新版本。"),
    ("类别", "必填，例如人居环境。类别写「基础」的一行是每户每年的基础分，不是细则。"),
    ("四治", "自治、法治、德治、智治，可以不填。"),
    ("行为", "必填，做了什么，2 到 100 个字。"),
    ("单位", "户、人次、件等，可以不填。"),
    ("分值", "必填。加分写 5，扣分写 -5，由记分人在范围里选的写 2..10。"),
    ("封顶次数", "一户最多记几次，和封顶期限一起填；不封顶就都不填。"),
    ("封顶期限", "每月、每季度、每年、每次、一次性。"),
    ("凭据", "照片，或者一种材料的名称；不需要就不填。"),
    ("提醒天数", "凭据是提醒单的才填：先提醒，过了这么多天没有改才扣分。不填是 7 天。"),
    ("审核", "当场入账、一人审核、两人审核。不填：5 分以内的加分一人审核，其余两人审核。"),
    ("备注", "可以不填。"),
)
