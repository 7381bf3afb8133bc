"""The loudspeaker (大喇叭): a notice as it is read aloud, in plain sentences, numbers as they are spoken.

It speaks Chinese to whoever is in the fields, in whichever language the desk is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import groupby

from governance.affairs.publicity.hanging import Mark, Shown
from governance.affairs.publicity.notices import Notice
from governance.base import clock

DIGITS = "零一二三四五六七八九"
TELEPHONE = DIGITS.replace("一", "幺", 1)  # 一 and 七 sound alike over a loudspeaker
UNITS = ("", "十", "百", "千")
DAY_PARTS = ((12, "上午"), (18, "下午"), (24, "晚上"))


def spoken(number: int) -> str:
    """A whole number as it is said: 10 十, 105 一百零五, 2000 两千."""
    if number < 0:
        return "负" + spoken(-number)
    if number >= 10_000:
        rest = number % 10_000
        gap = "零" if 0 < rest < 1000 else ""
        return spoken(number // 10_000) + "万" + (gap + spoken(rest) if rest else "")
    if number < 10:
        return DIGITS[number]
    told, skipped = "", False
    text = str(number)
    for place, digit in zip(range(len(text) - 1, -1, -1), text, strict=True):
        if digit == "0":
            skipped = True
            continue
        told += ("零" if skipped else "") + _digit(int(digit), place) + UNITS[place]
        skipped = False
    return told.removeprefix("一") if 10 <= number < 20 else told


def _digit(digit: int, place: int) -> str:
    return "两" if digit == 2 and place == 3 else DIGITS[digit]


def counted(number: int) -> str:
    """A number before what is counted: 两分, 两户."""
    return "两" if number == 2 else spoken(number)


def digits(text: str, words: str = DIGITS) -> str:
    """Figures said one by one: years and telephone numbers."""
    return "".join(words[int(one)] if one.isascii() and one.isdigit() else one for one in text)


def spoken_text(text: str) -> str:
    """What a rule is called, as it is said: 志愿服务每2小时 每两小时; a bracket at the end becomes a pause."""
    text = BRACKETS.sub("", LAST_BRACKET.sub(r"，\1", text))
    return NUMBER.sub(lambda found: _said(found["whole"], found["part"], found["unit"]), text)


BRACKETS = re.compile("[（）()]")
LAST_BRACKET = re.compile("[（(]([^（）()]+)[）)]$")
NUMBER = re.compile(
    r"(?P<whole>[0-9]+)(?:\.(?P<part>[0-9]+))?(?P<unit>年|小时|分|天|个|户|人|次|元|斤|亩|件)?"
)


def _said(whole: str, part: str | None, unit: str | None) -> str:
    if unit == "年" and len(whole) == 4:
        return digits(whole) + unit
    if part:
        return f"{spoken(int(whole))}点{digits(part)}{unit or ''}"
    return counted(int(whole)) + unit if unit else spoken(int(whole))


def spoken_day(day: date) -> str:
    """三月二日."""
    return f"{spoken(day.month)}月{spoken(day.day)}日"


def spoken_moment(moment: datetime) -> str:
    """三月五日下午六点."""
    local = clock.local_time(moment)
    part = next(name for end, name in DAY_PARTS if local.hour < end or end == 24)
    if local.hour == 18 and local.minute == 0:
        part = "下午"
    hour = local.hour if local.hour <= 12 else local.hour - 12
    minute = f"{spoken(local.minute)}分" if local.minute else ""
    return f"{spoken_day(local.date())}{part}{counted(hour)}点{minute}"


def read_aloud(village: str, notice: Notice, lines: Sequence[Shown], phone: str) -> list[str]:
    """The paragraphs to read: what this is, one for each group, and how to object."""
    return [_opening(village, notice), *_groups(lines), _ending(phone)]


def _opening(village: str, notice: Notice) -> str:
    number = (
        f"{digits(str(notice.year))}年第{spoken(notice.number)}期" if notice.number else "新一期"
    )
    told = f"各位村民，下面播报{village}{number}积分公示。"
    if notice.posted_at and notice.closes_at:
        start = spoken_day(clock.local_date(notice.posted_at))
        told += f"公示从{start}开始，到{spoken_moment(notice.closes_at)}结束。"
    return told


def _groups(lines: Iterable[Shown]) -> list[str]:
    """Lines by group, each group's named ones first; what belongs to no group comes last."""
    ordered = sorted(lines, key=lambda one: (one.group_no is None, one.group_no or 0))
    told = []
    for group, some in groupby(ordered, key=lambda one: one.group_no):
        name = f"{spoken(group)}组：" if group is not None else "另外："
        valid = [one for one in some if one.mark != Mark.REJECTED]
        told.append(name + "；".join(_homes(valid)) + "。")
    return [one for one in told if not one.endswith("：。")]


def _homes(lines: Iterable[Shown]) -> Iterator[str]:
    """A household is called once, for all it did; who is not named is counted, line by line."""
    for name, some in groupby(lines, key=lambda one: one.name):
        if name:
            yield "，".join([f"{name}家", *map(_deed, some)])
        else:
            yield from (f"有{counted(one.households)}户，{_deed(one)}" for one in some)


def _deed(line: Shown) -> str:
    each = "各" if line.households > 1 else ""
    change = f"{'加' if line.points > 0 else '扣'}{counted(abs(line.points))}分"
    behaviour = spoken_text(line.behaviour)
    if line.mark == Mark.REVERSED:
        return f"{behaviour}，原来{each}{change}，已经冲正，不算了"
    told = f"{behaviour}，{each}{change}"
    return told + "，有人提出异议，正在核实" if line.mark == Mark.OBJECTED else told


def _ending(phone: str) -> str:
    told = "有不同意见的，请在公示期内告诉村委会，口头说、书面写都可以，七个工作日内答复。"
    return told + (f"电话：{digits(phone, TELEPHONE)}。" if phone else "") + "播报完毕，谢谢大家。"
