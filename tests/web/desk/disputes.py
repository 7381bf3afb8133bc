"""Objections at the desk: their addresses, the form of an answer, one that was brought before supervision."""

from __future__ import annotations

from governance.affairs.publicity import answering, objections
from governance.affairs.publicity.answering import Answer
from governance.base.database import db
from governance.village.staff import Role
from tests.factories import make_objection, make_staff


def url(village, *path):
    return "/".join([f"/desk/{village.place.code}/objections", *map(str, path)])


def final(village, made):
    return f"/desk/{village.place.code}/appeals/{made.id}/decide"


def answer(outcome="dismissed", reasons="查了签到表", **more):
    return {"outcome": outcome, "reasons": reasons, "rule": "", "points": "", **more}


def state(village, made):
    db.session.rollback()
    return objections.get_objection(village.id, made.id, lock=True).state


def appealed(village, home, award_id=None):
    made = make_objection(village, home, award_id=award_id)
    other = make_staff(Role.COMMITTEE, village.place)
    answering.decide(village.id, other.id, made.id, Answer(False, "没有到场"))
    return answering.appeal(village.id, home.id, made.id, "签到表上有我")
