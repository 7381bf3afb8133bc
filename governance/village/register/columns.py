"""The columns of a register, found by their headings wherever the table begins."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice

from governance.base.errors import BadInput, phrase
from governance.base.text import one_line, unspaced
from governance.base.worksheets.worksheet import Worksheet

HEADINGS = {
    "serial": "序号 编号 行号 顺序号",
    "code": "户编号 户号 户编码 户代码 户籍编号",
    "group": "村民小组 小组 组别 所属小组 所在小组 所在组 组 村组 组号 村民组 社",
    "head": "户主姓名 户主 户主名 户主名字",
    "name": "姓名 成员姓名 家庭成员 家庭成员姓名 人员姓名",
    "relation": "与户主关系 与户主的关系 关系 家庭关系 与户主之关系",
    "size": "家庭人口 人口 人数 家庭人口数 人口数 家庭人数 家庭总人口 户人口",
    "door": "门牌号 门牌 门牌号码 住址 家庭住址 地址 家庭地址",
    "phone": "联系电话 电话 手机号 手机 手机号码 联系方式 电话号码 户主电话",
    "status": "居住状态 状态 居住情况 常住情况",
    "party": "是否党员户 党员户 是否党员 是否为党员户 党员",
    "note": "备注 说明 备注说明",
}
FIELD_OF = {word: name for name, words in HEADINGS.items() for word in words.split()}
SEARCHED = 40  # filled rows from the top
IDENTITY = re.compile("身份证|公民身份|证件号|身份号码")


class NoHeadings(BadInput):
    """A table in which no row of headings is found."""

    code = "no_headings"
    message = phrase(
        "没有找到表头。表里要有一行写着「户主姓名」「村民小组」这样的栏名，可以下载模板对照。"
    )
    field = "file"


@dataclass(slots=True)
class Columns:
    """Where each field stands, and what the columns that are not used are called."""

    header: int
    at: dict[str, int] = field(default_factory=dict)
    headings: dict[str, str] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    identity: list[str] = field(default_factory=list)

    @property
    def by_member(self) -> bool:
        """Whether a row is a person rather than a household."""
        return "name" in self.at and ("relation" in self.at or "head" in self.at)


def field_of(heading: str) -> str | None:
    """The field a heading names: brackets, stars and colons around it do not count."""
    plain = re.sub(r"[(\[【].*?[)\]】]|[*:：]", "", unspaced(heading))
    return FIELD_OF.get(plain)


def find_columns(worksheet: Worksheet) -> Columns | None:
    """The headings of a worksheet, or None where no row of its top looks like headings."""
    best: Columns | None = None
    for row, cells in islice(worksheet.rows.items(), SEARCHED):
        found = _columns_in(cells, row)
        known = {"head", "name"} & set(found.at)
        if known and len(found.at) >= 2 and (best is None or len(found.at) > len(best.at)):
            best = found
    return best


def _columns_in(cells: list[str], row: int) -> Columns:
    found = Columns(row)
    for column, text in enumerate(cells):
        heading = one_line(text)[:30]
        name = field_of(text)
        if not heading:
            continue
        if IDENTITY.search(unspaced(text)):
            found.identity.append(heading)
        elif name is None or name in found.at:
            found.ignored.append(heading)
        else:
            found.at[name], found.headings[name] = column, heading
    if "head" not in found.at and "relation" not in found.at and "name" in found.at:
        # A household list that calls the head 姓名.
        found.at["head"], found.headings["head"] = found.at.pop("name"), found.headings.pop("name")
    return found
