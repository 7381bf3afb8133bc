"""Drafts at the desk: their addresses, how one begins, and the form of one of its rules."""

from __future__ import annotations

from governance.base.database import db
from governance.village.rules import drafts


def url(village, path=""):
    return f"/desk/{village.place.code}/rulesets/{path}"


def begin(clerk, village, **fields):
    return clerk.post(
        url(village, "new"),
        data={"title": "2027 年积分细则", "source": "in_force"} | fields,
        content_type="multipart/form-data",
    )


def only_set(village):
    [found] = drafts.sets_of(village.id)
    db.session.refresh(found)
    return found


def begun(clerk, village, **fields):
    """A draft that has begun, as the page of it."""
    answer = begin(clerk, village, **fields)
    assert answer.status_code == 303
    return only_set(village)


def rule_of(village, draft, code):
    rules = drafts.rules_of_set(village.id, draft.id)
    return next(one for one in rules if one.code == code)


def typed(**fields):
    return {
        "code": "E01",
        "category": "人居环境",
        "pillar": "",
        "behaviour": "打扫门前",
        "unit": "",
        "shape": "fixed",
        "points": "8",
        "points_min": "",
        "points_max": "",
        "cap_period": "",
        "cap_count": "",
        "evidence": "none",
        "document": "",
        "review": "auto",
        "note": "",
    } | fields


def edit(clerk, village, draft, code, **fields):
    rule = rule_of(village, draft, code)
    return clerk.post(url(village, f"{draft.id}/rules/{rule.id}"), data=typed(**fields))
