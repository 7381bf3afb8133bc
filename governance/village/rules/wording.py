"""What a rule says (条文): its words, points, cap, evidence and review, checked and tidied before they count."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from governance.base import clock
from governance.base.errors import BadInput, phrase
from governance.base.text import half_width, one_line
from governance.village.rules.evidence import NO_EVIDENCE, REMINDER, evidence_code

REMIND_DAYS = 7  # to put it right after a reminder, where a rule says nothing else
MOST_POINTS = 1000  # no published scheme gives more for one act; a typing error would


class Period(StrEnum):
    """What a cap counts over. An event is one occasion: the same household and rule on one day."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    EVENT = "event"
    ONCE = "once"


PERIOD_NAMES = {
    Period.MONTH: phrase("本月"),
    Period.QUARTER: phrase("本季度"),
    Period.YEAR: phrase("今年"),
    Period.EVENT: phrase("同一天"),
    Period.ONCE: phrase("一共"),
}


class Review(StrEnum):
    """How many others look before an award is booked: none, one, two."""

    AUTO = "auto"
    FIRST = "first"
    SECOND = "second"


REVIEW_NAMES = {
    Review.AUTO: phrase("当场入账"),
    Review.FIRST: phrase("一人审核"),
    Review.SECOND: phrase("两人审核"),
}
PILLARS = ("自治", "法治", "德治", "智治")
BASE_CATEGORY = "基础"  # in rule files the row of the yearly base, so no rule may have it


@dataclass(slots=True)
class Wording:
    """What a rule says, as typed at the desk or read from a file; cleaned by `clean`."""

    code: str
    category: str
    behaviour: str
    points_min: int
    points_max: int
    pillar: str = ""
    unit: str = ""
    cap_count: int | None = None
    cap_period: str | None = None
    evidence: str = NO_EVIDENCE
    review: str = Review.SECOND.value
    remind_days: int | None = None
    note: str = ""
    since: date = field(default_factory=clock.today)
    assembly_on: date | None = None

    FIELDS = (
        "code",
        "category",
        "behaviour",
        "points_min",
        "points_max",
        "pillar",
        "unit",
        "cap_count",
        "cap_period",
        "evidence",
        "review",
        "remind_days",
        "note",
        "since",
        "assembly_on",
    )


def clean(wording: Wording) -> Wording:
    """Check and tidy a rule. Raises BadInput naming the field."""
    wording = replace(
        wording,
        code=half_width(wording.code).strip().upper(),
        evidence=evidence_code(one_line(wording.evidence)),
        category=one_line(wording.category),
        behaviour=one_line(wording.behaviour),
        unit=one_line(wording.unit),
        note=one_line(wording.note),
    )
    _check_words(wording)
    _check_points(wording)
    _check_cap(wording)
    _check_reminder(wording)
    if wording.review not in set(Review):
        raise BadInput(phrase("请选择审核方式。"), field="review")
    if wording.assembly_on and wording.assembly_on > clock.today():
        raise BadInput(phrase("村民（代表）会议的日期不能晚于今天。"), field="assembly_on")
    return wording


def _check_reminder(wording: Wording) -> None:
    if wording.evidence != REMINDER:
        wording.remind_days = None
        return
    if wording.remind_days is None:
        wording.remind_days = REMIND_DAYS
    if wording.points_max > 0:
        raise BadInput(phrase("凭据是提醒单的，应当是扣分。"), field="evidence")
    if not 1 <= wording.remind_days <= 90:
        raise BadInput(phrase("整改期限应为 1 到 90 天。"), field="remind_days")


def _check_words(wording: Wording) -> None:
    if not re.fullmatch(r"[A-Z0-9-]{1,12}", wording.code):
        raise BadInput(phrase("编号用 1 到 12 个字母或数字，例如 E03。"), field="code")
    if not 1 <= len(wording.category) <= 20:
        raise BadInput(phrase("请填写类别，不超过 20 个字。"), field="category")
    if wording.category == BASE_CATEGORY:
        raise BadInput(phrase("「基础」是年度基础分用的，请换一个类别。"), field="category")
    if not 2 <= len(wording.behaviour) <= 100:
        raise BadInput(phrase("请写明行为，2 到 100 个字。"), field="behaviour")
    for name, longest in (("unit", 10), ("evidence", 40), ("note", 200)):
        if len(getattr(wording, name)) > longest:
            raise BadInput(phrase("这一栏不超过 %(longest)s 个字。"), field=name, longest=longest)
    if wording.pillar not in ("", *PILLARS):
        raise BadInput(phrase("四治请选自治、法治、德治或智治。"), field="pillar")


def _check_points(wording: Wording) -> None:
    low, high = sorted((wording.points_min, wording.points_max))
    wording.points_min, wording.points_max = low, high
    if low * high <= 0:
        raise BadInput(phrase("分值不能是 0，也不能从扣分跨到加分。"), field="points_min")
    if max(abs(low), abs(high)) > MOST_POINTS:
        raise BadInput(
            phrase("分值太大，一次不超过 %(most)s 分。"), field="points_min", most=MOST_POINTS
        )


def _check_cap(wording: Wording) -> None:
    if (wording.cap_count is None) != (wording.cap_period is None):
        raise BadInput(phrase("封顶要同时填次数和期限，或者都不填。"), field="cap_count")
    if wording.cap_count is not None and not 1 <= wording.cap_count <= 999:
        raise BadInput(phrase("封顶次数应为 1 到 999。"), field="cap_count")
    if wording.cap_period is not None and wording.cap_period not in set(Period):
        raise BadInput(phrase("请选择封顶的期限。"), field="cap_period")


def same_wording(one: Wording, other: Wording) -> bool:
    """Whether two wordings say the same; from when, and who passed it, does not count."""
    return all(
        getattr(one, name) == getattr(other, name)
        for name in Wording.FIELDS
        if name not in ("since", "assembly_on")
    )
