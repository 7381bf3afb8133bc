"""What a draft changes in a rule, in words: the part, what it was, what it becomes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from governance.village.rules.adoption import Change
from governance.web.frame import words

NONE = _l("无")
PART_NAMES = {
    "category": _l("类别"),
    "pillar": _l("四治"),
    "behaviour": _l("行为"),
    "unit": _l("单位"),
    "points": _l("分值"),
    "cap": _l("封顶"),
    "evidence": _l("凭据"),
    "review": _l("审核"),
    "remind_days": _l("整改期限"),
    "note": _l("备注"),
    "until": _l("停用"),
}


def _cap(rule: Any) -> str:
    return words.cap_text(rule.cap_count, rule.cap_period) or gettext("不封顶")


def _until(rule: Any) -> str:
    until = getattr(rule, "until", None)  # a draft has no end
    return words.day_text(until) if until else gettext("不停用")


def _days(rule: Any) -> str:
    return gettext("%(days)s 天", days=rule.remind_days) if rule.remind_days else str(NONE)


SAID: dict[str, Callable[[Any], str]] = {
    "category": lambda rule: str(rule.category),
    "pillar": lambda rule: words.gettext(rule.pillar) if rule.pillar else str(NONE),
    "behaviour": lambda rule: str(rule.behaviour),
    "unit": lambda rule: rule.unit or str(NONE),
    "points": lambda rule: words.points_text(rule.points_min, rule.points_max),
    "cap": _cap,
    "evidence": lambda rule: words.evidence_text(rule.evidence),
    "review": lambda rule: words.name_of("review", rule.review),
    "remind_days": _days,
    "note": lambda rule: rule.note or str(NONE),
    "until": _until,
}


def change_words(change: Change) -> list[tuple[str, str, str]]:
    """Each part that changes: its name, before, after."""
    return [
        (str(PART_NAMES[part]), SAID[part](change.before), SAID[part](change.after))
        for part in change.parts
    ]
