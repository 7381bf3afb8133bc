"""What stands in one cell of a register, understood: the many ways villages write the same thing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from governance.base.errors import BadInput, phrase
from governance.base.text import unspaced
from governance.village.cleaning import clean_door
from governance.village.households import NUMBERS, Status

GROUPS = range(1, 1000)
DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
NUMERAL = r"[0-9]{1,4}|[零〇一二两三四五六七八九十百]{1,7}"
GROUP = rf"(?:.*[村镇乡])?第?({NUMERAL})(?:村民小组|村民组|小组|组|社|队)"

STATUS_WORDS = {
    "": Status.RESIDENT,
    "常住": Status.RESIDENT,
    "在家": Status.RESIDENT,
    "长住": Status.RESIDENT,
    "外出": Status.AWAY,
    "外出务工": Status.AWAY,
    "长期外出": Status.AWAY,
    "在外": Status.AWAY,
    "外出打工": Status.AWAY,
    "务工": Status.AWAY,
    "不常住": Status.AWAY,
    "季节性": Status.SEASONAL,
    "季节性居住": Status.SEASONAL,
    "季节居住": Status.SEASONAL,
    "空户": Status.EMPTY,
    "空挂户": Status.EMPTY,
    "空房": Status.EMPTY,
    "无人居住": Status.EMPTY,
}
STATUS_IN_SHEETS = {
    Status.RESIDENT: "常住",
    Status.AWAY: "外出务工",
    Status.SEASONAL: "季节性",
    Status.EMPTY: "空户",
}
YES = {"是", "√", "✓", "✔", "对", "有", "党员", "党员户", "y", "yes", "1"}
NO = {"", "否", "×", "✗", "x", "不是", "非", "无", "没有", "n", "no", "0", "-", "/", "\\"}


@dataclass(frozen=True, slots=True)
class Door:
    """A door as written; `group` and `number` where it is a household code, `hint` a number in it."""

    text: str
    group: int | None = None
    number: int | None = None
    hint: int | None = None


def numeral(text: str) -> int:
    """A whole number in Arabic or Chinese digits: 12, 十二, 一百零三. Raises ValueError."""
    if text.isascii() and text.isdigit():
        return int(text)
    if not re.search("[十百]", text):
        return int("".join(str(DIGITS[char]) for char in text))
    total = digit = 0
    for char in text:
        if char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
        else:
            digit = DIGITS[char]
    return total + digit


def group_number(text: str) -> int:
    """一组, 第1组, 1组, 1社, 1: all are 1. Raises BadInput."""
    found = re.fullmatch(rf"{GROUP}|({NUMERAL})", unspaced(text))
    if found:
        number = numeral(found[1] or found[2])
        if number in GROUPS:
            return number
    raise BadInput(phrase("「%(text)s」看不出是第几组，请写成 1组、2组这样。"), text=text[:30])


def door(text: str) -> Door:
    """An address, and the household code or number it contains. Raises BadInput."""
    plain = clean_door(text)
    code = re.fullmatch(rf"{GROUP}({NUMERAL})号?", plain)
    if code:
        group, number = numeral(code[1]), numeral(code[2])
        if group in GROUPS and number in NUMBERS:
            return Door(plain, group, number, number)
    hint = re.search(r"(?<![0-9\-—~之])([0-9]{1,4})号?$", plain)
    number = int(hint[1]) if hint else 0
    return Door(plain, hint=number if number in NUMBERS else None)


def size(text: str) -> int:
    """4, 4人, ４, 四口: the number of people. Raises BadInput."""
    found = re.fullmatch(rf"({NUMERAL})[人口个位]?", unspaced(text))
    if found and numeral(found[1]) <= 99:
        return numeral(found[1])
    raise BadInput(phrase("「%(text)s」不对，家庭人口应为 0 到 99 的整数。"), text=text[:30])


def status(text: str) -> str:
    """The status a word stands for; none is a resident household. Raises BadInput."""
    found = STATUS_WORDS.get(unspaced(text))
    if found is None:
        raise BadInput(
            phrase("「%(text)s」不认识，应为 常住、外出务工、季节性 或 空户。"), text=text[:30]
        )
    return found.value


def yes_or_no(text: str) -> bool:
    """Whether a cell says yes; an empty one says no. Raises BadInput."""
    word = unspaced(text).lower()
    if word in YES or word in NO:
        return word in YES
    raise BadInput(phrase("「%(text)s」不认识，应为 是 或 否。"), text=text[:30])
