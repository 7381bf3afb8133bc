"""The fair process of the demo: a notice hangs, reminders in every state, objections and complaints that wait."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select

from governance.affairs.awards.reminders import reminders
from governance.affairs.oversight import complaints
from governance.affairs.publicity import hanging, notices, verification
from governance.affairs.publicity.objections import objections
from governance.base import clock
from governance.base.database import db
from governance.demo import process


def test_one_notice_hangs_and_those_before_are_closed(village):
    posted, total = hanging.all_notices(village.id)
    assert total == len(process.NOTICE_DAYS)
    assert Counter(one.state for one in posted) == {"closed": 2, "posted": 1}
    [now] = [one for one in posted if one.state == "posted"]
    assert now.closes_at > clock.now()
    assert verification.verify_notice(now).fault is None
    assert notices.find_draft(village.id) is None


def test_reminders_were_put_right_cost_points_are_over_and_still_run(village):
    states = Counter(db.session.scalars(select(reminders.c.state)))
    assert states == {"corrected": 1, "deducted": 1, "open": 2}
    deadlines = db.session.scalars(select(reminders.c.deadline).where(reminders.c.state == "open"))
    assert sorted(day < clock.today() for day in deadlines) == [False, True]


def test_objections_were_answered_and_wait(village):
    rows = db.session.execute(select(objections.c.state, objections.c.channel)).all()
    assert Counter(map(tuple, rows)) == {
        ("dismissed", "page"): 1,
        ("open", "page"): 1,
        ("open", "spoken"): 1,
    }


def test_one_complaint_is_answered_and_one_waits(village):
    waiting, total = complaints.unanswered(village.id)
    assert (len(waiting), total) == (1, 1)
    assert db.session.scalar(select(db.func.count()).select_from(complaints.Complaint)) == 2
